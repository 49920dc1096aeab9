"""Decision Forest Regression (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._forest_regression import DecisionForestRegression
from bottega.modules.machine_learning._forests import Resampling
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._sweep import IN_RANGE, IN_SINGLE, TrainerMode, swept
from bottega.sdk import Help, Label, Range, UntrainedModel, module


@module(
    title="Decision Forest Regression",
    category="Machine Learning/Initialize Model/Regression",
    libraries=LIBRARIES,
)
def decision_forest_regression(
    *,
    resampling: Annotated[Resampling, Label("Resampling method")] = Resampling.BAGGING,
    trainer_mode: Annotated[TrainerMode, Label("Create trainer mode")] = TrainerMode.SINGLE,
    trees: Annotated[int, Label("Number of decision trees"), Range(minimum=1, maximum=10_000), IN_SINGLE] = 8,
    depth: Annotated[
        int, Label("Maximum depth of the decision trees"), Range(minimum=1, maximum=2**31 - 1), IN_SINGLE
    ] = 32,
    random_splits: Annotated[
        int,
        Label("Number of random splits per node"),
        Range(minimum=1, maximum=2**31 - 1),
        Help(
            "How many columns of the matrix a node tries, each with one random split; more than there are count as all."
        ),
        IN_SINGLE,
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
    """A decision forest that predicts a number, and how sure it is.

    scikit-learn's extremely randomised trees (ExtraTreesRegressor) grow in place of classic's forest, with the seed 0.
    Bagging draws as many rows for each tree as there are, with replacement; Replicate gives every tree all rows. At
    each node some columns are tried, each with one random split, and the best of them is taken.

    Score Model adds Scored Label Mean and Scored Label Standard Deviation: the mean of what the trees give, and the
    deviation of all the labels in the leaves that the row falls into, each tree counting alike.

    The label is Integer or Double and not categorical. All columns of role feature but the label take part: numbers and
    Boolean values, dates and times as seconds, each level of String and Categorical columns as a
    column of 0 and 1. A missing number counts as less than all others, a missing level as none of the known
    ones, and so does a level that did not occur in training, or it is an error where unknown levels are not
    allowed. One column of role weight may weigh the rows. Equal data give an equal model.

    With a parameter range each value to try stands between semicolons, for Tune Model Hyperparameters; Train Model
    takes the first of each.
    """
    learner = DecisionForestRegression(
        resampling=resampling,
        trees=trees,
        depth=depth,
        random_splits=random_splits,
        minimum_samples_per_leaf=minimum_samples_per_leaf,
        allow_unknown_levels=allow_unknown_levels,
    )
    return swept(
        learner,
        decision_forest_regression,
        trainer_mode,
        trees=trees_range,
        depth=depth_range,
        random_splits=random_splits_range,
        minimum_samples_per_leaf=minimum_samples_per_leaf_range,
    )
