"""Bayesian Linear Regression (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._bayesian_regression import BayesianLinearRegression
from bottega.modules.machine_learning._learner import LARGEST
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.sdk import Label, Range, UntrainedModel, module


@module(
    title="Bayesian Linear Regression",
    category="Machine Learning/Initialize Model/Regression",
    libraries=LIBRARIES,
)
def bayesian_linear_regression(
    *,
    regularization_weight: Annotated[
        float, Label("Regularization weight"), Range(minimum=1e-100, maximum=LARGEST)
    ] = 1.0,
    allow_unknown_levels: Annotated[bool, Label("Allow unknown categorical levels")] = True,
) -> Annotated[UntrainedModel, Label("Untrained model")]:
    """A linear model that predicts a number, and how sure it is.

    Before the rows each coefficient is thought to be normal around 0, with a variance that is that of the
    label's noise divided by the regularization weight; the intercept may be anything. What is known of them after the
    rows is computed exactly: their mean is that of a ridge regression of this weight, and the variance of
    the noise is the one under which the labels are likeliest, with one row less for the intercept.

    Score Model adds Scored Label Mean and Scored Label Standard Deviation, which holds the noise and what is
    unsure in the coefficients: rows unlike those of training have larger ones.

    The label is Integer or Double and not categorical. All columns of role feature but the label take part: numbers and
    Boolean values, brought to mean 0 and deviation 1; dates and times as seconds; each level of String and
    Categorical columns as a column of 0 and 1. Rows with a missing value are left out of
    training, with a note, and get no score. A level that did not occur in training counts as none of the known ones,
    or is an error where unknown levels are not allowed. One column of role weight may weigh the
    rows. Data of more than 5,000 rows and, with all levels, more than 5,000 columns are Error 0083.
    """
    return BayesianLinearRegression(
        regularization_weight=regularization_weight, allow_unknown_levels=allow_unknown_levels
    )
