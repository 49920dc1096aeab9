"""Stored files: written once under their digest, read back the same."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.errors import BottegaError
from bottega.store.blobs import Blobs
from bottega.store.digest import bytes_digest, file_digest
from bottega.store.files import Files
from bottega.store.local import LocalStorage
from bottega.store.remote import RemoteStorage
from bottega.store.workspace import Workspace
from tests.store.helpers import blob, code_of, digest, tree


def _local(folder: Path, files: Files | None = None) -> Blobs:
    folder.mkdir(exist_ok=True)
    return Blobs(LocalStorage(folder, files or Files()), str(folder))


@pytest.fixture(params=["local", "file", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    """The durable folder, and fsspec's file systems of two kinds."""
    if request.param == "local":
        return _local(tmp_path / "files")
    url = f"file://{tmp_path}/far" if request.param == "file" else f"memory://{tmp_path.name}"
    return Blobs(RemoteStorage(url), url)


def test_bytes_come_back(blobs: Blobs) -> None:
    key, data = blob(b"content")
    assert not blobs.has(key)
    assert blobs.put(key, data) == 7
    assert blobs.has(key)
    assert blobs.read(key) == data
    assert blobs.size(key) == 7
    with blobs.open(key) as file:
        assert file.read(3) == b"con"


def test_a_descriptor_is_read_from_its_begin_and_keeps_its_position(blobs: Blobs, tmp_path: Path) -> None:
    data = os.urandom(3 << 20)
    path = tmp_path / "source"
    path.write_bytes(data)
    with path.open("rb") as source:
        source.seek(1000)
        assert blobs.put(digest(data), source.fileno()) == len(data)
        assert source.tell() == 1000
        assert os.lseek(source.fileno(), 0, os.SEEK_CUR) == 1000
    assert blobs.read(digest(data)) == data


def test_a_memory_file_is_a_source(blobs: Blobs) -> None:
    descriptor = os.memfd_create("source")
    try:
        os.write(descriptor, b"from memory")
        blobs.put(digest(b"from memory"), descriptor)
    finally:
        os.close(descriptor)
    assert blobs.read(digest(b"from memory")) == b"from memory"


def test_a_group_is_stored_once(blobs: Blobs) -> None:
    items = [blob(bytes([place % 100])) for place in range(150)]
    sizes = blobs.put_many(items)
    assert sizes == dict.fromkeys(dict(items), 1)
    assert list(blobs.digests()) == sorted(dict(items))
    assert blobs.total_size() == 100


def test_what_is_there_is_not_written_again(blobs: Blobs) -> None:
    key = "a" * 64
    blobs.put(key, b"first")
    assert blobs.put_many([(key, b"other"), blob(b"new")]) == {key: 5, digest(b"new"): 3}
    assert blobs.read(key) == b"first"


@pytest.mark.parametrize("content", [b"", b"cont", b"content and more"], ids=["emptied", "cut", "grown"])
def test_a_file_of_another_size_gives_way(blobs: Blobs, tmp_path: Path, content: bytes) -> None:
    key, data = blob(b"content")
    for source in (data, _descriptor(tmp_path, data)):
        blobs.remove(key)
        blobs.put(key, content)
        assert blobs.put(key, source) == 7
        assert blobs.read(key) == data
    assert list(blobs.digests()) == [key]
    assert blobs.sweep() == 0


def _descriptor(folder: Path, data: bytes) -> int:
    (folder / "source").write_bytes(data)
    return os.open(folder / "source", os.O_RDONLY)


def test_what_is_set_aside_is_found_no_more_until_it_is_swept_away(blobs: Blobs) -> None:
    key, data = blob(b"content")
    blobs.put(key, data)
    blobs.set_aside(key)
    blobs.set_aside(key)
    assert not blobs.has(key)
    assert list(blobs.digests()) == []
    assert blobs.put(key, data) == 7
    assert [blobs.sweep(dry_run=True), blobs.sweep(), blobs.sweep()] == [1, 1, 0]
    assert blobs.read(key) == data


def test_nothing_to_store_is_no_error(blobs: Blobs) -> None:
    assert blobs.put_many([]) == {}
    assert list(blobs.digests()) == []
    assert blobs.total_size() == 0


def test_removing_twice_is_no_error(blobs: Blobs) -> None:
    key = digest(b"x")
    blobs.put(key, b"x")
    blobs.remove(key)
    blobs.remove(key)
    assert not blobs.has(key)


def test_a_digest_may_have_a_suffix(blobs: Blobs) -> None:
    key = "a" * 64 + ".arrow"
    blobs.put(key, b"table")
    assert list(blobs.digests()) == [key]
    assert blobs.read(key) == b"table"


def test_what_is_missing_is_told(blobs: Blobs) -> None:
    for ask in (blobs.read, blobs.open, blobs.size):
        with pytest.raises(BottegaError) as caught:
            ask("0" * 64)
        assert code_of(caught) == "blob-missing"
        assert caught.value.facts["digest"] == "0" * 64


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "../../../etc/passwd",
        "a" * 63,
        "A" * 64,
        "g" * 64,
        "a" * 65,
        "a" * 64 + ".",
        "a" * 64 + "\n",
        "a" * 64 + "./x",
    ],
    ids=["empty", "path", "short", "capitals", "letters", "long", "bare-dot", "newline", "path-suffix"],
)
def test_no_path_is_made_of_what_is_no_digest(blobs: Blobs, wrong: str) -> None:
    for ask in (blobs.has, blobs.read, blobs.open, blobs.size, blobs.remove, blobs.path):
        with pytest.raises(ValueError, match="no digest"):
            ask(wrong)
    with pytest.raises(ValueError, match="no digest"):
        blobs.put(wrong, b"")


def test_the_path_of_a_local_file(tmp_path: Path) -> None:
    blobs = _local(tmp_path / "files")
    key = digest(b"x")
    blobs.put(key, b"x")
    path = blobs.path(key)
    assert path == tmp_path / "files" / key[:2] / key
    assert path.read_bytes() == b"x"
    assert path.stat().st_mode & 0o777 == 0o400
    with pytest.raises(BottegaError) as caught:
        blobs.path("0" * 64)
    assert code_of(caught) == "blob-missing"


def test_a_file_elsewhere_has_no_path() -> None:
    blobs = Blobs(RemoteStorage("memory://paths"), "memory")
    blobs.put(digest(b"x"), b"x")
    assert blobs.path(digest(b"x")) is None


def test_other_files_in_the_folder_are_no_blobs(tmp_path: Path) -> None:
    blobs = _local(tmp_path / "files")
    blobs.put(digest(b"x"), b"x")
    strange = tmp_path / "files" / digest(b"x")[:2]
    (strange / "README").write_bytes(b"")
    (strange / ("0" * 64)).write_bytes(b"")  # a digest in another's folder
    (tmp_path / "files" / "readme").mkdir()
    assert list(blobs.digests()) == [digest(b"x")]


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    blobs = _local(tmp_path / "files")
    with pytest.raises(BottegaError) as caught:
        blobs.put_many([blob(b"x"), ("1" * 64, 987_654)])  # the second is no descriptor
    assert code_of(caught) == "store-failed"
    assert tree(tmp_path) == set()


def test_files_that_cannot_be_copied_by_the_kernel_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(22, "Invalid argument")

    blobs = _local(tmp_path / "files")
    (tmp_path / "source").write_bytes(b"content")
    monkeypatch.setattr(os, "sendfile", refuse)
    with (tmp_path / "source").open("rb") as source:
        blobs.put(digest(b"content"), source.fileno())
    assert blobs.read(digest(b"content")) == b"content"


def test_an_interrupted_transfer_is_not_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = RemoteStorage("memory://half")
    blobs = Blobs(storage, "memory")
    with pytest.raises(BottegaError) as caught:
        blobs.put("1" * 64, 987_654)  # no descriptor
    assert code_of(caught) == "store-failed"
    assert list(blobs.digests()) == []
    assert blobs.sweep() == 0
    with monkeypatch.context() as patch:  # the process is gone before the move, and clears nothing
        patch.setattr(storage._system, "mv", _die)
        patch.setattr(storage._system, "rm_file", _die)
        with pytest.raises(ConnectionResetError):
            storage.put([blob(b"data")])
    assert list(blobs.digests()) == []
    assert [blobs.sweep(dry_run=True), blobs.sweep(), blobs.sweep()] == [1, 1, 0]


def _die(*_: object) -> None:
    raise ConnectionResetError


def test_unknown_places_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BottegaError) as caught:
        Workspace.open(tmp_path / "w", files_url="nonsense://x")
    assert code_of(caught) == "usage"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.binary(max_size=300), max_size=8), max_size=5))
def test_groups_behave_like_a_dictionary(groups: list[list[bytes]]) -> None:
    expected: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        blobs = _local(Path(folder))
        for group in groups:
            blobs.put_many([blob(data) for data in group])
            expected |= dict(map(blob, group))
        assert {key: blobs.read(key) for key in blobs.digests()} == expected
        assert blobs.total_size() == sum(map(len, expected.values()))


def test_digests_are_blake2b(tmp_path: Path) -> None:
    data = os.urandom(3_000_000)
    (tmp_path / "file").write_bytes(data)
    assert bytes_digest(data) == digest(data)
    assert file_digest(str(tmp_path / "file")) == digest(data)
    # The published value for no input at all.
    assert bytes_digest(b"") == "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"
