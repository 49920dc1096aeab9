"""Learners that know what is usual and tell what is not: they learn from rows without labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa

from bottega.modules.machine_learning._features import Encoder
from bottega.modules.machine_learning._learner import Learner, Model, failures_of
from bottega.modules.machine_learning._scores import SCORED_LABELS, SCORED_PROBABILITIES
from bottega.modules.machine_learning._targets import THRESHOLD, Target, Task
from bottega.modules.machine_learning._values import known_rows, refuse_infinite
from bottega.sdk import BottegaError, Column, ColumnType, Kind, Role, Table, note

_NO_LABEL = Column("", ColumnType(Kind.INTEGER), Role.LABEL)


@dataclass(frozen=True)
class Anomaly(Target):
    """1 for an anomaly, 0 for what is usual. `column` is the one that evaluation compares with, if there is one."""

    task: ClassVar[Task] = Task.ANOMALY
    column: Column = _NO_LABEL

    @property
    def label(self) -> str | None:
        """None where training knew no label."""
        return None if self.column is _NO_LABEL or self.column == _NO_LABEL else self.column.name

    @classmethod
    def learn(cls, column: Column, _values: Any, /) -> Self:
        """Take any column: its values are not looked at."""
        return cls(column)

    def encode(self, values: Any) -> np.ndarray[Any, Any]:
        """Nothing is learned from labels."""
        return np.zeros(len(values))

    def scores(self, predicted: np.ndarray[Any, Any], known: np.ndarray[Any, Any]) -> Mapping[str, Any]:
        """1 or 0, and the number from 0 to 1 that is above one half for an anomaly."""
        labels = (predicted > THRESHOLD).astype(np.int64)
        return {SCORED_LABELS: pa.array(labels, mask=~known), SCORED_PROBABILITIES: pa.array(predicted, mask=~known)}

    def describe(self) -> dict[str, Any]:
        """Name and type, where there is a label."""
        return {"name": self.label, "type": None if self.label is None else str(self.column.type)}


@dataclass(frozen=True)
class AnomalyLearner(Learner):
    """A learner that needs no label. `learn` gets a target of zeros, and its predictions are from 0 to 1."""

    target: ClassVar[type[Target]] = Anomaly

    def fit(self, table: Table, label: str) -> Model:
        """A model of all features but the label, which is marked in scored tables: for tuning and cross-validation."""
        table.column(label)  # raises 0001
        column = next(column for column in table.columns if column.name == label)
        return self._fit(table, Anomaly(column))

    def fit_usual(self, table: Table) -> Model:
        """A model of all features. Raises `0021`, `0047`, `0130`, `0033` or what `Encoder.learn` raises, or `1000`."""
        return self._fit(table, Anomaly())

    def _fit(self, table: Table, target: Anomaly) -> Model:
        if table.num_rows == 0:
            raise BottegaError("0021", dataset="Dataset", found=0, lower=1)
        columns = tuple(
            column for column in table.columns if column.role is Role.FEATURE and column.name != target.label
        )
        if not columns:
            raise BottegaError("0047", dataset="Dataset", found=0, lower=1)
        names = [column.name for column in columns]
        refuse_infinite(table, names)
        known = known_rows(table, names)
        if not known.any():
            raise BottegaError("0130")
        if not known.all():
            note(f"{int((~known).sum())} of {len(known)} rows are left out of training: missing values")
            table = Table(table.arrow.filter(pa.array(known)))
        encoder = Encoder.learn(table, columns, self.scaling, allow_unknown=self.allow_unknown_levels)
        with failures_of(self.library):
            predictor = self.learn(encoder.matrix(table), np.zeros(table.num_rows), None)
        return Model(self, target, encoder, predictor, table.num_rows)
