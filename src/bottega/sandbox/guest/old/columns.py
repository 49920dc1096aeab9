"""Plain columns of an old frame (`bottega_runner/outgoing.py`) → a frame of today's pandas, for the rules of `outgoing.py`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..failure import JobError
from ..vector import Remarks, shown
from . import cells

_MISSING = np.iinfo(np.int64).min
_THOUSAND = 1000


def frame(head: dict[str, Any], buffers: list[Any], notes: list[str]) -> pd.DataFrame:
    """The frame. Raises a JobError for a column that the old side could not take apart, and others for what is no table."""
    parts = iter(buffers)
    rows = int(head["rows"])
    index = _index(head["index"], rows, parts)
    labels = [cells.decoded(label) for label in head["labels"]]
    columns = {}
    for place, (label, told) in enumerate(zip(labels, head["columns"])):
        column = _Column(told, parts, Remarks(str(label), notes)).made()
        if len(column) != rows:
            raise ValueError("the columns are not of one length")
        columns[place] = pd.Series(column, index=index, copy=False)
    made = pd.DataFrame(columns, index=index, copy=False)
    made.columns = pd.Index(_array(labels), dtype=object, tupleize_cols=False)
    return made


def _index(dtype: str | None, rows: int, parts: Any) -> Any:
    if dtype is None:  # of other labels nothing is asked but that they are no numbers
        return pd.Index(np.zeros(rows, bool))
    labels = np.frombuffer(next(parts), cells.dtype(dtype))
    if len(labels) == rows and np.array_equal(labels, np.arange(rows)):
        return pd.RangeIndex(rows)
    return pd.Index(labels)


def _array(values: list[Any]) -> Any:
    array = np.empty(len(values), object)
    array[:] = values
    return array


class _Column:
    """One column, and the buffers from which it takes its own in turn."""

    def __init__(self, told: dict[str, Any], parts: Any, remarks: Remarks) -> None:
        self._told = told
        self._parts = parts
        self._remarks = remarks

    def made(self) -> Any:
        """As pandas takes it."""
        if "note" in self._told:
            text, row = self._told["note"]
            self._remarks.note(str(text), int(row))
        return _FORMS[self._told["form"]](self)

    def failed(self) -> Any:
        dtype, reason = shown(self._told["dtype"]), self._told["reason"]
        raise self._remarks.error(f"its type {dtype} cannot be turned into a table's ({reason})")

    def numpy(self) -> Any:
        dtype = self._told["dtype"]
        if dtype in ("<c8", "<c16", ">c8", ">c16", "<c32"):
            return np.frombuffer(next(self._parts), np.dtype(dtype))
        values = np.frombuffer(next(self._parts), cells.dtype(dtype))
        return _coarser(values) if values.dtype.kind in "mM" else values

    def zoned(self) -> Any:
        moments = _coarser(np.frombuffer(next(self._parts), "<i8").view("M8[ns]"))
        index = pd.DatetimeIndex(moments).tz_localize("UTC")
        zone = cells.zone(self._told["zone"])
        if "shown" in self._told["zone"]:
            self._remarks.note(f"the zone {shown(zone)} has no standard name; its times are given in UTC")
            return index
        return index.tz_convert(zone)

    def nullable(self) -> Any:
        values = self.numpy()
        missing = np.frombuffer(next(self._parts), bool)
        kinds: dict[str, Any] = {
            "b": pd.arrays.BooleanArray, "i": pd.arrays.IntegerArray, "u": pd.arrays.IntegerArray,
            "f": pd.arrays.FloatingArray,
        }  # fmt: skip
        return kinds[values.dtype.kind](values.copy(), missing.copy())

    def category(self) -> Any:
        codes = np.frombuffer(next(self._parts), "<i4")
        categories = _Column(self._told["categories"], self._parts, self._remarks.of_categories()).made()
        if isinstance(categories, np.ndarray) and categories.dtype == object:
            categories = pd.Index(categories, dtype=object, tupleize_cols=False)
        return pd.Categorical.from_codes(codes, categories, ordered=self._told["ordered"] is True)

    def text(self) -> Any:
        return self._spelled(lambda cell: cell.decode("utf-8", "surrogatepass"))

    def bytes(self) -> Any:
        return self._spelled(bytes)

    def _spelled(self, convert: Any) -> Any:
        places = np.frombuffer(next(self._parts), "<i8")
        data = bytes(next(self._parts))
        missing = np.frombuffer(next(self._parts), bool)
        if len(places) != len(missing) + 1 or places[0] or places[-1] != len(data) or (np.diff(places) < 0).any():
            raise ValueError("borders that are none")
        borders = places.tolist()
        values = np.empty(len(missing), object)
        for row in np.flatnonzero(~missing).tolist():
            values[row] = convert(data[borders[row] : borders[row + 1]])
        return values

    def cells(self) -> Any:
        return _array([cells.decoded(each) for each in self._told["cells"]])


_FORMS = {
    "failed": _Column.failed,
    "numpy": _Column.numpy,
    "zoned": _Column.zoned,
    "nullable": _Column.nullable,
    "category": _Column.category,
    "text": _Column.text,
    "bytes": _Column.bytes,
    "cells": _Column.cells,
}


def _coarser(values: Any) -> Any:
    """Old pandas has nanoseconds only; where microseconds say the same, they are what tables and today's pandas have."""
    counts = values.view(np.int64)
    exact = (counts % _THOUSAND == 0) | (counts == _MISSING)
    if not exact.all() or np.datetime_data(values.dtype) != ("ns", 1):
        return values
    return np.where(counts == _MISSING, _MISSING, counts // _THOUSAND).view(f"{values.dtype.kind}8[us]")


def broken(error: BaseException) -> JobError:
    """The error of a runner that does not say what runners say: the script has spoken in its stead."""
    reason = f"{type(error).__name__}: {error}"[:200]
    return JobError("0085", "Broken", f"The script's process answered with what is no answer ({reason}).")
