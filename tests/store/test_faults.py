"""Whatever the disk does, what was recorded is there and whole."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bottega.errors import BottegaError
from bottega.store.digest import bytes_digest
from bottega.store.records import Picture
from bottega.store.workspace import Workspace
from tests.store.faults import Crash, Fault, FaultyFiles
from tests.store.helpers import blob, code_of, digest, output, publish, start, step

BIG = bytes(range(256)) * 20
Promise = Callable[[Workspace], bool]


def _work(workspace: Workspace, source: int, promises: list[Promise]) -> None:
    """What an engine does; each promise is made when the call has returned."""
    saved = workspace.datasets.save("d", output(b"first"), blobs=[blob(b"first")])
    promises.append(lambda again: again.blobs.read(again.datasets.get("d", saved.version).output.digest) == b"first")
    run_id = start(workspace)
    pair = step("a", b"one", b"two")
    workspace.runs.record(run_id, [pair], [blob(b"one"), blob(b"two")])
    promises.append(lambda again: pair in again.runs.get(run_id).steps)
    promises.append(lambda again: again.results.find(["f-a"]) == {"f-a": pair})
    promises.append(lambda again: [again.blobs.read(digest(data)) for data in (b"one", b"two")] == [b"one", b"two"])
    drawn = step("b", b"two", BIG, pictures=(Picture("p", digest(b"picture")),))
    workspace.runs.record(run_id, [drawn], [blob(b"picture"), (digest(BIG), source)])
    promises.append(lambda again: drawn in again.runs.get(run_id).steps)
    promises.append(lambda again: again.blobs.read(digest(BIG)) == BIG)
    promises.append(lambda again: again.blobs.read(digest(b"picture")) == b"picture")
    workspace.runs.finish(run_id, "Finished")
    promises.append(lambda again: again.runs.get(run_id).status == "Finished")
    newer = workspace.datasets.save("d", output(b"second"), blobs=[blob(b"second")])
    promises.append(lambda again: again.blobs.read(again.datasets.get("d", newer.version).output.digest) == b"second")
    _serve(workspace, promises)


def _serve(workspace: Workspace, promises: list[Promise]) -> None:
    """What a server does."""
    token = workspace.tokens.primary
    promises.append(lambda again: again.tokens.is_valid(token))
    made = publish(workspace, b"constant")
    keys = workspace.services.keys(made.default)
    promises.append(lambda again: again.services.keys(made.default) == keys)
    promises.append(lambda again: again.blobs.read(digest(b"constant")) == b"constant")
    job = workspace.jobs.create(made.default, {"key": "k"})
    workspace.jobs.queue(job.id)
    promises.append(lambda again: again.jobs.get(job.id).request == {"key": "k"})
    workspace.jobs.finish(job.id, "Finished", results={"r": 1}, digests={digest(b"r"): "Zip"}, blobs=[blob(b"r")])
    promises.append(lambda again: again.jobs.get(job.id).results == {"r": 1})
    promises.append(lambda again: again.blobs.read(digest(b"r")) == b"r")


def _broken(folder: Path, promises: list[Promise]) -> list[str]:
    """What is not as it has to be after a crash."""
    found = []
    with Workspace.open(folder) as again:
        for place, promise in enumerate(promises):
            try:
                if not promise(again):
                    found.append(f"promise {place} is broken")
            except BottegaError as error:
                found.append(f"promise {place}: {error}")
        found += again.upkeep.verify(lambda *_: None)
        found += [f"{key} is torn" for key in again.blobs.digests() if bytes_digest(again.blobs.read(key)) != key]
        again.runs.interrupted()
    return found


@pytest.fixture
def source(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "source").write_bytes(BIG)
    with (tmp_path / "source").open("rb") as file:
        yield file.fileno()


def _calls(folder: Path, source: int, kind: type[FaultyFiles]) -> int:
    """How many calls the work makes when nothing fails."""
    files = kind(folder)
    with Workspace.open(folder, files=files) as workspace:
        _work(workspace, source, [])
    return files.calls


def _crashes(empty: Path, folder: Path, source: int, kind: type[FaultyFiles]) -> Iterator[str]:
    """Crash at every call, and look at what each of several kinds of survival leaves."""
    total = _calls(Path(shutil.copytree(empty, folder / "whole")), source, kind)
    assert total > 40
    for place in range(total):
        work = Path(shutil.copytree(empty, folder / str(place)))
        files = kind(work, Fault("crash", place))
        promises: list[Promise] = []
        with Workspace.open(work, files=files) as workspace, pytest.raises(Crash):
            _work(workspace, source, promises)
        for seed in (None, 1, 2):
            files.settle(None if seed is None else random.Random(seed * 1000 + place))
            yield from _broken(work, promises)
        files.settle(None, everything=True)
        yield from _broken(work, promises)
        with Workspace.open(work) as again:  # and work goes on
            _work(again, source, promises)
        yield from _broken(work, promises)


@pytest.mark.slow
def test_a_crash_at_any_call_breaks_no_promise(empty_folder: Path, tmp_path: Path, source: int) -> None:
    assert list(_crashes(empty_folder, tmp_path, source, FaultyFiles)) == []


class _NoFileSync(FaultyFiles):
    def fsync(self, descriptor: int) -> None:
        pass


class _NoFolderSync(FaultyFiles):
    def fsync_folder(self, path: str) -> None:
        pass


class _NoRootSync(FaultyFiles):
    def fsync_folder(self, path: str) -> None:
        if not path.endswith("/files"):
            super().fsync_folder(path)


@pytest.mark.parametrize("kind", [_NoFileSync, _NoFolderSync, _NoRootSync])
def test_a_sync_that_is_left_out_is_noticed_here(
    empty_folder: Path, tmp_path: Path, source: int, kind: type[FaultyFiles]
) -> None:
    """The disk above is hard enough: without any one kind of sync, promises are broken."""
    assert next(_crashes(empty_folder, tmp_path, source, kind), None) is not None


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["ENOSPC", "EIO"])
def test_a_failing_call_is_told_and_leaves_all_in_order(
    empty_folder: Path, tmp_path: Path, source: int, kind: str
) -> None:
    total = _calls(Path(shutil.copytree(empty_folder, tmp_path / "whole")), source, FaultyFiles)
    told = 0
    for place in range(total):
        work = Path(shutil.copytree(empty_folder, tmp_path / str(place)))
        files = FaultyFiles(work, Fault(kind, place))
        promises: list[Promise] = []
        with Workspace.open(work, files=files) as workspace:
            error = _failure(workspace, source, promises)
            if error:  # at the last places no call needs room any more
                told += 1
                assert error.code == "store-failed"
                assert ("No space" if kind == "ENOSPC" else "Input/output") in str(error)
            assert list((work / "files").glob("tmp/*")) == []
            files.fault = None
            _work(workspace, source, promises)  # the same workspace goes on once there is room
        assert _broken(work, promises) == []
        files.settle(None)
        assert _broken(work, promises) == []
    assert told > total / 4


def _failure(workspace: Workspace, source: int, promises: list[Promise]) -> BottegaError | None:
    try:
        _work(workspace, source, promises)
    except BottegaError as error:
        return error
    return None


def test_a_crash_while_a_workspace_is_made_lets_it_be_made_again(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    files = FaultyFiles(whole)
    Workspace.open(whole, files=files).close()
    for place in range(files.calls):
        for seed in (None, 1, 2):
            work = tmp_path / f"{place}-{seed}"
            work.mkdir()
            failing = FaultyFiles(work, Fault("crash", place))
            with pytest.raises(Crash):
                Workspace.open(work, files=failing)
            failing.settle(None if seed is None else random.Random(seed * 1000 + place))
            with Workspace.open(work) as workspace:
                assert workspace.runs.list() == []
            assert (work / ".gitignore").read_text() == "*\n"


def test_a_disk_that_cannot_be_read_is_told(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace.blobs.put(*blob(b"x"))

    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(workspace.blobs._storage, "open", fail)
    with pytest.raises(BottegaError) as caught:
        workspace.blobs.read(digest(b"x"))
    assert code_of(caught) == "0048"
