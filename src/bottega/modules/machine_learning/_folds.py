"""Cross-validation: the rows in folds, and each fold scored by a model that learned from the others."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ParamSpec, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.folds import Folds
from bottega.dataset.types import column_type
from bottega.modules.machine_learning._evaluation import scored_rows
from bottega.modules.machine_learning._measures import figures
from bottega.modules.machine_learning._metrics import scaled, unscaled
from bottega.modules.machine_learning._scored import Measures, Scored
from bottega.modules.machine_learning._scores import class_probabilities, find
from bottega.modules.machine_learning._targets import Task
from bottega.modules.machine_learning._values import NUMBERS, plain
from bottega.sdk import BottegaError, Column, Role, Table, UntrainedModel, note
from bottega.sdk.notes import collect

FOLDS = 10
_P = ParamSpec("_P")
_T = TypeVar("_T")
_Array = np.ndarray[Any, Any]


def folds_of(table: Table, label: Column, learner: UntrainedModel, seed: int) -> Folds:
    """The folds that Partition and Sample assigned, else ten of equal size, drawn at random.

    Classes are spread over the folds as they are over the table. Of fewer rows than ten each is a fold.
    Raises `0021` for less than two rows, or where all rows are in one fold.
    """
    if table.num_rows < 2:
        raise BottegaError("0021", dataset="Dataset", found=table.num_rows, lower=2)
    if table.folds is not None:
        if len(np.unique(table.folds.codes)) < 2:
            raise BottegaError(
                "usage", reason="All rows of Dataset are in one fold; cross-validation needs two or more"
            )
        return table.folds
    order = np.random.default_rng(seed).permutation(table.num_rows)
    if _has_classes(learner, label):
        codes: Any = plain(table, label.name).dictionary_encode("encode").indices
        order = order[np.argsort(codes.to_numpy(zero_copy_only=False)[order], kind="stable")]
    count = min(FOLDS, table.num_rows)
    dealt = np.empty(table.num_rows, np.uint32)
    dealt[order] = np.arange(table.num_rows) % count
    return Folds(count, dealt)


def _has_classes(learner: UntrainedModel, label: Column) -> bool:
    """Whether the label's values are classes: the learner tells, or, where it does not, the label's type."""
    task = learner.describe().get("task")
    if task in tuple(Task):
        return bool(task != Task.REGRESSION)
    return label.type.categorical or label.type.kind not in NUMBERS


@dataclass(frozen=True, eq=False)
class CrossScored:
    """A table, all rows in their places, each scored by a model that has not seen it; the folds; what was told of each."""

    table: Table
    folds: Folds
    notes: Mapping[int, list[str]]

    @classmethod
    def of(cls, learner: UntrainedModel, table: Table, label: str, folds: Folds) -> CrossScored:
        """Train and score, fold by fold. Raises what training and scoring raise, and `0016` where scores differ in type."""
        parts: list[_Part] = []
        notes: dict[int, list[str]] = {}
        for fold in np.unique(folds.codes).tolist():
            inside = folds.codes == fold
            try:
                part, notes[fold] = overheard(_scored, learner, table, label, inside)
            except BottegaError:
                note(f"Fold {fold} could not be scored by a model of the others")
                raise
            parts.append(part)
        order = np.argsort(np.argsort(folds.codes, kind="stable"), kind="stable")
        return cls(_joined(table, parts, order), folds, notes)

    @property
    def codes(self) -> _Array:
        """The fold of each row."""
        return self.folds.codes

    @cached_property
    def scored(self) -> Scored:
        """What of it is measured. Raises what evaluation raises."""
        return scored_rows(self.table, "Scored results")

    def measures(self) -> dict[int, Measures]:
        """Measures by fold; all are undefined in a fold without a row that has a label and a score.

        Raises what evaluation raises.
        """
        fold_of = self.codes[self.scored.rows]
        found = {fold: _measured(self.scored, fold_of == fold) for fold in self.notes}
        names = next(measures for measures in found.values() if measures)
        return {fold: measures or dict.fromkeys(names) for fold, measures in found.items()}


def overheard(work: Callable[_P, _T], *given: _P.args, **named: _P.kwargs) -> tuple[_T, list[str]]:
    """What it gives, and the notes that it would have told."""

    def run() -> tuple[_T, list[str]]:
        notes = collect()
        return work(*given, **named), notes

    return contextvars.copy_context().run(run)


def spread(measures: Mapping[int, Measures]) -> tuple[Measures, Measures]:
    """The mean of each measure over the folds that have it, and the standard deviation (of a sample, from two on).

    There is no deviation where a fold's measure is infinite.
    """
    means: Measures = {}
    deviations: Measures = {}
    for name in next(iter(measures.values())):
        values = [value for each in measures.values() if isinstance(value := each[name], float)]
        means[name], deviations[name] = _spread(np.array(values))
    return means, deviations


def _spread(values: _Array) -> tuple[float | None, float | None]:
    """Mean and deviation, each None where there is none."""
    if not values.size:
        return None, None
    small, unit = scaled(values)
    several = values.size > 1 and bool(np.isfinite(values).all())
    return unscaled(small.mean(), unit), unscaled(small.std(ddof=1), unit) if several else None


def _measured(scored: Scored, chosen: _Array) -> Measures:
    """The measures that can be averaged; nothing of no rows."""
    return {**figures(scored.measures(chosen))} if chosen.any() else {}


@dataclass(frozen=True)
class _Part:
    """What scoring made of a fold's rows: the roles of all columns, and those columns that are its own."""

    roles: dict[str, Role]
    scores: pa.Table


def _scored(learner: UntrainedModel, table: Table, label: str, inside: _Array) -> _Part:
    with _rows_of(~inside):
        model = learner.fit(Table(table.arrow.filter(pa.array(~inside))), label)
    with _rows_of(inside):
        scored = model.score(Table(table.arrow.filter(pa.array(inside))))
    given = set(table.arrow.column_names)
    own = [column.name for column in scored.columns if column.role is Role.SCORE or column.name not in given]
    return _Part({column.name: column.role for column in scored.columns}, scored.arrow.select(own))


@contextmanager
def _rows_of(chosen: _Array) -> Iterator[None]:
    """An error's row among those chosen becomes the row of the whole table; both are counted from 1."""
    try:
        yield
    except BottegaError as error:
        row = error.facts.get("row")
        if isinstance(row, int) and 1 <= row <= np.count_nonzero(chosen):
            error.facts["row"] = int(np.flatnonzero(chosen)[row - 1]) + 1
        raise


def _joined(table: Table, parts: list[_Part], order: _Array) -> Table:
    """The table with the scores of all parts, put in order; a class unknown to a fold's model has probability 0 there."""
    roles = {name: role for part in reversed(parts) for name, role in part.roles.items()}
    names = dict.fromkeys(name for part in parts for name in part.roles)
    try:
        scores = pa.concat_tables([part.scores for part in parts], promote_options="permissive").unify_dictionaries()
    except pa.ArrowException as error:
        raise _different(parts) from error
    places: Any = pa.array(order)
    own = {name: scores.column(name).take(places) for name in scores.column_names}
    columns: Any = {name: own[name] if name in own else table.column(name) for name in names}
    joined = Table(pa.table(columns), roles=roles)
    return _without_gaps(joined, parts)


def _without_gaps(table: Table, parts: list[_Part]) -> Table:
    scored, _ = find(table)
    by_class = class_probabilities(table).values()
    gaps = [name for name in by_class if any(name not in part.roles for part in parts)]
    if not gaps or scored is None:
        return table
    known, arrow = pc.call_function("is_valid", [table.column(scored)]), table.arrow
    for name in gaps:
        place = arrow.schema.get_field_index(name)
        values: Any = arrow.column(place)
        filled: Any = pc.call_function("if_else", [known, values.fill_null(0.0), values])
        arrow = arrow.set_column(place, arrow.schema.field(place), filled)
    return Table(arrow)


def _different(parts: list[_Part]) -> BottegaError:
    first: dict[str, pa.DataType] = {}
    for part in parts:
        for field in part.scores.schema:
            if first.setdefault(field.name, field.type) != field.type:
                return BottegaError(
                    "0016", column=field.name, found=column_type(field.type), expected=column_type(first[field.name])
                )
    return BottegaError("usage", reason="The tables that the models of the folds scored have different columns")
