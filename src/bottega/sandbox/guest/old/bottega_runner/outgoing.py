"""The frame that a script returns to plain columns, for `old/columns.py` to make it again.

    numpy     a buffer of any number's or time's dtype; "missing" one more where nullable
    zoned     moments as nanoseconds in UTC; "zone" as `cells.zone` tells it
    category  codes; "categories" is a column
    text      three buffers: borders, UTF-8, which are missing; "bytes" likewise
    cells     JSON, as `cells.py` has it

Every column has "form", one of these; "failed" is one that its own library cannot take apart.
"""

import numpy as np
import pandas as pd

from . import cells
from .words import BINARY, PYTHON_2, TEXT, decoded, shown

_NUMBERS_AND_TIMES = "biufcmM"


def table(frame):
    """The head of a frame, and the buffers of its index and columns."""
    buffers = []
    head = {
        "rows": len(frame),
        "labels": [cells.label(each) for each in frame.columns],
        "index": _index(frame.index, buffers),
        "columns": [_safely(frame.iloc[:, place], buffers) for place in range(frame.shape[1])],
    }
    return head, buffers


def _index(index, buffers):
    """How the rows are called, where by whole numbers; columns that nobody touched are known by that."""
    if isinstance(index, pd.MultiIndex) or getattr(index, "dtype", None) is None:
        return None
    if not isinstance(index.dtype, np.dtype) or index.dtype.kind not in "iu":
        return None
    buffers.append(np.ascontiguousarray(index.values))
    return index.dtype.str


def _safely(series, buffers):
    before = len(buffers)
    try:
        return column(series, buffers)
    except MemoryError:
        raise
    except Exception as error:
        # Dtypes may come from any library, and values may have methods of their own.
        del buffers[before:]
        return {"form": "failed", "dtype": str(series.dtype), "reason": "%s: %s" % (type(error).__name__, shown(error))}


def column(series, buffers):
    """One column of any dtype."""
    if hasattr(series, "to_dense") and "Sparse" in type(series).__name__:  # before pandas 0.24
        series = series.to_dense()
    dtype = series.dtype
    if isinstance(dtype, np.dtype):
        if dtype.kind in _NUMBERS_AND_TIMES:
            return _numpy(series.values, buffers)
        return _objects(np.asarray(series.values), buffers)
    if str(dtype) == "category":
        return _category(series, buffers)
    if getattr(dtype, "tz", None) is not None:
        return dict(_numpy(pd.DatetimeIndex(series).asi8, buffers), form="zoned", zone=cells.zone(dtype.tz))
    if "Sparse" in type(dtype).__name__:
        return column(pd.Series(np.asarray(series)), buffers)
    held = getattr(series, "array", series.values)
    if getattr(held, "_mask", None) is not None and held._data.dtype.kind in "biuf":
        told = _numpy(held._data, buffers)
        buffers.append(np.ascontiguousarray(held._mask, bool))
        return dict(told, form="nullable")
    objects = np.empty(len(series), object)
    objects[:] = list(series)
    return _objects(objects, buffers)


def _numpy(values, buffers):
    values = np.ascontiguousarray(values)
    buffers.append(values.view(np.uint8) if values.size else np.empty(0, np.uint8))
    return {"form": "numpy", "dtype": values.dtype.str}


def _category(series, buffers):
    buffers.append(np.ascontiguousarray(series.cat.codes.values, np.int32))
    return {
        "form": "category",
        "ordered": bool(series.cat.ordered),
        "categories": column(pd.Series(series.cat.categories), buffers),
    }


def _objects(values, buffers):
    missing = np.asarray(pd.isnull(values), bool)
    there = values[~missing]
    kinds = set(type(each) for each in there)
    if kinds and not any(missing_time is pd.NaT for missing_time in values[missing]):
        if PYTHON_2 and kinds <= {bytes, TEXT}:
            return _texts_of_python_2(values, missing, bytes in kinds, buffers)
        if kinds == {TEXT}:
            return _spelled("text", [_utf_8(each) for each in there], missing, buffers)
        if all(issubclass(each, BINARY) for each in kinds):
            return _spelled("bytes", [bytes(each) for each in there], missing, buffers)
    return {"form": "cells", "cells": [cells.encoded(each) for each in values]}


def _texts_of_python_2(values, missing, has_bytes, buffers):
    """`str` is text in Python 2; what is no UTF-8 may be that of an old code page, or a pickle."""
    there = np.flatnonzero(~missing).tolist()
    odd = [row for row in there if isinstance(values[row], bytes) and not decoded(values[row])[1]] if has_bytes else []
    if any(_is_binary(values[row]) for row in odd) and all(isinstance(values[row], bytes) for row in there):
        return _spelled("bytes", [values[row] for row in there], missing, buffers)
    texts = [decoded(each)[0] if isinstance(each, bytes) else each for each in values[~missing]]
    told = _spelled("text", [_utf_8(each) for each in texts], missing, buffers)
    if odd:
        told["note"] = ["text that is no UTF-8 was read as Latin-1", odd[0]]
    return told


def _is_binary(cell):
    """No text has a zero byte, and pickles of the newer protocols begin with this one."""
    return b"\0" in cell or cell[:1] == b"\x80"


def _utf_8(text):
    return text.encode("utf-8") if PYTHON_2 else text.encode("utf-8", "surrogatepass")


def _spelled(form, spelled, missing, buffers):
    lengths = np.zeros(len(missing), np.int64)
    lengths[~missing] = [len(each) for each in spelled]
    borders = np.zeros(len(missing) + 1, np.int64)
    np.cumsum(lengths, out=borders[1:])
    buffers.extend((borders, b"".join(spelled), missing))
    return {"form": form}
