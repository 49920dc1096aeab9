"""Places on the canvas: classic's `SerializedClientData`, an XML text (clients.md 4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape

from bottega.graph.notes import FARTHEST

MAX_TEXT = 8 << 20
MAX_PLACES = 50_000
_HEAD = (
    "<?xml version='1.0' encoding='utf-16'?><DataV1 xmlns:xsd='http://www.w3.org/2001/XMLSchema' "
    "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><Meta /><NodePositions>"
)
_TAIL = "</NodePositions><NodeGroups /></DataV1>"


@dataclass(frozen=True)
class Place:
    """A place and a size, in pixels."""

    x: float
    y: float
    width: float = 200
    height: float = 200

    def __str__(self) -> str:
        return ",".join(_short(each) for each in (self.x, self.y, self.width, self.height))


def write(places: Mapping[str, Place]) -> str:
    """The text: single quotes on one line, for a client replaces places in it by pattern."""
    told = (f"<NodePosition Node='{_quoted(node)}' Position='{place}'/>" for node, place in places.items())
    return _HEAD + "".join(told) + _TAIL


def read(text: str) -> dict[str, Place]:
    """The places; those that are no numbers are left out, and so is all of a text that is no XML at all.

    Raises ValueError for broken XML, for a document type (entities could grow without end) and beyond the bounds.
    """
    if not text.lstrip("\ufeff \r\n\t").startswith("<"):
        return {}
    if len(text) > MAX_TEXT:
        raise ValueError("it is too long")
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")  # what the text says of its encoding was true before it was a text
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    parser.StartElementHandler = reader.begin
    try:
        parser.Parse(text.lstrip("\ufeff \r\n\t").encode(), True)  # noqa: FBT003 # it is final
    except expat.ExpatError as error:
        raise ValueError(f"it is no XML: {expat.ErrorString(error.code)}, line {error.lineno}") from error
    return reader.older | reader.found


class _Reader:
    """Takes NodePosition elements, and NodePosition2 for what is in the second list of old files alone."""

    def __init__(self) -> None:
        self.found: dict[str, Place] = {}
        self.older: dict[str, Place] = {}

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        node, place = attributes.get("Node", ""), _place(attributes.get("Position", ""))
        if name not in {"NodePosition", "NodePosition2"} or not node or place is None:
            return
        (self.found if name == "NodePosition" else self.older)[node] = place
        if len(self.found) + len(self.older) > MAX_PLACES:
            raise ValueError("it has too many places")

    def refuse(self, *_: object) -> None:
        raise ValueError("it declares a document type")


def _place(text: str) -> Place | None:
    try:
        numbers = [float(part) for part in text.split(",")[:4]]
    except ValueError:
        return None
    if len(numbers) < 2 or not all(abs(number) <= FARTHEST for number in numbers):
        return None
    return Place(*numbers)


def _quoted(text: str) -> str:
    return escape(text, {"'": "&apos;", '"': "&quot;"})


def _short(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else repr(float(number))
