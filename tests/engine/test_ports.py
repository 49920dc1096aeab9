"""Port names: the canonical ones are those that old clients use, and others mean the same."""

from __future__ import annotations

import pytest

from bottega.engine import ports
from bottega.errors import BottegaError


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Dataset1", "Dataset1"),
        ("dataset 1", "Dataset1"),
        ("Script bundle", "Script Bundle"),
        ("script-bundle", "Script Bundle"),
        ("script_bundle", "Script Bundle"),
        ("bundle", "Script Bundle"),
    ],
)
def test_inputs_by_any_spelling(spelling: str, name: str) -> None:
    assert ports.find(spelling, ports.INPUTS).name == name


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Result Dataset", "Result Dataset"),
        ("Results dataset", "Result Dataset"),
        ("result_dataset", "Result Dataset"),
        ("Python device", "Python Device"),
        ("python-device", "Python Device"),
        ("Result Dataset 2", "Result Dataset 2"),
        ("files", "Files"),
    ],
)
def test_outputs_by_any_spelling(spelling: str, name: str) -> None:
    assert ports.find(spelling, ports.OUTPUTS).name == name


def test_no_two_ports_share_a_spelling() -> None:
    for side in (ports.INPUTS, ports.OUTPUTS):
        spellings = [spelling for port in side for spelling in port.spellings()]
        assert len(spellings) == len(set(spellings))


def test_an_unknown_port_names_those_there_are() -> None:
    with pytest.raises(BottegaError, match="Dataset1, Dataset2, Script Bundle"):
        ports.find("Dataset3", ports.INPUTS)
