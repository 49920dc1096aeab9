"""Zips that are made for use elsewhere: how large, how many at once, and that nothing of them stays."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bottega.dataset import formats
from bottega.server import parcels
from tests.server.helpers import Served
from tests.server.v1.test_data import uploaded
from tests.server.v1.test_previews import SCRIPT, unzipped
from tests.server.v1.test_runs import ran


def _bundle() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("tool.py", "VALUE = 1\n")
    return data.getvalue()


BUNDLE = _bundle()
BUNDLED = """bottega: 1
nodes:
  tools: {dataset: tools}
  twice:
    module: execute-python-script
    inputs: {script_bundle: tools}
    parameters:
      script: |
        import tool
        def azureml_main():
            pass
"""


@pytest.fixture
def paths(server: Served) -> list[str]:
    """One of each kind."""
    run: Any = ran(server, SCRIPT)
    return [
        f"/runs/{run['id']}/nodes/twice/debug",
        f"/runs/{run['id']}/outputs/people/dataset/notebook",
        f"/experiments/{run['experiment']}/export",
    ]


def test_made_on_disk_in_the_workspace(server: Served, paths: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[Path] = []
    make = tempfile.TemporaryFile

    def made(**how: Any) -> Any:
        folders.append(how["dir"])
        return make(**how)

    monkeypatch.setattr(tempfile, "TemporaryFile", made)
    for path in paths:
        answer = server.v1("GET", path)
        assert unzipped(answer).testzip() is None
        assert int(answer.headers["content-length"]) == len(answer.content)
    assert folders == [server.workspace.folder] * len(paths)
    _nothing_stays(server)


def test_a_bundle_goes_along(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    uploaded(server, BUNDLE, "tools", "tools.zip")
    run = ran(server, BUNDLED)["id"]
    assert unzipped(server.v1("GET", f"/runs/{run}/nodes/twice/debug")).read("inputs/bundle.zip") == BUNDLE
    monkeypatch.setattr(parcels._Parcel, "text", lambda *_: None)
    monkeypatch.setattr(parcels, "_LARGEST", len(BUNDLE) - 1)
    assert "inputs/bundle.zip" in server.v1("GET", f"/runs/{run}/nodes/twice/debug", 413)["detail"]


def test_too_large(server: Served, paths: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcels, "_LARGEST", 16)
    for path in paths:
        told = server.v1("GET", path, 413)
        assert told["code"] == "input-too-large"
        assert "more than the limit of 16 bytes in all" in told["detail"]
    _nothing_stays(server)
    monkeypatch.undo()
    for path in paths:  # each has given its turn back
        server.v1("GET", path)


def test_a_table_is_weighed_before_it_is_written(
    server: Served, paths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcels, "_LARGEST", 4)
    monkeypatch.setattr(parcels._Parcel, "text", lambda *_: None)
    monkeypatch.setattr(formats, "write", lambda *_: pytest.fail("it was written"))
    assert "people-dataset.parquet" in server.v1("GET", paths[1], 413)["detail"]


def test_so_many_at_once(server: Served, paths: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcels, "_PATIENCE", 0.0)
    with parcels._TURNS, parcels._TURNS:
        for path in paths:
            assert "being made for download" in server.v1("GET", path, 503)["detail"]
    server.v1("GET", paths[0])


def _nothing_stays(server: Served) -> None:
    assert not list((server.workspace.folder / "uploads").glob("parcel-*"))
