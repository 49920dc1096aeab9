"""Blob references: their ending, and that nothing secret of them is shown."""

from __future__ import annotations

import pytest

from bottega.services.batch.place import Place

SECRET = "c2VjcmV0"
CONNECTION = f"AccountName=anna;AccountKey={SECRET}"


@pytest.mark.parametrize(
    ("relative", "extension"),
    [
        ("box/a.csv", ".csv"),
        ("box/a.CSV", ".csv"),
        ("box/a.b.tsv", ".tsv"),
        ("box.csv/a", ""),
        ("box/.csv", ""),
        ("", ""),
    ],
)
def test_the_ending_is_that_of_the_name(relative: str, extension: str) -> None:
    assert Place(CONNECTION, relative=relative).extension == extension


def test_nothing_secret_is_shown() -> None:
    places = [
        Place(CONNECTION, None, f"box/a.csv?sig={SECRET}"),
        Place(None, f"https://anna:{SECRET}@example.org:8443/x?sig={SECRET}", "box/a.csv", f"sig={SECRET}"),
        Place(None, f"https://[broken{SECRET}", "box/a.csv", SECRET),
    ]
    assert [place.shown for place in places] == [
        "box/a.csv", "example.org:8443/x/box/a.csv", "(an address that cannot be read)/box/a.csv",
    ]  # fmt: skip
    assert SECRET not in repr(Place(CONNECTION, None, "box/a.csv", f"sig={SECRET}"))


def test_what_is_shown_is_short_and_can_be_written() -> None:
    shown = Place(CONNECTION, None, "box/\ud800" + "a" * 5000).shown
    assert shown.startswith("box/\\ud800aaa")
    assert len(shown) <= 210
