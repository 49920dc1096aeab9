"""What is sealed can be opened by its workspace alone, and is told of when its key is gone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bottega.errors import BottegaError
from bottega.store.workspace import Workspace
from tests.store.helpers import blob, code_of, output, publish


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(text=st.text(), purpose=st.text(max_size=20))
def test_what_is_sealed_can_be_opened(workspace: Workspace, text: str, purpose: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    purpose = purpose.encode("utf-8", "replace").decode()
    sealed = workspace.vault.seal(text, purpose)
    assert workspace.vault.open(sealed, purpose) == text
    assert sealed.isascii()
    assert sealed != workspace.vault.seal(text, purpose)
    if len(text) > 5:
        assert text not in sealed


@pytest.mark.parametrize(
    "spoil",
    [
        lambda sealed: sealed[:-6] + ("AAAAAA" if sealed[-6:] != "AAAAAA" else "BBBBBB"),
        lambda sealed: sealed[:20],
        lambda sealed: sealed[3:20] + sealed,
        lambda _: "",
        lambda _: "v1.",
        lambda _: "v1.é*",
        lambda _: "no secret at all",
    ],
    ids=["changed", "cut", "longer", "empty", "nothing", "no-base64", "plain"],
)
def test_what_was_not_sealed_here_is_told(workspace: Workspace, spoil: Callable[[str], str]) -> None:
    sealed = workspace.vault.seal("a secret", "p")
    with pytest.raises(BottegaError) as caught:
        workspace.vault.open(spoil(sealed), "p")
    assert code_of(caught) == "usage"
    assert "secret.key" in str(caught.value)


def test_a_purpose_is_none_of_another(workspace: Workspace) -> None:
    sealed = workspace.vault.seal("x", "token")
    with pytest.raises(BottegaError):
        workspace.vault.open(sealed, "key")
    signature = workspace.vault.sign(b"m", "downloads")
    assert workspace.vault.is_signed(b"m", signature, "downloads")
    for message, given_signature, purpose in (
        (b"m", signature, "uploads"),
        (b"n", signature, "downloads"),
        (b"m", signature[:-1], "downloads"),
        (b"m", "", "downloads"),
        (b"m", "é\ud800", "downloads"),
    ):
        assert not workspace.vault.is_signed(message, given_signature, purpose)


def test_a_signature_fits_into_a_url_and_lasts(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        signatures = [workspace.vault.sign(str(number).encode(), "p") for number in range(20)]
    assert all(
        set(each) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") for each in signatures
    )
    with Workspace.open(folder) as workspace:
        assert [workspace.vault.sign(str(number).encode(), "p") for number in range(20)] == signatures


def test_the_key_file_is_made_at_first_need_for_its_owner_alone(workspace: Workspace) -> None:
    key = workspace.folder / "secret.key"
    workspace.settings.set("allow_local_files", True)
    assert not key.exists()
    workspace.vault.seal("x", "p")
    assert key.stat().st_mode & 0o077 == 0
    before = key.read_bytes()
    workspace.vault.seal("y", "p")
    assert key.read_bytes() == before


def test_several_that_need_the_key_at_once_make_one(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from bottega.store.workspace import Workspace\n"
        "with Workspace.open(Path(sys.argv[1])) as w: sys.stdin.readline(); print(w.vault.sign(b'm', 'p'), w.tokens.primary)"
    )
    command = [sys.executable, "-c", program, str(folder)]
    workers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    told = [worker.communicate("\n", timeout=60)[0] for worker in workers]
    with Workspace.open(folder) as workspace, ThreadPoolExecutor(8) as pool:
        signed = set(pool.map(lambda _: workspace.vault.sign(b"m", "p"), range(16)))
        assert {*told} == {f"{signed.pop()} {workspace.tokens.primary}\n"}
        assert signed == set()


def test_threads_that_need_the_key_at_once_make_one(workspace: Workspace) -> None:
    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(lambda number: workspace.vault.seal(str(number), "p"), range(32)))
    assert [workspace.vault.open(each, "p") for each in sealed] == [str(number) for number in range(32)]


def _lose(folder: Path) -> None:
    (folder / "secret.key").unlink()


def _exchange(folder: Path) -> None:
    (folder / "secret.key").chmod(0o600)
    (folder / "secret.key").write_text("A" * 43 + "=\n")


def _spoil(folder: Path) -> None:
    (folder / "secret.key").chmod(0o600)
    (folder / "secret.key").write_bytes(b"\xff\0 no key")


@pytest.mark.parametrize("harm", [_lose, _exchange, _spoil], ids=["lost", "exchanged", "spoilt"])
@pytest.mark.parametrize("again", [False, True], ids=["at-work", "opened-again"])
def test_a_lost_key_is_told_and_hinders_nothing_else(folder: Path, harm: Callable[[Path], None], again: bool) -> None:
    workspace = Workspace.open(folder)
    made = publish(workspace, b"1")
    job = workspace.jobs.create(made.default, {"a": 1})
    token = workspace.tokens.primary
    harm(folder)
    if again:
        workspace.close()
        workspace = Workspace.open(folder)
    for work in (
        lambda: workspace.tokens.secondary,
        lambda: workspace.services.keys(made.default),
        lambda: workspace.services.rotate_key(made.default, "primary"),
        lambda: workspace.services.create("other", "{}", []),
        lambda: workspace.jobs.get(job.id),
        lambda: workspace.vault.sign(b"x", "p"),
        lambda: workspace.vault.seal("x", "p"),
    ):
        with pytest.raises(BottegaError) as caught:
            work()
        assert code_of(caught) == "usage"
        assert "renew-secrets" in str(caught.value)
    workspace.datasets.save("d", output(b"1"))
    assert workspace.services.list()[0].id == made.id
    assert workspace.services.endpoints(made.id)[0].id == made.default
    assert workspace.upkeep.verify(lambda *_: None) == []
    assert workspace.upkeep.prune()["files"] == 0
    workspace.upkeep.backup(folder.parent / "b.tar")
    assert token not in str(caught.value)
    workspace.close()


def test_a_key_that_is_put_back_serves_again(workspace: Workspace, tmp_path: Path) -> None:
    token = workspace.tokens.primary
    shutil.copy(workspace.folder / "secret.key", tmp_path / "key")
    _lose(workspace.folder)
    with pytest.raises(BottegaError):
        workspace.vault.sign(b"x", "p")
    shutil.copy(tmp_path / "key", workspace.folder / "secret.key")
    assert workspace.tokens.primary == token


def test_secrets_can_be_renewed_after_the_loss(folder: Path) -> None:
    with Workspace.open(folder) as workspace, Workspace.open(folder) as other:
        made = publish(workspace, b"1")
        done, waiting = (workspace.jobs.create(made.default, {"n": number}) for number in range(2))
        workspace.jobs.finish(done.id, "Finished", results={"o": 1})
        tokens, keys = {workspace.tokens.primary, workspace.tokens.secondary}, workspace.services.keys(made.default)
        assert other.tokens.is_valid(other.tokens.primary)
        _lose(folder)
        workspace.renew_secrets()
        for each in (workspace, other):
            assert {each.tokens.primary, each.tokens.secondary}.isdisjoint(tokens)
            assert not any(each.tokens.is_valid(token) for token in tokens)
            assert set(each.services.keys(made.default)).isdisjoint(keys)
            assert (each.jobs.get(done.id).status, each.jobs.get(done.id).request) == ("Finished", {})
            failed = each.jobs.get(waiting.id)
            assert (failed.status, failed.request, bool(failed.details)) == ("Failed", {}, True)


def test_a_key_of_another_workspace_opens_nothing(workspace: Workspace, tmp_path: Path, empty_folder: Path) -> None:
    sealed = workspace.vault.seal("x", "p")
    with Workspace.open(Path(shutil.copytree(empty_folder, tmp_path / "other"))) as other:
        other.vault.seal("y", "p")
        with pytest.raises(BottegaError):
            other.vault.open(sealed, "p")


def test_no_secret_is_in_the_database_or_in_a_record(workspace: Workspace, tmp_path: Path) -> None:
    """Read from the files themselves, while what was last written still lies beside the database, and after."""
    made = publish(workspace, b"1")
    request = {"Inputs": {"a": {"ConnectionString": "AccountName=a;AccountKey=TheAccountKeyInClear=="}}}
    job = workspace.jobs.create(made.default, request)
    workspace.jobs.queue(job.id)
    taken = workspace.jobs.take()
    workspace.jobs.finish(job.id, "Finished", results={"o": {"SasBlobToken": "?sv=1&sig=TheSignatureInClear"}})
    ended = workspace.jobs.get(job.id)
    assert ended.request == request
    assert ended.results == {"o": {"SasBlobToken": "?sv=1&sig=TheSignatureInClear"}}
    primary, secondary = workspace.services.keys(made.default)
    secrets = {workspace.tokens.primary, workspace.tokens.secondary, primary, secondary,
               workspace.tokens.rotate("primary"), workspace.services.rotate_key(made.default, "primary"),
               "TheAccountKeyInClear", "TheSignatureInClear"}  # fmt: skip
    assert len(secrets) == 8
    key = (workspace.folder / "secret.key").read_bytes().strip()
    workspace._database.copy_to(tmp_path / "copy.db")
    content = b"".join(path.read_bytes() for path in workspace.folder.glob("bottega.db*"))
    assert (workspace.folder / "bottega.db-wal").stat().st_size > 0
    workspace.upkeep.backup(tmp_path / "b.tar")
    tar = (tmp_path / "b.tar").read_bytes().replace(key, b"")
    workspace.close()
    content += (workspace.folder / "bottega.db").read_bytes() + (tmp_path / "copy.db").read_bytes() + tar
    told = repr([job, taken, ended, workspace.services, workspace.vault, vars(workspace.vault), workspace.tokens])
    for secret in secrets:
        assert secret.encode() not in content
        assert secret not in told
    assert key not in content
    assert repr(key)[2:-1] not in told
    assert job.id.encode() in content


def test_no_secret_is_in_what_a_failing_database_tells(workspace: Workspace) -> None:
    workspace._database.close()
    with workspace._database.plain() as connection:
        connection.execute("CREATE TRIGGER no BEFORE INSERT ON job BEGIN SELECT RAISE(ABORT, 'not this'); END")
    made = publish(workspace, b"1")
    with pytest.raises(Exception, match="not this") as caught:
        workspace.jobs.create(made.default, {"key": "TheAccountKeyInClear"})
    assert "v1." not in str(caught.value)
    assert "TheAccountKey" not in str(caught.value)


def test_a_failing_disk_is_told_and_no_key_made(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(workspace.vault._files, "create", fail)
        with pytest.raises(BottegaError) as caught:
            workspace.vault.seal("x", "p")
    assert code_of(caught) == "store-failed"
    assert workspace.vault.open(workspace.vault.seal("x", "p"), "p") == "x"


def test_a_key_is_made_again_after_it_was_written_and_not_yet_known(workspace: Workspace) -> None:
    """The process died between the two: nothing was sealed with it yet, so it is taken as it is."""
    workspace.vault._make()
    key = (workspace.folder / "secret.key").read_bytes()
    workspace.vault.seal("x", "p")
    assert (workspace.folder / "secret.key").read_bytes() == key


def test_a_blob_is_no_secret(workspace: Workspace) -> None:
    workspace.blobs.put(*blob(b"x"))
    assert not (workspace.folder / "secret.key").exists()
