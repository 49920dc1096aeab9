"""What all checks of an experiment share: what is checked, what is known of modules, and the problems so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bottega.errors import BottegaError, sentence
from bottega.graph.document import Experiment, Node
from bottega.graph.lines import LineIndex
from bottega.graph.problem import INVALID, Problem
from bottega.graph.spelling import Hints
from bottega.graph.topology import FindModule
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.ports import folded


@dataclass
class Checking:
    """One pass over an experiment.

    chosen  the nodes that are checked, in the document's order
    find    the module of a name, or None; quick to ask again
    """

    experiment: Experiment
    lines: LineIndex
    find: FindModule
    chosen: list[str]
    problems: list[Problem]
    hints: Hints = field(default_factory=Hints)

    def __post_init__(self) -> None:
        self._told: dict[str | None, set[str]] = {}
        for problem in self.problems:
            self._told.setdefault(problem.node, set()).add(folded(problem.port or problem.parameter or ""))

    def modules(self) -> Iterator[tuple[Node, ModuleSpec]]:
        """The chosen nodes whose modules are known."""
        for name in self.chosen:
            node = self.experiment.nodes[name]
            spec = self.find(node.module)
            if spec is not None:
                yield node, spec

    def tell(self, message: str, node: str | None = None, *, code: str = INVALID, **place: Any) -> None:
        """Note a problem; its line is that of the port or parameter, or else the node's."""
        self.problems.append(Problem(code, message, node, **{"line": self._line(node, **place), **place}))

    def tell_error(self, error: BottegaError, node: str, **place: Any) -> None:
        """Note an error as a problem."""
        self.tell(sentence(error), node, code=error.code, **place)

    def is_told(self, node: str, spelled: set[str] | None = None) -> bool:
        """Whether reading the file told a problem of a node, or of its port or parameter of such folded spellings."""
        told = self._told.get(node)
        return told is not None and (spelled is None or not told.isdisjoint(spelled))

    def _line(self, node: str | None, port: str | None = None, parameter: str | None = None, **_: Any) -> int | None:
        if node is None:
            return None
        own = self.lines.input(node, port) if port else self.lines.parameter(node, parameter) if parameter else None
        return own or self.lines.node(node)
