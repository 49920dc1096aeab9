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
| run-end encoded, extension | as the values or the storage in it |

One dictionary serves all chunks of a Categorical column: the categories of all of them in
order of first appearance, each once and none missing; those that no row uses stay.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.types import is_canonical
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from collections.abc import Callable

    _Array: TypeAlias = pa.ChunkedArray[Any]
    _Rule: TypeAlias = tuple[Callable[[pa.DataType], bool], Callable[[_Array], _Array]]

# What Arrow and Python raise for a value that does not fit; ArrowInvalid is a ValueError.
# Up to here Python is faster than two of Arrow's functions.
_FEW = 32
_MISFITS = (ValueError, OverflowError, pa.ArrowNotImplementedError)


class _UnknownTypeError(Exception):
    """No rule knows the Arrow type."""


def canonical(column: _Array, name: str) -> _Array:
    """Bring the column into canonical layout; it is the same object where it already was.

    Raises `0139` with column and reason where a value has no place in its kind, `0017`
    where the Arrow type has no kind.
    """
    try:
        return _canonical(column)
    except _MISFITS as error:
        raise BottegaError("0139", column=name, type=str(column.type), reason=str(error)) from error
    except _UnknownTypeError as error:
        raise BottegaError("0017", column=name, type=str(column.type)) from error


def _canonical(column: _Array) -> _Array:
    kind = column.type
    if is_canonical(kind):
        return _canonical_values(column)
    for matches, convert in _RULES:
        if matches(kind):
            return _canonical_values(convert(column))
    raise _UnknownTypeError


def _canonical_values(column: _Array) -> _Array:
    """Bring values into canonical form: NaN is missing, ns only where it carries digits."""
    kind = column.type
    if pa.types.is_float64(kind):
        return _without_nan(column)
    if pa.types.is_timestamp(kind) or pa.types.is_duration(kind):
        return _coarsest(column)
    if pa.types.is_dictionary(kind):
        return _dictionary(column)
    return column


def _without_nan(column: _Array) -> _Array:
    if len(column) <= _FEW and not any(value is not None and math.isnan(value) for value in column.to_pylist()):
        return column
    nan = pc.call_function("is_nan", [column])
    if not pc.call_function("any", [nan]).as_py():
        return column
    cleaned: _Array = pc.call_function("if_else", [nan, pa.scalar(None, pa.float64()), column])
    return cleaned


def _coarsest(column: _Array) -> _Array:
    kind: Any = column.type
    if kind.unit == "us":
        return column
    micro = pa.timestamp("us", kind.tz) if pa.types.is_timestamp(kind) else pa.duration("us")
    if kind.unit != "ns":
        return column.cast(micro)
    try:
        return column.cast(micro)
    except pa.ArrowInvalid:
        return column


def _dictionary(column: _Array) -> _Array:
    kind: Any = column.type
    chunks: list[Any] = column.chunks or [pa.nulls(0, kind)]
    dictionaries = [chunk.dictionary for chunk in chunks]
    shared = all(dictionary.equals(dictionaries[0]) for dictionary in dictionaries[1:])
    values = _categories(dictionaries[:1] if shared else dictionaries, kind.value_type)
    kept = values.drop_null().unique()
    target: Any = pa.dictionary(pa.int32(), kept.type, ordered=kind.ordered)
    if shared and column.num_chunks and len(kept) == len(values) and target == kind:
        return column
    codes = pc.call_function("index_in", [values], pc.SetLookupOptions(kept))
    recoded, start = [], 0
    for chunk in chunks:
        own = codes if shared else codes.slice(start, len(chunk.dictionary))
        start += len(chunk.dictionary)
        recoded.append(pa.DictionaryArray.from_arrays(own.take(chunk.indices), kept, ordered=kind.ordered))
    return _chunked(recoded, target)


def _categories(dictionaries: list[Any], kind: pa.DataType) -> Any:
    """Return the canonical values of all dictionaries, one after the other, as one array."""
    values: Any = _canonical(_chunked(dictionaries, kind)).combine_chunks()
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values


def _integers(column: _Array) -> _Array:
    try:
        return column.cast(pa.int64())
    except pa.ArrowInvalid:  # uint64 beyond int64
        return column.cast(pa.float64(), safe=False)


def _times(column: _Array) -> _Array:
    kind: Any = column.type
    # Arrow casts a time of day to the integer of its own width alone.
    integers = column.cast(pa.int64() if kind.bit_width == 64 else pa.int32())
    return integers.cast(pa.int64()).cast(pa.duration(kind.unit))


def _dates(column: _Array) -> _Array:
    return column.cast(pa.timestamp("ms")).cast(pa.timestamp("us"))


def _decimals(column: _Array) -> _Array:
    return column.cast(pa.float64(), safe=False)


def _json(column: _Array) -> _Array:
    texts = [None if value is None else _json_text(value) for value in column.to_pylist()]
    return _chunked([pa.array(texts, pa.large_string())], pa.large_string())


def _json_text(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_json_value)
    except ValueError:  # NaN or an infinity, for which JSON has no number
        return json.dumps(_finite(value), ensure_ascii=False, default=_json_value)


def _json_value(value: Any) -> str:
    if isinstance(value, bytes):
        return value.hex()
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def _finite(value: Any) -> Any:
    """Replace NaN by null and infinities by their names, at any depth."""
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def _storage(column: _Array) -> _Array:
    kind: Any = column.type
    chunks: list[Any] = column.chunks
    return _canonical(_chunked([chunk.storage for chunk in chunks], kind.storage_type))


def _run_ends(column: _Array) -> _Array:
    return _canonical(pc.call_function("run_end_decode", [column]))


def _chunked(chunks: list[Any], kind: Any) -> _Array:
    # The stubs want the type as a literal; here it is known only when the program runs.
    column: _Array = pa.chunked_array(chunks, type=kind)
    return column


def _to(target: pa.DataType) -> Callable[[_Array], _Array]:
    return lambda column: column.cast(target)


def _is_extension(kind: pa.DataType) -> bool:
    return isinstance(kind, pa.BaseExtensionType)


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
_RULES: tuple[_Rule, ...] = (
    (_is_extension, _storage),
    (pa.types.is_null, _to(pa.large_string())),
    (pa.types.is_dictionary, _dictionary),
    (pa.types.is_run_end_encoded, _run_ends),
    (_is_text, _to(pa.large_string())),
    (_is_binary, _to(pa.large_binary())),
    (pa.types.is_integer, _integers),
    (pa.types.is_decimal, _decimals),
    (pa.types.is_floating, _to(pa.float64())),
    (pa.types.is_date, _dates),
    (pa.types.is_timestamp, _coarsest),
    (pa.types.is_time, _times),
    (pa.types.is_duration, _coarsest),
    (_is_nested, _json),
)
