"""Tables for tests of learners, and the shortest way through train and score."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from bottega.modules.machine_learning.score_model import score_model
from bottega.modules.machine_learning.train_model import train_model
from bottega.sdk import BottegaError, Columns, Role, Table, TrainedModel, UntrainedModel
from bottega.sdk.notes import collect

Array = np.ndarray[Any, Any]


def table(columns: Mapping[str, Any], **roles: Role) -> Table:
    """A table of these columns; roles by column name."""
    return Table(pa.table(dict(columns)), roles=roles)


def train(learner: UntrainedModel, data: Table, label: str = "y") -> TrainedModel:
    return train_model(learner, data, label=Columns.named(label))


def scored(learner: UntrainedModel, data: Table, label: str = "y") -> Table:
    return score_model(train(learner, data, label), data)


def column(data: Table, name: str) -> Array:
    return np.asarray(data.column(name).to_pylist())


def roles(data: Table) -> dict[str, Role]:
    return {each.name: each.role for each in data.columns}


def code_of(action: Callable[[], object]) -> BottegaError:
    """The error that this raises."""
    with pytest.raises(BottegaError) as caught:
        action()
    assert "(unknown" not in str(caught.value), "a fact of the message is missing"
    return caught.value


def notes_of(action: Callable[[], Any]) -> tuple[Any, list[str]]:
    """The result, and what the user is told beside it."""
    notes = collect()
    return action(), notes


def two_class(rows: int = 200, seed: int = 0) -> tuple[Array, Array]:
    """Four columns of numbers of unlike spread, and a class (0 or 1) that depends on them and on chance."""
    chance = np.random.default_rng(seed)
    matrix = chance.normal(size=(rows, 4)) * [1.0, 10.0, 0.1, 1.0] + [0.0, 5.0, 0.0, -3.0]
    total = matrix[:, 0] + (matrix[:, 1] - 5) / 5 - 8 * matrix[:, 2]
    return matrix, (total + chance.logistic(size=rows) > 0).astype(int)


def named(matrix: Array, names: str = "abcd") -> dict[str, Any]:
    return {name: matrix[:, place] for place, name in enumerate(names)}
