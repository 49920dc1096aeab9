"""The two tokens of a workspace."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from bottega.errors import BottegaError
from bottega.store.workspace import Workspace


def test_there_are_two_and_they_last(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        tokens = [workspace.tokens.primary, workspace.tokens.secondary]
        assert len({*tokens}) == 2
        assert workspace.tokens.primary == tokens[0]
        for token in tokens:
            assert (len(token), token[-2:], len(base64.b64decode(token, validate=True))) == (88, "==", 64)
    with Workspace.open(folder) as workspace:
        assert [workspace.tokens.primary, workspace.tokens.secondary] == tokens
        assert all(map(workspace.tokens.is_valid, tokens))


def test_nothing_else_is_valid(workspace: Workspace) -> None:
    assert not workspace.tokens.is_valid("")
    token = workspace.tokens.primary
    assert workspace.tokens.is_valid(token)
    for text in ("", "x", token[:-1], token + "=", token.lower(), f" {token}", "è", "\ud800", "\0", token * 10_000):
        assert not workspace.tokens.is_valid(text)


def test_a_rotated_token_takes_the_place_of_the_old_at_once_and_everywhere(folder: Path) -> None:
    with Workspace.open(folder) as workspace, Workspace.open(folder) as other:
        before, secondary = workspace.tokens.primary, workspace.tokens.secondary
        assert other.tokens.is_valid(before)
        made = workspace.tokens.rotate("primary")
        for each in (workspace, other):
            assert each.tokens.primary == made != before
            assert each.tokens.secondary == secondary
            assert each.tokens.is_valid(made)
            assert each.tokens.is_valid(secondary)
            assert not each.tokens.is_valid(before)


def test_only_two_can_be_rotated(workspace: Workspace) -> None:
    with pytest.raises(ValueError, match="tertiary"):
        workspace.tokens.rotate("tertiary")


def test_a_token_that_cannot_be_opened_is_told_not_refused(workspace: Workspace) -> None:
    """Else everybody would be told that they have the wrong token."""
    token = workspace.tokens.primary
    (workspace.folder / "secret.key").unlink()
    workspace.tokens._opened = {}
    with pytest.raises(BottegaError):
        workspace.tokens.is_valid(token)
