"""Why a node runs or does not, as the native API tells it."""

from __future__ import annotations

from msgspec import Struct


class Part(Struct):
    """Something that a result depends on, and whether it is another than before."""

    part: str
    changed: bool
    text: str


class Why(Struct):
    """What is done with a node and the reason; its parts against the last result before, that of run `compared`.

    action  `reuse`, `run`, `wait`; null where it cannot run as it is
    """

    node: str
    action: str | None
    reason: str
    compared: str | None
    parts: list[Part]
