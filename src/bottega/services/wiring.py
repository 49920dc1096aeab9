"""Questions about an experiment's graph that setting up a web service asks: who trains, who scores, where data begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from bottega.errors import BottegaError
from bottega.graph import topology
from bottega.graph.document import Experiment
from bottega.sdk import catalogue
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.ports import Port, PortType

_EVALUATE = "Machine Learning/Evaluate"
_SPLIT = "Data Transformation/Sample and Split"


@dataclass(frozen=True)
class Edge:
    """From an output port to an input port."""

    source: str
    output: str
    node: str
    port: str


class Wiring:
    """An experiment with its modules found and its edges resolved. Raises `module-unknown`, and `usage` for a circle."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.specs: dict[str, ModuleSpec] = {
            name: catalogue.get(node.module) for name, node in experiment.nodes.items()
        }
        self.order = topology.order(experiment)
        links = topology.links(experiment, catalogue.find)
        # At each node in the order of its ports: the first table is the one that a module is mainly about.
        self.into: dict[str, list[Edge]] = {
            name: [Edge(*links[name][port.name], name, port.name) for port in spec.inputs if port.name in links[name]]
            for name, spec in self.specs.items()
        }
        self.out_of: dict[str, list[Edge]] = {name: [] for name in self.specs}
        for name in self.order:
            for edge in self.into[name]:
                self.out_of[edge.source].append(edge)

    def output(self, node: str, kind: PortType) -> Port | None:
        """The first output port of a type."""
        return next((port for port in self.specs[node].outputs if port.type is kind), None)

    def carries(self, edge: Edge) -> PortType:
        """The type of the output that an edge begins at."""
        port = self.specs[edge.source].output(edge.output)
        if port is None:
            raise BottegaError("usage", reason=f"{edge.source} has no output {edge.output}")
        return port.type

    def tables_into(self, node: str) -> list[Edge]:
        """The edges that bring tables, those at the first ports first."""
        ports = {port.name for port in self.specs[node].inputs if port.type is PortType.TABLE}
        return [edge for edge in self.into[node] if edge.port in ports]

    @cached_property
    def trainers(self) -> list[str]:
        """The nodes that make a trained model, in order."""
        return [
            name
            for name in self.order
            if self.output(name, PortType.TRAINED_MODEL) is not None and self.specs[name].guest != "dataset"
        ]

    @cached_property
    def scorers(self) -> list[str]:
        """The nodes that use a model trained here on a table, in order; those that measure models are none."""
        return [name for name in self.order if self.model_of(name) is not None and self.tables_into(name)
                and not self.is_evaluation(name)]  # fmt: skip

    def model_of(self, node: str) -> str | None:
        """The trainer whose model a node takes."""
        return next((edge.source for edge in self.into[node] if edge.source in self.trainers
                     and self.carries(edge) is PortType.TRAINED_MODEL), None)  # fmt: skip

    def is_evaluation(self, node: str) -> bool:
        """Whether a node measures how good a model is."""
        return self.specs[node].category.startswith(_EVALUATE)

    def is_split(self, node: str) -> bool:
        """Whether a node parts the rows of a table."""
        return self.specs[node].category.startswith(_SPLIT) and len(self.tables_into(node)) == 1

    def after(self, nodes: Iterable[str], *, measured: bool = True) -> set[str]:
        """The nodes and all that hangs on them; `measured=False` leaves out evaluations and what hangs on those."""
        reached: set[str] = set()
        waiting = list(nodes)
        while waiting:
            name = waiting.pop()
            if name not in reached and (measured or not self.is_evaluation(name)):
                reached.add(name)
                waiting += [edge.node for edge in self.out_of[name]]
        return reached

    def origin(self, node: str) -> str:
        """Where the data that a node is mainly about comes from: by the first table of each node, upstream."""
        while edges := self.tables_into(node):
            node = edges[0].source
        return node

    def fed_by(self, source: str) -> list[Edge]:
        """The edges that bring its tables to input ports of tables, in order."""
        ends = [edge for name in self.order for edge in self.tables_into(name)]
        return [edge for edge in ends if edge.source == source]

    def last(self, among: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The tables that leave these nodes and go into none that gives a table itself: node and output port, in order."""
        chosen = set(among)
        for name in self.order:
            port = self.output(name, PortType.TABLE)
            if name not in chosen or port is None:
                continue
            if not any(edge.node in chosen and self.output(edge.node, PortType.TABLE) for edge in self.out_of[name]):
                yield name, port.name
