"""The table: names, roles, size, equality."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from bottega.dataset.table import Column, Table
from bottega.dataset.types import ColumnType, Kind, Role
from bottega.errors import BottegaError

_STRING, _INTEGER = ColumnType(Kind.STRING), ColumnType(Kind.INTEGER)


def _table(**columns: list[Any]) -> Table:
    return Table(pa.table(columns))


def test_columns_are_declared_in_order() -> None:
    table = Table(pa.table({"a": ["x"], "n": [1]}), roles={"n": Role.LABEL})
    assert table.columns == (Column("a", _STRING, Role.FEATURE), Column("n", _INTEGER, Role.LABEL))
    assert (table.num_rows, table.num_columns) == (1, 2)


def test_columns_come_in_canonical_layout() -> None:
    arrow = Table(pa.table({"a": pa.array(["x"], pa.string()), "n": pa.array([1], pa.int8())})).arrow
    assert arrow.schema.types == [pa.large_string(), pa.int64()]


@pytest.mark.parametrize(("first", "names"), [(1, ["a", "a (1)", "b", "a (2)"]), (2, ["a", "a (2)", "b", "a (3)"])])
def test_names_become_unique(first: int, names: list[str]) -> None:
    arrow = pa.Table.from_arrays([pa.array([number]) for number in range(4)], names=["a", "a", "b", "a"])
    table = Table(arrow, first_duplicate=first)
    assert [column.name for column in table.columns] == names
    assert [table.column(name).to_pylist() for name in names] == [[0], [1], [2], [3]]


def test_names_count_from_one_unless_told_otherwise() -> None:
    table = Table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]))
    assert table.arrow.column_names == ["a", "a (1)"]


def test_roles_go_by_the_unique_names() -> None:
    arrow = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    table = Table(arrow, roles={"a (1)": Role.SCORE})
    assert [column.role for column in table.columns] == [Role.FEATURE, Role.SCORE]


def test_roles_travel_with_the_data() -> None:
    table = Table(pa.table({"a": [1], "b": [2], "c": [3]}), roles={"a": Role.WEIGHT, "c": Role.LABEL})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.arrow.schema) as writer:
        writer.write_table(table.arrow)
    read = Table(pa.ipc.open_file(sink.getvalue()).read_all())
    assert [column.role for column in read.columns] == [Role.WEIGHT, Role.FEATURE, Role.LABEL]
    assert read.equals(table)
    moved = Table(table.arrow.select(["c", "a"]))
    assert [column.role for column in moved.columns] == [Role.LABEL, Role.WEIGHT]


def test_roles_given_come_before_roles_carried() -> None:
    table = Table(pa.table({"a": [1]}), roles={"a": Role.LABEL})
    assert Table(table.arrow, roles={"a": Role.FEATURE}).columns[0].role is Role.FEATURE


def test_with_roles_leaves_the_table_and_the_other_roles_as_they_are() -> None:
    table = Table(pa.table({"a": [1], "b": [2]}), roles={"a": Role.LABEL})
    other = table.with_roles({"b": Role.WEIGHT})
    assert [column.role for column in table.columns] == [Role.LABEL, Role.FEATURE]
    assert [column.role for column in other.columns] == [Role.LABEL, Role.WEIGHT]
    assert other.with_roles({"a": Role.FEATURE, "b": Role.FEATURE}).equals(_table(a=[1], b=[2]))


def test_with_roles_of_a_column_that_is_not_there() -> None:
    with pytest.raises(BottegaError) as caught:
        _table(a=[1]).with_roles({"b": Role.LABEL})
    assert caught.value.code == "0001"


@pytest.mark.parametrize("value", [b"nonsense", b"\xff", b""])
def test_an_unreadable_role_reads_as_feature(value: bytes) -> None:
    field: Any = pa.field("a", pa.int64(), metadata={b"bottega.role": value})
    table = Table(pa.table({"a": [1]}, schema=pa.schema([field])))
    assert table.columns[0].role is Role.FEATURE
    assert table.equals(_table(a=[1])), "what was unreadable is not carried on"


def test_foreign_metadata_is_dropped() -> None:
    field: Any = pa.field("a", pa.int64(), nullable=False, metadata={b"PARQUET:field_id": b"1"})
    table = Table(pa.table({"a": [1]}, schema=pa.schema([field], metadata={b"pandas": b"{}"})))
    assert not table.arrow.schema.metadata
    assert table.equals(_table(a=[1]))


def test_rows_without_columns_are_counted() -> None:
    table = Table(pa.table({"a": [1, 2, 3]}, metadata={b"k": b"v"}).select([]))
    assert (table.num_rows, table.num_columns, table.columns) == (3, 0, ())
    assert not table.arrow.schema.metadata
    assert not table.equals(Table(pa.table({"a": [1]}).select([])))
    assert Table(pa.table({})).num_rows == 0


def test_an_unknown_column_names_those_there_are() -> None:
    table = _table(**{f"c{number}": [number] for number in range(30)})
    with pytest.raises(BottegaError) as caught:
        table.column("z")
    assert caught.value.code == "0001"
    columns = str(caught.value.facts["columns"])
    assert caught.value.facts["column"] == "z"
    assert columns.startswith("c0, c1, ")
    assert columns.endswith(", c19"), "a wide table is not listed whole"


def test_a_misfit_names_the_unique_column() -> None:
    late = pa.array([2**62], pa.timestamp("s"))
    arrow = pa.Table.from_arrays([pa.array([1]), late], names=["a", "a"])
    with pytest.raises(BottegaError) as caught:
        Table(arrow)
    assert caught.value.facts["column"] == "a (1)"


@pytest.mark.parametrize(
    "other",
    [
        pa.table({"b": [1, None]}),
        pa.table({"a": [1, 2]}),
        pa.table({"a": [1, None, None]}),
        pa.table({"a": [1.0, None]}),
        pa.table({"a": [1, None], "b": [1, 1]}),
    ],
    ids=["name", "missing", "rows", "type", "columns"],
)
def test_unequal(other: pa.Table) -> None:
    assert not _table(a=[1, None]).equals(Table(other))


def test_equal_whatever_the_chunks() -> None:
    parts = [pa.table({"a": pa.array(part, pa.int64())}) for part in ([1], [], [None])]
    assert _table(a=[1, None]).equals(Table(pa.concat_tables(parts)))


def test_unequal_by_role() -> None:
    assert not _table(a=[1]).equals(_table(a=[1]).with_roles({"a": Role.LABEL}))


def test_nan_is_missing() -> None:
    assert _table(a=[1.0, float("nan")]).equals(_table(a=[1.0, None]))


@pytest.mark.parametrize("name", ["arrow", "num_rows", "num_columns"])
def test_properties_cannot_be_set(name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(_table(a=[1]), name, None)


def test_values_cannot_be_written_through_numpy() -> None:
    values: Any = _table(a=[1, 2]).column("a").chunk(0).to_numpy()
    with pytest.raises(ValueError, match="read-only"):
        values[0] = 7


def test_repr_shows_size_and_first_columns() -> None:
    assert repr(_table(a=["x"], n=[1])) == "Table(1 x 2; a: String, n: Integer)"
    wide = repr(_table(**{f"c{number}": [number] for number in range(9)}))
    assert "c7: Integer, …)" in wide
    assert "c8" not in wide
