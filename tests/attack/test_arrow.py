"""Bytes of a jail that shall be a table: read without a crash, without a bomb, or refused."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from bottega.dataset import exchange, plain
from bottega.dataset.table import Table
from bottega.errors import BottegaError
from tests.attack.hostile import MIB, resident

if TYPE_CHECKING:
    from collections.abc import Callable

# A loop of its own process, so that a crash of native code is seen as a failure.
_FLIPPER = """
import random, sys
import pyarrow as pa
import pyarrow.compute as pc
from bottega.dataset import exchange, plain
from bottega.errors import BottegaError

form = {"arrow": exchange, "plain": plain}[sys.argv[1]]
valid = sys.stdin.buffer.read()
luck = random.Random(20_26)
read = 0
for round in range(int(sys.argv[2])):
    data = bytearray(valid)
    for _ in range(luck.randint(1, 8)):
        place = luck.randrange(len(data))
        kind = luck.randrange(4)
        if kind == 0:
            data[place] ^= 1 << luck.randrange(8)
        elif kind == 1:
            data[place] = luck.choice((0, 1, 0x7F, 0x80, 0xFF))
        elif kind == 2:
            data[place : place + 8] = luck.choice((2**63 - 1, 2**62, 2**31, 0, 2**64 - 1)).to_bytes(8, "little")
        else:
            del data[place : place + luck.randrange(1, 64)]
    try:
        table = form.read_untrusted(pa.py_buffer(bytes(data)), "result")
    except BottegaError:
        continue
    read += 1
    # What was let through can be used.
    table.digest
    table.columns
    for column in table.arrow.columns:
        pc.drop_null(column)
        column.combine_chunks()
        try:
            column.slice(0, 50).to_pylist()
            column.slice(0, 50).to_pandas()
        except (pa.ArrowException, ValueError, OverflowError, LookupError):
            pass  # a date or a zone that Python has not, though Arrow has
print("read", read)
"""


def _rich() -> pa.Table:
    texts = pa.array(["a", None, "ünïcode", ""] * 25, pa.large_string())
    categories = pa.DictionaryArray.from_arrays(
        pa.array([0, 1, None, 1] * 25, pa.int32()), pa.array(["x", "y"], pa.large_string())
    )
    moments = pa.array([0, 1, None, 10**15] * 25, pa.int64())
    return pa.table(
        {
            "text": texts,
            "number": pa.array([1, None, 3, 4] * 25, pa.int64()),
            "double": pa.array([0.5, None, 1.5, 2.5] * 25),
            "flag": pa.array([True, None, False, True] * 25),
            "bytes": pa.array([b"", None, b"x", b"yy"] * 25, pa.large_binary()),
            "category": categories,
            "moment": moments.cast(pa.timestamp("us", "Europe/Rome")),
            "span": moments.cast(pa.duration("us")),
        }
    )


def _stream(table: pa.Table, **options: Any) -> bytes:
    file = io.BytesIO()
    with pa.ipc.new_stream(file, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as stream:
        stream.write_table(table)
    return file.getvalue()


def _flipped(form: str, valid: bytes, rounds: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FLIPPER, form, str(rounds)], input=valid, capture_output=True, check=False, timeout=200
    )
    assert done.returncode == 0, (done.returncode, done.stderr.decode()[-2000:])
    assert int(done.stdout.split()[1]) < rounds  # the control: some were broken enough to be refused


@pytest.mark.parametrize("rounds", [2500, pytest.param(30_000, marks=pytest.mark.slow)])
def test_flipped_streams(rounds: int) -> None:
    """Valid streams with bytes flipped, numbers blown up and parts left out."""
    _flipped("arrow", _stream(_rich()), rounds)


@pytest.mark.parametrize("rounds", [2500, pytest.param(30_000, marks=pytest.mark.slow)])
def test_flipped_plain_tables(rounds: int) -> None:
    """The same for the exchange of environments without pyarrow."""
    file = io.BytesIO()
    plain.write(Table(_rich()), file)
    _flipped("plain", file.getvalue(), rounds)


def test_whole_ones_are_read() -> None:
    """The control: the same streams unflipped."""
    assert exchange.read_untrusted(pa.py_buffer(_stream(_rich())), "result").num_rows == 100
    file = io.BytesIO()
    plain.write(Table(_rich()), file)
    assert plain.read_untrusted(pa.py_buffer(file.getvalue()), "result").num_rows == 100


def _refused(data: bytes, reader: Callable[..., Table] = exchange.read_untrusted) -> str:
    before = resident()
    with pytest.raises(BottegaError) as caught:
        reader(pa.py_buffer(data), "result")
    assert resident() - before < 64 * MIB
    return str(caught.value)


def _large() -> pa.Table:
    return pa.table({"a": pa.array(np.zeros(4 << 20), pa.float64())})


@pytest.mark.parametrize("compression", ["zstd", "lz4"])
def test_compressed_bombs(compression: str) -> None:
    """Nothing that unpacks to more than was sent."""
    assert "compressed" in _refused(_stream(_large(), compression=compression))


def test_compressed_dictionaries() -> None:
    """Nor one that hides in a dictionary."""
    words = pa.array(["x" * 1000] * 10_000, pa.large_string())
    column = pa.DictionaryArray.from_arrays(pa.array([0], pa.int32()), words)
    assert "compressed" in _refused(_stream(pa.table({"a": column}), compression="zstd"))


_TYPES = {
    "run-end": pa.RunEndEncodedArray.from_arrays(pa.array([2_000_000_000], pa.int32()), pa.array([1.0])),
    "null": pa.nulls(1_000_000_000),
    "list": pa.array([[1]]),
    "struct": pa.array([{"a": 1}]),
    "map": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
    "union": pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])]),
    "view": pa.array(["x"], pa.string_view()),
    "decimal": pa.array([1], pa.decimal128(10, 2)),
    "fixed size": pa.array([b""] * 3, pa.binary(0)),
    "dictionary of dictionaries' kind": pa.array(["x"]).dictionary_encode(),
    "small dictionary": pa.DictionaryArray.from_arrays(pa.array([0], pa.int8()), pa.array(["x"], pa.large_string())),
    "list of nothing": pa.ListArray.from_arrays(pa.array([0, 1 << 30], pa.int32()), pa.nulls(1 << 30)),
    "unit": pa.array([1], pa.time64("us")),
}


@pytest.mark.parametrize("name", _TYPES)
def test_types_that_no_result_has(name: str) -> None:
    """A few bytes of which may stand for billions of rows."""
    assert "type" in _refused(_stream(pa.table({"a": _TYPES[name]})))


def test_extension_types() -> None:
    """Registered or not, by type or by metadata, with a pickle or without."""
    storage = pa.array([b"0" * 16], pa.binary(16))
    _refused(_stream(pa.table({"a": pa.ExtensionArray.from_storage(pa.uuid(), storage)})))
    for name in ("arrow.py_extension_type", "arrow.uuid", "arrow.json", "pandas.period", "no.such"):
        metadata = {"ARROW:extension:name": name, "ARROW:extension:metadata": "cos\nsystem\n(S'touch /tmp/attack'\ntR."}
        field = pa.field("a", pa.large_string(), metadata=metadata)
        data = _stream(pa.table([pa.array(["x"], pa.large_string())], schema=pa.schema([field])))
        try:
            table = exchange.read_untrusted(pa.py_buffer(data), "result")
        except BottegaError:
            continue
        assert table.arrow.schema.field("a").metadata is None
        assert table.arrow.schema.field("a").type == pa.large_string()


def _with_offsets(text: bytes, *offsets: int) -> bytes:
    """A column of one text, its offsets changed."""
    data = _stream(pa.table({"a": pa.array(["x" * len(text)], pa.large_string())}))
    valid = struct.pack("<2q", 0, len(text))
    assert data.count(valid) == 1
    return data.replace(valid, struct.pack("<2q", *offsets)).replace(b"x" * len(text), text)


def test_offsets_and_texts() -> None:
    """Outside the data, descending, negative; not UTF-8."""
    for offsets in ((0, 1 << 40), (50, 1), (-8, 1), (0, -1), (1 << 62, (1 << 62) + 1)):
        _refused(_with_offsets(b"x" * 61, *offsets))
    for text in (b"\xff", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80"):
        assert "UTF" in _refused(_with_offsets(text + b"x" * 61, 0, len(text) + 61))


@pytest.mark.parametrize("code", [2, -1, 2**31 - 1, -(2**31)])
def test_categories_that_are_not_there(code: int) -> None:
    """A code that points beside its dictionary."""
    indices = pa.Array.from_buffers(pa.int32(), 1, [None, pa.py_buffer(struct.pack("<i", code))])
    column = pa.DictionaryArray.from_arrays(indices, pa.array(["x", "y"], pa.large_string()), safe=False)
    _refused(_stream(pa.table({"a": column})))


@pytest.mark.parametrize(
    "zone", ["../../../etc/passwd", "/etc/passwd", "a\0b", "x" * 5000, "Europe/Rome\n", "..", "", " ", "a b"]
)
def test_zones_that_are_paths(zone: str) -> None:
    """The name of a zone is looked up as a file by some readers."""
    column = pa.array([0], pa.timestamp("us", "UTC"))
    data = _stream(pa.table({"a": column.cast(pa.timestamp("us", "U" * len(zone.encode()) or "UTC"))}))
    if zone:
        data = data.replace(b"U" * len(zone.encode()), zone.encode())
        _refused(data)
    head = {
        "name": "a",
        "kind": "DateTime",
        "unit": "us",
        "zone": zone,
        "ordered": False,
        "categories": None,
        "buffers": {"values": [0, 8]},
    }
    _refused(_plain(1, [head], bytes(8)), plain.read_untrusted)


def test_hostile_metadata_is_dropped() -> None:
    """What pandas or Arrow would follow in a schema's metadata does not stay; roles cannot be forged."""
    metadata: dict[bytes | str, bytes | str] = {
        "pandas": '{"index_columns": [{"kind": "range", "start": 0, "stop": 1e400}], "columns": 7}',
        "bottega.role": "label",
    }
    field = pa.field("a", pa.int64(), metadata={"bottega.role": "label"})
    data = _stream(pa.table([pa.array([1])], schema=pa.schema([field], metadata=metadata)))
    table = exchange.read_untrusted(pa.py_buffer(data), "result")
    assert not table.arrow.schema.metadata
    assert not table.arrow.schema.field("a").metadata


def test_rows_without_columns() -> None:
    """A number of rows costs nothing to write."""
    for rows in (1 << 62, 1 << 40, 1 << 31):
        data = _stream(pa.table({"": pa.nulls(1000)}).select([]))
        place = data.rindex(struct.pack("<q", 1000))
        _refused(data[:place] + struct.pack("<q", rows) + data[place + 8 :])


def test_rows_that_overflow_their_sum() -> None:
    """Many batches whose lengths add up to more than a number holds."""
    schema = pa.schema([])
    file = io.BytesIO()
    with pa.ipc.new_stream(file, schema) as stream:
        for _ in range(4):
            stream.write_batch(pa.record_batch({"": pa.nulls(1000)}).select([]))
    data = file.getvalue().replace(struct.pack("<q", 1000), struct.pack("<q", 1 << 62))
    try:
        table = exchange.read_untrusted(pa.py_buffer(data), "result")
    except BottegaError:
        return
    assert 0 <= table.num_rows <= exchange.MOST_ROWS


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 8,
        b"\xff" * 64,
        b"ARROW1\0\0" + b"\0" * 100,
        b"\xff\xff\xff\xff\xff\xff\xff\x7f" + b"\0" * 64,
        b"\xff\xff\xff\xff\x10\0\0\0" + b"\0" * 16,
        b"BTGPLAIN" + b"\xff" * 8,
        b"BTGPLAIN" + struct.pack("<Q", 2) + b"{}",
        b"BTGPLAIN" + struct.pack("<Q", 30_000) + b"[" * 30_000,
        b"BTGPLAIN" + struct.pack("<Q", 4) + b"\xff\xfe\0\0",
    ],
)
@pytest.mark.parametrize("form", [exchange, plain], ids=["arrow", "plain"])
def test_bytes_that_are_no_table(form: Any, data: bytes) -> None:
    """Nothing, zeros, lengths beyond the end, the wrong form."""
    _refused(data, form.read_untrusted)


def _plain(rows: object, columns: object, body: bytes = b"") -> bytes:
    head = json.dumps({"rows": rows, "columns": columns}).encode()
    return struct.pack("<8sQ", b"BTGPLAIN", len(head)) + head + bytes(-(16 + len(head)) % 64) + body


def _column(**changes: object) -> dict[str, object]:
    column: dict[str, object] = {
        "name": "a",
        "kind": "Integer",
        "rows": 2,
        "unit": "us",
        "zone": None,
        "ordered": False,
        "categories": None,
        "buffers": {"values": [0, 16]},
    }
    return column | changes


_INNER = _column(kind="String", rows=2, buffers={"values": [64, 2], "offsets": [128, 24]})
_BODY = bytes(64) + b"xy" + bytes(62) + struct.pack("<3q", 0, 1, 2) + bytes(104)
_WRONG: dict[str, object] = {
    "no object": 7,
    "no column": None,
    "text": "x",
    "empty": {},
    "kind": _column(kind="Object"),
    "kind of kinds": _column(kind=["Integer"]),
    "no kind": _column(kind=None),
    "buffers as list": _column(buffers=[[0, 16]]),
    "buffers as text": _column(buffers="values"),
    "no buffers": _column(buffers=None),
    "negative start": _column(buffers={"values": [-16, 16]}),
    "negative length": _column(buffers={"values": [16, -16]}),
    "beyond": _column(buffers={"values": [1 << 40, 16]}),
    "overflow": _column(buffers={"values": [1 << 63, 1 << 63]}),
    "fractions": _column(buffers={"values": [0.5, 16]}),
    "too short": _column(buffers={"values": [0, 8]}),
    "odd": _column(buffers={"values": [0, 15]}),
    "three": _column(buffers={"values": [0, 16, 1]}),
    "missing beyond": _column(buffers={"values": [0, 16], "missing": [0, 1 << 40]}),
    "missing short": _column(buffers={"values": [0, 16], "missing": [0, 1]}),
    "missing as text": _column(buffers={"values": [0, 16], "missing": "x"}),
    "unit": _column(kind="DateTime", unit="fortnight"),
    "unit as list": _column(kind="DateTime", unit=["us"]),
    "zone as number": _column(kind="DateTime", zone=5),
    "offsets short": _column(kind="String", buffers={"values": [64, 2], "offsets": [128, 16]}),
    "offsets beyond": _column(kind="String", buffers={"values": [64, 1], "offsets": [128, 24]}),
    "no offsets": _column(kind="String", buffers={"values": [64, 2]}),
    "codes beyond": _column(kind="Categorical", categories=_INNER, buffers={"values": [128, 8]} | {"values": [64, 8]}),
    "no categories": _column(kind="Categorical", buffers={"values": [0, 8]}),
    "categories of categories": _column(
        kind="Categorical",
        buffers={"values": [0, 8]},
        categories=_column(kind="Categorical", categories=_INNER, buffers={"values": [0, 8]}),
    ),
    "rows of categories -1": _column(
        kind="Categorical",
        buffers={"values": [0, 8]},
        categories=_INNER | {"rows": -1, "buffers": {"values": [64, 2], "offsets": [0, 0]}},
    ),
    "rows of categories 2^63": _column(
        kind="Categorical", buffers={"values": [0, 8]}, categories=_INNER | {"rows": 1 << 63}
    ),
    "rows of categories as text": _column(
        kind="Categorical", buffers={"values": [0, 8]}, categories=_INNER | {"rows": "2"}
    ),
    "name not text": _column(name="\ud800"),
}


@pytest.mark.parametrize("name", _WRONG)
def test_plain_heads_that_lie(name: str) -> None:
    """Each number of the head is checked against the bytes that are there."""
    _refused(_plain(2, [_WRONG[name]], _BODY), plain.read_untrusted)


def test_a_plain_head_that_does_not_lie() -> None:
    """The control: the same head and bytes, unchanged."""
    category = _column(name="b", kind="Categorical", categories=_INNER, buffers={"values": [0, 8]})
    table = plain.read_untrusted(
        pa.py_buffer(_plain(2, [_column(), category, _INNER | {"name": "c"}], _BODY)), "result"
    )
    assert table.arrow.to_pydict() == {"a": [0, 0], "b": ["x", "x"], "c": ["x", "y"]}


@pytest.mark.parametrize("rows", [1 << 62, 1 << 31, -1, None, "2", 2.0, True, [2], 10**400])
def test_plain_rows_without_columns(rows: object) -> None:
    """A number of rows is a whole one, and not larger than a table has."""
    _refused(_plain(rows, []), plain.read_untrusted)


@pytest.mark.parametrize("columns", [None, {}, "abc", 5, [[]] * 100_001])
def test_plain_columns_that_are_none(columns: object) -> None:
    """A list, of at most so many."""
    _refused(_plain(2, columns), plain.read_untrusted)


def test_more_columns_than_a_table_has() -> None:
    """Each costs the host an object."""
    schema = pa.schema([(f"c{number}", pa.int64()) for number in range(100_001)])
    file = io.BytesIO()
    pa.ipc.new_stream(file, schema).close()
    with pytest.raises(BottegaError, match="columns"):
        exchange.read_untrusted(pa.py_buffer(file.getvalue()), "result")
