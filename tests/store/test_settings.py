"""Settings of a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bottega.errors import BottegaError
from bottega.store.workspace import Workspace
from tests.store.helpers import code_of


def test_nothing_is_allowed_at_first(workspace: Workspace) -> None:
    assert workspace.settings.all() == {"allow_local_files": False, "allow_private_addresses": False}


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


@pytest.mark.parametrize("value", ["yes", 1, None])
def test_wrong_types_are_refused(workspace: Workspace, value: Any) -> None:
    with pytest.raises(BottegaError) as caught:
        workspace.settings.set("allow_local_files", value)
    assert code_of(caught) == "usage"
    assert workspace.settings.get("allow_local_files") is False
