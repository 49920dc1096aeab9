"""Columns from one kind to another, value by value, or an error that names the first that does not go.

| to | from |
|---|---|
| String | all: as files hold them (`formats.rendering`) |
| Integer | String, Double: whole numbers; Boolean: 0 and 1; DateTime, TimeSpan: ticks |
| Double | String, Integer; Boolean: 0 and 1; DateTime, TimeSpan: ticks |
| Boolean | String: true, false, 1 and 0 in any letters; numbers: 0 is false |
| DateTime | String (`_moments`); numbers: ticks |
| TimeSpan | String (`_moments`); numbers: ticks |

A tick is .NET's: 100 ns, of a DateTime since the first moment of year 1; here they end at the
microsecond. The words that stand for missing in files are missing in texts that become another kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute

from bottega.dataset.formats.body import MISSING
from bottega.dataset.formats.rendering import rendered
from bottega.dataset.types import Kind, column_type
from bottega.errors import BottegaError
from bottega.modules.data_transformation import _moments

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments

_NUMBER = re.compile(r"\s*[+-]?(?:inf|infinity|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,5})?)\s*", re.IGNORECASE | re.ASCII)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_INT64 = 2**63
_TIMES = (Kind.DATETIME, Kind.TIMESPAN)
# Microseconds from the first moment of year 1 to that of 1970, and to that of year 10000.
_EPOCH = 62_135_596_800_000_000
_LAST = 315_537_897_600_000_000


def can_become(source: Kind, target: Kind) -> bool:
    """Whether there is a way from one kind to the other."""
    return source is target or target is Kind.STRING or (source, target) in _RULES


def converted(column: Any, kind: Kind, name: str) -> Any:
    """The Arrow column as another kind; a Categorical one stays so, without unused categories.

    Raises `0042` where the kinds have nothing in common, `0139` with row and value of the first misfit.
    """
    source = column_type(column.type)
    if source.kind is kind:
        return column
    if not can_become(source.kind, kind):
        raise BottegaError("0042", column=name, found=str(source), expected=str(kind))
    if source.categorical:
        return _categorical(column, kind, name)
    texts, result = _convert(column, source.kind, kind)
    misfit = first_misfit(texts, result)
    if misfit is not None:
        raise _error(column, source, kind, name, misfit)
    return result


def first_misfit(before: Any, after: Any) -> int | None:
    """The place of the first value that is there before and missing after."""
    if before.null_count == after.null_count:
        return None
    lost = pc.index(pc.and_(before.is_valid(), after.is_null()), True).as_py()
    return int(lost)


def _convert(column: Any, source: Kind, target: Kind) -> tuple[Any, Any]:
    """The column as it is read, and what became of it, misfits missing."""
    if target is Kind.STRING:
        return column, pa.chunked_array([rendered(chunk) for chunk in column.chunks], pa.large_string())
    if source is Kind.STRING:
        missing = pc.is_in(pc.utf8_trim_whitespace(column), pa.array(MISSING, pa.large_string()))
        column = pc.if_else(missing, pa.scalar(None, pa.large_string()), column)
    return column, _RULES[source, target](column)


def _categorical(column: Any, kind: Kind, name: str) -> Any:
    array = column.combine_chunks()
    used = pc.unique(array.indices.drop_null())
    used = used.take(pc.sort_indices(used))
    values = pa.chunked_array([array.dictionary.take(used)])
    texts, result = _convert(values, column_type(values.type).kind, kind)
    misfit = first_misfit(texts, result)
    if misfit is not None:
        row = pc.index(array.indices, used[misfit]).as_py()
        raise _error(column, column_type(column.type), kind, name, row)
    codes = pc.index_in(array.indices, used)
    dictionary = result.combine_chunks()
    return pa.chunked_array([pa.DictionaryArray.from_arrays(codes, dictionary, ordered=array.type.ordered)])


def _error(column: Any, source: Any, kind: Kind, name: str, row: int) -> BottegaError:
    at = column.slice(row, 1).combine_chunks()
    # Python has no moments outside of its years 1 to 9999.
    value = rendered(at)[0].as_py() if source.kind in _TIMES else repr(at[0].as_py())[:100]
    reason = f"{value} in row {row} (counting from 0) cannot become {kind}"
    return BottegaError("0139", column=name, type=str(source), reason=reason)


def _text_to_integer(texts: Any) -> Any:
    try:
        if not pc.any(pc.match_substring(texts, "x", ignore_case=True)).as_py():  # to Arrow 0x1F is a number
            return texts.cast(pa.int64())
    except pa.ArrowInvalid:
        pass

    return _moments.by_value(
        texts, lambda values: pa.array([_integer(text) for text in values.to_pylist()], pa.int64())
    )


def _integer(text: str) -> int | None:
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text.strip())
    if not number.is_finite() or abs(number) >= 2 * _INT64 or number != number.to_integral_value():
        return None
    return int(number) if -_INT64 <= number < _INT64 else None


def _text_to_double(texts: Any) -> Any:
    try:
        return texts.cast(pa.float64())
    except pa.ArrowInvalid:
        return _moments.by_value(
            texts, lambda values: pa.array([double(text) for text in values.to_pylist()], pa.float64())
        )


def double(text: str) -> float | None:
    """The number that a text spells in ASCII digits; None where it spells none."""
    return float(text) if _NUMBER.fullmatch(text) else None


def _text_to_boolean(texts: Any) -> Any:
    return _moments.by_value(
        texts,
        lambda values: pa.array([_BOOLEANS.get(text.strip().casefold()) for text in values.to_pylist()], pa.bool_()),
    )


def _double_to_integer(numbers: Any) -> Any:
    whole = pc.and_(pc.equal(numbers, pc.trunc(numbers)), pc.less(numbers, float(_INT64)))
    whole = pc.and_(whole, pc.greater_equal(numbers, -float(_INT64)))
    return pc.if_else(whole, numbers, pa.scalar(None, pa.float64())).cast(pa.int64(), safe=False)


def _integer_to_boolean(numbers: Any) -> Any:
    return pc.not_equal(numbers, 0)


def _integer_to_double(numbers: Any) -> Any:
    return numbers.cast(pa.float64(), safe=False)


def _ticks_to_moments(ticks: Any) -> Any:
    micros = _micros(ticks)
    inside = pc.and_(pc.greater_equal(ticks, 0), pc.less(micros, _LAST))
    return pc.if_else(inside, pc.subtract(micros, _EPOCH), pa.scalar(None, pa.int64())).cast(pa.timestamp("us"))


def _ticks_to_spans(ticks: Any) -> Any:
    return _micros(ticks).cast(pa.duration("us"))


def _micros(ticks: Any) -> Any:
    """Ticks as microseconds, rounded down."""
    quotient = pc.divide(ticks, 10)
    below = pc.less(ticks, pc.multiply(quotient, 10)).cast(pa.int64())
    return pc.subtract(quotient, below)


def _moments_to_ticks(column: Any) -> Any:
    micros = column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(pa.int64())
    inside = pc.and_(pc.greater_equal(micros, -_EPOCH), pc.less(micros, _LAST - _EPOCH))
    ticks = pc.if_else(inside, pc.add(micros, _EPOCH), pa.scalar(None, pa.int64()))
    return pc.multiply(ticks, 10)


def _spans_to_ticks(column: Any) -> Any:
    micros = column.cast(pa.duration("us"), safe=False).cast(pa.int64())
    inside = pc.and_(pc.less(micros, _INT64 // 10), pc.greater(micros, -_INT64 // 10))
    return pc.multiply(pc.if_else(inside, micros, pa.scalar(None, pa.int64())), 10)


def _then(first: Callable[[Any], Any], second: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda column: second(first(column))


def _flags_to_integer(flags: Any) -> Any:
    return flags.cast(pa.int64())


_RULES: dict[tuple[Kind, Kind], Callable[[Any], Any]] = {
    (Kind.STRING, Kind.INTEGER): _text_to_integer,
    (Kind.STRING, Kind.DOUBLE): _text_to_double,
    (Kind.STRING, Kind.BOOLEAN): _text_to_boolean,
    (Kind.STRING, Kind.DATETIME): _moments.moments,
    (Kind.STRING, Kind.TIMESPAN): _moments.spans,
    (Kind.INTEGER, Kind.DOUBLE): _integer_to_double,
    (Kind.INTEGER, Kind.BOOLEAN): _integer_to_boolean,
    (Kind.INTEGER, Kind.DATETIME): _ticks_to_moments,
    (Kind.INTEGER, Kind.TIMESPAN): _ticks_to_spans,
    (Kind.DOUBLE, Kind.INTEGER): _double_to_integer,
    (Kind.DOUBLE, Kind.BOOLEAN): _integer_to_boolean,
    (Kind.DOUBLE, Kind.DATETIME): _then(_double_to_integer, _ticks_to_moments),
    (Kind.DOUBLE, Kind.TIMESPAN): _then(_double_to_integer, _ticks_to_spans),
    (Kind.BOOLEAN, Kind.INTEGER): _flags_to_integer,
    (Kind.BOOLEAN, Kind.DOUBLE): _then(_flags_to_integer, _integer_to_double),
    (Kind.DATETIME, Kind.INTEGER): _moments_to_ticks,
    (Kind.DATETIME, Kind.DOUBLE): _then(_moments_to_ticks, _integer_to_double),
    (Kind.TIMESPAN, Kind.INTEGER): _spans_to_ticks,
    (Kind.TIMESPAN, Kind.DOUBLE): _then(_spans_to_ticks, _integer_to_double),
}
