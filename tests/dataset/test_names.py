"""Unique column names, by both of classic's numbering rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.dataset.names import unique_names

# Few letters and ready-made suffixes, so that names collide often.
_NAMES = st.lists(st.sampled_from(["a", "b", "", "a (1)", "a (2)", "a (1) (1)", "b (2)"]) | st.text(max_size=3))
_FIRST = st.sampled_from([1, 2])


@pytest.mark.parametrize(
    ("names", "first", "unique"),
    [
        ([], 1, []),
        (["a", "b"], 1, ["a", "b"]),
        (["a", "a", "a"], 1, ["a", "a (1)", "a (2)"]),
        (["a", "a", "a"], 2, ["a", "a (2)", "a (3)"]),
        (["a", "a (1)", "a"], 1, ["a", "a (1)", "a (2)"]),
        (["a", "a", "a (1)"], 1, ["a", "a (2)", "a (1)"]),
        (["a (1)", "a (1)", "a", "a"], 1, ["a (1)", "a (1) (1)", "a", "a (2)"]),
        (["", ""], 1, ["", " (1)"]),
        ([0, "0", None, 1.5], 1, ["0", "0 (1)", "None", "1.5"]),
        (["a", "A"], 1, ["a", "A"]),
    ],
)
def test_rule(names: list[object], first: int, unique: list[str]) -> None:
    assert unique_names(names, first=first) == unique


def test_takes_any_iterable_once() -> None:
    assert unique_names(iter(["x", "x"])) == ["x", "x (1)"]


@given(_NAMES, _FIRST)
def test_names_are_unique_and_as_many(names: list[str], first: int) -> None:
    unique = unique_names(names, first=first)
    assert len(unique) == len(names) == len(set(unique))


@given(_NAMES, _FIRST)
def test_first_occurrences_keep_their_names(names: list[str], first: int) -> None:
    unique = unique_names(names, first=first)
    for index, name in enumerate(names):
        if name not in names[:index]:
            assert unique[index] == name
        else:
            number = unique[index].removeprefix(f"{name} (").removesuffix(")")
            assert int(number) >= first
            assert unique[index] not in names, "a made name is never one that was given"


@given(_NAMES, _FIRST)
def test_idempotent(names: list[str], first: int) -> None:
    unique = unique_names(names, first=first)
    assert unique_names(unique, first=first) == unique


def test_many_equal_names_take_linear_time() -> None:
    names = unique_names(["x"] * 100_000)
    assert names[-1] == "x (99999)"
