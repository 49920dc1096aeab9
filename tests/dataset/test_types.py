"""Studio types of Arrow types."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from bottega.dataset.types import ColumnType, Kind, column_type, is_canonical
from bottega.errors import BottegaError

_CANONICAL: list[tuple[Any, str]] = [
    (pa.large_string(), "String"),
    (pa.int64(), "Integer"),
    (pa.float64(), "Double"),
    (pa.bool_(), "Boolean"),
    (pa.timestamp("us"), "DateTime"),
    (pa.timestamp("ns", "Europe/Rome"), "DateTime"),
    (pa.duration("us"), "TimeSpan"),
    (pa.duration("ns"), "TimeSpan"),
    (pa.large_binary(), "Bytes"),
    (pa.dictionary(pa.int32(), pa.large_string()), "Categorical String"),
    (pa.dictionary(pa.int32(), pa.int64(), ordered=True), "Categorical Integer"),
    (pa.dictionary(pa.int32(), pa.timestamp("us")), "Categorical DateTime"),
]

_NESTED: Any = pa.dictionary(pa.int32(), pa.large_string())

_OTHERS: list[Any] = [
    pa.string(),
    pa.int32(),
    pa.float32(),
    pa.binary(),
    pa.null(),
    pa.list_(pa.int64()),
    pa.date32(),
]


@pytest.mark.parametrize(("arrow", "text"), _CANONICAL, ids=str)
def test_canonical_types_have_a_name(arrow: pa.DataType, text: str) -> None:
    assert is_canonical(arrow)
    assert str(column_type(arrow)) == text


@pytest.mark.parametrize("arrow", _OTHERS, ids=str)
def test_other_types_have_none(arrow: pa.DataType) -> None:
    assert not is_canonical(arrow)
    with pytest.raises(BottegaError) as caught:
        column_type(arrow)
    assert caught.value.code == "0017"
    assert caught.value.facts["type"] == str(arrow)


@pytest.mark.parametrize(
    "arrow",
    [
        pa.timestamp("s"),
        pa.timestamp("ms"),
        pa.duration("ms"),
        pa.dictionary(pa.int8(), pa.large_string()),
        pa.dictionary(pa.int32(), pa.string()),
        pa.dictionary(pa.int32(), _NESTED),
    ],
    ids=str,
)
def test_right_kind_in_another_layout_is_not_canonical(arrow: pa.DataType) -> None:
    assert not is_canonical(arrow)


def test_column_types_compare_by_value() -> None:
    assert column_type(pa.int64()) == ColumnType(Kind.INTEGER)
    assert ColumnType(Kind.INTEGER) != ColumnType(Kind.INTEGER, categorical=True)
