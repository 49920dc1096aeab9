"""Score columns: how Score Model appends them, and how whoever evaluates finds them again."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Any

import pyarrow as pa

from bottega.sdk import BottegaError, Role, Table, note

SCORED_LABELS = "Scored Labels"
SCORED_PROBABILITIES = "Scored Probabilities"
# What a regression gives instead of labels that knows how sure it is.
SCORED_MEAN = "Scored Label Mean"
SCORED_DEVIATION = "Scored Label Standard Deviation"
_LABELS = (SCORED_LABELS, SCORED_MEAN)
_KINDS = (_LABELS, SCORED_PROBABILITIES)
# What a score column of any model begins with.
_SCORED = "Scored "
_CLASS = re.compile(r'Scored Probabilities for Class "(.*)"(?: \(\d+\))*', re.DOTALL)


def class_column(text: str) -> str:
    """The name of the column with the probabilities of a class; the column of a two-class model has no class in it."""
    return f'{SCORED_PROBABILITIES} for Class "{text}"'


def append(table: Table, label: str | None, scores: Mapping[str, Any]) -> Table:
    """The table with score columns at its end; those of an earlier model go, and scores of any name that are there again.

    The label, where it is there, is the one column marked as such; None leaves the marks as they are.
    """
    marked = [name for name in _names(table, Role.SCORE) if name != label]
    old = [name for name in marked if name.startswith(_SCORED) or name in scores]
    if old:
        note(f"The scores of an earlier model are replaced: {', '.join(old)}")
    roles = {column.name: column.role for column in table.columns if column.name not in old}
    if label is not None and label in roles:
        marked = [name for name, role in roles.items() if role is Role.LABEL]
        roles |= dict.fromkeys(marked, Role.FEATURE) | {label: Role.LABEL}
    kept = table.arrow.select(list(roles))
    fields, columns = list(kept.schema), list(kept.columns)
    for name, values in scores.items():
        free = free_name(name, roles)
        fields.append(pa.field(free, values.type))
        columns.append(values)
        roles[free] = Role.SCORE
    return Table(pa.table(columns, schema=pa.schema(fields)), roles=roles).with_folds(table.folds)


def label_of(table: Table, dataset: str) -> str:
    """The label column's name. Raises `0024` where there is none, `0037` where there are several."""
    found = _names(table, Role.LABEL)
    if not found:
        raise BottegaError("0024", dataset=dataset)
    if len(found) > 1:
        raise BottegaError("0037", dataset=dataset, columns=", ".join(found))
    return found[0]


def find(table: Table) -> tuple[str | None, str | None]:
    """The names of the columns of scored labels (or their mean) and of two-class probabilities, None where there is none.

    Those marked as scores; where no labels are, those that are merely named so, as in a table read from a file.
    """
    names = _score_names(table)
    found = [
        next((name for name in names if name.startswith(kind) and not _CLASS.fullmatch(name)), None) for kind in _KINDS
    ]
    return found[0], found[1]


def class_probabilities(table: Table) -> dict[str, str]:
    """The columns of a multi-class model's probabilities by the class as text; found as `find` finds them."""
    found = ((_CLASS.fullmatch(name), name) for name in _score_names(table))
    return {match[1]: name for match, name in found if match}


def _score_names(table: Table) -> list[str]:
    marked = _names(table, Role.SCORE)
    if any(name.startswith(_LABELS) for name in marked):
        return marked
    plain = (*_LABELS, SCORED_PROBABILITIES)
    return [name for name in table.arrow.column_names if name in plain or _CLASS.fullmatch(name)]


def _names(table: Table, role: Role) -> list[str]:
    return [column.name for column in table.columns if column.role is role]


def free_name(name: str, taken: Container[str]) -> str:
    """The name, or where another column has it, the name with a number."""
    free, number = name, 1
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free
