"""One task in one child: hand it over, watch it, freeze and check what it gives back."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from bottega.errors import BottegaError
from bottega.sandbox.host import archive, distributions, messages, python2, replies
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.supervise import End, Printed, Watch, Watched
from bottega.sandbox.host.task import Failure, Job, Outcome, Picture
from bottega.sandbox.host.verdict import BY_NOUN, verdict
from bottega.sandbox.host.zygote import Child

if TYPE_CHECKING:
    from bottega.sandbox.host.variables import Frame

_GONE_SECONDS = 5.0
_Output = TypeVar("_Output")
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
                given = {**more, **keyed("in", task.inputs), **keyed("out", outputs)}
                shared = sum(memory.size for memory in given.values())
                watched = Watch(self._child, limits, printed, cancel, shared).run(
                    request(task, list(given), plain=self._plain, layer=self._layer),
                    [memory.descriptor for memory in given.values()],
                )
            outcome = self._outcome(watched, outputs, out_of_memory=group is not None and group.ran_out_of_memory())
        except BaseException:
            self._close(outputs.values())
            raise
        finally:
            self._child.kill()
        return outcome

    def _outcome(self, watched: Watched, outputs: dict[str, Memory], *, out_of_memory: bool) -> Outcome:
        failure = verdict(
            watched, self._task.limits, self._exit(watched), noun=self._task.noun, out_of_memory=out_of_memory
        )
        if self._task.noun == "script":
            version = self._task.environment.interpreter.version
            failure = python2.explained(failure, self._task.given().get("script", b""), version)
            failure = distributions.explained(failure, watched.reply, self._task.environment)
        notes = replies.texts(watched.reply.get("notes"))
        kept: dict[str, Memory] = {}
        variables: tuple[Frame, ...] = ()
        taken: tuple[Picture, ...] = ()
        try:
            self._seal(outputs)
            taken = replies.taken_pictures(watched.reply, outputs["pictures"], notes)
            if failure is None:
                kept = checked(self._task, told(self._task, watched.reply, outputs))
            elif watched.reply.get("variables") is True and self._task.request().get("variables") is True:
                from bottega.sandbox.host import variables as form

                variables = form.taken(outputs["result"])
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
            described=replies.described(watched.reply),
            variables=variables,
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

    @staticmethod
    def _close(memories: Any) -> None:
        for memory in memories:
            memory.close()


def request(task: Job, names: list[str], *, plain: bool, layer: Layer) -> dict[str, Any]:
    """What the guest is told; `names` are of the descriptors that come with it, after the log's."""
    return {
        "descriptors": ["log", *names],
        **task.request(),
        "disk": task.limits.disk,
        "tmpfs": layer is Layer.NAMESPACES,
        "plain": plain,
        "limits": _resource_limits(task, layer),
    }


def _resource_limits(task: Job, layer: Layer) -> dict[str, tuple[int, int]]:
    limits = task.limits
    # Inputs are mapped privately and so would count; they are given on top.
    inputs = sum(memory.size for memory in task.inputs.values())
    same = {
        "DATA": limits.memory + inputs,
        "FSIZE": limits.output,
        "CPU": limits.cpu_seconds,
        "NOFILE": 256 + _MORE_FILES,
        "CORE": 0,
        "MSGQUEUE": 0,
        "MEMLOCK": 64 << 10,
    }
    if layer is Layer.NONE:
        del same["NOFILE"], same["MEMLOCK"]
    if layer is Layer.NAMESPACES:
        # Counted per user namespace, of which each job has its own.
        same["NPROC"] = limits.processes
    return {name: (value, value) for name, value in same.items()}


def told(task: Job, reply: dict[str, Any], outputs: Mapping[str, _Output]) -> dict[str, _Output]:
    """The outputs that a reply says are there."""
    given = reply.get("outputs")
    given = given if isinstance(given, dict) else {}
    return {name: outputs[name] for name in task.outputs if given.get(name) is True}


def checked(task: Job, outputs: dict[str, Memory]) -> dict[str, Memory]:
    """The same outputs. Raises `result-invalid` for one that is too large, one that is missing, and a zip that is none."""
    for name, memory in outputs.items():
        if memory.size > task.limits.output:
            reason = f"it has {memory.size} bytes; the run allows {task.limits.output}"
            raise BottegaError("result-invalid", port=name, reason=reason)
    for name in task.required:
        if name not in outputs:
            raise BottegaError("result-invalid", port=name, reason=f"the {task.noun}'s process gave none")
    if task.guest is None and "files" in outputs:
        archive.check(outputs["files"], task.limits.disk)
    return outputs


def keyed(prefix: str, memories: Mapping[str, Memory]) -> dict[str, Memory]:
    """Inputs and outputs may have the same names."""
    return {f"{prefix}:{name}": memory for name, memory in memories.items()}
