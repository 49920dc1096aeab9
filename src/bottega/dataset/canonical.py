"""Any Arrow column → the one layout that a `Table` keeps for its kind.

| Arrow | becomes |
|---|---|
| (large) string, string view | String: large_string |
| integers of any width | Integer: int64; uint64 beyond it becomes Double |
| float16, float32, decimal | Double: float64, NaN counts as missing |
| date, timestamp | DateTime: timestamp, µs, or ns where µs would lose digits; zone kept |
| time of day, duration | TimeSpan: duration, µs or ns likewise |
| binary of any width | Bytes: large_binary |
| dictionary | Categorical of its value's kind: dictionary<int32, …>, order kept |
| all missing (null) | String |
| list, struct, map, union, calendar interval | String: JSON text |
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.types import is_canonical
from bottega.errors import BottegaError

_Array = pa.ChunkedArray


def canonical(column: _Array, name: str) -> _Array:
    """The column in canonical layout; the same object where it is already.

    Raises `0139` with column and reason where a value has no place in its kind.
    """
    kind = column.type
    if is_canonical(kind):
        return _canonical_values(column)
    try:
        for matches, convert in _RULES:
            if matches(kind):
                return _canonical_values(convert(column))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OverflowError) as error:
        raise BottegaError("0139", column=name, type=str(kind), reason=str(error)) from error
    raise BottegaError("0017", column=name, type=str(kind))


def _canonical_values(column: _Array) -> _Array:
    """Values in canonical form: NaN is missing, nanoseconds only where they carry digits."""
    kind = column.type
    if pa.types.is_float64(kind):
        nan = pc.is_nan(column)
        if pc.any(nan).as_py():
            return pc.if_else(nan, pa.scalar(None, kind), column)
    elif pa.types.is_timestamp(kind) or pa.types.is_duration(kind):
        return _coarsest(column)
    elif pa.types.is_dictionary(kind):
        return _dictionary(column)
    return column


def _coarsest(column: _Array) -> _Array:
    kind = column.type
    micro = pa.timestamp("us", kind.tz) if pa.types.is_timestamp(kind) else pa.duration("us")
    if kind.unit != "ns":
        return column.cast(micro)
    try:
        return column.cast(micro, safe=True)
    except pa.ArrowInvalid:
        return column


def _dictionary(column: _Array) -> _Array:
    """One dictionary for all chunks, its values canonical, distinct and never missing."""
    column = column.unify_dictionaries()
    if column.num_chunks == 0:
        values = canonical(pa.chunked_array([], type=column.type.value_type), "").type
        return pa.chunked_array([], type=pa.dictionary(pa.int32(), values, column.type.ordered))
    values = canonical(pa.chunked_array([column.chunk(0).dictionary]), "").combine_chunks()
    ordered = column.type.ordered
    if values.null_count or len(pc.unique(values)) != len(values):
        if ordered:
            kept = pc.unique(values.drop_null())
            plain = column.cast(column.type.value_type)
            codes = pc.index_in(canonical(plain, ""), value_set=kept)
            chunks = [pa.DictionaryArray.from_arrays(chunk, kept, ordered=True) for chunk in codes.chunks]
            return pa.chunked_array(chunks, type=pa.dictionary(pa.int32(), kept.type, ordered=True))
        plain = canonical(column.cast(column.type.value_type), "")
        return pc.dictionary_encode(plain)
    if column.type.index_type == pa.int32() and values.type == column.type.value_type:
        return column
    chunks = [
        pa.DictionaryArray.from_arrays(chunk.indices.cast(pa.int32()), values, ordered=ordered)
        for chunk in column.chunks
    ]
    return pa.chunked_array(chunks, type=pa.dictionary(pa.int32(), values.type, ordered))


def _integers(column: _Array) -> _Array:
    try:
        return column.cast(pa.int64())
    except pa.ArrowInvalid:  # uint64 beyond int64
        return column.cast(pa.float64(), safe=False)


def _times(column: _Array) -> _Array:
    unit = column.type.unit
    integers = column.cast(pa.int64() if column.type.bit_width == 64 else pa.int32()).cast(pa.int64())
    return integers.cast(pa.duration(unit))


def _timestamps(column: _Array) -> _Array:
    return _coarsest(column)


def _dates(column: _Array) -> _Array:
    return column.cast(pa.timestamp("ms")).cast(pa.timestamp("us"))


def _decimals(column: _Array) -> _Array:
    return column.cast(pa.float64(), safe=False)


def _json(column: _Array) -> _Array:
    texts = [None if value is None else json.dumps(value, ensure_ascii=False, default=str) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.large_string())])


def _storage(column: _Array) -> _Array:
    storage = pa.chunked_array([chunk.storage for chunk in column.chunks], type=column.type.storage_type)
    return canonical(storage, "")


def _run_ends(column: _Array) -> _Array:
    return canonical(pc.run_end_decode(column), "")


def _to(target: pa.DataType) -> Callable[[_Array], _Array]:
    return lambda column: column.cast(target)


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def _is_binary(kind: pa.DataType) -> bool:
    return (
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or pa.types.is_binary_view(kind)
    )


def _is_nested(kind: pa.DataType) -> bool:
    return pa.types.is_nested(kind) or pa.types.is_interval(kind)


# The first rule that matches is taken.
_RULES: list[tuple[Callable[[pa.DataType], bool], Callable[[_Array], _Array]]] = [
    (lambda kind: isinstance(kind, pa.BaseExtensionType), _storage),
    (pa.types.is_null, _to(pa.large_string())),
    (pa.types.is_dictionary, _dictionary),
    (pa.types.is_run_end_encoded, _run_ends),
    (_is_text, _to(pa.large_string())),
    (_is_binary, _to(pa.large_binary())),
    (pa.types.is_integer, _integers),
    (pa.types.is_decimal, _decimals),
    (pa.types.is_floating, _to(pa.float64())),
    (pa.types.is_date, _dates),
    (pa.types.is_timestamp, _timestamps),
    (pa.types.is_time, _times),
    (pa.types.is_duration, _coarsest),
    (_is_nested, _json),
]
