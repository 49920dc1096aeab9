"""Files that come piece by piece."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bottega.errors import BottegaError
from bottega.store import uploads
from bottega.store.uploads import Uploads
from bottega.store.workspace import Workspace
from tests.store.helpers import code_of, tree


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(blocks=st.lists(st.binary(max_size=50), min_size=1, max_size=12), data=st.data())
def test_blocks_in_any_order_some_of_them_twice_make_the_file(
    workspace: Workspace, blocks: list[bytes], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(blocks))))
    again = data.draw(st.lists(st.sampled_from(range(len(blocks))), max_size=3))
    upload = workspace.uploads.begin("GenericCSV")
    for place in [*again, *order]:
        workspace.uploads.put(upload, place, len(blocks), blocks[place])
    assert workspace.uploads.path(upload).read_bytes() == b"".join(blocks)
    assert workspace.uploads.path(upload).read_bytes() == b"".join(blocks)  # as often as it is asked for
    assert workspace.uploads.data_type(upload) == "GenericCSV"


def test_the_last_block_of_a_place_counts(workspace: Workspace) -> None:
    upload = workspace.uploads.begin("Zip")
    for chunk in (b"first and longer", b"second"):
        workspace.uploads.put(upload, 0, 1, chunk)
    assert workspace.uploads.path(upload).read_bytes() == b"second"


def test_a_stream_is_appended(workspace: Workspace) -> None:
    upload = workspace.uploads.begin("PlainText")
    for piece in (b"a", b"", b"bc"):
        workspace.uploads.append(upload, piece)
    assert workspace.uploads.path(upload).read_bytes() == b"abc"


def test_threads_put_at_once(workspace: Workspace) -> None:
    upload = workspace.uploads.begin("Zip")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda place: workspace.uploads.put(upload, place, 64, bytes([place]) * 1000), range(64)))
        paths = set(pool.map(lambda _: workspace.uploads.path(upload), range(8)))
    assert paths.pop().read_bytes() == b"".join(bytes([place]) * 1000 for place in range(64))
    assert paths == set()


def test_one_that_was_joined_by_another_thread_meanwhile_is_there(workspace: Workspace) -> None:
    """Between a look for the whole file and one for its blocks."""
    upload = workspace.uploads.begin("Zip")
    workspace.uploads.put(upload, 0, 1, b"x")
    first = workspace.uploads.path(upload)
    looked = []

    def exists(path: Path) -> bool:
        looked.append(path)
        return len(looked) > 1

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "exists", exists)
        assert workspace.uploads.path(upload) == first
    assert first.read_bytes() == b"x"


def test_a_dropped_upload_is_gone(workspace: Workspace) -> None:
    upload, other = workspace.uploads.begin("Zip"), workspace.uploads.begin("Zip")
    workspace.uploads.put(upload, 0, 2, b"x")
    for each in (upload, upload, "f" * 32, "../locks"):
        workspace.uploads.drop(each)
    with pytest.raises(BottegaError):
        workspace.uploads.path(upload)
    assert workspace.uploads.data_type(other) == "Zip"
    assert (workspace.folder / "locks").exists()


def _no_block(store: Uploads, upload: str) -> None:
    store.path(upload)


def _missing_block(store: Uploads, upload: str) -> None:
    store.put(upload, 0, 3, b"x")
    store.put(upload, 2, 3, b"x")
    with pytest.raises(BottegaError, match="block 1 is missing, of 3"):
        store.path(upload)
    store.path(upload)


def _other_count(store: Uploads, upload: str) -> None:
    store.put(upload, 0, 1, b"x")
    store.put(upload, 0, 2, b"x")


def _blocks_then_stream(store: Uploads, upload: str) -> None:
    store.put(upload, 0, 1, b"x")
    store.append(upload, b"x")


def _stream_then_block(store: Uploads, upload: str) -> None:
    store.append(upload, b"x")
    store.put(upload, 0, 1, b"x")


def _block_after_the_end(store: Uploads, upload: str) -> None:
    store.put(upload, 0, 1, b"x")
    store.path(upload)
    store.put(upload, 0, 1, b"y")


_WRONG: list[Callable[[Uploads, str], None]] = [
    _no_block, _missing_block, _other_count, _blocks_then_stream, _stream_then_block, _block_after_the_end,
]  # fmt: skip


@pytest.mark.parametrize("work", _WRONG, ids=[each.__name__.strip("_") for each in _WRONG])
def test_what_does_not_fit_together_is_told(workspace: Workspace, work: Callable[[Uploads, str], None]) -> None:
    with pytest.raises(BottegaError) as caught:
        work(workspace.uploads, workspace.uploads.begin("Zip"))
    assert code_of(caught) == "usage"


def test_a_refused_number_of_blocks_leaves_the_upload_as_it_was(workspace: Workspace) -> None:
    upload = workspace.uploads.begin("Zip")
    workspace.uploads.put(upload, 0, 1, b"x")
    with pytest.raises(BottegaError):
        workspace.uploads.put(upload, 1, 2, b"y")
    assert workspace.uploads.path(upload).read_bytes() == b"x"


@pytest.mark.parametrize(("block", "blocks"), [(-1, 1), (1, 1), (0, 0), (0, -1), (0, 10_001), (5, 3)])
def test_blocks_that_cannot_be_are_refused(workspace: Workspace, block: int, blocks: int) -> None:
    upload = workspace.uploads.begin("Zip")
    with pytest.raises(BottegaError) as caught:
        workspace.uploads.put(upload, block, blocks, b"x")
    assert code_of(caught) == "usage"


@pytest.mark.parametrize("upload", ["", ".", "..", "../files", "f" * 32, "F" * 32, "a\0" + "a" * 30, "f" * 32 + "\n"])
def test_ids_that_are_none_are_refused(workspace: Workspace, upload: str) -> None:
    store = workspace.uploads
    store.begin("Zip")
    works: list[Callable[[], object]] = [
        lambda: store.path(upload),
        lambda: store.data_type(upload),
        lambda: store.append(upload, b"x"),
        lambda: store.put(upload, 0, 1, b"x"),
    ]
    for work in works:
        with pytest.raises(BottegaError) as caught:
            work()
        assert code_of(caught) == "usage"


@pytest.mark.parametrize("data_type", ["x" * 101, "a\nb", "\0"], ids=["long", "line", "nul"])
def test_types_that_are_none_are_refused(workspace: Workspace, data_type: str) -> None:
    with pytest.raises(BottegaError) as caught:
        workspace.uploads.begin(data_type)
    assert code_of(caught) == "usage"


def test_a_file_has_an_end(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert uploads.LARGEST == 2**31 - 1
    monkeypatch.setattr(uploads, "LARGEST", 10)
    blocks, stream = workspace.uploads.begin("Zip"), workspace.uploads.begin("Zip")
    workspace.uploads.put(blocks, 0, 3, b"12345")
    workspace.uploads.put(blocks, 1, 3, b"12345")
    workspace.uploads.put(blocks, 1, 3, b"1234")
    workspace.uploads.append(stream, b"1234567890")
    works: list[Callable[[], object]] = [
        lambda: workspace.uploads.put(blocks, 2, 3, b"12"),
        lambda: workspace.uploads.put(blocks, 1, 3, b"123456"),
        lambda: workspace.uploads.append(stream, b"1"),
    ]
    for work in works:
        with pytest.raises(BottegaError, match="more than 10 bytes"):
            work()
    workspace.uploads.put(blocks, 2, 3, b"1")
    assert workspace.uploads.path(blocks).read_bytes() == b"1234512341"
    assert workspace.uploads.path(stream).read_bytes() == b"1234567890"


def test_what_nobody_touched_for_a_day_is_swept(workspace: Workspace) -> None:
    old, streamed, fresh = (workspace.uploads.begin("Zip") for _ in range(3))
    workspace.uploads.put(old, 0, 2, b"x")
    workspace.uploads.append(streamed, b"x")
    past = time.time() - 90_000
    for upload in (old, streamed):
        for path in [workspace.folder / "uploads" / upload, *(workspace.folder / "uploads" / upload).rglob("*")]:
            os.utime(path, (past, past))
    workspace.uploads.append(streamed, b"y")  # touched again
    assert workspace.upkeep.prune(dry_run=True)["temporaries"] == 1
    assert workspace.uploads.data_type(old) == "Zip"
    workspace.uploads.begin("Zip")
    with pytest.raises(BottegaError):
        workspace.uploads.data_type(old)
    assert workspace.uploads.path(streamed).read_bytes() == b"xy"
    assert workspace.uploads.data_type(fresh) == "Zip"
    assert workspace.uploads.sweep() == 0


def test_a_full_disk_is_told_and_leaves_nothing_half(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = workspace.uploads.begin("Zip")
    workspace.uploads.put(upload, 0, 2, b"x")
    before = tree(workspace.folder)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.rename", fail)
        with pytest.raises(BottegaError) as caught:
            workspace.uploads.put(upload, 1, 2, b"y")
    assert code_of(caught) == "store-failed"
    assert tree(workspace.folder) == before
    workspace.uploads.put(upload, 1, 2, b"y")
    assert workspace.uploads.path(upload).read_bytes() == b"xy"
    assert workspace.uploads.size() == len(b"xy") + len("Zip")
