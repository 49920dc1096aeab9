"""Text files of too many columns: refused, with the line, before anything grows by the column."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bottega.dataset.formats import json_lines, json_objects, read, width
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from pathlib import Path

MOST = 10_000
# So many columns, and the line that tells the last one.
Made = tuple[str, int]


def arff(columns: int) -> Made:
    head = "\n".join(f"@attribute a{number} numeric" for number in range(columns))
    return f"@relation x\n\n{head}\n@data\n{','.join('1' * columns)}\n", columns + 2


def svmlight(columns: int) -> Made:
    return f"1 1:2\n-1 2:1 {columns - 1}:3\n0 1:1\n", 2


def from_zero(columns: int) -> Made:
    return f"1 0:2\n-1 {columns - 2}:3\n", 2


def one_object(columns: int) -> Made:
    return json.dumps({f"k{number}": number for number in range(columns)}) + "\n", 1


def key_by_key(columns: int) -> Made:
    return "".join(f'{{"k{number}": 1}}\n' for number in range(columns)), columns


def late(columns: int) -> Made:
    """The keys of one object come after more than Arrow is shown first."""
    text = '{"k0": 1, "text": "' + "x" * 1000 + '"}\n'
    last = json.dumps({f"k{number}": number for number in range(1, columns - 1)})
    return text * 5000 + last + "\n", 5001


FILES = [
    (arff, "arff"), (svmlight, "svmlight"), (from_zero, "svmlight"), (one_object, "jsonl"), (key_by_key, "jsonl"), (late, "jsonl"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("make", "extension"), [each for each in FILES if each[0] is not key_by_key])
def test_the_most_are_read(tmp_path: Path, make: Callable[[int], Made], extension: str) -> None:
    path = tmp_path / f"x.{extension}"
    path.write_text(make(MOST)[0])
    assert read(path).num_columns == MOST


@pytest.mark.parametrize(("make", "extension"), FILES, ids=[make.__name__ for make, _ in FILES])
def test_one_more_is_refused_before_arrow_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[int], Made], extension: str
) -> None:
    monkeypatch.setattr(json_lines, "_table", lambda *_: pytest.fail("Arrow was asked"))
    text, line = make(MOST + 1)
    path = tmp_path / f"x.{extension}"
    path.write_text(text)
    with pytest.raises(BottegaError) as caught:
        read(path)
    assert caught.value.code == "0018"
    assert caught.value.facts["reason"] == f"line {line} has 10,001 columns, and a table has at most 10,000"


@pytest.mark.parametrize("index", [10_000, 999_999_999_999_999_999])
def test_a_short_line_may_name_any_index(tmp_path: Path, index: int) -> None:
    path = tmp_path / "x.svmlight"
    path.write_text(f"1 1:1\n1 {index}:1\n")
    with pytest.raises(BottegaError, match="a table has at most 10,000") as caught:
        read(path)
    assert caught.value.code == "0018"


_TEXTS = st.text(st.characters(codec="utf-8"), max_size=4)
_VALUES = st.one_of(st.integers(), _TEXTS, st.sampled_from(['a":1,"b', '\\"', ":", '"', "\\"]))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(_TEXTS, _VALUES, max_size=4), max_size=5), st.booleans())
def test_no_key_is_overlooked(objects: list[dict[str, object]], is_ascii: bool) -> None:
    text = "".join(json.dumps(each, ensure_ascii=is_ascii) + "\n" for each in objects).encode()
    found = {json.loads(b'"' + key + b'"', strict=False) for key in json_lines._KEY.findall(text)}
    assert found >= {key for each in objects for key in each}


def _sparse(tmp_path: Path, extension: str) -> tuple[Path, int]:
    """A few bytes a row, and 1,000 columns in each."""
    if extension == "arff":
        head = "@relation r\n" + "".join(f"@attribute a{n} numeric\n" for n in range(1000)) + "@data\n"
        text, first = head + "{1 1}\n" * 101, 1002
    else:
        text, first = json.dumps({f"a{n}": n for n in range(1000)}) + "\n" + '{"a1": 1}\n' * 101, 1
    path = tmp_path / f"x.{extension}"
    path.write_text(text)
    return path, first


@pytest.mark.parametrize("extension", ["arff", "jsonl"])
def test_what_rows_leave_out_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extension: str) -> None:
    path, first = _sparse(tmp_path, extension)
    assert read(path).num_columns == 1000
    monkeypatch.setattr(width, "MOST_LEFT_OUT", 99_900)
    monkeypatch.setattr(json_lines, "MOST_LEFT_OUT", 99_900)
    monkeypatch.setattr(json_lines, "_table", lambda *_: pytest.fail("Arrow was asked"))
    with pytest.raises(BottegaError) as caught:
        read(path)
    assert caught.value.code == "0018"
    assert f"by line {first + 101} it leaves out 100,899 values" in str(caught.value)


def test_too_many_keys_are_counted_before_columns_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_objects.Objects, "_add", lambda *_: pytest.fail("a column was made"))
    path = tmp_path / "x.jsonl"
    path.write_text("".join(f'{{"k{n}": 1}}\n' for n in range(30_000)))
    with pytest.raises(BottegaError, match="line 10001 has 10,001 columns"):
        read(path)


def test_sparse_rows_among_full_ones(tmp_path: Path) -> None:
    path = tmp_path / "x.arff"
    head = (
        "@relation r\n@attribute a numeric\n@attribute b integer\n@attribute c {x,y}\n@attribute d date yyyy\n@data\n"
    )
    path.write_text(head + "{1 5}\n1,2,y,2001\n{}\n{0 ?, 2 y}\n")
    plain = read(path).arrow.to_pydict()
    assert (plain["a"], plain["b"], plain["c"]) == ([0.0, 1.0, 0.0, None], [5, 2, 0, 0], ["x", "y", "x", "y"])
    assert [each and each.year for each in plain["d"]] == [None, 2001, None, None]


def test_keys_after_texts_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "_table", lambda *_: pytest.fail("Arrow was asked"))
    path = tmp_path / "x.jsonl"
    path.write_text("".join(f'{{"a": "x", ":{n}": 1}}\n' for n in range(MOST)))
    with pytest.raises(BottegaError, match="10,001 columns"):
        read(path)
