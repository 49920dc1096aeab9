"""Where everything stands in an experiment file."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class LineIndex:
    """Lines, from 1, of nodes and of what they have; names as the file spells them. None for what is not there.

    service  lines of web service inputs, outputs and parameters, by kind and name
    top      lines of the experiment's own entries, such as `environment`
    """

    nodes: dict[str, int] = field(default_factory=dict)
    inputs: dict[tuple[str, str], int] = field(default_factory=dict)
    parameters: dict[tuple[str, str], int] = field(default_factory=dict)
    texts: dict[tuple[str, str], int] = field(default_factory=dict)
    service: dict[tuple[str, str], int] = field(default_factory=dict)
    top: dict[str, int] = field(default_factory=dict)

    def node(self, id: str) -> int | None:  # noqa: A002 # its name
        """The line of a node's id."""
        return self.nodes.get(id)

    def input(self, id: str, port: str) -> int | None:  # noqa: A002 # its name
        """The line of an edge."""
        return self.inputs.get((id, port))

    def parameter(self, id: str, name: str) -> int | None:  # noqa: A002 # its name
        """The line of a parameter's name."""
        return self.parameters.get((id, name))

    def in_text(self, id: str, name: str, line: int) -> int | None:  # noqa: A002 # its name
        """The file's line of a line of a parameter's text, where that stands here as a block (`|`)."""
        header = self.texts.get((id, name))
        return None if header is None else header + line
