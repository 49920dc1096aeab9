"""Cross-Validate Model (fact sheet 2.9)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

from bottega.modules.machine_learning._chance import seeded
from bottega.modules.machine_learning._folds import CrossScored, folds_of, spread
from bottega.modules.machine_learning._given import check_untrained
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._measures import as_table
from bottega.modules.machine_learning._scores import free_name
from bottega.sdk import Columns, Help, Label, Of, Range, Role, Single, Table, UntrainedModel, module, note

_FOLD = "Fold Assignments"
_EARLIER = re.compile(re.escape(_FOLD) + r"(?: \(\d+\))?")


class Validated(NamedTuple):
    """Both outputs."""

    scored_results: Annotated[Table, Label("Scored results")]
    evaluation_results_by_fold: Annotated[Table, Label("Evaluation results by fold")]


@module(title="Cross-Validate Model", category="Machine Learning/Evaluate", libraries=LIBRARIES)
def cross_validate_model(
    untrained_model: Annotated[UntrainedModel, Label("Untrained model")],
    dataset: Annotated[Table, Label("Dataset")],
    *,
    label: Annotated[Columns, Label("Label column"), Of("dataset"), Single()],
    seed: Annotated[
        int, Label("Random seed"), Range(minimum=0, maximum=2**31 - 1), Help("0 takes it from the clock.")
    ] = 0,
) -> Validated:
    """Train and test a model on each part of a table in turn.

    The rows are drawn into ten folds of equal size; for a classification each class is spread evenly over them. Folds
    that Partition and Sample assigned are used instead. Each fold is scored by a model that was trained on all the
    others, so that no row is predicted by a model that has seen it.

    Scored results: all rows in their places with Fold Assignments (from 0) and the scores that Score Model gives. A
    class that a fold's model never saw has the probability 0. Evaluation results by fold: a row for each fold with its
    number, its rows, the learner and the measures that Evaluate Model tells of it, then their mean and standard
    deviation (of a sample) over the folds. A measure that a fold leaves undefined is missing, and not in the mean.

    With fewer than ten rows each row is a fold. The seed 0 stands for one from the clock, which a note tells; it has no
    meaning for assigned folds. A learner with parameter ranges is trained with the first value of each.
    Errors: 0021 for a table of fewer than two rows, and those of Train Model, Score Model and Evaluate Model: a class
    that is in one fold alone may leave the others with one class, which a learner refuses with 0023.
    """
    check_untrained(untrained_model)
    name = label.one(dataset.columns, "Label column")
    column = next(column for column in dataset.columns if column.name == name)
    drawn = seeded(seed) if dataset.folds is None else 0
    folds = folds_of(dataset, column, untrained_model, drawn)
    found = CrossScored.of(untrained_model, dataset, name, folds)
    _tell(found.notes)
    scored = _with_folds(found).with_folds(dataset.folds)
    return Validated(scored, _by_fold(found, str(untrained_model.describe().get("learner", ""))))


def _tell(notes: Mapping[int, list[str]]) -> None:
    """Each text once, with the folds that it was told of."""
    folds: dict[str, dict[int, None]] = {}
    for fold, texts in notes.items():
        for text in texts:
            folds.setdefault(text, {})[fold] = None
    for text, those in folds.items():
        if len(those) == len(notes):
            note(f"All folds: {text}")
        else:
            note(f"{'Folds' if len(those) > 1 else 'Fold'} {', '.join(map(str, those))}: {text}")


def _with_folds(found: CrossScored) -> Table:
    """The table with the fold of each row, before the scores; those of an earlier cross-validation go."""
    import pyarrow as pa

    roles = {column.name: column.role for column in found.table.columns}
    for name in [name for name, role in roles.items() if role is Role.SCORE and _EARLIER.fullmatch(name)]:
        del roles[name]
    name = free_name(_FOLD, roles)
    kept = found.table.arrow.select(list(roles))
    place = next((place for place, role in enumerate(roles.values()) if role is Role.SCORE), len(roles))
    arrow = kept.add_column(place, name, pa.array(found.codes.astype("int64")))
    return Table(arrow, roles={name: Role.SCORE})


def _by_fold(found: CrossScored, learner: str) -> Table:
    measures = found.measures()
    sizes = {fold: int((found.codes == fold).sum()) for fold in measures}
    lines: list[dict[str, Any]] = [_line(str(fold), sizes[fold], learner) | each for fold, each in measures.items()]
    mean, deviation = spread(measures)
    return as_table(
        [*lines, _line("Mean", None, learner) | mean, _line("Standard Deviation", None, learner) | deviation]
    )


def _line(fold: str, rows: int | None, learner: str) -> dict[str, Any]:
    return {"Fold Number": fold, "Number of examples in fold": rows, "Model": learner}
