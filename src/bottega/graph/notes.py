"""What people write on the canvas beside the graph: notes and groups of nodes. Part of no meaning."""

from __future__ import annotations

from collections.abc import Collection as Names
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bottega.graph.syntax import Collection, Entry, Scalar
from bottega.graph.web_service import MAX_NAME

FARTHEST = 1e9  # pixels
NOTE_SIZE = (240.0, 120.0)
_NOTE = ("text", "at", "size")
Pair = tuple[float, float]


@dataclass(frozen=True)
class Note:
    """A text with a place on the canvas and a size, both in pixels."""

    text: str
    at: Pair
    size: Pair = NOTE_SIZE


class Reader(Protocol):
    """What reads the rest of the file."""

    def mapping(
        self, entry: Entry | None, what: str, known: tuple[str, ...] | None = None
    ) -> Iterator[tuple[str, Entry]]:
        """The entries of a mapping, each key once; what is unknown or none is told."""

    def tell(self, message: str, line: int, *, warning: bool = False) -> None:
        """Note a problem."""


def read_notes(entry: Entry | None, reader: Reader) -> dict[str, Note]:
    """The `notes:` of a file, by their names."""
    notes = {}
    for name, each in reader.mapping(entry, "notes"):
        had = dict(reader.mapping(each, f"Note {name}", _NOTE))
        text, at = had.get("text"), pair(had["at"].value.value) if "at" in had else None
        size = pair(had["size"].value.value) if "size" in had else NOTE_SIZE
        if text is None or not isinstance(text.value, Scalar) or at is None or size is None or min(size) <= 0:
            message = f"Note {name} takes `text:` and `at: [x, y]`, and may have `size: [width, height]`."
            reader.tell(message, each.value.line, warning=True)
        else:
            notes[name] = Note(text.value.text, at, size)
    return notes


def read_groups(entry: Entry | None, nodes: Names[str], reader: Reader) -> dict[str, tuple[str, ...]]:
    """The `groups:` of a file: titles, and the nodes in each. A node is in one group at most."""
    groups: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for title, each in reader.mapping(entry, "groups"):
        value = each.value
        if not title.strip() or len(title) > MAX_NAME or "\n" in title or not isinstance(value, Collection):
            message = f"A group is a title of 1 to {MAX_NAME} characters on one line, and a list of nodes."
            reader.tell(message, value.line, warning=True)
            continue
        told = [item.value for item in value.entries if isinstance(item.value, Scalar)] if not value.keyed else []
        for item in told:
            if item.text not in nodes:
                reader.tell(f"Group {title} has {item.text:.80}, but there is no such node.", item.line, warning=True)
            elif item.text in taken:
                reader.tell(f"{item.text} is in a group already.", item.line, warning=True)
        members = tuple(dict.fromkeys(item.text for item in told if item.text in nodes and item.text not in taken))
        taken |= set(members)
        if members:
            groups[title] = members
    return groups


def note_tree(note: Note) -> dict[str, Any]:
    """A note as plain values."""
    told: dict[str, Any] = {"text": note.text, "at": short(note.at)}
    return told if note.size == NOTE_SIZE else {**told, "size": short(note.size)}


def without(groups: Mapping[str, tuple[str, ...]], node: str) -> dict[str, tuple[str, ...]]:
    """Groups without a node, and without those that are then empty."""
    left = {title: tuple(each for each in members if each != node) for title, members in groups.items()}
    return {title: members for title, members in left.items() if members}


def renamed(groups: Mapping[str, tuple[str, ...]], old: str, new: str) -> dict[str, tuple[str, ...]]:
    """Groups with another id for a node."""
    return {title: tuple(new if each == old else each for each in members) for title, members in groups.items()}


def pair(value: object) -> Pair | None:
    """Two numbers that are no farther than the canvas goes, or None."""
    if not isinstance(value, list) or len(value) != 2:
        return None
    if any(isinstance(each, bool) or not isinstance(each, int | float) or not abs(each) <= FARTHEST for each in value):
        return None
    return float(value[0]), float(value[1])


def short(numbers: Pair) -> list[int | float]:
    """Numbers as files hold them: whole ones without a point."""
    return [int(each) if float(each).is_integer() else each for each in numbers]
