"""A model's scores when one feature's values are shuffled among the rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from bottega.modules.machine_learning._evaluation import scored_rows
from bottega.modules.machine_learning._learner import Model
from bottega.modules.machine_learning._scored import Scored
from bottega.modules.machine_learning._scores import append, label_of
from bottega.sdk import Role, Table, TrainedModel

TEST_DATA = "Test data"
_Array = np.ndarray[Any, Any]


class Shuffled(ABC):
    """A model and the rows that it has scored, of which one feature at a time is shuffled."""

    @property
    @abstractmethod
    def features(self) -> list[str]:
        """The names of the features, in the model's order."""

    @abstractmethod
    def scored(self, feature: int, order: _Array) -> Scored:
        """The rows scored with that feature's values in another order, all else in its place."""


def shuffled(model: TrainedModel, table: Table) -> tuple[Scored, Shuffled]:
    """What the model makes of the rows as they are, and of the rows that could be measured with a feature shuffled."""
    whole = model.score(table)
    base = scored_rows(whole, TEST_DATA)
    label = label_of(whole, TEST_DATA)
    places: Any = pa.array(base.rows)
    used = table if len(places) == table.num_rows else Table(table.arrow.take(places))
    if isinstance(model, Model):
        return base, _OfMatrix(model, used, label)
    return base, _OfTable(model, used, label)


@dataclass(frozen=True, eq=False)
class _OfMatrix(Shuffled):
    """A model with a matrix: it is made once, and each feature is some columns of it."""

    model: Model
    table: Table
    label: str

    @property
    def features(self) -> list[str]:
        return self.model.encoder.names

    @cached_property
    def _matrix(self) -> Any:
        return self.model.encoder.matrix(self.table)

    @cached_property
    def _ends(self) -> _Array:
        return np.cumsum([0, *(feature.width for feature in self.model.encoder.features)])

    @cached_property
    def _labels(self) -> Table:
        return Table(self.table.arrow.select([self.label]))

    def scored(self, feature: int, order: _Array) -> Scored:
        start, end = self._ends[feature : feature + 2].tolist()
        with _changed(self._matrix, start, end, order) as matrix:
            predicted = self.model.predictor.predict(matrix)
        scores = self.model.target.scores(predicted, np.ones(len(order), dtype=bool))
        return scored_rows(append(self._labels, self.label, scores), TEST_DATA)


@contextmanager
def _changed(matrix: Any, start: int, end: int, order: _Array) -> Iterator[Any]:
    """The matrix with the rows of some columns in another order; an array is changed in its place, and back again."""
    if isinstance(matrix, np.ndarray):
        kept = matrix[:, start:end].copy()
        matrix[:, start:end] = kept[order]
        yield matrix
        matrix[:, start:end] = kept
        return
    from scipy import sparse

    parts = [matrix[:, :start], matrix[:, start:end][order], matrix[:, end:]]
    yield sparse.hstack([part for part in parts if part.shape[1]], format="csr")


@dataclass(frozen=True, eq=False)
class _OfTable(Shuffled):
    """Any other model: it scores the table anew, without what it need not see."""

    model: TrainedModel
    table: Table
    label: str

    @cached_property
    def features(self) -> list[str]:
        """Those that the model tells, else all columns of role feature."""
        given = [
            column.name for column in self.table.columns if column.role is Role.FEATURE and column.name != self.label
        ]
        told = self.model.describe().get("features")
        names = [feature.get("name") for feature in told if isinstance(feature, dict)] if isinstance(told, list) else []
        return [name for name in given if name in set(names)] or given

    @cached_property
    def _arrow(self) -> pa.Table:
        return self.table.arrow

    def scored(self, feature: int, order: _Array) -> Scored:
        place = self._arrow.schema.get_field_index(self.features[feature])
        places: Any = pa.array(order)
        values = self._arrow.column(place).take(places)
        changed = self._arrow.set_column(place, self._arrow.schema.field(place), values)
        return scored_rows(self.model.score(Table(changed)), TEST_DATA)
