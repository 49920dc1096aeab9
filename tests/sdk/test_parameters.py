"""Any value that a file or a client may give, against what the function takes."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.dataset.selection import Columns
from bottega.errors import BottegaError
from bottega.sdk.hints import Range, When
from bottega.sdk.parameters import Parameter


class Kind(StrEnum):
    FIRST_ROWS = "First rows"
    OTHER = "other"


def parameter(kind: type, **more: Any) -> Parameter:
    return Parameter("value", "The value", kind, **more)


def code(wanted: Parameter, value: object) -> str:
    with pytest.raises(BottegaError) as caught:
        wanted.convert(value)
    assert caught.value.facts["parameter"] == "The value"
    return caught.value.code


@given(st.integers(-(10**30), 10**30))
def test_whole_numbers_however_they_come(number: int) -> None:
    whole = parameter(int)
    assert whole.convert(number) == number
    assert whole.convert(f" {number} ") == number
    if abs(number) < 2**53:
        converted = whole.convert(float(number))
        assert (converted, type(converted)) == (number, int)


@given(st.floats(allow_nan=False))
def test_numbers_survive_their_text(number: float) -> None:
    converted = parameter(float).convert(repr(number))
    assert converted == number
    assert math.copysign(1, converted) == math.copysign(1, number)


@given(st.booleans(), st.sampled_from([str, str.upper, str.title]))
def test_truth_in_any_case(value: bool, spelled: Any) -> None:
    for yes, no in (("true", "false"), ("yes", "no"), ("1", "0")):
        assert parameter(bool).convert(spelled(yes if value else no)) is value


@given(st.text())
def test_a_text_stays_what_it_is(text: str) -> None:
    assert parameter(str).convert(text) == text


@given(st.one_of(st.none(), st.text(max_size=8), st.integers(), st.floats(), st.booleans(), st.lists(st.integers(), max_size=2),
                 st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)),
       st.sampled_from([str, int, float, bool, Kind, Columns]), st.booleans())  # fmt: skip
def test_whatever_comes_is_taken_or_refused_with_a_code(value: object, kind: type, optional: bool) -> None:
    wanted = parameter(kind, optional=optional)
    try:
        converted = wanted.convert(value)
    except BottegaError:
        assert code(wanted, value) == "0002"
        return
    assert converted is None or isinstance(converted, kind)
    again = wanted.convert(wanted.as_plain(converted))
    assert again == converted
    assert type(again) is type(converted)


@pytest.mark.parametrize("value", [1.5, "1.5", "one", "", True, None, [1], float("inf"), float("nan"), b"1"])
def test_no_whole_number(value: object) -> None:
    assert code(parameter(int), value) == "0002"


@pytest.mark.parametrize("value", ["nan", float("nan"), "", " ", "1,5", True, None, {}])
def test_no_number(value: object) -> None:
    assert code(parameter(float), value) == "0002"


@pytest.mark.parametrize("value", ["maybe", "", 2, None, 0.5])
def test_no_truth(value: object) -> None:
    assert code(parameter(bool), value) == "0002"


@pytest.mark.parametrize("value", [["a"], {"a": 1}, None])
def test_no_text(value: object) -> None:
    assert code(parameter(str), value) == "0002"


@pytest.mark.parametrize("value", ["First rows", "first_rows", "FIRST-ROWS", "firstrows", Kind.FIRST_ROWS])
def test_a_choice_by_value_or_name(value: object) -> None:
    assert parameter(Kind).convert(value) is Kind.FIRST_ROWS


@pytest.mark.parametrize("value", ["First", "", 3, None, ["other"]])
def test_no_choice(value: object) -> None:
    assert code(parameter(Kind), value) == "0002"


@pytest.mark.parametrize("value", [{"odd": 1}, True, [None], {"rules": [{"include": {}}]}])
def test_no_selection(value: object) -> None:
    assert code(parameter(Columns), value) == "0002"


def test_nothing_where_nothing_is_a_value() -> None:
    for kind in (int, float, bool, Kind):
        assert parameter(kind, optional=True).convert(None) is None
        assert parameter(kind, optional=True).convert("  ") is None
    assert parameter(str, optional=True).convert("") == ""
    assert parameter(Columns).convert(None) == Columns()


@pytest.mark.parametrize(
    ("bounds", "value", "expected"),
    [
        (Range(above=0), 0, "0004"),
        (Range(minimum=1), 0, "0005"),
        (Range(below=1), 1, "0006"),
        (Range(maximum=1), 2, "0007"),
        (Range(0, 1), 2, "0008"),
        (Range(0, 1), -1, "0008"),
        (Range(minimum=0, below=1), 1, "0006"),
        (Range(above=0, maximum=1), 0, "0004"),
    ],
)
def test_out_of_range(bounds: Range, value: int, expected: str) -> None:
    assert code(parameter(float, range=bounds), value) == expected
    assert code(parameter(int, range=bounds), str(value)) == expected


@given(st.floats(-100, 100), st.floats(-100, 100), st.floats(-100, 100), st.booleans(), st.booleans())
def test_a_range_takes_what_is_between(value: float, one: float, other: float, no_low: bool, no_high: bool) -> None:
    low, high = sorted((one, other))
    bounds = Range(
        minimum=None if no_low else low, above=low if no_low else None,
        maximum=None if no_high else high, below=high if no_high else None,
    )  # fmt: skip
    inside = (low < value if no_low else low <= value) and (value < high if no_high else value <= high)
    if inside:
        assert parameter(float, range=bounds).convert(value) == value
    else:
        assert code(parameter(float, range=bounds), value) in {"0004", "0005", "0006", "0007", "0008"}


def test_counts_by_other_values() -> None:
    wanted = parameter(int, when=(When("way", "up", "down"), When("more", True)))
    assert wanted.counts({"way": "up", "more": True})
    assert wanted.counts({"way": "down", "more": True})
    assert not wanted.counts({"way": "left", "more": True})
    assert not wanted.counts({"way": "up", "more": False})


def test_words_for_people() -> None:
    assert parameter(Kind).type_text == "one of 'First rows', 'other'"
    assert parameter(Kind).choices == ("First rows", "other")
    assert [parameter(kind).type_text for kind in (str, int, float, bool)] == [
        "text", "a whole number", "a number", "true or false",
    ]  # fmt: skip
    assert parameter(Columns, single=True).type_text == "one column"
    assert parameter(Columns).type_text == "a selection of columns"
    assert parameter(int, range=Range(0, 2**31 - 1)).range_text == "from 0 to 2147483647"
    assert parameter(float, range=Range(above=0, below=0.5)).range_text == "above 0 below 0.5"
    assert parameter(float).range_text == ""


def test_schemas_of_bounds() -> None:
    schema = parameter(float, range=Range(above=0, maximum=2), default=1.0).json_schema()
    assert schema == {"type": "number", "exclusiveMinimum": 0, "maximum": 2, "title": "The value", "default": 1.0}
    assert "default" not in parameter(str, required=True).json_schema()
