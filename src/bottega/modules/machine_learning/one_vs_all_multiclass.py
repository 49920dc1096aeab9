"""One-vs-All Multiclass (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._given import kind_of
from bottega.modules.machine_learning._learner import TwoClassLearner
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._one_vs_all import OneVsAll
from bottega.sdk import BottegaError, Label, UntrainedModel, module


@module(
    title="One-vs-All Multiclass",
    category="Machine Learning/Initialize Model/Classification",
    libraries=LIBRARIES,
)
def one_vs_all_multiclass(
    untrained_model: Annotated[UntrainedModel, Label("Untrained binary classification model")],
) -> Annotated[UntrainedModel, Label("Untrained model")]:
    """Make a learner of any number of classes from a two-class learner.

    For each class the two-class learner trains a model of that class against all others, on the same rows.
    A row's probabilities are those that the models give, divided by their sum; the scored label is the class
    of the largest, the first of equals. Where all models give 0, all classes have the same probability.

    The label is String, Integer, Double, Boolean or Categorical with two values or more, at most 1,000;
    the classes are in ascending order. Features, weights, missing values and unknown levels are treated as the
    two-class learner does. Tune Model Hyperparameters varies the two-class learner's settings, the same for
    all classes. Anything but an untrained two-class model is Error 0013.
    """
    # Ports are checked before a run; callers from Python are checked here.
    given: object = untrained_model
    if not isinstance(given, TwoClassLearner):
        expected = "an untrained two-class classification model"
        raise BottegaError("0013", found=kind_of(given), expected=expected)
    return OneVsAll(learner=given, allow_unknown_levels=given.allow_unknown_levels)
