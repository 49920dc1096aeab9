"""Train Model (fact sheet 2.9)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.sdk import BottegaError, Columns, Label, Of, Single, Table, TrainedModel, UntrainedModel, module


@module(title="Train Model", category="Machine Learning/Train", version=2, libraries=LIBRARIES)
def train_model(
    untrained_model: Annotated[UntrainedModel, Label("Untrained model")],
    dataset: Annotated[Table, Label("Dataset")],
    *,
    label: Annotated[Columns, Label("Label column"), Of("dataset"), Single()],
) -> Annotated[TrainedModel, Label("Trained model")]:
    """Train a classification or regression model to predict one column of a table.

    All columns of role feature but the label take part, whatever column was marked as the label before. Rows
    without a label are left out, with a note; so are rows with missing features where the learner cannot take
    them. Errors: 0013 for what is no untrained model, 0021 for a table without rows, 0047 without features,
    0023 for a label that does not suit the learner, 0134 where no row has a label, 0130 where every row has a
    missing value, 0033 for an infinite number, 0017 for a feature of type Bytes, 0014 for one with more than
    10,000 levels or a label with more than 1,000 classes, 0122 and 0124 for weights, 0083 for data that the
    learner can make nothing of.
    """
    # Ports are checked before a run; callers from Python are checked here.
    given: object = untrained_model
    if not isinstance(given, UntrainedModel):
        found = "trained model" if isinstance(given, TrainedModel) else type(given).__name__
        raise BottegaError("0013", found=found, expected="an untrained classification or regression model")
    return given.fit(dataset, label.one(dataset.columns, "Label column"))
