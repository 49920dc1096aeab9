"""Selections of columns, against a plain reading of their rules."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.dataset.selection import SET_WORDS, TYPE_WORDS, Columns, Rule
from bottega.dataset.table import Column
from bottega.dataset.types import ColumnType, Kind, Role
from bottega.errors import BottegaError

COLUMNS = (
    Column("id", ColumnType(Kind.INTEGER), Role.FEATURE),
    Column("name", ColumnType(Kind.STRING), Role.FEATURE),
    Column("kind", ColumnType(Kind.STRING, categorical=True), Role.FEATURE),
    Column("size", ColumnType(Kind.DOUBLE), Role.WEIGHT),
    Column("when", ColumnType(Kind.DATETIME), Role.FEATURE),
    Column("flag", ColumnType(Kind.BOOLEAN), Role.FEATURE),
    Column("grade", ColumnType(Kind.INTEGER, categorical=True), Role.FEATURE),
    Column("text", ColumnType(Kind.STRING), Role.LABEL),
    Column("raw", ColumnType(Kind.BYTES), Role.FEATURE),
    Column("score", ColumnType(Kind.DOUBLE), Role.SCORE),
    Column("took", ColumnType(Kind.TIMESPAN), Role.FEATURE),
)
NAMES = [column.name for column in COLUMNS]


def selected(value: object) -> list[str]:
    return Columns.parse(value).select(COLUMNS)


def code(value: object) -> str:
    with pytest.raises(BottegaError) as caught:
        selected(value)
    return caught.value.code


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("All", NAMES),
        ("NumericAll", ["id", "size", "score"]),
        ("CategoricalAll", ["kind", "grade"]),
        ("StringFeature", ["name"]),
        ("name", ["name"]),
        (["text", "id"], ["id", "text"]),
        (["id", "id"], ["id"]),
        ({"begin": "all columns"}, NAMES),
        ({"begin": "all columns", "rules": [{"exclude": ["id", "name"]}]}, NAMES[2:]),
        ({"rules": [{"include": {"types": ["String"]}}]}, ["name", "text"]),
        ({"rules": [{"include": {"types": ["Double", "Boolean"]}}]}, ["size", "flag", "score"]),
        ({"rules": [{"include": {"types": "Integer"}}]}, ["id"]),
        ({"rules": [{"include": {"types": ["DateTime", "TimeSpan"]}}]}, ["when", "took"]),
        ({"rules": [{"include": {"types": ["All"]}}, {"exclude": {"roles": ["feature"]}}]}, ["size", "text", "score"]),
        ({"rules": [{"include": {"roles": ["label", "weight"]}}]}, ["size", "text"]),
        ({"rules": [{"include": {"indices": "1-3, 5,5"}}]}, ["id", "name", "kind", "when"]),
        ({"rules": [{"include": {"names": ["raw"], "indices": "1", "types": ["Boolean"]}}]}, ["id", "flag", "raw"]),
        ({"rules": [{"include": "raw"}]}, ["raw"]),
        ({"rules": [{"include": ["id", "name"]}, {"exclude": ["id"]}, {"include": ["flag"]}]}, ["name", "flag"]),
        ({"rules": [{"exclude": ["id"]}, {"include": ["id"]}]}, ["id"]),
        ({"keep": True, "rules": [{"include": ["text", "id", "text"]}]}, ["text", "id", "text"]),
        ({"keep": True, "rules": [{"include": {"indices": "5,1,1-2"}}]}, ["when", "id", "id", "name"]),
        ({"keep": True, "rules": [{"include": ["text", "id", "text"]}, {"exclude": ["text"]}, {"include": "text"}]}, ["id", "text"]),
    ],
    ids=str,
)  # fmt: skip
def test_selections(value: object, names: list[str]) -> None:
    assert selected(value) == names


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("None", "0011"),
        (None, "0011"),
        ([], "0011"),
        ({"rules": [{"exclude": ["id"]}]}, "0011"),
        ({"begin": "all columns", "rules": [{"exclude": {"types": ["All"]}}]}, "0011"),
        (["nobody"], "0001"),
        (["Id"], "0001"),
        ({"begin": "all columns", "rules": [{"exclude": ["nobody"]}]}, "0001"),
        ({"rules": [{"include": {"indices": "a"}}]}, "0059"),
        ({"rules": [{"include": {"indices": "1--2"}}]}, "0059"),
        ({"rules": [{"include": {"indices": "-1"}}]}, "0059"),
        ({"rules": [{"include": {"indices": "0"}}]}, "0060"),
        ({"rules": [{"include": {"indices": "12"}}]}, "0060"),
        ({"rules": [{"include": {"indices": [1, "2-99"]}}]}, "0060"),
        ({"rules": [{"include": {"indices": "1" * 5000}}]}, "0059"),
        (2020, "0001"),
        ({"rules": [{"include": {"indices": "3-2"}}]}, "0060"),
        ({"rules": [{"include": {"indices": "1-99999999999999999999"}}]}, "0060"),
    ],
    ids=str,
)
def test_what_selects_nothing_or_what_is_not_there(value: object, expected: str) -> None:
    assert code(value) == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (True, "no selection"),
        ({"colums": []}, "begin, rules and keep"),
        ({"begin": "some"}, "begins with"),
        ({"keep": "yes"}, "true or false"),
        ({"rules": "id"}, "a list"),
        ({"rules": ["id"]}, "a rule is"),
        ({"rules": [{"include": ["a"], "exclude": ["b"]}]}, "a rule is"),
        ({"rules": [{"includes": ["a"]}]}, "a rule is"),
        ({"rules": [{"include": {}}]}, "a rule takes"),
        ({"rules": [{"include": {"name": "a"}}]}, "a rule takes"),
        ({"rules": [{"include": None}]}, "a rule takes"),
        ({"rules": [{"include": {"types": ["Number"]}}]}, "no type"),
        ({"rules": [{"include": {"roles": ["Label"]}}]}, "no role"),
        ({"rules": [{"include": {"names": 5}}]}, "no list"),
        ([None], "no column name"),
        ([["a"]], "no column name"),
        ([True], "no column name"),
    ],
    ids=str,
)
def test_what_is_no_selection(value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Columns.parse(value)


def test_one_column() -> None:
    assert Columns.named("text").one(COLUMNS) == "text"
    with pytest.raises(BottegaError) as caught:
        Columns.named("id", "text").one(COLUMNS, "Label column")
    assert (caught.value.code, caught.value.facts) == ("0022", {"parameter": "Label column", "found": 2, "expected": 1})
    with pytest.raises(BottegaError, match="0011"):
        Columns().one(COLUMNS)


def test_the_parameter_is_named() -> None:
    with pytest.raises(BottegaError) as caught:
        Columns().select(COLUMNS, "Key columns")
    assert caught.value.facts == {"parameter": "Key columns"}


def test_numbers_as_names_are_names() -> None:
    columns = (Column("2020", ColumnType(Kind.DOUBLE), Role.FEATURE),)
    assert Columns.parse([2020]).select(columns) == ["2020"]


def test_whether_anything_can_be_chosen() -> None:
    assert Columns().is_empty
    assert Columns(rules=(Rule(include=False, names=("a",)),)).is_empty
    assert not Columns.every().is_empty
    assert not Columns.named("a").is_empty
    assert Columns.named().is_empty


def test_every_word_is_read_as_what_writes_it() -> None:
    assert SET_WORDS == ("All", "None", "NumericAll", "CategoricalAll", "StringFeature")
    for word in SET_WORDS:
        assert Columns.parse(word).as_plain() == word
    assert Columns.named("All").as_plain() == ["All"]


RULES = st.builds(
    Rule,
    include=st.booleans(),
    names=st.lists(st.sampled_from(NAMES), max_size=3).map(tuple),
    indices=st.lists(
        st.integers(1, 5).map(lambda low: f"{low}-{low + 3}") | st.integers(1, 11).map(str), max_size=3
    ).map(",".join),
    types=st.lists(st.sampled_from(TYPE_WORDS), max_size=2).map(tuple),
    roles=st.lists(st.sampled_from(list(Role)), max_size=2).map(tuple),
).filter(lambda rule: bool(rule.names or rule.indices or rule.types or rule.roles))
SELECTIONS = st.builds(Columns, st.booleans(), st.lists(RULES, max_size=4).map(tuple), st.booleans())


@given(SELECTIONS)
def test_a_selection_survives_its_file(selection: Columns) -> None:
    assert Columns.parse(selection.as_plain()) == selection
    assert Columns.parse(selection) is selection


@given(SELECTIONS)
def test_places_are_those_of_sets(selection: Columns) -> None:
    chosen = set(NAMES) if selection.begin_with_all else set[str]()
    for rule in selection.rules:
        chosen = chosen | meant(rule) if rule.include else chosen - meant(rule)
    names = [NAMES[place] for place in selection.places(COLUMNS)]
    assert set(names) == chosen
    if not selection.keep:
        assert names == [name for name in NAMES if name in chosen]


def meant(rule: Rule) -> set[str]:
    """The names that a rule means, one criterion after the other."""
    names = set(rule.names)
    for part in filter(None, rule.indices.split(",")):
        low, _, high = part.partition("-")
        names |= set(NAMES[int(low) - 1 : int(high or low)])
    for column in COLUMNS:
        words = {"All", "Categorical"} if column.type.categorical else {"All", str(column.type.kind)}
        if not column.type.categorical and column.type.kind in ("Integer", "Double"):
            words.add("Numeric")
        if words & set(rule.types) or column.role in rule.roles:
            names.add(column.name)
    return names


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
KEYS = st.sampled_from(["begin", "rules", "keep", "include", "exclude", "names", "types"])


@given(st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)))
def test_anything_is_a_selection_or_a_value_error(value: Any) -> None:
    try:
        parsed = Columns.parse(value)
    except ValueError:
        return
    assert Columns.parse(parsed.as_plain()) == parsed
