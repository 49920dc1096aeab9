"""Evaluate Model (fact sheet 2.9)."""

from __future__ import annotations

from typing import Annotated, Any

from bottega.modules.machine_learning._evaluation import Evaluation
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.sdk import BottegaError, Label, Table, module

_DATASETS = ("Scored dataset", "Scored dataset to compare")
_TEXTS = ("Positive Label", "Negative Label")
_COUNTS = ("True Positives", "False Negatives", "False Positives", "True Negatives")


@module(title="Evaluate Model", category="Machine Learning/Evaluate", libraries=LIBRARIES)
def evaluate_model(
    scored_dataset: Annotated[Table, Label("Scored dataset")],
    scored_dataset_to_compare: Annotated[Table | None, Label("Scored dataset to compare")] = None,
) -> Annotated[Table, Label("Evaluation results")]:
    """Measure how good the predictions in one or two scored tables are.

    One row for each table; where there are two, a column Scored Dataset says which. The label is the column marked
    as such, the scores are those that Score Model added, or columns of their names.

    Two classes: Accuracy, Precision, Recall, F-Score, AUC, Average Log Loss (natural logarithm), Training Log Loss
    (how much less that is than if every row got the share of positives, in percent), the two labels, and the four
    counts of the confusion matrix, all from the scored labels as they stand. Regression, where there are no
    scored probabilities: Mean Absolute Error, Root Mean Squared Error, Relative Absolute Error, Relative Squared
    Error and Coefficient of Determination. The Negative Log Likelihood is left out: these models give no density.
    What the data leave undefined is missing, such as the AUC where only one class occurs.

    Rows without a label or a score are left out, with a note. Errors: 0024 without a label column, 0037 with
    several, 0025 without scores, 0058 where label and scores do not go together, 0134 and 0080 where no row is left,
    0062 where the two tables come from different kinds of model.
    """
    tables = [scored_dataset] if scored_dataset_to_compare is None else [scored_dataset, scored_dataset_to_compare]
    evaluations = [Evaluation.of(table, name) for table, name in zip(tables, _DATASETS, strict=False)]
    first, last = evaluations[0], evaluations[-1]
    if first.task is not last.task:
        raise BottegaError("0062", found=first.task, expected=last.task)
    columns: dict[str, list[Any]] = {name: [each.measures[name] for each in evaluations] for name in first.measures}
    if len(tables) > 1:
        columns = {"Scored Dataset": list(_DATASETS), **columns}
    return _table(columns)


def _table(columns: dict[str, list[Any]]) -> Table:
    import pyarrow as pa

    texts, counts = pa.large_string(), pa.int64()
    kinds = {"Scored Dataset": texts} | dict.fromkeys(_TEXTS, texts) | dict.fromkeys(_COUNTS, counts)
    return Table(pa.table({name: pa.array(values, kinds.get(name, pa.float64())) for name, values in columns.items()}))
