"""The exchange for environments without pyarrow: its form, and the host's two ends of it."""

from __future__ import annotations

import io
import json
import struct
import tempfile
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from bottega.dataset import plain
from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.errors import BottegaError
from bottega.sandbox.guest import exchange_plain
from bottega.sandbox.guest.vector import Vector


def _written(table: Table) -> bytes:
    file = io.BytesIO()
    plain.write(table, file)
    return file.getvalue()


def _head(data: bytes) -> dict[str, Any]:
    head: dict[str, Any] = json.loads(data[16 : 16 + struct.unpack_from("<Q", data, 8)[0]])
    return head


def _from_guest(rows: int, *vectors: Vector, names: list[str] | None = None, first_duplicate: int = 1) -> Table:
    with tempfile.TemporaryFile() as file:
        exchange_plain.write(file.fileno(), rows, names or [str(number) for number in range(len(vectors))], [*vectors])
        file.seek(0)
        return plain.read_untrusted(pa.py_buffer(file.read()), "result", first_duplicate=first_duplicate)


def _categories(values: Any, codes: list[int | None], *, ordered: bool = False) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), values, ordered=ordered)


_TABLES = [
    Table(pa.table({"s": ["ü🎉", None, ""], "y": [None, b"\x00\xff", b""]})),
    Table(pa.table({"i": [1, None, -(2**63)], "d": [0.5, None, float("inf")], "b": [True, None, False]})),
    Table(pa.table({"t": pa.array([0, None], pa.timestamp("us")), "n": pa.array([1, None], pa.timestamp("ns"))})),
    Table(pa.table({"z": pa.array([0, None], pa.timestamp("us", "Asia/Tokyo"))})),
    Table(pa.table({"p": pa.array([-7, None], pa.duration("us")), "q": pa.array([7, None], pa.duration("ns"))})),
    Table(pa.table({"c": _categories(pa.array(["x", "ü"]), [1, None, 0], ordered=True)})),
    Table(pa.table({"c": _categories(pa.array([0], pa.timestamp("us", "UTC")), [0, None])})),
    Table(pa.table({"c": _categories(pa.array(["x"]), [])})),
    Table(pa.table({"a": pa.nulls(2, pa.int64()), "s": pa.nulls(2), "b": pa.nulls(2, pa.bool_())})),
    Table(pa.table({"i": pa.array([], pa.int64()), "s": pa.array([], pa.string())})),
    Table(pa.table({"": pa.nulls(5)}).select([])),
    Table(pa.table({})),
]


@pytest.mark.parametrize("table", _TABLES, ids=repr)
def test_every_table_is_read_as_it_was_written(table: Table) -> None:
    read = plain.read_untrusted(pa.py_buffer(_written(table)), "result")
    assert read.equals(table)
    assert read.num_rows == table.num_rows


@pytest.mark.parametrize("table", _TABLES, ids=repr)
def test_the_guest_reads_it(table: Table) -> None:
    with tempfile.TemporaryFile() as file:
        plain.write(table, file)
        file.flush()
        rows, names, vectors = exchange_plain.read(file.fileno())
    assert (rows, names) == (table.num_rows, table.arrow.column_names)
    for name, vector in zip(names, vectors, strict=True):
        missing = [False] * rows if vector.missing is None else vector.missing.tolist()
        assert missing == table.column(name).is_null().to_pylist()
    assert _from_guest(rows, *vectors, names=names).equals(table)


def test_slices_and_chunks_are_written_from_where_they_start() -> None:
    arrow = pa.table({"s": ["zero", "one", None, "three"], "b": [True, None, True, False], "i": [0, 1, None, 3]})
    for part in (arrow.slice(1, 2), arrow.slice(3), pa.concat_tables([arrow.slice(3), arrow, arrow.slice(0, 0)])):
        table = Table(part)
        assert plain.read_untrusted(pa.py_buffer(_written(table)), "result").equals(table)


def test_columns_without_chunks() -> None:
    schema = pa.schema([("a", pa.dictionary(pa.int32(), pa.large_string())), ("b", pa.large_string())])
    table = Table(pa.table([pa.chunked_array([], field.type) for field in schema], schema=schema))
    assert plain.read_untrusted(pa.py_buffer(_written(table)), "result").equals(table)


def test_form() -> None:
    data = _written(Table(pa.table({"ü": ["ab", None], "i": [1, 2]})))
    head = _head(data)
    assert data[:8] == b"BTGPLAIN"
    assert head["rows"] == 2
    assert [(column["name"], column["kind"]) for column in head["columns"]] == [("ü", "String"), ("i", "Integer")]
    body = (16 + struct.unpack_from("<Q", data, 8)[0] + 63) // 64 * 64
    start, length = head["columns"][1]["buffers"]["values"]
    assert (start % 64, length) == (0, 16)
    assert np.frombuffer(data, "<i8", 2, body + start).tolist() == [1, 2]


def test_numbers_read_by_the_guest_can_be_written_and_the_file_cannot() -> None:
    with tempfile.TemporaryFile() as file:
        plain.write(Table(pa.table({"i": [1, 2], "d": [0.5, 1.5]})), file)
        file.flush()
        _, _, vectors = exchange_plain.read(file.fileno())
        for vector in vectors:
            vector.values[:] = 9
        _, _, again = exchange_plain.read(file.fileno())
    assert [vector.values.tolist() for vector in vectors] == [[9, 9], [9.0, 9.0]]
    assert [vector.values.tolist() for vector in again] == [[1, 2], [0.5, 1.5]]


def test_the_guest_writes_strided_arrays_and_odd_bytes() -> None:
    numbers = Vector("Integer", np.arange(6)[::2], np.array([False, True, False]))
    cells = np.array([b"a", None, bytearray(b"b")], object)
    assert _from_guest(3, numbers, Vector("Bytes", cells, np.array([False, True, False]))).arrow.to_pydict() == {
        "0": [0, None, 4],
        "1": [b"a", None, b"b"],
    }


def test_the_guest_writes_arrow_data_where_it_has_it() -> None:
    texts = Vector("String", arrow=pa.chunked_array([["a"], [None, "ü"]], pa.large_string()))
    data = Vector("Bytes", arrow=pa.array([b"a", b"", b"b"], pa.large_binary()))
    categorical = Vector("Categorical", np.array([0, -1, 2], np.int32), np.array([False, True, False]), categories=data)
    assert _from_guest(3, texts, data, categorical).arrow.to_pydict() == {
        "0": ["a", None, "ü"],
        "1": [b"a", b"", b"b"],
        "2": [b"a", None, b"b"],
    }


@pytest.mark.parametrize(("first", "names"), [(1, ["a", "a (1)"]), (2, ["a", "a (2)"])])
def test_names_become_unique(first: int, names: list[str]) -> None:
    vectors = [Vector("Integer", np.array([number])) for number in range(2)]
    assert _from_guest(1, *vectors, names=["a", "a"], first_duplicate=first).arrow.column_names == names


def test_roles_are_not_written() -> None:
    table = Table(pa.table({"a": [1]}), roles={"a": Role.LABEL})
    assert plain.read_untrusted(pa.py_buffer(_written(table)), "result").columns[0].role is Role.FEATURE


@pytest.mark.parametrize("data", [b"", b"BTGPLAIN", b"ARROW1\0\0" + bytes(64), b"BTGPLAIN" + b"\xff" * 8 + bytes(64)])
def test_what_is_no_table(data: bytes) -> None:
    with pytest.raises(BottegaError, match="result2") as error:
        plain.read_untrusted(pa.py_buffer(data), "result2")
    assert error.value.code == "result-invalid"


def test_the_guest_refuses_what_is_no_table() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(bytes(64))
        file.flush()
        with pytest.raises(ValueError, match="not a table"):
            exchange_plain.read(file.fileno())


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("rows",), 2),
        (("columns", 0, "kind"), "Other"),
        (("columns", 0, "buffers", "values"), [0, 1 << 40]),
        (("columns", 0, "buffers", "values"), [-64, 8]),
        (("columns", 1, "buffers", "offsets"), [0, 8]),
        (("columns", 2, "unit"), "D"),
        (("columns", 2, "zone"), "/etc"),
        (("columns", 3, "categories", "kind"), "Categorical"),
        (("columns", 3, "categories", "rows"), -1),
    ],
)
def test_heads_that_do_not_fit(place: tuple[Any, ...], value: Any) -> None:
    table = Table(
        pa.table({"i": [1], "s": ["a"], "t": pa.array([0], pa.timestamp("us")), "c": _categories(pa.array(["x"]), [0])})
    )
    data = _written(table)
    old = struct.unpack_from("<Q", data, 8)[0]
    head: Any = _head(data)
    target = head
    for key in place[:-1]:
        target = target[key]
    assert target[place[-1]] != value
    target[place[-1]] = value
    new = json.dumps(head).encode()
    body = data[(16 + old + 63) // 64 * 64 :]
    changed = b"BTGPLAIN" + struct.pack("<Q", len(new)) + new + bytes(-(16 + len(new)) % 64) + body
    with pytest.raises(BottegaError) as error:
        plain.read_untrusted(pa.py_buffer(changed), "result")
    assert error.value.code == "result-invalid"
