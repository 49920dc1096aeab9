"""What the workspace remembers of runs: plain values that go to JSON and back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """How a run or a step stands, in classic's words (fact sheet 6); only a step is Skipped."""

    DRAFT = "Draft"
    RUNNING = "Running"
    FINISHED = "Finished"
    FAILED = "Failed"
    CANCELED = "Canceled"
    SKIPPED = "Skipped"


@dataclass(frozen=True)
class Column:
    """A column of a table: name, Studio type and role, all as text."""

    name: str
    type: str
    role: str


@dataclass(frozen=True)
class Output:
    """What came out of a port.

    type       the port's type, such as `DataTable`
    size       in bytes, as stored
    rows       of a table, like `columns`; None for anything else
    described  what a producer tells of an output that is no table
    """

    port: str
    type: str
    digest: str
    size: int
    rows: int | None = None
    columns: tuple[Column, ...] | None = None
    described: dict[str, Any] | None = None


@dataclass(frozen=True)
class Picture:
    """A picture that a step drew."""

    name: str
    digest: str


@dataclass(frozen=True)
class Step:
    """What became of one node in one run.

    cached       taken from an earlier run
    fingerprint  of all that determines the outputs; empty when it was never known
    parts        what the fingerprint is made of, by name, for telling why a step ran again
    error        code and facts
    notes        what the module told beside its outputs
    seconds      of work; peak_memory in bytes; started and ended in seconds since 1970
    because      why it was skipped
    cacheable    whether equal fingerprints mean equal outputs
    """

    node: str
    module: str
    status: str
    cached: bool
    fingerprint: str
    parts: dict[str, Any]
    outputs: tuple[Output, ...] = ()
    error: dict[str, Any] | None = None
    log: str = ""
    notes: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    seconds: float = 0.0
    peak_memory: int = 0
    started: float = 0.0
    ended: float = 0.0
    because: str | None = None
    cacheable: bool = True

    @property
    def digests(self) -> set[str]:
        """The stored files that it names."""
        return {output.digest for output in self.outputs} | {picture.digest for picture in self.pictures}


@dataclass(frozen=True)
class Run:
    """One run of an experiment.

    document     the experiment as it was then
    target       the nodes that were asked for; empty for all
    settings     what was set for this run alone
    ended        None while it runs
    interrupted  its process ended before it did
    """

    id: str
    experiment: str
    title: str
    document: str
    target: tuple[str, ...]
    settings: tuple[str, ...]
    status: str
    started: float
    ended: float | None
    interrupted: bool
    steps: tuple[Step, ...] = ()

    @property
    def partial(self) -> bool:
        """Whether only some nodes were asked for."""
        return bool(self.target)

    @property
    def status_text(self) -> str:
        """The status as the run history shows it."""
        ended = self.status in {Status.FINISHED, Status.FAILED}
        return f"{self.status} (Partial run)" if self.partial and ended else self.status


@dataclass(frozen=True)
class Dataset:
    """A saved dataset; saving a name again makes the next version of the same family."""

    id: str
    name: str
    family: str
    version: int
    description: str
    source: str
    output: Output
    created: float
