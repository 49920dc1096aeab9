"""Two-Class Bayes Point Machine (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._bayes_point import TwoClassBayesPointMachine
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.sdk import Label, Range, UntrainedModel, module


@module(
    title="Two-Class Bayes Point Machine",
    category="Machine Learning/Initialize Model/Classification",
    libraries=LIBRARIES,
)
def two_class_bayes_point_machine(
    *,
    iterations: Annotated[int, Label("Number of training iterations"), Range(minimum=1, maximum=2**31 - 1)] = 30,
    include_bias: Annotated[bool, Label("Include bias")] = True,
    allow_unknown_levels: Annotated[
        bool, Label("Allow unknown values in categorical features", ("Allow unknown categorical levels",))
    ] = True,
) -> Annotated[UntrainedModel, Label("Untrained model")]:
    """A Bayesian linear classifier that tells two classes apart.

    In place of classic's message passing a probit regression runs whose weights have standard normal priors. L-BFGS
    finds the likeliest weights, in as many iterations at most; their uncertainty is that of the normal
    distribution which bends as much there along each weight (Laplace's approximation). The probability is the
    mean over all weights, so that rows far from all that was seen are less certain. The bias is the weight of a
    column of 1.

    The label is String, Integer, Double, Boolean or Categorical with exactly two values; the larger in
    ascending order (1, true, the later text) is the positive class. All columns of role
    feature but the label take part: numbers and Boolean values, dates and times as seconds, brought to mean 0 and
    deviation 1; each level of String and Categorical columns as a column of 0 and 1.
    Rows with a missing value are left out of training, with a note, and get no score. A level that
    did not occur in training counts as none of the known ones, or is an error where unknown levels
    are not allowed. One column of role weight may weigh the rows. Equal data give an equal model.
    """
    return TwoClassBayesPointMachine(
        iterations=iterations, include_bias=include_bias, allow_unknown_levels=allow_unknown_levels
    )
