"""Jobs from files to files."""

from __future__ import annotations

import threading
from pathlib import Path

import pandas as pd
import pytest

from bottega.dataset import formats
from bottega.dataset.frames import from_pandas
from bottega.sandbox.host.limits import Limits
from bottega.services.batch.options import Options
from bottega.services.batch.stop import Stop
from bottega.services.batch.storage import Stopped
from bottega.services.errors import ModuleFailure, ServiceError
from tests.engine.helpers import Bench, script
from tests.services.batch.local import execute
from tests.services.experiments import TRAINING, data, mixed, program_of, scripted, trained

MIB = 1 << 20
FRAME = pd.DataFrame({"name": ["Ann", "B,o\tb"], "age": pd.array([3, None], "Int64"), "income": [1.0, 2.5]})


def test_rows_go_through_modules_and_scripts(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, mixed(tmp_path))
    (tmp_path / "in.csv").write_text("income,name,age\n1.5,Änne,30\n,Bob,\n7,Cleo,41\n")
    execution = execute(bench, program, {"input1": tmp_path / "in.csv"}, {"output1": tmp_path / "out.csv"})
    assert (tmp_path / "out.csv").read_text() == "name,twice\nÄnne,62\nBob,2\nCleo,84\n"
    told = execution.progress.told()
    assert (told["RowsRead"], told["RowsWritten"], told["RowsTotal"], told["Fraction"]) == (3, 3, 3, 1.0)
    assert told["BytesRead"] == told["BytesTotal"] == (tmp_path / "in.csv").stat().st_size


@pytest.mark.parametrize("extension", [".csv", ".tsv", ".arff"])
def test_each_format_goes_in_and_out(bench: Bench, tmp_path: Path, extension: str) -> None:
    program = program_of(bench, scripted(tmp_path))
    formats.write(from_pandas(FRAME), tmp_path / f"in{extension}")
    execute(bench, program, {"input1": tmp_path / f"in{extension}"}, {"output1": tmp_path / f"out{extension}"})
    assert (tmp_path / f"out{extension}").read_bytes() == (tmp_path / f"in{extension}").read_bytes()


def test_a_model_comes_out_as_the_jail_wrote_it(bench: Bench, tmp_path: Path) -> None:
    experiment = (
        data(tmp_path, TRAINING)
        .add("learner", "two-class-logistic-regression")
        .add("train", "train-model", inputs={"untrained_model": "learner", "dataset": "people"}, label="label")
        .with_service_input("rows", "train.dataset")
        .with_service_output("model", "train")
    )
    program = program_of(bench, experiment)
    (tmp_path / "in.csv").write_text(TRAINING)
    execute(bench, program, {"rows": tmp_path / "in.csv"}, {"model": tmp_path / "model.ilearner"})
    assert (tmp_path / "model.ilearner").stat().st_size > 100


def test_a_scored_table_is_that_of_the_experiment(bench: Bench, tmp_path: Path) -> None:
    """The very rows of the publishing run give the very scores of it."""
    experiment = trained(tmp_path)
    run = bench.run(experiment)
    expected = bench.rows(run, "score")
    (tmp_path / "in.csv").write_text(TRAINING)
    execute(bench, program_of(bench, experiment), {"input1": tmp_path / "in.csv"}, {"output1": tmp_path / "out.csv"})
    assert formats.read(tmp_path / "out.csv").arrow.to_pydict() == expected


def test_csv_of_a_module_is_kept_or_becomes_another_format(bench: Bench, tmp_path: Path) -> None:
    experiment = (
        data(tmp_path)
        .add("csv", "convert-to-csv", inputs={"dataset": "people"})
        .with_service_input("rows", "csv.dataset")
        .with_service_output("file", "csv")
    )
    program = program_of(bench, experiment)
    formats.write(from_pandas(FRAME), tmp_path / "in.csv")
    for extension in (".csv", ".tsv", ".arff"):
        execute(bench, program, {"rows": tmp_path / "in.csv"}, {"file": tmp_path / f"out{extension}"})
        formats.write(from_pandas(FRAME), tmp_path / f"expected{extension}")
        assert (tmp_path / f"out{extension}").read_bytes() == (tmp_path / f"expected{extension}").read_bytes()


def test_several_inputs_and_outputs(bench: Bench, tmp_path: Path) -> None:
    experiment = (
        data(tmp_path)
        .add("join", "execute-python-script", inputs={"dataset1": "people", "dataset2": "people"},
             script=script("return df, other"))
        .with_service_input("a", "join.dataset1")
        .with_service_input("b", "join.dataset2")
        .with_service_output("second", "join.result_dataset2")
        .with_service_output("first", "join.result_dataset")
    )  # fmt: skip
    program = program_of(bench, experiment)
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(f"name,age,income\n{name},1,2.5\n")
    outputs = {name: tmp_path / f"{name}.csv" for name in ("first", "second")}
    execution = execute(bench, program, {name: tmp_path / f"{name}.csv" for name in "ab"}, outputs)
    assert (tmp_path / "first.csv").read_text() == (tmp_path / "a.csv").read_text()
    assert (tmp_path / "second.csv").read_text() == (tmp_path / "b.csv").read_text()
    assert (execution.progress.told()["RowsRead"], execution.progress.told()["RowsWritten"]) == (2, 2)


def test_parameters_hold_for_one_job(bench: Bench, tmp_path: Path) -> None:
    experiment = mixed(tmp_path).with_service_parameter("with", "clean.replacement_value")
    program = program_of(bench, experiment)
    (tmp_path / "in.csv").write_text("name,age,income\nBob,,1\n")
    files = {"input1": tmp_path / "in.csv"}, {"output1": tmp_path / "out.csv"}
    for given, twice in (({"with": "5"}, 12), ({}, 2)):
        execute(bench, program, *files, parameters=given)
        assert (tmp_path / "out.csv").read_text() == f"name,twice\nBob,{twice}\n"
    with pytest.raises(ServiceError, match="has no parameter other"):
        execute(bench, program, *files, parameters={"other": 1})


def test_no_rows_give_no_rows(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("name,age,income\n")
    execute(
        bench, program_of(bench, scripted(tmp_path)), {"input1": tmp_path / "in.csv"}, {"output1": tmp_path / "out.csv"}
    )
    assert (tmp_path / "out.csv").read_text() == "name,age,income\n"


def test_a_service_without_inputs_reads_nothing(bench: Bench, tmp_path: Path) -> None:
    experiment = data(tmp_path).add(
        "work", "execute-python-script", inputs={"dataset1": "people"}, script=script("return df")
    )
    program = program_of(bench, experiment.with_service_output("output1", "work"))
    execute(bench, program, {}, {"output1": tmp_path / "out.csv"})
    assert (tmp_path / "out.csv").read_text().splitlines()[1] == "Ann,31,10.5"


def test_the_limits_are_those_of_the_job(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, scripted(tmp_path, "import time\nif df.age.max() > 100: time.sleep(60)\nreturn df"))
    (tmp_path / "in.csv").write_text("name,age,income\nBob,101,1\n")
    options = Options(limits=Limits(wall_seconds=2.0, output=64 * MIB))
    with pytest.raises(ModuleFailure) as caught:
        execute(bench, program, {"input1": tmp_path / "in.csv"}, {"output1": tmp_path / "out.csv"}, options=options)
    assert caught.value.type == "Timeout"
    assert not (tmp_path / "out.csv").exists()


def test_what_is_printed_is_kept_for_its_error(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, scripted(tmp_path, "print('seen', len(df))\nreturn df"))
    (tmp_path / "in.csv").write_text("name,age,income\nBob,101,1\n")
    execution = execute(bench, program, {"input1": tmp_path / "in.csv"}, {"output1": tmp_path / "out.csv"})
    assert execution.log.lines() == ["seen 1"]


def test_a_job_that_is_stopped_leaves_nothing(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, scripted(tmp_path, "import time\nif df.age.max() > 100: time.sleep(60)\nreturn df"))
    (tmp_path / "in.csv").write_text("name,age,income\nBob,101,1\n")
    stop = Stop()
    timer = threading.Timer(1.0, stop.set)
    timer.start()
    with pytest.raises(Stopped):
        execute(bench, program, {"input1": tmp_path / "in.csv"}, {"output1": tmp_path / "out.csv"}, stop)
    assert not (tmp_path / "out.csv").exists()
    with pytest.raises(Stopped):  # before it begins, too
        execute(bench, program, {"input1": tmp_path / "in.csv"}, {"output1": tmp_path / "out.csv"}, stop)
    stop.close()


def test_errors_of_files_speak_for_themselves(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, scripted(tmp_path))
    (tmp_path / "in.arff").write_text("@RELATION x\n@ATTRIBUTE name STRING\n@DATA\nAnn,31\n")
    with pytest.raises(ModuleFailure, match=r"The file of input1 \(in.arff\) cannot be read at line 4"):
        execute(bench, program, {"input1": tmp_path / "in.arff"}, {"output1": tmp_path / "out.csv"})
