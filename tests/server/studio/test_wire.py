"""Ids and dates as old clients take them apart (clients.md 0, rules 5 and 6)."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.server.errors import HttpError
from bottega.server.studio import wire


@given(st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)))  # noqa: DTZ001 - what the strategy takes
def test_dates_and_ticks(moment: datetime) -> None:
    moment = moment.replace(tzinfo=UTC, microsecond=moment.microsecond // 1000 * 1000)
    seconds = moment.timestamp()
    milliseconds = int(wire.date(seconds).removeprefix("/Date(").removesuffix(")/"))
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds) == moment
    since_one = moment - datetime(1, 1, 1, tzinfo=UTC)
    expected = (since_one.days * 86_400 + since_one.seconds) * 10**7 + since_one.microseconds * 10
    assert wire.ticks(seconds) == expected


def test_a_moment_that_has_not_come_is_dotnets_first() -> None:
    milliseconds = int(wire.date(None).removeprefix("/Date(").removesuffix(")/"))
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds) == datetime(1, 1, 1, tzinfo=UTC)


@given(st.text(max_size=80))
def test_ids_are_taken_apart_or_refused(text: str) -> None:
    asset = wire.AssetId.parse(text)
    if asset is not None:
        assert str(asset) == text
        assert text.split(".")[1] == asset.family
    told = f"{'a' * 32}.{text}.{'b' * 32}"
    with contextlib.nullcontext() if text.lower() == "f-id" else pytest.raises(HttpError):
        wire.ExperimentId.parse(told)


def test_an_experiments_id_in_all_its_forms() -> None:
    whole = f"{'a' * 32}.f-id.{'0123456789abcdef' * 2}"
    for form in (whole, whole.upper(), f"{whole}/", f"/{whole}"):
        assert str(wire.ExperimentId.parse(form)) == whole
    assert wire.ExperimentId.parse(whole.rpartition(".")[2]).workspace == ""
    for wrong in (whole.replace("f-id", "x"), whole[:-1], f"x.{whole}", ""):
        with pytest.raises(HttpError):
            wire.ExperimentId.parse(wrong)
