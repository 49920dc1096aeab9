"""From a scored table to what of it is measured: which columns, which rows, and whether they go together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from bottega.modules.machine_learning._clusters import ASSIGNMENTS, DISTANCE
from bottega.modules.machine_learning._scored import ClassScores, ClusterScores, NumberScores, Scored, TwoClassScores
from bottega.modules.machine_learning._scores import SCORED_DEVIATION, SCORED_MEAN, class_probabilities, find, label_of
from bottega.modules.machine_learning._targets import THRESHOLD
from bottega.modules.machine_learning._values import (
    NUMBERS,
    alike,
    distinct,
    known_rows,
    numbers,
    places,
    plain,
    refuse_infinite,
    texts,
    told,
)
from bottega.sdk import BottegaError, Column, Kind, Role, Table, note

_Array = np.ndarray[Any, Any]
# With the cluster's number where it is a distance, and a number more where the name was taken.
_ASSIGNED = re.compile(rf"(?:{re.escape(ASSIGNMENTS)}|{re.escape(DISTANCE)}(\d+))(?: \(\d+\))*")


def scored_rows(table: Table, dataset: str) -> Scored:
    """What is measured of a scored table; rows without a label or a score are left out, with a note.

    Raises `0024`, `0037`, `0025`, `0058`, `0017`, `0033`, `0134`, `0080` or `usage`.
    """
    scored, probability = find(table)
    if scored is None and (clusters := _cluster_columns(table)):
        return _clusters(table, dataset, *clusters)
    label = label_of(table, dataset)
    if scored is None or scored == label:
        raise BottegaError("0025", dataset=dataset)
    by_class = class_probabilities(table)
    columns = {column.name: column for column in table.columns}
    if by_class or (not probability and _are_classes(columns[label], columns[scored])):
        return _many_classes(table, dataset, label, scored, by_class)
    if probability:
        return _two_classes(table, dataset, label, scored, probability)
    return _numbers(table, dataset, label, scored)


def _are_classes(label: Column, scored: Column) -> bool:
    """Whether labels alone are compared: they have no probabilities, and are no numbers, or are marked as categories."""
    both = (label, scored)
    if label.type.kind is scored.type.kind and any(column.type.categorical for column in both):
        return True
    return all(column.type.categorical or column.type.kind in (Kind.STRING, Kind.BOOLEAN) for column in both)


def _cluster_columns(table: Table) -> tuple[str, list[str]] | None:
    """The names of the columns of assignments and of distances, the latter by cluster; None where they are not whole.

    Those marked as scores; where none is, those that are merely named so.
    """
    columns = [column for column in table.columns if _ASSIGNED.fullmatch(column.name)]
    marked = [column.name for column in columns if column.role is Role.SCORE]
    names = marked or [column.name for column in columns if column.role is not Role.LABEL]
    by_number = {match[1]: name for name in reversed(names) if (match := _ASSIGNED.fullmatch(name))}
    assignments = by_number.pop(None, None)
    distances = [by_number.get(str(number)) for number in range(len(by_number))]
    whole = [name for name in distances if name is not None]
    return None if assignments is None or not whole or len(whole) < len(distances) else (assignments, whole)


def _deviation_of(table: Table, scored: str) -> str | None:
    """The column of deviations that goes with a column of means, named or numbered like it."""
    if not scored.startswith(SCORED_MEAN):
        return None
    name = SCORED_DEVIATION + scored.removeprefix(SCORED_MEAN)
    return name if name in table.arrow.column_names else None


def _numbers(table: Table, dataset: str, label: str, scored: str) -> NumberScores:
    types = {column.name: column.type for column in table.columns}
    deviation = _deviation_of(table, scored)
    names = [label, scored, *([deviation] if deviation else [])]
    used, rows = _used_rows(table, dataset, names)
    _check_alike(table, label, scored)
    if types[label].categorical or any((types[name].kind is Kind.BOOLEAN) for name in (label, scored)):
        raise _unlike(table, label, scored)
    for name in names:
        if types[name].kind not in NUMBERS:
            raise BottegaError("0017", column=name, type=types[name])
    values = [numbers(plain(used, name)) for name in names]
    return NumberScores(rows, values[0], values[1], values[2] if deviation else None)


def _two_classes(table: Table, dataset: str, label: str, scored: str, probability: str) -> TwoClassScores:
    used, rows = _used_rows(table, dataset, [label, scored, probability])
    _check_alike(table, label, scored)
    probabilities = _probabilities(used, probability)
    negative, positive = _two(used, label, scored, probabilities)
    truth, predicted = (_is_class(plain(used, name), positive) for name in (label, scored))
    return TwoClassScores(rows, truth, predicted, probabilities, _class_text(negative), _class_text(positive))


def _many_classes(table: Table, dataset: str, label: str, scored: str, by_class: Mapping[str, str]) -> ClassScores:
    used, rows = _used_rows(table, dataset, [label, scored, *by_class.values()])
    _check_alike(table, label, scored)
    classes, (truth, predicted) = _coded(used, label, scored)
    names = texts(classes)
    likelihood = None
    if by_class:
        likelihood = np.zeros(len(rows))  # a class that the model does not know gets none
        codes = {name: code for code, name in enumerate(names)}
        for name, column in by_class.items():
            of_class = truth == codes.get(name, -1)
            likelihood[of_class] = _probabilities(used, column)[of_class]
    return ClassScores(rows, truth, predicted, likelihood, names)


def _clusters(table: Table, dataset: str, assignments: str, distances: Sequence[str]) -> ClusterScores:
    used, rows = _used_rows(table, dataset, [assignments, *distances])
    for column in used.columns:
        if column.name in (assignments, *distances) and column.type.kind not in NUMBERS:
            raise BottegaError("0017", column=column.name, type=column.type)
    assigned = numbers(plain(used, assignments))
    wrong = assigned[(assigned != np.floor(assigned)) | (assigned < 0) | (assigned >= len(distances))]
    if wrong.size:
        reason = f"Column {assignments} holds {wrong[0]:g}, and there are distances from the centres 0 to {len(distances) - 1}"
        raise BottegaError("usage", reason=reason)
    reaches = np.column_stack([numbers(plain(used, name)) for name in distances])
    return ClusterScores(rows, assigned.astype(np.int64), reaches)


def _used_rows(table: Table, dataset: str, needed: Sequence[str]) -> tuple[Table, _Array]:
    """The rows that have a label, or assignment, and all scores; and their places in the table."""
    used = Table(table.arrow.select(list(needed)))
    for name in needed[1:]:
        if used.num_rows and used.column(name).null_count == used.num_rows:
            raise BottegaError("0080", column=name)
    known = known_rows(used, needed)
    if not known.any():
        raise BottegaError("0134", found=0, lower=1)
    refuse_infinite(used, needed)
    if not known.all():
        note(f"{dataset}: {int((~known).sum())} of {len(known)} rows have no label or no score and are left out")
        used = Table(used.arrow.filter(pa.array(known)))
    return used, np.flatnonzero(known)


def _check_alike(table: Table, label: str, scored: str) -> None:
    kinds = {column.name: column.type.kind for column in table.columns}
    if not alike(kinds[label], kinds[scored]):
        raise _unlike(table, label, scored)


def _unlike(table: Table, label: str, scored: str) -> BottegaError:
    types = {column.name: column.type for column in table.columns}
    return BottegaError("0058", column=label, reason=f"it is {types[label]}, and {scored} is {types[scored]}")


def _probabilities(table: Table, name: str) -> _Array:
    """A column of probabilities. Raises `0017` for another type and `usage` for what is none."""
    column = next(column for column in table.columns if column.name == name)
    if column.type.kind not in NUMBERS:
        raise BottegaError("0017", column=name, type=column.type)
    values = numbers(plain(table, name))
    wrong = values[(values < 0) | (values > 1)]
    if wrong.size:
        raise BottegaError("usage", reason=f"Column {name} holds {wrong[0]:g}, which is no probability from 0 to 1")
    return values


def _coded(table: Table, *names: str) -> tuple[Any, list[_Array]]:
    """All classes of these columns in ascending order, and each row's place among them, column by column."""
    values = [plain(table, name) for name in names]
    if any(each.type != values[0].type for each in values):
        values = [pa.array(numbers(each)) for each in values]
    classes = distinct(pa.concat_arrays(values))
    return classes, [places(each, classes) for each in values]


def _two(table: Table, label: str, scored: str, probabilities: _Array) -> tuple[Any, Any]:
    """The negative and the positive class, each an array of one value or of none.

    The larger of two values is positive, as in training. Where labels and scored labels hold one value only,
    the probabilities tell which class that is.
    """
    classes, _ = _coded(table, label, scored)
    if len(classes) > 2:
        reason = f"it and {scored} have more than two different values: {told(texts(classes), 5)}"
        raise BottegaError("0058", column=label, reason=reason)
    if len(classes) == 2:
        return classes[:1], classes[1:]
    none = classes[:0]
    return (none, classes) if probabilities[0] > THRESHOLD else (classes, none)


def _is_class(values: Any, positive: Any) -> _Array:
    if not len(positive):
        return np.zeros(len(values), dtype=bool)
    found: _Array = places(values, positive) == 0
    return found


def _class_text(value: Any) -> str | None:
    return texts(value)[0] if len(value) else None
