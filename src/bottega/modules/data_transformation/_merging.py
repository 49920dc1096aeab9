"""The keys of both sides of a full outer join in one column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute

from bottega.dataset.types import column_type
from bottega.errors import BottegaError

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments


def with_right_keys(
    lefts: pa.Table, rights: pa.Table, left: Sequence[int], right: Sequence[int], *, missing: Any
) -> pa.Table:
    """The left rows with the right key where there is no left row.

    Raises `0139` for microseconds and nanoseconds in one column that those do not reach.
    """
    for place, other in zip(left, right, strict=True):
        field, column, key = lefts.schema.field(place), lefts.column(place), rights.column(other)
        if column.type != key.type:
            try:
                column, key = _common(column, key)
            except pa.ArrowInvalid as error:
                reason = f"beside the other table's keys it would be in nanoseconds, which lack its range ({error})"
                raise BottegaError(
                    "0139", column=field.name, type=str(column_type(column.type)), reason=reason
                ) from error
        elif pa.types.is_dictionary(column.type):
            lefts = lefts.set_column(place, field, _merged(column, key, missing))
            continue
        filled = pc.if_else(pa.array(missing), key, column)
        lefts = lefts.set_column(place, pa.field(field.name, filled.type, metadata=field.metadata), filled)
    return lefts


def _common(column: Any, key: Any) -> tuple[Any, Any]:
    """Both in one type: numbers as Double, categories and text as text, times in the finer unit."""
    plain = [
        values.cast(values.type.value_type) if pa.types.is_dictionary(values.type) else values
        for values in (column, key)
    ]
    if plain[0].type == plain[1].type:
        return plain[0], plain[1]
    if pa.types.is_floating(plain[0].type) or pa.types.is_floating(plain[1].type):
        return plain[0].cast(pa.float64(), safe=False), plain[1].cast(pa.float64(), safe=False)
    # Only times are left: of a timestamp in another zone the moment stays.
    finer = plain[0].type if plain[0].type.unit == "ns" else plain[1].type
    kind: Any = pa.timestamp(finer.unit, plain[0].type.tz) if pa.types.is_timestamp(finer) else finer
    return plain[0].cast(kind), plain[1].cast(kind)


def _merged(column: Any, key: Any, missing: Any) -> Any:
    """Categories of both sides in one dictionary, those of the left first."""
    both: Any = pa.chunked_array([*column.chunks, *key.chunks], column.type).unify_dictionaries().combine_chunks()
    codes, others = both.indices[: len(column)], both.indices[len(column) :]
    chosen = pc.if_else(pa.array(missing), others, codes)
    return pa.DictionaryArray.from_arrays(chosen, both.dictionary, ordered=both.type.ordered)
