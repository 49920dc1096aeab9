"""Answers' cells: the same text whether a column is short or long."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.dataset.table import Table
from bottega.dataset.types import Kind
from bottega.services import texts

MANY = 1000


def told(values: list[Any], kind: pa.DataType) -> list[str | None]:
    """The texts of a column, in a short table and at the begin of a long one."""
    short = texts.columns(Table(pa.table({"x": pa.array(values, kind)})))[0]
    long = texts.columns(Table(pa.table({"x": pa.array(values * MANY, kind)})))[0]
    assert long[: len(values)] == short
    return short


def test_numbers() -> None:
    assert told([1.0, 0.1, None, math.inf, -math.inf], pa.float64()) == ["1.0", "0.1", None, "Infinity", "-Infinity"]
    assert told([2**63 - 1, -5, None], pa.int64()) == [str(2**63 - 1), "-5", None]
    assert told([True, False, None], pa.bool_()) == ["True", "False", None]


def test_times() -> None:
    moment = datetime(2016, 1, 2, 3, 4, 5, 600_000, tzinfo=UTC)
    assert told([moment, None], pa.timestamp("us")) == ["2016-01-02T03:04:05.600000", None]
    assert told([moment], pa.timestamp("us", "UTC")) == ["2016-01-02T03:04:05.600000+00:00"]
    assert told([93_784_000_000], pa.duration("us")) == ["1 days 02:03:04"]


def test_categories_and_bytes() -> None:
    table = Table(pa.table({"x": pa.array(["a", None, "b"]).dictionary_encode(), "y": pa.array([b"\0", None, b""])}))
    assert texts.columns(table) == [["a", None, "b"], ["AA==", None, ""]]
    assert texts.words(table, {}) == ["String", "String"]


def test_a_table_without_columns() -> None:
    assert texts.columns(Table(pa.table({}))) == []


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_word(kind: Kind) -> None:
    assert texts.word(kind) in {"String", "Int64", "Double", "Boolean", "DateTime", "TimeSpan"}


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=4))
def test_doubles_read_back_the_same(values: list[float]) -> None:
    for many in (1, MANY):
        column = texts.columns(Table(pa.table({"x": pa.array(values * many)})))[0]
        assert [float(text or "") for text in column[: len(values)]] == values
