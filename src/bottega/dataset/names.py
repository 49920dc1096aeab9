"""Rules for column names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def unique_names(names: Iterable[object], *, first: int = 1) -> list[str]:
    """Make names text and unique, in order of appearance.

    The first of several equal names keeps it; the others get ` (1)`, ` (2)` … counting
    from `first` (classic's later editions count from 1, its oldest from 2; fact sheet 1.10),
    passing over a number whose name another column already has.
    """
    texts = [str(name) for name in names]
    taken = set(texts)
    seen: set[str] = set()
    following: dict[str, int] = {}
    result = []
    for text in texts:
        name = text
        if text in seen:
            number = following.get(text, first)
            while (name := f"{text} ({number})") in taken:
                number += 1
            following[text] = number + 1
        taken.add(name)
        seen.add(name)
        result.append(name)
    return result
