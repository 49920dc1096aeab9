"""`bottega workspace` about what services need: tokens, storage accounts, addresses, the network."""

from __future__ import annotations

from pathlib import Path

import pytest

from bottega.store.workspace import Workspace
from tests.cli.experiment import refused, said, told


@pytest.fixture
def place(tmp_path: Path) -> tuple[str, Path]:
    with Workspace.open(tmp_path / "kept"):
        return "--workspace", tmp_path / "kept"


@pytest.mark.slow
def test_tokens_are_told_and_rotated_one_by_one(place: tuple[str, Path]) -> None:
    before = told("workspace", "show", *place)
    with Workspace.open(place[1]) as workspace:
        assert (before["primary_token"], before["secondary_token"]) == (
            workspace.tokens.primary,
            workspace.tokens.secondary,
        )
        assert before["id"] == workspace.id
    assert f"primary   {before['primary_token']}" in said("workspace", "show", *place)
    fresh = told("workspace", "rotate", "secondary", *place)["secondary_token"]
    after = told("workspace", "show", *place)
    assert after["secondary_token"] == fresh != before["secondary_token"]
    assert after["primary_token"] == before["primary_token"]
    assert "primary" in said("workspace", "rotate", "primary", *place)
    assert "usage:" in refused("workspace", "rotate", "third", *place)


@pytest.mark.slow
def test_settings_with_entries(place: tuple[str, Path], tmp_path: Path) -> None:
    told("workspace", "set", "storage-account", "acct", "http://127.0.0.1:10000/acct", *place)
    told("workspace", "set", "address", "acct.blob.core.windows.net:80", "127.0.0.1:10000", *place)
    file = tmp_path / "a.yaml"
    file.write_text("bottega: 1\nnodes: {}\n")
    set_ = told(
        "workspace", "set", "network", file, "acct.blob.core.windows.net:80", "acct.blob.core.windows.net:443", *place
    )
    assert set_["key"] == "a.yaml"
    settings = told("workspace", "show", *place)["settings"]
    assert settings == {
        "storage_accounts": {"acct": "http://127.0.0.1:10000/acct"},
        "addresses": {"acct.blob.core.windows.net:80": "127.0.0.1:10000"},
        "network": {"a.yaml": ["acct.blob.core.windows.net:80", "acct.blob.core.windows.net:443"]},
    }
    assert "storage-account  acct  http://127.0.0.1:10000/acct" in said("workspace", "show", *place)
    assert "is no longer set" in said("workspace", "unset", "network", file, *place)
    told("workspace", "unset", "storage-account", "acct", *place)
    settings = told("workspace", "show", *place)["settings"]
    assert (settings["network"], settings["storage_accounts"]) == ({}, {})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("set", "storage-account", "acct", "ftp://x"), "cannot have 'acct'"),
        (("set", "storage-account", "acct", "http://x", "http://y"), "takes one value"),
        (("set", "address", "host", "127.0.0.1:1"), "cannot have 'host'"),
        (("set", "network", __file__, "no port"), "'no port' is no host:port"),
        (("set", "network", __file__, "10.0.0.1:80"), "'10.0.0.1:80' is no host:port"),
        (("set", "network", __file__, "*.blob.core.windows.net:80"), "is no host:port"),
        (("set", "network", "no/such.yaml", "a.example:80"), "There is no experiment no/such.yaml"),
        (("unset", "network", "no/such.yaml"), "There is no experiment no/such.yaml"),
        (("unset", "network", __file__), "There is no network"),
        (("unset", "address", "host:1"), "There is no address host:1"),
        (("set", "nothing", "a", "b"), "usage:"),
    ],
    ids=["scheme", "two", "port", "door", "address", "wildcard", "no file", "unset no file", "unset", "gone", "name"],
)
def test_settings_that_cannot_be(place: tuple[str, Path], arguments: tuple[str, ...], message: str) -> None:
    assert message in refused("workspace", *arguments, *place)
