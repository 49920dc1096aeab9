"""The values that go into a pool and come out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.network import NO_NETWORK, Network

if TYPE_CHECKING:
    from bottega.sandbox.host.variables import Frame

# What runs inside the jail around a module of the catalogue.
RUNNER = "bottega.sandbox.runner.job"


class Job(Protocol):
    """What a pool must know of a task: `Task` for scripts, `ModuleTask` for modules."""

    @property
    def environment(self) -> Environment:
        """Where it runs."""
        ...

    @property
    def inputs(self) -> Mapping[str, Memory]:
        """What it reads, by port."""
        ...

    @property
    def limits(self) -> Limits:
        """What it may use."""
        ...

    @property
    def preload(self) -> tuple[str, ...]:
        """The Python modules that its zygote shall have imported."""
        ...

    @property
    def network(self) -> Network:
        """What it may reach of the network."""
        ...

    @property
    def guest(self) -> str | None:
        """What runs around it inside the jail: None for the guest of scripts."""
        ...

    @property
    def noun(self) -> str:
        """What its author calls it."""
        ...

    @property
    def outputs(self) -> tuple[str, ...]:
        """The ports that it may give something at."""
        ...

    @property
    def required(self) -> tuple[str, ...]:
        """The ports that it must give something at."""
        ...

    def given(self) -> Mapping[str, bytes]:
        """Further things that it reads."""
        ...

    def request(self) -> Mapping[str, Any]:
        """What else its guest must know."""
        ...


class PortMapping(StrEnum):
    """Which port feeds which parameter of `azureml_main` (fact sheet 1.4)."""

    CONNECTED = "connected"
    SLOTS = "slots"


@dataclass(frozen=True)
class Task:
    """One run of a script.

    script   its source, as bytes: Python finds the encoding
    inputs   "dataset1", "dataset2" (tables) and "bundle" (zip), each a sealed memory file
    preload  modules that the zygote shall have imported
    network  what it may reach
    old_names  whether names that libraries have removed are restored
    variables  whether its variables are told if it fails
    """

    environment: Environment
    file_name: str
    script: bytes
    inputs: Mapping[str, Memory] = field(default_factory=dict)
    mapping: PortMapping = PortMapping.CONNECTED
    limits: Limits = field(default_factory=Limits)
    preload: tuple[str, ...] = ()
    network: Network = NO_NETWORK
    old_names: bool = False
    variables: bool = False

    guest = None
    noun = "script"
    outputs = ("result", "result2", "files")
    required = ("result",)

    def given(self) -> Mapping[str, bytes]:
        """The source."""
        return {"script": self.script}

    def request(self) -> Mapping[str, Any]:
        """What the file is called, how ports are parameters, and whether removed names are there."""
        mapping = self.mapping.value
        return {
            "file_name": self.file_name,
            "mapping": mapping,
            "old_names": self.old_names,
            "variables": self.variables,
        }


@dataclass(frozen=True)
class ModuleTask:
    """One run of a module of the catalogue, in Bottega's own environment.

    settings  JSON: where the module is declared, its parameters, the types of its ports
    inputs    by port, each a sealed memory file
    outputs   the ports that may give something; `required` those that must
    """

    environment: Environment
    settings: bytes
    outputs: tuple[str, ...]
    required: tuple[str, ...]
    inputs: Mapping[str, Memory] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    preload: tuple[str, ...] = ()

    guest = RUNNER
    network = NO_NETWORK
    noun = "module"

    def given(self) -> Mapping[str, bytes]:
        """The settings."""
        return {"settings": self.settings}

    def request(self) -> Mapping[str, Any]:
        """Nothing: all is in the settings, which may be long."""
        return {}


@dataclass(frozen=True)
class Picture:
    """A picture that a script left: a checked PNG or SVG."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Failure:
    """Why a run gave no result, as its author reads it; `node` where a chain of modules ran."""

    code: str
    type: str
    message: str
    line: int | None = None
    traceback: str = ""
    node: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What came out of the jail.

    outputs      by port, not yet read: sealed; of a script "result", "result2" (tables) and "files" (zip)
    described    by port, what a module tells of a model that only a jail may open
    log          printed text, at most what the limits keep
    notes        what was changed or ignored on the way out, for the author
    seconds      from the job's first byte to its reply
    peak_memory  of the largest process, in bytes
    variables    of a script that failed, by frame, where they were asked for
    """

    outputs: Mapping[str, Memory]
    pictures: tuple[Picture, ...]
    log: str
    notes: tuple[str, ...]
    failure: Failure | None
    seconds: float
    peak_memory: int
    plain: bool
    described: Mapping[str, Any] = field(default_factory=dict)
    variables: tuple[Frame, ...] = ()

    def close(self) -> None:
        """Let go of the outputs."""
        for memory in self.outputs.values():
            memory.close()
