"""Files to tables in a jail, tables to files in pieces."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.dataset import formats
from bottega.dataset.table import Table
from bottega.errors import BottegaError
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.pool import Pool
from bottega.services.batch import tables
from bottega.services.errors import ModuleFailure
from bottega.services.program import Field

MIB = 1 << 20


def test_a_file_on_disk_has_the_face_of_memory(tmp_path: Path) -> None:
    with tables.Spooled.of_file(tmp_path, lambda file: file.write(b"x" * 100_000)) as spooled:
        assert list(tmp_path.iterdir()) == []  # nobody else can open it
        assert (spooled.size, spooled.read(99_999, 5)) == (100_000, b"x")
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.write(spooled.descriptor, b"y")
        with spooled.share() as other:
            assert other.read(0, 2) == b"xx"
        descriptor = spooled.descriptor
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), ValueError("own")], ids=["disk", "own"]
)
def test_what_goes_wrong_while_it_is_written_leaves_nothing(tmp_path: Path, error: Exception) -> None:
    before = set(os.listdir("/proc/self/fd"))

    def fill(file: BinaryIO) -> None:
        file.write(b"begun")
        raise error

    with pytest.raises((BottegaError, ValueError), match=r"No space left|own"):
        tables.Spooled.of_file(tmp_path, fill)
    assert set(os.listdir("/proc/self/fd")) == before


def test_a_file_is_read_in_a_jail(pool: Pool) -> None:
    fields = [Field("b", "String"), Field("a", "Double")]
    with Memory.of("in", b"a,b\n1,007\n,x\n") as memory:
        value = tables.read(memory, "in.csv", ".csv", fields, pool, Limits())
        assert value.table.arrow.to_pydict() == {"b": ["007", "x"], "a": [1.0, None]}
        value.close()
        with pytest.raises(ModuleFailure) as caught:
            tables.read(memory, "in.csv", ".csv", [Field("c", "String")], pool, Limits())
    assert (caught.value.code, caught.value.title) == ("0018", "Read input")


def test_what_takes_too_much_is_told(pool: Pool) -> None:
    rows = b"a,b\n" + b'"%s",1\n' % (b"x" * 1000) * 5000
    with Memory.of("in", rows) as memory:
        for limits in (Limits(output=MIB), Limits(memory=64 * MIB, output=64 * MIB), Limits(wall_seconds=0.01)):
            with pytest.raises(ModuleFailure):
                tables.read(memory, "in.csv", ".csv", (), pool, limits)


CELLS = st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=5))


@given(
    st.lists(st.tuples(CELLS, st.none() | st.integers(-9, 9)), max_size=40), st.sampled_from([".csv", ".tsv", ".arff"])
)
def test_pieces_are_the_file(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str | None, int | None]], extension: str
) -> None:
    table = Table(pa.table({"text": pa.array([row[0] for row in rows], pa.large_string()),
                            "number": pa.array([row[1] for row in rows], pa.int64())}))  # fmt: skip
    path = tmp_path_factory.getbasetemp() / f"whole{extension}"
    formats.write(table, path)
    assert b"".join(bytes(piece) for piece in tables.pieces(table, extension)) == path.read_bytes()


@pytest.mark.parametrize("extension", [".csv", ".tsv", ".arff"])
def test_pieces_are_small_and_tell_how_many_rows_are_done(extension: str, tmp_path: Path) -> None:
    count = 150_000
    table = Table(pa.table({"a": pa.array(["x" * 100] * count, pa.large_string()), "b": pa.array(range(count))}))
    done: list[int] = []
    pieces = [bytes(piece) for piece in tables.pieces(table, extension, done.append)]
    assert max(map(len, pieces)) < 16 * MIB
    assert done == sorted(done)
    assert (done[-1], len(set(done)) > 3) == (count, True)
    formats.write(table, tmp_path / f"whole{extension}")
    assert b"".join(pieces) == (tmp_path / f"whole{extension}").read_bytes()


def test_a_table_without_columns_is_an_empty_file() -> None:
    assert list(tables.pieces(Table(pa.table({})), ".csv")) == []
