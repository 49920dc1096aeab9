"""The values of a column as text, and texts joined to lines, all inside Arrow."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

_TEXT = pa.large_string()
_DAY = 24 * 60 * 60
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6}
_YEAR_1 = -62_135_596_800
_YEAR_10000 = 253_402_300_800


def rendered(column: Any) -> Any:
    """Return a canonical column as text, missing where it is missing.

    Doubles in their shortest form that reads back the same, and always told from integers;
    Boolean True and False; DateTime in ISO form with the offset where there is a zone;
    TimeSpan as pandas shows it ("1 days 02:03:04"); Bytes in base64.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return rendered(column.cast(kind.value_type))  # of chunked columns, too
    if pa.types.is_floating(kind):
        return _doubles(column)
    if pa.types.is_boolean(kind):
        return pc.if_else(column, pa.scalar("True", _TEXT), pa.scalar("False", _TEXT))
    if pa.types.is_timestamp(kind):
        return _times(column)
    if pa.types.is_duration(kind):
        return _spans(column)
    if pa.types.is_large_binary(kind):
        return pa.array([None if value is None else b64encode(value).decode() for value in column.to_pylist()], _TEXT)
    return column.cast(_TEXT)


def labelled(column: Any) -> Any:
    """As `rendered`, in the names of columns and classes: whole Doubles without fraction, Boolean true and false."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return labelled(column.cast(kind.value_type))
    if pa.types.is_floating(kind) or pa.types.is_boolean(kind):
        return column.cast(_TEXT)
    return rendered(column)


def joined(cells: Sequence[Any], separator: str, *, end: str = "") -> Any:
    """Join each row's cells by the separator; a missing one is left out with its separator.

    One cell of each row is not missing: Arrow loses rows of which it leaves out all.
    """
    parts = [*cells, pa.scalar(separator, _TEXT)]
    line = pc.call_function("binary_join_element_wise", parts, pc.JoinOptions("skip"))
    return concatenated(line, end) if end else line


def concatenated(*parts: Any | str) -> Any:
    """Join texts and constants row by row; missing where a part is missing."""
    texts = [pa.scalar(part, _TEXT) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*texts, pa.scalar("", _TEXT))


def utf8(texts: Any) -> memoryview:
    """Return the bytes of all texts, one after the other."""
    _, offsets, data = texts.buffers()
    if data is None or offsets is None:
        return memoryview(b"")
    bounds = memoryview(offsets).cast("B").cast("q")
    return memoryview(data)[bounds[texts.offset] : bounds[texts.offset + len(texts)]]


def iso(times: Any) -> Any:
    """Render times as `2020-01-02 03:04:05`, a fraction in all digits of the unit, and the zone."""
    try:
        texts = times.cast(_TEXT)
    except pa.ArrowInvalid:  # a zone that this machine does not know: the same instants in UTC
        texts = times.cast(pa.timestamp(times.type.unit, "UTC")).cast(_TEXT)
    if times.type.unit == "ns":  # 1677 to 2262
        return texts
    ticks = times.cast(pa.int64())
    second = _PER_SECOND[times.type.unit]
    early = pc.call_function("less", [ticks, _YEAR_1 * second])
    late = pc.call_function("greater_equal", [ticks, _YEAR_10000 * second])
    far = pc.or_(early, late)
    return pc.if_else(far, _far(times, ticks), texts) if pc.any(far).as_py() else texts


def _far(times: Any, ticks: Any) -> Any:
    """Render times of any year, in UTC: Arrow loses its way with years of more than four digits."""
    import numpy as np

    moments = ticks.fill_null(0).to_numpy(zero_copy_only=False).astype(f"datetime64[{times.type.unit}]")
    texts = pc.replace_substring(pa.array(np.datetime_as_string(moments).astype(object), _TEXT), "T", " ")
    return concatenated(texts, "Z" if times.type.tz else "")


def _doubles(column: Any) -> Any:
    texts = column.cast(_TEXT)
    return pc.replace_substring_regex(texts, r"\A(-?[0-9]+)\z", r"\1.0")


def _times(column: Any) -> Any:
    texts = pc.replace_substring_regex(iso(column), r"\.0+(Z|[+-][0-9]+)?\z", r"\1")
    if column.type.tz is None:
        return texts
    texts = pc.replace_substring_regex(texts, r"Z\z", "+00:00")
    return pc.replace_substring_regex(texts, r"([+-][0-9]{2})([0-9]{2})\z", r"\1:\2")


def _spans(column: Any) -> Any:
    """As pandas shows a timedelta: days rounded down, then the time of day."""
    digits = 9 if column.type.unit == "ns" else 6
    ticks = column.cast(pa.int64())
    second = 10**digits
    days = _floored(ticks, _DAY * second)
    rest = pc.subtract(ticks, pc.multiply(days, _DAY * second))
    seconds = pc.divide(rest, second)
    parts = [pc.divide(seconds, 3600), pc.divide(_modulo(seconds, 3600), 60), _modulo(seconds, 60)]
    hours, minutes, rest_seconds = (pc.utf8_lpad(part.cast(_TEXT), 2, "0") for part in parts)
    clock = concatenated(hours, ":", minutes, ":", rest_seconds)
    fraction = concatenated(".", pc.utf8_lpad(_modulo(rest, second).cast(_TEXT), digits, "0"))
    sign = pc.if_else(pc.call_function("less", [days, 0]), pa.scalar(" days +", _TEXT), pa.scalar(" days ", _TEXT))
    whole = concatenated(days.cast(_TEXT), sign, clock)
    return concatenated(whole, pc.replace_substring_regex(fraction, r"\A\.0+\z", ""))


def _floored(numbers: Any, divisor: int) -> Any:
    """Division rounded down, where Arrow's rounds to zero."""
    quotient = pc.divide(numbers, divisor)
    below = pc.less(numbers, pc.multiply(quotient, divisor))
    return pc.subtract(quotient, below.cast(pa.int64()))


def _modulo(numbers: Any, divisor: int) -> Any:
    return pc.subtract(numbers, pc.multiply(pc.divide(numbers, divisor), divisor))
