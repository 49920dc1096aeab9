"""Port names: the canonical ones are those that old clients use, and others mean the same."""

from __future__ import annotations

import pytest

from bottega.engine.script import _PORTS
from bottega.sdk import catalogue

_MODULE = catalogue.get("execute-python-script")


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
    port = _MODULE.input(spelling)
    assert port is not None
    assert port.title == name


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
    port = _MODULE.output(spelling)
    assert port is not None
    assert port.title == name


def test_no_two_ports_share_a_spelling() -> None:
    for side in (_MODULE.inputs, _MODULE.outputs):
        spellings = [spelling for port in side for spelling in port.spellings()]
        assert len(spellings) == len(set(spellings))


def test_an_unknown_port_is_none() -> None:
    assert _MODULE.input("Dataset3") is None


def test_a_single_script_calls_its_ports_as_the_module_does() -> None:
    assert set(_PORTS.values()) <= {port.title for port in _MODULE.outputs}
