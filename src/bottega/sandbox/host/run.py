"""One task in one child: hand it over, watch it, freeze and check what it gives back."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Mapping
from typing import Any

from bottega.errors import BottegaError
from bottega.sandbox.host import archive, messages, pictures
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.supervise import End, Printed, Watch, Watched
from bottega.sandbox.host.task import Failure, Job, Outcome, Picture
from bottega.sandbox.host.verdict import BY_NOUN, verdict
from bottega.sandbox.host.zygote import Child

_GONE_SECONDS = 5.0
_MOST_NOTES = 50
_MOST_PICTURES = 200
_PICTURE_SECONDS = 10.0
_LONGEST_NAME = 200  # bytes; file systems take 255
_MORE_FILES = 64  # descriptors that Python and its libraries need beside those of the job


class Run:
    """One task in one child."""

    def __init__(self, child: Child, task: Job, *, plain: bool, layer: Layer) -> None:
        self._child = child
        self._task = task
        self._plain = plain
        self._layer = layer

    def run(self, printed: Printed | None, cancel: int | None) -> Outcome:
        """Run the task; what the script does wrong is the outcome's failure."""
        task, limits = self._task, self._task.limits
        outputs = {name: Memory(name) for name in (*task.outputs, "pictures")}
        group = self._child.group
        if group is not None:
            group.limit(limits.memory, limits.processes)
        try:
            with contextlib.ExitStack() as held:
                more = {name: held.enter_context(Memory.of(name, data)) for name, data in task.given().items()}
                given = {**more, **_keyed("in", task.inputs), **_keyed("out", outputs)}
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
            **task.request(),
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
        failure = verdict(
            watched, self._task.limits, self._exit(watched), noun=self._task.noun, out_of_memory=out_of_memory
        )
        notes = _texts(watched.reply.get("notes"))
        kept: dict[str, Memory] = {}
        taken: tuple[Picture, ...] = ()
        try:
            self._seal(outputs)
            taken = _pictures(watched.reply, outputs["pictures"], notes)
            if failure is None:
                kept = self._kept(watched.reply, outputs)
        except BottegaError as error:
            failure = Failure(BY_NOUN[self._task.noun], "ResultError", str(error))
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
            described=_described(watched.reply),
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
        kept = {name: outputs[name] for name in self._task.outputs if told.get(name) is True}
        limit = self._task.limits.output
        for name, memory in kept.items():
            if memory.size > limit:
                raise BottegaError(
                    "result-invalid", port=name, reason=f"it has {memory.size} bytes; the run allows {limit}"
                )
        for name in self._task.required:
            if name not in kept:
                raise BottegaError("result-invalid", port=name, reason=f"the {self._task.noun}'s process gave none")
        if self._task.guest is None and "files" in kept:
            archive.check(kept["files"], self._task.limits.disk)
        return kept

    @staticmethod
    def _close(memories: Any) -> None:
        for memory in memories:
            memory.close()


def _keyed(prefix: str, memories: Mapping[str, Memory]) -> dict[str, Memory]:
    """Inputs and outputs may have the same names."""
    return {f"{prefix}:{name}": memory for name, memory in memories.items()}


def _described(reply: dict[str, Any]) -> dict[str, Any]:
    """What the job tells of its models: plain values, for their reader only."""
    told = reply.get("described")
    if not isinstance(told, dict):
        return {}
    # Lone surrogates, NaN and infinities could be stored nowhere.
    text = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    return dict(json.loads(text, parse_constant=lambda _: None))


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
