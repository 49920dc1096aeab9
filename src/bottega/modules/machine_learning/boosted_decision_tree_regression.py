"""Boosted Decision Tree Regression (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._boosted_trees import BoostedDecisionTreeRegression
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._sweep import IN_RANGE, IN_SINGLE, TrainerMode, swept
from bottega.sdk import Help, Label, Range, UntrainedModel, module


@module(
    title="Boosted Decision Tree Regression",
    category="Machine Learning/Initialize Model/Regression",
    libraries=LIBRARIES,
)
def boosted_decision_tree_regression(
    *,
    trainer_mode: Annotated[TrainerMode, Label("Create trainer mode")] = TrainerMode.SINGLE,
    leaves: Annotated[
        int, Label("Maximum number of leaves per tree"), Range(minimum=1, maximum=131_072), IN_SINGLE
    ] = 20,
    minimum_samples_per_leaf: Annotated[
        int, Label("Minimum number of samples per leaf node"), Range(minimum=1, maximum=2**31 - 1), IN_SINGLE
    ] = 10,
    learning_rate: Annotated[float, Label("Learning rate"), Range(above=0, maximum=1), IN_SINGLE] = 0.2,
    trees: Annotated[
        int,
        Label("Total number of trees constructed", ("Number of trees constructed",)),
        Range(minimum=1, maximum=2**31 - 1),
        IN_SINGLE,
    ] = 100,
    leaves_range: Annotated[str, Label("Range for maximum number of leaves per tree"), IN_RANGE] = "2; 8; 32; 128",
    minimum_samples_per_leaf_range: Annotated[
        str, Label("Range for minimum number of samples per leaf node"), IN_RANGE
    ] = "1; 10; 50",
    learning_rate_range: Annotated[str, Label("Range for learning rate"), IN_RANGE] = "0.025; 0.05; 0.1; 0.2; 0.4",
    trees_range: Annotated[str, Label("Range for total number of trees constructed"), IN_RANGE] = "20; 100; 500",
    seed: Annotated[
        int | None, Label("Random number seed"), Range(minimum=0, maximum=2**31 - 1), Help("Empty is the same as 0.")
    ] = None,
    allow_unknown_levels: Annotated[bool, Label("Allow unknown categorical levels")] = True,
) -> Annotated[UntrainedModel, Label("Untrained model")]:
    """Gradient boosted decision trees that predict a number.

    LightGBM builds the trees one after the other, each on the errors that those before it leave, and so lowers
    the squared error; classic's was Microsoft's MART. A tree of one leaf learns nothing: the model then
    gives every row the mean label. Training sees the labels brought to mean 0 and deviation 1.

    The label is Integer or Double and not categorical. All columns of role feature but the label take part:
    numbers and Boolean values as they are, dates and times as seconds, each level of String and
    Categorical columns as a column of 0 and 1. Missing numbers go down the branch that training
    found best for them; a missing level counts as none of the known ones, and so does one that did
    not occur in training, or it is an error where unknown levels are not allowed. One column of
    role weight may weigh the rows. An empty seed is the seed 0: equal data give an equal model.

    With a parameter range each value to try stands between semicolons, for Tune Model Hyperparameters; Train Model
    takes the first of each.
    """
    learner = BoostedDecisionTreeRegression(
        leaves=leaves,
        minimum_samples_per_leaf=minimum_samples_per_leaf,
        learning_rate=learning_rate,
        trees=trees,
        seed=seed,
        allow_unknown_levels=allow_unknown_levels,
    )
    return swept(
        learner,
        boosted_decision_tree_regression,
        trainer_mode,
        leaves=leaves_range,
        minimum_samples_per_leaf=minimum_samples_per_leaf_range,
        learning_rate=learning_rate_range,
        trees=trees_range,
    )
