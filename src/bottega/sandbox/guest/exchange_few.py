"""Tables of few rows in and out as JSON, which for those costs a fraction of any other form.

    {"rows": number, "columns": [[name, kind, values, unit, zone], …]}

values: floats, integers, texts, true and false by kind, counts of the unit for times; null is missing. There are no
Bytes and no categories in it. The host's side of it is `bottega.dataset.few`.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from .vector import Vector

MOST_ROWS = 64
_TIMES = ("DateTime", "TimeSpan")
_DTYPES = {"Integer": np.int64, "Boolean": np.bool_, "DateTime": np.int64, "TimeSpan": np.int64}


def read_memory(memory: Any) -> tuple[int, list[str], list[Vector]]:
    """Rows, names and columns of a table in memory."""
    told = json.loads(memory)
    columns = told["columns"]
    return told["rows"], [column[0] for column in columns], [_incoming(*column[1:]) for column in columns]


def _incoming(kind: str, values: list[Any], unit: str, zone: str | None) -> Vector:
    missing = np.array([value is None for value in values], np.bool_) if None in values else None
    if kind == "Double":
        return Vector(kind, np.array(values, np.float64), missing)  # NumPy makes NaN of None
    if kind == "String":
        texts = np.empty(len(values), object)
        texts[:] = values
        return Vector(kind, texts, missing)
    if missing is not None:
        values = [0 if value is None else value for value in values]
    return Vector(kind, np.array(values, _DTYPES[kind]), missing, unit=unit, zone=zone)


def dump(rows: int, names: list[str], vectors: list[Vector], most: int) -> bytes | None:
    """A table as JSON of at most `most` bytes; None for one that has no such form."""
    if rows > MOST_ROWS:
        return None
    columns = []
    for name, vector in zip(names, vectors):
        kind = vector.kind
        if kind == "Double" or kind in _DTYPES:
            values = vector.values.tolist()
        elif kind == "String":
            values = vector.arrow.to_pylist() if vector.values is None else vector.values.tolist()
        else:
            return None
        if vector.missing is not None:
            values = [None if is_missing else value for value, is_missing in zip(values, vector.missing.tolist())]
        columns.append([name, kind, values, vector.unit if kind in _TIMES else None, vector.zone])
    data = json.dumps({"rows": rows, "columns": columns}).encode()
    return data if len(data) <= most else None
