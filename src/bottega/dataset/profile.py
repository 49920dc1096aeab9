"""What a table holds, column by column: the numbers behind a preview.

A column of numbers is sorted once, and all but its mean and deviation is read off the
sorted values; a column of texts goes through one hash table. Columns are profiled at
once, since numpy and Arrow release the interpreter lock. The memory on top of the table
is about three times its largest column for each processor.
"""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.box import Box, box
from bottega.dataset.types import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from bottega.dataset.table import Column, Table

Value: TypeAlias = bool | int | float | str

# An Integer column of more values than this is a measure or an identifier, not a set of cases.
_FEW_INTEGERS = 100
# Texts of the top values are cut to so many characters.
_LONGEST_TEXT = 200
# Below this many rows a thread costs more than it saves.
_ROWS_FOR_THREADS = 4096
# Integers that a reader of JSON with nothing but doubles, such as a browser, keeps exactly.
_SAFE_INTEGER = 2**53 - 1
# Squares of doubles with larger or smaller exponents leave the range of a double.
_SAFE_EXPONENT = 400
# From here on the difference of two doubles, rounded up, may be infinite.
_LARGE = 2.0**1000
_TICKS = {"us": 10**6, "ns": 10**9}


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many values lie between neighbouring edges; the last bin includes its upper edge.

    There is one edge more than counts. Bins are of equal width, and fewer than were asked
    for where the values lie so close that edges would coincide; a column of one value has
    one bin, whose two edges are that value.
    """

    edges: tuple[Value, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Top:
    """A frequent value; a text of more than 200 characters is cut and ends in `…`."""

    value: Value
    count: int


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """The statistics of one column; what does not apply to its type is None or empty.

    `count` values are there and `missing` are not; `distinct` counts the different ones
    exactly (0.0 and -0.0 are one). `min`, `max`, `mean`, `median`, `std` and `histogram`
    describe

    - Integer and Double: the values. Infinities are counted in `infinite` and otherwise left
      out; `min` and `max` of integers are exact, and so is a whole `median`.
    - DateTime: the times, as ISO 8601 text, in UTC with a `Z` where the column has a zone;
      `mean` and `median` are rounded to the column's unit, `std` is in seconds.
    - TimeSpan: the spans in seconds.
    - Bytes: the lengths of the values in bytes.

    `box` is of the same values. `std` is that of a sample (n - 1), None below two values or beyond the range of a double.
    `top` holds the most frequent values of String, Boolean and Categorical columns, and of
    Integer columns with at most 100 different ones. Among equally frequent ones the first in
    the table goes first, or the smaller of Integer and Boolean, or the earlier category.
    """

    name: str
    type: str
    count: int
    missing: int
    distinct: int
    infinite: int = 0
    min: Value | None = None
    max: Value | None = None
    mean: Value | None = None
    median: Value | None = None
    std: float | None = None
    histogram: Histogram | None = None
    top: tuple[Top, ...] = ()
    box: Box | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON, without NaN or infinities.

        An integer beyond ±(2^53 - 1) becomes its decimal text, as a browser would round it;
        an infinite category becomes `Infinity` or `-Infinity`.
        """
        histogram = self.histogram and {
            "edges": [_safe(edge) for edge in self.histogram.edges],
            "counts": list(self.histogram.counts),
        }
        whiskers = self.box and {name: _safe(getattr(self.box, name)) for name in Box.__slots__}
        return {
            "name": self.name,
            "type": self.type,
            "count": self.count,
            "missing": self.missing,
            "distinct": self.distinct,
            "infinite": self.infinite,
            "min": _safe(self.min),
            "max": _safe(self.max),
            "mean": _safe(self.mean),
            "median": _safe(self.median),
            "std": self.std,
            "histogram": histogram,
            "top": [{"value": _safe(top.value), "count": top.count} for top in self.top],
            "box": whiskers,
        }


def profile(table: Table, *, bins: int = 10, top: int = 10) -> tuple[ColumnProfile, ...]:
    """Profile every column, in order: at most `bins` bins and `top` top values each.

    Raises ValueError for fewer than one bin or a negative number of top values.
    """
    if bins < 1 or top < 0:
        message = f"bins has to be at least 1 and top at least 0, not {bins} and {top}"
        raise ValueError(message)
    one = partial(_profile, bins=bins, top=top)
    if table.num_rows < _ROWS_FOR_THREADS:
        return tuple(map(one, table.columns, table.arrow.columns))
    with ThreadPoolExecutor(max_workers=len(os.sched_getaffinity(0))) as threads:
        return tuple(threads.map(one, table.columns, table.arrow.columns))


def _profile(column: Column, values: pa.ChunkedArray[Any], *, bins: int, top: int) -> ColumnProfile:
    missing = values.null_count
    facts: dict[str, Any] = {"count": len(values) - missing, "missing": missing}
    if column.type.kind is Kind.BYTES:
        facts |= _lengths(values, bins)
    elif column.type.categorical:
        facts |= _categories(values, top)
    elif column.type.kind is Kind.STRING:
        facts |= _texts(values, top)
    elif column.type.kind is Kind.BOOLEAN:
        facts |= _flags(values, top)
    elif column.type.kind is Kind.DOUBLE:
        facts |= _doubles(_sorted(values), bins)
    else:
        facts |= _ticks(values, bins, top if column.type.kind is Kind.INTEGER else 0)
    return ColumnProfile(column.name, str(column.type), **facts)


def _sorted(values: pa.ChunkedArray[Any]) -> NDArray[Any]:
    """Return the values that are there in ascending order, as float64 or int64."""
    present: Any = values.drop_null() if values.null_count else values
    if not pa.types.is_floating(present.type):
        present = present.cast(pa.int64())
    array: NDArray[Any] = present.to_numpy()
    if not array.flags.writeable:  # the table's own memory
        return np.sort(array)
    array.sort()
    return array


def _distinct(ordered: NDArray[Any]) -> int:
    return int(np.count_nonzero(ordered[1:] != ordered[:-1])) + (len(ordered) > 0)


# --- Double -------------------------------------------------------------------------------


def _doubles(ordered: NDArray[np.float64], bins: int) -> dict[str, Any]:
    first = np.searchsorted(ordered, -np.inf, side="right")
    finite = ordered[first : np.searchsorted(ordered, np.inf, side="left")]
    facts: dict[str, Any] = {"distinct": _distinct(ordered), "infinite": len(ordered) - len(finite)}
    if not len(finite):
        return facts
    # Adding 0.0 turns -0.0 into 0.0: which of the two equals is first is chance.
    low, high = float(finite[0]) + 0.0, float(finite[-1]) + 0.0
    mean, std = _double_moments(finite, low, high)
    edges = _double_edges(low, high, bins)
    return facts | {
        "min": low,
        "max": high,
        "mean": mean,
        "median": _double_median(finite),
        "std": std,
        "histogram": Histogram(tuple(edges), _bin_counts(finite, edges[1:-1])),
        "box": box(finite),
    }


def _double_moments(finite: NDArray[np.float64], low: float, high: float) -> tuple[float, float | None]:
    """Return mean and deviation; very large and very small values are scaled by a power of two."""
    if low == high:  # exact, where a computed mean may be off by a digit
        return low, 0.0 if len(finite) > 1 else None
    exponent = math.frexp(max(abs(low), abs(high)))[1]
    if abs(exponent) <= _SAFE_EXPONENT:
        return _moments(finite)
    mean, std = _moments(np.ldexp(finite, -exponent))
    return math.ldexp(mean, exponent), _ldexp(std, exponent)


def _moments(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return mean and deviation of two or more values in ascending order, in two passes."""
    # Rounding may carry the mean of nearly equal values past the last of them.
    mean = min(max(float(values.mean()), float(values[0])), float(values[-1]))
    offsets = values - mean
    return mean, math.sqrt(float(np.square(offsets, out=offsets).sum()) / (len(values) - 1))


def _ldexp(value: float, exponent: int) -> float | None:
    try:
        return math.ldexp(value, exponent)
    except OverflowError:
        return None


def _double_median(finite: NDArray[np.float64]) -> float:
    left, right = float(finite[(len(finite) - 1) // 2]), float(finite[len(finite) // 2])
    middle = (left + right) / 2
    return middle + 0.0 if math.isfinite(middle) else left / 2 + right / 2


def _double_edges(low: float, high: float, bins: int) -> list[float]:
    if max(-low, high) < _LARGE:
        edges = np.linspace(low, high, bins + 1)
    else:
        shares = np.linspace(0.0, 1.0, bins + 1)
        edges = low * (1 - shares) + high * shares
    distinct: list[float] = np.unique(edges).tolist()
    return distinct if len(distinct) > 1 else [low, high]


def _bin_counts(ordered: NDArray[Any], inner: Sequence[float]) -> tuple[int, ...]:
    """Return how many values lie below the first inner edge, between edges, from the last on."""
    below = np.searchsorted(ordered, np.array(inner, ordered.dtype), side="left")
    return tuple(np.diff(below, prepend=0, append=len(ordered)).tolist())


# --- Integer, DateTime, TimeSpan, lengths of Bytes ------------------------------------------


def _ticks(values: pa.ChunkedArray[Any], bins: int, top: int) -> dict[str, Any]:
    ordered = _sorted(values)
    facts: dict[str, Any] = {"distinct": _distinct(ordered)}
    if not len(ordered):
        return facts
    show, per_second = _display(values.type), _TICKS.get(getattr(values.type, "unit", ""), 1)
    low, high = int(ordered[0]), int(ordered[-1])
    mean, std = _integer_moments(ordered, low, high)
    facts |= {
        "min": show(low),
        "max": show(high),
        "mean": low + mean if per_second == 1 else show(min(low + round(mean), high)),
        "median": _integer_median(ordered, show, rounded=per_second > 1),
        "std": None if std is None else std / per_second,
        "histogram": _integer_histogram(ordered, bins, None if per_second == 1 else show),
        "box": box(ordered, show),
    }
    if top and facts["distinct"] <= _FEW_INTEGERS:
        facts["top"] = _top_integers(ordered, top)
    return facts


def _lengths(values: pa.ChunkedArray[Any], bins: int) -> dict[str, Any]:
    if pa.types.is_dictionary(values.type):
        values = values.cast(pa.large_binary())
    facts = _ticks(pc.call_function("binary_length", [values]), bins, 0)
    distinct = pc.call_function("count_distinct", [values], pc.CountOptions("only_valid"))
    return facts | {"distinct": distinct.as_py()}


def _integer_moments(ordered: NDArray[np.int64], low: int, high: int) -> tuple[float, float | None]:
    """Return the mean above `low` and the deviation; large values close together keep their digits."""
    if low == high:
        return 0.0, 0.0 if len(ordered) > 1 else None
    if high - low <= np.iinfo(np.int64).max:
        return _moments((ordered - low).astype(np.float64))
    return _moments(ordered.astype(np.float64) - float(low))


def _integer_median(ordered: NDArray[np.int64], show: Callable[[int], Value], *, rounded: bool) -> Value:
    both = int(ordered[(len(ordered) - 1) // 2]) + int(ordered[len(ordered) // 2])
    return show(both // 2) if rounded or both % 2 == 0 else both / 2


def _integer_histogram(ordered: NDArray[np.int64], bins: int, show: Callable[[int], Value] | None) -> Histogram:
    """Count between edges that are doubles, or, where `show` is given, whole ticks."""
    low, high = int(ordered[0]), int(ordered[-1])
    if show is None:
        edges = _double_edges(float(low), float(high), bins)
        # Below an edge are the integers below the next whole number.
        return Histogram(tuple(edges), _bin_counts(ordered, [math.ceil(edge) for edge in edges[1:-1]]))
    ticks = sorted({low + (high - low) * number // bins for number in range(bins + 1)})
    ticks = ticks if len(ticks) > 1 else [low, high]
    return Histogram(tuple(map(show, ticks)), _bin_counts(ordered, ticks[1:-1]))


def _top_integers(ordered: NDArray[np.int64], top: int) -> tuple[Top, ...]:
    starts = np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))
    counts = np.diff(starts, append=len(ordered))
    return tuple(Top(int(ordered[starts[index]]), int(counts[index])) for index in _most(counts, top))


# --- String, Boolean, Categorical -----------------------------------------------------------


def _texts(values: pa.ChunkedArray[Any], top: int) -> dict[str, Any]:
    found = pc.call_function("value_counts", [values])
    texts, counts = found.field("values"), found.field("counts").to_numpy()
    if texts.null_count:
        there = texts.is_valid()
        texts, counts = texts.filter(there), counts[there.to_numpy(zero_copy_only=False)]
    return {"distinct": len(texts), "top": _tops(texts, counts, top)}


def _flags(values: pa.ChunkedArray[Any], top: int) -> dict[str, Any]:
    true = pc.call_function("sum", [values]).as_py() or 0
    counts = np.array([len(values) - values.null_count - true, true])
    return {"distinct": int(np.count_nonzero(counts)), "top": _tops(pa.array([False, True]), counts, top)}


def _categories(values: pa.ChunkedArray[Any], top: int) -> dict[str, Any]:
    # A table's Categorical column has one dictionary for all chunks, or no chunk at all.
    chunks: list[Any] = values.chunks or [pa.nulls(0, values.type)]
    dictionary = chunks[0].dictionary
    counts = np.zeros(len(dictionary), np.int64)
    for chunk in chunks:
        counts += np.bincount(chunk.indices.drop_null().to_numpy(), minlength=len(dictionary))
    return {"distinct": int(np.count_nonzero(counts)), "top": _tops(dictionary, counts, top)}


def _tops(values: Any, counts: NDArray[np.int64], top: int) -> tuple[Top, ...]:
    chosen = [index for index in _most(counts, top) if counts[index]]
    show = _display(values.type)
    plain = values.take(pa.array(chosen, pa.int64()))
    if pa.types.is_temporal(plain.type):
        plain = plain.cast(pa.int64())
    return tuple(Top(show(value), int(counts[index])) for value, index in zip(plain.to_pylist(), chosen, strict=True))


def _most(counts: NDArray[np.int64], top: int) -> list[int]:
    """Return where the largest counts are, largest first, equal ones in order."""
    if not top or not len(counts):
        return []
    if top < len(counts):
        least = np.partition(counts, -top)[-top]
        above, equal = np.flatnonzero(counts > least), np.flatnonzero(counts == least)
        chosen = np.sort(np.concatenate([above, equal[: top - len(above)]]))
    else:
        chosen = np.arange(len(counts))
    order: list[int] = chosen[np.argsort(-counts[chosen], kind="stable")].tolist()
    return order


# --- Values as people and JSON see them -------------------------------------------------------


def _display(kind: Any) -> Callable[[Any], Value]:
    """Return how a value of an Arrow type is shown; times and spans come as ticks of their unit."""
    if pa.types.is_timestamp(kind):
        return partial(_iso_text, digits=6 if kind.unit == "us" else 9, zone="Z" if kind.tz else "")
    if pa.types.is_duration(kind):
        per_second = _TICKS[kind.unit]
        return lambda ticks: float(ticks / per_second)
    if pa.types.is_floating(kind):
        return lambda value: float(value) if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")
    if pa.types.is_large_string(kind):
        return lambda text: text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
    return lambda value: bool(value) if pa.types.is_boolean(kind) else int(value)


def _iso_text(ticks: int, *, digits: int, zone: str) -> str:
    """Write a time as ISO 8601 text, also outside the years 1 to 9999 of Python's own dates."""
    seconds, fraction = divmod(ticks, 10**digits)
    text = str(np.datetime64(seconds, "s"))
    return text + (f".{fraction:0{digits}}".rstrip("0") if fraction else "") + zone


def _safe(value: Value | None) -> Value | None:
    if isinstance(value, int) and abs(value) > _SAFE_INTEGER:
        return str(value)
    return value
