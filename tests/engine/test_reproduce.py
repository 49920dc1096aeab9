"""A script's results come out the same elsewhere, without Bottega: every type of column, bundles, settings, failures."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from bottega.cli.reproduce import _Folder
from bottega.dataset import formats
from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.engine.export import reproduce
from bottega.engine.prepared import prepare
from bottega.errors import BottegaError
from bottega.graph.document import Experiment, FileRef
from bottega.sandbox.host import environment as environments
from bottega.sandbox.host.environment import Environment
from bottega.store.records import Run
from tests.engine.helpers import Bench, script, steps

_PROBE = "import importlib.util, sys; sys.exit(importlib.util.find_spec('bottega') is not None)"


@pytest.fixture
def python(environment: Environment) -> Path:
    """A Python with the packages of scripts, and without Bottega."""
    assert subprocess.run([environment.python, "-c", _PROBE], check=False, cwd="/").returncode == 0
    return environment.python


def _table() -> Table:
    noon = dt.datetime(2024, 2, 29, 12, 30, 15, 123456)  # noqa: DTZ001 - of no zone
    columns: Mapping[str, Any] = {
        "text": pa.array(["ä", None, ""]),
        "whole": pa.array([1, None, -(2**60)]),
        "flag": pa.array([True, None, False]),
        "number": pa.array([0.1, None, float("inf")]),
        "category": pa.array(["b", None, "a"]).dictionary_encode(),
        "level": pa.DictionaryArray.from_arrays(pa.array([1, None, 0], pa.int32()), pa.array([10, 20]), ordered=True),
        "day": pa.array([dt.date(1, 1, 1), None, dt.date(9999, 12, 31)]),
        "time": pa.array([noon, None, noon], pa.timestamp("us")),
        "zoned": pa.array([noon, None, noon], pa.timestamp("us", "Europe/Rome")),
        "fine": pa.array([1, None, 1_000_000_007], pa.timestamp("ns")),
        "span": pa.array([dt.timedelta(days=-1, microseconds=1), None, dt.timedelta(0)]),
        "bytes": pa.array([b"\x00\xff", None, b""]),
        "Spalte größe": pa.array([None, None, None]),
    }
    return Table(pa.table(dict(columns)), roles={"flag": Role.LABEL})


def _experiment(folder: Path, body: str, **parameters: Any) -> Experiment:
    formats.write(_table(), folder / "all.arrows")
    data = Experiment(title="Test", folder=folder).add_dataset("all", FileRef("all.arrows"))
    return data.add("twice", "execute-python-script", inputs={"dataset1": "all"}, script=script(body), **parameters)


def _folder(bench: Bench, run: Run, experiment: Experiment, folder: Path, **options: Any) -> Path:
    node = prepare(experiment, ["twice"]).nodes["twice"]
    reproduce.fill(_Folder(folder, bench.workspace), bench.workspace, run, node, **options)
    return folder


def _tried(python: Path, folder: Path, *, code: int = 0) -> str:
    done = subprocess.run(
        [python, folder / "reproduce.py", "--here"], capture_output=True, text=True, check=False, cwd="/",
        env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return done.stdout


def test_every_type_comes_back(bench: Bench, tmp_path: Path, python: Path) -> None:
    experiment = _experiment(tmp_path, "return df.iloc[::-1], df[['text']]")
    run = bench.run(experiment)
    folder = _folder(bench, run, experiment, tmp_path / "folder")
    told = json.loads((folder / "recorded.json").read_text())
    outputs = {each.port: each.digest for each in steps(run)["twice"].outputs if each.rows is not None}
    assert told["outputs"] == outputs
    assert told["inputs"] == {"dataset1": steps(run)["all"].outputs[0].digest}
    assert formats.read(folder / "inputs" / "dataset1.parquet").digest == told["inputs"]["dataset1"]
    assert _tried(python, folder).count(": the same as recorded") == 2
    assert formats.read(folder / "results" / "result_dataset.parquet").digest == outputs["result_dataset"]
    assert "pandas==" in (folder / "requirements.txt").read_text()


def test_what_is_not_the_same_is_told(bench: Bench, tmp_path: Path, python: Path) -> None:
    experiment = _experiment(tmp_path, "return df,")
    folder = _folder(bench, bench.run(experiment), experiment, tmp_path / "folder")
    (folder / "script" / "twice.py").write_text(script("return df[['text']],"))
    assert "NOT the same" in _tried(python, folder, code=1)


def test_its_bundle_its_slots_and_its_files(bench: Bench, tmp_path: Path, python: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(
            "tool.py", "def more(frame):\n    return frame.assign(more=open('Script Bundle/n.txt').read())\n"
        )
        archive.writestr("n.txt", "7")
    (tmp_path / "tools.zip").write_bytes(data.getvalue())
    formats.write(_table(), tmp_path / "all.arrows")
    experiment = (
        Experiment(title="Test", folder=tmp_path)
        .add_dataset("all", FileRef("all.arrows"))
        .add_dataset("tools", FileRef("tools.zip"))
        .add(
            "twice", "execute-python-script", inputs={"dataset2": "all", "script_bundle": "tools"},
            script=script("import tool\nassert df is None\nreturn tool.more(other),"),
            port_mapping="slots",
        )
    )  # fmt: skip
    run = bench.run(experiment)
    assert run.status == "Finished", steps(run)["twice"].error
    folder = _folder(bench, run, experiment, tmp_path / "folder")
    assert "the same as recorded" in _tried(python, folder)


def test_a_script_that_failed_fails_again(bench: Bench, tmp_path: Path, python: Path) -> None:
    experiment = _experiment(tmp_path, "return df['nope']")
    run = bench.run(experiment)
    folder = _folder(bench, run, experiment, tmp_path / "folder")
    assert "the script failed: KeyError" in _tried(python, folder)
    (folder / "script" / "twice.py").write_text(script("return df,"))
    _tried(python, folder, code=1)


@pytest.mark.parametrize("old_names", ["Off", "On"])
def test_a_notebook_with_the_same_steps(bench: Bench, tmp_path: Path, python: Path, old_names: str) -> None:
    experiment = _experiment(tmp_path, "return df,", old_names=old_names)
    folder = _folder(bench, bench.run(experiment), experiment, tmp_path / "folder", notebook=True)
    told = json.loads((folder / "twice.ipynb").read_text())
    assert told["nbformat"] == 4
    code = "\n".join("".join(cell["source"]) for cell in told["cells"] if cell["cell_type"] == "code")
    done = subprocess.run([python, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert ": the same as recorded" in done.stdout


def test_tabs_as_python_2_read_them(bench: Bench, tmp_path: Path, python: Path) -> None:
    experiment = _experiment(tmp_path, "return df,", old_names="On")
    folder = _folder(bench, bench.run(experiment), experiment, tmp_path / "folder")
    path = folder / "script" / "twice.py"
    path.write_text("def azureml_main(df):\n        rows = df\n\treturn rows,\n")
    assert "the same as recorded" in _tried(python, folder)


def test_an_environment_that_is_another_by_now(
    bench: Bench, tmp_path: Path, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = _experiment(tmp_path, "return df,", old_names="On")
    run = bench.run(experiment)
    lost = "0" * len(environment.digest)
    steps = tuple(replace(each, parts=each.parts | {"environment": lost}) for each in run.steps)
    with pytest.raises(BottegaError, match=f"is not what it was in run {run.id}, and that one is not kept"):
        _folder(bench, replace(run, steps=steps), experiment, tmp_path / "lost")
    newer = replace(environment, digest=lost, packages=())
    monkeypatch.setattr(environments, "get", lambda _name: newer)
    told = json.loads((_folder(bench, run, experiment, tmp_path / "kept") / "recorded.json").read_text())
    assert (told["environment"]["digest"], told["old_names"]) == (environment.digest, True)


def test_what_cannot_be_reproduced_is_told(bench: Bench, tmp_path: Path) -> None:
    formats.write(_table(), tmp_path / "all.arrows")
    experiment = (
        Experiment(title="Test", folder=tmp_path)
        .add_dataset("all", FileRef("all.arrows"))
        .add("some", "select-columns-in-dataset", inputs={"dataset": "all"}, columns=["text"])
        .add("twice", "execute-python-script", inputs={"dataset1": "some"}, script=script("return df,"))
    )
    run = bench.run(experiment, "all")
    with pytest.raises(BottegaError, match="run up to twice first"):
        _folder(bench, run, experiment, tmp_path / "folder")
    nodes = prepare(experiment).nodes
    with pytest.raises(BottegaError, match="only scripts"):
        reproduce.fill(_Folder(tmp_path / "other", bench.workspace), bench.workspace, run, nodes["some"])
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(BottegaError) as raised:
        _Folder(tmp_path / "full", bench.workspace)
    assert raised.value.code == "0057"
