"""Create R Model (fact sheet 2.2): a learner of the user's own, in R."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.r_language_modules import _job
from bottega.sdk import Code, Label, UntrainedModel, module

TRAINER = """\
# dataset is a data.frame; set model, to whatever the scorer needs
features <- get.feature.columns(dataset)
labels <- get.label.column(dataset)
model <- lm(labels ~ ., data = data.frame(labels, features))
"""
SCORER = """\
# dataset is a data.frame, model what the trainer set; set scores, to a data.frame with a row for each of dataset
scores <- data.frame("Scored Labels" = predict(model, get.feature.columns(dataset)), check.names = FALSE)
"""


@module(title="Create R Model", category="R Language Modules", guest="r")
def create_r_model(
    *,
    trainer: Annotated[str, Label("Trainer R script"), Code("r")] = TRAINER,
    scorer: Annotated[str, Label("Scorer R script"), Code("r")] = SCORER,
) -> Annotated[UntrainedModel, Label("Model", ("Untrained model",))]:
    """Make a learner of two R scripts, for Train Model and Score Model.

    The trainer finds the table as `dataset` and sets `model`; the scorer finds `model` and `dataset`
    and sets `scores`, a data.frame with one row for each of `dataset`, whose columns Score Model
    appends. Both may call `get.feature.columns(dataset)`, `get.feature.column.names(dataset)`,
    `get.label.column(dataset)`, `get.label.columns(dataset)`, `get.label.column.names(dataset)` and
    `get.label.column.types(dataset)`, which go by the label that Train Model was told. Classic's functions
    that marked score columns are not there: every column of `scores` is one.

    The scripts run as Execute R Script's do. Between training and scoring the model is kept as R
    serialises it, and only R in the jail opens it. A failing script is Error 0063. Scores made in R
    cannot be evaluated by Evaluate Model unless they have the names and meaning of a built-in learner's.
    """
    _job.check(trainer, "The trainer")
    _job.check(scorer, "The scorer")
    from bottega.modules.r_language_modules._model import RLearner

    return RLearner(trainer, scorer)
