"""The cells of a call's column, any JSON, as an Arrow array of the type that the service was published with.

| type | JSON that fits beside its own |
|---|---|
| String | numbers and booleans, as text: `5`, `1.5`, `True` |
| Integer | text; a number with a point where nothing is behind it; booleans as 1 and 0 |
| Double | text; booleans as 1 and 0 |
| Boolean | the texts true and false in any letters; 1 and 0 |
| DateTime, TimeSpan | text in the forms of `times` |
| Bytes | base64 |

null is missing; so is NaN, and in all columns but String the empty text and the words that CSV files have for missing.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset import times
from bottega.dataset.formats.body import MISSING
from bottega.dataset.formats.cells import Cell, Cells
from bottega.dataset.formats.guess import guess
from bottega.dataset.types import Kind

_TEXT = pa.large_string()
# Up to here Python is faster, cell by cell, than a chain of Arrow's functions.
_FEW = 64
_NONE = type(None)
_NUMBER = re.compile(r"[+-]?(?:inf|infinity|(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,5})?)", re.IGNORECASE | re.ASCII)
_INT64 = 2**63
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_MISSING = frozenset(MISSING)
# What Arrow and Python raise for cells that are not as they seemed.
_UNFIT = (pa.ArrowException, ValueError, OverflowError, TypeError)
_Read = Callable[[Sequence[Any]], Any]


class Field(Protocol):
    """A column as it was declared (`services.program.Field`)."""

    @property
    def type(self) -> str:
        """The Studio type, such as `Categorical String`."""
        ...

    @property
    def categories(self) -> tuple[str, ...]:
        """Those that are known, as text."""
        ...

    @property
    def ordered(self) -> bool:
        """Whether their order means something."""
        ...

    @property
    def zone(self) -> str | None:
        """The time zone of a DateTime, if it has one."""
        ...

    @property
    def known(self) -> bool:
        """False where the type is to be guessed from the cells."""
        ...


class MisfitError(Exception):
    """A cell that cannot be what its column is: its row, counted from 1, and its value, shortened."""

    def __init__(self, row: int, value: object) -> None:
        super().__init__(row, value)
        self.row = row
        self.value = shown(value)


def shown(value: object) -> str:
    """A cell as messages show it."""
    text = value if isinstance(value, str) else repr(value)[:200]
    text = f"{text[:80]}…" if len(text) > 80 else text
    return text.encode("utf-8", "backslashreplace").decode()


def reader(field: Field) -> _Read:
    """The function that reads a column's cells. It raises `MisfitError`."""
    kind = Kind(field.type.removeprefix("Categorical "))
    if not field.known:
        missing = pa.float64() if kind is Kind.DOUBLE else _TEXT
        return lambda cells: _guessed(cells, missing)
    read = _moments(field.zone) if kind is Kind.DATETIME else _READERS[kind]
    if field.type == kind:
        return read
    known = read(field.categories)
    return lambda cells: _categorical(read(cells), known, ordered=field.ordered)


def few_reader(field: Field) -> Callable[[Sequence[Any]], list[Any]] | None:
    """The function that reads some cells as plain values (`dataset.few`); None for a column that has no such form.

    It raises `MisfitError`.
    """
    kind = Kind(field.type.removeprefix("Categorical "))
    read = _FEW_READERS.get(kind)
    if read is None or field.type != kind or not field.known or field.zone is not None:
        return None
    return lambda cells: _each(cells, read)


def _strings(cells: Sequence[Any]) -> Any:
    try:
        return pa.array(cells, _TEXT)
    except _UNFIT:
        return pa.array(_each(cells, _string), _TEXT)


def _string(cell: Any) -> str | None:
    if isinstance(cell, float) and math.isnan(cell):
        return None
    if not isinstance(cell, str | int | float):
        raise ValueError
    text = str(cell)
    text.encode()  # a lone surrogate is no text
    return text


def _doubles(cells: Sequence[Any]) -> Any:
    kinds = set(map(type, cells))
    try:
        if kinds <= {float, int, _NONE}:
            return pa.array(cells, pa.float64(), from_pandas=True)  # NaN is missing
        if kinds <= {str, _NONE} and len(cells) > _FEW:
            return _bare(cells).cast(pa.float64())
    except _UNFIT:
        pass
    return pa.array(_each(cells, _double), pa.float64())


def _double(cell: Any) -> float | None:
    if isinstance(cell, str):
        text = cell.strip()
        if text in _MISSING:
            return None
        if not _NUMBER.fullmatch(text):
            raise ValueError
        return float(text)
    if not isinstance(cell, int | float):
        raise ValueError
    number = float(cell)
    return None if math.isnan(number) else number


def _integers(cells: Sequence[Any]) -> Any:
    kinds = set(map(type, cells))
    try:
        if kinds <= {int, _NONE}:
            return pa.array(cells, pa.int64())
        if kinds <= {str, _NONE} and len(cells) > _FEW:
            texts = _bare(cells)
            if not pc.any(pc.match_substring(texts, "x", ignore_case=True)).as_py():  # to Arrow 0x1F is a number
                return texts.cast(pa.int64())
    except _UNFIT:
        pass
    return pa.array(_each(cells, _integer), pa.int64())


def _integer(cell: Any) -> int | None:
    number: Any = cell
    if isinstance(cell, str):
        text = cell.strip()
        if text in _MISSING:
            return None
        if not _NUMBER.fullmatch(text):
            raise ValueError
        number = Decimal(text)
    elif isinstance(cell, float) and math.isnan(cell):
        return None
    elif not isinstance(cell, int | float):
        raise ValueError
    if not -_INT64 <= number < _INT64 or number != int(number):  # an infinity is outside, too
        raise ValueError
    return int(number)


def _booleans(cells: Sequence[Any]) -> Any:
    return pa.array(_each(cells, _boolean), pa.bool_())


def _boolean(cell: Any) -> bool | None:
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, float) and math.isnan(cell):
        return None
    if isinstance(cell, int | float) and cell in (0, 1):
        return bool(cell)
    if isinstance(cell, str):
        text = cell.strip()
        if text in _MISSING:
            return None
        found = _BOOLEANS.get(text.casefold())
        if found is not None:
            return found
    raise ValueError


def _moments(zone: str | None) -> _Read:
    def read(cells: Sequence[Any]) -> Any:
        try:
            if len(cells) > _FEW and set(map(type, cells)) <= {str, _NONE}:
                return times.moments(_bare(cells), zone)
        except _UNFIT:
            pass
        found = _each(cells, _moment)
        utc = pa.array([None if each is None else each[0] for each in found], pa.timestamp("us"))
        if zone is None:
            return utc
        own = times.localised(utc, zone)
        zoned = pa.array([each is not None and each[1] for each in found], pa.bool_())
        return pc.if_else(zoned, utc.cast(pa.timestamp("us", "UTC")).cast(own.type), own)

    return read


def _moment(cell: Any) -> tuple[int, bool] | None:
    text = _text(cell)
    return None if text is None else times.moment(text)


def _spans(cells: Sequence[Any]) -> Any:
    return pa.array(_each(cells, _span), pa.duration("us"))


def _span(cell: Any) -> int | None:
    text = _text(cell)
    return None if text is None else times.span(text)


def _bytes(cells: Sequence[Any]) -> Any:
    return pa.array(_each(cells, _data), pa.large_binary())


def _data(cell: Any) -> bytes | None:
    text = _text(cell)
    return None if text is None else base64.b64decode(text, validate=True)


def _count(cell: Any) -> int | None:
    moment = _moment(cell)
    return None if moment is None else moment[0]


def _text(cell: Any) -> str | None:
    """A text that is none of a missing value."""
    if isinstance(cell, float) and math.isnan(cell):
        return None
    if not isinstance(cell, str):
        raise ValueError
    return None if cell.strip() in _MISSING else cell


def _guessed(cells: Sequence[Any], missing: pa.DataType) -> Any:
    """Of a column's values none was known when the service was published: its type is guessed, as of CSV.

    missing  the type that the column had then, and has where a call tells no more
    """
    column = Cells()
    try:
        column.add(_each(cells, _told))
        found = column.column(_TEXT).combine_chunks()
        if found.null_count == len(found):
            return found.cast(missing)
        if not pa.types.is_large_string(found.type):
            return found
        if pc.all(pc.match_substring_regex(found, r"(?i)\A(?:true|false)\z"), min_count=1).as_py():
            return pc.equal(pc.utf8_lower(found), pa.scalar("true", _TEXT))
        return guess(found)
    except pa.ArrowException:
        return _strings(cells)


def _told(cell: Any) -> Cell:
    text = _string(cell)
    if text is None or text in _MISSING:
        return None
    kinds = {bool: Kind.BOOLEAN, int: Kind.INTEGER, float: Kind.DOUBLE}
    return kinds.get(type(cell), Kind.STRING), text


def _categorical(values: Any, known: Any, *, ordered: bool) -> Any:
    """The categories that were known first, in their order, then those that are new."""
    fresh = values.filter(pc.is_null(pc.index_in(values, known))).drop_null().unique()
    categories = pa.concat_arrays([known, fresh]) if len(fresh) else known
    codes = pc.index_in(values, categories)
    return pa.DictionaryArray.from_arrays(codes, categories, ordered=ordered)


def _bare(cells: Sequence[Any]) -> Any:
    """Texts without blanks around them, and what stands for missing missing."""
    texts: Any = pa.array(cells, _TEXT)
    stripped = pc.utf8_trim_whitespace(texts)
    missing = pc.is_in(stripped, _WORDS)
    return pc.if_else(missing, _NO_TEXT, stripped) if pc.any(missing).as_py() else stripped


def _each(cells: Sequence[Any], read: Callable[[Any], Any]) -> list[Any]:
    """Cell by cell. Raises `MisfitError` for the first that does not fit."""
    found = []
    for row, cell in enumerate(cells, start=1):
        try:
            found.append(None if cell is None else read(cell))
        except (ValueError, OverflowError, ArithmeticError) as error:
            raise MisfitError(row, cell) from error
    return found


_WORDS = pa.array(MISSING, _TEXT)
_NO_TEXT = pa.scalar(None, _TEXT)
_READERS: dict[Kind, _Read] = {
    Kind.STRING: _strings,
    Kind.INTEGER: _integers,
    Kind.DOUBLE: _doubles,
    Kind.BOOLEAN: _booleans,
    Kind.TIMESPAN: _spans,
    Kind.BYTES: _bytes,
}
_FEW_READERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.STRING: _string,
    Kind.INTEGER: _integer,
    Kind.DOUBLE: _double,
    Kind.BOOLEAN: _boolean,
    Kind.DATETIME: _count,
    Kind.TIMESPAN: _span,
}
