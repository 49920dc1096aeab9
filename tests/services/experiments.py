"""Experiments that become web services, and publishing them against a bench as the command line does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bottega.graph.document import Experiment, FileRef
from bottega.services.compile import compile as compiled
from bottega.services.executor import Called, Loaded
from bottega.services.program import Program
from bottega.services.rrs import decode
from bottega.store.records import Endpoint
from tests.engine.helpers import Bench, script

PEOPLE = "name,age,income\nAnn,31,10.5\nBob,,20\nCleo,27,30\nDora,44,\n"
TRAINING = "x,y,label\n" + "".join(f"{n},{n % 7},{'yes' if n % 3 else 'no'}\n" for n in range(60))


def data(folder: Path, text: str = PEOPLE) -> Experiment:
    """An experiment with one data file."""
    (folder / "data.csv").write_text(text)
    return Experiment(title="Test", folder=folder).add_dataset("people", FileRef("data.csv"))


def scripted(folder: Path, body: str = "return df", **more: Any) -> Experiment:
    """A data file into a script that is the service."""
    return (
        data(folder)
        .add("work", "execute-python-script", inputs={"dataset1": "people"}, script=script(body), **more)
        .with_service_input("input1", "work.dataset1")
        .with_service_output("output1", "work")
    )


def trained(folder: Path) -> Experiment:
    """A model that is trained once and scores each call."""
    return (
        data(folder, TRAINING)
        .add("learner", "two-class-logistic-regression")
        .add("train", "train-model", inputs={"untrained_model": "learner", "dataset": "people"}, label="label")
        .add("score", "score-model", inputs={"trained_model": "train", "dataset": "people"})
        .with_service_input("input1", "score.dataset")
        .with_service_output("output1", "score")
    )


def mixed(folder: Path) -> Experiment:
    """Modules, a script, and modules again."""
    return (
        data(folder)
        .add("pick", "select-columns-in-dataset", inputs={"dataset": "people"}, columns=["name", "age"])
        .add("clean", "clean-missing-data", inputs={"dataset": "pick"}, columns=["age"], mode="Custom substitution value",
             replacement_value="0")
        .add("work", "execute-python-script", inputs={"dataset1": "clean"}, script=script("df['age'] += 1\nreturn df"))
        .add("query", "apply-sql-transformation", inputs={"table1": "work"}, query="SELECT name, age * 2 AS twice FROM t1")
        .with_service_input("input1", "pick.dataset")
        .with_service_output("output1", "query")
    )  # fmt: skip


def program_of(bench: Bench, experiment: Experiment, **options: Any) -> Program:
    """Run and compile."""
    return compiled(experiment, bench.run(experiment, **options), bench.workspace)


def load(bench: Bench, program: Program, **options: Any) -> Loaded:
    """Ready to be called."""
    assert bench.pool is not None
    return Loaded.load(program, bench.workspace, bench.pool, **options)


def answer(loaded: Loaded, *rows: list[Any], output: str = "output1", **parameters: Any) -> dict[str, list[object]]:
    """The columns that a call gives for rows in the input's own order."""
    called = ask(loaded, *rows, **parameters)
    try:
        table = called.table(output)
        assert table is not None
        return table.arrow.to_pydict()
    finally:
        called.close()


def ask(loaded: Loaded, *rows: list[Any], **parameters: Any) -> Called:
    """A call with rows in the input's own order."""
    import json

    inputs = {}
    if loaded.program.inputs:
        declared = loaded.program.inputs[0]
        value = {"ColumnNames": [field.name for field in declared.fields], "Values": list(rows)}
        body = json.dumps({"Inputs": {declared.name: value}}).encode()
        inputs = dict(decode(body, _without_parameters(loaded.program)).inputs)
    return loaded.call(inputs, parameters)


def _without_parameters(program: Program) -> Program:
    import msgspec

    return msgspec.structs.replace(program, parameters=())


def publish(bench: Bench, program: Program, name: str = "Test", **fields: Any) -> Endpoint:
    """Stored as a service; its default endpoint."""
    service = bench.workspace.services.create(name, program.dumps(), program.digests(), **fields)
    return bench.workspace.services.endpoint(service.id, service.default_endpoint)
