"""What a model predicts: from a label column to numbers for learners, and from predictions back to score columns."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa

from bottega.modules.machine_learning._scores import SCORED_LABELS, SCORED_PROBABILITIES, class_column
from bottega.modules.machine_learning._values import NUMBERS, distinct, numbers, places, texts, told
from bottega.sdk import BottegaError, Column, Kind

_NO_CLASSES = (Kind.DATETIME, Kind.TIMESPAN, Kind.BYTES)
# A row is of the positive class where its probability is above this.
THRESHOLD = 0.5
# Each class is a column of the scored table.
MOST_CLASSES = 1_000


class Task(StrEnum):
    """What kind of answer a model gives; models of different tasks cannot be compared."""

    TWO_CLASS = "two-class classifier"
    MULTI_CLASS = "multi-class classifier"
    REGRESSION = "regression model"
    CLUSTERING = "clustering model"
    ANOMALY = "anomaly detector"


class Target(ABC):
    """A label column as a learner sees it."""

    task: ClassVar[Task]
    column: Column

    @property
    def label(self) -> str | None:
        """The column that is marked as the label in a scored table; None for none."""
        return self.column.name

    @classmethod
    @abstractmethod
    def learn(cls, column: Column, values: Any, /) -> Self:
        """Learn from plain values, none missing. Raises `0023` for a column that cannot be such a label."""

    @abstractmethod
    def encode(self, values: Any) -> np.ndarray[Any, Any]:
        """Plain label values, none missing, as float64."""

    def blank(self, rows: int) -> np.ndarray[Any, Any]:
        """Predictions of so many rows, all 0: one number for each, unless a kind of label wants more."""
        return np.zeros(rows)

    @abstractmethod
    def scores(self, predicted: np.ndarray[Any, Any], known: np.ndarray[Any, Any]) -> Mapping[str, Any]:
        """Score columns by name (Arrow arrays), missing where a row is not known."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """The label as plain values, for people."""


@dataclass(frozen=True, eq=False)
class TwoClasses(Target):
    """Two values, in ascending order: the larger is the positive one."""

    task: ClassVar[Task] = Task.TWO_CLASS
    column: Column
    classes: Any

    @classmethod
    def learn(cls, column: Column, values: Any, /) -> Self:
        """Learn the values. Raises `0023` where the type has no classes or there are not exactly two."""
        classes = _classes(column, values)
        if len(classes) != 2:
            found = told(texts(classes), 5)
            reason = f"a two-class learner needs exactly two different values, and there are {len(classes)}: {found}"
            raise BottegaError("0023", column=column.name, reason=reason)
        return cls(column, classes)

    def encode(self, values: Any) -> np.ndarray[Any, Any]:
        """1 for the positive class, 0 for the other."""
        return places(values, self.classes).astype(np.float64)

    def scores(self, predicted: np.ndarray[Any, Any], known: np.ndarray[Any, Any]) -> Mapping[str, Any]:
        """Labels in the label's own type, and probabilities of the positive class."""
        labels = _labels(self.column, self.classes, predicted > THRESHOLD, known)
        return {SCORED_LABELS: labels, SCORED_PROBABILITIES: pa.array(predicted, mask=~known)}

    def describe(self) -> dict[str, Any]:
        """Name, type and the two classes."""
        negative, positive = texts(self.classes)
        told_classes = {"classes": [negative, positive], "positive class": positive}
        return {"name": self.column.name, "type": str(self.column.type)} | told_classes


@dataclass(frozen=True, eq=False)
class MultiClasses(Target):
    """Two values or more, in ascending order."""

    task: ClassVar[Task] = Task.MULTI_CLASS
    column: Column
    classes: Any

    @classmethod
    def learn(cls, column: Column, values: Any, /) -> Self:
        """Learn the values. Raises `0023` where the type has no classes or there is one, `0014` for too many."""
        classes = _classes(column, values)
        if len(classes) < 2:
            reason = f"a multiclass learner needs two different values or more, and there is one: {texts(classes)[0]}"
            raise BottegaError("0023", column=column.name, reason=reason)
        if len(classes) > MOST_CLASSES:
            raise BottegaError("0014", column=column.name, found=len(classes), upper=MOST_CLASSES)
        return cls(column, classes)

    def encode(self, values: Any) -> np.ndarray[Any, Any]:
        """The place of each class, from 0."""
        return places(values, self.classes).astype(np.float64)

    def blank(self, rows: int) -> np.ndarray[Any, Any]:
        """A number for each class."""
        return np.zeros((rows, len(self.classes)))

    def scores(self, predicted: np.ndarray[Any, Any], known: np.ndarray[Any, Any]) -> Mapping[str, Any]:
        """The likeliest labels in the label's own type, the first of equals, and the probabilities of each class."""
        labels = _labels(self.column, self.classes, predicted.argmax(axis=1), known)
        columns = (pa.array(column, mask=~known) for column in predicted.T)
        return {SCORED_LABELS: labels, **dict(zip(map(class_column, texts(self.classes)), columns, strict=True))}

    def describe(self) -> dict[str, Any]:
        """Name, type and classes."""
        return {"name": self.column.name, "type": str(self.column.type), "classes": texts(self.classes)}


def _classes(column: Column, values: Any) -> Any:
    """The different values. Raises `0023` where the type has no classes."""
    if column.type.kind in _NO_CLASSES:
        raise BottegaError("0023", column=column.name, reason=f"its type is {column.type}")
    return distinct(values)


def _labels(column: Column, classes: Any, chosen: np.ndarray[Any, Any], known: np.ndarray[Any, Any]) -> Any:
    """The classes chosen by place, in the label's own type."""
    codes: Any = pa.array(chosen.astype(np.int32), mask=~known)
    return pa.DictionaryArray.from_arrays(codes, classes) if column.type.categorical else classes.take(codes)


@dataclass(frozen=True)
class Number(Target):
    """A number."""

    task: ClassVar[Task] = Task.REGRESSION
    column: Column

    @classmethod
    def learn(cls, column: Column, _values: Any, /) -> Self:
        """Take any numbers. Raises `0023` where the column is not Integer or Double, or is categorical."""
        if column.type.kind not in NUMBERS or column.type.categorical:
            reason = f"its type is {column.type}, and a regression predicts Integer or Double numbers"
            raise BottegaError("0023", column=column.name, reason=reason)
        return cls(column)

    def encode(self, values: Any) -> np.ndarray[Any, Any]:
        """The numbers themselves."""
        return numbers(values)

    def scores(self, predicted: np.ndarray[Any, Any], known: np.ndarray[Any, Any]) -> Mapping[str, Any]:
        """The predicted numbers, always Double."""
        return {SCORED_LABELS: pa.array(predicted, mask=~known)}

    def describe(self) -> dict[str, Any]:
        """Name and type."""
        return {"name": self.column.name, "type": str(self.column.type)}
