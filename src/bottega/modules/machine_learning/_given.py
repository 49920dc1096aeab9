"""What callers from Python may hand in by mistake; in an experiment ports are checked before a run."""

from __future__ import annotations

from bottega.sdk import BottegaError, TrainedModel, UntrainedModel


def check_untrained(given: object) -> None:
    """Raise `0013` for what is no untrained model."""
    if not isinstance(given, UntrainedModel):
        found = "trained model" if isinstance(given, TrainedModel) else type(given).__name__
        raise BottegaError("0013", found=found, expected="an untrained classification or regression model")


def check_trained(given: object) -> None:
    """Raise `0012` for an untrained model, `0013` for anything else that is no trained one."""
    if isinstance(given, UntrainedModel):
        raise BottegaError("0012", input="Trained model")
    if not isinstance(given, TrainedModel):
        raise BottegaError("0013", found=type(given).__name__, expected="a trained classification or regression model")


def kind_of(given: object) -> str:
    """What somebody handed in, for a message: a learner by its title."""
    if isinstance(given, UntrainedModel):
        return str(given.describe()["learner"])
    return "trained model" if isinstance(given, TrainedModel) else type(given).__name__
