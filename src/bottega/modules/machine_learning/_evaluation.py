"""From one scored table to its measures of quality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from bottega.modules.machine_learning import _metrics
from bottega.modules.machine_learning._scores import find, label_of
from bottega.modules.machine_learning._targets import THRESHOLD, Task
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
from bottega.sdk import BottegaError, Kind, Table, note

_Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Evaluation:
    """Measures by name: numbers, counts and texts; None where one is undefined."""

    task: Task
    measures: dict[str, float | str | None]

    @classmethod
    def of(cls, table: Table, dataset: str) -> Evaluation:
        """Evaluate a scored table; rows without a label or a score are left out, with a note.

        Raises `0024`, `0037`, `0025`, `0058`, `0017`, `0033`, `0134`, `0080` or `usage`.
        """
        used, label, scored, probability = scored_rows(table, dataset)
        if probability is None:
            truth, predicted = (numbers(plain(used, name)) for name in (label, scored))
            return cls(Task.REGRESSION, {**_metrics.regression(truth, predicted)})
        return cls(Task.TWO_CLASS, _two_class(used, label, scored, probability))


def scored_rows(table: Table, dataset: str) -> tuple[Table, str, str, str | None]:
    """The rows with label and score, and the names of label, scored label and probability. Raises as `Evaluation.of` does."""
    label = label_of(table, dataset)
    scored, probability = find(table)
    if scored is None or scored == label:
        raise BottegaError("0025", dataset=dataset)
    used = used_rows(table, dataset, label, *filter(None, (scored, probability)))
    check_kinds(used, label, scored, needs_numbers=probability is None, dataset=dataset)
    return used, label, scored, probability


def check_kinds(table: Table, label: str, scored: str, *, needs_numbers: bool, dataset: str) -> None:
    """Raise `0025` or `0058` where label and scores cannot be compared."""
    kinds = {column.name: column.type.kind for column in table.columns}
    if needs_numbers and kinds[scored] not in NUMBERS:  # classes whose probabilities are gone
        raise BottegaError("0025", dataset=dataset)
    if not alike(kinds[label], kinds[scored]) or (needs_numbers and kinds[label] is Kind.BOOLEAN):
        reason = f"it is {kinds[label]}, and {scored} is {kinds[scored]}"
        raise BottegaError("0058", column=label, reason=reason)


def used_rows(table: Table, dataset: str, label: str, *scores: str) -> Table:
    """The rows that have a label and all scores."""
    for name in scores:
        if table.num_rows and table.column(name).null_count == table.num_rows:
            raise BottegaError("0080", column=name)
    known = known_rows(table, (label, *scores))
    if not known.any():
        raise BottegaError("0134", found=0, lower=1)
    refuse_infinite(table, (label, *scores))
    if known.all():
        return table
    note(f"{dataset}: {int((~known).sum())} of {len(known)} rows have no label or no score and are left out")
    return Table(table.arrow.filter(pa.array(known)))


def _two_class(table: Table, label: str, scored: str, probability: str) -> dict[str, float | str | None]:
    probabilities = probabilities_of(table, probability)
    negative, positive = classes_of(table, label, scored, probabilities)
    truth, predicted = (is_class(plain(table, name), positive) for name in (label, scored))
    measures = _metrics.two_class(truth, predicted, probabilities)
    named = {"Positive Label": class_text(positive), "Negative Label": class_text(negative)}
    place = list(measures).index("True Positives")
    items = list(measures.items())
    return dict([*items[:place], *named.items(), *items[place:]])


def probabilities_of(table: Table, name: str) -> _Array:
    """A column of probabilities. Raises `0017` for another type and `usage` for what is none."""
    column = next(column for column in table.columns if column.name == name)
    if column.type.kind not in NUMBERS:
        raise BottegaError("0017", column=name, type=column.type)
    values = numbers(plain(table, name))
    wrong = values[(values < 0) | (values > 1)]
    if wrong.size:
        raise BottegaError("usage", reason=f"Column {name} holds {wrong[0]:g}, which is no probability from 0 to 1")
    return values


def classes_of(table: Table, label: str, scored: str, probabilities: _Array) -> tuple[Any, Any]:
    """The negative and the positive class, each an array of one value or of none.

    The larger of two values is positive, as in training. Where labels and scored labels hold one value only,
    the probabilities tell which class that is.
    """
    values = [plain(table, name) for name in (label, scored)]
    if values[0].type != values[1].type:
        values = [pa.array(numbers(each)) for each in values]
    classes = distinct(pa.concat_arrays(values))
    if len(classes) > 2:
        reason = f"it and {scored} have more than two different values: {told(texts(classes), 5)}"
        raise BottegaError("0058", column=label, reason=reason)
    if len(classes) == 2:
        return classes[:1], classes[1:]
    none = classes[:0]
    return (none, classes) if probabilities[0] > THRESHOLD else (classes, none)


def is_class(values: Any, positive: Any) -> _Array:
    """Which values are of a class, as `classes_of` gives it."""
    if not len(positive):
        return np.zeros(len(values), dtype=bool)
    found: _Array = places(values, positive) == 0
    return found


def class_text(value: Any) -> str | None:
    """A class as text; None for no class."""
    return texts(value)[0] if len(value) else None
