"""A learner written in R: its trainer and its scorer, and the model that the one makes for the other."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from bottega.modules.machine_learning._scores import append
from bottega.modules.r_language_modules import _job
from bottega.sdk import BottegaError, Role, Table, TrainedModel, UntrainedModel

_VERSION = "BOTTEGA_R"  # what a jail's host says of R and its packages


def _r() -> str:
    return os.environ.get(_VERSION, "")


@dataclass(frozen=True)
class RLearner(UntrainedModel):
    """Both scripts, and the R that they are for: another R is another learner, so that nothing stored of it is reused."""

    trainer: str
    scorer: str
    r: str = field(default_factory=_r)

    def fit(self, table: Table, label: str) -> RModel:
        """What the trainer makes of all rows. Raises `0063`, and `0021` and `0047` for a table without rows or features."""
        if not table.num_rows:
            raise BottegaError("0021", dataset="Dataset", found=0, lower=1)
        features = tuple(
            column.name for column in table.columns if column.role is Role.FEATURE and column.name != label
        )
        if not features:
            raise BottegaError("0047", dataset="Dataset", found=0, lower=1)
        job = _job.Job("train", self.trainer, (table,), label=label, features=features)
        return RModel(self, label, features, table.num_rows, _job.model(job))

    def describe(self) -> dict[str, Any]:
        """That it is R, and which."""
        lines = {"trainer_lines": len(self.trainer.splitlines()), "scorer_lines": len(self.scorer.splitlines())}
        return {"learner": "R model", "settings": {"r": self.r.partition(" packages")[0], **lines}}


@dataclass(frozen=True)
class RModel(TrainedModel):
    """A trained model: what R serialised of the variable `model`. Only R, in a jail, opens it."""

    learner: RLearner
    label: str
    features: tuple[str, ...]
    rows: int
    serialized: bytes = field(repr=False)

    def score(self, table: Table) -> Table:
        """The table with the columns of the scorer's `scores` at its end. Raises `0063`, and `0001` for a missing feature."""
        for name in self.features:
            table.column(name)
        job = _job.Job(
            "score", self.learner.scorer, (table,), model=self.serialized, label=self.label, features=self.features
        )
        scores = _job.scores(job)
        if scores.num_rows != table.num_rows:
            message = f"the scorer gave {scores.num_rows:,} rows for the {table.num_rows:,} of the dataset"
            raise BottegaError("0063", message=message)
        return append(table, self.label, dict(zip(scores.arrow.column_names, scores.arrow.columns, strict=True)))

    def describe(self) -> dict[str, Any]:
        """Learner, label, features, rows and the size of what R made."""
        return self.learner.describe() | {
            "label": {"name": self.label},
            "features": [{"name": name} for name in self.features[:1000]],
            "rows": self.rows,
            "learned": {"bytes": len(self.serialized)},
        }
