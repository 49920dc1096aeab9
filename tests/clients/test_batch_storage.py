"""Batch jobs of a `bottega serve` over blob storage, with the legacy SDK and with today's (fact sheet 5.3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.clients.stories import tell
from tests.clients.venv import python_with

pytestmark = pytest.mark.slow
_CALLS = Path(__file__).with_name("blob_calls.py")


@pytest.mark.parametrize("lock", ["blob_legacy.lock", "blob_today.lock"])
@pytest.mark.parametrize("story", ["whole", "bare", "tabs", "failures"])
def test_with_files_on_storage(lock: str, story: str, served: dict[str, Any], tmp_path: Path) -> None:
    tell(python_with(lock), _CALLS, story, served, tmp_path)
