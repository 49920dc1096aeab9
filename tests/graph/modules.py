"""A few modules to build experiments of; none of them is ever run."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from bottega.dataset.table import Column
from bottega.sdk import BottegaError, Code, Columns, CsvFile, Label, Of, Range, Single, Table, When, module, spec_of
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.values import TrainedModel, UntrainedModel

NUMERIC = Columns.of_type("Numeric")
NOTHING = Columns()


class Mode(StrEnum):
    ROWS = "Split Rows"
    EXPRESSION = "Regular Expression"


class Halves(NamedTuple):
    first: Annotated[Table, Label("Results dataset1")]
    second: Annotated[Table, Label("Results dataset2")]


def _first_only(inputs: Mapping[str, tuple[Column, ...]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    if not inputs["dataset"]:
        raise BottegaError("0020", dataset="dataset", found=0, lower=1)
    return {"first": inputs["dataset"][: parameters["keep"]], "second": None}


@module(title="Saved Dataset", category="Test")
def saved_dataset(*, dataset: Annotated[str, Label("Dataset")]) -> Annotated[Table, Label("Dataset")]:
    """A dataset."""
    raise NotImplementedError


@module(title="Halve", category="Test", former=("Old Halve",), foretell=_first_only)
def halve(
    dataset: Annotated[Table, Label("Dataset", ("input",))],
    *,
    mode: Annotated[Mode, Label("Splitting mode")] = Mode.ROWS,
    fraction: Annotated[float, Label("Fraction of rows"), Range(minimum=0, maximum=1)] = 0.5,
    keep: Annotated[int, Label("Columns to keep")] = 1,
    expression: Annotated[str, Label("Regular expression"), When("mode", Mode.EXPRESSION)],
    strict: Annotated[bool, Label("Strict")] = False,
) -> Halves:
    """Two halves; the first keeps the first columns."""
    raise NotImplementedError


@module(title="Script", category="Test")
def script(
    dataset1: Annotated[Table | None, Label("Dataset1")] = None,
    dataset2: Annotated[Table | None, Label("Dataset2")] = None,
    *,
    script: Annotated[str, Label("Python script"), Code("python")] = "def azureml_main(): ...\n",
    seed: Annotated[int | None, Label("Random seed")] = None,
) -> Annotated[Table, Label("Result Dataset")]:
    """A script."""
    raise NotImplementedError


@module(title="Learner", category="Test")
def learner(*, note: Annotated[str, Label("Note")] = "") -> Annotated[UntrainedModel, Label("Untrained model")]:
    """A learner."""
    raise NotImplementedError


@module(title="Train", category="Test")
def train(
    untrained: Annotated[UntrainedModel, Label("Untrained model")],
    dataset: Annotated[Table, Label("Dataset")],
    *,
    label: Annotated[Columns, Label("Label column"), Of("dataset"), Single()],
    features: Annotated[Columns, Label("Features"), Of("dataset")] = NUMERIC,
    pattern: Annotated[Columns, Label("Pattern"), Of("dataset"), When("use_pattern", True)] = NOTHING,
    use_pattern: Annotated[bool, Label("Use pattern")] = False,
) -> Annotated[TrainedModel, Label("Trained model")]:
    """Trains."""
    raise NotImplementedError


@module(title="To CSV", category="Test")
def to_csv(dataset: Annotated[Table, Label("Dataset")]) -> Annotated[CsvFile, Label("Results dataset")]:
    """A file."""
    raise NotImplementedError


@module(title="Sink", category="Test")
def sink(dataset: Annotated[Table, Label("Dataset")]) -> None:
    """Takes all."""
    raise NotImplementedError


SPECS = [spec_of(each) for each in (saved_dataset, halve, script, learner, train, to_csv, sink)]


def find(name: str) -> ModuleSpec | None:
    return next((spec for spec in SPECS if name in (spec.name, spec.title, *spec.former)), None)
