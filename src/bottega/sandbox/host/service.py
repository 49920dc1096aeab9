"""Published services: children that are prepared before a call comes.

A child of a service is confined like every other, then imports the script, or opens the
models, and waits. It is not the zygote that imports them: a zygote is not confined, so no
byte of a user's ever reaches it. Two ways to go on:

request  (`reuse=False`) a child takes one call and is ended; the next is being made meanwhile
service  (`reuse=True`) a child takes call after call, one at a time; what the script keeps
         in its module stays from call to call, what it left in its folders does not
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.network import NO_NETWORK, Network
from bottega.sandbox.host.task import RUNNER, PortMapping
from bottega.sandbox.host.workers import PreparationFailed, Workers

__all__ = ["ModuleService", "PreparationFailed", "ScriptService", "Workers"]


@dataclass(frozen=True)
class ScriptService:
    """A script as a service.

    A call's inputs are "dataset1" and "dataset2", in Arrow's form or, where `Workers.plain`,
    in the plain one; what it gives are "result", "result2" (tables) and "files" (zip), as of a `Task`.

    bundle   a zip, unpacked at preparation
    network  what it may reach
    old_names  whether names that libraries have removed are restored
    """

    environment: Environment
    file_name: str
    script: bytes
    mapping: PortMapping = PortMapping.CONNECTED
    limits: Limits = field(default_factory=Limits)
    preload: tuple[str, ...] = ()
    bundle: Memory | None = None
    network: Network = NO_NETWORK
    old_names: bool = False

    guest = None
    noun = "script"
    outputs = ("result", "result2", "files")
    required = ("result",)

    @property
    def inputs(self) -> Mapping[str, Memory]:
        """What it reads once, at preparation."""
        return {} if self.bundle is None else {"bundle": self.bundle}

    def given(self) -> Mapping[str, bytes]:
        """The source."""
        return {"script": self.script}

    def request(self) -> Mapping[str, Any]:
        """What the file is called, how ports are parameters, and whether removed names are there."""
        return {"file_name": self.file_name, "mapping": self.mapping.value, "old_names": self.old_names}


@dataclass(frozen=True)
class ModuleService:
    """A chain of modules as a service, in one child.

    settings   JSON: {"steps": [{"node", "place", "function", "parameters": {plain}, "inputs": {PORT: FROM}}, …],
               "types": {"in:NAME" and "constant:NAME": port type}, "outputs": {NAME: "NODE.PORT"}} where FROM is
               "in:NAME", "constant:NAME" or "NODE.PORT" of a step before
    constants  by NAME, opened once, at preparation
    outputs    the NAMEs that are given back; a port that gave nothing is not among a call's outputs
    samples    inputs by NAME to run the chain on once at preparation, so that its first time is not the caller's

    A call's own settings are JSON {"parameters": {NODE: {plain, all of them}}}.
    """

    environment: Environment
    settings: bytes
    constants: Mapping[str, Memory] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    preload: tuple[str, ...] = ()
    samples: Mapping[str, Memory] = field(default_factory=dict)

    guest = RUNNER
    network = NO_NETWORK
    noun = "module"
    required = ()

    @property
    def inputs(self) -> Mapping[str, Memory]:
        """What it reads once, at preparation."""
        constants = {f"constant:{name}": memory for name, memory in self.constants.items()}
        return constants | {f"sample:{name}": memory for name, memory in self.samples.items()}

    def given(self) -> Mapping[str, bytes]:
        """The settings."""
        return {"settings": self.settings}

    def request(self) -> Mapping[str, Any]:
        """Nothing: all is in the settings, which may be long."""
        return {}
