"""Multiclass Logistic Regression (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._learner import LARGEST
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._softmax import MulticlassLogisticRegression
from bottega.modules.machine_learning._sweep import IN_RANGE, IN_SINGLE, TrainerMode, swept
from bottega.sdk import Help, Label, Range, UntrainedModel, module


@module(
    title="Multiclass Logistic Regression",
    category="Machine Learning/Initialize Model/Classification",
    libraries=LIBRARIES,
)
def multiclass_logistic_regression(
    *,
    trainer_mode: Annotated[TrainerMode, Label("Create trainer mode")] = TrainerMode.SINGLE,
    tolerance: Annotated[float, Label("Optimization tolerance"), Range(above=0, maximum=LARGEST), IN_SINGLE] = 1e-7,
    l1_weight: Annotated[float, Label("L1 regularization weight"), Range(minimum=0, maximum=LARGEST), IN_SINGLE] = 1.0,
    l2_weight: Annotated[float, Label("L2 regularization weight"), Range(minimum=0, maximum=LARGEST), IN_SINGLE] = 1.0,
    memory_size: Annotated[
        int,
        Label("Memory size for L-BFGS"),
        Range(minimum=1, maximum=2**31 - 1),
        Help("How many past steps shape the next one; more than 100 count as 100, and fewer where memory asks it."),
        IN_SINGLE,
    ] = 20,
    tolerance_range: Annotated[str, Label("Range for optimization tolerance"), IN_RANGE] = "0.0001; 0.0000001",
    l1_weight_range: Annotated[str, Label("Range for L1 regularization weight"), IN_RANGE] = "0.0; 0.01; 0.1; 1.0",
    l2_weight_range: Annotated[str, Label("Range for L2 regularization weight"), IN_RANGE] = "0.01; 0.1; 1.0",
    memory_size_range: Annotated[str, Label("Range for memory size for L-BFGS"), IN_RANGE] = "5; 20; 50",
    seed: Annotated[
        int | None,
        Label("Random number seed"),
        Range(minimum=0, maximum=2**31 - 1),
        Help("Read from old experiments; nothing is left to chance."),
    ] = None,
    allow_unknown_levels: Annotated[bool, Label("Allow unknown categorical levels")] = True,
) -> Annotated[UntrainedModel, Label("Untrained model")]:
    """A logistic regression that tells any number of classes apart.

    Each class has coefficients of its own; the softmax of the classes' sums gives their probabilities. Training
    minimises the sum of the log losses of all rows, plus the L1 weight times the sum of
    the sizes of the coefficients, plus half the L2 weight times the sum of their squares; the
    intercepts are free. In scikit-learn's terms C is 1 / (L1 + L2) and l1_ratio is L1 / (L1 + L2).
    L-BFGS goes down to the optimum with bounds that hold each coefficient to one side of zero, again
    with other sides until none wants to change. It ends where no coefficient, in units in which the mean
    loss bends by 1 at most, has more than the tolerance to go, or after 5,000 rounds, then with a note.

    The label is String, Integer, Double, Boolean or Categorical with two values or more, at most 1,000; the
    classes are in ascending order. All columns of role feature but the label take part: numbers and Boolean
    values, brought to mean 0 and deviation 1; dates and times as seconds; each level of String and Categorical
    columns as a column of 0 and 1. Rows with a missing value are left out of training, with a note, and get no
    score. A level that did not occur in training counts as none of the known ones, or is an error where unknown
    levels are not allowed. One column of role weight may weigh the rows. Equal data give an equal model.

    With Parameter Range the values between semicolons are what Tune Model Hyperparameters tries; trained without
    it, the first of each count.
    """
    learner = MulticlassLogisticRegression(
        tolerance=tolerance,
        l1_weight=l1_weight,
        l2_weight=l2_weight,
        memory_size=memory_size,
        seed=seed,
        allow_unknown_levels=allow_unknown_levels,
    )
    return swept(
        learner, multiclass_logistic_regression, trainer_mode,
        tolerance=tolerance_range, l1_weight=l1_weight_range,
        l2_weight=l2_weight_range, memory_size=memory_size_range,
    )  # fmt: skip
