"""Two columns against each other: points, boxes by category, or counts by both categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.box import box, quartiles
from bottega.dataset.formats.rendering import rendered
from bottega.dataset.types import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bottega.dataset.table import Column, Table

_MOST_POINTS = 1000
_MOST_CATEGORIES = 20
_LONGEST_TEXT = 200
_SEED = 20_2011
_ORDERED = (Kind.INTEGER, Kind.DOUBLE, Kind.DATETIME, Kind.TIMESPAN)
_Array = np.ndarray[Any, Any]


class Scatter(msgspec.Struct, tag="scatter", tag_field="kind"):
    """Two ordered columns: `points` are all rows that have both, or a sample; `rows` counts them all.

    Times are ISO text, spans seconds. `correlation` is Pearson's, None where a column has one value only.
    """

    x: str
    y: str
    rows: int
    correlation: float | None
    points: list[list[Any]]


class Group(msgspec.Struct):
    """The values of one category. `low` and `high` end the whiskers."""

    value: str
    count: int
    min: float
    q1: float
    median: float
    q3: float
    max: float
    low: float
    high: float
    mean: float


class Boxes(msgspec.Struct, tag="boxes", tag_field="kind"):
    """An ordered column by the most frequent categories; `others` counts the rows of the rest."""

    category: str
    value: str
    rows: int
    groups: list[Group]
    others: int


class Line(msgspec.Struct):
    """The counts of one category of `y`, in the order of `columns`."""

    value: str
    counts: list[int]


class Crosstab(msgspec.Struct, tag="crosstab", tag_field="kind"):
    """Rows by the most frequent categories of both; `columns` are those of `x`, `others` counts the rest."""

    x: str
    y: str
    rows: int
    columns: list[str]
    lines: list[Line]
    others: int


def compare(table: Table, x: str, y: str) -> Scatter | Boxes | Crosstab:
    """Compare two columns over the rows that have both. Raises `0001` for a column that is not there."""
    values = [table.column(name) for name in (x, y)]
    declared = {column.name: column for column in table.columns}
    ordered = [_is_ordered(declared[name]) for name in (x, y)]
    there = pc.and_(pc.is_valid(values[0]), pc.is_valid(values[1]))
    first, second = (each.filter(there) for each in values)
    if all(ordered):
        return _scatter(x, y, first, second)
    if ordered[0]:
        return _boxes(y, x, second, first)
    if ordered[1]:
        return _boxes(x, y, first, second)
    return _crosstab(x, y, first, second)


def _is_ordered(column: Column) -> bool:
    return column.type.kind in _ORDERED and not column.type.categorical


@dataclass(frozen=True)
class _Categories:
    """The place of each row's category among the most frequent ones; -1 for the rest."""

    names: list[str]
    places: _Array


def _scatter(x: str, y: str, first: Any, second: Any) -> Scatter:
    left, right = _numbers(first), _numbers(second)
    finite = np.flatnonzero(np.isfinite(left) & np.isfinite(right))
    left, right = left[finite], right[finite]
    shown = finite
    if len(finite) > _MOST_POINTS:
        shown = finite[np.sort(np.random.default_rng(_SEED).choice(len(finite), _MOST_POINTS, replace=False))]
    chosen = pa.array(shown)
    points = zip(_shown(first.take(chosen)), _shown(second.take(chosen)), strict=True)
    return Scatter(x, y, len(finite), _correlation(left, right), [list(point) for point in points])


def _correlation(left: NDArray[np.float64], right: NDArray[np.float64]) -> float | None:
    if len(left) < 2 or left.min() == left.max() or right.min() == right.max():
        return None
    with np.errstate(all="ignore"):
        found = float(np.corrcoef(left, right)[0, 1])
    return found if np.isfinite(found) else None


def _boxes(category: str, value: str, categories: Any, values: Any) -> Boxes:
    numbers, found = _seconds(values), _categories(categories)
    finite = np.isfinite(numbers)
    groups = []
    for place, name in enumerate(found.names):
        ordered = np.sort(numbers[(found.places == place) & finite])
        if len(ordered):
            groups.append(_group(name, ordered))
    return Boxes(category, value, len(numbers), groups, int((found.places < 0).sum()))


def _group(name: str, ordered: NDArray[np.float64]) -> Group:
    q1, median, q3 = quartiles(ordered)
    made = box(ordered)
    mean = float((ordered / len(ordered)).sum())
    least, most = float(ordered[0]), float(ordered[-1])
    return Group(name, len(ordered), least, q1, median, q3, most, made.low, made.high, min(max(mean, least), most))


def _crosstab(x: str, y: str, first: Any, second: Any) -> Crosstab:
    across, down = _categories(first), _categories(second)
    known = (across.places >= 0) & (down.places >= 0)
    width = len(across.names)
    counts = np.bincount(down.places[known] * width + across.places[known], minlength=width * len(down.names)).reshape(
        len(down.names), width
    )
    lines = [Line(name, row.tolist()) for name, row in zip(down.names, counts, strict=True)]
    return Crosstab(x, y, len(known), across.names, lines, int((~known).sum()))


def _categories(values: Any) -> _Categories:
    """The most frequent first; equally frequent ones in the order of the table or of their categories."""
    encoded: Any = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    encoded = encoded if pa.types.is_dictionary(encoded.type) else encoded.dictionary_encode()
    indices = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    counts = np.bincount(indices, minlength=len(encoded.dictionary))
    chosen = np.argsort(-counts, kind="stable")[:_MOST_CATEGORIES]
    chosen = chosen[counts[chosen] > 0]
    places = np.full(max(len(encoded.dictionary), 1), -1)
    places[chosen] = np.arange(len(chosen))
    shown: Any = encoded.dictionary.take(pa.array(chosen))
    names = rendered(pa.chunked_array([shown])).to_pylist()
    return _Categories([_cut(name) for name in names], places[indices])


def _numbers(values: Any) -> NDArray[np.float64]:
    """Values as doubles, times and spans as ticks."""
    if pa.types.is_temporal(values.type):
        values = values.cast(pa.int64())
    numbers: NDArray[np.float64] = values.to_numpy().astype(np.float64)
    return numbers


def _seconds(values: Any) -> NDArray[np.float64]:
    """The same with times and spans in seconds, times since 1970."""
    ticks = {"us": 1e6, "ns": 1e9}.get(getattr(values.type, "unit", ""), 1.0)
    return _numbers(values) / ticks


def _shown(values: Any) -> list[Any]:
    """Numbers as they are, spans in seconds, times as text."""
    if pa.types.is_timestamp(values.type):
        return list(rendered(values).to_pylist())
    return [float(value) for value in _seconds(values)]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
