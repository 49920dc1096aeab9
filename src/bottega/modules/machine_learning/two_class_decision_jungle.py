"""Two-Class Decision Jungle (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._forests import Resampling
from bottega.modules.machine_learning._jungles import TwoClassDecisionJungle
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._sweep import IN_RANGE, IN_SINGLE, TrainerMode, swept
from bottega.sdk import Help, Label, Range, UntrainedModel, module


@module(
    title="Two-Class Decision Jungle",
    category="Machine Learning/Initialize Model/Classification",
    libraries=LIBRARIES,
)
def two_class_decision_jungle(
    *,
    resampling: Annotated[Resampling, Label("Resampling method")] = Resampling.BAGGING,
    trainer_mode: Annotated[TrainerMode, Label("Create trainer mode")] = TrainerMode.SINGLE,
    dags: Annotated[int, Label("Number of decision DAGs"), Range(minimum=1, maximum=2**31 - 1), IN_SINGLE] = 8,
    depth: Annotated[
        int, Label("Maximum depth of the decision DAGs"), Range(minimum=1, maximum=2**31 - 1), IN_SINGLE
    ] = 32,
    width: Annotated[
        int,
        Label("Maximum width of the decision DAGs"),
        Range(minimum=8, maximum=2**31 - 1),
        Help("How many leaves a tree has at most."),
        IN_SINGLE,
    ] = 128,
    optimization_steps: Annotated[
        int,
        Label("Number of optimization steps per decision DAG layer"),
        Range(minimum=1000, maximum=2**31 - 1),
        Help("Read from old experiments; trees have no layers to be optimised."),
    ] = 2048,
    dags_range: Annotated[str, Label("Range for number of decision DAGs"), IN_RANGE] = "1; 8; 32",
    depth_range: Annotated[str, Label("Range for maximum depth of the decision DAGs"), IN_RANGE] = "1; 16; 64",
    width_range: Annotated[str, Label("Range for maximum width of the decision DAGs"), IN_RANGE] = "8; 32; 128",
    allow_unknown_levels: Annotated[
        bool, Label("Allow unknown values for categorical features", ("Allow unknown categorical levels",))
    ] = True,
) -> Annotated[UntrainedModel, Label("Untrained model")]:
    """A jungle of small decision trees that tells two classes apart.

    In place of classic's rooted graphs, in which branches may join again, scikit-learn's extremely randomised
    trees run with as many leaves as a graph may be wide: small models, like jungles. The node that gains most
    is split first, by the best of one threshold by chance for each column. A tree learns from as many rows as
    there are, drawn with replacement (Bagging), or from all of them (Replicate). The probability is the mean
    over the trees of the share of positives in the leaf that a row falls into. The optimisation steps have no
    meaning for trees.

    The label is String, Integer, Double, Boolean or Categorical with exactly two values; the larger in
    ascending order (1, true, the later text) is the positive class. All columns of role
    feature but the label take part: numbers and Boolean values, dates and times as
    seconds, each level of String and Categorical columns as a column of 0 and 1. A missing number
    counts as one far below all others; a missing level counts as none of the
    known ones, and so does one that did not occur in training, or it is an error where unknown
    levels are not allowed. One column of role weight may weigh the rows. Chance has a fixed seed: equal
    data give an equal model.

    With Parameter Range the values between semicolons are what Tune Model Hyperparameters tries; trained without
    it, the first of each count.
    """
    learner = TwoClassDecisionJungle(
        resampling=resampling,
        dags=dags,
        depth=depth,
        width=width,
        optimization_steps=optimization_steps,
        allow_unknown_levels=allow_unknown_levels,
    )
    return swept(
        learner, two_class_decision_jungle, trainer_mode, dags=dags_range, depth=depth_range, width=width_range
    )
