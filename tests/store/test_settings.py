"""Settings of a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bottega.errors import BottegaError
from bottega.store.workspace import Workspace
from tests.store.helpers import code_of


def test_nothing_is_allowed_at_first(workspace: Workspace) -> None:
    assert workspace.settings.all() == {
        "allow_local_files": False,
        "allow_private_addresses": False,
        "storage_accounts": {},
        "network": {},
        "addresses": {},
    }


def test_a_change_lasts(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        workspace.settings.set("allow_local_files", True)
    with Workspace.open(folder) as workspace:
        assert workspace.settings.get("allow_local_files") is True
        assert workspace.settings.get("allow_private_addresses") is False
        workspace.settings.set("allow_local_files", False)
        assert workspace.settings.get("allow_local_files") is False


def test_unknown_names_are_refused_with_the_known_ones(workspace: Workspace) -> None:
    for ask in (lambda: workspace.settings.get("colour"), lambda: workspace.settings.set("colour", True)):
        with pytest.raises(BottegaError) as caught:
            ask()
        assert code_of(caught) == "usage"
        assert "allow_local_files" in str(caught.value)
        assert "allow_private_addresses" in str(caught.value)


@pytest.mark.parametrize("value", ["yes", 1, 0, None, {}, []])
def test_wrong_types_are_refused(workspace: Workspace, value: Any) -> None:
    with pytest.raises(BottegaError) as caught:
        workspace.settings.set("allow_local_files", value)
    assert code_of(caught) == "usage"
    assert workspace.settings.get("allow_local_files") is False


_SOUND: dict[str, Any] = {
    "storage_accounts": {
        "devstoreaccount1": "http://127.0.0.1:10000/devstoreaccount1",
        "abc": "https://abc.blob.example/",
    },
    "network": {"rank.yaml": ["abc.blob.core.windows.net:443", "ABC.example.:65535"], "e": []},
    "addresses": {"abc.blob.core.windows.net:80": "127.0.0.1:10000", "x_y.example.:1": "[fe80::1]:2"},
}


@pytest.mark.parametrize("name", _SOUND)
def test_what_has_entries_lasts(folder: Path, name: str) -> None:
    with Workspace.open(folder) as workspace:
        workspace.settings.set(name, _SOUND[name])
    with Workspace.open(folder) as workspace:
        assert workspace.settings.get(name) == _SOUND[name]
        workspace.settings.set(name, {})
        assert workspace.settings.all()[name] == {}


_WRONG: list[tuple[str, Any]] = [
    ("storage_accounts", None),
    ("storage_accounts", False),
    ("storage_accounts", 0),
    ("storage_accounts", ["abc"]),
    ("storage_accounts", {1: "http://h"}),
    ("storage_accounts", {"": "http://h"}),
    ("storage_accounts", {"ab": "http://h"}),
    ("storage_accounts", {"ABC": "http://h"}),
    ("storage_accounts", {"a.b.c": "http://h"}),
    ("storage_accounts", {"abc\n": "http://h"}),
    ("storage_accounts", {"abc": 0}),
    ("storage_accounts", {"abc": "h/path"}),
    ("storage_accounts", {"abc": "file:///etc/passwd"}),
    ("storage_accounts", {"abc": "http://"}),
    ("storage_accounts", {"abc": "http://h:0/"}),
    ("storage_accounts", {"abc": "http://h:99999/"}),
    ("storage_accounts", {"abc": "http://[::1/"}),
    ("storage_accounts", {"abc": "http://h/a b"}),
    ("storage_accounts", {"abc": "http://h/\r\nX: y"}),
    ("storage_accounts", {"abc": "https://user:pw@h/"}),
    ("storage_accounts", {"abc": "https://h/?sig=secret"}),
    ("network", {"e": "h:80"}),
    ("network", {"e": ["h"]}),
    ("network", {"e": ["h:0"]}),
    ("network", {"e": ["h:65536"]}),
    ("network", {"e": ["h:080"]}),
    ("network", {"e": ["h:80\n"]}),
    ("network", {"e": ["h:80:90"]}),
    ("network", {"e": ["::1:80"]}),
    ("network", {"e": ["[h]:80"]}),
    ("network", {"e": ["[1.2.3.4]:80"]}),
    ("network", {"e": ["[::1]:80"]}),
    ("network", {"e": ["10.0.0.1:80"]}),
    ("network", {"e": ["10.0.0.1.:80"]}),
    ("network", {"e": ["127.1:80"]}),
    ("network", {"e": ["2130706433:80"]}),
    ("network", {"e": ["0x7f000001:80"]}),
    ("network", {"e": [f"h{number}.example:80" for number in range(33)]}),
    ("network", {"e": ["*:80"]}),
    ("network", {"e": ["http://h:80"]}),
    ("network", {"e": ["a..b:80"]}),
    ("network", {"e": [f"{'a' * 64}:80"]}),
    ("network", {"e": [f"{'a.' * 127}b:80"]}),
    ("network", {"e": [0]}),
    ("addresses", {"h:80": "h:80"}),
    ("addresses", {"h:80": "127.0.0.1"}),
    ("addresses", {"h:80": "127.1:80"}),
    ("addresses", {"h:80": None}),
    ("addresses", {"h": "127.0.0.1:80"}),
    ("addresses", {"10.0.0.1:80": "127.0.0.1:80"}),
]


@pytest.mark.parametrize(("name", "value"), _WRONG, ids=[str(place) for place in range(len(_WRONG))])
def test_wrong_entries_are_refused(workspace: Workspace, name: str, value: Any) -> None:
    with pytest.raises(BottegaError) as caught:
        workspace.settings.set(name, value)
    assert code_of(caught) == "usage"
    assert name in str(caught.value)
    assert workspace.settings.get(name) == {}


def test_a_host_that_nearly_fits_is_refused_at_once(workspace: Workspace) -> None:
    with pytest.raises(BottegaError):
        workspace.settings.set("network", {"e": [f"{'a' * 60 + '.'}{'a' * 100_000}!:80"]})


def test_one_entry_is_changed_alone(folder: Path) -> None:
    with Workspace.open(folder) as workspace, Workspace.open(folder) as other:
        workspace.settings.set_entry("storage_accounts", "abc", "http://a")
        other.settings.set_entry("storage_accounts", "xyz", "http://x")
        workspace.settings.set_entry("storage_accounts", "abc", "http://b")
        assert other.settings.get("storage_accounts") == {"abc": "http://b", "xyz": "http://x"}
        workspace.settings.set_entry("storage_accounts", "abc", None)
        workspace.settings.set_entry("storage_accounts", "abc", None)
        assert other.settings.get("storage_accounts") == {"xyz": "http://x"}
        for name, value in (("allow_local_files", True), ("colour", "x"), ("storage_accounts", "no-url")):
            with pytest.raises(BottegaError) as caught:
                workspace.settings.set_entry(name, "abc", value)
            assert code_of(caught) == "usage"


def test_what_was_told_can_be_changed_without_harm(workspace: Workspace) -> None:
    workspace.settings.get("network")["e"] = ["h:80"]
    workspace.settings.all()["addresses"]["x"] = "y"
    assert workspace.settings.get("network") == workspace.settings.get("addresses") == {}
