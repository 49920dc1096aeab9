"""Train Anomaly Detection Model (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._anomalies import AnomalyLearner
from bottega.modules.machine_learning._given import kind_of
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.sdk import BottegaError, Label, Table, TrainedModel, UntrainedModel, module


@module(title="Train Anomaly Detection Model", category="Machine Learning/Train", libraries=LIBRARIES)
def train_anomaly_detection_model(
    untrained_model: Annotated[UntrainedModel, Label("Untrained model")],
    dataset: Annotated[Table, Label("Dataset")],
) -> Annotated[TrainedModel, Label("Trained model")]:
    """Train an anomaly detector on rows that are, nearly all of them, as they should be.

    All columns of role feature take part; a column of role label does not. Score Model tells with such a model
    which rows of a table are anomalies, and Evaluate Model how well, where a column of 0 and 1 is marked as the label.

    Errors: 0013 for a learner of another kind, 0021 for a table without rows, 0047 without features, 0130 where every
    row has a missing value, 0033 for an infinite number, 0017 for a feature of type Bytes, 0014 for one with more than
    10,000 levels, 0081 for too many components.
    """
    given: object = untrained_model
    if not isinstance(given, AnomalyLearner):
        raise BottegaError("0013", found=kind_of(given), expected="anomaly detection models")
    return given.fit_usual(dataset)
