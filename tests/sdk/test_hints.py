"""What stands in `Annotated[…]` is a value: equal where it says the same, and fixed."""

from __future__ import annotations

import dataclasses

import pytest

from bottega.sdk.hints import Code, Help, Label, Of, Range, Single, When

HINTS = [Label("a", ("b",)), Help("a"), Range(0, 1), When("a", 1, 2), Code("sql"), Of("a"), Single()]


@pytest.mark.parametrize("hint", HINTS, ids=lambda hint: type(hint).__name__)
def test_hints_are_values(hint: object) -> None:
    again = [Label("a", ("b",)), Help("a"), Range(0, 1), When("a", 1, 2), Code("sql"), Of("a"), Single()]
    assert sum(each == hint for each in again) == 1
    assert hash(hint) in {hash(each) for each in again}
    with pytest.raises(dataclasses.FrozenInstanceError):
        hint.text = "other"  # type: ignore[attr-defined]


def test_when_takes_any_number_of_values() -> None:
    assert (When("a", 1, 2).parameter, When("a", 1, 2).values) == ("a", (1, 2))
    assert When("a").values == ()
    assert When("a", 1) != When("a", 2)
