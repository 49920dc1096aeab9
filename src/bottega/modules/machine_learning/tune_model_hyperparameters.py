"""Tune Model Hyperparameters (fact sheet 2.9)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from bottega.modules.machine_learning._chance import seeded
from bottega.modules.machine_learning._given import check_untrained
from bottega.modules.machine_learning._goals import ClassificationMetric, RegressionMetric
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._points import Sweep, points
from bottega.modules.machine_learning._tuning import Trial, Trials
from bottega.sdk import (
    Columns,
    Help,
    Label,
    Of,
    Range,
    Single,
    Table,
    TrainedModel,
    UntrainedModel,
    When,
    module,
    note,
)


class Tuned(NamedTuple):
    """Both outputs."""

    sweep_results: Annotated[Table, Label("Sweep results")]
    trained_best_model: Annotated[TrainedModel, Label("Trained best model")]


@module(
    title="Tune Model Hyperparameters",
    category="Machine Learning/Train",
    former=("Sweep Parameters",),
    libraries=LIBRARIES,
)
def tune_model_hyperparameters(
    untrained_model: Annotated[UntrainedModel, Label("Untrained model")],
    training_dataset: Annotated[Table, Label("Training dataset")],
    validation_dataset: Annotated[Table | None, Label("Validation dataset", ("Optional validation dataset",))] = None,
    *,
    mode: Annotated[Sweep, Label("Specify parameter sweeping mode")] = Sweep.RANDOM,
    runs: Annotated[
        int, Label("Maximum number of runs on random sweep"), Range(1, 10_000), When("mode", Sweep.RANDOM)
    ] = 5,
    grid_runs: Annotated[
        int, Label("Maximum number of runs on random grid"), Range(1, 10_000), When("mode", Sweep.RANDOM_GRID)
    ] = 5,
    seed: Annotated[int, Label("Random seed"), Range(0, 2**31 - 1), Help("0 takes it from the clock.")] = 0,
    label: Annotated[Columns, Label("Label column"), Of("training_dataset"), Single()],
    classification_metric: Annotated[
        ClassificationMetric, Label("Metric for measuring performance for classification")
    ] = ClassificationMetric.ACCURACY,
    regression_metric: Annotated[
        RegressionMetric, Label("Metric for measuring performance for regression")
    ] = RegressionMetric.ABSOLUTE,
) -> Tuned:
    """Try a learner with several settings, and train it with the best ones.

    What is tried is the ranges of a learner whose Create trainer mode is Parameter Range. Of one with single values
    these are left aside, and the default ranges of its module are tried, as in classic; a learner without ranges is
    trained once as it is. Entire grid tries all combinations of the values; Random grid draws as many of them as there
    are runs; Random sweep draws between the least and the greatest value of each range, evenly by orders of magnitude
    where these are ten times apart or more, and among the values themselves where they are no numbers. Points that
    are drawn twice are tried once.

    With a validation dataset each model learns from the training dataset and is measured on the other. Without one each
    is measured by cross-validation of the training dataset, in ten folds or those that Partition and Sample assigned,
    the same for all, and the best settings are then trained with on all rows; the measures are the means over the folds.

    Sweep results: the best run first, with its settings and the measures of Evaluate Model. A run whose settings the
    learner refuses has no measures, with a note; so has one whose scores cannot be measured. Of many classes
    Accuracy is the overall accuracy, Precision and Recall are the macro-averaged ones; F-score, AUC and Train Log Loss
    are for two classes only. The seed draws points and folds; 0 is one from the clock, which a note tells.

    Errors: 0013 for what is no untrained model, 0021 for a table of fewer than two rows, those of Train
    Model, Score Model and Evaluate Model where every run has one, and an error for a grid of more than 10,000 runs.
    """
    check_untrained(untrained_model)
    name = label.one(training_dataset.columns, "Label column")
    seed = seeded(seed)
    settings = untrained_model.sweep()
    if not settings:
        note("The learner has no ranges to try: it is trained once, as it is")
    tried = points(settings, mode, runs if mode is Sweep.RANDOM else grid_runs, seed)
    trial = Trial(untrained_model, training_dataset, validation_dataset, name, seed)
    trials = Trials.of(trial, tried, (classification_metric, regression_metric))
    trials.tell(settings)
    return Tuned(trials.table(settings), trial.trained(trials.best))
