"""`bottega open`: the address of the studio, with a code that signs in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bottega.cli import open as opening
from bottega.server.sessions import Sessions
from bottega.store.workspace import Workspace


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/#code=c"),
        ("http://0.0.0.0:8080", "http://127.0.0.1:8080/#code=c"),
        ("https://[::]:8443", "https://[::1]:8443/#code=c"),
        ("https://studio.example.org", "https://studio.example.org/#code=c"),
        ("https://example.org/bottega", "https://example.org/bottega/#code=c"),
    ],
)
def test_an_address_that_a_browser_can_go_to(url: str, address: str) -> None:
    assert opening.studio_address(url, "c") == address


def test_its_code_signs_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "ws"
    with Workspace.open(folder) as workspace:
        sessions = Sessions(workspace.vault, workspace.tokens)
        (folder / "server.json").write_text(json.dumps({"url": "http://127.0.0.1:9999", "pid": 1}))
        assert opening.main(["--workspace", str(folder), "--print"]) == 0
        address, _, code = capsys.readouterr().out.strip().partition("#code=")
        assert address == "http://127.0.0.1:9999/"
        assert sessions.by_code(code)


@pytest.mark.parametrize("content", [None, "", "{}", "[1]"])
def test_without_a_server_it_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    folder = tmp_path / "ws"
    Workspace.open(folder).close()
    if content is not None:
        (folder / "server.json").write_text(content)
    assert opening.main(["--workspace", str(folder), "--print"]) == 2
    assert f"bottega serve --workspace {folder}" in capsys.readouterr().err


def test_it_makes_no_workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert opening.main(["--workspace", str(tmp_path / "none"), "--print"]) == 2
    assert "There is no workspace" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
