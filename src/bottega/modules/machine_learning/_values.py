"""Values of columns as learners and measures take them: plain, as numbers, as places in a known set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.formats.rendering import labelled
from bottega.sdk import BottegaError, Kind, Table

NUMBERS = (Kind.INTEGER, Kind.DOUBLE)
_NUMERIC = (*NUMBERS, Kind.BOOLEAN)
_PER_SECOND = {"us": 1_000_000, "ns": 1_000_000_000}


def plain(table: Table, name: str) -> Any:
    """The values of a column as one Arrow array; categories are looked up. Raises `0001`."""
    values: Any = table.column(name).combine_chunks()
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values


def numbers(values: Any) -> np.ndarray[Any, Any]:
    """Plain values as float64, NaN where missing: False and True as 0 and 1, dates and times in seconds.

    A DateTime counts from 1970-01-01, in UTC where the column has a zone.
    """
    divisor = _PER_SECOND.get(getattr(values.type, "unit", ""), 1)
    if divisor > 1 or pa.types.is_boolean(values.type):  # Arrow casts neither to float64 by itself
        values = values.cast(pa.int64())
    result: np.ndarray[Any, Any] = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return result / divisor


def distinct(values: Any) -> Any:
    """The different known values in ascending order; text by code point, False before True, -0.0 as 0.0."""
    known = _one_zero(values.drop_null()).unique()
    return known.take(pc.call_function("array_sort_indices", [known]))


def places(values: Any, known: Any) -> np.ndarray[Any, Any]:
    """Where each value stands in `known`, -1 where it does not or is missing. Both are alike (`alike`)."""
    if values.type != known.type:
        values, known = pa.array(numbers(values), from_pandas=True), pa.array(numbers(known))
    values, known = _one_zero(values), _one_zero(known)
    found: Any = pc.call_function("index_in", [values], pc.SetLookupOptions(known, skip_nulls=True))
    result: np.ndarray[Any, Any] = found.fill_null(-1).to_numpy(zero_copy_only=False)
    return result


def _one_zero(values: Any) -> Any:
    """The values, of which -0.0 is 0.0: equal numbers that Arrow tells apart."""
    return pc.call_function("add", [values, pa.scalar(0.0)]) if pa.types.is_float64(values.type) else values


def alike(one: Kind, other: Kind) -> bool:
    """Whether values of two kinds can be compared: Integer, Double and Boolean are numbers, others only themselves."""
    return one is other or (one in _NUMERIC and other in _NUMERIC)


def texts(values: Any) -> list[str]:
    """Plain values as people read them."""
    return [str(text) for text in labelled(values).to_pylist()]


def told(names: Iterable[str], most: int = 10) -> str:
    """Names or values in one line, the first of many."""
    listed: Sequence[str] = list(names)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more


def known_rows(table: Table, names: Iterable[str]) -> np.ndarray[Any, Any]:
    """For each row whether none of these columns is missing in it."""
    known = np.ones(table.num_rows, dtype=bool)
    for name in names:
        if table.column(name).null_count:
            known &= ~np.asarray(plain(table, name).is_null())
    return known


def refuse_infinite(table: Table, names: Iterable[str]) -> None:
    """Raise `0033`, with the row counted from 1, where one of these columns has an infinite number."""
    for name in names:
        values = plain(table, name)
        if pa.types.is_float64(values.type):
            rows = np.flatnonzero(np.isinf(numbers(values)))
            if rows.size:
                raise BottegaError("0033", column=name, row=int(rows[0]) + 1)
