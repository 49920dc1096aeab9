"""Checks of the `web_service:` section: that what callers see is there, and fits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bottega.errors import BottegaError, sentence
from bottega.graph.checking import Checking
from bottega.graph.document import UNSET, FileRef, ServiceParameter, Source
from bottega.graph.problem import INVALID
from bottega.graph.spelling import there_are
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.parameters import Parameter
from bottega.sdk.ports import PortType


def check_service(checking: Checking) -> None:
    """Inputs, outputs and parameters of the web service, as far as they reach the nodes that are checked."""
    _Checks(checking).run()


class _Checks:
    def __init__(self, checking: Checking) -> None:
        self._checking = checking
        self._service = checking.experiment.web_service
        self._chosen = set(checking.chosen)
        self._fed: dict[tuple[str, str], str] = {}
        self._set: dict[tuple[str, str], str] = {}

    def run(self) -> None:
        for name, ports in self._service.inputs.items():
            for source in self._counted(ports):
                self._input(name, source)
        for name, source in self._service.outputs.items():
            for each in self._counted([source]):
                self._output(name, each)
        for name, parameter in self._service.parameters.items():
            self._parameter(name, parameter)

    def _counted(self, sources: Iterable[Source]) -> list[Source]:
        """Those that reach nodes which are checked, or no node at all."""
        nodes = self._checking.experiment.nodes
        return [source for source in sources if source.node in self._chosen or source.node not in nodes]

    def _input(self, name: str, source: Source) -> None:
        spec = self._spec("input", name, source)
        port = spec.input(source.port or "") if spec else None
        if spec is None:
            return
        if port is None:
            known = [each.name for each in spec.inputs]
            self._tell(
                "input", name, f"{source.node} ({spec.title}) has no input {source.port}", known, "inputs", source
            )
        elif not PortType.TABLE.fits(port.type):
            message = f"Input {port.title} of {source.node} takes {port.type}, and a call feeds tables."
            self._tell("input", name, message, node=source.node)
        else:
            self._once(self._fed, (source.node, port.name), "input", name, "feeds")

    def _output(self, name: str, source: Source) -> None:
        spec = self._spec("output", name, source)
        if spec is None:
            return
        known = [each.name for each in spec.outputs]
        if not known or (source.port and spec.output(source.port) is None):
            message = f"{source.node} ({spec.title}) has no output {source.port or ''}".rstrip()
            self._tell("output", name, message, known, "outputs", source)

    def _parameter(self, name: str, given: ServiceParameter) -> None:
        kinds: dict[Any, str] = {}
        told: set[str] = set()
        for source in self._counted(map(Source.parse, given.sets)):
            spec = self._spec("parameter", name, source)
            parameter = spec.parameter(source.port or "") if spec else None
            if spec is None:
                continue
            if parameter is None:
                known = [each.name for each in spec.parameters]
                message = f"{source.node} ({spec.title}) has no parameter {source.port}"
                self._tell("parameter", name, message, known, "parameters", source)
                continue
            self._once(self._set, (source.node, parameter.name), "parameter", name, "sets")
            kinds.setdefault(_kind(parameter), f"{source.node}.{parameter.name} ({parameter.type_text})")
            self._default(name, given, parameter, source.node, told)
        if len(kinds) > 1:
            message = f"All that one web service parameter sets is of one type, unlike {' and '.join(kinds.values())}."
            self._tell("parameter", name, message)

    def _default(self, name: str, given: ServiceParameter, parameter: Parameter, node: str, told: set[str]) -> None:
        if given.default is UNSET:
            return
        try:
            value = given.default
            parameter.convert(self._checking.experiment.resolve_value(value) if isinstance(value, FileRef) else value)
        except BottegaError as error:
            if sentence(error) not in told:
                told.add(sentence(error))
                self._tell("parameter", name, sentence(error), node=node, code=error.code)

    def _spec(self, kind: str, name: str, source: Source) -> ModuleSpec | None:
        """The module that is reached; None, too, where the node's own problem tells enough."""
        node = self._checking.experiment.nodes.get(source.node)
        if node is None:
            hint = self._checking.hints.near(source.node, self._checking.experiment.nodes, otherwise=".")
            self._tell(kind, name, f"There is no node {source.node}{hint}")
            return None
        return self._checking.find(node.module)

    def _once(self, taken: dict[tuple[str, str], str], place: tuple[str, str], kind: str, name: str, does: str) -> None:
        if place in taken:
            other = taken[place]
            message = (
                f"{'.'.join(place)} is there twice" if other == name else f"{other} {does} {'.'.join(place)} already"
            )
            self._tell(kind, name, f"{message}.", node=place[0])
        taken.setdefault(place, name)

    def _tell(
        self, kind: str, name: str, message: str, known: list[str] | None = None, what: str = "",
        source: Source | None = None, *, node: str | None = None, code: str = INVALID,
    ) -> None:  # fmt: skip
        """Note a problem at the section's line; of an unknown name with those that are known."""
        if known is not None and source is not None:
            node = source.node
            message += self._checking.hints.near(source.port or "", known, otherwise=there_are(what, known) + ".")
        line = self._checking.lines.service.get((kind, name))
        self._checking.tell(f"The web service {kind} {name}: {message}", node, code=code, line=line)


def _kind(parameter: Parameter) -> Any:
    """What two parameters have in common that can take the same values."""
    return parameter.choices or (parameter.type, parameter.single)
