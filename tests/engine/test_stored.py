"""Tables of the workspace: as they were stored, or told to be damaged."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.dataset import exchange
from bottega.dataset.table import Table
from bottega.engine import look, stored
from bottega.errors import BottegaError
from bottega.store.records import Output
from bottega.store.workspace import Workspace

DATA: dict[str, Any] = {
    "n": [1, 2, 3, 4, 5],
    "s": ["ann", "bob", None, "", "cyd"],
    "c": pa.array(["x", "y", "z", "y", "x"]).dictionary_encode(),
}


def _written(table: Table) -> bytes:
    file = io.BytesIO()
    exchange.write(table, file)
    return file.getvalue()


TABLE = Table(pa.table(DATA))
CONTENT = _written(TABLE)
OUTPUT = Output("table", "DataTable", TABLE.digest, len(CONTENT), 5)


def _read(folder: Path, content: bytes, url: str | None = None) -> Table:
    with Workspace.open(folder / "w", files_url=url) as workspace:
        workspace.blobs.put(OUTPUT.digest, content)
        return stored.table(workspace, OUTPUT)


def test_a_table_comes_back_wherever_it_is_kept(tmp_path: Path) -> None:
    for folder, url in (("a", None), ("b", f"memory://{tmp_path.name}")):
        assert _read(tmp_path / folder, CONTENT, url).equals(TABLE)


def _code_out_of_range(content: bytes) -> bytes:
    codes = b"".join(code.to_bytes(4, "little") for code in (1, 2, 1))
    assert content.count(codes) == 1
    return content.replace(codes, b"\xff\xff\xff\x7f" * 3)


_DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "rubbish": lambda _: b"rubbish " * 50,
    "zeros": lambda content: bytes(len(content)),
    "cut": lambda content: content[:-100],
    "schema-alone": lambda content: content[: 8 + int.from_bytes(content[4:8], "little")],
    "no-text": lambda content: content.replace(b"annbob", b"ann\xff\xff\xff"),
    "code-out-of-range": _code_out_of_range,
}


@pytest.mark.parametrize("name", _DAMAGES)
def test_damage_is_told(tmp_path: Path, name: str) -> None:
    damaged = _DAMAGES[name](CONTENT)
    assert damaged != CONTENT
    for folder, url in (("a", None), ("b", f"memory://{tmp_path.name}")):
        with pytest.raises(BottegaError) as caught:
            _read(tmp_path / folder, damaged, url)
        assert (caught.value.code, caught.value.facts) == ("blob-damaged", {"digest": OUTPUT.digest})


def test_verifying_tells_why_a_table_cannot_be_read() -> None:
    assert look.is_whole(OUTPUT.digest, "DataTable", CONTENT) is True
    assert look.is_whole(OUTPUT.digest, "DataTable", CONTENT.replace(b"ann", b"Ann")) is False
    with pytest.raises(ValueError, match="metadata"):
        look.is_whole(OUTPUT.digest, "DataTable", b"rubbish " * 50)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(CONTENT) - 1), st.integers(1, 255))
def test_any_byte_may_be_damaged(place: int, change: int) -> None:
    """What is read then may be another table, but can be read to the last value."""
    damaged = bytearray(CONTENT)
    damaged[place] ^= change
    told, table = "", None
    try:
        table = exchange.read_trusted(pa.py_buffer(bytes(damaged)), "d", full=True)
    except BottegaError as error:
        told = error.code
    assert told == "blob-damaged" if table is None else len(table.arrow.to_pylist()) == table.num_rows
