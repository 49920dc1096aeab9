"""Places in classic's XML."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.graph.classic import positions
from bottega.graph.classic.positions import Place

OLD = """\ufeff<?xml version="1.0" encoding="utf-16"?>\r
<DataV1 xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\r
  <Meta />\r
  <NodePositions>\r
    <NodePosition Node="a" Position="33,30,200,60" />\r
  </NodePositions>\r
  <NodePositions2>\r
    <NodePosition2 Node="a" nid="" Position="1,2,200,60" ConnectedTo="b" />\r
    <NodePosition2 Node="b" Position="55.5,-148,200,60" ConnectedTo="" />\r
  </NodePositions2>\r
  <NodeGroups />\r
</DataV1>"""


def test_the_text_is_what_clients_search() -> None:
    text = positions.write({"a": Place(1, 2.5), "x'<&\"": Place(-3, 0, 20, 30)})
    assert "\n" not in text
    assert text.startswith("<?xml version='1.0' encoding='utf-16'?><DataV1 ")
    match = re.search("<NodePositions>(.*)</NodePositions>", text)
    assert match is not None
    assert match[1].startswith("<NodePosition Node='a' Position='1,2.5,200,200'/><NodePosition Node='x&apos;&lt;")
    found = ET.fromstring(text).iter("NodePosition")  # it is our own
    assert [(each.get("Node"), each.get("Position")) for each in found] == [
        ("a", "1,2.5,200,200"), ("x'<&\"", "-3,0,20,30"),
    ]  # fmt: skip


def test_old_files() -> None:
    assert positions.read(OLD) == {"a": Place(33, 30, 200, 60), "b": Place(55.5, -148, 200, 60)}


@pytest.mark.parametrize("text", ["", "   ", "@{x=1}", "System.Object[]", "<a/>", "<NodePosition Node='x'/>"])
def test_nothing(text: str) -> None:
    assert positions.read(text) == {}


@pytest.mark.parametrize("place", ["", "1", "a,b", "nan,1,2,3", "1,inf", "1e300,1", "1;2"])
def test_a_place_that_is_none_is_left_out(place: str) -> None:
    text = f"<d><NodePosition Node='a' Position='{place}'/><NodePosition Node='b' Position='1,2'/></d>"
    assert positions.read(text) == {"b": Place(1, 2)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<a", "no XML: .*line 1"),
        ("<a></b>", "no XML"),
        ("<a>&unknown;</a>", "no XML"),
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "document type"),
        ("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "document type"),
        ("<a>\x00</a>", "no XML"),
        ("<a>" + " " * positions.MAX_TEXT, "too long"),
    ],
    ids=range(7),
)
def test_what_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        positions.read(text)


def test_too_many() -> None:
    text = positions.write({str(number): Place(0, 0) for number in range(positions.MAX_PLACES + 1)})
    with pytest.raises(ValueError, match="too many"):
        positions.read(text)


NUMBERS = st.floats(-1e9, 1e9)


@given(st.dictionaries(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Co"]), min_size=1),
                       st.builds(Place, NUMBERS, NUMBERS, NUMBERS, NUMBERS)))  # fmt: skip
def test_there_and_back(places: dict[str, Place]) -> None:
    assert positions.read(positions.write(places)) == places
