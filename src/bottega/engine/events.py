"""What a run tells while it goes on: one tagged union, for the terminal, the page and the log alike."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from bottega.store.records import Step


class Phase(msgspec.Struct, frozen=True, tag=True):
    """Something takes its time before a node can run, such as building an environment."""

    text: str


class RunStarted(msgspec.Struct, frozen=True, tag=True):
    """A run has its record; `nodes` will run or be reused, in this order."""

    run: str
    nodes: tuple[str, ...]


class NodeStarted(msgspec.Struct, frozen=True, tag=True):
    """A node runs now."""

    node: str
    module: str


class NodePrinted(msgspec.Struct, frozen=True, tag=True):
    """A node's code printed this."""

    node: str
    text: str


class NodeEnded(msgspec.Struct, frozen=True, tag=True):
    """A node is done, and its record is safe on disk."""

    step: Step


class RunEnded(msgspec.Struct, frozen=True, tag=True):
    """The run is over; `reason` tells why it could not go on, where that was no node's failure."""

    run: str
    status: str
    seconds: float
    reason: str | None = None


Event = Phase | RunStarted | NodeStarted | NodePrinted | NodeEnded | RunEnded
Listener = Callable[[Event], None]


class Careful:
    """A listener that a run survives: one that raises hears no more."""

    def __init__(self, listener: Listener) -> None:
        self._listener: Listener | None = listener

    def __call__(self, event: Event) -> None:
        """Pass on one event."""
        listener = self._listener
        if listener is None:
            return
        try:
            listener(event)
        except Exception:  # noqa: BLE001 - a closed terminal or page is no reason to lose a result
            self._listener = None


def silent(_event: Event) -> None:
    """A listener for those who only want the end."""
