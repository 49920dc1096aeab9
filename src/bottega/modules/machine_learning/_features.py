"""From the feature columns of a table to the matrix that a learner takes, and the memory of how.

| column | becomes |
|---|---|
| Integer, Double, Boolean | one column of numbers |
| DateTime, TimeSpan | one column of seconds, for a DateTime since 1970 |
| String, Categorical of any kind but Bytes | one column of 0 and 1 for each level seen in training |
| Bytes, Categorical Bytes | Error 0017 |

A missing number is NaN in the matrix; a missing or unknown level has 0 in all columns of its feature.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa

from bottega.modules.machine_learning._values import alike, distinct, numbers, places, plain, texts, told
from bottega.sdk import BottegaError, Column, ColumnType, Kind, Table

MOST_LEVELS = 10_000
# Above this many columns of 0 and 1 the matrix keeps only what is not 0.
_DENSE = 64
_BINS = 1_024
# The squares of larger numbers may be infinite: columns of such are divided by the largest, and that is all.
_LARGE = 1e150


class Scaling(StrEnum):
    """What is done to columns of numbers.

    Nothing; to mean 0 and deviation 1; to the range 0 to 1; to the number of one of at most 1,024
    bins that hold equally many values, as a share of all bins.
    """

    NONE = "none"
    STANDARD = "standard"
    RANGE = "range"
    BINS = "bins"


@dataclass(frozen=True, eq=False)
class Feature:
    """What was learned of one column.

    levels  the different values in ascending order (an Arrow array), None for numbers
    offset  a number x becomes (x - offset) / scale
    edges   where all bins but the first begin, None without bins
    """

    name: str
    type: ColumnType
    levels: Any = None
    offset: float = 0.0
    scale: float = 1.0
    edges: Any = None

    @classmethod
    def learn(cls, column: Column, values: Any, scaling: Scaling) -> Feature:
        """Learn from the values of training. Raises `0017` for Bytes, `0014` for too many levels."""
        kind = column.type
        if kind.kind is Kind.BYTES:
            raise BottegaError("0017", column=column.name, type=kind)
        if kind.kind is not Kind.STRING and not kind.categorical:
            if scaling is Scaling.BINS:
                return cls(column.name, kind, edges=_edges(numbers(values)))
            offset, scale = _spread(numbers(values), scaling)
            return cls(column.name, kind, offset=offset, scale=scale)
        levels = distinct(values)
        if len(levels) > MOST_LEVELS:
            raise BottegaError("0014", column=column.name, found=len(levels), upper=MOST_LEVELS)
        return cls(column.name, kind, levels)

    @property
    def width(self) -> int:
        """How many columns of the matrix it takes."""
        return 1 if self.levels is None else len(self.levels)

    def dense(self, values: Any, *, allow_unknown: bool) -> Any:
        """Its columns of the matrix, as an array."""
        if self.levels is None:
            return self._numbers(values)
        block = np.zeros((len(values), self.width))
        rows, levels = self._found(values, allow_unknown=allow_unknown)
        block[rows, levels] = 1.0
        return block

    def sparse(self, values: Any, *, allow_unknown: bool) -> Any:
        """Its columns of the matrix, in CSR."""
        from scipy.sparse import csr_matrix

        if self.levels is None:
            return csr_matrix(self._numbers(values))
        rows, levels = self._found(values, allow_unknown=allow_unknown)
        return csr_matrix((np.ones(len(rows)), (rows, levels)), shape=(len(values), self.width))

    def _numbers(self, values: Any) -> np.ndarray[Any, Any]:
        column = numbers(values)
        if self.edges is None:
            with np.errstate(over="ignore"):  # a number may be far outside of what training saw
                column = (column - self.offset) / self.scale
        else:
            bins = np.searchsorted(self.edges, column, side="right") / max(len(self.edges), 1)
            column = np.where(np.isnan(column), np.nan, bins)
        return column.reshape(-1, 1)

    def _found(self, values: Any, *, allow_unknown: bool) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """The rows that have a known level, and its place."""
        found = places(values, self.levels)
        unknown = (found < 0) & np.asarray(values.is_valid())
        if unknown.any() and not allow_unknown:
            value = texts(values.filter(pa.array(unknown)).slice(0, 1))[0]
            raise BottegaError("level-unknown", column=self.name, value=value)
        rows = np.flatnonzero(found >= 0)
        return rows, found[rows]

    def parts(self) -> list[dict[str, str]]:
        """The columns of the matrix as plain values, for people."""
        if self.levels is None:
            return [{"feature": self.name}]
        return [{"feature": self.name, "level": level} for level in texts(self.levels)]

    def describe(self) -> dict[str, Any]:
        """The feature as plain values, for people."""
        described: dict[str, Any] = {"name": self.name, "type": str(self.type)}
        return described if self.levels is None else described | {"levels": len(self.levels)}


def _spread(values: np.ndarray[Any, Any], scaling: Scaling) -> tuple[float, float]:
    """Offset and scale of a column of numbers; a constant one is only moved."""
    values = values[np.isfinite(values)]
    if scaling is Scaling.NONE or not values.size:
        return 0.0, 1.0
    size = float(np.abs(values).max())
    if size > _LARGE:
        return 0.0, size
    if scaling is Scaling.STANDARD:
        return float(values.mean()), float(values.std()) or 1.0
    return float(values.min()), float(values.max() - values.min()) or 1.0


def _edges(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The quantiles of the values, each of them once, without the least value."""
    values = values[np.isfinite(values)]
    if not values.size:
        return values
    return np.unique(np.quantile(values, np.linspace(0, 1, _BINS + 1), method="lower"))[1:]


@dataclass(frozen=True, eq=False)
class Encoder:
    """All features of a model; tables may have them in any order, among other columns."""

    features: tuple[Feature, ...]
    allow_unknown: bool = True

    @classmethod
    def learn(cls, table: Table, columns: tuple[Column, ...], scaling: Scaling, *, allow_unknown: bool) -> Encoder:
        """Learn from the rows of training. Raises `0014` and `0017`."""
        learned = (Feature.learn(column, plain(table, column.name), scaling) for column in columns)
        return cls(tuple(learned), allow_unknown)

    @property
    def names(self) -> list[str]:
        """The names of the features' columns."""
        return [feature.name for feature in self.features]

    def check(self, table: Table) -> None:
        """Raise `0001` where the table lacks features, `0016` where one has values of another kind.

        A column without any value fits every feature: files and requests cannot tell its type.
        """
        columns = {column.name: column for column in table.columns}
        missing = [name for name in self.names if name not in columns]
        if missing:
            raise BottegaError("0001", column=told(missing, 20), columns=told(columns, 20))
        for feature in self.features:
            found = columns[feature.name].type
            empty = table.column(feature.name).null_count == table.num_rows
            if not empty and not alike(found.kind, feature.type.kind):
                raise BottegaError("0016", column=feature.name, found=found, expected=feature.type)

    @property
    def width(self) -> int:
        """How many columns the matrix has."""
        return sum(feature.width for feature in self.features)

    def matrix(self, table: Table) -> Any:
        """The matrix (rows x width, float64): an array, or CSR where there are many levels.

        Raises `usage` for an unknown level where none is allowed.
        """
        columns = [(feature, self._values(table, feature)) for feature in self.features]
        allowed = self.allow_unknown
        if sum(feature.width for feature in self.features if feature.levels is not None) <= _DENSE:
            return np.hstack([feature.dense(values, allow_unknown=allowed) for feature, values in columns])
        from scipy import sparse

        blocks = [feature.sparse(values, allow_unknown=allowed) for feature, values in columns]
        return sparse.hstack(blocks, format="csr")

    @staticmethod
    def _values(table: Table, feature: Feature) -> Any:
        values = plain(table, feature.name)
        if values.null_count < len(values):
            return values
        kind: Any = pa.float64() if feature.levels is None else feature.levels.type
        return pa.nulls(len(values), kind)

    def parts(self) -> list[dict[str, str]]:
        """The matrix's columns as plain values, for people."""
        return [part for feature in self.features for part in feature.parts()]
