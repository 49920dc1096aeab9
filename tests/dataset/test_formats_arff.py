"""ARFF files: attributes, rows, errors, and what is written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import arff
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bottega.dataset.formats import read, write
from bottega.dataset.table import Table
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from pathlib import Path


def _read(folder: Path, content: str | bytes, **options: str) -> Table:
    path = folder / "x.arff"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path, **options)


def _column(folder: Path, declared: str, *values: str) -> tuple[str, list[Any]]:
    table = _read(folder, f"@relation r\n@attribute a {declared}\n@data\n" + "".join(f"{value}\n" for value in values))
    return str(table.columns[0].type), table.arrow.column(0).to_pylist()


def _categories(table: Table, name: str) -> list[Any]:
    chunk: Any = table.column(name).chunk(0)
    return list(chunk.dictionary.to_pylist())


def _failure(folder: Path, content: str | bytes) -> tuple[str, object]:
    with pytest.raises(BottegaError) as caught:
        _read(folder, content)
    assert str(caught.value)
    return caught.value.code, caught.value.facts["line"]


IRIS = """% 1. Title: Iris
@RELATION "iris plants"

@ATTRIBUTE sepal\tNUMERIC
@attribute 'petal \\'width\\'' Real [0, 10]
@ATTRIBUTE n INTEGER
@ATTRIBUTE class {Iris-setosa, 'Iris versicolor', "it's"}
@ATTRIBUTE note string
@DATA
% first
5.1,0.2,1,Iris-setosa,'a, "b"'
?, ?,?, ?,?

 4.9 , 1e2, 3.0,  'Iris versicolor' ,plain
"""


def test_a_file(tmp_path: Path) -> None:
    table = _read(tmp_path, IRIS.replace("\n", "\r\n"))
    assert table.arrow.column_names == ["sepal", "petal 'width'", "n", "class", "note"]
    assert [str(column.type) for column in table.columns] == [
        "Double",
        "Double",
        "Integer",
        "Categorical String",
        "String",
    ]
    assert [list(row.values()) for row in table.arrow.to_pylist()] == [
        [5.1, 0.2, 1, "Iris-setosa", 'a, "b"'],
        [None] * 5,
        [4.9, 100.0, 3, "Iris versicolor", "plain"],
    ]
    assert _categories(table, "class") == ["Iris-setosa", "Iris versicolor", "it's"]


def test_sparse_rows(tmp_path: Path) -> None:
    head = "@relation r\n@attribute a real\n@attribute b {x, 0}\n@attribute c string\n@attribute d date\n@data\n"
    table = _read(tmp_path, head + '{}\n{0 1.5, 2 "y z"}\n{1 0}\n{1 ?}\n2,x,q,?\n')
    assert [list(row.values())[:3] for row in table.arrow.to_pylist()] == [
        [0, "x", "0"],
        [1.5, "x", "y z"],
        [0, "0", "0"],
        [0, None, "0"],
        [2, "x", "q"],
    ]
    assert table.column("d").null_count == 5


@pytest.mark.parametrize(
    ("declared", "text", "value"),
    [
        ("date", "2020-01-02T03:04:05", datetime(2020, 1, 2, 3, 4, 5)),  # noqa: DTZ001
        ('DATE "yyyy-MM-dd"', "2020-01-02", datetime(2020, 1, 2)),  # noqa: DTZ001
        ("date 'dd/MM/yyyy HH:mm:ss.SSS'", "'02/01/2020 03:04:05.678'", datetime(2020, 1, 2, 3, 4, 5, 678000)),  # noqa: DTZ001
        ("date \"yyyy-MM-dd'T'HH:mm:ssZ\"", "2020-01-02T03:04:05+0100", datetime(2020, 1, 2, 2, 4, 5, tzinfo=UTC)),
        ("date \"hh 'o''clock' a, MMM d yy\"", '"03 o\'clock PM, Jan 2 20"', datetime(2020, 1, 2, 15)),  # noqa: DTZ001
    ],
)
def test_dates(tmp_path: Path, declared: str, text: str, value: datetime) -> None:
    assert _column(tmp_path, declared, text, "?") == ("DateTime", [value, None])


def test_integers(tmp_path: Path) -> None:
    assert _column(tmp_path, "integer", "1", "-2", "+3", "4.0", "?") == ("Integer", [1, -2, 3, 4, None])
    assert _column(tmp_path, "integer", "9007199254740993") == ("Integer", [9007199254740993])
    assert _column(tmp_path, "integer", "1", "2.5") == ("Double", [1.0, 2.5])
    assert _column(tmp_path, "integer", "9" * 20)[0] == "String"
    assert _column(tmp_path, "integer", "?") == ("Integer", [None])
    assert _column(tmp_path, "integer") == ("Integer", [])


def test_columns_without_rows_have_their_types(tmp_path: Path) -> None:
    assert _column(tmp_path, "real") == ("Double", [])
    assert _column(tmp_path, "{a,b}") == ("Categorical String", [])
    assert _column(tmp_path, "{}", "?") == ("Categorical String", [None])
    assert _column(tmp_path, "date", "?") == ("DateTime", [None])


def test_escapes(tmp_path: Path) -> None:
    values = [r"'a\'b'", r"'\\5'", r"'\n\t'", r'"\""', r"'\u00e9'", r"'%'", "'?'", "''", "é日"]
    assert _column(tmp_path, "string", *values)[1] == ["a'b", "\\5", "\n\t", '"', "é", "%", "?", "", "é日"]
    assert _column(tmp_path, "{" + ",".join(values[:4]) + "}", *values[:4])[1] == ["a'b", "\\5", "\n\t", '"']


def test_a_value_of_many_characters(tmp_path: Path) -> None:
    assert _column(tmp_path, "string", "x" * 300_000)[1] == ["x" * 300_000]


def test_equal_names(tmp_path: Path) -> None:
    table = _read(tmp_path, "@relation r\n@attribute a real\n@attribute a real\n@data\n1,2\n")
    assert table.arrow.column_names == ["a", "a (1)"]


def test_encodings(tmp_path: Path) -> None:
    content = "@relation r\n@attribute é {ü}\n@data\nü\n"
    for encoded, options in ((content.encode("utf-16"), {}), (content.encode("cp1252"), {"encoding": "cp1252"})):
        assert _read(tmp_path, encoded, **options).arrow.to_pylist() == [{"é": "ü"}]
    assert _failure(tmp_path, content.encode("cp1252")) == ("0049", 2)


@pytest.mark.parametrize(
    ("line", "content"),
    [
        (1, ""),
        (1, "@relation r"),
        (2, "@relation r\n@attribute a"),
        (2, "@relation r\n@attribute a thing\n@data\n"),
        (2, "@relation r\n@attribute 'a real\n@data\n"),
        (2, "@relation r\n@attribute a {x, y\n@data\n"),
        (2, "@relation r\n@attribute a {x y}\n@data\n"),
        (2, "@relation r\n@attribute a {x, x}\n@data\n"),
        (2, "@relation r\n@attribute a relational\n@data\n"),
        (2, "@relation r\n@attribute a date 'QQ'\n@data\n"),
        (2, "@relation r\n@attribute a date 'dd d'\n@data\n"),
        (2, "@relation r\n@attribute '\\ud800' real\n@data\n"),
        (2, "@relation r\nvalues\n@data\n"),
        (2, "@relation r\n@attribute a {" + "a," * 5000 + "'}\n@data\n"),
        (5, "@relation r\n@attribute a real\n@data\n1\nx\n"),
        (5, "@relation r\n@attribute a real\n@data\n1\n1_0\n"),
        (5, "@relation r\n@attribute a real\n@data\n1\n1,2\n"),
        (5, "@relation r\n@attribute a {x}\n@data\nx\ny\n"),
        (5, "@relation r\n@attribute a string\n@data\nx\nx y\n"),
        (5, "@relation r\n@attribute a string\n@data\nx\n'x\n"),
        (5, "@relation r\n@attribute a string\n@data\nx\n'\\q'\n"),
        (5, "@relation r\n@attribute a string\n@data\nx\n'\\ud800'\n"),
        (5, "@relation r\n@attribute a string\n@data\nx\n%s %d,%\n"),
        (5, "@relation r\n@attribute a date\n@data\n?\n2020\n"),
        (5, "@relation r\n@attribute a real\n@data\n1\n{1 2}\n"),
        (5, "@relation r\n@attribute a real\n@data\n1\n{x 2}\n"),
        (5, "@relation r\n@attribute a real\n@data\n1\n{0 1\n"),
        (4, "@relation r\n@data\n\n1\n"),
    ],
)
def test_what_is_malformed_is_told_with_its_line(tmp_path: Path, line: int, content: str) -> None:
    if content.endswith("%s %d,%\n"):
        content = content.replace("%s %d,%", "a%s %d,%")
    assert _failure(tmp_path, content) == ("0049", line)


def test_a_malformed_row_in_a_large_file(tmp_path: Path) -> None:
    head = "@relation r\n@attribute a real\n@data\n"
    assert _failure(tmp_path, head + "1\n" * 20_000 + "x\n") == ("0049", 20_004)


def test_written(tmp_path: Path) -> None:
    categories = pa.DictionaryArray.from_arrays(pa.array([1, None], pa.int32()), pa.array(["it's", "b c", "{"]))
    columns: dict[str, Any] = {
        "i": pa.array([1, None]),
        "d d": pa.array([1.0, 0.1]),
        "b": pa.array([True, None]),
        "c": categories,
        "s": pa.array(["", "?"]),
        "t": pa.array([0, 1_500_999], pa.timestamp("us")),
        "z": pa.array([0, None], pa.timestamp("us", "Europe/Paris")),
        "p": pa.array([1, None], pa.duration("us")),
        "y": pa.array([b"\0", None]),
    }
    path = tmp_path / "x.arff"
    write(Table(pa.table(columns)), path)
    assert path.read_text() == (
        "@RELATION bottega\n\n@ATTRIBUTE i INTEGER\n@ATTRIBUTE 'd d' REAL\n@ATTRIBUTE b {False, True}\n"
        "@ATTRIBUTE c {'it\\'s', 'b c', '{'}\n@ATTRIBUTE s STRING\n@ATTRIBUTE t DATE \"yyyy-MM-dd HH:mm:ss.SSS\"\n"
        '@ATTRIBUTE z DATE "yyyy-MM-dd HH:mm:ssZ"\n@ATTRIBUTE p STRING\n@ATTRIBUTE y STRING\n\n@DATA\n'
        "1,1.0,True,'b c','','1970-01-01 00:00:00.000','1970-01-01 00:00:00+0000','0 days 00:00:00.000001','AA=='\n"
        "?,0.1,?,?,'?','1970-01-01 00:00:01.500',?,?,?\n"
    )
    again = read(path)
    assert _categories(again, "c") == ["it's", "b c", "{"]
    assert str(again.columns[2].type) == "Categorical String"
    assert again.column("t").cast(pa.int64()).to_pylist() == [0, 1_500_000]
    assert again.column("z").to_pylist() == [datetime(1970, 1, 1, tzinfo=UTC), None]


def test_before_1970_times_are_cut_downwards(tmp_path: Path) -> None:
    write(Table(pa.table({"t": pa.array([-1], pa.timestamp("us"))})), tmp_path / "x.arff")
    assert read(tmp_path / "x.arff").column("t").cast(pa.int64()).to_pylist() == [-1000]


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(_TEXT, min_size=4, max_size=4, unique=True),
    st.lists(
        st.tuples(
            st.integers(-(2**63), 2**63 - 1) | st.none(),
            st.floats(allow_nan=False) | st.none(),
            _TEXT | st.none(),
            st.integers(0, 2) | st.none(),
        ),
        max_size=5,
    ),
    st.lists(_TEXT, min_size=3, max_size=3, unique=True),
)
def test_round_trip(tmp_path: Path, names: list[str], rows: list[tuple[Any, ...]], categories: list[str]) -> None:
    values = [[row[place] for row in rows] for place in range(4)]
    columns: list[Any] = [
        pa.array(values[0], pa.int64()),
        pa.array(values[1], pa.float64()),
        pa.array(values[2], pa.large_string()),
    ]
    codes = pa.array(values[3], pa.int32())
    columns.append(pa.DictionaryArray.from_arrays(codes, pa.array(categories, pa.large_string())))
    table = Table(pa.Table.from_arrays(columns, names=names))
    path = tmp_path / "x.arff"
    write(table, path)
    again = read(path)
    assert again.equals(table)
    assert [column.to_pylist() for column in again.arrow.columns] == [
        column.to_pylist() for column in table.arrow.columns
    ]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("ab {},'\"\\%?", min_size=1, max_size=5), min_size=1, max_size=4))
def test_liac_arff_reads_what_is_written(tmp_path: Path, values: list[str]) -> None:
    path = tmp_path / "x.arff"
    write(Table(pa.table({"a": values})), path)
    assert arff.loads(path.read_text())["data"] == [[value] for value in values]
