"""What is read of stored outputs is bounded and checked."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from bottega.engine import look
from bottega.errors import BottegaError
from bottega.store.digest import bytes_digest
from bottega.store.records import Output
from bottega.store.workspace import Workspace


def stored(workspace: Workspace, data: bytes, kind: str = "Zip") -> Output:
    digest = bytes_digest(data)
    workspace.blobs.put(digest, data)
    return Output("files", kind, digest, len(data))


def zipped(**files: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return target.getvalue()


def test_entries_of_a_zip(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w") as workspace:
        assert look.entries(workspace, stored(workspace, zipped(a="12", b=""))) == [("a", 2), ("b", 0)]


def test_a_zip_that_is_none_or_has_too_large_a_directory(tmp_path: Path) -> None:
    good = zipped(a="1")
    end = good.rindex(b"PK\5\6")
    size = 17 << 20
    # A directory of 17 MiB, as the end of the file tells it.
    huge = b"\0" * size + good[end : end + 12] + struct.pack("<II", size, 0) + good[end + 20 :]
    with Workspace.open(tmp_path / "w") as workspace:
        for data, message in ((b"no zip", "not a zip"), (huge, "too large"), (good[:end], "not a zip")):
            with pytest.raises(BottegaError, match=message) as caught:
                look.entries(workspace, stored(workspace, data))
            assert caught.value.code == "0102"


def test_csv_text_is_looked_at_as_a_table(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w") as workspace:
        table = look.table(workspace, stored(workspace, b"a,b\n1,x\n", "GenericCsv"))
        assert table is not None
        assert table.arrow.to_pydict() == {"a": [1], "b": ["x"]}
        assert look.table(workspace, stored(workspace, b"{}", "TrainedModel")) is None
