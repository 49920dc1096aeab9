"""Which measure of Evaluate Model is meant by a metric that a user chose, and which way it is better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bottega.modules.machine_learning._targets import Task
from bottega.sdk import BottegaError


class ClassificationMetric(StrEnum):
    """What a classifier is judged by; of many classes those of them that are defined."""

    ACCURACY = "Accuracy"
    PRECISION = "Precision"
    RECALL = "Recall"
    F_SCORE = "F-score"
    AUC = "AUC"
    LOG_LOSS = "Average Log Loss"
    TRAINING_LOG_LOSS = "Train Log Loss"


class RegressionMetric(StrEnum):
    """What a regression model is judged by."""

    ABSOLUTE = "Mean absolute error"
    SQUARED = "Root of mean squared error"
    RELATIVE_ABSOLUTE = "Relative absolute error"
    RELATIVE_SQUARED = "Relative squared error"
    DETERMINATION = "Coefficient of determination"


_MEASURES: Mapping[Task, Mapping[StrEnum, str]] = {
    Task.TWO_CLASS: {
        ClassificationMetric.ACCURACY: "Accuracy",
        ClassificationMetric.PRECISION: "Precision",
        ClassificationMetric.RECALL: "Recall",
        ClassificationMetric.F_SCORE: "F-Score",
        ClassificationMetric.AUC: "AUC",
        ClassificationMetric.LOG_LOSS: "Average Log Loss",
        ClassificationMetric.TRAINING_LOG_LOSS: "Training Log Loss",
    },
    Task.MULTI_CLASS: {
        ClassificationMetric.ACCURACY: "Overall accuracy",
        ClassificationMetric.PRECISION: "Macro-averaged precision",
        ClassificationMetric.RECALL: "Macro-averaged recall",
        ClassificationMetric.LOG_LOSS: "Average Log Loss",
    },
    Task.REGRESSION: {
        RegressionMetric.ABSOLUTE: "Mean Absolute Error",
        RegressionMetric.SQUARED: "Root Mean Squared Error",
        RegressionMetric.RELATIVE_ABSOLUTE: "Relative Absolute Error",
        RegressionMetric.RELATIVE_SQUARED: "Relative Squared Error",
        RegressionMetric.DETERMINATION: "Coefficient of Determination",
    },
}
# Training Log Loss is a gain (`_metrics.losses`).
_LESS_IS_BETTER = (
    "Average Log Loss",
    "Mean Absolute Error",
    "Root Mean Squared Error",
    "Relative Absolute Error",
    "Relative Squared Error",
)


def measured(task: object) -> Task | None:
    """The task that a learner tells, where there are metrics of it."""
    return next((known for known in _MEASURES if known == task), None)


@dataclass(frozen=True)
class Goal:
    """A measure by its name; `sign` times it is better where it is greater."""

    measure: str
    sign: int

    @classmethod
    def of(cls, task: Task, *metrics: StrEnum, meant: Mapping[StrEnum, StrEnum] | None = None) -> Goal:
        """The measure that the first of the metrics with a meaning for the task names. Raises `usage` where none has.

        `meant` tells which of the metrics above each of a module's own ones is.
        """
        known = _MEASURES.get(task, {})
        if meant is not None:
            known = {own: known[metric] for own, metric in meant.items() if metric in known}
        for metric in metrics:
            if metric in known:
                return cls(known[metric], -1 if known[metric] in _LESS_IS_BETTER else 1)
        fitting = ", ".join(known) or "none"
        raise BottegaError(
            "usage", reason=f"{metrics[0]} does not measure a {task}; the metrics that do are: {fitting}"
        )

    def worth(self, measures: Mapping[str, object]) -> float | None:
        """How good the measures are: greater is better; None where the measure is undefined."""
        return self.rank(measures[self.measure])

    def rank(self, value: object) -> float | None:
        """How good a value of the measure is: greater is better; None for one that is undefined."""
        return self.sign * value if isinstance(value, int | float) else None
