"""Two-Class Boosted Decision Tree (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._boosted_trees import TwoClassBoostedDecisionTree
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._sweep import IN_RANGE, IN_SINGLE, TrainerMode, swept
from bottega.sdk import Help, Label, Range, UntrainedModel, module


@module(
    title="Two-Class Boosted Decision Tree",
    category="Machine Learning/Initialize Model/Classification",
    libraries=LIBRARIES,
)
def two_class_boosted_decision_tree(
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
        Label("Number of trees constructed", ("Total number of trees constructed",)),
        Range(minimum=1, maximum=2**31 - 1),
        IN_SINGLE,
    ] = 100,
    leaves_range: Annotated[str, Label("Range for maximum number of leaves per tree"), IN_RANGE] = "2; 8; 32; 128",
    minimum_samples_per_leaf_range: Annotated[
        str, Label("Range for minimum number of samples per leaf node"), IN_RANGE
    ] = "1; 10; 50",
    learning_rate_range: Annotated[str, Label("Range for learning rate"), IN_RANGE] = "0.025; 0.05; 0.1; 0.2; 0.4",
    trees_range: Annotated[str, Label("Range for number of trees constructed"), IN_RANGE] = "20; 100; 500",
    seed: Annotated[
        int | None, Label("Random number seed"), Range(minimum=0, maximum=2**31 - 1), Help("Empty is the same as 0.")
    ] = None,
    allow_unknown_levels: Annotated[bool, Label("Allow unknown categorical levels")] = True,
) -> Annotated[UntrainedModel, Label("Untrained model")]:
    """Gradient boosted decision trees that tell two classes apart.

    LightGBM builds the trees one after the other, each on what those before it get wrong. A tree of one leaf
    learns nothing: the model then gives every row the share of positives.

    The label is String, Integer, Double, Boolean or Categorical with exactly two values; the larger in
    ascending order (1, true, the later text) is the positive class. All columns of role
    feature but the label take part: numbers and Boolean values as they are, dates and times as
    seconds, each level of String and Categorical columns as a column of 0 and 1. Missing numbers
    go down the branch that training found best for them; a missing level counts as none of the
    known ones, and so does one that did not occur in training, or it is an error where unknown
    levels are not allowed. One column of role weight may weigh the rows. An empty seed is the seed 0: equal
    data give an equal model.

    With Parameter Range the values between semicolons are what Tune Model Hyperparameters tries; trained without
    it, the first of each count.
    """
    learner = TwoClassBoostedDecisionTree(
        leaves=leaves,
        minimum_samples_per_leaf=minimum_samples_per_leaf,
        learning_rate=learning_rate,
        trees=trees,
        seed=seed,
        allow_unknown_levels=allow_unknown_levels,
    )
    return swept(
        learner, two_class_boosted_decision_tree, trainer_mode,
        leaves=leaves_range, minimum_samples_per_leaf=minimum_samples_per_leaf_range,
        learning_rate=learning_rate_range, trees=trees_range,
    )  # fmt: skip
