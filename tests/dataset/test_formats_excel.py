"""Excel workbooks: cells and their types, limits, and what a workbook cannot hold."""

from __future__ import annotations

import io
import math
import random
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import openpyxl.chart
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bottega.dataset.formats import excel_cells, read, write
from bottega.dataset.table import Table
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from pathlib import Path


def _book(folder: Path, *rows: list[Any], title: str = "Data") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    path = folder / "x.xlsx"
    book.save(path)
    return path


def _types(table: Table) -> list[str]:
    return [str(column.type) for column in table.columns]


def _failure(call: Any) -> BottegaError:
    with pytest.raises(BottegaError) as caught:
        call()
    assert str(caught.value)
    return caught.value


def _first(path: Path, part: str, old: str, new: str) -> None:
    """Change a part of the workbook's archive."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode(), 1)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


SHEET = "xl/worksheets/sheet1.xml"


def test_types(tmp_path: Path) -> None:
    moment = datetime(2020, 1, 2, 3, 4, 5, 678000)  # noqa: DTZ001
    table = read(
        _book(
            tmp_path,
            ["i", "d", "b", "s", "t", "day", "clock", "span", "m", "e"],
            [1, 1.5, True, "x", moment, date(2020, 1, 2), time(3, 4, 5), timedelta(days=2, hours=3), 1, None],
            [2.0, 2, False, None, None, None, None, None, "x", None],
        )
    )
    assert _types(table) == [
        "Integer", "Double", "Boolean", "String", "DateTime", "DateTime", "TimeSpan", "TimeSpan", "String", "Double",
    ]  # fmt: skip
    day = datetime(2020, 1, 2)  # noqa: DTZ001
    clock = timedelta(hours=3, minutes=4, seconds=5)
    assert list(table.arrow.to_pylist()[0].values()) == [
        1, 1.5, True, "x", moment, day, clock, timedelta(days=2, hours=3), "1", None,
    ]  # fmt: skip
    assert list(table.arrow.to_pylist()[1].values())[:3] == [2, 2.0, False]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([1, True], ["1", "True"]),
        ([1.5, "x"], ["1.5", "x"]),
        ([datetime(2020, 1, 2), "x"], ["2020-01-02 00:00:00", "x"]),  # noqa: DTZ001
        ([timedelta(hours=-1), "x"], ["-1 days +23:00:00", "x"]),
        ([10**20, 1], [str(10**20), "1"]),
    ],
)
def test_mixtures_are_text(tmp_path: Path, values: list[Any], texts: list[str]) -> None:
    table = read(_book(tmp_path, ["a"], *[[value] for value in values]))
    assert _types(table) == ["String"]
    assert table.column("a").to_pylist() == texts


def test_words_for_missing_errors_and_formulas(tmp_path: Path) -> None:
    path = _book(tmp_path, ["a", "b"], [1, "NA"], ["#DIV/0!", "x"], ["null", "#N/A"], ["=1+1", ""], [2, "y"])
    table = read(path)
    assert table.arrow.to_pylist() == [
        {"a": 1, "b": None},
        {"a": None, "b": "x"},
        {"a": None, "b": None},
        {"a": None, "b": None},
        {"a": 2, "b": "y"},
    ]
    assert pd.read_excel(path)["a"].tolist()[0] == 1


def test_header_and_width(tmp_path: Path) -> None:
    table = read(_book(tmp_path, [None], ["a", None, "a", 5], [1], [], [1, 2, 3, 4, 5, None], [None], []))
    assert table.arrow.column_names == ["a", "Col2", "a (1)", "5", "Col5"]
    assert [list(row.values()) for row in table.arrow.to_pylist()] == [
        [1, None, None, None, None],
        [None] * 5,
        [1, 2, 3, 4, 5],
    ]


def test_empty_sheets(tmp_path: Path) -> None:
    assert read(_book(tmp_path)).columns == ()
    table = read(_book(tmp_path, ["a", "b"]))
    assert (table.num_rows, _types(table)) == (0, ["String", "String"])


def test_sheets_by_name(tmp_path: Path) -> None:
    path = _book(tmp_path, ["a"], [1])
    book = openpyxl.load_workbook(path)
    book.create_sheet("More").append(["b"])
    book.create_chartsheet("Chart", 0).add_chart(openpyxl.chart.BarChart())
    book.save(path)
    assert read(path).arrow.column_names == ["a"]
    assert read(path, sheet="More").arrow.column_names == ["b"]
    for name in ("Nothing", "Chart"):
        error = _failure(lambda name=name: read(path, sheet=name))
        assert error.code == "usage"
        assert "Data, More" in str(error.facts["reason"])


def test_what_a_file_says_of_its_size_is_not_believed(tmp_path: Path) -> None:
    path = _book(tmp_path, ["a", "b"], [1, 2], [3, 4])
    _first(path, SHEET, 'ref="A1:B3"', 'ref="A1:A1"')
    assert read(path).num_rows == 2
    assert read(path).num_columns == 2


def test_a_row_far_away_is_told(tmp_path: Path) -> None:
    path = _book(tmp_path, ["a"], [1])
    _first(path, SHEET, '<row r="2"><c r="A2"', '<row r="999999999"><c r="A999999999"')
    assert _failure(lambda: read(path)).code == "0018"


def test_the_last_row_alone(tmp_path: Path) -> None:
    path = _book(tmp_path, ["a"], [1])
    _first(path, SHEET, '<row r="2"><c r="A2"', '<row r="1048576"><c r="A1048576"')
    table = read(path)
    assert table.num_rows == 1_048_575
    assert table.column("a")[-1].as_py() == 1


def test_damaged_parts_are_tables_or_errors(tmp_path: Path) -> None:
    path = _book(tmp_path, ["a", "b"], [1, "x"], [datetime(2020, 1, 2), True])  # noqa: DTZ001
    valid = path.read_bytes()
    chance = random.Random(3)
    with zipfile.ZipFile(io.BytesIO(valid)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(150):
        name = chance.choice([*parts, SHEET, SHEET, "xl/styles.xml"])
        content = bytearray(parts[name])
        for _ in range(chance.choice([1, 2, 5])):
            place = chance.randrange(len(content) + 1)
            content[place : place + chance.randrange(3)] = chance.choice(
                [b"", b"9", b"<", b'"', b"A", b"-", b"e", b"\xff"]
            )
        with zipfile.ZipFile(path, "w") as archive:
            for other, unchanged in parts.items():
                archive.writestr(other, bytes(content) if other == name else unchanged)
        try:
            assert read(path).digest
        except BottegaError as error:
            assert error.code in ("0018", "0139")  # noqa: PT017 - either outcome is right


def test_written(tmp_path: Path) -> None:
    moment = datetime(2020, 1, 2, 3, 4, 5, 678000)  # noqa: DTZ001
    columns: dict[str, Any] = {
        "i": pa.array([1, None, 9007199254740993]),
        "d": pa.array([0.1, 1 / 3, None]),
        "b": pa.array([True, None, False]),
        "s": pa.array(["=1+1", "#N/A!", " é\n"]),
        "c": pa.array(["x", None, "y"]).dictionary_encode(),
        "t": pa.array([moment, None, moment], pa.timestamp("us")),
        "p": pa.array([timedelta(days=-1, seconds=1), None, timedelta(milliseconds=5)], pa.duration("us")),
    }
    table = Table(pa.table(columns))
    path = tmp_path / "x.xlsx"
    write(table, path)
    again = read(path)
    assert _types(again) == ["Integer", "Double", "Boolean", "String", "String", "DateTime", "TimeSpan"]
    assert again.arrow.to_pylist() == table.arrow.to_pylist()
    assert pd.read_excel(path)["s"].tolist() == ["=1+1", "#N/A!", " é\n"]


def test_formulas_and_errors_are_written_as_text(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    write(Table(pa.table({"=A1": ["=1+1", "#DIV/0!"]})), path)
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert [[cell.data_type for cell in row] for row in sheet.iter_rows()] == [["s"], ["s"], ["s"]]
    assert read(path).arrow.to_pylist() == [{"=A1": "=1+1"}, {"=A1": "#DIV/0!"}]


def test_times_that_a_sheet_does_not_have(tmp_path: Path) -> None:
    columns: dict[str, Any] = {
        "z": pa.array([datetime(2020, 1, 2, tzinfo=UTC)], pa.timestamp("us", "Europe/Paris")),
        "old": pa.array([datetime(1900, 2, 28)], pa.timestamp("us")),  # noqa: DTZ001
        "far": pa.array([2**60], pa.timestamp("us")),
        "n": pa.array([1_000_001], pa.timestamp("ns")),
    }
    path = tmp_path / "x.xlsx"
    write(Table(pa.table(columns)), path)
    row = read(path).arrow.to_pylist()[0]
    assert row["z"] == "2020-01-02 01:00:00+01:00"
    assert row["old"] == "1900-02-28 00:00:00"
    assert row["far"].startswith("38504-08-17 21:30:06")
    assert row["n"] == datetime(1970, 1, 1, 0, 0, 0, 1000)  # noqa: DTZ001


def test_infinity_bytes_and_empty_texts(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    write(Table(pa.table({"d": [math.inf, -math.inf], "y": [b"\0", None], "e": ["", "x"]})), path)
    assert read(path).arrow.to_pylist() == [{"d": "inf", "y": "AA==", "e": None}, {"d": "-inf", "y": None, "e": "x"}]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"a": ["x" * 32_768]}, "32768 characters"),
        ({"a": pa.array(["x" * 32_768]).dictionary_encode()}, "32768 characters"),
        ({"a": ["x\0"]}, "control character"),
        ({"a\x01": [1]}, "the header: a text has a control character"),
        ({"a": ["\uffff"]}, "column a: a text has a control character"),
        ({str(number): [1] for number in range(16_385)}, "16384 columns"),
        ({"a": pa.nulls(1_048_576, pa.int64())}, "1048576 rows"),
    ],
)
def test_limits_are_told(tmp_path: Path, table: dict[str, Any], words: str) -> None:
    error = _failure(lambda: write(Table(pa.table(table)), tmp_path / "x.xlsx"))
    assert error.code == "0018"
    assert words in str(error.facts["reason"])
    assert list(tmp_path.iterdir()) == []


def test_limits_are_the_format_s() -> None:
    assert (excel_cells.MOST_ROWS, excel_cells.MOST_COLUMNS) == (1 << 20, 1 << 14)


_TEXT = st.text(
    st.characters(
        exclude_categories=["Cs"],
        exclude_characters="\r\ufffe\uffff" + "".join(map(chr, [*range(9), 11, 12, *range(14, 32)])),
    ),
    min_size=1,
    max_size=6,
).filter(lambda text: text not in excel_cells._WORDS)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(-(2**63), 2**63 - 1) | st.none(),
            st.floats(allow_nan=False, allow_infinity=False) | st.none(),
            st.booleans() | st.none(),
            _TEXT | st.none(),
        ),
        max_size=4,
    )
)
def test_round_trip(tmp_path: Path, rows: list[tuple[Any, ...]]) -> None:
    rows = [*rows, (0, 0.5, True, "word")]
    types = [pa.int64(), pa.float64(), pa.bool_(), pa.large_string()]
    columns = [pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), types, strict=True)]
    table = Table(pa.Table.from_arrays(columns, names=["i", "d", "b", "s"]))
    path = tmp_path / "x.xlsx"
    write(table, path)
    assert read(path).equals(table)
