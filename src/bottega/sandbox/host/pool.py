"""Warm jails, kept ready: a task goes in, an outcome comes out."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

from bottega.errors import BottegaError
from bottega.sandbox.host import archive, messages, pictures
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.supervise import End, Printed, Watch, Watched
from bottega.sandbox.host.task import Failure, Outcome, Picture, Task
from bottega.sandbox.host.verdict import verdict
from bottega.sandbox.host.zygote import Child, Zygote

_OUTPUTS = ("result", "result2", "files", "pictures")
_READY_SECONDS = 60.0
_GONE_SECONDS = 5.0
_MOST_NOTES = 50
_MOST_PICTURES = 200
_PICTURE_SECONDS = 10.0
_LONGEST_NAME = 200  # bytes; file systems take 255
_MORE_FILES = 64  # descriptors that Python and its libraries need beside those of the job
_Key = tuple[str, tuple[str, ...]]


class Pool:
    """Zygotes by environment and preloaded modules, each with spare children.

    Safe for use from several threads at once. Close it, or use it as a context.
    """

    def __init__(self, *, layer: Layer = Layer.NAMESPACES, spares: int = 2, most_zygotes: int = 4) -> None:
        """`spares` children wait ready in each zygote; with 0 they are made on demand, for a single task."""
        self.layer = layer
        self._spares = spares
        self._most_zygotes = most_zygotes
        self._lock = threading.Lock()
        self._nurseries: OrderedDict[_Key, _Nursery] = OrderedDict()
        self._refills = ThreadPoolExecutor(max_workers=1, thread_name_prefix="refill")

    def prepare(self, environment: Environment, preload: tuple[str, ...] = (), limits: Limits | None = None) -> None:
        """Start what a task of this kind will need; returns at once."""
        nursery = self._nursery(environment, preload)
        nursery.stock((limits or Limits()).disk, max(1, self._spares))

    def ready(self, environment: Environment, preload: tuple[str, ...] = ()) -> Zygote:
        """The zygote for this kind of task, once it can clone."""
        zygote = self._nursery(environment, preload).zygote
        zygote.ready()
        return zygote

    def run(self, task: Task, *, printed: Printed | None = None, cancel: int | None = None) -> Outcome:
        """Run a task in a fresh jail.

        printed  called with text as the script prints it
        cancel   a descriptor; when it becomes readable the run ends as canceled

        What the script does wrong is the outcome's `failure`. Raises
        `sandbox-unavailable` or `pool-lost` when there is no jail to run it in.
        """
        nursery = self._nursery(task.environment, task.preload)
        child = nursery.take(task.limits.disk)
        try:
            return _Run(child, task, plain=nursery.zygote.plain, layer=self.layer).run(printed, cancel)
        finally:
            child.close()
            # Cloning just when a job starts would take the processor from it.
            if self._spares:
                self._refills.submit(nursery.stock, task.limits.disk, self._spares)

    def _nursery(self, environment: Environment, preload: tuple[str, ...]) -> _Nursery:
        key = (environment.digest, preload)
        with self._lock:
            nursery = self._nurseries.get(key)
            lost = [nursery] if nursery is not None and nursery.zygote.dead.is_set() else []
            if nursery is None or lost:
                zygote = Zygote(environment, preload, self.layer, warm=self._spares > 0)
                nursery = self._nurseries[key] = _Nursery(zygote)
            self._nurseries.move_to_end(key)
            surplus = [
                self._nurseries.pop(old)
                for old in list(self._nurseries)[: max(0, len(self._nurseries) - self._most_zygotes)]
            ]
        for each in (*lost, *surplus):
            each.close()
        return nursery

    def close(self) -> None:
        """End all jails."""
        self._refills.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            nurseries = list(self._nurseries.values())
            self._nurseries.clear()
        for nursery in nurseries:
            nursery.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Nursery:
    """A zygote and its children that wait."""

    def __init__(self, zygote: Zygote) -> None:
        self.zygote = zygote
        self._lock = threading.Lock()
        self._ordered: deque[tuple[int, int]] = deque()

    def stock(self, disk: int, count: int) -> None:
        """Order children until `count` wait that have this much disk."""
        with self._lock:
            waiting = sum(1 for _, size in self._ordered if size == disk)
            for _ in range(count - waiting):
                self._ordered.append((self.zygote.order(disk), disk))

    def take(self, disk: int) -> Child:
        """A child that is ready; a fresh one where none waits."""
        with self._lock:
            found = next((entry for entry in self._ordered if entry[1] == disk), None)
            if found is not None:
                self._ordered.remove(found)
        number = found[0] if found is not None else self.zygote.order(disk)
        child = self.zygote.collect(number)
        child.link.settimeout(_READY_SECONDS)
        try:
            message, _ = messages.receive(child.link)
        except OSError:
            message = None
        child.link.settimeout(None)
        if message is None or not message.get("ready"):
            child.close()
            reason = messages.text(message or {}, "broken") or "a job's process ended before its job came"
            raise BottegaError("sandbox-unavailable", reason=reason, advice="Run: bottega doctor")
        return child

    def close(self) -> None:
        self.zygote.close()


class _Run:
    """One task in one child."""

    def __init__(self, child: Child, task: Task, *, plain: bool, layer: Layer) -> None:
        self._child = child
        self._task = task
        self._plain = plain
        self._layer = layer

    def run(self, printed: Printed | None, cancel: int | None) -> Outcome:
        task, limits = self._task, self._task.limits
        outputs = {name: Memory(name) for name in _OUTPUTS}
        group = self._child.group
        if group is not None:
            group.limit(limits.memory, limits.processes)
        try:
            with Memory.of("script", task.script) as script:
                given = {"script": script, **task.inputs, **outputs}
                shared = sum(memory.size for memory in given.values())
                watched = Watch(self._child, limits, printed, cancel, shared).run(
                    self._request(list(given)), [memory.descriptor for memory in given.values()]
                )
            outcome = self._outcome(watched, outputs, out_of_memory=group is not None and group.ran_out_of_memory())
        except BaseException:
            self._close(outputs.values())
            raise
        finally:
            self._child.kill()
        return outcome

    def _request(self, names: list[str]) -> dict[str, Any]:
        task, limits = self._task, self._task.limits
        return {
            "descriptors": ["log", *names],
            "file_name": task.file_name,
            "mapping": task.mapping.value,
            "disk": limits.disk,
            "tmpfs": self._layer is Layer.NAMESPACES,
            "plain": self._plain,
            "limits": self._resource_limits(limits),
        }

    def _resource_limits(self, limits: Limits) -> dict[str, tuple[int, int]]:
        cpu = limits.cpu_seconds
        # Inputs are mapped privately and so would count; they are given on top.
        inputs = sum(memory.size for memory in self._task.inputs.values())
        same = {
            "DATA": limits.memory + inputs,
            "FSIZE": limits.output,
            "NOFILE": 256 + _MORE_FILES,
            "CORE": 0,
            "MSGQUEUE": 0,
            "MEMLOCK": 64 << 10,
        }
        if self._layer is Layer.NONE:
            del same["NOFILE"], same["MEMLOCK"]
        if self._layer is Layer.NAMESPACES:
            # Counted per user namespace, of which each job has its own.
            same["NPROC"] = limits.processes
        return {name: (value, value) for name, value in same.items()} | {"CPU": (cpu, cpu)}

    def _outcome(self, watched: Watched, outputs: dict[str, Memory], *, out_of_memory: bool) -> Outcome:
        failure = verdict(watched, self._task.limits, self._exit(watched), out_of_memory=out_of_memory)
        notes = _texts(watched.reply.get("notes"))
        kept: dict[str, Memory] = {}
        taken: tuple[Picture, ...] = ()
        try:
            self._seal(outputs)
            taken = _pictures(watched.reply, outputs["pictures"], notes)
            if failure is None:
                kept = self._kept(watched.reply, outputs)
        except BottegaError as error:
            failure = Failure("0085", "ResultError", str(error))
        self._close(memory for name, memory in outputs.items() if name not in kept)
        return Outcome(
            outputs=kept,
            pictures=taken,
            log=watched.log,
            notes=tuple(notes),
            failure=failure,
            seconds=watched.seconds,
            peak_memory=max(watched.peak_memory, messages.whole_number(watched.reply, "peak_memory") or 0),
            plain=self._plain,
        )

    def _exit(self, watched: Watched) -> Any:
        if watched.end is End.DIED:
            self._child.exited.wait(_GONE_SECONDS)
        return self._child.exit

    def _seal(self, outputs: dict[str, Memory]) -> None:
        """Freeze the results; whoever still maps one for writing is ended first."""
        for name, memory in outputs.items():
            try:
                memory.seal()
            except OSError:
                self._child.kill()
                self._child.exited.wait(_GONE_SECONDS)
                try:
                    memory.seal()
                except OSError as error:
                    raise BottegaError("result-invalid", port=name, reason=f"it cannot be frozen: {error}") from error

    def _kept(self, reply: dict[str, Any], outputs: dict[str, Memory]) -> dict[str, Memory]:
        told = reply.get("outputs")
        told = told if isinstance(told, dict) else {}
        kept = {name: outputs[name] for name in ("result", "result2", "files") if told.get(name) is True}
        limit = self._task.limits.output
        for name, memory in kept.items():
            if memory.size > limit:
                raise BottegaError(
                    "result-invalid", port=name, reason=f"it has {memory.size} bytes; the run allows {limit}"
                )
        if "result" not in kept:
            raise BottegaError("result-invalid", port="result", reason="the script's process gave none")
        if "files" in kept:
            archive.check(kept["files"], self._task.limits.disk)
        return kept

    @staticmethod
    def _close(memories: Any) -> None:
        for memory in memories:
            memory.close()


def _texts(value: object) -> list[str]:
    if not isinstance(value, list):
        return []
    return [text.encode("utf-8", "replace").decode()[:500] for text in value[:_MOST_NOTES] if isinstance(text, str)]


def _pictures(reply: dict[str, Any], memory: Memory, notes: list[str]) -> tuple[Picture, ...]:
    """The pictures that are what their names say; of the others a note."""
    told = reply.get("pictures")
    taken: list[Picture] = []
    place = 0
    give_up = time.monotonic() + _PICTURE_SECONDS
    for entry in told[:_MOST_PICTURES] if isinstance(told, list) else []:
        if not isinstance(entry, dict):
            continue
        if time.monotonic() > give_up:
            notes.append("The pictures take too long to check; the last ones are left out.")
            break
        length = messages.whole_number(entry, "length") or 0
        name = _file_name(messages.text(entry, "name", _LONGEST_NAME))
        data = memory.read(place, min(length, max(0, memory.size - place))) if length <= pictures.LARGEST else b""
        place += length
        if pictures.is_picture(name, data):
            taken.append(Picture(name, data))
        else:
            notes.append(f"{name} is no picture, or not a whole one; it is left out.")
    return tuple(taken)


def _file_name(name: str) -> str:
    """A name that is safe as a file's on any system."""
    safe = "".join(letter if letter.isprintable() and letter not in '/\\:*?"<>|' else "_" for letter in name)
    while len(safe.encode()) > _LONGEST_NAME:
        safe = safe[1:]  # the end is what tells its kind
    return safe.lstrip(".") or "picture.png"
