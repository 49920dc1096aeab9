"""Enter Data Manually and Convert to CSV: tables from text and to it."""

# ruff: noqa: DTZ001 - columns without a zone
from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.sdk import CsvFile
from tests.modules.data.helpers import categories, fails, lists, run, table, types

ENTER, CONVERT = "enter-data-manually", "convert-to-csv"


def enter(data: str, **parameters: Any) -> Table:
    """The table of a text."""
    result = run(ENTER, data=data, **parameters)
    assert isinstance(result, Table)
    return result


def test_csv_with_and_without_header() -> None:
    text = 'größe,n\n"a, b",1\nc,2\n'
    assert lists(enter(text)) == {"größe": ["a, b", "c"], "n": [1, 2]}
    assert lists(enter(text, has_header=False)) == {"Col1": ["größe", "a, b", "c"], "Col2": ["n", "1", "2"]}
    assert lists(enter(text.rstrip("\n"))) == lists(enter(text.replace("\n", "\r\n"))) == lists(enter(text))


def test_tsv() -> None:
    assert lists(enter("a\tb\n1,5\tx\n", data_format="TSV")) == {"a": ["1,5"], "b": ["x"]}


@pytest.mark.parametrize(
    ("text", "header", "expected"),
    [
        ("a,b\n1,x\n\n2,y\n\n", True, {"a": [1, None, 2, None], "b": ["x", None, "y", None]}),
        ("a\nx\n\n\n", True, {"a": ["x", None, None]}),
        ("a\nx\n", True, {"a": ["x"]}),
        ("\n  \na,b\n1,x\n", True, {"a": [1], "b": ["x"]}),
        ("\n1,x\n", False, {"Col1": [None, 1], "Col2": [None, "x"]}),
        ('a,b\n"one\n\ntwo",1\n', True, {"a": ["one\n\ntwo"], "b": [1]}),
        ("a,b\n1\n,\n", True, {"a": [1, None], "b": [None, None]}),
        ("a\nend\n\nend", True, {"a": ["end", None, "end"]}),
    ],
    ids=range(8),
)
def test_empty_lines_are_missing_values(text: str, header: bool, expected: dict[str, Any]) -> None:
    assert lists(enter(text, has_header=header)) == expected


def test_arff_and_svmlight() -> None:
    arff = "% Title\n@ATTRIBUTE SampleText STRING\n@ATTRIBUTE kind {x, y}\n@DATA\n'a b',y\n?,x\n"
    assert lists(enter(arff, data_format="ARFF")) == {"SampleText": ["a b", None], "kind": ["y", "x"]}
    result = enter("# features are [a], [b]\n1 1:2 2:50\n0 2:13\n", data_format="SVMLight")
    assert lists(result) == {"Col1": [2.0, 0.0], "Col2": [50.0, 13.0], "Labels": [1.0, 0.0]}
    assert result.columns[2].role is Role.LABEL


@pytest.mark.parametrize(
    ("code", "data", "data_format", "line"),
    [
        ("0003", " \n", "CSV", None), ("0003", '""\n', "CSV", None), ("0003", '" "\n\n""', "TSV", None),
        ("0061", "a,b\n1,2\n\n1,2,3\n", "CSV", 4), ("0049", 'a,b\n1,"2\n', "CSV", 2),
        ("0049", "1 x:2\n", "SVMLight", 1), ("0049", "@attribute a what\n@data\n", "ARFF", 1),
    ],
    ids=range(7),
)  # fmt: skip
def test_texts_that_are_not_of_the_format(code: str, data: str, data_format: str, line: int | None) -> None:
    error = fails(code, ENTER, data=data, data_format=data_format)
    assert error.facts.get("line") == line
    assert "/" not in str(error), "no path of a file of ours is shown"


def test_what_has_to_be_given() -> None:
    fails("0003", ENTER)
    fails("0002", ENTER, data="a", data_format="XML")


def test_a_cell_may_be_long() -> None:
    assert lists(enter(f"a\n{'x' * 200_000}\n\n"))["a"] == ["x" * 200_000, None]


def _csv(before: Table) -> str:
    result = run(CONVERT, before)
    assert isinstance(result, CsvFile)
    return result.data.decode()


def test_csv_is_written_with_quotes_where_needed() -> None:
    before = table(
        **{
            'a,"b"': ["plain", 'say "hi", now', "two\nlines", None, ""], "n": [1, None, 3, 4, 5], "d": [0.1, 1.0, None, 1e300, 2.0],
            "t": [dt.datetime(2020, 1, 2, 3, 4, 5), None, None, None, None], "f": [True, False, None, None, None],
            "k": categories(["ü", None, "ü", "v", "v"], ["v", "ü"]), "b": [b"\0\xff", None, None, None, None],
        }
    )  # fmt: skip
    rows = list(csv.reader(io.StringIO(_csv(before), newline="")))
    assert rows == [
        ['a,"b"', "n", "d", "t", "f", "k", "b"],
        ["plain", "1", "0.1", "2020-01-02 03:04:05", "True", "ü", "AP8="],
        ['say "hi", now', "", "1.0", "", "False", "", ""],
        ["two\nlines", "3", "", "", "", "ü", ""],
        ["", "4", "1e+300", "", "", "v", ""],
        ["", "5", "2.0", "", "", "v", ""],
    ]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_characters="\0")),
            st.floats(allow_nan=False),
            st.integers(-(2**60), 2**60),
        ),
        min_size=1,
    )
)
def test_pandas_reads_what_is_written(rows: list[tuple[str, float, int]]) -> None:
    frame = pd.DataFrame(rows, columns=["text", "number", "count"])
    before = table(text=[row[0] for row in rows], number=[row[1] for row in rows], count=[row[2] for row in rows])
    read = pd.read_csv(
        io.BytesIO(run(CONVERT, before).data),
        keep_default_na=False,
        dtype={"text": str},
        lineterminator="\n",
    )
    pd.testing.assert_frame_equal(read, frame.astype({"text": "str"}), check_dtype=False)


def test_empty_tables_are_written() -> None:
    assert _csv(table(a=pa.array([], pa.int64()), b=pa.array([], pa.string()))) == "a,b\n"
    assert _csv(Table(pa.table({}))) == ""


def test_what_is_written_can_be_entered() -> None:
    before = table(a=["x", None, "y, z"], n=[1, None, 3])
    after = enter(_csv(before))
    assert lists(after) == lists(before)
    assert types(after) == types(before)
