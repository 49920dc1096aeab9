"""Delimited files: headers, encodings, ragged rows, errors, and what is written."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bottega.dataset.formats import body, delimited, read, width, write
from bottega.dataset.formats.rendering import rendered
from bottega.dataset.table import Table
from bottega.dataset.types import Kind, Role
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from pathlib import Path


def _read(folder: Path, content: str | bytes, name: str = "file.csv", **options: str) -> Table:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path, **options)


def _rows(table: Table) -> list[list[Any]]:
    return [list(row.values()) for row in table.arrow.to_pylist()]


def _kinds(table: Table) -> list[Kind]:
    return [column.type.kind for column in table.columns]


def _failure(folder: Path, content: str | bytes, name: str = "file.csv", **options: str) -> BottegaError:
    with pytest.raises(BottegaError) as caught:
        _read(folder, content, name, **options)
    return caught.value


def test_types_are_guessed(tmp_path: Path) -> None:
    table = _read(tmp_path, "i,d,b,s,t,m\n1,1.5,True,x,2020-01-02,\n2,2,FALSE,y,2020-01-03,NA\n")
    assert _kinds(table) == [Kind.INTEGER, Kind.DOUBLE, Kind.BOOLEAN, Kind.STRING, Kind.STRING, Kind.DOUBLE]
    assert _rows(table)[0] == [1, 1.5, True, "x", "2020-01-02", None]


def test_missing_values_do_not_change_a_type(tmp_path: Path) -> None:
    table = _read(tmp_path, 'i,b,s\n1,True,x\n,NA,"null"\n')
    assert _kinds(table) == [Kind.INTEGER, Kind.BOOLEAN, Kind.STRING]
    assert _rows(table)[1] == [None, None, None]


@pytest.mark.parametrize(("late", "kind"), [("2.5", Kind.DOUBLE), ("x", Kind.STRING), ("True", Kind.STRING)])
def test_a_late_value_widens_its_column(tmp_path: Path, late: str, kind: Kind) -> None:
    rows = 300_000
    table = _read(tmp_path, "a,b\n" + "007,1\n" * rows + f"{late},1\n")
    assert _kinds(table) == [kind, Kind.INTEGER]
    assert table.num_rows == rows + 1
    assert table.arrow.column(0)[0].as_py() == ("007" if kind is Kind.STRING else 7)


def test_booleans_with_a_late_text_keep_their_text(tmp_path: Path) -> None:
    assert _rows(_read(tmp_path, "a\nTRUE\nfalse\nmaybe\n")) == [["TRUE"], ["false"], ["maybe"]]


def test_dates_that_begin_late_stay_text(tmp_path: Path) -> None:
    table = _read(tmp_path, "a,b\n" + ",1\n" * 2_500_000 + "2020-01-01,1\n")
    assert _kinds(table)[0] is Kind.STRING
    assert table.arrow.column(0)[-1].as_py() == "2020-01-01"


@pytest.mark.parametrize("cell", ["9223372036854775808", "-9223372036854775809", "1" * 400])
def test_integers_beyond_64_bits_are_text(tmp_path: Path, cell: str) -> None:
    assert _rows(_read(tmp_path, f"a\n{cell}\n5\n")) == [[cell], ["5"]]
    assert _kinds(_read(tmp_path, f"a\n{cell}\n5.5\n")) == [Kind.DOUBLE]


def test_hexadecimal_across_blocks_is_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "_block", lambda _: 16)
    for shift in range(20):
        table = _read(tmp_path, "a,b\n" + "1" * (1 + shift % 9) + ",1\n" * (1 + shift // 9) + "0x10,1\n")
        assert _kinds(table)[0] is Kind.STRING or table.num_rows > 2


def test_headers(tmp_path: Path) -> None:
    table = _read(tmp_path, 'a,,a,"b\nc", d \n1,2,3,4,5\n')
    assert table.arrow.column_names == ["a", "Col2", "a (1)", "b\nc", " d "]


def test_no_header(tmp_path: Path) -> None:
    assert _read(tmp_path, "1,x\n2,y\n", "file.nh.csv").arrow.to_pylist() == [
        {"Col1": 1, "Col2": "x"},
        {"Col1": 2, "Col2": "y"},
    ]


def test_tabs(tmp_path: Path) -> None:
    assert _rows(_read(tmp_path, "a\tb\n1,5\t2\n\t\n", "file.tsv")) == [["1,5", 2], [None, None]]
    assert _rows(_read(tmp_path, "1\t2\n", "file.nh.tsv")) == [[1, 2]]


@pytest.mark.parametrize("content", ["", "\n\n", "\r\n \r\n", "\ufeff"])
def test_empty_files_are_tables_without_columns(tmp_path: Path, content: str) -> None:
    for name in ("file.csv", "file.nh.csv"):
        table = _read(tmp_path, content, name)
        assert (table.num_rows, table.num_columns) == (0, 0)


@pytest.mark.parametrize("content", ["a,b", "a,b\n", "a,b\r\n\r\n"])
def test_header_only(tmp_path: Path, content: str) -> None:
    table = _read(tmp_path, content)
    assert (table.num_rows, _kinds(table)) == (0, [Kind.STRING, Kind.STRING])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_recognised(tmp_path: Path, encoding: str) -> None:
    text = 'é,"日\n本"\n1,"x\r\ny"\n'
    table = _read(tmp_path, text.encode(encoding))
    assert table.arrow.to_pylist() == [{"é": 1, "日\n本": "x\r\ny"}]


def test_utf_16_of_both_orders(tmp_path: Path) -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        assert _rows(_read(tmp_path, "\ufeffa,b\r\n1,é\r\n".encode(encoding))) == [[1, "é"]]


def test_encodings_by_name(tmp_path: Path) -> None:
    content = "name,city\n1,Zürich €\n".encode("cp1252")
    assert _rows(_read(tmp_path, content, encoding="cp1252")) == [[1, "Zürich €"]]
    assert _rows(_read(tmp_path, "a\n\x80\n".encode("latin-1"), encoding="Latin-1")) == [["\x80"]]
    assert _read(tmp_path, "\ufeffa\n1\n".encode("utf-16-le"), encoding="utf-16-le").arrow.column_names == ["a"]
    assert _read(tmp_path, b"\xef\xbb\xbfa\n1\n", encoding="UTF8").arrow.column_names == ["a"]


@pytest.mark.parametrize("before", ["a,b\n1,2\n3,", "a,", "\ufeffa,b\n3,"])
def test_bytes_that_are_not_utf_8_are_told(tmp_path: Path, before: str) -> None:
    error = _failure(tmp_path, before.encode() + b"caf\xe9\n")
    offset = len(before.encode()) + 3
    assert error.code == "0049"
    assert error.facts["line"] == before.count("\n") + 1
    assert f"byte {offset} " in str(error.facts["reason"])
    assert "encoding=" in str(error.facts["reason"])


def test_bytes_that_are_not_of_the_named_encoding_are_told(tmp_path: Path) -> None:
    error = _failure(tmp_path, b"a\nb\n" + b"x" * (3 << 20) + b"\xff\n", encoding="ascii")
    assert (error.code, error.facts["line"]) == ("0049", 3)
    assert f"byte {4 + (3 << 20)} " in str(error.facts["reason"])


@pytest.mark.parametrize("encoding", ["nonsense", "base64", "\0"])
def test_unknown_encodings(tmp_path: Path, encoding: str) -> None:
    assert _failure(tmp_path, "a\n1\n", encoding=encoding).code == "usage"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path: Path, end: str) -> None:
    assert _rows(_read(tmp_path, end.join(["", "a,b", "1,x", "", '2,"y""\n,\r"', ""]))) == [[1, "x"], [2, 'y"\n,\r']]


def test_a_line_end_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for block in range(4, 12):
        monkeypatch.setattr(body, "_block", lambda _, block=block: block)
        assert _rows(_read(tmp_path, "a,b\r\n1,2\r\n3,4\r\n5,6\r\n")) == [[1, 2], [3, 4], [5, 6]]


def test_nul_bytes(tmp_path: Path) -> None:
    assert _rows(_read(tmp_path, "a,b\nx\0y,1\n\0,2\n")) == [["x\0y", 1], ["\0", 2]]


def test_short_rows_are_filled(tmp_path: Path) -> None:
    table = _read(tmp_path, 'a,b,c\n1,2,3\n4\n5,"x\ny"\n\n"",\n"1,\r",2,007\n')
    assert _rows(table) == [
        ["1", "2", 3],
        ["4", None, None],
        ["5", "x\ny", None],
        [None, None, None],
        ["1,\r", "2", 7],
    ]


@pytest.mark.parametrize("name", ["file.csv", "file.nh.csv"])
def test_long_rows_are_refused(tmp_path: Path, name: str) -> None:
    error = _failure(tmp_path, 'a,b\n\n1,"x\ny"\n1,2,\n', name)
    assert error.code == "0061"
    assert error.facts == {"path": str(tmp_path / name), "line": 5, "expected": 2, "found": 3}


@pytest.mark.parametrize("content", ['a,b\n1,2\n3,"x\ny\n', 'a,b\n1,2\n3,"', 'a,b\n1,2\n3,"x', 'a,b\n1\n3,"x\n'])
def test_a_quote_that_is_never_closed_is_told(tmp_path: Path, content: str) -> None:
    error = _failure(tmp_path, content)
    assert (error.code, error.facts["line"]) == ("0049", 3)


def test_blank_lines_in_a_file_of_one_column(tmp_path: Path) -> None:
    assert _rows(_read(tmp_path, 'a\n  \n1\n\t\n\n""\n')) == [[1], [None]]
    assert _rows(_read(tmp_path, 'a\n" "\n')) == [[" "]]


@pytest.mark.slow
def test_ten_thousand_columns(tmp_path: Path) -> None:
    header = ",".join(f"c{number}" for number in range(10_000))
    row = ",".join(str(number % 7) for number in range(10_000))
    table = _read(tmp_path, "\n".join([header] + [row] * 30))
    assert (table.num_rows, table.num_columns) == (30, 10_000)
    write(table, tmp_path / "out.csv")
    assert read(tmp_path / "out.csv").equals(table)


def test_more_columns_are_refused_before_they_are_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "columns", lambda *_: pytest.fail("Arrow was asked"))
    error = _failure(tmp_path, "," * 10_000 + "\n")
    assert error.code == "0018"
    assert error.facts["reason"] == "line 1 has 10,001 columns, and a table has at most 10,000"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("a,b,c,d\n", 1),
        ("\n\na,b,c,d\n", 3),
        ('"a,b",c,"d,"",e",f\n', 1),
        ('"a\nb,",c,d,e\n', 2),
        ('a,"b\n\n","c\n",d\n', 4),
        ('a"b,c",d,e\n', 1),
        ("a,b,c\n1,2,3,4\n", 2),
    ],
)
def test_too_many_columns_by_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, line: int) -> None:
    monkeypatch.setattr(width, "MOST_COLUMNS", 3)
    error = _failure(tmp_path, content)
    assert (error.code, error.facts["reason"]) == (
        "0018", f"line {line} has 4 columns, and a table has at most 3"
    )  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        '"a,b,c,d,e","f,"",,,,"\n',
        '"a,b,c\n,,,,,,\n,,""\n,,,",b,"c,\n,,,"\n',
        'a,b\n"1,2,3,4,\n5,6",7\n8\n',
        "a,b,c\n" * 9,
    ],
)
def test_separators_in_quotes_make_no_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setattr(width, "MOST_COLUMNS", 3)
    assert _read(tmp_path, content).num_columns in (2, 3)


def test_a_cell_larger_than_a_block(tmp_path: Path) -> None:
    cell = "é" * (5 << 20)
    assert _rows(_read(tmp_path, f'a,b\n1,{cell}\n2,"x\n{cell}"\n')) == [[1, cell], [2, f"x\n{cell}"]]
    assert _rows(_read(tmp_path, f"a,b\n1\n2,{cell}\n")) == [[1, None], [2, cell]]


def test_the_whole_file_is_not_kept_as_python_objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Even records go through Arrow only.
    monkeypatch.setattr(delimited, "repaired", lambda *_, **__: pytest.fail("the slow way was taken"))
    table = _read(tmp_path, 'a,b\n"x\ny",1\n' * 1000 + '"x","2.5"\n')
    assert table.num_rows == 2000


def test_written_like_pandas(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "i": [1, 2],
            "d": [1.0, 0.1],
            "b": [True, False],
            'q"': ['x"y', "a,b"],
            "n,": ["c d", "e\nf"],
            "m": [None, "z"],
        }
    )
    path = tmp_path / "out.csv"
    write(Table(pa.Table.from_pandas(frame)), path)
    assert path.read_bytes().decode() == frame.to_csv(index=False)


def test_written_values(tmp_path: Path) -> None:
    moment = datetime(2020, 1, 2, 3, 4, 5)  # noqa: DTZ001
    columns: dict[str, Any] = {
        "t": pa.array([moment, moment.replace(microsecond=6)], pa.timestamp("us")),
        "n": pa.array([1, 1_000_000_000], pa.timestamp("ns")),
        "z": pa.array([moment.replace(tzinfo=UTC)] * 2, pa.timestamp("us", "Europe/Paris")),
        "u": pa.array([0, None], pa.timestamp("us", "UTC")),
        "s": pa.array(
            [timedelta(days=1, hours=2, minutes=3, seconds=4), -timedelta(microseconds=1)], pa.duration("us")
        ),
        "y": pa.array([b"\0\xff", None]),
        "c": pa.array(["x,y", None]).dictionary_encode(),
        "e": pa.array(["", None]),
    }
    path = tmp_path / "out.nh.csv"
    write(Table(pa.table(columns)), path)
    first = "2020-01-02 03:04:05,1970-01-01 00:00:00.000000001,2020-01-02 04:04:05+01:00,1970-01-01 00:00:00+00:00,"
    assert path.read_text().split("\n") == [
        first + '1 days 02:03:04,AP8=,"x,y",""',
        "2020-01-02 03:04:05.000006,1970-01-01 00:00:01,2020-01-02 04:04:05+01:00,,-1 days +23:59:59.999999,,,",
        "",
    ]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.timedeltas(min_value=timedelta(days=-(10**6)), max_value=timedelta(days=10**6)), min_size=1))
def test_time_spans_are_written_like_pandas(spans: list[timedelta]) -> None:
    texts = rendered(pa.array(spans, pa.duration("us"))).to_pylist()
    assert texts == [str(pd.Timedelta(span)) for span in spans]


def test_an_unknown_zone_is_written_in_utc(tmp_path: Path) -> None:
    write(Table(pa.table({"t": pa.array([0], pa.timestamp("us", "Nowhere/Place"))})), tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "t\n1970-01-01 00:00:00+00:00\n"


def test_years_beyond_arrow_s_text_are_written(tmp_path: Path) -> None:
    far = pa.table(
        {"t": pa.array([2**60, None, 0], pa.timestamp("us")), "z": pa.array([2**60] * 3, pa.timestamp("us", "UTC"))}
    )
    write(Table(far), tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text().split("\n")[1:] == [
        "38504-08-17 21:30:06.846976,38504-08-17 21:30:06.846976+00:00",
        ",38504-08-17 21:30:06.846976+00:00",
        "1970-01-01 00:00:00,38504-08-17 21:30:06.846976+00:00",
        "",
    ]


def test_one_column_of_missing_values_keeps_its_rows(tmp_path: Path) -> None:
    table = Table(pa.table({"a": pa.array([None, 1, None], pa.int64())}))
    write(table, tmp_path / "out.csv")
    assert read(tmp_path / "out.csv").equals(table)


def test_written_without_columns_or_rows(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write(Table(pa.table({})), path)
    assert path.read_bytes() == b""
    write(Table(pa.table({"a,b": pa.array([], pa.string())})), path)
    assert path.read_bytes() == b'"a,b"\n'


def test_a_name_that_begins_like_a_byte_order_mark(tmp_path: Path) -> None:
    table = Table(pa.table({"\ufeffa": ["\ufeffb"]}))
    for name in ("out.csv", "out.nh.csv"):
        write(table, tmp_path / name)
        assert _rows(read(tmp_path / name)) == [["\ufeffb"]]


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6).filter(
    lambda text: text not in body.MISSING
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(-(2**63), 2**63 - 1) | st.none(),
            st.floats(allow_nan=False) | st.none(),
            st.booleans() | st.none(),
            _TEXT | st.none(),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["out.csv", "out.tsv", "out.nh.csv", "out.nh.tsv"]),
)
def test_round_trip(tmp_path: Path, rows: list[tuple[Any, ...]], name: str) -> None:
    # A word in each text column keeps it text.
    rows = [(0, 0.5, True, "word"), *rows]
    types = [pa.int64(), pa.float64(), pa.bool_(), pa.large_string()]
    columns = [pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), types, strict=True)]
    table = Table(pa.Table.from_arrays(columns, names=["Col1", "Col2", "Col3", "Col4"]))
    write(table, tmp_path / name)
    again = read(tmp_path / name)
    assert again.equals(table)
    assert again.digest == table.digest


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(_TEXT, min_size=2, max_size=2), min_size=1, max_size=5))
def test_other_readers_agree(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "out.nh.csv"
    write(Table(pa.table({"a": [row[0] for row in rows], "b": [row[1] for row in rows]})), path)
    assert list(csv.reader(io.StringIO(path.read_bytes().decode(), newline=""))) == rows


def test_roles_are_not_kept(tmp_path: Path) -> None:
    write(Table(pa.table({"a": [1]}), roles={"a": Role.LABEL}), tmp_path / "out.csv")
    assert read(tmp_path / "out.csv").columns[0].role is Role.FEATURE
