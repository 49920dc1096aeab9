"""The client from PyPI, unmodified, against a `bottega serve` (clients.md 2): on a Python of its days, and on one of ours."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clients.stories import tell
from tests.clients.venv import interpreter, python_with

pytestmark = pytest.mark.slow
_CALLS = Path(__file__).with_name("azmlclient_calls.py")


@pytest.fixture(scope="module", params=["3.7", "3.11"])
def python(request: pytest.FixtureRequest) -> Path:
    """One that has azmlclient 2.6.0."""
    if request.param == "3.11":
        if sys.version_info[:2] != (3, 11):
            pytest.skip("the client wants distutils and a pandas before 2")
        return python_with("azmlclient.lock")
    found = interpreter(request.param)
    if found is None:
        pytest.skip("Python 3.7 is not here")
    return python_with("azmlclient_37.lock", found)


@pytest.mark.parametrize("story", ["table", "records", "declared", "refusals", "batch", "batch_failure"])
def test_as_its_users_do(story: str, python: Path, served: dict[str, Any], tmp_path: Path) -> None:
    tell(python, _CALLS, story, served, tmp_path)
