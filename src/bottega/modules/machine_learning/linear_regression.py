"""Linear Regression (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._learner import LARGEST
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._linear_regression import LinearRegression, Solution
from bottega.modules.machine_learning._sweep import IN_RANGE, IN_SINGLE, TrainerMode, swept
from bottega.sdk import Help, Label, Range, UntrainedModel, When, module

_SQUARES = When("solution_method", Solution.LEAST_SQUARES)
_DESCENT = When("solution_method", Solution.GRADIENT_DESCENT)


@module(
    title="Linear Regression",
    category="Machine Learning/Initialize Model/Regression",
    libraries=LIBRARIES,
)
def linear_regression(
    *,
    solution_method: Annotated[Solution, Label("Solution method")] = Solution.LEAST_SQUARES,
    trainer_mode: Annotated[TrainerMode, Label("Create trainer mode"), _DESCENT] = TrainerMode.SINGLE,
    l2_weight: Annotated[
        float,
        Label("L2 regularization weight"),
        Range(minimum=0, maximum=LARGEST),
        Help("Gradient descent with a parameter range has a range of its own for it."),
    ] = 0.001,
    include_intercept: Annotated[bool, Label("Include intercept term"), _SQUARES] = True,
    normalize: Annotated[bool, Label("Normalize features"), _DESCENT] = True,
    average: Annotated[bool, Label("Average final hypothesis"), _DESCENT] = True,
    learning_rate: Annotated[float, Label("Learning rate"), Range(above=0, maximum=LARGEST), _DESCENT, IN_SINGLE] = 0.1,
    epochs: Annotated[
        int, Label("Number of training epochs"), Range(minimum=0, maximum=2**31 - 1), _DESCENT, IN_SINGLE
    ] = 10,
    l2_weight_range: Annotated[
        str, Label("Range for L2 regularization weight"), _DESCENT, IN_RANGE
    ] = "0.001; 0.01; 0.1",
    learning_rate_range: Annotated[str, Label("Range for learning rate"), _DESCENT, IN_RANGE] = "0.025; 0.05; 0.1; 0.2",
    epochs_range: Annotated[str, Label("Range for number of training epochs"), _DESCENT, IN_RANGE] = "1; 10; 100",
    decrease_learning_rate: Annotated[bool, Label("Decrease learning rate"), _DESCENT] = True,
    seed: Annotated[
        int | None, Label("Random number seed"), Range(minimum=0, maximum=2**31 - 1), Help("Empty is the same as 0.")
    ] = None,
    allow_unknown_levels: Annotated[bool, Label("Allow unknown categorical levels")] = True,
) -> Annotated[UntrainedModel, Label("Untrained model")]:
    """A linear model that predicts a number.

    Ordinary least squares minimises the squared errors of all rows plus the L2 weight times the sum of
    the squared coefficients, exactly and without chance: the seed has no meaning for it. Features
    are taken as they are. It goes by singular values, or with more than 64 levels by LSQR on the
    numbers that are not 0, which takes little time and memory for thousands of levels.

    Online gradient descent goes through the rows in random order, as many times as there are
    epochs, and after each row moves the coefficients by the learning rate; decreased, that rate is
    divided by the square root of the number of rows seen. Normalised, each column of numbers is
    brought to the range 0 to 1; averaged, the model is the mean over all rows seen and not the
    last one. Without epochs it predicts 0.

    The label is Integer or Double and not categorical. All columns of role feature but the label
    take part: numbers and Boolean values, dates and times as seconds, each level of String and
    Categorical columns as a column of 0 and 1. Rows with a missing value are left out of training,
    with a note, and get no score. A level that did not occur in training counts as none of the
    known ones, or is an error where unknown levels are not allowed. One column of role weight may
    weigh the rows. An empty seed is the seed 0: equal data give an equal model.

    With a parameter range each value to try stands between semicolons, for Tune Model Hyperparameters; Train Model
    takes the first of each. Ordinary least squares has no ranges.
    """
    learner = LinearRegression(
        solution_method=solution_method,
        l2_weight=l2_weight,
        include_intercept=include_intercept,
        normalize=normalize,
        average=average,
        learning_rate=learning_rate,
        epochs=epochs,
        decrease_learning_rate=decrease_learning_rate,
        seed=seed,
        allow_unknown_levels=allow_unknown_levels,
    )
    if solution_method is Solution.LEAST_SQUARES:
        return learner
    return swept(
        learner,
        linear_regression,
        trainer_mode,
        l2_weight=l2_weight_range,
        learning_rate=learning_rate_range,
        epochs=epochs_range,
    )
