"""Modules one after the other in one process: what a published service's child does at each call."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bottega.dataset.table import Table
from bottega.sandbox.guest import companions
from bottega.sandbox.guest.results import Results
from bottega.sandbox.runner import ports
from bottega.sandbox.runner.declared import declared
from bottega.sandbox.runner.errors import told
from bottega.sandbox.runner.replies import Reply
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.notes import collect
from bottega.sdk.ports import Port, PortType

if TYPE_CHECKING:
    from bottega.sandbox.guest.service import Call

_CONSTANT = "constant:"
_SAMPLE = "sample:"


def _nothing() -> None:
    """What most modules have to start."""


@dataclass(frozen=True)
class _Step:
    """A module of the chain, its parameters converted; `sources` are by port, `last` those that no later step reads."""

    node: str
    spec: ModuleSpec
    values: Mapping[str, Any]
    sources: Mapping[str, str]
    last: tuple[str, ...]


def prepare(
    request: dict[str, Any], descriptors: dict[str, int], _folders: Any
) -> tuple[Chain | None, dict[str, Any] | None]:
    """Find the modules and open the constants; what takes the calls, or the error."""
    del request  # all is in the settings
    chain = Chain()
    try:
        chain.plan(json.loads(bytes(ports.memory(descriptors["settings"]))))
        chain.open({name[3:]: number for name, number in descriptors.items() if name.startswith("in:")})
    except BaseException as failure:  # noqa: BLE001 - whatever a library raises ends this, told as its error
        return None, told(failure, chain.node)
    return chain, None


class Chain:
    """The steps, upstream first, and the constants that they read."""

    def __init__(self) -> None:
        self.node: str | None = None  # that is at work
        self._types: Mapping[str, PortType] = {}
        self._outputs: Mapping[str, str] = {}
        self._steps: list[_Step] = []
        self._ports: Mapping[str, PortType] = {}
        self._constants: dict[tuple[str, bool], Any] = {}

    def plan(self, settings: Mapping[str, Any]) -> None:
        """Find the modules, and what goes where."""
        self._types = {name: PortType(text) for name, text in settings["types"].items()}
        self._outputs = settings["outputs"]
        steps: list[dict[str, Any]] = settings["steps"]
        last = {source: place for place, each in enumerate(steps) for source in each["inputs"].values()}
        kept = set(self._outputs.values())
        self._steps = [
            self._step(each, tuple(source for source, where in last.items() if where == place and source not in kept))
            for place, each in enumerate(steps)
        ]
        self._ports = {f"{step.node}.{port.name}": port.type for step in self._steps for port in step.spec.outputs}

    def _step(self, given: Mapping[str, Any], last: tuple[str, ...]) -> _Step:
        self.node = given["node"]
        spec = declared(given)
        return _Step(given["node"], spec, spec.convert(given["parameters"]), given["inputs"], last)

    def open(self, descriptors: Mapping[str, int]) -> None:
        """Read the constants, models among them, and run the chain once where there are samples."""
        for step in self._steps:
            self.node = step.node
            for port in step.spec.inputs:
                source = step.sources.get(port.name, "")
                if source.startswith(_CONSTANT):
                    key = source, port.type is PortType.TABLE
                    if key not in self._constants:
                        memory = ports.memory(descriptors[source])
                        self._constants[key] = ports.read_as(self._types[source], memory, port)
            if step.spec.guest != "module":  # what it starts beside itself is started before the first call
                getattr(sys.modules.get(step.spec.function.__module__), "prepare", _nothing)()
        self.node = None
        samples = {
            name[len(_SAMPLE) :]: ports.memory(number)
            for name, number in descriptors.items()
            if name.startswith(_SAMPLE)
        }
        if samples:
            self._rehearse(samples)

    def _rehearse(self, samples: Mapping[str, Any]) -> None:
        """A first time is slow; whatever goes wrong in it goes wrong in a call too, and is told there."""
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            collect()
            with contextlib.suppress(Exception):
                values = self._run(samples, {})
                Reply(Results({}, 1 << 20)).put(self._given(values))

    def call(self, call: Call, results: Results, *, again: bool) -> dict[str, Any]:
        """The reply to one call."""
        del again
        notes = collect()
        reply = Reply(results)
        error = None
        try:
            settings = json.loads(bytes(call.settings))
            reply.put(self._given(self._run(call.inputs, settings.get("parameters") or {})))
        except BaseException as failure:  # noqa: BLE001 - as above
            error = told(failure, self.node)
        self.node = None
        return reply.told(error, notes)

    def is_alone(self) -> bool:
        """Whether a call left no process behind, where modules start any."""
        return companions.are_alone()

    def _given(self, values: Mapping[str, Any]) -> list[tuple[str, PortType, Any]]:
        return [(name, self._ports[source], values[source]) for name, source in self._outputs.items()]

    def _run(self, inputs: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        read: dict[tuple[str, bool], Any] = {}
        for step in self._steps:
            self.node = step.node
            given = [self._value(step, port, values, inputs, read) for port in step.spec.inputs]
            converted = step.spec.convert(parameters[step.node]) if step.node in parameters else step.values
            returned = step.spec.function(*given, **converted)
            del given
            made = tuple(returned) if len(step.spec.outputs) > 1 else (returned,)
            del returned
            for port, value in zip(step.spec.outputs, made, strict=True):
                values[f"{step.node}.{port.name}"] = value
            del made
            for source in step.last:
                values.pop(source, None)
        self.node = None
        return values

    def _value(
        self, step: _Step, port: Port, values: Mapping[str, Any], inputs: Mapping[str, Any],
        read: dict[tuple[str, bool], Any],
    ) -> Any:  # fmt: skip
        """What is at an input port; None where nothing is."""
        source = step.sources.get(port.name)
        if source is None:
            return None
        if source.startswith(_CONSTANT):
            return self._constants[source, port.type is PortType.TABLE]
        if not source.startswith("in:"):
            value = values[source]
            is_file = value is not None and port.type is PortType.TABLE and not isinstance(value, Table)
            return ports.as_table(value) if is_file else value
        if source[3:] not in inputs:
            return None
        key = source, port.type is PortType.TABLE
        if key not in read:
            read[key] = ports.read_as(self._types[source], inputs[source[3:]], port)
        return read[key]
