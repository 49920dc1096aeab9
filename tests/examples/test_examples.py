"""The examples that ship: in the jail they give the very table that plain Python gives."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from bottega.dataset import formats
from bottega.dataset.table import Table
from bottega.sandbox.host.environment import Environment
from tests.cli.helpers import EXAMPLES, script_json

PIMA = EXAMPLES.parent.parent / "shared" / "data" / "pima-indians-diabetes.csv"

# What somebody would write to run the script without Bottega: pandas and nothing else.
VANILLA = """
import importlib.util, json, sys
import pandas as pd
script, output, *inputs = json.loads(sys.argv[1])
sys.path.insert(0, "Script Bundle")
spec = importlib.util.spec_from_file_location("user_script", script)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
result = module.azureml_main(*[pd.read_csv(path, float_precision="round_trip") for path in inputs])
frame = result if isinstance(result, pd.DataFrame) else result[0]
frame.reset_index(drop=True).to_parquet(output)
"""


@pytest.fixture(scope="session")
def patients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The breast-cancer data, made by the example that makes it."""
    path = tmp_path_factory.mktemp("data") / "patients.csv"
    script_json(EXAMPLES / "breast_cancer.py", "--out", path)
    return path


@pytest.fixture(scope="session")
def hello(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "helpers.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(EXAMPLES / "hello_bundle" / "Hello.py", "Hello.py")
    return path


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory, patients: Path) -> Path:
    path = tmp_path_factory.mktemp("model") / "model.zip"
    script_json(EXAMPLES / "fit_model.py", "--dataset1", patients, "--files", path)
    return path


def vanilla(environment: Environment, folder: Path, script: Path, inputs: list[Path], bundle: Path | None) -> Table:
    """The script's result under plain Python, in a folder of its own."""
    if bundle is not None:
        with zipfile.ZipFile(bundle) as archive:
            archive.extractall(folder / "Script Bundle")
    arguments = json.dumps([str(script), str(folder / "result.parquet"), *map(str, inputs)])
    variables = {"MPLBACKEND": "agg", "HOME": str(folder), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [environment.python, "-c", VANILLA, arguments],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return formats.read(folder / "result.parquet")


def jailed(folder: Path, script: Path, inputs: list[Path], bundle: Path | None) -> Table:
    options: list[object] = ["--out", folder / "jailed.parquet", "--device", folder / "device"]
    for number, path in enumerate(inputs, 1):
        options += [f"--dataset{number}", path]
    if bundle is not None:
        options += ["--bundle", bundle]
    script_json(script, *options)
    return formats.read(folder / "jailed.parquet")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "data", "bundle"),
    [
        ("breast_cancer.py", False, None),
        ("rank_features.py", True, None),
        ("scatter_matrix.py", True, None),
        ("hello_bundle.py", False, "hello"),
        ("evaluate_expression.py", False, None),
        ("fit_model.py", True, None),
        ("score_model.py", True, "model"),
    ],
)
def test_jail_and_plain_python_give_the_same_table(
    script: str,
    data: bool,
    bundle: str | None,
    patients: Path,
    environment: Environment,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    inputs = [patients] if data else []
    zipped = request.getfixturevalue(bundle) if bundle else None
    plain = vanilla(environment, tmp_path, EXAMPLES / script, inputs, zipped)
    ours = jailed(tmp_path, EXAMPLES / script, inputs, zipped)
    assert ours.num_rows > 0
    assert ours.digest == plain.digest


@pytest.mark.slow
@pytest.mark.skipif(not PIMA.exists(), reason="the Pima data is not shipped with the project")
def test_the_old_pages_own_example_ranks_the_pima_features(environment: Environment, tmp_path: Path) -> None:
    plain = vanilla(environment, tmp_path, EXAMPLES / "rank_features.py", [PIMA], None)
    ours = jailed(tmp_path, EXAMPLES / "rank_features.py", [PIMA], None)
    assert ours.digest == plain.digest
    assert ours.column("feature")[0].as_py() == "Glucose"


def test_rank_features_draws_its_picture(patients: Path, tmp_path: Path) -> None:
    told = script_json(EXAMPLES / "rank_features.py", "--dataset1", patients, "--device", tmp_path)
    assert [Path(path).name for path in told["pictures"]] == ["importances.png"]


def test_expressions_are_evaluated_and_cannot_reach_out(tmp_path: Path) -> None:
    data = tmp_path / "expressions.csv"
    data.write_text("expression\n1 + 1\n\"','.join(sorted({'b', 'a'}))\"\n")
    script_json(EXAMPLES / "evaluate_expression.py", "--dataset1", data, "--out", tmp_path / "out.csv")
    results = formats.read(tmp_path / "out.csv").column("result").to_pylist()
    assert results == ["2", "a,b"]
    data.write_text("expression\n\"open('/etc/shadow').read()\"\n")
    assert (
        script_json(EXAMPLES / "evaluate_expression.py", "--dataset1", data, code=1)["error"]["type"]
        == "FileNotFoundError"
    )


def test_a_model_goes_from_one_script_to_the_next(patients: Path, model: Path, tmp_path: Path) -> None:
    told = script_json(EXAMPLES / "score_model.py", "--dataset1", patients, "--bundle", model)
    assert told["results"][0]["rows"] == 569
    assert told["log"].startswith("right for 9")
