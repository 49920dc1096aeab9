"""Two-Class Averaged Perceptron (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._hyperplanes import TwoClassAveragedPerceptron
from bottega.modules.machine_learning._learner import LARGEST
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._sweep import IN_RANGE, IN_SINGLE, TrainerMode, swept
from bottega.sdk import Help, Label, Range, UntrainedModel, module


@module(
    title="Two-Class Averaged Perceptron",
    category="Machine Learning/Initialize Model/Classification",
    libraries=LIBRARIES,
)
def two_class_averaged_perceptron(
    *,
    trainer_mode: Annotated[TrainerMode, Label("Create trainer mode")] = TrainerMode.SINGLE,
    learning_rate: Annotated[float, Label("Learning rate"), Range(above=0, maximum=LARGEST), IN_SINGLE] = 1.0,
    iterations: Annotated[
        int, Label("Maximum number of iterations"), Range(minimum=1, maximum=2**31 - 1), IN_SINGLE
    ] = 10,
    learning_rate_range: Annotated[str, Label("Range for learning rate"), IN_RANGE] = "0.1; 0.5; 1.0",
    iterations_range: Annotated[str, Label("Range for maximum number of iterations"), IN_RANGE] = "1; 10",
    seed: Annotated[
        int | None, Label("Random number seed"), Range(minimum=0, maximum=2**31 - 1), Help("Empty is the same as 0.")
    ] = None,
    allow_unknown_levels: Annotated[bool, Label("Allow unknown categorical levels")] = True,
) -> Annotated[UntrainedModel, Label("Untrained model")]:
    """An averaged perceptron that tells two classes apart.

    In place of classic's own perceptron scikit-learn's stochastic gradient descent runs on the perceptron loss:
    each row on the wrong side of the plane moves the coefficients by the learning rate times its numbers. Each
    iteration goes through all rows in random order; the model is the mean of the coefficients after every row
    seen. Columns of numbers are brought to the range 0 to 1. Probabilities come from the distance to the plane
    by Platt's logistic function, fitted on the rows of training; the scored label is the class that is likelier
    by them.

    The label is String, Integer, Double, Boolean or Categorical with exactly two values; the larger in
    ascending order (1, true, the later text) is the positive class. All columns of role
    feature but the label take part: numbers and Boolean values, dates and times as
    seconds, each level of String and Categorical columns as a column of 0 and 1.
    Rows with a missing value are left out of training, with a note, and get no score. A level that
    did not occur in training counts as none of the known ones, or is an error where unknown levels
    are not allowed. One column of role weight may weigh the rows. An empty seed is the seed 0: equal
    data give an equal model.

    With Parameter Range the values between semicolons are what Tune Model Hyperparameters tries; trained without
    it, the first of each count.
    """
    learner = TwoClassAveragedPerceptron(
        learning_rate=learning_rate,
        iterations=iterations,
        seed=seed,
        allow_unknown_levels=allow_unknown_levels,
    )
    return swept(
        learner, two_class_averaged_perceptron, trainer_mode,
        learning_rate=learning_rate_range, iterations=iterations_range,
    )  # fmt: skip
