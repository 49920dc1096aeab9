"""A result's file is kept as it is only where each of its bytes is what would be written."""

from __future__ import annotations

import io
import os

import pyarrow as pa
import pytest

from bottega.dataset import exchange
from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.engine.as_written import is_as_written
from bottega.engine.made import Made
from bottega.engine.values import Values, mapped
from bottega.sandbox.host.memory import Memory
from tests.engine.helpers import Bench

TABLE = Table(
    pa.table({"a": [1, None, 3], "b": ["x", "yy", None], "c": pa.array(["u", "v", "u"]).dictionary_encode()}),
    roles={"a": Role.LABEL},
)


def written(table: Table) -> bytes:
    with io.BytesIO() as file:
        exchange.write(table, file)
        return file.getvalue()


def stream(arrow: pa.Table) -> bytes:
    """As a jail might write it, by Arrow alone."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, arrow.schema) as file:
        file.write_table(arrow, max_chunksize=2)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize(
    "table",
    [TABLE, Table(pa.table({"a": pa.array([], pa.int64())})), Table(pa.table({}))],
    ids=["rows", "none", "empty"],
)
def test_what_was_written_so_is_as_written(table: Table) -> None:
    content = pa.py_buffer(written(table))
    assert is_as_written(exchange.read_untrusted(content, "result", roles=True), content)


def test_any_other_byte_is_seen() -> None:
    data = written(Table(pa.table({"a": [1, 2, 3], "b": [0.5, 1.5, 2.5]})))
    table = exchange.read_untrusted(pa.py_buffer(data), "result")
    for place in range(len(data)):
        other = bytearray(data)
        other[place] ^= 1
        assert not is_as_written(table, pa.py_buffer(bytes(other))), place


@pytest.mark.parametrize(
    "content", [written(TABLE) + b"\0" * 8, written(TABLE)[:-8], b""], ids=["more", "less", "nothing"]
)
def test_more_or_less_is_not_as_written(content: bytes) -> None:
    assert not is_as_written(TABLE, pa.py_buffer(content))


def keep(bench: Bench, data: bytes) -> tuple[Made, bytes]:
    """What is stored of a result that a jail wrote so."""
    made = Made()
    values = Values(bench.workspace)
    with Memory.of("result", data) as memory:
        content = mapped(memory)
        table = exchange.read_untrusted(content, "result", roles=True)
        made.add_table("result", table, values, (memory, content))
    ((_, source),) = made.blobs
    assert isinstance(source, int)
    stored = os.pread(source, 1 << 20, 0)
    os.close(source)
    values.close()
    return made, stored


def test_metadata_batches_and_trailing_bytes_of_a_jail_are_not_stored(bench: Bench) -> None:
    bare = Table(pa.table({"a": [1, 2, 3]}))
    smuggled = bare.arrow.replace_schema_metadata({"pandas": "smuggled"})
    for data in (stream(smuggled), stream(bare.arrow), written(bare) + b"smuggled"):
        made, stored = keep(bench, data)
        assert stored == written(bare) != data
        assert made.outputs[0].digest == bare.digest
        assert made.outputs[0].size == len(stored)


def test_a_result_that_is_as_written_is_stored_as_it_is(bench: Bench) -> None:
    made, stored = keep(bench, written(TABLE))
    assert stored == written(TABLE)
    assert (made.outputs[0].digest, made.outputs[0].size) == (TABLE.digest, len(stored))
