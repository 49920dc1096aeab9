"""Any table → frame → table is the same table, by every exchange."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.dataset import exchange, plain
from bottega.dataset.frames import from_pandas, to_pandas
from bottega.dataset.table import Table
from bottega.sandbox.guest import exchange_arrow, exchange_plain, incoming, objects, outgoing
from bottega.sandbox.guest.untouched import Untouched

# NumPy's times have the least number for missing, and those near either end leave the range in some zone.
_COUNTS = st.integers(-(2**63) + 10**15, 2**63 - 10**15)
_ZONES = st.sampled_from(["UTC", "Etc/UTC", "Europe/Paris", "Asia/Kathmandu", "+05:30", "-03:00", "+00:00"])
_TIMES = st.one_of(
    st.sampled_from([pa.timestamp("us"), pa.timestamp("ns"), pa.duration("us"), pa.duration("ns")]),
    st.builds(pa.timestamp, st.sampled_from(["us", "ns"]), _ZONES),
)
# NaN is missing in a table, and pandas has one category for both zeros.
_DOUBLES = st.floats(allow_nan=False)
_CATEGORY_DOUBLES = _DOUBLES.filter(lambda value: value != 0 or str(value) == "0.0")
_PLAIN_KINDS: list[tuple[Any, st.SearchStrategy[Any], st.SearchStrategy[Any]]] = [
    (pa.large_string(), st.text(), st.text()),
    (pa.int64(), st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1)),
    (pa.float64(), _DOUBLES, _CATEGORY_DOUBLES),
    (pa.bool_(), st.booleans(), st.booleans()),
    (pa.large_binary(), st.binary(), st.binary()),
]


@st.composite
def _kinds(draw: st.DrawFn) -> tuple[Any, st.SearchStrategy[Any], st.SearchStrategy[Any]]:
    """An Arrow type, values of it, and values that may be categories."""
    if draw(st.booleans()):
        kind = draw(_TIMES)
        return kind, _COUNTS, _COUNTS
    chosen: tuple[Any, st.SearchStrategy[Any], st.SearchStrategy[Any]] = draw(st.sampled_from(_PLAIN_KINDS))
    return chosen


def _array(values: list[Any], kind: Any) -> Any:
    if pa.types.is_temporal(kind):
        return pa.array(values, pa.int64()).cast(kind)
    return pa.array(values, kind)


@st.composite
def _columns(draw: st.DrawFn, rows: int) -> Any:
    kind, values, categories = draw(_kinds())
    if draw(st.booleans()):
        known = draw(st.lists(categories, unique=True, max_size=5))
        codes = st.none() | st.integers(0, len(known) - 1) if known else st.none()
        drawn = draw(st.lists(codes, min_size=rows, max_size=rows))
        ordered = draw(st.booleans())
        return pa.DictionaryArray.from_arrays(pa.array(drawn, pa.int32()), _array(known, kind), ordered=ordered)
    cells = draw(st.sampled_from([values, st.none() | values, st.none()]))
    return _array(draw(st.lists(cells, min_size=rows, max_size=rows)), kind)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Tables of all kinds, with and without missing values, rows and columns."""
    rows = draw(st.integers(0, 6))
    names = draw(st.lists(st.text(max_size=5), max_size=5))
    if not names:
        return Table(pa.table({"": pa.nulls(rows)}).select([]))
    return Table(pa.table([draw(_columns(rows)) for _ in names], names=names))


@contextmanager
def _without_pyarrow() -> Iterator[None]:
    with mock.patch.object(outgoing, "pa", None), mock.patch.object(objects, "pa", None):
        yield


def _by_plain(table: Table) -> Table:
    """What the guest does where there is no pyarrow, between the host's two ends."""
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as result:
        plain.write(table, file)
        file.flush()
        read = exchange_plain.read(file.fileno())
        frame = incoming.frame(*read)
        notes: list[str] = []
        names, vectors = outgoing.columns(frame, notes)
        Untouched(*read).restore(frame, names, vectors)
        exchange_plain.write(result.fileno(), len(frame), names, vectors)
        assert notes == []
        result.seek(0)
        return plain.read_untrusted(pa.py_buffer(result.read()), "result")


def _is_kept(before: Table, after: Table) -> bool:
    return before.equals(after) and before.digest == after.digest


@given(tables())
def test_through_a_frame(table: Table) -> None:
    notes: list[str] = []
    assert _is_kept(table, from_pandas(to_pandas(table), inputs=(table,), notes=notes))
    assert notes == []


@given(tables())
@settings(max_examples=50)
def test_through_a_large_frame(table: Table) -> None:
    with mock.patch.object(incoming, "_LARGE", -1):
        assert _is_kept(table, from_pandas(to_pandas(table), inputs=(table,)))


@given(tables())
def test_through_the_plain_exchange(table: Table) -> None:
    assert _is_kept(table, _by_plain(table))


@given(tables())
def test_through_the_plain_exchange_without_pyarrow(table: Table) -> None:
    with _without_pyarrow():
        assert _is_kept(table, _by_plain(table))


@given(tables(), st.data())
def test_any_choice_of_rows(table: Table, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, table.num_rows - 1), max_size=8)) if table.num_rows else []
    result = from_pandas(to_pandas(table).iloc[rows], inputs=(table,))
    for name in table.arrow.column_names if rows else ():
        # A choice may need nanoseconds no more.
        expected = Table(table.arrow.take(pa.array(rows))).column(name)
        assert result.column(name).equals(expected)


@given(tables())
@settings(max_examples=50)
def test_what_pandas_says_is_missing_is_missing(table: Table) -> None:
    frame = to_pandas(table)
    for name in table.arrow.column_names:
        assert frame[name].isna().tolist() == [not valid for valid in table.column(name).is_valid().to_pylist()]


@given(tables(), tables())
@settings(max_examples=50)
def test_the_second_input_does_not_disturb(first: Table, second: Table) -> None:
    if not set(first.arrow.column_names) & set(second.arrow.column_names):
        assert _is_kept(first, from_pandas(to_pandas(first), inputs=(second, first)))


@pytest.mark.parametrize("ends", [(exchange, exchange_arrow), (plain, exchange_plain)], ids=["arrow", "plain"])
@given(table=tables())
def test_the_guest_writes_what_it_reads(ends: Any, table: Table) -> None:
    host, guest = ends
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as result:
        host.write(table, file)
        file.flush()
        rows, names, vectors = guest.read(file.fileno())
        guest.write(result.fileno(), rows, names, vectors)
        result.seek(0)
        assert _is_kept(table, host.read_untrusted(pa.py_buffer(result.read()), "result"))


def test_both_ways_give_the_same_frame() -> None:
    table = Table(pa.table({"s": ["a", None], "i": [1, None], "b": [None, True], "d": [0.5, None], "y": [b"a", None]}))
    with tempfile.TemporaryFile() as file:
        plain.write(table, file)
        file.flush()
        frame = incoming.frame(*exchange_plain.read(file.fileno()))
    pd.testing.assert_frame_equal(frame, to_pandas(table))
