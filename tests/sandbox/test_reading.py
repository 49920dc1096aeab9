"""Reading the file of a batch job as the columns that were declared; here without a jail."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.dataset.formats.body import MISSING
from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.errors import BottegaError
from bottega.sandbox.runner.reading import read_file
from bottega.sdk.values import RawFile
from bottega.services import rrs
from bottega.services.program import Field, Input, Program


def read(data: str | bytes, *columns: dict[str, Any], format: str = "csv") -> Table:  # noqa: A002
    """A file read with these columns."""
    raw = data.encode() if isinstance(data, str) else data
    return read_file(RawFile(memoryview(raw)), name="in", format=format, columns=json.dumps(columns))


def column(kind: str, *cells: str, **more: Any) -> Any:
    """The one column of a file, as Arrow has it."""
    lines = "\n".join(cell or '""' for cell in cells)
    return read(f"x\n{lines}\n", {"name": "x", "type": kind, **more}).column("x")


def test_columns_leave_as_they_were_declared() -> None:
    table = read("c,a,b\n1,007,x\n", {"name": "a", "type": "String", "role": "label"}, {"name": "b", "type": "String"},
                 {"name": "c", "type": "Double"})  # fmt: skip
    assert table.arrow.to_pydict() == {"a": ["007"], "b": ["x"], "c": [1.0]}
    assert [each.role for each in table.columns] == [Role.LABEL, Role.FEATURE, Role.FEATURE]


def test_without_columns_they_are_those_of_the_file() -> None:
    assert read("a,b\n1,x\n").arrow.to_pydict() == {"a": [1], "b": ["x"]}
    assert read("a\tb\n1\tx\n", format="tsv").arrow.to_pydict() == {"a": [1], "b": ["x"]}
    assert read("").num_columns == 0


@pytest.mark.parametrize(
    ("kind", "cells", "values"),
    [
        ("String", ["007", "1.50", "true", "NA", "2020-01-01"], ["007", "1.50", "true", None, "2020-01-01"]),
        ("Integer", ["1", "2.0", "", "-3"], [1, 2, None, -3]),
        ("Double", ["1", "2", ""], [1.0, 2.0, None]),
        ("Double", ["1e3", "inf", "x"], None),
        ("Boolean", ["true", "FALSE", ""], [True, False, None]),
        ("Boolean", ["1", "0", ""], [True, False, None]),
        ("Integer", ["", ""], [None, None]),
        ("TimeSpan", ["", "01:00:00"], [None, 3600]),
        ("Boolean", ["1", "2"], None),
        ("Integer", ["1.5", "1"], None),
        ("DateTime", ["gestern", "x"], None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_cells_become_what_was_declared(kind: str, cells: list[str], values: list[Any] | None) -> None:
    if values is None:
        with pytest.raises(BottegaError, match=f"column x is {kind}; .* in row [123] cannot be read as that"):
            column(kind, *cells)
        return
    found = column(kind, *cells).to_pylist()
    assert [each.total_seconds() if kind == "TimeSpan" and each is not None else each for each in found] == values


def test_categories_that_were_known_come_first() -> None:
    found = column("Categorical String", "b", "1", "a", "", categories=["a", "b", "c"], ordered=True).combine_chunks()
    assert found.dictionary.to_pylist() == ["a", "b", "c", "1"]
    assert (found.to_pylist(), found.type.ordered) == (["b", "1", "a", None], True)


def test_a_type_that_was_not_known_is_guessed() -> None:
    assert column("Double", "1", "2", known=False).type == pa.int64()
    assert column("String", "", "", known=False).type == pa.large_string()
    assert column("Double", "", "", known=False).type == pa.float64()


def test_types_of_arff_are_brought_to_those_declared() -> None:
    text = """@RELATION r
@ATTRIBUTE n NUMERIC
@ATTRIBUTE s {x, y}
@ATTRIBUTE t DATE "yyyy-MM-dd"
@ATTRIBUTE i INTEGER
@DATA
1, y, "2020-02-03", 7
?, ?, ?, ?
"""
    declared = [("n", "Integer"), ("s", "String"), ("t", "String"), ("i", "String")]
    table = read(text, *({"name": name, "type": kind} for name, kind in declared), format="arff")
    assert table.arrow.to_pydict() == {
        "n": [1, None], "s": ["y", None], "t": ["2020-02-03 00:00:00", None], "i": ["7", None],
    }  # fmt: skip
    assert [str(each.type) for each in table.columns] == ["Integer", "String", "String", "String"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\n1\n", "it has no column b, c"),
        ("a,b,c,d,e\n1,2,3,4,5\n", "the service has no column d, e"),
        ("a,b,x\n1,2,3\n", "it has no column c; the service has no column x"),
        ("", "it has no column a, b, c"),
        ("a,b,b\n1,2,3\n", "it has no column c"),
    ],
    ids=["missing", "unknown", "both", "empty", "twice"],
)
def test_columns_that_do_not_fit_are_told_by_name(text: str, said: str) -> None:
    with pytest.raises(BottegaError, match=said) as caught:
        read(text, *({"name": name, "type": "Integer"} for name in "abc"))
    assert caught.value.code == "0018"


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe", b"a,b,c\n\xff,2,3\n", b'a,b,c\n"1,2,3\n', b"a,b,c\n1,2,3,4\n", b"\x00", b"a,b,c\n\x00,1,2\n"],
    ids=range(6),
)
def test_bytes_that_are_no_table_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(BottegaError):
        read(data, *({"name": name, "type": "Integer"} for name in "abc"))


_TEXTS = {
    "Integer": st.integers(-(2**63), 2**63 - 1).map(str),
    "Double": st.floats(allow_nan=False).map(repr),
    "Boolean": st.sampled_from(["True", "false"]),
    "String": st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufeff"), min_size=1),
    "DateTime": st.datetimes().map(lambda each: each.isoformat()),
    "Categorical String": st.sampled_from(["x", "y", "z"]),
}
_WORDS = frozenset(MISSING)


@given(st.data(), st.permutations(list(_TEXTS)))
def test_a_file_gives_what_a_call_with_its_texts_gives(data: st.DataObject, kinds: list[str]) -> None:
    rows = data.draw(st.lists(st.tuples(*(_TEXTS[kind] for kind in kinds)), max_size=5))
    if any(cell in _WORDS or not cell.strip() for row in rows for cell in row):
        return  # what files and calls have for missing is not the same in texts
    fields = tuple(Field(kind, kind, categories=("y",) if "Cat" in kind else ()) for kind in _TEXTS)
    body = {"Inputs": {"i": {"ColumnNames": kinds, "Values": [list(row) for row in rows]}}}
    expected = rrs.decode(json.dumps(body).encode(), Program("t", inputs=(Input("i", ("n.d",), fields),))).inputs["i"]
    assert isinstance(expected, Table)
    file = io.StringIO(newline="")
    csv.writer(file).writerows([kinds, *rows])
    declared = [{"name": each.name, "type": each.type, "categories": each.categories} for each in fields]
    found = read(file.getvalue(), *declared)
    assert found.arrow.to_pydict() == expected.arrow.to_pydict()
    assert [each.type for each in found.columns] == [each.type for each in expected.columns]


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n007,1\n08\n",
        b"a,b\r\n\r\n007,1\r\n08,\r\n",
        "a,b\n007,1\n08,\n".encode("utf-16"),
        b"\xef\xbb\xbfb,a\n1,007\n,08\n",
    ],
    ids=["short", "blank", "utf-16", "mark"],
)
def test_text_stays_text_in_files_that_are_mended(data: bytes) -> None:
    found = read(data, {"name": "a", "type": "String"}, {"name": "b", "type": "Double"})
    assert found.arrow.to_pydict() == {"a": ["007", "08"], "b": [1.0, None]}
