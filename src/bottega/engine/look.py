"""What the workspace knows of nodes: their newest results, and whether a run now would give the same."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

import msgspec

from bottega.dataset import exchange, formats
from bottega.dataset.table import Table
from bottega.engine import stored
from bottega.engine.plan import Action, Decision, Planner
from bottega.engine.prepared import prepare
from bottega.engine.why import why
from bottega.errors import BottegaError
from bottega.graph.document import Experiment
from bottega.sandbox.host import variables as frames
from bottega.sandbox.host.task import Picture
from bottega.sandbox.host.variables import Frame
from bottega.sdk.ports import TABLE_FILES, PortType
from bottega.store.records import Output, Status, Step
from bottega.store.workspace import Workspace

# So many runs back is the one looked for that a result is from.
_FAR = 256
_FIRST = 8
# Python's zipfile takes the whole directory in before it tells how long it is.
_LARGEST_DIRECTORY = 16 << 20
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Past:
    """What became of one node.

    last     its newest step, and the run that it was in
    done     its newest step that finished, with its run; None where that lies further back
    """

    last: Step | None = None
    last_run: str | None = None
    done: Step | None = None
    done_run: str | None = None


def pasts(workspace: Workspace, experiment: str, nodes: Collection[str]) -> dict[str, Past]:
    """The past of each of these nodes."""
    done = {name: step for name, step in workspace.results.latest_many(experiment).items() if name in nodes}
    found = {name: Past(done=done.get(name)) for name in nodes}
    seen, count = 0, _FIRST
    while count <= _FAR and any(past.last is None or (past.done and not past.done_run) for past in found.values()):
        runs = workspace.runs.list(experiment, count)
        for run in runs[seen:]:
            for step in run.steps:
                if step.node in found:
                    found[step.node] = _earlier(found[step.node], step, run.id)
        if len(runs) < count:
            break
        seen, count = count, count * 2
    return found


def _earlier(past: Past, step: Step, run: str) -> Past:
    """With what an earlier run than those before knows."""
    is_done = step.status == Status.FINISHED and past.done_run is None
    return Past(
        last=past.last or step,
        last_run=past.last_run or run,
        done=step if is_done else past.done,
        done_run=run if is_done else past.done_run,
    )


def computed(workspace: Workspace, step: Step) -> Step:
    """The step that did the work, where this one was reused and that one is still known."""
    if not step.cached or not step.fingerprint:
        return step
    return workspace.results.find([step.fingerprint]).get(step.fingerprint, step)


@dataclass(frozen=True)
class Standing:
    """Whether a run now would give what was computed, and why not; `step` is what it would take."""

    current: bool
    reason: str
    step: Step | None = None


def standings(workspace: Workspace, experiment: str, document: Experiment, done: Mapping[str, Step | None],
              targets: Collection[str] = ()) -> dict[str, Standing]:  # fmt: skip
    """How the results that nodes had stand against what a run of the document would do."""
    planner = Planner(workspace, experiment)
    try:
        prepared = prepare(document, targets, lenient=True)
    except BottegaError as error:  # a circle
        return {name: Standing(current=False, reason=str(error)) for name in done}
    decisions = planner.plan(prepared)
    found = {}
    for name, step in done.items():
        decision = decisions.get(name)
        if decision is None:
            found[name] = Standing(current=False, reason="it cannot run as it is; `bottega check` tells why")
        elif step is not None and decision.action is Action.RUN and decision.parts is not None and targets:
            changes = [
                f"{line.part} {line.text}" for line in why(prepared, name, planner, decisions).lines if line.changed
            ]
            found[name] = Standing(current=False, reason="; ".join(changes) or decision.reason)
        else:
            found[name] = _standing(step, decision)
    return found


def _standing(step: Step | None, decision: Decision) -> Standing:
    if decision.step is None:
        return Standing(current=False, reason=decision.reason)
    if step is not None and _digests(step) != _digests(decision.step):
        return Standing(current=False, reason="a run now would take another result", step=decision.step)
    return Standing(current=True, reason=decision.reason, step=decision.step)


def _digests(step: Step) -> dict[str, str]:
    return {output.port: output.digest for output in step.outputs}


def table(workspace: Workspace, output: Output) -> Table | None:
    """What an output holds as a table; None for what is none. Raises `blob-missing` and `blob-damaged`."""
    if output.type == PortType.TABLE:
        return stored.table(workspace, output)
    file_format = TABLE_FILES.get(PortType(output.type))
    if file_format is None:
        return None
    stored.check(workspace, output.digest)
    with workspace.blobs.open(output.digest) as file:
        return formats.read(Path(f"/proc/self/fd/{file.fileno()}"), file_format)


def device(workspace: Workspace, output: Output) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What a script printed, and its pictures: name and digest."""
    told = msgspec.json.decode(stored.read(workspace, output.digest))
    return told["log"], tuple((name, digest) for name, digest in told["pictures"])


def pictures(workspace: Workspace, output: Output) -> tuple[Picture, ...]:
    """The pictures of a device, with their bytes."""
    return tuple(Picture(name, stored.read(workspace, digest)) for name, digest in device(workspace, output)[1])


def variables(workspace: Workspace, step: Step) -> list[Frame] | None:
    """What the variables of a script held when it failed, the innermost frame first; None where nothing is kept."""
    if step.variables is None:
        return None
    try:
        return frames.read(stored.read(workspace, step.variables))
    except msgspec.DecodeError as error:
        raise BottegaError("blob-damaged", digest=step.variables) from error


def entries(workspace: Workspace, output: Output) -> list[tuple[str, int]]:
    """Names and sizes of what a zip holds; nothing is unpacked. A gzip file has no directory.

    Raises `0102` where its directory cannot be read, and `blob-damaged` where it could be once.
    """
    with workspace.blobs.open(output.digest) as file:
        if file.read(2) == _GZIP:
            return []
        try:
            with zipfile.ZipFile(bounded(file)) as archive:
                return [(entry.filename, entry.file_size) for entry in archive.infolist()]
        except Exception as error:  # zipfile raises many kinds for hostile bytes
            stored.check(workspace, output.digest)
            raise BottegaError("0102", path=output.port, reason=str(error) or type(error).__name__) from error


def bounded(file: BinaryIO) -> IO[bytes]:
    """A stranger's zip, for `zipfile`: nothing large is read at once, such as a directory without end."""
    return cast("IO[bytes]", _Bounded(file))


class _Bounded:
    """A file of which nothing large is read at once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(_LARGEST_DIRECTORY + 1 if size < 0 else min(size, _LARGEST_DIRECTORY + 1))
        if len(data) > _LARGEST_DIRECTORY:
            raise ValueError("its directory is too large")
        return data


def is_whole(digest: str, kind: str, source: Path | bytes) -> bool | None:
    """Whether a stored table has its digest, for `Upkeep.verify`; None for what goes by its plain bytes.

    Damaged data is read as carefully as a stranger's. Raises ValueError with the reason where it cannot be read.
    """
    import pyarrow as pa

    if kind != PortType.TABLE:
        return None
    buffer = pa.py_buffer(source) if isinstance(source, bytes) else pa.memory_map(str(source)).read_buffer()
    try:
        return exchange.read_untrusted(buffer, kind, roles=True).digest == digest
    except BottegaError as error:  # its advice is for the authors of scripts
        raise ValueError(error.facts.get("reason", "it is no table")) from error
