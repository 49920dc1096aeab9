"""Which nodes of an experiment run in each call of its web service.

A node is live when an output needs it and it hangs on a web service input or parameter, or must look at the world each
time. A node without outputs, such as Export Data, is live where it hangs on such a node.
"""

from __future__ import annotations

from functools import cached_property
from typing import NoReturn

from bottega.engine.plan import is_cacheable
from bottega.engine.prepared import Prepared, Ready, prepare
from bottega.errors import BottegaError
from bottega.graph import topology
from bottega.graph.document import Experiment, Source
from bottega.sandbox.host.network import NO_NETWORK, Network
from bottega.sdk import catalogue
from bottega.sdk.parameters import Parameter
from bottega.sdk.ports import TABLE_FILES, Port, PortType
from bottega.services.program import place

TABLES = (PortType.TABLE, PortType.ANY, *TABLE_FILES)
Place = tuple[str, str]  # a node, and one of its ports or parameters


class Liveness:
    """An experiment's web service by the names that modules have for ports and parameters, and what it makes live.

    What cannot be found raises `usage`.
    """

    def __init__(self, experiment: Experiment, network: Network = NO_NETWORK) -> None:
        """`network` is what scripts of the experiment may reach: those look at the world."""
        self.experiment = experiment
        self.service = experiment.web_service
        self._network = network

    @cached_property
    def nodes(self) -> Prepared:
        """All nodes that can be made ready; those that are needed and cannot be raise why."""
        needed = [source.node for source in self.service.outputs.values()]
        needed += [source.node for ports in self.service.inputs.values() for source in ports]
        needed += [place(each)[0] for parameter in self.service.parameters.values() for each in parameter.sets]
        prepare(self.experiment, dict.fromkeys(needed))
        return prepare(self.experiment, lenient=True)

    @cached_property
    def outputs(self) -> dict[str, tuple[str, Port]]:
        """By the name of a web service output, the node and port that it tells."""
        found = {}
        for name, source in self.service.outputs.items():
            port = topology.output_port(self.experiment, source, catalogue.find)
            if source.node not in self.nodes.nodes or port is None:
                missing(f"its web service output {name} is {source}, which is no output of a module")
            if port.type is PortType.DEVICE:
                missing(f"its web service output {name} is {source}, which holds printed text and pictures, not data")
            found[name] = (source.node, port)
        return found

    @cached_property
    def inputs(self) -> dict[str, list[Place]]:
        """By the name of a web service input, the ports that it feeds."""
        return {name: [self._input(name, each) for each in ports] for name, ports in self.service.inputs.items()}

    def _input(self, name: str, source: Source) -> Place:
        node = self.nodes.nodes.get(source.node)
        port = node.spec.input(source.port) if node is not None and source.port else None
        if port is None:
            missing(f"its web service input {name} feeds {source}, which is no input of a module")
        if port.type not in TABLES:
            missing(f"its web service input {name} feeds {source}, which takes a {port.type}; callers send tables")
        return source.node, port.name

    @cached_property
    def parameters(self) -> dict[str, list[tuple[str, Parameter]]]:
        """By the name of a web service parameter, the nodes and parameters that it sets."""
        return {
            name: [self._parameter(name, each) for each in parameter.sets]
            for name, parameter in self.service.parameters.items()
        }

    def _parameter(self, name: str, spelling: str) -> tuple[str, Parameter]:
        node, parameter = place(spelling)
        ready = self.nodes.nodes.get(node)
        declared = ready.spec.parameter(parameter) if ready is not None else None
        if ready is None or declared is None:
            missing(f"its web service parameter {name} sets {spelling}, which is no parameter of a module")
        if ready.spec.guest == "dataset":
            missing(f"its web service parameter {name} sets {spelling}, but what a node reads is the same in all calls")
        return node, declared

    @cached_property
    def fed(self) -> dict[Place, str]:
        """The web service input that feeds each port."""
        found: dict[Place, str] = {}
        for name, ports in self.inputs.items():
            for port in ports:
                if port in found:
                    missing(f"two web service inputs feed {'.'.join(port)}; a port takes one")
                found[port] = name
        return found

    def links(self, node: Ready) -> dict[str, Place]:
        """Where those inputs of a node come from that no call feeds."""
        return {port: source for port, source in node.links.items() if (node.id, port) not in self.fed}

    @cached_property
    def sinks(self) -> list[str]:
        """Live nodes that give nothing."""
        return [name for name, node in self.nodes.nodes.items() if not node.spec.outputs and name in self._moving]

    @cached_property
    def live(self) -> list[str]:
        """The live nodes, upstream first."""
        rest = [*(node for node, _ in self.outputs.values()), *self.sinks]
        needed: set[str] = set()
        while rest:
            name = rest.pop()
            if name not in needed and name in self._moving:
                needed.add(name)
                rest += [source for source, _ in self.links(self.nodes.nodes[name]).values()]
        return [name for name in self.nodes.nodes if name in needed]

    def is_live(self, source: str) -> bool:
        """Whether an output port, `node.port`, is one of a live node."""
        return place(source)[0] in self.live

    @cached_property
    def _moving(self) -> set[str]:
        """The nodes whose outputs may differ from call to call, needed or not."""
        moving = {node for ports in self.parameters.values() for node, _ in ports} | {node for node, _ in self.fed}
        for name, node in self.nodes.nodes.items():
            hangs = any(source in moving for source, _ in self.links(node).values())
            if hangs or (node.spec.outputs and not is_cacheable(node, self._network)):
                moving.add(name)
        return moving


def missing(reason: str) -> NoReturn:
    """Raise `usage`."""
    raise BottegaError("usage", reason=f"The experiment cannot be published: {reason}")
