"""How each type of column comes to R, what R has then, and how it comes back."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.dataset.table import Table
from bottega.dataset.types import Role
from tests.modules.data.helpers import categories, table
from tests.modules.r.helpers import IDENTITY, execute, failing, needs_r, notes, result

pytestmark = needs_r

COLUMNS: dict[str, Any] = {
    "integer": [1, None, -(2**31) + 1],
    "double": [1.5, None, -0.0],
    "infinite": [math.inf, -math.inf, 5e-324],
    "text": pa.array(["a", None, ""], pa.large_string()),
    "non ASCII": pa.array(["é", "日本\n\r\t", "🙂"], pa.large_string()),
    "flag": [True, None, False],
    "when": pa.array(
        [dt.datetime.fromisoformat("2020-02-29T23:59:59.999999"), None, dt.datetime.fromisoformat("0001-01-01")],
        pa.timestamp("us"),
    ),
    "zoned": pa.array([0, None, 1_700_000_000_123_456], pa.timestamp("us", "Europe/Rome")),
    "utc": pa.array([0, None, 1], pa.timestamp("us", "UTC")),
    "offset": pa.array([0, None, 1], pa.timestamp("us", "+02:00")),
    "span": pa.array([dt.timedelta(days=-1, microseconds=1), None, dt.timedelta(0)], pa.duration("us")),
    "level": categories(["b", None, "a"], ["b", "c", "a"]),
    "rank": categories(["low", None, "high"], ["low", "middle", "high"], ordered=True),
    "number level": categories([7, None, 5], [5, 7]),
    "truth level": categories([True, None, True], [True, False]),
    "long": [2**40, None, -(2**53)],
    "Größe (1)": [1, 2, 3],
    "if": pa.array([None, None, None], pa.float64()),
    " ": pa.array([None, None, None], pa.large_string()),
}
TYPED = table({"double": Role.LABEL, "long": Role.NONE}, **COLUMNS)


def test_every_type_comes_back_as_it_went() -> None:
    made, _ = execute(IDENTITY, TYPED)
    for before, after in zip(TYPED.columns, made.columns, strict=True):
        assert before == after
    assert made.equals(TYPED)


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (pa.array([1, None]), "int [1:2] 1 NA"),
        (pa.array([2**31, None]), "num [1:2] 2.15e+09 NA"),
        (pa.array([1.5, None]), "num [1:2] 1.5 NA"),
        (pa.array(["a", None]), 'chr [1:2] "a" NA'),
        (pa.array([True, None]), "logi [1:2] TRUE NA"),
        (categories(["x", None], ["y", "x"]), 'Factor w/ 2 levels "y","x": 2 NA'),
        (categories(["x", None], ["y", "x"], ordered=True), 'Ord.factor w/ 2 levels "y"<"x": 2 NA'),
        (categories([3, None], [3, 10]), 'Factor w/ 2 levels "3","10": 1 NA'),
        (pa.array([0, None], pa.timestamp("us")), 'POSIXct[1:2], format: "1970-01-01" NA'),
    ],
    ids=str,
)
def test_what_r_has(values: Any, shown: str) -> None:
    script = 'x <- maml.mapInputPort(1)\nt <- data.frame(t = trimws(capture.output(str(x$a))))\nmaml.mapOutputPort("t")'
    assert result(script, table(a=values)) == {"t": [shown]}


def test_a_zone_is_that_of_the_column() -> None:
    script = (
        'x <- maml.mapInputPort(1)\nt <- data.frame(t = format(x$a), z = attr(x$a, "tzone"))\nmaml.mapOutputPort("t")'
    )
    given_ = table(a=pa.array([1_700_000_000_000_000], pa.timestamp("us", "America/New_York")))
    assert result(script, given_) == {"t": ["2023-11-14 17:13:20"], "z": ["America/New_York"]}


def test_a_difference_of_times_is_of_seconds() -> None:
    script = 'x <- maml.mapInputPort(1)\nt <- data.frame(u = units(x$a), v = as.numeric(x$a))\nmaml.mapOutputPort("t")'
    assert result(script, table(a=pa.array([1_500_000], pa.duration("us")))) == {"u": ["secs"], "v": [1.5]}


@pytest.mark.parametrize(
    ("expression", "kind", "values"),
    [
        ("c(1L, NA)", "Integer", [1, None]),
        ("c(1, NA, NaN, Inf)", "Double", [1.0, None, None, math.inf]),
        ('c("a", NA, "")', "String", ["a", None, ""]),
        ('c("caf\\xe9", "x")', None, None),
        ("c(TRUE, NA)", "Boolean", [True, None]),
        ('iconv("caf\\xe9", "latin1", "latin1")', "String", ["café"]),
        ("NA", "Boolean", [None]),
        ("NA_character_", "String", [None]),
        ('factor(c("b", NA, "a"), levels = c("b", "a"))', "Categorical String", ["b", None, "a"]),
        ("factor(c(NA, NA))", "Categorical String", [None, None]),
        ('as.Date(c("2020-02-29", NA))', "DateTime", [dt.datetime.fromisoformat("2020-02-29"), None]),
        (
            'as.POSIXct("2020-06-01 12:00:00", tz = "UTC") + 0.25',
            "DateTime",
            [dt.datetime.fromisoformat("2020-06-01T12:00:00.250")],
        ),
        (
            'as.POSIXlt("2020-06-01 12:00:00", tz = "UTC")',
            "DateTime",
            [dt.datetime.fromisoformat("2020-06-01T12:00:00")],
        ),
        ("as.difftime(c(1, NA), units = 'hours')", "TimeSpan", [dt.timedelta(hours=1), None]),
        ("I(c(1, 2))", "Double", [1.0, 2.0]),
        ("1:3 * 2L", "Integer", [2, 4, 6]),
        ("structure(c(4.94065645841247e-324, NaN), class = 'integer64')", "Integer", [1, None]),
        ("c(a = 1, b = 2)", "Double", [1.0, 2.0]),
        ("structure(c(1, 2), class = 'mine', unit = 'cm')", "Double", [1.0, 2.0]),
    ],
)
def test_what_comes_out_of_r(expression: str, kind: str | None, values: list[Any] | None) -> None:
    script = f'd <- data.frame(n = seq_along({expression}))\nd$x <- {expression}\nmaml.mapOutputPort("d")'
    if kind is None:
        assert "column x holds text that is no valid UTF-8" in str(failing(script))
        return
    if "integer64" in expression:  # as the package bit64 has them: the bits of a double
        script = script.replace("NaN", "-0.0")
    made, _ = execute(script)
    assert str(made.columns[1].type) == kind
    found = made.column("x").to_pylist()
    assert str(found) == str(values)
    assert made.column("x").null_count == sum(value is None for value in values or [])


def test_an_instant_with_a_zone_keeps_it() -> None:
    script = 'd <- data.frame(t = as.POSIXct("2020-06-01 12:00:00", tz = "Asia/Tokyo"))\nmaml.mapOutputPort("d")'
    made, _ = execute(script)
    assert made.column("t").type == pa.timestamp("us", "Asia/Tokyo")
    assert made.column("t").cast(pa.int64()).to_pylist() == [1_590_980_400_000_000]


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("list(1, 'a')", "column x of the result is a list"),
        ("complex(real = 1:2)", "column x of the result is of type complex"),
        ("as.raw(1:2)", "column x of the result is of type raw"),
        ("matrix(1:4, 2)", "column x of the result is a matrix"),
        ("I(list(1, 2))", "column x of the result is a list"),
        ("structure(c(1L, 9L), levels = c('a', 'b'), class = 'factor')", "codes beyond its levels"),
    ],
)
def test_columns_that_no_table_has(expression: str, says: str) -> None:
    error = failing(f'd <- data.frame(n = 1:2)\nd$x <- {expression}\n\nmaml.mapOutputPort("d")')
    assert says in str(error)
    assert error.facts["line"] == 4


def test_times_too_far_away() -> None:
    error = failing(
        'd <- data.frame(t = as.POSIXct(1e300, origin = "1970-01-01"))\nmaml.mapOutputPort("d")', code="0139"
    )
    assert "Column t" in str(error)


@pytest.mark.parametrize(("value", "code"), [(b"x", "0017"), ("a\0b", "0139")])
def test_columns_that_r_cannot_have(value: Any, code: str) -> None:
    assert "Column odd" in str(failing(IDENTITY, table(odd=[value]), code=code))
    assert result(IDENTITY, table(a=[1])) == {"a": [1]}, "the next script runs"


def test_digits_that_are_lost_are_told() -> None:
    assert [each for each in notes(IDENTITY, table(id=[2**60 + 1])) if "Column id" in each]
    assert notes(IDENTITY, table(id=[2**53])) == []
    assert [each for each in notes(IDENTITY, table(t=pa.array([1], pa.timestamp("ns")))) if "Column t" in each]


def test_what_was_computed_of_long_numbers_is_no_longer_whole() -> None:
    script = 'x <- maml.mapInputPort(1)\nx$id <- x$id / 2\nmaml.mapOutputPort("x")'
    assert result(script, table(id=[2**40 + 1, 4])) == {"id": [2**39 + 0.5, 2.0]}


def test_levels_that_are_new_stay_text() -> None:
    script = 'x <- maml.mapInputPort(1)\nlevels(x$a) <- c("5", "six")\nmaml.mapOutputPort("x")'
    made, _ = execute(script, table(a=categories([5, 7], [5, 7])))
    assert (str(made.columns[0].type), made.column("a").to_pylist()) == ("Categorical String", ["5", "six"])


@pytest.mark.parametrize(
    "given_",
    [
        Table(TYPED.arrow.slice(0, 0)),
        table(a=pa.array([None], pa.float64())),
        Table(pa.table({})),
        Table(pa.table([pa.chunked_array([["a"], ["b", None]]), pa.chunked_array([[1, 2], [None]])], names=["s", "n"])),
        Table(pa.table({"s": ["x", "y", "z"], "d": [1.0, 2.0, 3.0]}).slice(1, 1)),
    ],
    ids=["no rows", "all missing", "nothing", "chunks", "slice"],
)  # fmt: skip
def test_odd_tables_come_back(given_: Table) -> None:
    assert execute(IDENTITY, given_)[0].equals(given_)


def test_names_are_kept_and_made_unique() -> None:
    script = 'x <- maml.mapInputPort(1)\nx <- cbind(x, x)\nnames(x)[1] <- ""\nmaml.mapOutputPort("x")'
    assert list(result(script, table(**{"a b": [1], "é": [2]}))) == ["Column 0", "é", "a b", "é (1)"]


def test_many_columns() -> None:
    given_ = table(**{f"c{number}": [float(number), None] for number in range(10_000)})
    assert execute(IDENTITY, given_)[0].equals(given_)


_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@settings(max_examples=40)
@given(
    st.integers(0, 30).flatmap(
        lambda rows: st.fixed_dictionaries(
            {
                "i": st.lists(st.none() | st.integers(-(2**31) + 1, 2**31 - 1), min_size=rows, max_size=rows),
                "d": st.lists(st.none() | st.floats(allow_nan=False), min_size=rows, max_size=rows),
                "s": st.lists(st.none() | _TEXT, min_size=rows, max_size=rows),
                "b": st.lists(st.none() | st.booleans(), min_size=rows, max_size=rows),
                "t": st.lists(st.none() | st.integers(-(2**51), 2**51), min_size=rows, max_size=rows),
            }
        )
    )
)  # fmt: skip
def test_any_values_come_back(columns: dict[str, list[Any]]) -> None:
    types = {"i": pa.int64(), "d": pa.float64(), "s": pa.large_string(), "b": pa.bool_(), "t": pa.timestamp("us")}
    given_ = table(**{name: pa.array(values, types[name]) for name, values in columns.items()})
    assert execute(IDENTITY, given_)[0].equals(given_)


def test_numbers_are_those_that_r_computes() -> None:
    frame = pd.DataFrame({"g": list("abcab"), "x": [1.0, 2.5, np.nan, 4.0, 5.0]})
    script = 'x <- maml.mapInputPort(1)\nm <- aggregate(x ~ g, x, mean)\nmaml.mapOutputPort("m")'
    expected = frame.groupby("g")["x"].mean().dropna()
    made = result(script, table(g=frame["g"].tolist(), x=pa.array(frame["x"], from_pandas=True)))
    assert made == {"g": expected.index.tolist(), "x": expected.tolist()}
