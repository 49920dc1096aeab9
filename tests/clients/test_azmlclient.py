"""The client from PyPI, unmodified, against a `bottega serve` (clients.md 2)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clients.stories import tell

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.version_info >= (3, 12), reason="the client wants distutils and a pandas before 2"),
]
_CALLS = Path(__file__).with_name("azmlclient_calls.py")


@pytest.mark.parametrize("story", ["table", "records", "declared", "refusals", "batch", "batch_failure"])
def test_as_its_users_do(story: str, served: dict[str, Any], tmp_path: Path) -> None:
    tell("azmlclient.lock", _CALLS, story, served, tmp_path)
