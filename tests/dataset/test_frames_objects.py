"""Columns of Python objects → a table: what each kind of object becomes, and what is said of it."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import math
import pathlib
import re
import uuid
import zoneinfo
from collections import namedtuple
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from bottega.dataset.frames import from_pandas
from bottega.sandbox.guest import objects, outgoing
from bottega.sandbox.guest.failure import JobError

_D = decimal.Decimal
_ID = uuid.UUID(int=1)
_NOON = dt.datetime(2020, 2, 29, 12)  # noqa: DTZ001 - columns without a zone hold naive times
_DAY = dt.date(2020, 2, 29)
_MIDNIGHT = dt.datetime(2020, 2, 29)  # noqa: DTZ001
_FAR = dt.datetime(3000, 1, 1)  # noqa: DTZ001
_YEAR, _MONTH = dt.datetime(2020, 1, 1), dt.datetime(2020, 2, 1)  # noqa: DTZ001
_ZERO = dt.datetime(1970, 1, 1)  # noqa: DTZ001
_TICKS = dt.datetime(1970, 1, 1, microsecond=2)  # noqa: DTZ001
_SPANS = [dt.timedelta(days=200_000), dt.timedelta(days=1)]
_PARIS = zoneinfo.ZoneInfo("Europe/Paris")
_LONG = _D("0.1234567890123456789")
_BEYOND = "is beyond 64-bit integers; the column became Double"
_CUT = "digits beyond microseconds were cut off"
_STARTS = "periods became the moments at which they start"
_TEXT = "values; the column became text"
_Pair = namedtuple("_Pair", "x y")  # noqa: PYI024 - the old kind, which scripts use


class _Text(str):
    """A text that shows itself as something else."""

    __slots__ = ()

    def __str__(self) -> str:
        return "shown"


class _Colour(enum.Enum):
    RED = 1


class _Level(enum.IntEnum):
    HIGH = 3


class _Word(str, enum.Enum):  # noqa: UP042 - a text, unlike StrEnum shown by its name
    YES = "yes"


def _name(value: object) -> str:
    """A test's name for a value: without addresses, for it must be the same in every process."""
    return re.sub(r" at 0x[0-9a-f]+", "", str(value))


class _Thing:
    def __repr__(self) -> str:
        return "a thing"


@pytest.fixture(autouse=True, params=[True, False], ids=["pyarrow", "no pyarrow"])
def _with_and_without_pyarrow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.param:
        monkeypatch.setattr(outgoing, "pa", None)
        monkeypatch.setattr(objects, "pa", None)


def _column(values: list[Any]) -> tuple[str, list[Any], list[str]]:
    """The type, the values and the notes of a column of objects."""
    cells = np.empty(len(values), object)
    cells[:] = values
    notes: list[str] = []
    table = from_pandas(pd.DataFrame({"a": pd.Series(cells, dtype=object)}), notes=notes)
    return str(table.columns[0].type), table.column("a").to_pylist(), notes


# What is kept as it is, in each kind, without a word.
_KEPT: list[tuple[str, list[Any], list[Any]]] = [
    ("String", ["a", "ü🎉", "", "\x00"], ["a", "ü🎉", "", "\x00"]),
    ("String", [_Text("inner"), "b"], ["inner", "b"]),
    ("String", [_Word.YES, np.str_("b")], ["yes", "b"]),
    ("Integer", [1, -(2**63), 2**63 - 1], [1, -(2**63), 2**63 - 1]),
    ("Integer", [np.int8(1), np.uint64(2), 3], [1, 2, 3]),
    ("Integer", [_Level.HIGH, 1], [3, 1]),
    ("Double", [0.5, math.inf, np.float32(1.5)], [0.5, math.inf, 1.5]),
    ("Double", [1, 2.5], [1.0, 2.5]),
    ("Double", [_D("1.10"), _D("-3"), _D("Infinity")], [1.1, -3.0, math.inf]),
    ("Double", [_D("1.5"), 2, 0.25], [1.5, 2.0, 0.25]),
    ("Double", [0.5, _D("1.5")], [0.5, 1.5]),
    ("Boolean", [True, np.False_], [True, False]),
    ("Bytes", [b"a", b"\x00\xff", b""], [b"a", b"\x00\xff", b""]),
    ("Bytes", [bytearray(b"a"), b"b", memoryview(b"cd")[::-1], np.bytes_(b"e")], [b"a", b"b", b"dc", b"e"]),
    ("DateTime", [_NOON, pd.Timestamp(_NOON)], [_NOON, _NOON]),
    ("DateTime", [np.datetime64("2020-02-29"), np.datetime64("2020-02-29T12", "h")], [_MIDNIGHT, _NOON]),
    ("DateTime", [np.datetime64("2020-02-29T12"), _NOON], [_NOON, _NOON]),
    ("DateTime", [_DAY, dt.date(1, 1, 1)], [_MIDNIGHT, dt.datetime(1, 1, 1)]),  # noqa: DTZ001
    ("DateTime", [_DAY, _NOON], [_MIDNIGHT, _NOON]),
    ("DateTime", [_NOON, _DAY, np.datetime64("2020-02-29")], [_NOON, _MIDNIGHT, _MIDNIGHT]),
    ("DateTime", [_FAR, _NOON], [_FAR, _NOON]),
    ("TimeSpan", [dt.time(1, 2, 3, 4), dt.time(23)], [dt.timedelta(0, 3723, 4), dt.timedelta(hours=23)]),
    ("TimeSpan", [dt.timedelta(-1, 0, 7), pd.Timedelta(1, "s")], [dt.timedelta(-1, 0, 7), dt.timedelta(0, 1)]),
    ("TimeSpan", [np.timedelta64(1, "D"), dt.timedelta(2)], [dt.timedelta(1), dt.timedelta(2)]),
    ("TimeSpan", [dt.timedelta(days=200_000)], [dt.timedelta(days=200_000)]),
]


@pytest.mark.parametrize(("kind", "values", "result"), _KEPT, ids=_name)
@pytest.mark.parametrize("missing", [None, math.nan, pd.NA, pd.NaT], ids=_name)
def test_kept(kind: str, values: list[Any], result: list[Any], missing: Any) -> None:
    assert _column(values) == (kind, result, [])
    assert _column([missing, *values, missing]) == (kind, [None, *result, None], [])


# What becomes something else, and the note of it; row 0 is missing.
_CHANGED: list[tuple[list[Any], str, list[Any], str]] = [
    ([1, 2**63], "Double", [1.0, 2.0**63], f", row 2: {2**63} {_BEYOND}"),
    ([-(2**70)], "Double", [-(2.0**70)], f", row 1: {-(2**70)} {_BEYOND}"),
    ([1, 10**400], "String", ["1", str(10**400)], ", row 2: the number is beyond Double; the column became text"),
    ([0.5, 10**400], "String", ["0.5", str(10**400)], ", row 2: the number is beyond Double; the column became text"),
    ([_D("1e400")], "String", ["1E+400"], ", row 1: the number is beyond Double; the column became text"),
    ([0.5, 2**53 + 1], "Double", [0.5, 2.0**53], ", row 2: 9007199254740993 lost digits as a Double"),
    ([_D(1), _LONG], "Double", [1.0, float(_LONG)], f", row 2: {_LONG} lost digits as a Double"),
    ([1, True], "Integer", [1, 1], ", row 2: a Boolean stands among numbers; True became 1 and False 0"),
    ([np.True_, 0.5], "Double", [1.0, 0.5], ", row 1: a Boolean stands among numbers; True became 1 and False 0"),
    ([np.int64(2), False], "Integer", [2, 0], ", row 2: a Boolean stands among numbers; True became 1 and False 0"),
    ([1 + 2j], "String", ["(1+2j)"], ", row 1: complex values became text"),
    (["x", 1], "String", ["x", "1"], f", row 2: int stands among str {_TEXT}"),
    (["x", "y", 0.5], "String", ["x", "y", "0.5"], f", row 3: float stands among str {_TEXT}"),
    ([True, "x"], "String", ["True", "x"], f", row 2: str stands among bool {_TEXT}"),
    ([_NOON, "x"], "String", ["2020-02-29 12:00:00", "x"], f", row 2: str stands among datetime {_TEXT}"),
    ([1, np.timedelta64(5, "s")], "String", ["1", "5 seconds"], f", row 2: timedelta64 stands among int {_TEXT}"),
    ([_Text("inner"), 1], "String", ["inner", "1"], f", row 2: int stands among _Text {_TEXT}"),
    ([_ID], "String", [str(_ID)], ", row 1: UUID values became text"),
    ([_Colour.RED], "String", ["_Colour.RED"], ", row 1: _Colour values became text"),
    ([pathlib.PurePosixPath("/a")], "String", ["/a"], ", row 1: PurePosixPath values became text"),
    ([pd.Interval(0, 1)], "String", ["(0, 1]"], ", row 1: Interval values became text"),
    ([pd.Period("2020-02")], "DateTime", [_MONTH], f", row 1: {_STARTS}"),
    ([pd.Period("2020"), pd.Period("2020-02")], "DateTime", [_YEAR, _MONTH], f", row 1: {_STARTS}"),
    ([pd.Period("3000", "D")], "DateTime", [_FAR], f", row 1: {_STARTS}"),
    ([dt.time(1, tzinfo=dt.UTC)], "TimeSpan", [dt.timedelta(hours=1)], ", row 1: a time of day lost its zone"),
    ([_FAR, pd.Timestamp(7)], "DateTime", [_FAR, _ZERO], f", row 2: {_CUT}"),
    ([np.datetime64(2001, "ns"), _FAR], "DateTime", [_TICKS, _FAR], f", row 1: {_CUT}"),
    ([_SPANS[0], np.timedelta64(1, "D"), pd.Timedelta(7)], "TimeSpan", [*_SPANS, dt.timedelta(0)], f", row 3: {_CUT}"),
    ([_SPANS[0], np.timedelta64(7, "ns")], "TimeSpan", [_SPANS[0], dt.timedelta(0)], f", row 2: {_CUT}"),
    (["x\ud800"], "String", ["x?"], ", row 1: characters that are no valid text were replaced"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "kind", "result", "note"), _CHANGED, ids=_name)
def test_changed_with_a_note(values: list[Any], kind: str, result: list[Any], note: str) -> None:
    assert _column([None, *values]) == (kind, [None, *result], [f"Column 'a'{note}."])


# Nested values are JSON.
_NESTED: list[tuple[Any, str]] = [
    ([1, "ü", None, 2.5, True], '[1, "ü", null, 2.5, true]'),
    ((1, (2, [3])), "[1, [2, [3]]]"),
    ({"x": {"y": [1]}, 2: "z"}, '{"x": {"y": [1]}, "2": "z"}'),
    ({9, 10}, "[10, 9]"),
    (frozenset("b"), '["b"]'),
    (_Pair(1, 2), "[1, 2]"),
    (np.array([[1, 2], [3, 4]]), "[[1, 2], [3, 4]]"),
    (np.array([True, False]), "[true, false]"),
    (pd.Series([1.5, math.nan]), "[1.5, null]"),
    ([math.nan, math.inf, -math.inf, np.float32(0.5)], '[null, "Infinity", "-Infinity", 0.5]'),
    ([pd.NA, pd.NaT, np.datetime64("NaT", "s")], "[null, null, null]"),
    ([_NOON, _DAY, dt.time(1)], '["2020-02-29T12:00:00", "2020-02-29", "01:00:00"]'),
    ([np.datetime64("2020-02-29", "ns"), np.timedelta64(5, "s")], '["2020-02-29T00:00:00.000000000", "5 seconds"]'),
    ([b"\x00\xff", _D("1.10"), _ID], f'["00ff", "1.10", "{_ID}"]'),
    ([np.longdouble(1.5), 1j, 2**70], f'[1.5, "1j", {2**70}]'),
    ([], "[]"),
]


@pytest.mark.parametrize(("value", "text"), _NESTED, ids=_name)
def test_nested_values_become_json(value: Any, text: str) -> None:
    note = f"Column 'a', row 1: {type(value).__name__} values became JSON text."
    assert _column([None, value]) == ("String", [None, text], [note])


def test_nested_values_of_several_types() -> None:
    kind, values, notes = _column([[1], {"x": 1}, "text"])
    assert (kind, values) == ("String", ["[1]", '{"x": 1}', "text"])
    assert notes == ["Column 'a', row 1: dict stands among list values; the column became text."]


def _endless() -> list[Any]:
    values: list[Any] = []
    values.append(values)
    return values


@pytest.mark.parametrize(
    ("values", "row", "type_name"),
    [
        ([_Thing()], 0, f"{__name__}._Thing"),
        ([None, "x", _Thing()], 2, f"{__name__}._Thing"),
        ([pd.DataFrame()], 0, r"pandas\.(core\.frame\.)?DataFrame"),
        ([object], 0, "type"),
        (["x", b"y"], 1, "bytes"),
        ([[1], [_Thing()]], 1, "list"),
        ([_endless()], 0, "list"),
        ([np.array(1), {"x": 1}], 0, r"numpy\.ndarray"),
    ],
    ids=_name,
)
def test_error_names_column_and_row(values: list[Any], row: int, type_name: str) -> None:
    message = rf"^Column 'a', row {row} \(counting from 0\): it holds a value of type {type_name}, which a table"
    with pytest.raises(JobError, match=message) as error:
        _column(values)
    assert error.value.code == "0139"


@pytest.mark.parametrize("value", [dt.timedelta.max, dt.timedelta.min])
def test_span_beyond_64_bits_names_column_and_row(value: dt.timedelta) -> None:
    message = r"^Column 'a', row 1 \(counting from 0\): .* is out of a table's range of times"
    with pytest.raises(JobError, match=message):
        _column([None, value])


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([], "String"),
        ([None], "String"),
        ([math.nan, None, pd.NA], "String"),
        ([pd.NaT], "DateTime"),
        ([np.datetime64("NaT", "s"), None], "DateTime"),
        ([np.timedelta64("NaT", "s")], "TimeSpan"),
        ([np.timedelta64("NaT", "s"), np.datetime64("NaT", "s")], "String"),
        ([_D("NaN")], "Double"),
    ],
    ids=_name,
)
def test_nothing_but_missing(values: list[Any], kind: str) -> None:
    assert _column(values) == (kind, [None] * len(values), [])


def test_signalling_nan_is_named() -> None:
    with pytest.raises(JobError, match=r"^Column 'a': its type object cannot be turned into a table's"):
        _column([_D("sNaN")])


# Zones.


def _zone(values: list[Any]) -> tuple[str | None, list[Any], list[str]]:
    cells = np.empty(len(values), object)
    cells[:] = values
    notes: list[str] = []
    column = from_pandas(pd.DataFrame({"a": pd.Series(cells, dtype=object)}), notes=notes).column("a")
    kind: Any = column.type
    assert pa.types.is_timestamp(kind)
    return kind.tz, column.to_pylist(), notes


@pytest.mark.parametrize(
    ("zone", "name"), [(dt.UTC, "UTC"), (_PARIS, "Europe/Paris"), (dt.timezone(dt.timedelta(hours=-5)), "-05:00")]
)
def test_zone_of_all_is_kept(zone: dt.tzinfo, name: str) -> None:
    summer, winter = dt.datetime(2020, 7, 1, 12, tzinfo=zone), dt.datetime(2020, 1, 1, 12, tzinfo=zone)
    assert _zone([summer, None, pd.Timestamp(winter)]) == (name, [summer, None, winter], [])


def test_zone_is_kept_beyond_nanoseconds() -> None:
    far = dt.datetime(3000, 7, 1, 12, tzinfo=_PARIS)
    assert _zone([far, far.replace(year=2020)]) == ("Europe/Paris", [far, far.replace(year=2020)], [])


def test_ambiguous_hour_keeps_its_fold() -> None:
    first = dt.datetime(2020, 10, 25, 2, 30, tzinfo=_PARIS)
    zone, values, _ = _zone([first, first.replace(fold=1)])
    assert zone == "Europe/Paris"
    assert values[1].timestamp() - values[0].timestamp() == 3600


@pytest.mark.parametrize("far", [False, True])
def test_several_zones_become_utc(far: bool) -> None:
    year = 3000 if far else 2020
    paris, utc = dt.datetime(year, 1, 1, 12, tzinfo=_PARIS), dt.datetime(year, 1, 1, 12, tzinfo=dt.UTC)
    naive = dt.datetime(year, 1, 1, 12)  # noqa: DTZ001
    note = "the times are not all in one zone; all are given in UTC."
    assert _zone([None, paris, utc]) == ("UTC", [None, paris, utc], [f"Column 'a', row 2: {note}"])
    assert _zone([naive, utc, paris]) == ("UTC", [utc, utc, paris], [f"Column 'a', row 1: {note}"])
