"""A program made ready to be called: its stages prepared in jails, its constants at hand."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self

import msgspec

from bottega.dataset.few import Few
from bottega.dataset.table import Table
from bottega.engine.place import outside
from bottega.errors import BottegaError
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.network import NO_NETWORK, Network
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.waits import Steps, finish
from bottega.sdk import catalogue
from bottega.sdk.ports import PortType
from bottega.services import environments, rrs
from bottega.services.errors import ServiceError
from bottega.services.flow import Flow
from bottega.services.means import Means
from bottega.services.options import Options
from bottega.services.parameters import resolve, settings
from bottega.services.program import INPUT, Constant, Program
from bottega.services.stage_host import HostStage
from bottega.services.stage_modules import ModulesStage
from bottega.services.stage_script import ScriptStage, TaskStage, is_fixed
from bottega.services.stages import Stage, Way, sources, split
from bottega.services.value import Value, as_value
from bottega.store.workspace import Workspace

Resources = Mapping[str, Mapping[str, Any]]


class Runnable(Protocol):
    """A stage that was made ready."""

    def warm(self) -> None:
        """Wait until it can be called at once. Raises ModuleFailure."""

    def calling(self, flow: Flow) -> Steps[None]:
        """Run it, in steps. Raises ModuleFailure."""

    def close(self) -> None:
        """Let go of its jails."""


class Called:
    """What a call gave, by the names of web service outputs; those that a module left out are not there."""

    def __init__(self, outputs: Mapping[str, Value], flow: Flow) -> None:
        self.outputs = outputs
        self.notes = tuple(flow.notes)
        self._flow = flow

    def table(self, name: str) -> Table | None:
        """The table at an output; None where its module left it out. Raises `usage` for what is no table."""
        value = self.outputs.get(name)
        if value is not None and value.type not in rrs.TABLES:
            raise BottegaError("usage", reason=f"The output {name} is a {value.type}, not a table")
        return None if value is None else value.table

    def few(self, name: str) -> Few | None:
        """The same as plain values, where that is how it came."""
        value = self.outputs.get(name)
        return None if value is None else value.few

    def close(self) -> None:
        """Let go of all."""
        self._flow.close()


@dataclass(frozen=True)
class Loaded:
    """A program with its stages. Safe for use from several threads at once."""

    program: Program
    limits: Limits
    constants: Mapping[str, Value]
    stages: tuple[tuple[Stage, Runnable], ...]

    @classmethod
    def load(
        cls, program: Program, workspace: Workspace, pool: Pool, *, mode: str = "request", limits: Limits | None = None,
        most: int = 8, spares: int = 2, resources: Resources | None = None, network: Network = NO_NETWORK,
    ) -> Loaded:  # fmt: skip
        """Open the constants and start what the stages will need; returns before that is ready.

        mode       `request`: each call in a child of its own; `service`: children take call after call
        limits     of one call, all its modules together
        most       children of a stage at once; `spares` of them wait ready
        resources  by name, what stands in place of a constant (`store.records.Endpoint`)
        network    what scripts may reach

        Raises `blob-missing`, `module-unknown`, `environment-unknown` and `environment-invalid`.
        """
        limits = limits or Options().limits
        program = with_resources(program, resources or {})
        environments.restore(workspace, program)
        with contextlib.ExitStack() as held:
            constants: dict[str, Value] = {}
            for key, constant in program.constants.items():
                constants[key] = _value(workspace, constant)
                held.callback(constants[key].close)
            needed = {source for node in program.nodes for source in node.links.values()}
            needed |= {output.source for output in program.outputs}
            means = Means(
                program, pool, limits, mode == "service", spares, most, constants, _samples(program), frozenset(needed),
                network,
            )  # fmt: skip
            made = []
            for stage in split(program):
                made.append((stage, _runnable(stage, means, workspace)))
                held.callback(made[-1][1].close)
            held.pop_all()
        return cls(program, limits, constants, tuple(made))

    def warm(self) -> None:
        """Wait until a call can be taken at once. Raises ModuleFailure for what cannot be prepared."""
        for _, stage in self.stages:
            stage.warm()

    def call(
        self, inputs: Mapping[str, Table | Few | Value], parameters: Mapping[str, Any], *, limits: Limits | None = None,
        printed: Callable[[str], None] | None = None, cancel: int | None = None, told: Callable[[str], None] | None = None,
    ) -> Called:  # fmt: skip
        """One call.

        parameters  as they came, by the names of web service parameters
        told        hears what runs now

        Raises ModuleFailure, ServiceError for parameters, and what `Workers.call` does where there is no jail.
        """
        return finish(self.calling(inputs, parameters, limits=limits, printed=printed, cancel=cancel, told=told))

    def calling(
        self, inputs: Mapping[str, Table | Few | Value], parameters: Mapping[str, Any], *, limits: Limits | None = None,
        printed: Callable[[str], None] | None = None, cancel: int | None = None, told: Callable[[str], None] | None = None,
    ) -> Steps[Called]:  # fmt: skip
        """The same in steps."""
        values = dict(self.constants)
        flow = Flow(values, resolve(self.program, parameters), limits or self.limits, printed, cancel)
        for name, given in inputs.items():
            flow.add(f"{INPUT}:{name}", as_value(given))
        try:
            for stage, runnable in self.stages:
                if told is not None:
                    told(", ".join(catalogue.get(node.module).title for node in stage.nodes))
                yield from runnable.calling(flow)
            outputs = {each.name: values[each.source] for each in self.program.outputs if each.source in values}
        except BaseException:
            flow.close()
            raise
        return Called(outputs, flow)

    def close(self) -> None:
        """End the jails; calls that run finish first."""
        for _, stage in self.stages:
            stage.close()
        for value in self.constants.values():
            value.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def with_resources(program: Program, resources: Resources) -> Program:
    """The program with other files for its resources; names that it has not are passed over."""
    others = {}
    for each in program.resources:
        given = resources.get(each.name)
        if given is not None:
            kind = str(given.get("type") or program.constants[each.constant].type)
            others[each.constant] = Constant(str(given["digest"]), kind, int(given["size"]))
    return msgspec.structs.replace(program, constants={**program.constants, **others}) if others else program


def _value(workspace: Workspace, constant: Constant) -> Value:
    """A constant in memory: never the stored file itself, which a jail of the same user could open for writing."""
    with workspace.blobs.open(constant.digest) as source:
        memory = Memory.sealed("constant", lambda file: shutil.copyfileobj(source, file, 1 << 20))
    return Value(PortType(constant.type), memory=memory, described=constant.described)


def _samples(program: Program) -> dict[str, Value]:
    """Small tables such as callers send, where the program has rows of them."""
    found = {}
    for each in program.inputs:
        if each.samples:
            with contextlib.suppress(ServiceError):  # one that was cut, or that no text tells
                found[f"{INPUT}:{each.name}"] = Value(PortType.TABLE, table=rrs.sample(each))
    return found


def _runnable(stage: Stage, means: Means, workspace: Workspace) -> Runnable:
    nodes = {node.id: settings(means.program, node.id) for node in stage.nodes}
    keys = sources(means.program)
    if stage.way in {Way.MODULES, Way.OWN}:
        return ModulesStage(stage.nodes, keys, nodes, means)
    (node,) = stage.nodes
    if stage.way is Way.HOST:
        # Relative paths start where the workspace lies: by default beside its experiments.
        return HostStage(node, keys[node.id], nodes[node.id], outside(workspace.folder.parent, workspace))
    kind = ScriptStage if is_fixed(node, keys[node.id], means) else TaskStage
    return kind(node, keys[node.id], nodes[node.id], means)
