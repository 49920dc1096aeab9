"""What things of a workspace may be called, and the ids they get."""

from __future__ import annotations

import re
import unicodedata
import uuid

from bottega.errors import BottegaError

_LONGEST = 200
_ID = re.compile(r"[0-9a-f]{32}")
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}


class Taken(BottegaError):  # noqa: N818  # a state of things rather than a fault
    """`usage`: something else bears this name or id."""


def check_name(name: str, what: str = "dataset", *, forbidden: str = "/\\") -> None:
    """Raise `usage` for what cannot be the name of a thing of this kind."""
    reason = ""
    if not name.strip():
        reason = "it is empty"
    elif len(name) > _LONGEST:
        reason = f"it is longer than {_LONGEST} characters"
    elif wrong := [c for c in name if c in forbidden or unicodedata.category(c) in _UNPRINTABLE]:
        reason = f"it holds {wrong[0]!r}"
    if reason:
        raise BottegaError("usage", reason=f"{name[:60]!r} cannot be the name of a {what}: {reason}")


def new_id() -> str:
    """32 hexadecimal digits that nothing else has."""
    return uuid.uuid4().hex


def is_id(text: str) -> bool:
    """Whether a text is such an id."""
    return _ID.fullmatch(text) is not None


def given_or_new_id(given: str | None) -> str:
    """The id that a client chose, or a new one. Raises `usage` for one that is none."""
    if given is not None and not is_id(given):
        raise BottegaError("usage", reason=f"{given[:60]!r} is no id: that is 32 hexadecimal digits in lower case")
    return given or new_id()
