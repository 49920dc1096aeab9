"""`bottega workspace renew-secrets`: other tokens and keys throughout, for a key file that is lost or was seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from bottega.store.vault import KEY_FILE
from bottega.store.workspace import Workspace
from tests.cli.experiment import refused, said, told
from tests.cli.helpers import bottega

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with tokens, one endpoint, and one job that has not ended."""
    with Workspace.open(tmp_path / "kept") as workspace:
        _ = workspace.tokens.primary, workspace.tokens.secondary
        made = workspace.services.create("s", "{}", ())
        endpoint = workspace.services.endpoints(made.id)[0]
        workspace.jobs.create(endpoint.id, {"GlobalParameters": {}})
    return tmp_path / "kept"


def secrets(folder: Path) -> set[str]:
    with Workspace.open(folder) as workspace:
        (service,) = workspace.services.list()
        endpoint = workspace.services.endpoints(service.id)[0]
        return {workspace.tokens.primary, workspace.tokens.secondary, *workspace.services.keys(endpoint.id)}


def test_nothing_is_given_up_without_being_told_to(folder: Path) -> None:
    before = secrets(folder)
    message = refused("workspace", "renew-secrets", "--workspace", folder)
    for word in ("both tokens", "the keys of 1 endpoint,", "1 job not ended", "--yes"):
        assert word in message
    assert secrets(folder) == before


def test_all_are_others_afterwards(folder: Path) -> None:
    before = secrets(folder)
    given = told("workspace", "renew-secrets", "--yes", "--workspace", folder)
    after = secrets(folder)
    assert len(before | after) == 8
    assert {given["primary_token"], given["secondary_token"]} < after
    assert (given["endpoints"], given["jobs"]) == (1, 1)
    with Workspace.open(folder) as workspace:
        (job,) = workspace.jobs.list()
        assert (job.status, job.request) == ("Failed", {})
    assert told("workspace", "renew-secrets", "--yes", "--workspace", folder)["jobs"] == 0


def test_a_lost_key_file_is_told_and_got_over(folder: Path) -> None:
    (folder / KEY_FILE).unlink()
    assert "renew-secrets" in refused("workspace", "rotate", "primary", "--workspace", folder)
    shown = said("workspace", "renew-secrets", "--yes", "--workspace", folder)
    with Workspace.open(folder) as workspace:
        assert f"primary    {workspace.tokens.primary}\n" in shown
    assert "service endpoint keys" in shown
    assert told("workspace", "show", "--workspace", folder)["primary_token"] in shown


def test_where_there_is_no_workspace_none_is_made(tmp_path: Path) -> None:
    assert "no workspace" in refused("workspace", "renew-secrets", "--yes", "--workspace", tmp_path / "none")
    assert not (tmp_path / "none").exists()
    done = bottega("workspace", "renew-secrets", "--workspace", tmp_path / "none", "--json")
    assert (done.returncode, '"usage"' in done.stdout) == (2, True)
