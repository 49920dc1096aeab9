"""Checks of nodes and edges."""

from __future__ import annotations

from bottega.errors import BottegaError
from bottega.graph.checking import Checking
from bottega.graph.document import Node, Source
from bottega.graph.spelling import there_are
from bottega.graph.topology import circles, output_port
from bottega.sdk import catalogue
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.ports import Port


def check_wiring(checking: Checking) -> None:
    """Modules, ports, sources and circles."""
    if not checking.experiment.nodes:
        checking.tell("The experiment is empty: it needs a dataset or a module at least.")
    _check_modules(checking)
    for node, spec in checking.modules():
        _check_inputs(checking, node, spec)
    chosen = set(checking.chosen)
    for circle in circles(checking.experiment):
        if chosen.issuperset(circle):
            checking.tell(f"These nodes feed one another in a circle: {' → '.join(circle)}.", circle[0])


def _check_modules(checking: Checking) -> None:
    hints: dict[str, str] = {}
    for name in checking.chosen:
        module = checking.experiment.nodes[name].module
        if not module:
            if not checking.is_told(name):
                checking.tell(f"Node {name} has no module.", name)
        elif checking.find(module) is None:
            if module not in hints:
                known = [*catalogue.names(), *(each.title for each in catalogue.every())]
                hints[module] = checking.hints.near(module, known, otherwise="; `bottega modules` lists all.")
            checking.tell(f"There is no module {module}{hints[module]}", name, code="module-unknown")


def _check_inputs(checking: Checking, node: Node, spec: ModuleSpec) -> None:
    taken: dict[str, str] = {}
    for spelling, source in node.inputs.items():
        port = spec.input(spelling)
        if port is None:
            known = [each.name for each in spec.inputs]
            hint = checking.hints.near(spelling, known, otherwise=there_are("inputs", known) + ".")
            checking.tell(f"{spec.title} has no input {spelling}{hint}", node.id, port=spelling)
        elif port.name in taken:
            message = f"{taken[port.name]} and {spelling} are the same input of {node.id}, which takes one edge."
            checking.tell(message, node.id, port=spelling)
        else:
            taken[port.name] = spelling
            _check_source(checking, node, spelling, port, source)
    for port in spec.inputs:
        if not port.optional and port.name not in taken and not checking.is_told(node.id, port.spellings()):
            checking.tell_error(BottegaError("0003", input=port.title), node.id, port=port.name)


def _check_source(checking: Checking, node: Node, spelling: str, port: Port, source: Source) -> None:
    nodes = checking.experiment.nodes
    if source.node not in nodes:
        hint = checking.hints.near(source.node, nodes, otherwise=".")
        checking.tell(f"There is no node {source.node} to feed {spelling}{hint}", node.id, port=spelling)
        return
    begin = checking.find(nodes[source.node].module)
    if begin is None:
        return
    output = output_port(checking.experiment, source, checking.find)
    if output is None:
        known = [each.name for each in begin.outputs]
        message = f"{source.node} ({begin.title}) has no output {source.port or ''}".rstrip()
        hint = checking.hints.near(source.port or "", known, otherwise=there_are("outputs", known) + ".")
        checking.tell(message + (hint if known else "."), node.id, port=spelling)
    elif not output.type.fits(port.type):
        checking.tell(
            f"Input {port.title} of {node.id} takes {port.type}, "
            f"but {output.title} of {source.node} gives {output.type}.",
            node.id,
            port=spelling,
        )
