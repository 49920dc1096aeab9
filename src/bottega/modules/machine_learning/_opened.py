"""Whether bytes are a model or a transform that can be used here, told inside the jail; in no catalogue."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.sdk import Label, TrainedModel, Transform, module


@module(title="Open a trained model", category="Web Service", libraries=LIBRARIES)
def opened_trained_model(
    trained_model: Annotated[TrainedModel, Label("Model")],
) -> Annotated[TrainedModel, Label("It")]:
    """Give back a trained model, whose description is what is asked for."""
    return trained_model


@module(title="Open a transform", category="Web Service", libraries=LIBRARIES)
def opened_transform(transform: Annotated[Transform, Label("Model")]) -> Annotated[Transform, Label("It")]:
    """Give back a transform, whose description is what is asked for."""
    return transform
