"""Delimited files beside pandas.read_csv: the same, but where `delimited` says otherwise."""

from __future__ import annotations

import csv
import io
import math
import random
import re
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bottega.dataset.formats import body, read
from bottega.dataset.types import Kind
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from pathlib import Path


_QUICK = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])

CELLS = [
    *("0", "1", "-1", "+5", "007", "-0", " 12 ", "9223372036854775807", "-9223372036854775808", "0x10", "1_000"),
    *("1.5", "+1.5", ".5", "1.", "1e5", "1E-5", "1e400", "-0.0", "0.1", "inf", "-Infinity", "+inf", "NAN", "-NAN"),
    *("nan(1)", "1e", ".", "-", "+", "--1", "1 2", "\t7", "1\v", "\f2", "1\u00a0", "٣", "1d5", "0b1", "5 "),
    *("True", "false", "TRUE", "tRUE", " True", "yes", "T"),
    *("", "NA", "NaN", "nan", "null", "NULL", "None", "n/a", "#N/A", "-1.#IND", "<NA>", " NA", "na", "none", " "),
    *("2020-01-01", "12:30", "2020-01-01 10:00:00", "2020-01-01T10:00Z", "x", "é", "日本", 'a"b', '"', "a,b", "a\nb"),
]
_EXPONENTS = st.floats(allow_nan=False).map(repr)
_CELL = st.one_of(
    st.sampled_from(CELLS),
    st.integers(-(2**63), 2**63 - 1).map(str),
    _EXPONENTS,
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4),
)


def test_every_kind_of_cell_alone(tmp_path: Path) -> None:
    for cell in CELLS:
        _compare(tmp_path, _text([[cell, "x"]]))


@_QUICK
@given(st.lists(st.lists(_CELL, min_size=2, max_size=2), min_size=1, max_size=4), st.sampled_from(["\n", "\r\n", "\r"]))
@example([["1", "x"], ["NAN", "y"]], "\n")
@example([["1", "x"], ["+5", "y"]], "\n")
@example([["1.5", "0x1"], ["9" * 30, "y"]], "\n")
def test_cells(tmp_path: Path, rows: list[list[str]], end: str) -> None:
    _compare(tmp_path, _text(rows, end))


@_QUICK
@given(st.text(st.sampled_from('ab1,," \n\r\t'), max_size=40))
@example("a,b\n  \n1,2")
@example('"\n""\n\n"')
@example("a\n \n1\n")
@example('a\n" "\n1\n')
def test_structure(tmp_path: Path, text: str) -> None:
    _compare(tmp_path, text)


@_QUICK
@given(st.text(st.sampled_from('ab,," \n\r'), max_size=80), st.sampled_from([4, 8, 32]))
@example('a,b\n1,"x\n,\n,\n,\n,"\n', 4)
@example('a,b\n"\n"\r\n1,"\n', 4)
def test_structure_in_small_blocks(tmp_path: Path, text: str, block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(body, "_block", lambda _: block)
        _compare(tmp_path, text)


@_QUICK
@given(st.lists(st.lists(_CELL, min_size=1, max_size=3), min_size=1, max_size=5))
def test_ragged_rows(tmp_path: Path, rows: list[list[str]]) -> None:
    _compare(tmp_path, _text(rows, names=["a", "b", "c"]))


def test_quoted_line_ends_where_the_parser_cuts_its_blocks(tmp_path: Path) -> None:
    chance = random.Random(7)
    rows = [
        [str(number), chance.choice(["a\nb", 'c"\r\nd', "e,f"]) * chance.randrange(9), "z"] for number in range(60_000)
    ]
    _compare(tmp_path, _text(rows, names=["n", "t", "z"]))


def _text(rows: list[list[str]], end: str = "\n", names: list[str] | None = None) -> str:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\n\r') or not cell.strip() else cell

    lines = [names or ["a", "b"], *rows]
    return end.join(",".join(map(quoted, line)) for line in lines) + end


def _compare(folder: Path, text: str) -> None:
    # pandas loses an empty first cell after a blank line that ends in CR, and makes an index of
    # what stands below an empty first header without rows.
    if re.search(r"(^|[\r\n])[ \t]*\r,", text):
        return
    path = folder / "file.csv"
    path.write_bytes(text.encode())
    expected = _by_pandas(text)
    if isinstance(expected, str):
        if expected == "empty":
            # A header of empty cells is none to pandas.
            assert not text.strip(', "\r\n\t') or read(path).num_columns == 0
        else:
            with pytest.raises(BottegaError) as caught:
                read(path)
            assert caught.value.code in ("0049", "0061"), text
        return
    try:
        table = read(path)
    except BottegaError as error:
        # pandas leaves out, or takes for an index, what a row has more than the header.
        assert error.code == "0061", text  # noqa: PT017 - either outcome may be right
        widths = [len(row) for row in csv.reader(io.StringIO(text, newline="")) if row]
        assert max(widths) > widths[0]
        return
    assert table.num_rows == len(expected)
    if not len(expected) and "" in _header(text):
        return
    assert table.num_columns == len(expected.columns)
    for index, column in enumerate(table.columns):
        ours = table.arrow.column(index).to_pylist()
        _same(ours, expected.iloc[:, index], column.type.kind, text)


def _header(text: str) -> list[str]:
    return next((row for row in csv.reader(io.StringIO(text, newline="")) if row), [])


def _by_pandas(text: str) -> pd.DataFrame | str:
    try:
        frame = pd.read_csv(io.BytesIO(text.encode()))
    except pd.errors.EmptyDataError:
        return "empty"
    except pd.errors.ParserError:
        return "refused"
    # The first cells of rows that are longer than the header.
    return frame if isinstance(frame.index, pd.RangeIndex) else "refused"


def _same(ours: list[Any], theirs: pd.Series[Any], kind: Kind, text: str) -> None:
    values = [None if pd.isna(value) else value for value in theirs.tolist()]
    present = [value for value in values if value is not None]
    if kind is Kind.STRING and present and not all(isinstance(value, str) for value in present):
        # Integers beyond 64 bits, kept as text.
        assert all(isinstance(value, int) for value in present), text
        assert max(map(abs, present)) >= 2**63 - 1
        assert [None if value is None else int(value) for value in ours] == values
        return
    if kind is Kind.DOUBLE:
        assert theirs.dtype == "float64", text
        assert [_exact(value) for value in ours] == [_exact(value) for value in values], text
        return
    if kind is Kind.INTEGER:
        # pandas has doubles where integers are missing.
        assert theirs.dtype == ("float64" if None in values else "int64"), text
        assert [value if value is None else float(value) for value in ours] == [
            value if value is None else float(value) for value in values
        ], text
        return
    if kind is Kind.BOOLEAN:
        assert all(isinstance(value, bool) for value in present), text
    assert ours == values, text


def _exact(value: float | None) -> tuple[float, float] | None:
    return None if value is None else (value, math.copysign(1, value))
