"""The runs of a sweep: a learner trained and measured with each point's settings, and the best of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

import pyarrow as pa

from bottega.dataset.folds import Folds
from bottega.modules.machine_learning._evaluation import scored_rows
from bottega.modules.machine_learning._folds import CrossScored, folds_of, overheard, spread
from bottega.modules.machine_learning._goals import Goal, measured
from bottega.modules.machine_learning._measures import as_table, figures
from bottega.modules.machine_learning._points import Point
from bottega.modules.machine_learning._scored import Measures
from bottega.modules.machine_learning._targets import Task
from bottega.sdk import BottegaError, Setting, Table, TrainedModel, UntrainedModel, note

# So many runs that failed are told one by one.
_MOST_TOLD = 20


@dataclass(frozen=True)
class Run:
    """One point: its measures, what they are of, the model where there is one that learned from all rows, and its notes."""

    point: Point
    measures: Measures
    task: Task
    model: TrainedModel | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """What each point is tried on: the learner, the rows it learns from and those it is measured on."""

    learner: UntrainedModel
    training: Table
    validation: Table | None
    label: str
    seed: int

    def run(self, point: Point) -> Run:
        """Train and measure. Raises what training, scoring and evaluation raise."""
        learner = self.learner.with_settings(point)
        if self.validation is None:
            found = CrossScored.of(learner, self.training, self.label, self._folds)
            means, _ = spread(found.measures())
            return Run(point, means, found.scored.task)
        model = learner.fit(self.training, self.label)
        scored = scored_rows(model.score(self.validation), "Validation dataset")
        return Run(point, {**figures(scored.measures())}, scored.task, model)

    @cached_property
    def _folds(self) -> Folds:
        column = next(column for column in self.training.columns if column.name == self.label)
        return folds_of(self.training, column, self.learner, self.seed)

    def trained(self, run: Run) -> TrainedModel:
        """The model of a run's settings that learned from all rows of training."""
        return run.model or self.learner.with_settings(run.point).fit(self.training, self.label)


@dataclass(frozen=True)
class Trials:
    """The runs in order of their points, those that failed, and the best by its measure."""

    goal: Goal
    runs: list[Run]
    failed: list[tuple[Point, BottegaError]]
    best: Run

    @classmethod
    def of(cls, trial: Trial, points: Sequence[Point], metrics: Sequence[StrEnum]) -> Trials:
        """Run all points. Raises the error of the first where all failed, `usage` where no metric suits the learner.

        A learner that tells its task is refused before any run.
        """
        if (task := measured(trial.learner.describe().get("task"))) is not None:
            Goal.of(task, *metrics)
        runs: list[Run] = []
        failed: list[tuple[Point, BottegaError]] = []
        best: Run | None = None
        for point in points:
            try:
                run, notes = overheard(trial.run, point)
            except BottegaError as error:
                failed.append((point, error))
                continue
            goal = Goal.of(run.task, *metrics)
            if best is None or _rank(goal, run) > _rank(goal, best):
                best = replace(run, notes=tuple(notes))
            runs.append(replace(run, model=None))  # one model is enough
        if best is None:
            raise failed[0][1]
        return cls(Goal.of(best.task, *metrics), runs, failed, best)

    def tell(self, settings: Sequence[Setting]) -> None:
        """Note what failed, where nothing could be compared, and what was told when the best model was made."""
        titles = {setting.name: setting.title for setting in settings}
        for point, error in self.failed[:_MOST_TOLD]:
            told = ", ".join(f"{titles[name]} {value}" for name, value in point.items())
            note(f"The run with {told} failed: {error}")
        if len(self.failed) > _MOST_TOLD:
            note(f"{len(self.failed) - _MOST_TOLD} more runs failed")
        if self.goal.worth(self.best.measures) is None:
            note(f"{self.goal.measure} is undefined in all runs; the first one is taken for the best")
        for text in self.best.notes if self.best.model else ():
            note(text)

    def table(self, settings: Sequence[Setting]) -> Table:
        """A line a run, the best first and failed ones last: settings by title, then measures."""
        titles = {setting.name: setting.title for setting in settings}
        ordered = sorted(self.runs, key=lambda run: _rank(self.goal, run), reverse=True)
        measured: list[tuple[Point, Measures]] = [(run.point, run.measures) for run in ordered]
        measured += [(point, dict.fromkeys(self.best.measures)) for point, _ in self.failed]
        lines = [{titles[name]: value for name, value in point.items()} | measures for point, measures in measured]
        return as_table(lines, {setting.title: _kind(setting.values) for setting in settings})


def _rank(goal: Goal, run: Run) -> tuple[bool, float]:
    worth = goal.worth(run.measures)
    return (False, 0.0) if worth is None else (True, worth)


def _kind(values: Sequence[Any]) -> Any:
    """The Arrow type of a setting's values."""
    kinds: Mapping[type, Any] = {bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
    return kinds.get(type(values[0]), pa.large_string())
