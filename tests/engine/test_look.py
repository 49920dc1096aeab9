"""What is read of stored outputs is bounded and checked."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bottega.engine import look
from bottega.engine import stored as stored_outputs
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


def _damaged(workspace: Workspace, output: Output) -> Output:
    path = workspace.blobs.path(output.digest)
    assert path is not None
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"1", b"2"))
    return output


def test_what_is_not_what_it_was_is_told_as_damaged(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w") as workspace:
        picture = stored(workspace, b"<svg width='1'/>", "Picture").digest
        told = {"log": "", "pictures": [["p.svg", picture]]}
        device = stored(workspace, json.dumps(told).encode(), "Device")
        assert [each.data for each in look.pictures(workspace, device)] == [b"<svg width='1'/>"]
        looks: list[tuple[Callable[[Workspace, Output], object], Output]] = [
            (look.device, stored(workspace, b'{"log": "1", "pictures": []}', "Device")),
            (look.table, stored(workspace, b"a\n1\n", "GenericCsv")),
            (look.entries, stored(workspace, b"PK 1", "Zip")),
            (
                lambda where, output: stored_outputs.write(where, output, tmp_path / "copy"),
                stored(workspace, b"1", "TrainedModel"),
            ),
        ]
        for see, output in looks:
            with pytest.raises(BottegaError) as caught:
                see(workspace, _damaged(workspace, output))
            assert (caught.value.code, caught.value.facts["digest"]) == ("blob-damaged", output.digest)
        _damaged(workspace, Output("", "", picture, 0))
        with pytest.raises(BottegaError) as caught:
            look.pictures(workspace, device)
        assert (caught.value.code, caught.value.facts["digest"]) == ("blob-damaged", picture)
        assert not (tmp_path / "copy").exists()


def test_csv_text_is_looked_at_as_a_table(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w") as workspace:
        table = look.table(workspace, stored(workspace, b"a,b\n1,x\n", "GenericCsv"))
        assert table is not None
        assert table.arrow.to_pydict() == {"a": [1], "b": ["x"]}
        assert look.table(workspace, stored(workspace, b"{}", "TrainedModel")) is None
