"""One-Class Support Vector Machine (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._one_class import OneClassSupportVectorMachine
from bottega.modules.machine_learning._sweep import IN_RANGE, IN_SINGLE, TrainerMode, swept
from bottega.sdk import Help, Label, Range, UntrainedModel, module


@module(
    title="One-Class Support Vector Machine",
    category="Machine Learning/Initialize Model/Anomaly Detection",
    libraries=LIBRARIES,
)
def one_class_support_vector_machine(
    *,
    trainer_mode: Annotated[TrainerMode, Label("Create trainer mode")] = TrainerMode.SINGLE,
    nu: Annotated[
        float,
        Label("nu"),
        Range(above=0, maximum=1),
        Help("The share of the rows of training that may lie beyond the border, at most."),
        IN_SINGLE,
    ] = 0.1,
    epsilon: Annotated[
        float, Label("epsilon"), Range(above=0, maximum=1), Help("When the search for the border ends."), IN_SINGLE
    ] = 0.001,
    nu_range: Annotated[
        str, Label("psnu", ("Range for nu",)), Help("Values of nu to try, with semicolons between."), IN_RANGE
    ] = "0.001; 0.01; 0.1",
    epsilon_range: Annotated[
        str,
        Label("psEpsilon", ("Range for epsilon",)),
        Help("Values of epsilon to try, with semicolons between."),
        IN_RANGE,
    ] = "0.001; 0.01; 0.1",
) -> Annotated[UntrainedModel, Label("Untrained model")]:
    """Find rows that are unlike those of training, for Train Anomaly Detection Model.

    scikit-learn's OneClassSVM draws a border around the rows, with a radial kernel whose width is scikit-learn's
    "scale". Score Model adds Scored Labels, 1 for an anomaly, which lies beyond the border, else 0; and Scored
    Probabilities, the logistic function of how far beyond it the row is, in units of the deviation
    among the rows of training: above 0.5 for an anomaly, but no probability.

    All columns of role feature take part: numbers and Boolean values, brought to mean 0 and deviation 1; dates and
    times as seconds; each level of String and Categorical columns as a column of 0 and 1; a level that did not
    occur in training counts as none of the known ones. Rows with a missing value are left out of
    training, with a note, and get no score. Of more than 50,000 rows as many are drawn by chance, with the seed 0 and
    a note, for the time grows with the square. Equal data give an equal model.

    With a parameter range each value to try stands between semicolons, for Tune Model Hyperparameters with a labelled
    dataset; Train Anomaly Detection Model takes the first of each.
    """
    learner = OneClassSupportVectorMachine(nu=nu, epsilon=epsilon)
    return swept(learner, one_class_support_vector_machine, trainer_mode, nu=nu_range, epsilon=epsilon_range)
