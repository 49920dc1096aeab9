"""Rows, nested facts, bars and words, as they are printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.cli import words
from bottega.cli.grid import grid, tree
from bottega.cli.table import bars


def test_rows_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    grid(["name", "count\nof all"], [["a", "1"], ["long name", "1,000"]], [False, True])
    assert capsys.readouterr().out == "name        count\n           of all\na               1\nlong name   1,000\n"


def test_long_cells_are_cut(capsys: pytest.CaptureFixture[str]) -> None:
    grid(["a"], [["x" * 100]], widest=10)
    assert capsys.readouterr().out == f"a\n{'x' * 9}…\n"


def test_nested_facts(capsys: pytest.CaptureFixture[str]) -> None:
    tree({"learner": "L", "settings": {"seed": None, "on": True, "rate": 0.1 + 0.2}, "classes": ["a", "b"], "empty": [],
          "features": [{"name": "x", "n": 1}, {"name": "yy", "n": None}], "mixed": [{"a": [1]}, 2]})  # fmt: skip
    assert capsys.readouterr().out.splitlines() == [
        "learner: L",
        "settings:",
        "  seed: none",
        "  on: true",
        "  rate: 0.3",
        "classes: a, b",
        "empty: none",
        "features:",
        "  name  n",
        "  x     1",
        "  yy",
        "mixed:",
        "  -",
        "    a: 1",
        "  - 2",
    ]


def test_long_lists_are_cut(capsys: pytest.CaptureFixture[str]) -> None:
    tree({"many": list(range(100)), "rows": [{"a": number} for number in range(100)]})
    out = capsys.readouterr().out
    assert "28, 29, … 70 more\n" in out
    assert out.endswith("… 70 more\n")


RECURSIVE = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(RECURSIVE)
def test_anything_can_be_printed(value: object) -> None:
    tree(value)


@given(st.lists(st.integers(0, 10**9), max_size=12))
def test_bars_rise_with_what_they_count(counts: list[int]) -> None:
    drawn = bars(counts)
    assert len(drawn) == len(counts)
    heights = [" ▁▂▃▄▅▆▇█".index(bar) for bar in drawn]
    assert all((height > 0) == (each > 0) for height, each in zip(heights, counts, strict=True))
    assert all(
        one <= other
        for one, a in zip(heights, counts, strict=True)
        for other, b in zip(heights, counts, strict=True)
        if a <= b
    )
    if any(counts):
        assert max(heights) == 8


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1_500_000, "1.5 MB"),
        (2 * 10**12, "2.0 TB"),
        (5 * 10**15, "5000.0 TB"),
    ],
)
def test_sizes(number: int, text: str) -> None:
    assert words.size(number) == text


def test_numbers_of_things() -> None:
    assert [words.count(number, "run") for number in (0, 1, 1234)] == ["0 runs", "1 run", "1,234 runs"]
    assert words.count(2, "entry", "entries") == "2 entries"


def test_errors_on_one_line() -> None:
    told = {"code": "0085", "type": "ValueError", "message": "no", "line": 3}
    assert words.error(told) == "Error 0085, line 3: ValueError: no"
    assert words.error({"code": "usage", "type": "BottegaError", "message": "No.", "line": None}) == "usage: No."
