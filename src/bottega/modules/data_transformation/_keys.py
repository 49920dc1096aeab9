"""The keys of two tables' rows as numbers: equal keys have equal numbers, and a missing one has -1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from bottega.dataset.types import Kind, column_type
from bottega.sdk import BottegaError

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments

_NUMBERS = {Kind.INTEGER, Kind.DOUBLE}


def key_codes(
    left: Sequence[Any], right: Sequence[Any], names: Sequence[str], *, match_case: bool
) -> tuple[Any, Any, int]:
    """The codes of both sides' rows and how many codes there are.

    left, right  Arrow columns, the parts of the keys, pairwise
    names        of the left columns, for errors

    A key of which a part is missing equals no other. Raises `0016` where the types of a pair differ;
    Integer and Double are compared as numbers, and categories by their values.
    """
    rows = len(left[0])
    codes, count = _part(_comparable(left[0], right[0], names[0]), match_case=match_case)
    for one, other, name in zip(left[1:], right[1:], names[1:], strict=True):
        part, values = _part(_comparable(one, other, name), match_case=match_case)
        missing = (codes < 0) | (part < 0)
        codes, count = _dense(pa.array(codes * values + part, mask=missing))
    return codes[:rows], codes[rows:], count


def _dense(values: Any) -> tuple[Any, int]:
    """The values numbered without gaps: products of many columns' codes would outgrow 64 bits."""
    encoded = values.dictionary_encode()
    return encoded.indices.fill_null(-1).to_numpy().astype(np.int64), len(encoded.dictionary)


def _part(column: Any, *, match_case: bool) -> tuple[Any, int]:
    """One column's values as codes, and how many values there are."""
    if pa.types.is_integer(column.type):
        bounds = pc.min_max(column).as_py()
        if bounds["min"] is not None and bounds["max"] - bounds["min"] <= 2 * len(column):
            # Numbers near one another are codes already, but for where they begin.
            codes = pc.subtract(column, bounds["min"]).fill_null(-1).to_numpy()
            return codes, bounds["max"] - bounds["min"] + 1
    if match_case or not pa.types.is_large_string(column.type):
        return _dense(column.combine_chunks())
    encoded = column.combine_chunks().dictionary_encode()
    folded = pa.array([text.casefold() for text in encoded.dictionary.to_pylist()], pa.large_string())
    return _dense(folded.take(encoded.indices))


def _comparable(left: Any, right: Any, name: str) -> Any:
    """The left values, then the right ones, in one column of one type."""
    one, other = _decoded(left), _decoded(right)
    kinds = column_type(one.type).kind, column_type(other.type).kind
    if (kinds[0] is not kinds[1] and set(kinds) != _NUMBERS) or _has_zone(one) is not _has_zone(other):
        raise BottegaError("0016", column=name, found=_words(left), expected=_words(right))
    if kinds[0] is not kinds[1]:
        one, other = _whole(one), _whole(other)
    elif kinds[0] in (Kind.DATETIME, Kind.TIMESPAN):
        one, other = _ticks(one, other)
    elif kinds[0] is Kind.DOUBLE:
        one, other = pc.add(one, 0.0), pc.add(other, 0.0)  # -0.0 and 0.0 are one key
    return pa.chunked_array([*one.chunks, *other.chunks], one.type)


def _has_zone(column: Any) -> bool:
    return getattr(column.type, "tz", None) is not None


def _words(column: Any) -> str:
    return f"{column_type(column.type)}{' with a zone' if _has_zone(column) else ''}"


def _decoded(column: Any) -> Any:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _whole(numbers: Any) -> Any:
    """Doubles as integers, exact; one that is no integer equals none and is missing."""
    if not pa.types.is_floating(numbers.type):
        return numbers
    inside = pc.and_(pc.greater_equal(numbers, -(2.0**63)), pc.less(numbers, 2.0**63))
    whole = pc.and_(inside, pc.equal(numbers, pc.trunc(numbers)))
    return pc.if_else(whole, numbers, pa.scalar(None, pa.float64())).cast(pa.int64(), safe=False)


def _ticks(one: Any, other: Any) -> tuple[Any, Any]:
    """Times as counts of one unit; with one side in microseconds, finer times of the other equal none."""
    units = one.type.unit, other.type.unit
    if units[0] == units[1]:
        return one.cast(pa.int64()), other.cast(pa.int64())
    one, other = (_micros(column.cast(pa.int64()), unit) for column, unit in zip((one, other), units, strict=True))
    return one, other


def _micros(ticks: Any, unit: str) -> Any:
    if unit == "us":
        return ticks
    micros = pc.divide(ticks, 1000)
    return pc.if_else(pc.equal(pc.multiply(micros, 1000), ticks), micros, pa.scalar(None, pa.int64()))
