"""A table in the plain form (`exchange_plain.py`) to the frame that a script gets, by the rules of `incoming.py`."""

import datetime as dt
import json
import re
import struct
from collections import OrderedDict

import numpy as np
import pandas as pd

from .words import native

_ALIGNMENT = 64
_DTYPES = {
    "Integer": "<i8", "Double": "<f8", "Boolean": "|b1", "DateTime": "<i8", "TimeSpan": "<i8", "Categorical": "<i4",
    "String": "|u1", "Bytes": "|u1",
}  # fmt: skip
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)?$")
_MISSING_TIME = np.iinfo(np.int64).min


def frame(data):
    """The frame of a table's bytes, which it may keep."""
    _, length = struct.unpack_from("<8sQ", data)
    head = json.loads(bytes(data[16 : 16 + length]).decode("utf-8"))
    memory = np.frombuffer(data, np.uint8)[-(-(16 + length) // _ALIGNMENT) * _ALIGNMENT :]
    index = pd.RangeIndex(head["rows"])
    columns = head["columns"]
    series = OrderedDict((place, pd.Series(_column(each, memory), index=index)) for place, each in enumerate(columns))
    made = pd.DataFrame(series, index=index, columns=list(range(len(columns))))
    made.columns = pd.Index([native(each["name"]) for each in columns], dtype=object)
    return made


def _column(column, memory):
    def buffer(name, dtype):
        start, length = column["buffers"][name]
        return memory[start : start + length].view(dtype)

    kind = column["kind"]
    missing = buffer("missing", "|b1") if column["buffers"].get("missing") else None
    values = buffer("values", _DTYPES[kind])
    if kind in ("String", "Bytes"):
        return _cells(values.tobytes(), buffer("offsets", "<i8").tolist(), missing, kind == "String")
    if kind in ("DateTime", "TimeSpan"):
        return _times(column, values, missing)
    if kind == "Categorical":
        return _categorical(column, values, _column(column["categories"], memory))
    if missing is None:
        return values
    values = values.astype(object if kind == "Boolean" else np.float64)
    values[missing] = np.nan
    return values


def _cells(data, borders, missing, is_text):
    cells = np.empty(len(borders) - 1, object)
    for row in range(len(cells)):
        if missing is not None and missing[row]:
            cells[row] = np.nan if is_text else None
        else:
            cell = data[borders[row] : borders[row + 1]]
            cells[row] = cell.decode("utf-8") if is_text else cell
    return cells


def _times(column, values, missing):
    letter = "M" if column["kind"] == "DateTime" else "m"
    if missing is not None:
        values = values.copy()
        values[missing] = _MISSING_TIME
    values = values.view("%s8[%s]" % (letter, column["unit"]))
    zone = None if column["zone"] is None else _zone(column["zone"])
    finer = values.astype(letter + "8[ns]")
    if not (finer.astype(values.dtype).view("i8") == values.view("i8")).all():
        return _time_objects(values, zone)
    return finer if zone is None else pd.DatetimeIndex(finer).tz_localize("UTC").tz_convert(zone)


def _time_objects(values, zone):
    """Times outside of the years 1677 to 2262, which nanoseconds do not reach, are Python's own."""
    objects = values.astype(object)
    if zone is not None:
        import pytz

        for row in np.flatnonzero(values.view("i8") != _MISSING_TIME).tolist():
            if isinstance(objects[row], dt.datetime):
                objects[row] = objects[row].replace(tzinfo=pytz.utc).astimezone(zone)
    return objects


def _zone(name):
    """The time zone of that name; UTC where pandas knows none, so that the moments are right at least."""
    import pytz

    offset = _OFFSET.match(name)
    if offset:
        sign, hours, minutes = offset.groups()
        ahead = int(hours) * 60 + int(minutes or 0)
        return pytz.FixedOffset(-ahead if sign == "-" else ahead) if ahead < 24 * 60 else pytz.utc
    try:
        return pd.Timestamp(0, tz=str(name)).tz
    except Exception:
        return pytz.utc


def _categorical(column, codes, categories):
    categories = pd.Index(categories)
    if not categories.is_unique:  # 0.0 and -0.0 are two categories to a table, and one to pandas
        places, categories = pd.factorize(categories)
        codes = np.where(codes < 0, -1, np.append(places, -1)[codes])
    return pd.Categorical.from_codes(codes, categories, ordered=column["ordered"])
