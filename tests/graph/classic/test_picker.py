"""Column selections in classic's words; the expected columns are told by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.dataset.selection import TYPE_WORDS, Columns, Rule
from bottega.dataset.table import Column
from bottega.dataset.types import ColumnType, Kind, Role
from bottega.errors import BottegaError
from bottega.graph.classic import picker

TABLE = (
    Column("age", ColumnType(Kind.INTEGER), Role.FEATURE),
    Column("name", ColumnType(Kind.STRING), Role.FEATURE),
    Column("kind", ColumnType(Kind.STRING, categorical=True), Role.FEATURE),
    Column("weight", ColumnType(Kind.DOUBLE), Role.WEIGHT),
    Column("text", ColumnType(Kind.STRING), Role.NONE),
    Column("label", ColumnType(Kind.BOOLEAN), Role.LABEL),
)


def _rules(*rules: dict[str, Any], filtered: bool = True) -> str:
    return json.dumps({"isFilter": filtered, "rules": list(rules), "ui": {"withRules": True}})


def _rule(kind: str, exclude: bool = False, **told: Any) -> dict[str, Any]:  # short
    return {"exclude": exclude, "ruleType": kind, **told}


ALL = _rule("AllColumns")


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (_rules(ALL), "age name kind weight text label"),
        (_rules(), ""),
        ("", ""),
        ("None", ""),
        ("All", "age name kind weight text label"),
        ("AllColumns", "age name kind weight text label"),
        ('["AllColumns"]', "age name kind weight text label"),
        ("NumericAll", "age weight"),
        ("CategoricalAll", "kind"),
        ("StringFeature", "name"),
        ("age", "age"),
        ('["label", "age"]', "age label"),
        (["label", "age"], "age label"),
        (_rules(_rule("ColumnNames", columns=["label", "age"])), "age label"),
        (_rules(_rule("ColumnNames", columns=["label", "age", "label"]), filtered=False), "label age label"),
        (_rules(_rule("ColumnNames", columns="age")), "age"),
        (_rules(_rule("ColumnIndexes", columns=["1-3", 5])), "age name kind text"),
        (_rules(ALL, _rule("ColumnIndexes", True, columns=["2"]), _rule("ColumnNames", True, columns=["label"])), "age kind weight text"),
        (_rules(_rule("ColumnTypes", columnTypes=["Numeric"], columnKinds=["All"])), "age weight"),
        (_rules(_rule("ColumnTypes", columnTypes=["AllTypes"], columnKinds=["All"])), "age name kind weight text label"),
        (_rules(_rule("ColumnTypes", columnTypes=["All"], columnKinds=["Feature", "Label"])), "age name kind label"),
        (_rules(_rule("ColumnTypes", columnTypes=["String", "Numeric"], columnKinds=["Feature"])), "age name"),
        (_rules(_rule("ColumnTypes", columnTypes=["String"])), "name text"),
        (_rules(_rule("ColumnNames", columns=["age"]), ALL, _rule("ColumnTypes", True, columnTypes=["Boolean"], columnKinds=["All"])),
         "age name kind weight text"),
        ({"isFilter": "true", "rules": [{"exclude": "False", "ruleType": "columnnames", "columns": ["text"]}]}, "text"),
        ({"isFilter": True, "rules": _rule("ColumnNames", columns=["text"])}, "text"),
        ({"rules": None}, ""),
    ],
    ids=range(27),
)  # fmt: skip
def test_what_it_chooses(value: Any, names: str) -> None:
    columns = picker.decode(value)
    assert " ".join(TABLE[place].name for place in columns.places(TABLE)) == names
    again = picker.decode(picker.encode(columns))
    assert again.places(TABLE) == columns.places(TABLE)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("{", "no JSON"),
        ("[1]", "has rules"),
        (5, "has rules"),
        ('{"rules": 5}', "no list"),
        ('{"rules": ["x"]}', "no object"),
        ('{"rules": [{}]}', "no rule"),
        ('{"isFilter": "maybe"}', "neither true nor false"),
        ('{"isFilter": []}', "neither true nor false"),
        (_rules(_rule("ColumnNames", columns=[["a"]])), "names no columns"),
        (_rules(_rule("ColumnNames", columns={"a": 1})), "names no columns"),
        (_rules(_rule("ColumnTypes", columnTypes=["Odd"])), "no type of columns Odd"),
        (_rules(_rule("ColumnTypes", columnKinds=["Odd"])), "no kind of columns Odd"),
        (_rules(ALL, _rule("ColumnTypes", columnTypes=["String"], columnKinds=["Feature"])), "at the beginning only"),
        (_rules(_rule("ColumnTypes", True, columnTypes=["String"], columnKinds=["Feature"])), "at the beginning only"),
    ],
    ids=range(14),
)
def test_what_it_cannot_be(value: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        picker.decode(value)


def test_a_name_in_brackets_is_a_name() -> None:
    assert picker.decode("[Price]") == Columns.named("[Price]")


def test_the_text() -> None:
    assert picker.encode(Columns.named("a", 'b"c')) == (
        '{"isFilter":true,"rules":[{"exclude":false,"ruleType":"ColumnNames","columns":["a","b\\"c"]}],"ui":{"withRules":false}}'
    )
    assert picker.encode(Columns.of_type("String", features_only=True)) == (
        '{"isFilter":true,"rules":[{"exclude":false,"ruleType":"ColumnTypes","columnTypes":["String"],'
        '"columnKinds":["Feature"]}],"ui":{"withRules":true}}'
    )


RULES = st.builds(
    Rule,
    include=st.booleans(),
    names=st.lists(st.sampled_from([column.name for column in TABLE]), max_size=2).map(tuple),
    indices=st.sampled_from(["", "1", "2-4", "1,6"]),
    types=st.lists(st.sampled_from(TYPE_WORDS), max_size=2).map(tuple),
    roles=st.lists(st.sampled_from(list(Role)), max_size=2).map(tuple),
)


@given(st.builds(Columns, st.booleans(), st.lists(RULES, max_size=4).map(tuple)))
def test_any_selection_chooses_the_same(columns: Columns) -> None:
    again = picker.decode(picker.encode(columns))
    assert again.places(TABLE) == columns.places(TABLE)
    assert Columns.parse(again.as_plain()).places(TABLE) == columns.places(TABLE)


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from(["ColumnTypes", "All"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["rules", "ruleType", "columns", "isFilter", "columnTypes"]), inner, max_size=3)))  # fmt: skip
def test_anything_is_a_selection_or_refused(value: Any) -> None:
    try:
        columns = picker.decode(value)
    except ValueError:
        return
    try:
        columns.places(TABLE)
    except BottegaError as error:
        assert error.code in {"0001", "0059", "0060"}  # noqa: PT017 # others are none of ours
