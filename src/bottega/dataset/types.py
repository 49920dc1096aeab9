"""Studio's column types and the one Arrow layout that each has here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from bottega.errors import BottegaError


class Kind(StrEnum):
    """What a column holds (fact sheet 3.2); missing values are possible in all."""

    STRING = "String"
    INTEGER = "Integer"
    DOUBLE = "Double"
    BOOLEAN = "Boolean"
    DATETIME = "DateTime"
    TIMESPAN = "TimeSpan"
    BYTES = "Bytes"


class Role(StrEnum):
    """What a column is for; every column is a feature until told otherwise. One of no role just comes along."""

    FEATURE = "feature"
    LABEL = "label"
    WEIGHT = "weight"
    SCORE = "score"
    NONE = "none"


@dataclass(frozen=True)
class ColumnType:
    """A kind, and whether its values are drawn from a known set of categories."""

    kind: Kind
    categorical: bool = False

    def __str__(self) -> str:
        """Return the name as people read it, such as `Categorical String`."""
        return f"Categorical {self.kind}" if self.categorical else str(self.kind)


_SIMPLE = {
    pa.large_string(): Kind.STRING,
    pa.int64(): Kind.INTEGER,
    pa.float64(): Kind.DOUBLE,
    pa.bool_(): Kind.BOOLEAN,
    pa.large_binary(): Kind.BYTES,
}


def column_type(arrow: pa.DataType) -> ColumnType:
    """Return the Studio type of a canonical Arrow type (see `canonical.py` for the others).

    Raises `0017` for a type that is not canonical.
    """
    if pa.types.is_dictionary(arrow):
        return ColumnType(column_type(arrow.value_type).kind, categorical=True)
    if pa.types.is_timestamp(arrow):
        return ColumnType(Kind.DATETIME)
    if pa.types.is_duration(arrow):
        return ColumnType(Kind.TIMESPAN)
    kind = _SIMPLE.get(arrow)
    if kind is None:
        raise BottegaError("0017", column="", type=str(arrow))
    return ColumnType(kind)


def is_canonical(arrow: pa.DataType) -> bool:
    """Tell whether a column of this Arrow type can stand in a `Table` as it is."""
    if pa.types.is_dictionary(arrow):
        values = arrow.value_type
        return arrow.index_type == pa.int32() and not pa.types.is_dictionary(values) and is_canonical(values)
    if pa.types.is_timestamp(arrow) or pa.types.is_duration(arrow):
        return arrow.unit in ("us", "ns")
    return arrow in _SIMPLE
