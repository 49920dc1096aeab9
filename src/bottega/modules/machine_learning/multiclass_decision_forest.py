"""Multiclass Decision Forest (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._forests import MulticlassDecisionForest, Resampling
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._sweep import IN_RANGE, IN_SINGLE, TrainerMode, swept
from bottega.sdk import Label, Range, UntrainedModel, module


@module(
    title="Multiclass Decision Forest",
    category="Machine Learning/Initialize Model/Classification",
    libraries=LIBRARIES,
)
def multiclass_decision_forest(
    *,
    resampling: Annotated[Resampling, Label("Resampling method")] = Resampling.BAGGING,
    trainer_mode: Annotated[TrainerMode, Label("Create trainer mode")] = TrainerMode.SINGLE,
    trees: Annotated[int, Label("Number of decision trees"), Range(minimum=1, maximum=2**31 - 1), IN_SINGLE] = 8,
    depth: Annotated[
        int, Label("Maximum depth of the decision trees"), Range(minimum=1, maximum=2**31 - 1), IN_SINGLE
    ] = 32,
    random_splits: Annotated[
        int, Label("Number of random splits per node"), Range(minimum=1, maximum=2**31 - 1), IN_SINGLE
    ] = 128,
    minimum_samples_per_leaf: Annotated[
        int, Label("Minimum number of samples per leaf node"), Range(minimum=1, maximum=2**31 - 1), IN_SINGLE
    ] = 1,
    trees_range: Annotated[str, Label("Range for number of decision trees"), IN_RANGE] = "1; 8; 32",
    depth_range: Annotated[str, Label("Range for maximum depth of the decision trees"), IN_RANGE] = "1; 16; 64",
    random_splits_range: Annotated[str, Label("Range for number of random splits per node"), IN_RANGE] = "1; 128; 1024",
    minimum_samples_per_leaf_range: Annotated[
        str, Label("Range for minimum number of samples per leaf node"), IN_RANGE
    ] = "1; 4; 16",
    allow_unknown_levels: Annotated[
        bool, Label("Allow unknown values for categorical features", ("Allow unknown categorical levels",))
    ] = True,
) -> Annotated[UntrainedModel, Label("Untrained model")]:
    """A forest of decision trees that tells any number of classes apart.

    In place of classic's own forest scikit-learn's extremely randomised trees run. Each node draws as many
    columns as it has random splits, all where there are fewer, with one threshold by chance for each, and keeps
    the split after which the Gini impurity is least. A tree learns from as many rows as there are, drawn with
    replacement (Bagging), or from all of them (Replicate). The probabilities are the means over the trees of
    the classes' shares in the leaf that a row falls into; a leaf holds rows of one class, has too few rows to
    be split, or is as deep as may be.

    The label is String, Integer, Double, Boolean or Categorical with two values or more, at most 1,000; the
    classes are in ascending order. All columns of role feature but the label take part: numbers and Boolean
    values, dates and times as seconds, each level of String and Categorical columns as a column of 0 and 1. A
    missing number counts as one far below all others; a missing level counts as none of the known ones, and so does
    one that did not occur in training, or it is an error where unknown levels are not allowed. One column of
    role weight may weigh the rows. Chance has a fixed seed: equal data give an equal model.

    With Parameter Range the values between semicolons are what Tune Model Hyperparameters tries; trained without
    it, the first of each count.
    """
    learner = MulticlassDecisionForest(
        resampling=resampling,
        trees=trees,
        depth=depth,
        random_splits=random_splits,
        minimum_samples_per_leaf=minimum_samples_per_leaf,
        allow_unknown_levels=allow_unknown_levels,
    )
    return swept(
        learner, multiclass_decision_forest, trainer_mode,
        trees=trees_range, depth=depth_range, random_splits=random_splits_range,
        minimum_samples_per_leaf=minimum_samples_per_leaf_range,
    )  # fmt: skip
