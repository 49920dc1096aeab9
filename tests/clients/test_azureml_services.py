"""azureml.services of the client from PyPI, unmodified (clients.md 1.4, 1.5): all of it on Python 2.7, a part on Python 3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bottega.sandbox.host.pool import Pool
from tests.clients.stories import tell
from tests.clients.venv import interpreter, packages_with, python_with
from tests.server.helpers import listening
from tests.server.published import adder

pytestmark = pytest.mark.slow
_CALLS = Path(__file__).with_name("azureml_services_calls.py")
_CALLS_27 = Path(__file__).with_name("azureml_27_calls.py")


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Iterator[dict[str, Any]]:
    with adder(tmp_path_factory.mktemp("services"), pool) as service, listening(service.served) as live:
        yield {
            "url": f"{live.url}{service.calls}/execute?api-version=2.0", "key": service.keys[0], "root": live.url,
            "workspace": live.workspace.id, "token": live.token,
        }  # fmt: skip


@pytest.mark.parametrize("story", ["called", "refused"])
def test_on_python_3(story: str, facts: dict[str, Any], tmp_path: Path) -> None:
    tell(python_with("azureml.lock"), _CALLS, story, facts, tmp_path)


@pytest.mark.parametrize("story", ["datasets", "called", "published"])
def test_on_python_2(story: str, facts: dict[str, Any], tmp_path: Path) -> None:
    python = interpreter("2.7")
    if python is None:
        pytest.skip("Python 2.7 is not here")
    packages = packages_with("azureml_27.lock", python)
    tell(python, _CALLS_27, story, facts, tmp_path, PYTHONPATH=str(packages))
