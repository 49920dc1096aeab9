"""Models whose training and scoring a user wrote in Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from bottega.dataset import frames
from bottega.modules.machine_learning._scores import append
from bottega.modules.machine_learning._user_code import UserClass
from bottega.modules.machine_learning._values import known_rows, told
from bottega.sdk import BottegaError, Role, Table, TrainedModel, UntrainedModel, note

if TYPE_CHECKING:
    import pandas as pd

CLASS = "AzureMLModel"
_TASK = "Python model"


@dataclass(frozen=True)
class PythonModel(UntrainedModel):
    """The source of a class that trains and predicts."""

    source: str

    def fit(self, table: Table, label: str) -> TrainedPythonModel:
        """Train an object of it. Raises `0001`, `0021`, `0047`, `0134`, or `0085` for what the user's code does."""
        table.column(label)  # raises 0001
        if table.num_rows == 0:
            raise BottegaError("0021", dataset="Dataset", found=0, lower=1)
        columns = {column.name: column for column in table.columns}
        names = [name for name, column in columns.items() if column.role is Role.FEATURE and name != label]
        if not names:
            raise BottegaError("0047", dataset="Dataset", found=0, lower=1)
        known = known_rows(table, [label])
        if not known.any():
            raise BottegaError("0134", found=0, lower=1)
        if not known.all():
            note(f"{int((~known).sum())} of {len(known)} rows are left out of training: no label")
        arrow = table.arrow if known.all() else table.arrow.filter(pa.array(known))
        code = UserClass(self.source, CLASS)
        model = code.new()
        code.run(
            model.train, frames.to_pandas(Table(arrow.select(names))), frames.to_pandas(Table(arrow.select([label])))
        )
        features = {name: str(columns[name].type) for name in names}
        return TrainedPythonModel(
            code, code.keep(model), (label, str(columns[label].type)), features, int(np.count_nonzero(known))
        )

    def describe(self) -> dict[str, Any]:
        """That it is the user's own."""
        return {"learner": _TASK, "task": _TASK, "settings": {}}


@dataclass(frozen=True, eq=False)
class TrainedPythonModel(TrainedModel):
    """A trained object of the user's class, pickled: it is opened only where it predicts.

    label     name and type
    features  types by name
    rows      how many it learned from
    """

    code: UserClass
    state: bytes
    label: tuple[str, str]
    features: Mapping[str, str]
    rows: int

    def score(self, table: Table) -> Table:
        """The table with the columns that `predict` returns. Raises `0001`, or `0085` for what the user's code does."""
        names = set(table.arrow.column_names)
        missing = [name for name in self.features if name not in names]
        if missing:
            raise BottegaError("0001", column=told(missing, 20), columns=told(table.arrow.column_names, 20))
        model = self.code.opened(self.state)
        returned = self.code.run(model.predict, frames.to_pandas(table))
        scores = self._scores(returned, table)
        return append(table, self.label[0], {name: scores.column(name) for name in scores.arrow.column_names})

    def _scores(self, returned: Any, table: Table) -> Table:
        import pandas as pd

        from bottega.sandbox.guest.failure import JobError

        if not isinstance(returned, pd.DataFrame):
            kind = type(returned).__name__
            raise _mistake(f'it returned a value of type {kind}: `return pd.DataFrame({{"Scored Labels": …}})`')
        if len(returned) != table.num_rows:
            raise _mistake(f"it returned {len(returned)} rows for {table.num_rows}: one for each, in their order")
        notes: list[str] = []
        try:
            scores = frames.from_pandas(_in_order(returned), notes=notes)
        except JobError as error:
            raise _mistake(f"a table cannot hold what it returned: {error.message}") from error
        for text in notes:
            note(text)
        # Score columns that an earlier model left make room.
        taken = {column.name for column in table.columns if column.role is not Role.SCORE}
        both = [name for name in scores.arrow.column_names if name in taken]
        if both:
            raise _mistake(f"it returned columns that the table has already ({told(both)}): return the new ones alone")
        return scores

    def describe(self) -> dict[str, Any]:
        """Label, features and rows; what was learned is the user's own."""
        return {
            "learner": _TASK,
            "task": _TASK,
            "settings": {},
            "label": {"name": self.label[0], "type": self.label[1]},
            "features": [{"name": name, "type": kind} for name, kind in self.features.items()],
            "rows": self.rows,
            "learned": {},
        }


def _in_order(returned: pd.DataFrame) -> pd.DataFrame:
    """The rows in the order of the table: its index, 0 and so on, tells it where the rows have changed places."""
    index = returned.index
    places = np.argsort(index.to_numpy()) if index.dtype.kind in "iu" else np.arange(len(index))
    permuted = index.dtype.kind in "iu" and np.array_equal(index.to_numpy()[places], np.arange(len(index)))
    return returned.iloc[places] if permuted else returned


def _mistake(reason: str) -> BottegaError:
    return BottegaError("0085", message=f"predict of class {CLASS} has to return a pandas.DataFrame; {reason}")
