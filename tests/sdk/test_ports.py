"""Ports by any spelling, and what may feed what."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from bottega.sdk.notes import collect, note
from bottega.sdk.ports import TABLE_FILES, Port, PortType, find, folded

PORTS = (
    Port("dataset1", "Dataset 1", PortType.TABLE),
    Port("script_bundle", "Script Bundle", PortType.ZIP, optional=True, others=("zip file",)),
    Port("dataset_1b", "dataset1", PortType.TABLE),
)


def test_by_name_title_and_others() -> None:
    for spelling in ("script_bundle", "Script Bundle", "scriptbundle", "ZIP-File", " zip  file "):
        assert find(spelling, PORTS) is PORTS[1]
    assert find("bundle", PORTS) is None
    assert find("", PORTS) is None


def test_a_name_comes_before_another_ones_title() -> None:
    assert find("dataset1", PORTS[::-1]) is PORTS[0]


@given(st.text(), st.sampled_from([" ", "_", "-", "\t"]), st.integers(0, 20))
def test_what_never_matters(text: str, sign: str, place: int) -> None:
    assert folded(text[:place] + sign + text[place:]) == folded(text)
    assert folded(folded(text)) == folded(text)


def test_what_fits() -> None:
    fits = {(one, other) for one, other in itertools.product(PortType, PortType) if one.fits(other)}
    same = {(kind, kind) for kind in PortType}
    assert fits == same | {(PortType.ANY, kind) for kind in PortType} | {(file, PortType.TABLE) for file in TABLE_FILES}


def test_notes_are_collected_from_here_on() -> None:
    note("to nobody")
    notes = collect()
    note("one")
    note("two")
    assert notes == ["one", "two"]
    assert collect() == []
