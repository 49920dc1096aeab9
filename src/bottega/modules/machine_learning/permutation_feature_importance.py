"""Permutation Feature Importance (fact sheet 2.8)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from bottega.modules.machine_learning._chance import seeded
from bottega.modules.machine_learning._folds import overheard
from bottega.modules.machine_learning._given import check_trained
from bottega.modules.machine_learning._goals import ClassificationMetric, Goal, RegressionMetric
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._permutations import shuffled
from bottega.sdk import Column, ColumnType, Help, Kind, Label, Range, Role, Table, TrainedModel, module, note


class Metric(StrEnum):
    """By what a feature's loss is measured."""

    ACCURACY = "Classification - Accuracy"
    PRECISION = "Classification - Precision"
    RECALL = "Classification - Recall"
    LOG_LOSS = "Classification - Average Log Loss"
    # Old graphs may have these two; no regression is measured by them.
    REGRESSION_PRECISION = "Regression - Precision"
    REGRESSION_RECALL = "Regression - Recall"
    ABSOLUTE = "Regression - Mean Absolute Error"
    SQUARED = "Regression - Root Mean Squared Error"
    RELATIVE_ABSOLUTE = "Regression - Relative Absolute Error"
    RELATIVE_SQUARED = "Regression - Relative Squared Error"
    DETERMINATION = "Regression - Coefficient of Determination"


_MEANT: Mapping[StrEnum, StrEnum] = {
    Metric.ACCURACY: ClassificationMetric.ACCURACY,
    Metric.PRECISION: ClassificationMetric.PRECISION,
    Metric.RECALL: ClassificationMetric.RECALL,
    Metric.LOG_LOSS: ClassificationMetric.LOG_LOSS,
    Metric.ABSOLUTE: RegressionMetric.ABSOLUTE,
    Metric.SQUARED: RegressionMetric.SQUARED,
    Metric.RELATIVE_ABSOLUTE: RegressionMetric.RELATIVE_ABSOLUTE,
    Metric.RELATIVE_SQUARED: RegressionMetric.RELATIVE_SQUARED,
    Metric.DETERMINATION: RegressionMetric.DETERMINATION,
}


_RESULTS = (
    Column("Feature", ColumnType(Kind.STRING), Role.FEATURE),
    Column("Score", ColumnType(Kind.DOUBLE), Role.FEATURE),
)


def _foretell(_inputs: Mapping[str, tuple[Column, ...]], _parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {"feature_importance": _RESULTS}


@module(title="Permutation Feature Importance", category="Feature Selection", libraries=LIBRARIES, foretell=_foretell)
def permutation_feature_importance(
    trained_model: Annotated[TrainedModel, Label("Trained model")],
    test_data: Annotated[Table, Label("Test data")],
    *,
    seed: Annotated[int, Label("Random seed"), Range(0, 2**31 - 1), Help("0 takes it from the clock.")] = 0,
    metric: Annotated[Metric, Label("Metric for measuring performance")] = Metric.ACCURACY,
) -> Annotated[Table, Label("Feature importance")]:
    """Tell how much worse a model gets when the values of one feature are shuffled.

    For each feature its values are put in another order among the rows, once, the rows are scored, and the Score is what
    the metric loses by that: the measure before less the one after for accuracy, precision, recall and the coefficient of
    determination, the one after less the one before for errors and the log loss. So the features that the model needs
    most stand first, whatever the metric; one near 0 is not needed, and one below 0 misleads the model on these rows.
    Features that tell the same may each seem unneeded.

    Test data need the label, by the name that it had in training. Rows without a label or a score are left out, with a
    note. Of many classes Accuracy is the overall accuracy, Precision and Recall are the macro-averaged ones. A measure
    that is undefined leaves the score missing. The seed 0 stands for one from the clock, which a note tells.

    Errors: 0012 for an untrained model, 0013 for what classifies nothing and predicts no number, 0024 without the label,
    those of Score Model and Evaluate Model, and an error for a metric of another kind of model,
    or one that old experiments may name though it measures none: Precision and Recall of a regression.
    """
    import numpy as np
    import pyarrow as pa

    check_trained(trained_model)
    base, changes = shuffled(trained_model, test_data)
    goal = Goal.of(base.task, metric, meant=_MEANT)
    chance = np.random.SeedSequence(seeded(seed))
    before = goal.rank(base.measure(goal.measure))
    if before is None:
        note(f"{goal.measure} of the data as they are is undefined, so there are no scores")
    losses = []
    for feature, own in enumerate(chance.spawn(len(changes.features))):
        order = np.random.default_rng(own).permutation(len(base.rows))
        found, _ = overheard(changes.scored, feature, order)
        after = goal.rank(found.measure(goal.measure))
        losses.append(np.nan if before is None or after is None else before - after)
    best_first = np.argsort(-np.array(losses, dtype=np.float64), kind="stable")
    columns: list[Any] = [
        pa.array([changes.features[place] for place in best_first], pa.large_string()),
        pa.array([losses[place] for place in best_first], pa.float64(), from_pandas=True),
    ]
    return Table(pa.table(columns, names=[column.name for column in _RESULTS]))
