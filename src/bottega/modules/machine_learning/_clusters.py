"""What clustering leaves behind: centres, and the columns that it adds to a table."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bottega.modules.machine_learning._features import Encoder
from bottega.modules.machine_learning._scores import free_name
from bottega.modules.machine_learning._targets import Task
from bottega.modules.machine_learning._values import known_rows, plain, refuse_infinite
from bottega.sdk import BottegaError, Role, Table, TrainedModel, UntrainedModel, note

Array = np.ndarray[Any, Any]

ASSIGNMENTS = "Assignments"
DISTANCE = "DistancesToClusterCenter no."
# How much of the centres people are told.
_MOST_CENTRES, _MOST_FEATURES = 20, 50


class Metric(StrEnum):
    """How far two rows are apart: the length of their difference, or 1 - the cosine of their angle."""

    EUCLIDEAN = "Euclidean"
    COSINE = "Cosine"


class LabelMode(StrEnum):
    """What becomes of a label column in the results."""

    IGNORE = "Ignore label column"
    FILL = "Fill missing values"
    OVERWRITE = "Overwrite from closest to center"


class UntrainedClusters(UntrainedModel):
    """A clustering with its settings; Train Clustering Model fits it."""

    def fit(self, _table: Table, _label: str, /) -> TrainedModel:
        """Raise `0013`: a clustering predicts no label."""
        raise BottegaError(
            "0013", found=str(self.describe()["learner"]), expected="classification and regression models"
        )

    @abstractmethod
    def fit_clusters(self, table: Table, names: list[str]) -> Clusters:
        """Centres of the table's rows, by the columns of these names."""


@dataclass(frozen=True, eq=False)
class Clusters(TrainedModel):
    """Centres in the space of the encoder's matrix; `rows` is how many they were made of, `counts` those of each.

    label   the label column that was there in training, with the label of the row nearest to each centre; else None
    """

    settings: Mapping[str, Any]
    encoder: Encoder
    centres: Array
    metric: Metric
    mode: LabelMode
    label: tuple[str, Any] | None
    counts: tuple[int, ...]

    def score(self, _table: Table, /) -> Table:
        """Raise `0013`: clusters are assigned, not scored."""
        raise BottegaError(
            "0013", found=str(self.describe()["learner"]), expected="classification and regression models"
        )

    def assign(self, table: Table, *, whole: bool) -> Table:
        """The columns of assignment and distances, appended to the table where it shall be whole.

        A row with a missing value is in no cluster. Raises `0001`, `0016`, `0033` or `usage` for an unknown level.
        """
        found, known = self.distances(table)
        if not known.all():
            note(f"{int((~known).sum())} of {len(known)} rows have missing values and are in no cluster")
        nearest = pa.array(found.argmin(axis=1), pa.int64(), mask=~known)
        columns: dict[str, Any] = {ASSIGNMENTS: nearest}
        columns |= {f"{DISTANCE}{place}": pa.array(each, mask=~known) for place, each in enumerate(found.T)}
        if not whole:
            return Table(pa.table(columns), roles=dict.fromkeys(columns, Role.SCORE))
        return _appended(self._labelled(table, nearest), columns)

    def distances(self, table: Table) -> tuple[Array, Array]:
        """Of each row from each centre, and which rows have no missing value; others have 0. Raises as `assign` does."""
        self.encoder.check(table)
        refuse_infinite(table, self.encoder.names)
        known = known_rows(table, self.encoder.names)
        found = np.zeros((table.num_rows, len(self.centres)))
        if known.any():
            found[known] = distances(self.encoder.matrix(table)[known], self.centres, self.metric)
        return found, known

    def _labelled(self, table: Table, nearest: Any) -> Table:
        """The table with labels of the nearest centre, where the mode wants them and the column is there."""
        if self.label is None or self.mode is LabelMode.IGNORE or self.label[0] not in table.arrow.column_names:
            return table
        name, labels = self.label
        place = table.arrow.schema.get_field_index(name)
        field = table.arrow.schema.field(place)
        values = plain(table, name)
        if values.null_count == len(values):
            values = pa.nulls(len(values), labels.type)
        if values.type != labels.type:
            raise BottegaError("0016", column=name, found=str(values.type), expected=str(labels.type))
        given = labels.take(nearest)
        changed = given.fill_null(values) if self.mode is LabelMode.OVERWRITE else values.fill_null(given)
        if pa.types.is_dictionary(field.type):
            changed = _categories(changed, table.column(name).combine_chunks())
        arrow = table.arrow.set_column(place, field.with_type(changed.type), changed)
        return Table(arrow).with_folds(table.folds)

    def describe(self) -> dict[str, Any]:
        """Settings, features, rows and the first of the centres."""
        parts = self.encoder.parts()[:_MOST_FEATURES]
        centres = [
            part
            | {f"center {number}": float(centre[place]) for number, centre in enumerate(self.centres[:_MOST_CENTRES])}
            for place, part in enumerate(parts)
        ]
        return {
            "learner": "K-Means Clustering",
            "task": Task.CLUSTERING.value,
            "settings": dict(self.settings),
            "features": [feature.describe() for feature in self.encoder.features],
            "rows": sum(self.counts),
            "learned": {"rows of each cluster": list(self.counts), "centers": centres},
        }


def _categories(values: Any, before: Any) -> Any:
    """Values as categories: those that were there, in their order, and any new ones after them."""
    found = values.drop_null().unique()
    new = found.filter(pc.call_function("invert", [pc.call_function("is_in", [found], _among(before.dictionary))]))
    levels = pa.concat_arrays([before.dictionary, new])
    codes = pc.call_function("index_in", [values], _among(levels))
    return pa.DictionaryArray.from_arrays(codes, levels, ordered=before.type.ordered)


def _among(levels: Any) -> Any:
    return pc.SetLookupOptions(levels, skip_nulls=True)


def distances(matrix: Any, centres: Array, metric: Metric) -> Array:
    """Of each row from each centre."""
    from sklearn.metrics import pairwise_distances

    return np.asarray(pairwise_distances(matrix, centres, metric=metric.value.lower()), dtype=np.float64)


def _appended(table: Table, columns: Mapping[str, Any]) -> Table:
    """The table with these columns as scores at its end; those of an earlier clustering go."""
    old = [
        column.name
        for column in table.columns
        if column.role is Role.SCORE and column.name.startswith((ASSIGNMENTS, DISTANCE))
    ]
    if old:
        note(f"The clusters of an earlier model are replaced: {', '.join(old[:5])}")
        table = Table(table.arrow.drop_columns(old)).with_folds(table.folds)
    fields, values = list(table.arrow.schema), list(table.arrow.columns)
    names = set(table.arrow.column_names)
    roles = {}
    for name, each in columns.items():
        free = free_name(name, names)
        names.add(free)
        roles[free] = Role.SCORE
        fields.append(pa.field(free, each.type))
        values.append(pa.chunked_array([each]))
    return Table(pa.table(values, schema=pa.schema(fields)), roles=roles).with_folds(table.folds)
