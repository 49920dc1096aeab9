"""An experiment made ready to run: modules found, parameters converted, edges resolved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bottega.engine import environment_of
from bottega.engine.environment_of import Choice
from bottega.engine.inline_metadata import Inline
from bottega.errors import BottegaError
from bottega.graph import topology
from bottega.graph.document import DATASET_MODULE, Experiment, FileRef, Node, check_not_pinned
from bottega.sandbox.host.environment import BOTTEGA
from bottega.sdk import catalogue
from bottega.sdk.declaration import ModuleSpec


@dataclass(frozen=True)
class Ready:
    """One node.

    values  its parameters as the module's function takes them, `plain` as files hold them; a script's `environment` is the
            name of the one that it runs in, whoever chose it
    links   input port to (node, output port)
    file    the data file, of a node that is one
    pinned  RUN/NODE: what stands for its result; empty where it runs like any other
    inline  what that environment is built from, where the script says so itself
    """

    id: str
    spec: ModuleSpec
    values: Mapping[str, Any]
    plain: Mapping[str, Any]
    links: Mapping[str, tuple[str, str]]
    file: Path | None = None
    pinned: str = ""
    inline: Inline | None = None

    @property
    def choice(self) -> Choice:
        """The environment that it runs in: of a module Bottega's own."""
        return Choice(str(self.values["environment"]) if self.spec.guest == "script" else BOTTEGA, inline=self.inline)


@dataclass(frozen=True)
class Prepared:
    """The nodes that a run is about, upstream first."""

    nodes: Mapping[str, Ready]
    partial: bool

    def consumers(self) -> dict[str, list[str]]:
        """The nodes that wait for each."""
        found: dict[str, list[str]] = {name: [] for name in self.nodes}
        for name, node in self.nodes.items():
            for source in {source for source, _ in node.links.values()}:
                found[source].append(name)
        return found


def prepare(experiment: Experiment, targets: Iterable[str] = (), *, lenient: bool = False) -> Prepared:
    """The whole experiment, or what its targets need.

    lenient  leave out nodes that cannot be made ready, with what hangs on them, instead
             of raising what is wrong
    """
    wanted = list(targets)
    for name in wanted:
        experiment.node(name)
    chosen = topology.upstream(experiment, wanted) if wanted else set(experiment.nodes)
    links = topology.links(experiment, catalogue.find)
    nodes: dict[str, Ready] = {}
    ordered, rest = topology.partial_order(experiment)
    if chosen & set(rest):
        topology.order(experiment)  # raises
    for name in ordered:
        if name not in chosen:
            continue
        try:
            ready = _ready(experiment, experiment.nodes[name], links[name])
        except BottegaError:
            if not lenient:
                raise
            continue
        if all(source in nodes for source, _ in ready.links.values()):
            nodes[name] = ready
    return Prepared(nodes, partial=chosen != set(experiment.nodes))


def _ready(experiment: Experiment, node: Node, links: Mapping[str, tuple[str, str]]) -> Ready:
    check_not_pinned(node.module)
    spec = catalogue.get(node.module)
    given = dict(node.parameters)
    file = None
    dataset = node.dataset
    if spec.name == DATASET_MODULE and isinstance(dataset, FileRef):
        file = experiment.file_path(dataset)
        given = {"dataset": dataset.path}
    values = spec.convert({name: experiment.resolve_value(value) for name, value in given.items()})
    inline = None
    if spec.guest == "script":
        choice = environment_of.of(str(values["script"]), str(values["environment"]), experiment.environment)
        values, inline = {**values, "environment": choice.name}, choice.inline
    return Ready(node.id, spec, values, spec.as_plain(values), links, file, node.pinned, inline)
