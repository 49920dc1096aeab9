"""Many classes by a two-class learner: each class against all others."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from bottega.modules.machine_learning._features import Scaling
from bottega.modules.machine_learning._learner import MultiClassLearner, TwoClassLearner
from bottega.modules.machine_learning._predictors import Predictor
from bottega.sdk import Setting

_Array = np.ndarray[Any, Any]


# How many of the models people are told.
_MOST = 20


@dataclass(frozen=True)
class OneVsAll(MultiClassLearner):
    """A model for each class, which all see the same matrix."""

    title: ClassVar[str] = "One-vs-All Multiclass"

    learner: TwoClassLearner = dataclasses.field(kw_only=True)

    @property
    def library(self) -> str:
        """The two-class learner's."""
        return self.learner.library

    @property
    def takes_missing(self) -> bool:
        """As the two-class learner does."""
        return self.learner.takes_missing

    @property
    def scaling(self) -> Scaling:
        """The two-class learner's."""
        return self.learner.scaling

    def learn(self, matrix: Any, target: _Array, weights: _Array | None) -> Predictor:
        """Fit a model for each class."""
        codes = range(int(target.max()) + 1)
        return Against(tuple(self.learner.learn(matrix, (target == code) * 1.0, weights) for code in codes))

    def describe(self) -> dict[str, Any]:
        """Title, task, and the two-class learner with its settings."""
        return {"learner": self.title, "task": self.target.task.value, "settings": {"learner": self.learner.describe()}}

    def sweep(self) -> tuple[Setting, ...]:
        """What the two-class learner may vary."""
        return self.learner.sweep()

    def with_settings(self, settings: Mapping[str, Any], /) -> Self:
        """With other settings of the two-class learner."""
        learner = self.learner.with_settings(settings)
        return dataclasses.replace(self, learner=learner, allow_unknown_levels=learner.allow_unknown_levels)


@dataclass(frozen=True, eq=False)
class Against(Predictor):
    """One two-class model for each class."""

    models: tuple[Predictor, ...]

    def predict(self, matrix: Any) -> _Array:
        """The probabilities that the models give, divided by their sum; equal ones where all are 0."""
        found = np.column_stack([model.predict(matrix) for model in self.models])
        sums = found.sum(axis=1, keepdims=True)
        return np.where(sums > 0, found / np.where(sums > 0, sums, 1.0), 1 / len(self.models))

    def describe(self, parts: list[dict[str, str]]) -> dict[str, Any]:
        """With the classes by number, from 0."""
        return self.describe_classes(parts, [str(place) for place in range(len(self.models))])

    def describe_classes(self, parts: list[dict[str, str]], classes: list[str]) -> dict[str, Any]:
        """What the model of each class learned; of many the first ones."""
        models = zip(classes[:_MOST], self.models[:_MOST], strict=True)
        return {"models": len(self.models), **{f"class {name}": model.describe(parts) for name, model in models}}
