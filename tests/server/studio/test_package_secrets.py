"""What a package of an experiment leaves out."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from bottega.graph import reading
from bottega.graph.document import UNSET
from bottega.server.studio import packages
from bottega.store.workspace import Workspace

DOCUMENT = """bottega: 1
nodes:
  load:
    module: import-data
    parameters: {source: Web URL via HTTP, url: "http://example.com/?sig=SECRET1"}
web_service:
  outputs: {output1: load}
  parameters:
    where: {sets: [load.url], default: "http://example.com/?sig=SECRET2", description: whence}
    kind: {sets: [load.source], default: Web URL via HTTP}
"""


@pytest.mark.parametrize("clear", [True, False], ids=["cleared", "kept"])
def test_secrets_are_cleared_wherever_they_stand(tmp_path: Path, *, clear: bool) -> None:
    file = io.BytesIO()
    with Workspace.open(tmp_path) as workspace:
        stored = workspace.experiments.create(DOCUMENT, title="t")
        packages.pack(workspace, stored, file, clear_credentials=clear)
    with zipfile.ZipFile(file) as archive:
        document = json.loads(archive.read("package.json"))["document"]
    assert [f"SECRET{number}" in document for number in (1, 2)] == [not clear] * 2
    parameters = reading.loads(document).experiment.web_service.parameters
    assert (parameters["where"].default is UNSET, parameters["where"].description) == (clear, "whence")
    assert parameters["kind"].default == "Web URL via HTTP"
