"""From an experiment that has run to the program of a web service.

Live nodes become the program's; all else that they read is a constant, taken from the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from bottega import __version__
from bottega.dataset import formats
from bottega.dataset.names import unique_names
from bottega.dataset.table import Table
from bottega.engine import own_shelf, stored
from bottega.engine.fingerprint import packages, parts
from bottega.engine.place import network_of
from bottega.engine.prepared import Ready
from bottega.errors import BottegaError
from bottega.graph import writing
from bottega.graph.document import DATASET_MODULE, UNSET, Experiment, FileRef, ServiceParameter
from bottega.sdk.declaration import Isolation
from bottega.sdk.ports import TABLE_FILES, Port, PortType
from bottega.services import environments, schema
from bottega.services.liveness import TABLES, Liveness, missing
from bottega.services.program import Constant, Input, Node, Output, Parameter, Program, Resource, place
from bottega.store.records import Output as Stored
from bottega.store.records import Run, Status, Step
from bottega.store.workspace import Workspace

_RESOURCES = {PortType.TRAINED_MODEL: ("ILearner", "trained model"), PortType.TRANSFORM: ("ITransform", "transform")}
_SAVED = {"saved-trained-model": "trained_model", "saved-transform": "transform"}


def compile(experiment: Experiment, run: Run, workspace: Workspace) -> Program:  # noqa: A001 - it is what it does
    """The program of an experiment, with the constants and columns of a run of it.

    Raises `usage` for what is missing: outputs, the data that tells an input's columns, a run of what stands there now.
    """
    return _Compiler(experiment, run, workspace).program()


class _Compiler:
    """One run's way to a program."""

    def __init__(self, experiment: Experiment, run: Run, workspace: Workspace) -> None:
        self._experiment = experiment
        self._run = run
        self._workspace = workspace
        self._of = Liveness(experiment, network_of(workspace, run.experiment))

    def program(self) -> Program:
        """All parts, in the order in which people understand what is wrong."""
        if not self._of.outputs and not self._of.sinks:
            missing("it has no web service output; name what a call is to answer with under `outputs`")
        for name in self._used:
            self._check(self._nodes[name])
        nodes = [self._node(self._nodes[name]) for name in self._of.live]
        sources = [source for node in nodes for source in node.links.values()]
        sources += [f"{node}.{port.name}" for node, port in self._of.outputs.values()]
        constants = {each: self._constant(each) for each in dict.fromkeys(sources) if not self._of.is_live(each)}
        return Program(
            title=self._experiment.title,
            document=writing.dumps(_without_files(self._experiment)),
            inputs=tuple(self._input(name) for name in self._of.inputs),
            outputs=tuple(self._output(name, node, port) for name, (node, port) in self._of.outputs.items()),
            parameters=tuple(self._parameter(name) for name in self._of.parameters),
            nodes=tuple(nodes),
            constants=constants,
            resources=self._resources(constants),
            environments=self._environments(),
            bottega=__version__,
        )

    @property
    def _nodes(self) -> Mapping[str, Ready]:
        return self._of.nodes.nodes

    # What of the run is kept.

    @cached_property
    def _used(self) -> list[str]:
        """The nodes of which the run must be one: the live ones, what they read, and what tells columns."""
        used = {node for node, _ in self._of.outputs.values()}
        for name in self._of.live:
            used |= {name, *(source for source, _ in self._nodes[name].links.values())}
        return [name for name in self._nodes if name in used]

    @cached_property
    def _steps(self) -> Mapping[str, Step]:
        return {step.node: step for step in self._run.steps}

    def _check(self, node: Ready) -> None:
        """Raise `usage` unless the run has a node's result, with the parameters that it has now."""
        step = self._steps.get(node.id)
        if step is None or step.status != Status.FINISHED:
            missing(f"node {node.id} has no result in run {self._run.id}; run the experiment first")
        if not step.parts:  # of what the workspace keeps
            return
        in_jail = node.spec.isolation is not Isolation.HOST and node.file is None
        known = str(step.parts.get("environment", ""))
        environment = packages(node) if in_jail else known
        now = parts(node, {}, environment)
        changed = [part for part in ("module", "parameters", "environment") if now[part] != step.parts.get(part)]
        if changed:
            missing(
                f"node {node.id} has another {changed[0].removesuffix('s')} now than in run {self._run.id}; run it again"
            )

    def _stored(self, node: str, port: str) -> Stored | None:
        """What came out of a port in the run. Raises `usage` where that is lost."""
        step = self._steps.get(node)
        if step is None or step.status != Status.FINISHED:
            missing(f"node {node} has no result in run {self._run.id}; run the experiment first")
        output = next((each for each in step.outputs if each.port == port), None)
        if output is not None and not self._workspace.blobs.has(output.digest):
            missing(f"the result of {node}.{port} is no longer in the workspace; run the experiment again")
        return output

    def _table(self, output: Stored, where: str) -> Table:
        if output.type == PortType.TABLE:
            return stored.table(self._workspace, output)
        file_format = TABLE_FILES.get(PortType(output.type))
        if file_format is None:
            missing(f"{where} gets a {output.type} in the experiment, and its columns are not known; connect a table")
        path = self._workspace.blobs.path(output.digest)
        if path is None:
            raise BottegaError("blob-missing", digest=output.digest)
        return formats.read(path, file_format)

    # The parts of the program.

    def _node(self, ready: Ready) -> Node:
        given = dict(ready.plain)
        for name, places in self._of.parameters.items():
            default = self._default(name)
            if default is not UNSET:
                given |= {declared.name: default for node, declared in places if node == ready.id}
        if ready.spec.guest == "script" and not str(given["environment"]).strip():
            given["environment"] = ready.choice.name  # a default of nothing is what the experiment has
        links = {port: f"{source}.{name}" for port, (source, name) in self._of.links(ready).items()}
        gone = [
            port for port, source in links.items() if not self._of.is_live(source) and not self._stored(*place(source))
        ]
        for port in gone:  # an output that its node left out is as if nothing were connected
            del links[port]
        plain = ready.spec.as_plain(ready.spec.convert(given))
        return Node(ready.id, own_shelf.frozen(ready.spec), plain, links)

    def _constant(self, source: str) -> Constant:
        output = self._stored(*place(source))
        if output is None:
            missing(f"{source} is empty in run {self._run.id}, so it cannot be answered with")
        return Constant(output.digest, output.type, output.size, output.described, output.trusted)

    def _input(self, name: str) -> Input:
        places = self._of.inputs[name]
        tables = [self._provider(name, self._nodes[node], port) for node, port in places]
        fields = [schema.fields(table) for table in tables]
        for (node, port), other in zip(places[1:], fields[1:], strict=True):
            if [(each.name, each.type) for each in other] != [(each.name, each.type) for each in fields[0]]:
                first = ".".join(places[0])
                missing(f"its web service input {name} feeds {first} and {node}.{port}, whose columns differ")
        if not any(node in self._of.live for node, _ in places):
            missing(f"its web service input {name} feeds nothing that a web service output needs")
        return Input(name, tuple(f"{node}.{port}" for node, port in places), fields[0], schema.samples(tables[0]))

    def _provider(self, name: str, node: Ready, port: str) -> Table:
        """The table that stood at a port in the run: its columns are what callers send (fact sheet 4.5)."""
        link = node.links.get(port)
        where = f"{node.id}.{port}"
        if link is None:
            missing(f"nothing is connected to {where}; connect a table there, whose columns callers of {name} send")
        output = self._stored(*link)
        if output is None:
            missing(f"nothing came to {where} in run {self._run.id}; connect a table there")
        return self._table(output, where)

    def _output(self, name: str, node: str, port: Port) -> Output:
        output = self._stored(node, port.name)
        kind = PortType(output.type) if output is not None else port.type
        fields = schema.fields(self._table(output, name)) if output is not None and kind in TABLES else None
        return Output(name, f"{node}.{port.name}", kind.value, fields)

    def _default(self, name: str) -> Any:
        given: ServiceParameter = self._experiment.web_service.parameters[name]
        return given.default if given.default is UNSET else self._experiment.resolve_value(given.default)

    def _parameter(self, name: str) -> Parameter:
        places = self._of.parameters[name]
        given = self._experiment.web_service.parameters[name]
        node, first = places[0]
        default = self._default(name)
        value = self._nodes[node].values[first.name] if default is UNSET else first.convert(default)
        is_told = not given.required and not any(declared.secret for _, declared in places)
        return Parameter(
            name,
            tuple(f"{node}.{declared.name}" for node, declared in places),
            first.json_schema(),
            given.required,
            first.as_plain(value) if is_told else None,
            given.description,
        )

    def _resources(self, constants: Mapping[str, Constant]) -> tuple[Resource, ...]:
        found = [(source, *_RESOURCES[kind]) for source, each in constants.items()
                 if (kind := PortType(each.type)) in _RESOURCES]  # fmt: skip
        found.sort(key=lambda each: each[1] != "ILearner")  # PowerShell's client takes the first for the model
        titles = unique_names(self._title(place(source)[0]) for source, *_ in found)
        return tuple(
            Resource(f"{title} [{word}]", kind, source)  # type: ignore[arg-type]  # one of the two
            for title, (source, kind, word) in zip(titles, found, strict=True)
        )

    def _title(self, node: str) -> str:
        """What people call a model: the name that it was saved under, else the node's."""
        ready = self._nodes[node]
        parameter = _SAVED.get(ready.spec.name)
        return str(ready.values[parameter]) if parameter else node

    def _environments(self) -> dict[str, str]:
        live = [self._nodes[name] for name in self._of.live]
        jailed = [node for node in live if node.spec.isolation is not Isolation.HOST]
        choices = {node.choice.name: node.choice for node in jailed}
        return {name: environments.pinned(choice) for name, choice in choices.items()}


def _without_files(experiment: Experiment) -> Experiment:
    """The experiment with the texts of its scripts in it; data files stay named, for their data is not needed."""
    for name, node in experiment.nodes.items():
        if node.module != DATASET_MODULE:
            for parameter, value in node.parameters.items():
                if isinstance(value, FileRef):
                    experiment = experiment.set(name, parameter, experiment.resolve_value(value))
    return experiment
