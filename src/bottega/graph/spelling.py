"""Names by any spelling, and what someone may have meant."""

from __future__ import annotations

from collections.abc import Iterable

from bottega.sdk.catalogue import nearest
from bottega.sdk.ports import folded


def same_key(spelling: str, keys: Iterable[str]) -> str | None:
    """The key that is spelled so, or else so but for capitals, spaces, dashes and underscores."""
    known = list(keys)
    if spelling in known:
        return spelling
    wanted = folded(spelling)
    return next((key for key in known if folded(key) == wanted), None)


def did_you_mean(name: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """`; did you mean …?`, or what is given for the case that nothing is near."""
    near = nearest(name[:200], list(known)).replace(", ", " or ")
    return f"; did you mean {near}?" if near else otherwise


def there_are(what: str, known: Iterable[str]) -> str:
    """`; its … are …`, to go on after `it has no …`."""
    names = list(known)
    told = ", ".join(names[:20]) + (", …" if len(names) > 20 else "")
    return f"; its {what} are {told}" if names else f"; it has no {what}"


class Hints:
    """Near names for many unknown ones: after so many it gives none, for comparing each with all takes long."""

    def __init__(self, budget: int = 50) -> None:
        self._left = budget

    def near(self, name: str, known: Iterable[str], *, otherwise: str = "") -> str:
        """As `did_you_mean`."""
        self._left -= 1
        return did_you_mean(name, known, otherwise=otherwise) if self._left >= 0 else otherwise
