"""The client from PyPI, unmodified, against a live server (clients.md 1)."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bottega.server.studio.samples import EXPERIMENTS
from tests.clients.venv import python_with
from tests.server.helpers import Live, until

pytestmark = pytest.mark.slow
_CALLS = Path(__file__).with_name("azureml_calls.py")


@pytest.fixture(scope="session")
def python() -> Path:
    """One that has azureml 0.2.7."""
    return python_with("azureml.lock")


@pytest.mark.parametrize("story", ["samples", "metadata", "formats", "blocks", "raw", "updates", "refusals"])
def test_datasets(story: str, python: Path, live: Live, tmp_path: Path) -> None:
    _tell(story, python, live, tmp_path)


@pytest.mark.parametrize("story", ["experiments", "intermediate"])
def test_experiments(story: str, python: Path, live: Live, tmp_path: Path) -> None:
    facts = _finished(live)
    _tell(story, python, live, tmp_path, facts)


def _tell(story: str, python: Path, live: Live, home: Path, facts: dict[str, Any] | None = None) -> None:
    """Run a story; what goes wrong in it is what the test says."""
    command = [str(python), str(_CALLS), story, live.url, live.workspace.id, live.token, json.dumps(facts or {})]
    # The client's own settings file would come before what it is told here.
    ended = subprocess.run(
        command, capture_output=True, text=True, env={"HOME": str(home), "LC_ALL": "C.UTF-8"}, check=False
    )
    assert ended.returncode == 0, ended.stderr[-3000:]


def _finished(live: Live) -> dict[str, Any]:
    """A copy of the sample experiment that has run: its id, and what came out of its node `scores`."""
    served = live.served
    sample = served.client.get(served.api(f"/experiments/{EXPERIMENTS[0].id}"), headers=served.studio).json()
    body = {"Description": "A copy", "Summary": "", "IsDraft": False, "ExperimentGraph": sample["Graph"]}
    saved = served.client.post(served.api("/experiments"), headers=served.studio, json=body).json()
    experiment = saved["ExperimentId"]
    found: dict[str, Any] = {}

    def done() -> bool:
        found.update(served.client.get(served.api(f"/experiments/{experiment}"), headers=served.studio).json())
        return str(found["Status"]["StatusCode"]) not in {"Running", "NotStarted"}

    until(done)
    assert found["Status"]["StatusCode"] == "Finished"
    data = served.client.get(
        served.api(f"/experiments/{experiment}/outputdata/scores/Results%20dataset"), headers=served.studio
    )
    rows = list(csv.reader(io.StringIO(data.text)))
    return {"experiment": experiment, "node": "scores", "columns": rows[0], "rows": len(rows) - 1}
