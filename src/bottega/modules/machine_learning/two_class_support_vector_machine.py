"""Two-Class Support Vector Machine (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._hyperplanes import TwoClassSupportVectorMachine
from bottega.modules.machine_learning._learner import LARGEST
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._sweep import IN_RANGE, IN_SINGLE, TrainerMode, swept
from bottega.sdk import Help, Label, Range, UntrainedModel, module


@module(
    title="Two-Class Support Vector Machine",
    category="Machine Learning/Initialize Model/Classification",
    libraries=LIBRARIES,
)
def two_class_support_vector_machine(
    *,
    trainer_mode: Annotated[TrainerMode, Label("Create trainer mode")] = TrainerMode.SINGLE,
    iterations: Annotated[int, Label("Number of iterations"), Range(minimum=1, maximum=2**31 - 1), IN_SINGLE] = 1,
    lambda_weight: Annotated[float, Label("Lambda"), Range(above=0, maximum=LARGEST), IN_SINGLE] = 0.001,
    iterations_range: Annotated[str, Label("Range for number of iterations"), IN_RANGE] = "1; 10; 100",
    lambda_weight_range: Annotated[str, Label("Range for lambda"), IN_RANGE] = "0.00001; 0.0001; 0.001; 0.01; 0.1",
    normalize: Annotated[bool, Label("Normalize features")] = True,
    unit_sphere: Annotated[bool, Label("Project to the unit-sphere")] = False,
    seed: Annotated[
        int | None, Label("Random number seed"), Range(minimum=0, maximum=2**31 - 1), Help("Empty is the same as 0.")
    ] = None,
    allow_unknown_levels: Annotated[bool, Label("Allow unknown categorical levels")] = True,
) -> Annotated[UntrainedModel, Label("Untrained model")]:
    """A linear support vector machine that tells two classes apart.

    In place of classic's own machine scikit-learn's stochastic gradient descent runs on the mean hinge loss plus
    half of lambda times the sum of the squared coefficients; the intercept is free. Each iteration goes through
    all rows in random order, one step a row, the steps ever smaller, as in the Pegasos algorithm. Normalised,
    columns of numbers are brought to mean 0 and deviation 1; on the unit sphere, each row is divided by its length.
    Probabilities come from the margins by Platt's logistic function, fitted on the rows of training; the scored label
    is the class that is likelier by them. Coefficients that grow without bound are Error 0083.

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
    learner = TwoClassSupportVectorMachine(
        iterations=iterations,
        lambda_weight=lambda_weight,
        normalize=normalize,
        unit_sphere=unit_sphere,
        seed=seed,
        allow_unknown_levels=allow_unknown_levels,
    )
    return swept(
        learner, two_class_support_vector_machine, trainer_mode,
        iterations=iterations_range, lambda_weight=lambda_weight_range,
    )  # fmt: skip
