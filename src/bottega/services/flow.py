"""One call of a program while it goes on: what its stages gave so far, and what it may still use."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NoReturn

from bottega.errors import BottegaError, sentence
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.service import PreparationFailed, Workers
from bottega.sandbox.host.task import Failure, Outcome
from bottega.sdk import catalogue
from bottega.services.errors import ModuleFailure
from bottega.services.parameters import Settings
from bottega.services.program import Node
from bottega.services.value import Value

_LEAST_SECONDS = 0.01


@dataclass
class Flow:
    """What the stages of a call share.

    values     by key (`stages.sources`): of constants and web service inputs at first, then of each stage
    settings   of the nodes whose parameters this call changes
    limits     of the whole call
    made       the values that are this call's own
    """

    values: dict[str, Value]
    settings: Mapping[str, Settings]
    limits: Limits
    printed: Callable[[str], None] | None = None
    cancel: int | None = None
    made: list[Value] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def add(self, key: str, value: Value) -> None:
        """Keep what a stage gave."""
        self.values[key] = value
        self.made.append(value)

    def left(self) -> Limits:
        """The limits for the next stage: the time that is left is that of the whole call."""
        return replace(self.limits, wall_seconds=max(_LEAST_SECONDS, self._seconds()))

    @property
    def is_over(self) -> bool:
        """Whether the time of the call is over."""
        return self._seconds() <= 0

    def _seconds(self) -> float:
        return self.limits.wall_seconds - (time.monotonic() - self.started)

    def given(self, node: Node, sources: Mapping[str, str]) -> dict[str, Value]:
        """The values at a node's ports, by port; an output that its node left out is as if nothing were connected.

        Raises ModuleFailure (0003) where there must be one.
        """
        found = {port: self.values[key] for port, key in sources.items() if key in self.values}
        for port in catalogue.get(node.module).inputs:
            if not port.optional and port.name in sources and port.name not in found:
                error = BottegaError("0003", input=f"{port.title} (from {sources[port.name]})")
                fail(node, Failure("0003", "ModuleError", sentence(error)))
        return found

    def close(self) -> None:
        """Let go of what is this call's own."""
        for value in self.made:
            value.close()


def warm(nodes: Sequence[Node], workers: Workers) -> None:
    """Wait until a child is ready. Raises ModuleFailure where there cannot be one."""
    try:
        workers.warm()
    except PreparationFailed as error:
        fail(_failed(nodes, error.failure), error.failure)


def _failed(nodes: Sequence[Node], failure: Failure) -> Node:
    """The node that a failure is of; the last where none is told, for what the jail itself gave."""
    return next((node for node in nodes if node.id == failure.node), nodes[-1])


def check(nodes: Sequence[Node], outcome: Outcome) -> None:
    """Raise ModuleFailure for nodes whose run gave no result."""
    if outcome.failure is not None:
        fail(_failed(nodes, outcome.failure), outcome.failure)


def fail(node: Node, failure: Failure) -> NoReturn:
    """Raise ModuleFailure."""
    raise ModuleFailure(
        node.id, catalogue.get(node.module).title, failure.code, failure.message,
        type=failure.type, traceback=failure.traceback, line=failure.line,
    )  # fmt: skip
