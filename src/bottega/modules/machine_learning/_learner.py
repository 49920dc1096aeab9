"""The bases of learners, and the one kind of trained model that they all make.

A learner of a new kind derives from TwoClassLearner, MultiClassLearner or RegressionLearner as a
frozen dataclass of its settings, names itself in `title`, and implements `learn`.
"""

from __future__ import annotations

import dataclasses
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self

import numpy as np

from bottega.modules.machine_learning._examples import Examples
from bottega.modules.machine_learning._features import Encoder, Scaling
from bottega.modules.machine_learning._predictors import Predictor
from bottega.modules.machine_learning._scores import append
from bottega.modules.machine_learning._targets import MultiClasses, Number, Target, TwoClasses
from bottega.modules.machine_learning._values import known_rows, plain, refuse_infinite
from bottega.sdk import BottegaError, Setting, Table, TrainedModel, UntrainedModel, note

# The most that a setting without a bound of its own may be: infinity is none, and squares have to be numbers.
LARGEST = 1e100


@dataclass(frozen=True)
class Learner(UntrainedModel):
    """Settings, and how they become a model.

    title          what people call it
    target         what a label column means to it, and so what kind of answer its models give
    library        the name that an Error 1000 tells
    takes_missing  rows with missing features are learned from and scored
    grid           what a sweep may vary (`_sweep.py`)
    """

    title: ClassVar[str]
    target: ClassVar[type[Target]]
    allow_unknown_levels: bool = True
    grid: tuple[Setting, ...] = dataclasses.field(default=(), kw_only=True)

    @property
    def library(self) -> str:
        """A class attribute in a learner of another library."""
        return "scikit-learn"

    @property
    def takes_missing(self) -> bool:
        """A class attribute in a learner that does."""
        return False

    @property
    def scaling(self) -> Scaling:
        """What is done to columns of numbers before learning."""
        return Scaling.NONE

    @abstractmethod
    def learn(self, matrix: Any, target: np.ndarray[Any, Any], weights: np.ndarray[Any, Any] | None) -> Predictor:
        """Learn from the matrix (rows x columns, an array or CSR), the target and the rows' weights."""

    def fit(self, table: Table, label: str) -> Model:
        """A model of the table's rows. Raises what `Examples.of`, `Target.learn` and `Encoder.learn` raise, or `1000`."""
        examples = Examples.of(table, label, takes_missing=self.takes_missing)
        column = next(column for column in table.columns if column.name == label)
        values = plain(examples.table, label)
        target = self.target.learn(column, values)
        encoder = Encoder.learn(
            examples.table, examples.features, self.scaling, allow_unknown=self.allow_unknown_levels
        )
        if encoder.width == 0:
            raise BottegaError("0083", reason="no feature has a known value in any row")
        with failures_of(self.library):
            predictor = self.learn(encoder.matrix(examples.table), target.encode(values), examples.weights)
        return Model(self, target, encoder, predictor, examples.table.num_rows)

    def describe(self) -> dict[str, Any]:
        """Title, task and settings."""
        settings = {field.name: getattr(self, field.name) for field in dataclasses.fields(self) if field.name != "grid"}
        plain_settings = {
            name: value.value if isinstance(value, StrEnum) else value for name, value in settings.items()
        }
        return {"learner": self.title, "task": self.target.task.value, "settings": plain_settings}

    def sweep(self) -> tuple[Setting, ...]:
        """The settings that have ranges."""
        return self.grid

    def with_settings(self, settings: Mapping[str, Any], /) -> Self:
        """With other values, and nothing left to vary."""
        changes: dict[str, Any] = {**settings, "grid": ()}
        return dataclasses.replace(self, **changes)


@dataclass(frozen=True)
class TwoClassLearner(Learner):
    """A learner that tells two classes apart."""

    target: ClassVar[type[Target]] = TwoClasses


@dataclass(frozen=True)
class MultiClassLearner(Learner):
    """A learner that tells any number of classes apart."""

    target: ClassVar[type[Target]] = MultiClasses


@dataclass(frozen=True)
class RegressionLearner(Learner):
    """A learner that predicts numbers."""

    target: ClassVar[type[Target]] = Number


@dataclass(frozen=True, eq=False)
class Model(TrainedModel):
    """A trained model of any learner here; `rows` is how many it learned from."""

    learner: Learner
    target: Target
    encoder: Encoder
    predictor: Predictor
    rows: int

    def score(self, table: Table) -> Table:
        """The table with score columns; a row whose features the learner cannot take gets missing scores.

        Raises `0001`, `0016`, `0033`, `usage` for an unknown level, or `1000`.
        """
        self.encoder.check(table)
        known = np.ones(table.num_rows, dtype=bool)
        if not self.learner.takes_missing:
            refuse_infinite(table, self.encoder.names)
            known = known_rows(table, self.encoder.names)
        predicted = self._predicted(self.encoder.matrix(table), known)
        if not known.all():
            note(f"{int((~known).sum())} of {len(known)} rows have missing values and get no score")
        return append(table, self.target.label, self.target.scores(predicted, known))

    def _predicted(self, matrix: Any, known: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Predictions, 0 where a row is not known."""
        if not known.any():
            return self.target.blank(len(known))
        with failures_of(self.learner.library):
            if known.all():  # copies neither the matrix nor what may be a thousand columns
                return self.predictor.predict(matrix)
            found = self.predictor.predict(matrix[known])
        predicted = self.target.blank(len(known))
        predicted[known] = found
        return predicted

    def describe(self) -> dict[str, Any]:
        """Learner, label, features, rows and what was learned."""
        label = self.target.describe()
        return self.learner.describe() | {
            "label": label,
            "features": [feature.describe() for feature in self.encoder.features],
            "rows": self.rows,
            "learned": self.predictor.describe_classes(self.encoder.parts(), label.get("classes", [])),
        }


@contextmanager
def failures_of(library: str) -> Iterator[None]:
    """What a library refuses is Error 1000 with its words."""
    try:
        yield
    except BottegaError:
        raise
    except (ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
        raise BottegaError("1000", library=library, message=str(error)) from error
    except Exception as error:
        if type(error).__name__ != "LightGBMError":  # known by name, for its import takes long
            raise
        raise BottegaError("1000", library=library, message=str(error)) from error
