"""What the workspace remembers of runs: plain values that go to JSON and back."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    trusted    whether a run here made it with code of Bottega's alone, out of what was itself so made: only then may it
               be opened beside other modules; never said by a producer, a package or a client
    """

    port: str
    type: str
    digest: str
    size: int
    rows: int | None = None
    columns: tuple[Column, ...] | None = None
    described: dict[str, Any] | None = None
    trusted: bool = False


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
    variables    digest of what the variables of a script held when it failed
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
    variables: str | None = None

    @property
    def digests(self) -> set[str]:
        """The stored files that it names."""
        told = {self.variables} if self.variables is not None else set()
        return {output.digest for output in self.outputs} | {picture.digest for picture in self.pictures} | told


@dataclass(frozen=True)
class Run:
    """One run of an experiment.

    document     the experiment as it was then
    target       the nodes that were asked for; empty for all
    settings     what was set for this run alone
    ended        None while it runs
    interrupted  its process ended before it did
    reason       why it could not go on, where that was no node's failure
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
    reason: str | None = None

    @property
    def partial(self) -> bool:
        """Whether only some nodes were asked for."""
        return bool(self.target)

    @property
    def status_text(self) -> str:
        """The status as the run history shows it."""
        ended = self.status in {Status.FINISHED, Status.FAILED}
        return f"{self.status} (Partial run)" if self.partial and ended else self.status


class Kind(StrEnum):
    """What is saved by name and version."""

    DATASET = "dataset"
    TRAINED_MODEL = "trained-model"
    TRANSFORM = "transform"
    MODULE = "module"

    @property
    def word(self) -> str:
        """As people say it."""
        return self.value.replace("-", " ")


@dataclass(frozen=True)
class Dataset:
    """A saved dataset, trained model or transform; saving a name again makes the next version of the same family.

    kind        one of `Kind`
    data_type   what an old client calls it, such as `GenericCSV`
    owner       who saved it, as the client says
    origin      how it came here, as the client says
    file_name   of the file that was uploaded
    experiment  what it was taken from
    raw         digest of the file as it was uploaded, of `raw_size` bytes; None where none is kept
    """

    id: str
    name: str
    family: str
    version: int
    description: str
    source: str
    output: Output
    created: float
    kind: str = Kind.DATASET
    data_type: str = ""
    owner: str = ""
    origin: str = ""
    file_name: str = ""
    experiment: str = ""
    raw: str | None = None
    raw_size: int = 0


@dataclass(frozen=True)
class StoredExperiment:
    """An experiment that the workspace itself keeps; its runs have `Run.experiment == id`.

    document  YAML text that names no files
    etag      another one after each edit; a run's status and number leave it as it is
    status    of the last run, else `InDraft`
    last_run  its id
    client    what a client's JSON says that a document cannot hold
    """

    id: str
    title: str
    summary: str
    document: str
    etag: str
    status: str
    creator: str
    category: str
    parent: str
    archived: bool
    last_run: str | None
    created: float
    updated: float
    client: dict[str, Any]


@dataclass(frozen=True)
class Service:
    """A web service.

    kind              `experiment` or `code`
    experiment        what it was published from
    default_endpoint  its name
    """

    id: str
    name: str
    description: str
    kind: str
    experiment: str | None
    created: float
    default_endpoint: str


@dataclass(frozen=True)
class Version:
    """What was published at one time, numbered from 1 within its service.

    program  JSON text
    """

    service: str
    number: int
    program: str = field(repr=False)
    created: float
    note: str


@dataclass(frozen=True)
class Endpoint:
    """A place where a version of a service is called. Its keys are told by `Services.keys` alone.

    throttle        `High` or `Low`
    max_concurrent  calls at once, where the throttle is high
    mode            `request` or `service`
    resources       by name what stands in place of a constant of the program: {"digest", "type", "size"}
    """

    id: str
    service: str
    name: str
    description: str
    version: int
    created: float
    updated: float
    throttle: str = "High"
    max_concurrent: int = 20
    prevent_update: bool = False
    sample_data: bool = False
    diagnostics: str = "None"
    mode: str = "request"
    resources: dict[str, dict[str, Any]] = field(default_factory=dict)


class JobStatus(StrEnum):
    """How a job stands, in classic's words (fact sheet 5.3)."""

    NOT_STARTED = "NotStarted"
    RUNNING = "Running"
    FAILED = "Failed"
    CANCELLED = "Cancelled"
    FINISHED = "Finished"


@dataclass(frozen=True)
class Job:
    """A batch job.

    queued    it was started and waits for its turn
    cancel    somebody asked to cancel it while it runs
    request   what was asked for, with the keys of storage accounts; never shown
    results   None until it has finished; may hold signatures, so never shown either
    details   why it failed
    progress  what it tells while it runs
    """

    id: str
    endpoint: str
    status: str
    queued: bool
    cancel: bool
    request: dict[str, Any] = field(repr=False)
    results: dict[str, Any] | None = field(repr=False)
    details: str | None
    progress: dict[str, Any]
    created: float
    started: float | None
    ended: float | None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more becomes of it."""
        return self.status not in {JobStatus.NOT_STARTED, JobStatus.RUNNING}
