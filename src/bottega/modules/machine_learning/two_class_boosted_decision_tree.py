"""Two-Class Boosted Decision Tree (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._boosted_trees import TwoClassBoostedDecisionTree
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.sdk import Help, Label, Range, UntrainedModel, module


@module(
    title="Two-Class Boosted Decision Tree",
    category="Machine Learning/Initialize Model/Classification",
    libraries=LIBRARIES,
)
def two_class_boosted_decision_tree(
    *,
    leaves: Annotated[int, Label("Maximum number of leaves per tree"), Range(minimum=1, maximum=131_072)] = 20,
    minimum_samples_per_leaf: Annotated[
        int, Label("Minimum number of samples per leaf node"), Range(minimum=1, maximum=2**31 - 1)
    ] = 10,
    learning_rate: Annotated[float, Label("Learning rate"), Range(above=0, maximum=1)] = 0.2,
    trees: Annotated[
        int,
        Label("Number of trees constructed", ("Total number of trees constructed",)),
        Range(minimum=1, maximum=2**31 - 1),
    ] = 100,
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
    """
    return TwoClassBoostedDecisionTree(
        leaves=leaves,
        minimum_samples_per_leaf=minimum_samples_per_leaf,
        learning_rate=learning_rate,
        trees=trees,
        seed=seed,
        allow_unknown_levels=allow_unknown_levels,
    )
