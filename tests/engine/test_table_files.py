"""Files between modules: a table as TSV, ARFF or SVMlight text that the next module reads as one, and archives."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from bottega.engine import look
from bottega.engine.keep import keep
from bottega.errors import BottegaError
from bottega.graph.document import Experiment, FileRef
from bottega.store.workspace import Workspace
from tests.engine.exporting import code_of, digests_of, exported
from tests.engine.helpers import Bench, steps

NUMBERS = "x,n,y\n0.5,1,1\n0.0,2,0\n"


def numbers(folder: Path) -> Experiment:
    (folder / "numbers.csv").write_text(NUMBERS)
    experiment = Experiment(folder=folder).add_dataset("numbers", FileRef("numbers.csv"))
    return experiment.add("mark", "edit-metadata", inputs={"dataset": "numbers"}, columns=["y"], fields="Labels")


def converted(folder: Path, module: str) -> Experiment:
    experiment = numbers(folder).add("file", module, inputs={"dataset": "mark"})
    return experiment.add("again", "convert-to-dataset", inputs={"dataset": "file"})


@pytest.mark.parametrize(
    ("module", "kind", "names"),
    [
        ("convert-to-csv", "GenericCsv", ["x", "n", "y"]), ("convert-to-tsv", "GenericTsv", ["x", "n", "y"]),
        ("convert-to-arff", "Arff", ["x", "n", "y"]), ("convert-to-svmlight", "SvmLight", ["Col1", "Col2", "Labels"]),
    ],
)  # fmt: skip
def test_a_file_feeds_a_table_and_is_looked_at_as_one(
    bench: Bench, tmp_path: Path, module: str, kind: str, names: list[str]
) -> None:
    run = bench.run(converted(tmp_path, module))
    assert run.status == "Finished"
    output = steps(run)["file"].outputs[0]
    assert output.type == kind
    last = -1 if module == "convert-to-svmlight" else 0
    assert bench.rows(run, "again") == dict(zip(names, ([0.5, 0.0], [1, 2], [1, last]), strict=True))
    table = look.table(bench.workspace, output)
    assert table is not None
    assert table.arrow.to_pydict() == bench.rows(run, "again")


@pytest.mark.slow
@pytest.mark.parametrize("module", ["convert-to-tsv", "convert-to-arff", "convert-to-svmlight"])
def test_an_exported_program_has_them_too(bench: Bench, tmp_path: Path, module: str) -> None:
    experiment = converted(tmp_path, module)
    run = bench.run(experiment)
    exported(experiment, bench.workspace, tmp_path / "told.py")
    assert "as_table(file)" in code_of(tmp_path / "told.py")
    assert digests_of(tmp_path / "told.py")["again"] == steps(run)["again"].outputs[0].digest


def test_archives_beside_an_experiment(bench: Bench, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.csv", "1\n")
        archive.writestr("numbers.csv", NUMBERS)
    (tmp_path / "one.csv.gz").write_bytes(gzip.compress(NUMBERS.encode()))
    experiment = (
        Experiment(folder=tmp_path).add_dataset("zip", FileRef("two.zip")).add_dataset("gz", FileRef("one.csv.gz"))
    )
    experiment = experiment.add(
        "from-zip", "unpack-zipped-datasets", inputs={"dataset": "zip"}, dataset_to_unpack="numbers.csv", header=True
    )
    experiment = experiment.add(
        "from-gz", "unpack-zipped-datasets", inputs={"dataset": "gz"}, compression="Gzip", header=True
    )
    run = bench.run(experiment)
    assert run.status == "Finished"
    assert bench.rows(run, "from-zip") == bench.rows(run, "from-gz") == {"x": [0.5, 0.0], "n": [1, 2], "y": [1, 0]}


def test_archives_in_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"1\n"))
    (tmp_path / "b.gz").write_bytes(b"1\n")
    with Workspace.open(tmp_path / "w") as workspace:
        kept = keep(workspace, "kept", tmp_path / "a.gz")
        assert kept.output.type == "Zip"
        assert look.entries(workspace, kept.output) == []
        with pytest.raises(BottegaError, match="no gz file") as caught:
            keep(workspace, "not", tmp_path / "b.gz")
        assert caught.value.code == "0102"


@pytest.mark.slow
def test_a_bomb_ends_the_step_alone(bench: Bench, tmp_path: Path) -> None:
    """What unpacks to more than a step may have is told as that, by whoever notices first."""
    with (
        zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("bomb.csv", "w", force_zip64=True) as file,
    ):
        for _ in range(2100):
            file.write(b"0,\n" * 349_525)
    experiment = Experiment(folder=tmp_path).add_dataset("zip", FileRef("bomb.zip"))
    run = bench.run(experiment.add("out", "unpack-zipped-datasets", inputs={"dataset": "zip"}))
    error = steps(run)["out"].error
    assert error is not None
    assert error["code"] in {"0138", "0131"}, error
