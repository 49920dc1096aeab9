"""The unified difference of two texts, found by the process that reads scripts: it takes long over odd ones."""

from __future__ import annotations

import json

from bottega.migration import process
from bottega.migration.finding import Difference


def difference(old: str, new: str, old_name: str, new_name: str) -> list[str]:
    """Its lines without their ends; none where the texts are the same."""
    if old == new:
        return []
    told = process.ask("difference", [json.dumps([old, new, old_name, new_name])], Difference)[0]
    return list(told.lines) if told is not None else ["the texts are too different to be compared"]
