"""JSON lines: types, order, errors; Arrow's parser and ours give the same table."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bottega.dataset.formats import json_lines, json_objects, jsonl, read, write
from bottega.dataset.formats.source import text
from bottega.dataset.table import Table
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from pathlib import Path


def _read(folder: Path, content: str | bytes, **options: str) -> Table:
    path = folder / "file.jsonl"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path, **options)


def _types(table: Table) -> dict[str, str]:
    return {column.name: str(column.type) for column in table.columns}


def test_types(tmp_path: Path) -> None:
    table = _read(tmp_path, '{"i":1,"d":1.5,"b":true,"s":"x","t":"2020-01-02","n":null}\n{"i":2,"d":1,"b":null}\n')
    assert _types(table) == {"i": "Integer", "d": "Double", "b": "Boolean", "s": "String", "t": "String", "n": "Double"}
    assert table.arrow.to_pylist() == [
        {"i": 1, "d": 1.5, "b": True, "s": "x", "t": "2020-01-02", "n": None},
        {"i": 2, "d": 1.0, "b": None, "s": None, "t": None, "n": None},
    ]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (["1", '"x"'], ["1", "x"]),
        (["1.50", '"x"', "true", "null"], ["1.50", "x", "true", None]),
        (["true", "1"], ["true", "1"]),
        (["99999999999999999999", "1"], ["99999999999999999999", "1"]),
        (['[1, 2.0, "é", null]', "{}"], ['[1, 2.0, "é", null]', "{}"]),
        (['{"x":{"y":[12345678901234567890]}}'], ['{"x": {"y": [12345678901234567890]}}']),
        (['"2020-01-02"', '"2020-01-02T10:00:00Z"', '"x"'], ["2020-01-02", "2020-01-02T10:00:00Z", "x"]),
        (['"NA"', '""', '"nan"'], ["NA", "", "nan"]),
    ],
)
def test_columns_that_are_text(tmp_path: Path, values: list[str], texts: list[str | None]) -> None:
    table = _read(tmp_path, "".join(f'{{"a": {value}}}\n' for value in values))
    assert _types(table) == {"a": "String"}
    assert table.column("a").to_pylist() == texts


def test_a_late_conflict_keeps_the_text_of_all(tmp_path: Path) -> None:
    rows = 150_000
    table = _read(tmp_path, '{"a": 1.50, "b": 1}\n' * rows + '{"a": "x"}\n')
    assert _types(table) == {"a": "String", "b": "Integer"}
    assert table.column("a")[0].as_py() == "1.50"
    assert table.num_rows == rows + 1


def test_late_dates_are_text(tmp_path: Path) -> None:
    filler = "x" * 100
    table = _read(tmp_path, f'{{"f": "{filler}"}}\n' * 60_000 + '{"f": "", "t": "2020-01-02"}\n')
    assert table.column("t")[-1].as_py() == "2020-01-02"


def test_keys_in_order_of_first_appearance(tmp_path: Path) -> None:
    assert _read(tmp_path, '{"z":1}\n{"a":1,"z":2}\n{"m":1}\n').arrow.column_names == ["z", "a", "m"]
    filler = "x" * 1000
    lines = [f'{{"f": "{filler}"}}'] * 20_000
    for place, key in ((9_000, "z"), (12_000, "b"), (15_000, "y"), (18_000, "a")):
        lines[place] = f'{{"{key}": 1}}'
    assert _read(tmp_path, "\n".join(lines)).arrow.column_names == ["f", "z", "b", "y", "a"]


def test_infinite_and_missing_numbers(tmp_path: Path) -> None:
    assert _read(tmp_path, '{"a": NaN}\n{"a": 1e999}\n{"a": -Infinity}\n').column("a").to_pylist() == [
        None,
        math.inf,
        -math.inf,
    ]


def test_objects_without_keys_and_blank_lines(tmp_path: Path) -> None:
    table = _read(tmp_path, "\n{}\r\n \t\n{}\n")
    assert (table.num_rows, table.num_columns) == (2, 0)
    assert _read(tmp_path, "").num_rows == 0
    assert _read(tmp_path, '{"a":1}\r{"a":2}').column("a").to_pylist() == [1, 2]


def test_of_equal_keys_the_last_counts(tmp_path: Path) -> None:
    assert _read(tmp_path, '{"a":1,"a":2}').arrow.to_pylist() == [{"a": 2}]


@pytest.mark.parametrize(
    "line",
    [
        "[1]", "1", '"x"', "null", "{", '{"a":1', '{"a":1}}', '{"a":1} x', '{"a":1}{"a":2}', "{'a':1}", '{"a":tru}',
        '{"a":01}', '{"a":"\\ud800"}', '{"\\udfff":1}', '{"a":["\\ud800"]}', '{"a":"\t"}', '{"a":' + "[" * 100_000,
        '{"a":' + "[" * 100_000 + "]" * 100_000 + "}",
    ],
)  # fmt: skip
def test_lines_that_are_no_objects_are_told(tmp_path: Path, line: str) -> None:
    with pytest.raises(BottegaError) as caught:
        _read(tmp_path, f'{{"a":1}}\n\n{line}\n{{"a":1}}\n')
    assert (caught.value.code, caught.value.facts["line"]) == ("0049", 3)


def test_an_object_over_several_lines_is_told(tmp_path: Path) -> None:
    with pytest.raises(BottegaError) as caught:
        _read(tmp_path, '{"a":1}\n{\n"a":1}\n')
    assert (caught.value.code, caught.value.facts["line"]) == ("0049", 2)


@pytest.mark.parametrize("content", [b'{"a":"\xff"}', b'{"\xff":1}', b'{"a":1}\n\xff'])
def test_bytes_that_are_not_utf_8_are_told(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BottegaError) as caught:
        _read(tmp_path, content)
    assert caught.value.code == "0049"
    assert "encoding=" in str(caught.value.facts["reason"])


def test_encodings(tmp_path: Path) -> None:
    assert _read(tmp_path, '{"a":"é"}'.encode("cp1252"), encoding="cp1252").arrow.to_pylist() == [{"a": "é"}]
    assert _read(tmp_path, '{"a":"é"}'.encode("utf-16")).arrow.to_pylist() == [{"a": "é"}]
    assert _read(tmp_path, '\ufeff{"a":"é"}').arrow.to_pylist() == [{"a": "é"}]


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
_VALUE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    _TEXT,
    st.sampled_from(["2020-01-02", "12:30", "NA"]),
    st.lists(st.integers() | _TEXT, max_size=2),
    st.dictionaries(_TEXT, st.floats(), max_size=2),
)
_COLUMN = st.sampled_from([st.integers(-(2**63), 2**63 - 1), st.floats(), st.booleans(), _TEXT, _VALUE])


@st.composite
def objects(draw: st.DrawFn) -> list[dict[str, Any]]:
    keys = {key: draw(_COLUMN) for key in draw(st.lists(_TEXT, max_size=3, unique=True))}
    return [
        {key: draw(values) for key, values in keys.items() if draw(st.integers(0, 3))}
        for _ in range(draw(st.integers(1, 4)))
    ]


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(objects())
@example([{"a": 2**63}, {"a": 0.5}])
def test_both_parsers_agree(tmp_path: Path, values: list[dict[str, Any]]) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join(json.dumps(value, ensure_ascii=False) for value in values), newline="")
    source = text(path)
    slow = Table(json_objects.Objects(source).table())
    assert slow.num_rows == len(values)
    fast = json_lines.parsed(source.data)
    if fast is not None:
        assert Table(fast).digest == slow.digest


def test_plain_files_take_the_fast_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "Objects", lambda _: pytest.fail("the slow way was taken"))
    lines = '{"i": 1, "d": 1.5, "t": "2020-01-02", "s": "[x{"}\n' * 3
    assert _read(tmp_path, lines).num_rows == 3


_COLUMNS = {
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.float64(): st.floats(allow_nan=False).filter(
        lambda number: not abs(number) >= 2**63 or math.isinf(number) or number != int(number)
    ),
    pa.bool_(): st.booleans(),
    pa.large_string(): _TEXT,
}


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_round_trip(tmp_path: Path, data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(list(_COLUMNS)), min_size=1, max_size=3))
    rows = data.draw(st.integers(1, 4))
    names = data.draw(st.lists(_TEXT, min_size=len(kinds), max_size=len(kinds), unique=True))
    columns = [
        pa.array(
            [data.draw(_COLUMNS[kind]), *data.draw(st.lists(_COLUMNS[kind] | st.none(), min_size=rows, max_size=rows))],
            kind,
        )
        for kind in kinds
    ]
    table = Table(pa.Table.from_arrays(columns, names=names))
    path = tmp_path / "x.jsonl"
    write(table, path)
    assert read(path).digest == table.digest
    for line in path.read_bytes().decode().split("\n")[:-1]:
        assert list(json.loads(line)) == names


def test_written_values(tmp_path: Path) -> None:
    columns: dict[str, Any] = {
        "t": pa.array([0], pa.timestamp("us")),
        "s": pa.array([1], pa.duration("us")),
        "y": pa.array([b"\0"]),
        "c": pa.array([5]).dictionary_encode(),
        "m": pa.array([None], pa.string()),
        "x": pa.array(['"\\\n\x01é\x7f']),
    }
    write(Table(pa.table(columns)), tmp_path / "x.jsonl")
    assert (tmp_path / "x.jsonl").read_text() == (
        '{"t": "1970-01-01 00:00:00", "s": "0 days 00:00:00.000001", "y": "AA==", "c": 5, "m": null, '
        '"x": "\\"\\\\\\n\\u0001é\x7f"}\n'
    )


def test_written_without_columns(tmp_path: Path) -> None:
    write(Table(pa.table({"a": [1, 2]}).select([])), tmp_path / "x.jsonl")
    assert read(tmp_path / "x.jsonl").num_rows == 2
    assert read(tmp_path / "x.jsonl").columns == ()
