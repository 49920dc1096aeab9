"""Tables as Arrow streams: what is kept between Bottega's own ends, and what of a jail's answer."""

from __future__ import annotations

import io
import tempfile
from typing import Any

import pyarrow as pa
import pytest

from bottega.dataset import exchange
from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.errors import BottegaError
from bottega.sandbox.guest import exchange_arrow


def _buffer(table: Table) -> pa.Buffer:
    file = io.BytesIO()
    exchange.write(table, file)
    return pa.py_buffer(file.getvalue())


def _stream(arrow: pa.Table, **options: Any) -> pa.Buffer:
    file = io.BytesIO()
    with pa.ipc.new_stream(file, arrow.schema, **options) as stream:
        stream.write_table(arrow)
    return pa.py_buffer(file.getvalue())


def _categories(values: Any, codes: list[int | None]) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), values)


_TABLES = [
    Table(pa.table({"i": [1, None], "s": ["ü", None], "y": [None, b"\x00"]})),
    Table(pa.table({"z": pa.array([0, None], pa.timestamp("ns", "Asia/Tokyo"))})),
    Table(pa.table({"c": _categories(pa.array(["x", "unused"]), [0, None])})),
    Table(pa.table({"c": _categories(pa.array(["x", "unused"]), [])})),
    Table(pa.table({"c": _categories(pa.array([1, 2], pa.timestamp("us")), [])})),
    Table(pa.table({"i": pa.array([], pa.int64())})),
    Table(pa.table({"": pa.nulls(5)}).select([])),
    Table(pa.table({})),
]


@pytest.mark.parametrize("table", _TABLES, ids=repr)
def test_every_table_is_read_as_it_was_written(table: Table) -> None:
    for read in (exchange.read_trusted(_buffer(table)), exchange.read_untrusted(_buffer(table), "result")):
        assert read.equals(table)
        assert read.num_rows == table.num_rows


def test_chunks_become_one_batch() -> None:
    chunked: Any = pa.chunked_array([["a"], ["b", None], []], pa.string())
    kinds = [message.type for message in pa.ipc.MessageReader.open_stream(_buffer(Table(pa.table({"a": chunked}))))]
    assert kinds == ["schema", "record batch"]


def test_no_rows_are_one_batch_too() -> None:
    empty = pa.schema([("a", pa.int64())]).empty_table()
    kinds = [message.type for message in pa.ipc.MessageReader.open_stream(_buffer(Table(empty)))]
    assert kinds == ["schema", "record batch"]


def test_columns_without_chunks() -> None:
    schema = pa.schema([("a", pa.dictionary(pa.int32(), pa.large_string())), ("b", pa.float64())])
    table = Table(pa.table([pa.chunked_array([], field.type) for field in schema], schema=schema))
    assert exchange.read_trusted(_buffer(table)).equals(table)


@pytest.mark.parametrize("rows", [[], [[1, None], [], [3]]])
def test_the_guest_reads_any_number_of_batches(rows: list[list[int | None]]) -> None:
    fields: list[Any] = [("i", pa.int64()), ("d", pa.float64()), ("c", pa.dictionary(pa.int32(), pa.timestamp("us")))]
    schema = pa.schema(fields)
    batches = []
    for numbers in rows:
        codes = pa.array([0] * len(numbers), pa.int32())
        categories = pa.DictionaryArray.from_arrays(codes, pa.array([7], pa.timestamp("us")))
        batches.append(
            pa.RecordBatch.from_arrays(
                [pa.array(numbers, pa.int64()), pa.array(numbers, pa.float64()), categories], schema=schema
            )
        )
    with tempfile.TemporaryFile() as file:
        file.write(_stream(pa.Table.from_batches(batches, schema)).to_pybytes())
        file.flush()
        count, names, vectors = exchange_arrow.read(file.fileno())
    assert (count, names) == (sum(map(len, rows)), ["i", "d", "c"])
    for vector in vectors[:2]:
        present = vector.values if vector.missing is None else vector.values[~vector.missing]
        assert present.tolist() == [number for numbers in rows for number in numbers if number is not None]
        assert vector.values.flags.writeable
    assert len(vectors[2].values) == count


def test_roles_are_kept_of_our_own_tables_alone() -> None:
    table = Table(pa.table({"a": [1], "b": [2]}), roles={"b": Role.LABEL})
    assert [column.role for column in exchange.read_trusted(_buffer(table)).columns] == [Role.FEATURE, Role.LABEL]
    assert {column.role for column in exchange.read_untrusted(_buffer(table), "r").columns} == {Role.FEATURE}


@pytest.mark.parametrize(("first", "names"), [(1, ["a", "a (1)", "a (2)"]), (2, ["a", "a (2)", "a (3)"])])
def test_names_become_unique(first: int, names: list[str]) -> None:
    arrow = pa.table([pa.array([1])] * 3, names=["a", "a", "a"])
    assert exchange.read_untrusted(_stream(arrow), "r", first_duplicate=first).arrow.column_names == names


def test_units_and_batches_of_a_jail_become_ours() -> None:
    batches = [pa.record_batch({"t": pa.array([second], pa.timestamp("s"))}) for second in (1, 2)]
    table = exchange.read_untrusted(_stream(pa.Table.from_batches(batches)), "r")
    assert table.column("t").type == pa.timestamp("us")
    assert table.column("t").cast(pa.int64()).to_pylist() == [10**6, 2 * 10**6]


@pytest.mark.parametrize(
    "arrow",
    [
        pa.table({"a": pa.array([1], pa.int32())}),
        pa.table({"a": [[1]]}),
        pa.table({"a": pa.array(["x"], pa.string())}),
        pa.table({"a": pa.array([0], pa.timestamp("us", "../etc"))}),
    ],
)
def test_other_types_are_refused(arrow: pa.Table) -> None:
    with pytest.raises(BottegaError) as error:
        exchange.read_untrusted(_stream(arrow), "result")
    assert error.value.code == "result-invalid"


def test_a_message_names_port_and_reason() -> None:
    with pytest.raises(BottegaError, match="result2") as error:
        exchange.read_untrusted(_stream(pa.table({"a": [[1]]})), "result2")
    assert "list" in str(error.value)


@pytest.mark.parametrize("rows", [0, 1, 2**31 - 1])
def test_rows_that_a_table_may_have(rows: int) -> None:
    exchange.check_rows(rows)


@pytest.mark.parametrize("rows", [-1, 2**31, True, 1.0, "1"])
def test_rows_that_no_table_has(rows: Any) -> None:
    with pytest.raises(ValueError, match="cannot have"):
        exchange.check_rows(rows)


@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Paris", "+05:30", "America/Port-au-Prince", "Etc/GMT+5"])
def test_zones(zone: str | None) -> None:
    exchange.check_zone(zone)


@pytest.mark.parametrize("zone", ["", "/etc/passwd", "../x", "a b", "x" * 65, "ü"])
def test_what_is_no_zone(zone: str) -> None:
    with pytest.raises(ValueError, match="is no time zone"):
        exchange.check_zone(zone)
