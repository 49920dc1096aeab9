"""Tables of few rows as plain values: the same as Arrow's, to and from a guest; and what a jail may not make of them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.dataset.few import MOST_ROWS, Few, FewColumn
from bottega.dataset.table import Table
from bottega.dataset.types import Kind, Role
from bottega.errors import BottegaError
from bottega.sandbox.guest import exchange_arrow, exchange_few

_INTEGERS = st.integers(-(2**63), 2**63 - 1)
_VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.DOUBLE: st.floats(allow_nan=False),
    Kind.INTEGER: _INTEGERS,
    Kind.BOOLEAN: st.booleans(),
    Kind.STRING: st.text(st.characters(exclude_categories=["Cs"])),
    Kind.DATETIME: st.integers(-(2**60), 2**60),
    Kind.TIMESPAN: _INTEGERS,
}


@st.composite
def tables(draw: st.DrawFn) -> Few:
    """Any table of this form."""
    rows = draw(st.integers(0, 5))
    kinds = draw(st.lists(st.sampled_from(list(_VALUES)), max_size=4))
    columns = []
    for place, kind in enumerate(kinds):
        values = draw(st.lists(st.none() | _VALUES[kind], min_size=rows, max_size=rows))
        is_time = kind in (Kind.DATETIME, Kind.TIMESPAN)
        unit = draw(st.sampled_from(["us", "ns"])) if is_time else "us"
        zone = draw(st.sampled_from([None, "Europe/Lisbon", "+02:00"])) if kind is Kind.DATETIME else None
        columns.append(FewColumn(f"c{place}", kind, values, unit, zone))
    return Few(rows, columns)


@given(tables())
def test_a_guest_gives_back_what_it_took(few: Few) -> None:
    rows, names, vectors = exchange_few.read_memory(bytearray(few.written()))
    data = exchange_few.dump(rows, names, vectors, 1 << 20)
    assert data is not None
    again = Few.read_untrusted(data, "result")
    assert again.table.equals(few.table)
    assert (again.rows, [tuple(each[:3]) for each in again.columns]) == (
        few.rows,
        [tuple(each[:3]) for each in few.columns],
    )


@given(tables())
def test_a_guest_reads_the_same_from_arrow(few: Few) -> None:
    _, names, ours = exchange_few.read_memory(bytearray(few.written()))
    columns = [(each.name, each.kind, each.unit) for each in few.columns]
    arrays = [pa.array(each.values, _arrow(each)) for each in few.columns]
    _, theirs_names, theirs = exchange_arrow.columns(pa.table(arrays, names=[name for name, *_ in columns]))
    assert names == theirs_names
    for (_, kind, _), own, other in zip(columns, ours, theirs, strict=True):
        assert own.kind == other.kind == kind
        missing = np.zeros(few.rows, bool)
        own_missing = missing if own.missing is None else own.missing
        assert (own_missing == (missing if other.missing is None else other.missing)).all()
        values = other.arrow.to_numpy(zero_copy_only=False) if other.values is None else other.values
        assert own.values[~own_missing].tolist() == values[~own_missing].tolist()
        assert (own.zone, own.unit) == (other.zone, other.unit)


def _arrow(column: FewColumn) -> pa.DataType:
    unit: Any = column.unit
    kinds: dict[Kind, pa.DataType] = {
        Kind.DOUBLE: pa.float64(),
        Kind.INTEGER: pa.int64(),
        Kind.BOOLEAN: pa.bool_(),
        Kind.STRING: pa.large_string(),
    }
    if column.kind is Kind.DATETIME:
        return pa.timestamp(unit, column.zone)
    return kinds[column.kind] if column.kind in kinds else pa.duration(unit)


def test_infinities_and_the_ends_of_numbers_are_kept() -> None:
    few = Few(
        3,
        [
            FewColumn("d", Kind.DOUBLE, [float("inf"), float("-inf"), 5e-324]),
            FewColumn("i", Kind.INTEGER, [2**63 - 1, -(2**63), None]),
        ],
    )
    again = Few.read_untrusted(few.written(), "result")
    assert [each.values for each in again.columns] == [each.values for each in few.columns]


def test_roles_are_those_of_the_sources() -> None:
    few = Few(1, [FewColumn("a", Kind.DOUBLE, [1.0]), FewColumn("b", Kind.DOUBLE, [1.0])])
    found = few.with_roles_of({"a": Role.LABEL, "z": Role.LABEL}, {"a": Role.SCORE, "b": Role.LABEL}).table
    assert [column.role for column in found.columns] == [Role.LABEL, Role.LABEL]
    assert few.with_roles_of({}, {"z": Role.LABEL}) is few


def test_rows_without_columns() -> None:
    assert Few.read_untrusted(b'{"rows": 3, "columns": []}', "result").table.num_rows == 3


def test_equal_names_become_unique() -> None:
    columns = [["a", "Integer", [1], None, None]] * 3
    found = Few.read_untrusted(_told(1, columns), "result", first_duplicate=2)
    assert [each.name for each in found.columns] == ["a", "a (2)", "a (3)"]


def test_what_has_other_forms_is_not_written_in_this_one() -> None:
    for arrow in (
        pa.table({"a": pa.array([b"x"], pa.large_binary())}),
        pa.table({"a": pa.array(["x"]).dictionary_encode().cast(pa.dictionary(pa.int32(), pa.large_string()))}),
        pa.table({"a": [1.0] * (MOST_ROWS + 1)}),
    ):
        assert exchange_few.dump(*exchange_arrow.columns(Table(arrow).arrow), most=1 << 20) is None
    assert exchange_few.dump(*exchange_arrow.columns(pa.table({"a": [1.0]})), most=10) is None


def _told(rows: Any, columns: Any) -> bytes:
    return json.dumps({"rows": rows, "columns": columns}).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"{}",
        b'{"rows": 1}',
        b"[" * 100_000,
        b'{"rows": 1, "columns": [["a", "Double", [1e',
        b"{\xff}",
        _told(-1, []),
        _told(True, []),
        _told(1.0, []),
        _told(MOST_ROWS + 1, []),
        _told(10**400, []),
        _told("1", []),
        _told(1, {}),
        _told(1, "ab"),
        _told(1, [[]]),
        _told(1, [None]),
        _told(1, [["a"]]),
        _told(1, [["a", "Double", [1.0]]]),
        _told(1, [["a", "Double", [1.0], None, None, None]]),
        _told(1, [[1, "Double", [1.0], None, None]]),
        _told(1, [["\ud800", "Double", [1.0], None, None]]),
        _told(1, [["a", "Bytes", ["x"], None, None]]),
        _told(1, [["a", "Categorical", ["x"], None, None]]),
        _told(1, [["a", ["Double"], [1.0], None, None]]),
        _told(1, [["a", "Double", [], None, None]]),
        _told(1, [["a", "Double", [1.0, 2.0], None, None]]),
        _told(1, [["a", "Double", {"0": 1.0}, None, None]]),
        _told(1, [["a", "Double", "1", None, None]]),
        _told(1, [["a", "Double", [1], None, None]]),
        _told(1, [["a", "Double", ["1.0"], None, None]]),
        _told(1, [["a", "Double", [[1.0]], None, None]]),
        _told(1, [["a", "Integer", [1.0], None, None]]),
        _told(1, [["a", "Integer", [True], None, None]]),
        _told(1, [["a", "Integer", [2**63], None, None]]),
        _told(1, [["a", "Boolean", [1], None, None]]),
        _told(1, [["a", "String", [1], None, None]]),
        _told(1, [["a", "String", ["\udcff"], None, None]]),
        _told(1, [["a", "DateTime", [1], None, None]]),
        _told(1, [["a", "DateTime", [1], "us", "../../etc/passwd"]]),
        _told(1, [["a", "DateTime", [1], "us", 1]]),
        _told(1, [["a", "DateTime", [1], "years", None]]),
        _told(1, [["a", "TimeSpan", [-(2**63) - 1], "us", None]]),
        _told(1, [["a", "DateTime", [2**62], "s", None]]),
        _told(1, [["a", "TimeSpan", [-(2**62)], "ms", None]]),
        _told(1, [["a", "Integer", [1], None, None]] * 10_001),
    ],
    ids=lambda data: data[:60].decode("ascii", "replace"),
)
def test_what_is_no_such_table_is_refused(data: bytes) -> None:
    with pytest.raises(BottegaError) as caught:
        Few.read_untrusted(data, "result")
    assert caught.value.code == "result-invalid"


def test_nan_is_missing() -> None:
    found = Few.read_untrusted(b'{"rows": 2, "columns": [["a", "Double", [NaN, 1.0], null, null]]}', "result")
    assert found.columns[0].values == [None, 1.0]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(["rows", "columns", "a"]), inner),
        max_leaves=20,
    )
)
def test_any_json_is_a_table_or_refused(value: Any) -> None:
    try:
        Few.read_untrusted(json.dumps(value).encode(), "result").table  # noqa: B018 - that it can be made
    except BottegaError as error:
        assert error.code == "result-invalid"  # noqa: PT017 - either way is right
