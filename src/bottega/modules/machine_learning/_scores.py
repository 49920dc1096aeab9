"""Score columns: how Score Model appends them, and how whoever evaluates finds them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bottega.sdk import BottegaError, Role, Table, note

SCORED_LABELS = "Scored Labels"
SCORED_PROBABILITIES = "Scored Probabilities"
_KINDS = (SCORED_LABELS, SCORED_PROBABILITIES)


def append(table: Table, label: str, scores: Mapping[str, Any]) -> Table:
    """The table with score columns at its end; those of an earlier model go.

    The label, where it is there, is the one column marked as such.
    """
    old = [name for name in _names(table, Role.SCORE) if name.startswith(_KINDS) and name != label]
    if old:
        note(f"The scores of an earlier model are replaced: {', '.join(old)}")
    roles = {column.name: column.role for column in table.columns if column.name not in old}
    if label in roles:
        marked = [name for name, role in roles.items() if role is Role.LABEL]
        roles |= dict.fromkeys(marked, Role.FEATURE) | {label: Role.LABEL}
    arrow = table.arrow.select(list(roles))
    for name, values in scores.items():
        free = _free(name, roles)
        arrow = arrow.append_column(free, values)
        roles[free] = Role.SCORE
    return Table(arrow, roles=roles)


def label_of(table: Table, dataset: str) -> str:
    """The label column's name. Raises `0024` where there is none, `0037` where there are several."""
    found = _names(table, Role.LABEL)
    if not found:
        raise BottegaError("0024", dataset=dataset)
    if len(found) > 1:
        raise BottegaError("0037", dataset=dataset, columns=", ".join(found))
    return found[0]


def find(table: Table) -> tuple[str | None, str | None]:
    """The names of the columns of scored labels and of probabilities, None where there is none.

    Those marked as scores; where no labels are, those that are merely named so, as in a table read from a file.
    """
    marked = _names(table, Role.SCORE)
    if any(name.startswith(SCORED_LABELS) for name in marked):
        names = [next((name for name in marked if name.startswith(kind)), None) for kind in _KINDS]
    else:
        names = [kind if kind in table.arrow.column_names else None for kind in _KINDS]
    return names[0], names[1]


def _names(table: Table, role: Role) -> list[str]:
    return [column.name for column in table.columns if column.role is role]


def _free(name: str, taken: Mapping[str, Any]) -> str:
    """The name, or where a column that is no score has it, the name with a number."""
    free, number = name, 1
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free
