"""What an experiment shows to the callers of a web service: values, part of its document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final

MAX_NAME = 200


class Unset(Enum):
    """A default that is not given; null is one."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True)
class Source:
    """Where an edge begins or a call reaches in: a node, and its port by any spelling; without one, its first."""

    node: str
    port: str | None = None

    @classmethod
    def parse(cls, text: str) -> Source:
        """From `node` or `node.port`. Raises ValueError where it is neither."""
        node, dot, port = text.strip().partition(".")
        if not node or (dot and not port) or len(text) > 2 * MAX_NAME:
            raise ValueError(f"{text[:MAX_NAME]!r} is neither NODE nor NODE.PORT")
        return cls(node, port or None)

    def __str__(self) -> str:
        return f"{self.node}.{self.port}" if self.port else self.node


@dataclass(frozen=True)
class ServiceParameter:
    """A value that a call may give, and the module parameters that take it.

    sets      `node.parameter`, one at least
    required  a call must give it; else there is the default, or what stands in the nodes
    """

    sets: tuple[str, ...]
    required: bool = False
    default: Any = UNSET
    description: str = ""


@dataclass(frozen=True)
class WebService:
    """Inputs, outputs and parameters by the names that are their keys in a call; falsy when there are none.

    inputs   the input ports that a call's table feeds; what feeds them in the graph tells their columns (fact sheet 4.5)
    outputs  the output port that an answer is read from
    """

    inputs: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)
    outputs: Mapping[str, Source] = field(default_factory=dict)
    parameters: Mapping[str, ServiceParameter] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.inputs or self.outputs or self.parameters)

    def renamed(self, old: str, new: str) -> WebService:
        """With another id for a node."""

        def follow(source: Source) -> Source:
            return Source(new, source.port) if source.node == old else source

        return self._mapped(lambda sources: tuple(map(follow, sources)))

    def without(self, node: str) -> WebService:
        """Without all that reaches into a node, and without what then reaches nothing."""
        return self._mapped(lambda sources: tuple(source for source in sources if source.node != node))

    def _mapped(self, change: Callable[[tuple[Source, ...]], tuple[Source, ...]]) -> WebService:
        inputs = {name: change(ports) for name, ports in self.inputs.items()}
        outputs = {name: change((source,)) for name, source in self.outputs.items()}
        sets = {name: change(tuple(map(Source.parse, each.sets))) for name, each in self.parameters.items()}
        return WebService(
            {name: ports for name, ports in inputs.items() if ports},
            {name: sources[0] for name, sources in outputs.items() if sources},
            {
                name: replace(each, sets=tuple(map(str, sets[name])))
                for name, each in self.parameters.items()
                if sets[name]
            },
        )
