"""Text files of too many columns: refused, with the line, before anything grows by the column."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bottega.dataset.formats import json_lines, read
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
