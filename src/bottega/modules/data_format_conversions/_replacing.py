"""One value of a column for another, in columns of any type, categories included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute

from bottega.dataset.cells import MisfitError, reader
from bottega.dataset.types import Kind, column_type

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments


class UnfitError(Exception):
    """The new value is none of the column's type."""


@dataclass(frozen=True)
class _Declared:
    """A column's type, as `dataset.cells` wants it told."""

    type: str
    zone: str | None
    categories: tuple[str, ...] = ()
    ordered: bool = False
    known: bool = True


def replaced(column: Any, old: str | None, new: str | None) -> Any:
    """The column with a new value wherever the old one stands; None is a missing value.

    Texts are compared whole, numbers and times by what they are. The very column where nothing is found.
    Raises UnfitError where something is, and the new value is none of the column's type.
    """
    if pa.types.is_dictionary(column.type):
        return _recategorised(column, old, new)
    if old is None:
        found = pc.is_null(column)
    else:
        wanted = _scalar(old, column.type)
        if wanted is None:
            return column
        found = pc.equal(column, wanted).fill_null(False)  # noqa: FBT003 - pyarrow's own signature
    if not pc.any(found).as_py():
        return column
    value = pa.scalar(None, column.type) if new is None else _scalar(new, column.type)
    if value is None:
        raise UnfitError
    return pc.if_else(found, value, column)


def _recategorised(column: Any, old: str | None, new: str | None) -> Any:
    """The same of categories, which keep their order; a new one that is not known yet takes the old one's place, or comes last."""
    values = column.cast(column.type.value_type)
    after = replaced(values, old, new)
    if after is values:
        return column
    known = column.chunk(0).dictionary
    if old is not None:
        known = replaced(known, old, new)
    elif new is not None:
        known = pa.concat_arrays([known, pa.array([_scalar(new, known.type)], known.type)])
    known = pc.unique(known).drop_null()
    codes = pc.index_in(after, value_set=known).combine_chunks()
    return pa.chunked_array([pa.DictionaryArray.from_arrays(codes, known, ordered=column.type.ordered)])


def _scalar(text: str, kind: Any) -> Any:
    """A value of this type; None where the text is none."""
    if pa.types.is_large_string(kind):
        return pa.scalar(text, kind)
    if pa.types.is_boolean(kind) and text.strip().casefold() not in ("true", "false"):
        return None  # 0 and 1 are numbers here
    declared = _Declared(str(column_type(kind)), getattr(kind, "tz", None))
    try:
        value = reader(declared)([text])[0]
        return value.cast(kind) if value.is_valid and declared.type != Kind.BYTES else None
    except (MisfitError, pa.ArrowException):
        return None
