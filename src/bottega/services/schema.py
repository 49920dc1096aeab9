"""The columns of a table as a program keeps them, and a few of its rows."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from bottega.dataset.formats.rendering import rendered
from bottega.dataset.table import Table
from bottega.dataset.types import Kind, column_type
from bottega.services import texts
from bottega.services.program import Field

SAMPLES = 5
_MOST_CATEGORIES = 1000
_LONGEST_SAMPLE = 1000  # characters


def fields(table: Table) -> tuple[Field, ...]:
    """The columns, with what reading a call's cells must know of them."""
    return tuple(
        _field(column.name, str(column.type), column.role.value, values)
        for column, values in zip(table.columns, table.arrow.columns, strict=True)
    )


def samples(table: Table) -> tuple[tuple[str | None, ...], ...]:
    """The first rows, as the text that a call has."""
    first = Table(table.arrow.slice(0, SAMPLES))
    cut = [[None if cell is None else cell[:_LONGEST_SAMPLE] for cell in column] for column in texts.columns(first)]
    return tuple(zip(*cut, strict=True))


def _field(name: str, kind: str, role: str, values: Any) -> Field:
    zone = getattr(values.type, "tz", None)
    if not pa.types.is_dictionary(values.type):
        return Field(name, kind, role, zone=zone, known=_is_known(values))
    dictionary = values.chunk(0).dictionary if values.num_chunks else pa.nulls(0, values.type.value_type)
    categories = rendered(dictionary).to_pylist() if len(dictionary) <= _MOST_CATEGORIES else []
    zone = getattr(values.type.value_type, "tz", None)
    return Field(name, kind, role, tuple(categories), ordered=values.type.ordered, zone=zone)


def _is_known(values: Any) -> bool:
    """Whether values tell the type: a column of missing ones only is Double of a CSV file, and String of a frame."""
    kind = column_type(values.type).kind
    if values.null_count < len(values) or kind not in (Kind.DOUBLE, Kind.STRING):
        return True
    return not len(values) and kind is Kind.DOUBLE
