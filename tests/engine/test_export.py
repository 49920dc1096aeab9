"""Exported programs: they run in a process of their own and give the very tables that a run gave."""

from __future__ import annotations

import ast
import json
import math
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.dataset import formats
from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.engine.prepared import prepare
from bottega.engine.reach import Outside
from bottega.errors import BottegaError
from bottega.graph.document import Experiment, FileRef
from bottega.sandbox.host import environment
from bottega.sdk.ports import PortType
from bottega.store.digest import bytes_digest
from bottega.store.records import Output
from bottega.store.workspace import Workspace
from tests.engine.exporting import code_of, digests_of, exported, save, typed_in
from tests.engine.helpers import Bench, people, script, steps

_METADATA = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")  # as PEP 723 has it
_SCRIPT = '''import re

def azureml_main(df, other=None):
    """A text in quotes, \\\\ and so on."""
    print("said", "\\n", 'it')
    df["digits"] = df["name"].str.count(r"[^\\d\\n]")
    return df, df.tail(1)
'''


def _typed() -> Table:
    """A table with roles and types that few formats keep."""
    columns = {
        "name": pa.array(["Ann", "Bob", None, "Dee"]).dictionary_encode(),
        "born": pa.array([1, None, 3, 4], pa.timestamp("us", "Europe/Rome")),
        "weight": pa.array([1.5, 2.0, math.inf, None]),
        "label": pa.array([True, False, None, True]),
        "spent": pa.array([5, 6, None, 8], pa.duration("ns")),
    }
    return Table(pa.table(columns), roles={"label": Role.LABEL, "weight": Role.WEIGHT})


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with Workspace.open(tmp_path_factory.mktemp("export") / "workspace") as opened:
        yield opened


def _transformations(folder: Path) -> Experiment:
    """Files and datasets; modules with several outputs, several inputs and choices of equal names."""
    (folder / "pima.csv").write_text("name,age\nAnn,31\nDee,\nBob,44\nAnn,NA\n")
    (folder / "loved.csv").write_text("name,age\nZoe,1\n")
    return (
        people(folder, "name,age\nAnn,31\nBob,\nCleo,27\nDee,55\n")
        .add_dataset("saved", "typed")
        .add("clean-missing-data", "clean-missing-data", inputs={"dataset": "people"}, columns=["age"],
             mode="Replace with mean")
        .add("split-data", "split-data", inputs={"dataset": "saved"}, randomized=False, fraction=0.75)
        .add("join", "Join Data", inputs={"dataset1": "clean-missing-data", "dataset2": "split-data"},
             left_keys=["name"], right_keys=["name"], join_type="Left Outer Join", keep_right_keys=False)
        .add("class", "edit-metadata", inputs={"dataset": "join"}, columns=["age"], categorical="Make categorical", new_names='years "old"')
        .add("print", "apply-sql-transformation", inputs={"table1": "class", "table2": "people"},
             query='select t1.*, t2.age\nfrom t1 join t2 on t1.name = t2.name -- \\ and """\norder by 1')
        .add("manual", "enter-data-manually", data="name,age\nAnn,1\n\n", comment="Two\n/// script\nlines \x00 ☃")
        .add("csv", "convert-to-csv", inputs={"dataset": "manual"})
        .add("read", "import-data", source="Local file", path="pima.csv", header=True)
        .add("write", "export-data", inputs={"dataset": "csv"}, path="loved.csv", write_mode="Overwrite", header=True)
        .add("run", "execute-python-script", inputs={"dataset1": "csv", "dataset2": "read"},
             script=_SCRIPT)
    )  # fmt: skip


def _learning(folder: Path) -> Experiment:
    """A sample, and models between nodes."""
    return (
        Experiment("Tumours", folder=folder)
        .add_dataset("patients", "breast-cancer")
        .add("split", "split-data", inputs={"dataset": "patients"}, seed=7, fraction=0.7)
        .add("trees", "two-class-boosted-decision-tree", trees=20)
        .add("logistic", "two-class-logistic-regression")
        .add("train", "train-model", inputs={"untrained_model": "trees", "dataset": "split"}, label="diagnosis")
        .add("train2", "train-model", inputs={"untrained_model": "logistic", "dataset": "split"}, label="diagnosis")
        .add("score", "score-model", inputs={"trained_model": "train", "dataset": "split.results_dataset2"})
        .add("score2", "score-model", inputs={"trained_model": "train2", "dataset": "split.results_dataset2"})
        .add("evaluate", "evaluate-model", inputs={"scored_dataset": "score", "scored_dataset_to_compare": "score2"})
        .add("errors", "execute-python-script", inputs={"dataset1": "score"},
             script=script("return df[df['diagnosis'] != df['Scored Labels']].corr(numeric_only=True)"))
    )  # fmt: skip


_EXPERIMENTS = {"transformations": _transformations, "learning": _learning}
_VARIABLES = {
    "clean-missing-data": "clean_missing_data_1",
    "split-data": "split_data_1",
    "class": "class_1",
    "print": "print_1",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", _EXPERIMENTS)
def test_same_tables(bench: Bench, tmp_path: Path, name: str) -> None:
    save(bench.workspace, "typed", _typed())
    folder = tmp_path / "experiment"
    folder.mkdir()
    experiment = _EXPERIMENTS[name](folder)
    outside = Outside(folder, local_files=True)
    run = bench.run(experiment, outside=outside)
    assert run.status == "Finished", [step.error for step in run.steps if step.error]
    expected: dict[str, str] = {}
    for node, step in steps(run).items():
        variable = _VARIABLES.get(node, node)
        tables = {each.port: each.digest for each in step.outputs if each.type == "DataTable"}
        several = len(prepare(experiment).nodes[node].spec.outputs) > 1
        expected |= {f"{variable}.{port}" if several else variable: digest for port, digest in tables.items()}
    for suffix in (".py", ".ipynb"):
        # Elsewhere, and without what the experiment was made of: only what Import Data reads stays.
        path = tmp_path / f"elsewhere{suffix}" / f"told{suffix}"
        path.parent.mkdir()
        exported(experiment, bench.workspace, path, outside=outside)
    (folder / "people.csv").unlink(missing_ok=True)
    for path in (tmp_path / "elsewhere.py" / "told.py", tmp_path / "elsewhere.ipynb" / "told.ipynb"):
        assert digests_of(path) == expected
    if name == "transformations":
        assert (folder / "loved.csv").read_text().startswith("name,age\nAnn,1")


def test_a_script_and_its_input(bench: Bench, tmp_path: Path) -> None:
    experiment = people(tmp_path).add(
        "older", "execute-python-script", inputs={"dataset1": "people"}, script=script("df['age'] += 1\nreturn df")
    )
    run = bench.run(experiment)
    path = tmp_path / "told.py"
    done = exported(experiment, bench.workspace, path)
    found = steps(run)
    assert digests_of(path) == {
        "people": found["people"].outputs[0].digest,
        "older.result_dataset": next(each.digest for each in found["older"].outputs if each.port == "result_dataset"),
    }
    assert [each.relative_to(tmp_path).as_posix() for each in done.data] == [
        "told_data/people.arrows",
        "told_data/older.py",
    ]
    assert (tmp_path / "told_data" / "older.py").read_text() == script("df['age'] += 1\nreturn df")


def test_a_script_with_a_bundle(bench: Bench, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as bundle:
        bundle.writestr("helper.py", "def add(values):\n    return values + 1\n")
    experiment = people(tmp_path).add_dataset("bundle", FileRef("bundle.zip"))
    experiment = experiment.add(
        "older", "execute-python-script", inputs={"dataset2": "people", "script_bundle": "bundle"},
        script="from helper import add\n" + script("df['age'] = add(df['age'])\nreturn df"),
    )  # fmt: skip
    run = bench.run(experiment)
    done = exported(experiment, bench.workspace, tmp_path / "told.py")
    assert (tmp_path / "bundle.zip").read_bytes() == (tmp_path / "told_data" / "bundle.zip").read_bytes()
    assert len(done.data) == 3
    wanted = next(each.digest for each in steps(run)["older"].outputs if each.port == "result_dataset")
    assert digests_of(tmp_path / "told.py")["older.result_dataset"] == wanted


def test_a_notebook_shows_scripts(workspace: Workspace, tmp_path: Path) -> None:
    experiment = people(tmp_path).add(
        "older", "execute-python-script", inputs={"dataset1": "people"}, script=_SCRIPT, comment="*Why* <b>"
    )
    path = tmp_path / "told.ipynb"
    done = exported(experiment, workspace, path)
    told = json.loads(path.read_text(encoding="utf-8"))
    assert (told["nbformat"], told["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in told["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", each) for each in ids)
    assert all(
        cell["outputs"] == [] and cell["execution_count"] is None
        for cell in told["cells"]
        if cell["cell_type"] == "code"
    )
    shown = "".join("".join(cell["source"]) for cell in told["cells"])
    assert all(line in shown for line in _SCRIPT.splitlines())
    assert "\\*Why\\* &lt;b&gt;" in shown
    assert [each.name for each in done.data] == ["people.arrows"]
    before = path.read_bytes()
    exported(experiment, workspace, path, force=True)
    assert path.read_bytes() == before


def test_only_what_a_target_needs(workspace: Workspace, tmp_path: Path) -> None:
    experiment = (
        typed_in().add("half", "split-data", inputs={"dataset": "typed"}).add("other", "enter-data-manually", data="x")
    )
    exported(experiment, workspace, tmp_path / "told.py", "half")
    code = code_of(tmp_path / "told.py")
    assert "half = split_data(typed)" in code
    assert "other" not in code


def test_parameters_at_their_default_are_left_out(workspace: Workspace, tmp_path: Path) -> None:
    experiment = typed_in().add(
        "half", "split-data", inputs={"dataset": "typed"}, fraction=0.5, mode="Split Rows", seed=3, randomized="yes"
    )
    exported(experiment, workspace, tmp_path / "told.py")
    assert "half = split_data(typed, seed=3)" in code_of(tmp_path / "told.py")


def test_choices_of_equal_names(workspace: Workspace, tmp_path: Path) -> None:
    experiment = (
        typed_in()
        .add("clean", "clean-missing-data", inputs={"dataset": "typed"}, mode="Replace with mean")
        .add(
            "split",
            "split-data",
            inputs={"dataset": "clean"},
            mode="Relative Expression",
            relative_expression='\\"a" > 1',
        )
    )
    exported(experiment, workspace, tmp_path / "told.py")
    code = code_of(tmp_path / "told.py")
    assert "mode=CleanMissingDataMode.MEAN" in code
    assert "mode=SplitDataMode.RELATIVE" in code
    imported = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom)]
    aliases = {each.asname: node.module for node in imported for each in node.names if each.name == "Mode"}
    assert aliases == {
        "CleanMissingDataMode": "bottega.modules.data_transformation.clean_missing_data",
        "SplitDataMode": "bottega.modules.data_transformation.split_data",
    }


def test_the_world_outside(workspace: Workspace, tmp_path: Path) -> None:
    experiment = Experiment().add("read", "import-data", source="Local file", path="a.csv")
    beside, elsewhere = tmp_path / "told.py", tmp_path / "else" / "told.py"
    elsewhere.parent.mkdir()
    for path in (beside, elsewhere):
        exported(experiment, workspace, path, outside=Outside(tmp_path, private_addresses=True))
    assert "Outside(\n    HERE,\n    local_files=False,\n    private_addresses=True,\n)" in code_of(beside)
    assert f'Path("{tmp_path}"),' in code_of(elsewhere)
    # What the workspace does not allow the program does not allow itself.
    done = subprocess.run([sys.executable, beside], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "workspace does not allow local files" in done.stderr


def test_requirements_are_those_of_the_environments(workspace: Workspace, tmp_path: Path) -> None:
    own = environment.get("bottega")
    plain = typed_in().add(
        "run", "execute-python-script", inputs={"dataset1": "typed"}, script="import numpy\n" + script("return df")
    )
    drawing = plain.set("run", "script", "import matplotlib.pyplot\n" + script("return df"))
    found = []
    for name, experiment in (("plain", plain), ("drawing", drawing)):
        exported(experiment, workspace, tmp_path / f"{name}.py")
        matches = list(_METADATA.finditer(code_of(tmp_path / f"{name}.py")))
        assert [match["type"] for match in matches] == ["script"]
        content = "".join(line[2:] for line in matches[0]["content"].splitlines(keepends=True))
        found.append(tomllib.loads(content))
    pins = {f"{package}=={version}" for package, version in own.packages}
    assert pins < set(found[0]["dependencies"])
    assert {each.partition("==")[0] for each in set(found[0]["dependencies"]) - pins} == {"bottega"}
    assert found[0]["requires-python"] == f"=={'.'.join(own.interpreter.version.split('.')[:2])}.*"
    version = dict(environment.get("default").packages)["matplotlib"]
    assert f"matplotlib=={version}" in found[1]["dependencies"]
    assert pins < set(found[1]["dependencies"])


def test_files_of_one_script_are_the_bundle_of_another(bench: Bench, tmp_path: Path) -> None:
    leave = script("import os\nos.makedirs('outputs')\nopen('outputs/helper.py', 'w').write('ANSWER = 42')\nreturn df")
    use = "import helper\nimport pandas as pd\n" + script("return pd.DataFrame({'answer': [helper.ANSWER]})")
    experiment = (
        people(tmp_path)
        .add("one", "execute-python-script", inputs={"dataset1": "people"}, script=leave)
        .add("two", "execute-python-script", inputs={"script_bundle": "one.files"}, script=use)
    )
    run = bench.run(experiment)
    exported(experiment, bench.workspace, tmp_path / "told.py")
    wanted = next(each.digest for each in steps(run)["two"].outputs if each.port == "result_dataset")
    assert digests_of(tmp_path / "told.py")["two.result_dataset"] == wanted


def test_a_zip_where_a_table_is_needed(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK")
    experiment = Experiment(folder=tmp_path).add_dataset("zip", FileRef("a.zip"))
    experiment = experiment.add("split", "split-data", inputs={"dataset": "zip"})
    with pytest.raises(BottegaError) as caught:
        exported(experiment, workspace, tmp_path / "told.py")
    assert caught.value.code == "0018"


def test_saved_files_and_models(workspace: Workspace, tmp_path: Path) -> None:
    for name, kind, data in (
        ("as csv", PortType.CSV, b"a,b\n1,2\n"),
        ("a model", PortType.TRAINED_MODEL, b"\x80\x05K\x07."),
    ):
        output = Output("dataset", kind.value, bytes_digest(data), len(data))
        workspace.datasets.save(name, output, blobs=[(output.digest, data)])
    experiment = Experiment().add_dataset("text", "as csv").add_dataset("model", "a model")
    experiment = experiment.add("chosen", "select-columns-in-dataset", inputs={"dataset": "text"}, columns=["b"])
    path = tmp_path / "told.py"
    done = exported(experiment, workspace, path, "chosen", "text")
    assert [each.read_bytes() for each in done.data] == [b"a,b\n1,2\n"]
    assert set(digests_of(path)) == {"chosen"}
    done = exported(experiment, workspace, tmp_path / "model.py", "model")
    assert [each.read_bytes() for each in done.data] == [b"\x80\x05K\x07."]
    assert 'model = pickle.loads((DATA / "model.pickle").read_bytes())' in code_of(tmp_path / "model.py")


def test_data_keep_types_and_roles(workspace: Workspace, tmp_path: Path) -> None:
    save(workspace, "typed", _typed())
    done = exported(Experiment().add_dataset("one", "typed"), workspace, tmp_path / "told.py")
    assert formats.read(done.data[0]).equals(_typed())


_TEXTS = st.text(st.one_of(st.sampled_from("\"'\\\n\r\t#/ \0{}n"), st.characters(codec=None)), max_size=60)


@settings(max_examples=25, deadline=None)
@given(_TEXTS.filter(str.strip), _TEXTS, _TEXTS, st.sampled_from([".py", ".ipynb"]))
def test_a_whole_program_survives(
    workspace: Workspace, tmp_path_factory: pytest.TempPathFactory, data: str, comment: str, title: str, suffix: str
) -> None:
    experiment = Experiment(title, comment).add("typed", "enter-data-manually", data=data, comment=comment)
    path = tmp_path_factory.mktemp("program") / f"told{suffix}"
    exported(experiment, workspace, path)
    code = code_of(path)
    assert len(list(_METADATA.finditer(code))) == 1
    calls: list[Any] = []
    space = {
        "__name__": "exported",
        "__file__": str(path),
        "enter_data_manually": lambda **given: calls.append(given["data"]),
    }
    tree = ast.parse(code)
    tree.body = [each for each in tree.body if not isinstance(each, ast.ImportFrom) or each.module == "pathlib"]
    tree.body = [each for each in tree.body if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Call))]
    wanted = {ast.Assign, ast.ImportFrom, ast.If, ast.Expr}
    assert {type(each) for each in tree.body} <= wanted
    exec(compile(tree, "program", "exec"), space)
    assert calls == [data]
