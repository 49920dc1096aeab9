"""Folds of a table: kept where rows keep their places, and by every way that a table goes."""

from __future__ import annotations

import io
import tempfile
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.dataset import exchange, formats
from bottega.dataset.folds import Folds
from bottega.dataset.frames import to_pandas
from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.engine.as_written import is_as_written
from bottega.errors import BottegaError
from bottega.sandbox.guest import exchange_arrow

if TYPE_CHECKING:
    from pathlib import Path


def _table(*codes: int, count: int = 3) -> Table:
    return Table(pa.table({"n": range(len(codes))})).with_folds(Folds(count, np.array(codes)))


def _stream(table: Table) -> pa.Buffer:
    file = io.BytesIO()
    exchange.write(table, file)
    return pa.py_buffer(file.getvalue())


@given(st.integers(1, 2**32 - 1).flatmap(lambda count: st.tuples(st.just(count), st.lists(st.integers(0, count - 1)))))
def test_what_is_written_is_read(drawn: tuple[int, list[int]]) -> None:
    count, codes = drawn
    folds = Folds(count, np.array(codes, np.uint32))
    read = Folds.read(folds.written)
    assert read.count == count
    assert read.codes.tolist() == codes
    assert read.equals(folds)


@pytest.mark.parametrize(("count", "width"), [(1, 1), (256, 1), (257, 2), (65_536, 2), (65_537, 4)])
def test_a_row_takes_as_few_bytes_as_hold_it(count: int, width: int) -> None:
    assert len(Folds(count, np.full(7, count - 1)).written) == 4 + 7 * width


@pytest.mark.parametrize("data", [b"", b"\1\0\0", b"\0\0\0\0", b"\2\0\0\0\2", b"\0\2\0\0\1", b"\0\2\0\0\0\2"])
def test_what_are_no_folds(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Folds.read(data)
    arrow = pa.table({"n": [1]}).replace_schema_metadata({b"bottega.folds": data})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, arrow.schema) as stream:
        stream.write_table(arrow)
    with pytest.raises(BottegaError, match="not valid"):
        exchange.read_untrusted(sink.getvalue(), "result", roles=True)
    with pytest.raises(BottegaError) as caught:
        exchange.read_trusted(sink.getvalue())
    assert caught.value.code == "blob-damaged"
    assert exchange.read_untrusted(sink.getvalue(), "result").folds is None, "of a script nobody asks for them"


def test_they_travel_in_streams_and_nobody_else_sees_them() -> None:
    table = _table(0, 2, 1, 0)
    content = _stream(table)
    for read in (exchange.read_trusted(content), exchange.read_untrusted(content, "result", roles=True)):
        assert read.equals(table)
        assert read.digest == table.digest
        assert is_as_written(read, content)
    assert exchange.read_untrusted(content, "result").folds is None
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        assert exchange_arrow.read(file.fileno())[:2] == (4, ["n"]), "a script gets no more than the columns"
    assert list(to_pandas(table)) == ["n"]


def test_files_have_none(tmp_path: Path) -> None:
    for name in ("t.csv", "t.parquet", "t.arrow"):
        path = tmp_path / name
        formats.write(_table(0, 1, 2), path)
        read = formats.read(path)
        assert read.folds is None
        assert read.arrow.column_names == ["n"]


def test_the_digest_counts_them() -> None:
    plain = Table(pa.table({"n": [0, 1]}))
    digests = {plain.digest, _table(0, 1).digest, _table(1, 0).digest, _table(0, 1, count=2).digest}
    assert len(digests) == 4
    assert _table(0, 1).with_folds(None).digest == plain.digest


def test_other_rows_have_none() -> None:
    table = _table(0, 1, 2)
    assert Table(table.arrow).folds is None
    assert Table(table.arrow.slice(1)).folds is None
    with pytest.raises(ValueError, match="3 rows are in folds"):
        Table(table.arrow.slice(1)).with_folds(table.folds)


def test_roles_change_nothing_about_them() -> None:
    table = _table(0, 1, 2)
    labelled = table.with_roles({"n": Role.LABEL})
    assert labelled.folds is table.folds
    assert labelled.with_roles_of(table).folds is table.folds


def test_equality() -> None:
    assert _table(0, 1).equals(_table(0, 1))
    for other in (_table(1, 0), _table(0, 1, count=2), Table(pa.table({"n": [0, 1]}))):
        assert not _table(0, 1).equals(other)
        assert not other.equals(_table(0, 1))


def test_a_table_without_columns_keeps_none() -> None:
    rows = Table(pa.table({"n": [1, 2]}).select([]))
    assert rows.with_folds(Folds(1, np.zeros(2, int))).folds is None
