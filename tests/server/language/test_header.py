"""A script as the language server is shown it, and places in both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.server.language.header import FRAME, Place, shown

_FRAME = f': "{FRAME}.DataFrame"'


def entry(script: str, tables: tuple[bool, ...] = (True, False), *, slots: bool = False) -> str:
    """What is shown, without the line of our own."""
    return shown(script, tables, slots=slots).text.removesuffix(f"\nimport pandas as {FRAME}\n")


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("def azureml_main(a=None, b=None):", f"def azureml_main(a{_FRAME}=None, b: None=None):"),
        ("def azureml_main(a, b = None):", f"def azureml_main(a{_FRAME}, b: None = None):"),
        ("async def azureml_main( a ):", f"async def azureml_main( a{_FRAME} ):"),
        ("def azureml_main(\n  a=None,  # 1, 2\n  b=None,\n):", f"def azureml_main(\n  a{_FRAME}=None,  # 1, 2\n  b: None=None,\n):"),
        ("def azureml_main(ä=None): pass", f"def azureml_main(ä{_FRAME}=None): pass"),
        ("def azureml_main(a: int = 1, b=None):", "def azureml_main(a: int = 1, b=None):"),
        ("def azureml_main(a=None, b=3):", f"def azureml_main(a{_FRAME}=None, b=3):"),
        ("def azureml_main(a=None, *more):", f"def azureml_main(a{_FRAME}=None, *more):"),
        ("def azureml_main(a=(1, 2), b=None):", "def azureml_main(a=(1, 2), b=None):"),
    ],
)  # fmt: skip
def test_parameters_without_a_type_get_that_of_their_port(script: str, expected: str) -> None:
    assert entry(script) == expected


@pytest.mark.parametrize(
    "script",
    [
        "",
        "def azureml_main(",
        "def azureml_main(a='x)', b=None):",
        "def azureml_main(a, # and no end",
        "def azureml_main2(a=None):",
        "    def azureml_main(a=None):",
        "def azureml_main():",
        "def azureml_main(" + "a," * 3000 + "):",
    ],
)
def test_what_is_not_understood_stays_as_it_is(script: str) -> None:
    assert entry(script) == script


def test_with_slots_each_port_has_its_own_parameter() -> None:
    script = "def azureml_main(a=None, b=None):"
    assert entry(script, (False, True)) == f"def azureml_main(a{_FRAME}=None, b: None=None):"
    assert entry(script, (False, True), slots=True) == f"def azureml_main(a: None=None, b{_FRAME}=None):"


_SIGNS = st.text(st.sampled_from("ab=,() \n#😀\"'"), max_size=40)


@given(_SIGNS, st.text(st.sampled_from("ab= None,\n#😀"), max_size=30), _SIGNS)
def test_every_place_comes_back_as_it_went_in(before: str, parameters: str, after: str) -> None:
    script = f"{before}\ndef azureml_main({parameters}): {after}"
    found = shown(script, (True, True), slots=False)
    lines, longer = script.split("\n"), found.text.split("\n")
    assert found.lines == len(lines)
    for number, line in enumerate(lines):
        data, there = line.encode("utf-16-le"), longer[number].encode("utf-16-le")
        for column in range(len(data) // 2 + 1):
            place = Place(number, column)
            inward = found.inward(place)
            assert found.outward(inward) == place
            assert data[: column * 2][-2:] == there[: inward.column * 2][-2:]
    assert found.outward(Place(len(lines), 0)) is None
