"""Saved trained model (fact sheet 2.13, Trained Models): what a predictive experiment scores with."""

from __future__ import annotations

from typing import Annotated

from bottega.sdk import BottegaError, Help, Label, TrainedModel, module


@module(title="Saved trained model", category="Trained Models", guest="dataset")
def saved_trained_model(
    *,
    trained_model: Annotated[
        str, Label("Trained model", ("model",)), Help("A trained model of the workspace, by its name")
    ],
) -> Annotated[TrainedModel, Label("Trained model")]:
    """Bring a trained model of the workspace into the experiment, its newest version.

    `bottega service set-up` saves the model of an experiment that has run, and puts this in the place
    of its learner and Train Model. In a web service it is what retraining replaces.
    """
    # The engine takes it from the workspace; here arrives only a name that the workspace does not know.
    raise BottegaError("usage", reason=f"There is no trained model named {trained_model[:200]} in this workspace")
