"""Tables of measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from bottega.sdk import Table

_TEXTS = ("Scored Dataset", "Result Description", "Positive Label", "Negative Label", "Fold Number", "Model")
_COUNTS = (
    "True Positives", "False Negatives", "False Positives", "True Negatives",
    "Number of Points", "Number of examples in fold",
)  # fmt: skip


def as_table(lines: Sequence[Mapping[str, Any]], kinds: Mapping[str, Any] | None = None) -> Table:
    """One row for each line, all of the same columns: measures are Double, counts Integer; `kinds` are other Arrow types."""
    known = dict.fromkeys(_TEXTS, pa.large_string()) | dict.fromkeys(_COUNTS, pa.int64()) | dict(kinds or {})
    columns = {name: pa.array([line.get(name) for line in lines], known.get(name, pa.float64())) for name in lines[0]}
    return Table(pa.table(columns))


def figures(measures: Mapping[str, Any]) -> dict[str, float | None]:
    """The measures that can be averaged: no texts and no counts."""
    return {name: value for name, value in measures.items() if name not in (*_TEXTS, *_COUNTS)}
