"""A Python value in few words: tables as tables, arrays and collections by their first items."""

from __future__ import annotations

import itertools
import reprlib
import sys
from typing import Any

_ROWS, _COLUMNS = 10, 20
_LONGEST_CELL = 80
_LONGEST = 2_000
_ITEMS = 10


def described(value: Any) -> tuple[str, dict[str, Any] | None]:
    """The text and, of a frame or a series, {"columns": [{name, type}], "rows": [[text or None]], "shape": [rows, columns]}.

    Runs the value's own code.
    """
    kind = type(value)  # what `isinstance` is told by a mock, or a proxy, may be another
    pandas, numpy = sys.modules.get("pandas"), sys.modules.get("numpy")
    if pandas is not None and issubclass(kind, pandas.DataFrame):
        return _shape(value), _table(value)
    if pandas is not None and issubclass(kind, pandas.Series):
        return f"{len(value)} values, {value.dtype}", _table(value.iloc[:_ROWS].to_frame(), len(value))
    if numpy is not None and issubclass(kind, numpy.ndarray):
        first = [_SHORT.repr(each) for each in value.flat[:_ITEMS].tolist()]
        more = ", …" if value.size > _ITEMS else ""
        return f"{value.dtype}, shape {value.shape}: [{', '.join(first)}{more}]"[:_LONGEST], None
    text = _SHORT.repr(value)
    if issubclass(kind, (dict, list, tuple, set, frozenset)) and len(value) > _ITEMS:
        text = f"{len(value)} items: {text}"
    return text[:_LONGEST], None


def _shape(frame: Any) -> str:
    return f"{len(frame)} rows × {len(frame.columns)} columns"


def _table(frame: Any, rows: int | None = None) -> dict[str, Any]:
    few = frame.iloc[:_ROWS, :_COLUMNS]
    kinds = [str(kind)[:_LONGEST_CELL] for kind in few.dtypes]
    names = [str(name)[:_LONGEST_CELL] for name in few.columns]
    missing = few.isna()
    return {
        "columns": [{"name": name, "type": kind} for name, kind in zip(names, kinds)],
        "rows": [
            [None if missing.iat[row, place] else _cell(few.iat[row, place]) for place in range(len(names))]
            for row in range(len(few))
        ],
        "shape": [len(frame) if rows is None else rows, len(frame.columns)],
    }


def _cell(value: Any) -> str:
    text = value if isinstance(value, str) else _SHORT.repr(value) if isinstance(value, (dict, list)) else str(value)
    return str(text[:_LONGEST_CELL])


class _Short(reprlib.Repr):
    """The texts of values within values."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 3
        self.maxdict = self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = _ITEMS
        self.maxdeque = self.maxarray = _ITEMS
        self.maxstring = 500
        self.maxlong = 80
        self.maxother = 500

    def repr1(self, x: Any, level: int) -> str:
        """Frames and arrays in a list are told by their shape alone; of what is long, only its beginning is looked at."""
        kind = type(x)
        pandas, numpy = sys.modules.get("pandas"), sys.modules.get("numpy")
        if pandas is not None and issubclass(kind, pandas.DataFrame):
            return f"<DataFrame {_shape(x)}>"
        if pandas is not None and issubclass(kind, pandas.Series):
            return f"<Series {len(x)} values>"
        if numpy is not None and issubclass(kind, numpy.ndarray) and x.size > _ITEMS:
            return f"<ndarray {x.dtype} {x.shape}>"
        if kind in (bytes, bytearray) and len(x) > self.maxstring:
            return f"{x[: self.maxstring]!r}... of {len(x)} bytes"
        if kind in (dict, set, frozenset):  # else all of it would be sorted
            x = kind(itertools.islice(x.items() if kind is dict else x, _ITEMS + 1))
        return super().repr1(x, level)


_SHORT = _Short()
