"""The values that go into a pool and come out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Memory


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
    """

    environment: Environment
    file_name: str
    script: bytes
    inputs: Mapping[str, Memory] = field(default_factory=dict)
    mapping: PortMapping = PortMapping.CONNECTED
    limits: Limits = field(default_factory=Limits)
    preload: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A picture that a script left: a checked PNG or SVG."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Failure:
    """Why a run gave no result, as its author reads it."""

    code: str
    type: str
    message: str
    line: int | None = None
    traceback: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came out of the jail.

    outputs      "result", "result2" (tables, not yet read) and "files" (zip): sealed
    log          printed text, at most what the limits keep
    notes        what was changed or ignored on the way out, for the author
    seconds      from the job's first byte to its reply
    peak_memory  of the largest process, in bytes
    """

    outputs: Mapping[str, Memory]
    pictures: tuple[Picture, ...]
    log: str
    notes: tuple[str, ...]
    failure: Failure | None
    seconds: float
    peak_memory: int
    plain: bool

    def close(self) -> None:
        """Let go of the outputs."""
        for memory in self.outputs.values():
            memory.close()
