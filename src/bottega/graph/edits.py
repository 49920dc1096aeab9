"""Edits of a YAML text by the offsets of its tree: entries that go, come and change, in block and in flow style."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from bottega.graph.scalars import can_be_literal, render
from bottega.graph.syntax import Collection, Entry, Scalar
from bottega.graph.writing import Path, block, entry_lines, flow, item_lines, same

_LITERAL_HEADER = re.compile(r"\|([1-9]?)([+-]?)([1-9]?)")
_DASH = re.compile(r"( *)-[ \t]*")


class Awkward(Exception):  # noqa: N818 # no failure: the edit is done another way
    """The text is laid out so that this edit cannot be made in place."""


@dataclass
class _Plan:
    """What becomes of a collection.

    changes  by place, how an entry that stays is edited
    gone     places of entries that go
    fresh    by place, the (key, value) that come after it; -1 is before the first
    """

    changes: dict[int, Callable[[], None]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    fresh: dict[int, list[tuple[str | None, Any]]] = field(default_factory=dict)


class Editor:
    """Collects edits of one text, whose last line has an end."""

    def __init__(self, text: str, newline: str, step: int, renamed: Mapping[str, str]) -> None:
        self._text = text
        self._newline = newline
        self._step = step
        self._old_names = {new: old for old, new in renamed.items()}
        self._edits: list[tuple[int, int, str]] = []

    def result(self) -> str:
        """The text with all edits. Raises Awkward where two of them overlap."""
        return self._applied(self._edits, 0, len(self._text))

    def change(self, collection: Collection, old: Any, new: Any, path: Path) -> None:
        """Make a collection mean other plain values of its kind, neither of them empty. May raise Awkward."""
        if collection.keyed:
            plan = self._mapping_plan(collection, old, new, path)
        else:
            plan = self._sequence_plan(collection, old, new, path)
        if collection.flow:
            self._change_flow(collection, plan)
        else:
            self._change_block(collection, plan, path)

    def _mapping_plan(self, mapping: Collection, old: dict[str, Any], new: dict[str, Any], path: Path) -> _Plan:
        plan = _Plan()
        places: dict[str, int] = {}
        for place, entry in enumerate(mapping.entries):
            if entry.key:
                places.setdefault(entry.key.text, place)
        last = -1
        stay = set()
        for key, value in new.items():
            before = self._old_names.get(key, key) if path in {("nodes",), ("layout",)} else key
            stay.add(before)
            if before in places:
                last = places[before]
                plan.changes[last] = self._entry_change(mapping, last, key, old.get(before), value, path)
            elif before not in old or not same(old[before], value):
                plan.fresh.setdefault(last, []).append((key, value))
        plan.gone = {places[key] for key in old if key in places and key not in stay}
        return plan

    def _entry_change(
        self, mapping: Collection, place: int, key: str, old: Any, new: Any, path: Path
    ) -> Callable[[], None]:
        entry = mapping.entries[place]

        def change() -> None:
            if entry.key and entry.key.text != key:
                self._edits.append((entry.key.start, entry.key.end, render(key, entry.key.style)))
            if old is None or not same(old, new):
                self._change_value(mapping, entry, old, new, (*path, key))

        return change

    def _sequence_plan(self, sequence: Collection, old: list[Any], new: list[Any], path: Path) -> _Plan:
        if len(sequence.entries) != len(old):
            raise Awkward
        plan = _Plan()

        def change(place: int, value: Any) -> Callable[[], None]:
            return lambda: self._change_value(sequence, sequence.entries[place], old[place], value, (*path, "-"))

        matcher = SequenceMatcher(None, list(map(repr, old)), list(map(repr, new)), autojunk=False)
        for tag, begin, end, new_begin, new_end in matcher.get_opcodes():
            if tag == "equal":
                continue
            both = min(end - begin, new_end - new_begin)
            plan.changes |= {begin + index: change(begin + index, new[new_begin + index]) for index in range(both)}
            plan.gone |= set(range(begin + both, end))
            if new_begin + both < new_end:
                plan.fresh[begin + both - 1] = [(None, value) for value in new[new_begin + both : new_end]]
        return plan

    def _change_value(self, parent: Collection, entry: Entry, old: Any, new: Any, path: Path) -> None:
        value = entry.value
        if isinstance(value, Collection) and value.entries and type(old) is type(new) and old and new:
            before = len(self._edits)
            try:
                self.change(value, old, new, path)
            except Awkward:
                del self._edits[before:]
            else:
                return
        if parent.flow:
            style = value.style if isinstance(value, Scalar) else None
            self._put(value.start, value.end, flow(new, as_json=_is_json(parent), style=style))
        else:
            self._replace(entry, new, path)

    # Flow style

    def _change_flow(self, collection: Collection, plan: _Plan) -> None:
        entries = collection.entries
        if not plan.gone and not plan.fresh:
            for change in plan.changes.values():
                change()
            return
        usual = self._text[entries[0].value.end : entries[1].start] if len(entries) > 1 else ", "
        usual = usual if re.fullmatch(r"\s*,\s*", usual) else ", "
        items = [(self._flow_item(collection, *each), usual) for each in plan.fresh.get(-1, [])]
        for place, entry in enumerate(entries):
            if place not in plan.gone:
                follows = entries[place + 1] if place + 1 < len(entries) else None
                between = self._text[entry.value.end : follows.start] if follows else usual
                items.append((self._changed_entry(entry, plan.changes.get(place)), between))
            items += [(self._flow_item(collection, *each), usual) for each in plan.fresh.get(place, [])]
        text = "".join(item + between for item, between in items[:-1]) + items[-1][0]
        self._edits.append((entries[0].start, entries[-1].value.end, text))

    def _flow_item(self, collection: Collection, key: str | None, value: Any) -> str:
        as_json = _is_json(collection)
        told = flow(value, as_json=as_json)
        return told if key is None else f"{flow(key, as_json=as_json)}: {told}"

    def _changed_entry(self, entry: Entry, change: Callable[[], None] | None) -> str:
        outer, self._edits = self._edits, []
        try:
            if change:
                change()
            return self._applied(self._edits, entry.start, entry.value.end)
        finally:
            self._edits = outer

    # Block style

    def _change_block(self, collection: Collection, plan: _Plan, path: Path) -> None:
        for change in plan.changes.values():
            change()
        entries = collection.entries
        for place in sorted(plan.gone):
            self._remove(entries, place, plan.gone)
        for place, fresh in plan.fresh.items():
            self._insert(entries, place, fresh, path)

    def _remove(self, entries: list[Entry], place: int, gone: set[int]) -> None:
        """Take out an entry's lines, and the blank ones that parted it from the one before."""
        begin, end = self._first_line(entries[place]), self._after(entries[place])
        if all(each in gone for each in range(place)):
            follows = self._first_line(entries[place + 1]) if place + 1 < len(entries) else end
            end = end if self._text[end:follows].strip() else follows
        else:
            before = self._after(entries[place - 1])
            begin = begin if self._text[before:begin].strip() else before
        self._edits.append((begin, end, ""))

    def _insert(self, entries: list[Entry], place: int, fresh: list[tuple[str | None, Any]], path: Path) -> None:
        column = self._column(entries[max(place, 0)])
        parted = len(entries) > 1 and not self._line_at(self._after(entries[-2])).strip()
        told = []
        for key, value in fresh:
            if key is None:
                lines = item_lines(value, column, (*path, "-"), self._step)
            else:
                lines = entry_lines(key, value, column, (*path, key), self._step)
            blank = [""] if parted else []
            told += [*lines, *blank] if place < 0 else [*blank, *lines]
        where = self._first_line(entries[0]) if place < 0 else self._after(entries[place])
        self._edits.append((where, where, self._lines(told)))

    def _replace(self, entry: Entry, new: Any, path: Path) -> None:
        """Put another value: what stands beside the key in its place, what stands below on lines of its own."""
        value = entry.value
        column = self._column(entry)
        if isinstance(value, Scalar):
            if value.style == "|" and isinstance(new, str) and can_be_literal(new) and value.text.strip():
                self._replace_literal(value, new, column)
                return
            if value.style and isinstance(new, str) and value.style in "'\"" and not can_be_literal(new):
                self._put(value.start, value.end, render(new, value.style))
                return
        inline, lines = block(new, column, path, self._step)
        begin, end, below, below_end = self._extent(entry)
        while not inline and begin < end and self._text[begin - 1] == " ":
            begin -= 1
        self._put(begin, end, inline)
        self._edits.append((below, below_end, self._lines(lines)))

    def _extent(self, entry: Entry) -> tuple[int, int, int, int]:
        """Of a value: begin and end of what stands beside the key, and of the lines below that are its own."""
        value = entry.value
        if isinstance(value, Scalar) and value.style in {"|", ">"}:
            line_end = self._line_end(value.start)
            header = self._text[value.start : line_end].partition(" #")[0].rstrip()
            return value.start, value.start + len(header), line_end, value.end
        if isinstance(value, Collection) and not value.flow:
            if entry.key is None:  # it begins beside the dash
                after = self._after(value.entries[-1])
                return value.start, len(self._text[:after].rstrip()), after, after
            colon = self._text.index(":", entry.key.end) + 1
            return colon, colon, self._line_end(colon), self._after(value.entries[-1])
        below = self._line_end(value.end)
        return value.start, value.end, below, below

    def _replace_literal(self, value: Scalar, new: str, column: int) -> None:
        """Another text in the same block: its indentation and the lines that stay are kept."""
        line_end = self._line_end(value.start)
        match = _LITERAL_HEADER.match(self._text, value.start)
        raw = self._text[line_end : value.end].split("\n")[:-1]
        depth = next((len(line) - len(line.lstrip(" ")) for line in raw if line.strip()), 0)
        if match is None or not depth:
            raise Awkward
        digit = match[1] or match[3] or (str(depth - column) if new.startswith(" ") else "")
        depth = column + int(digit) if digit else depth
        body = new.rstrip("\n")
        ends = len(new) - len(body)
        chomp = match[2] if match[2] == "+" and ends else "-" if not ends else "" if ends == 1 else "+"
        self._edits.append((*match.span(), f"|{digit}{chomp}"))
        lines = body.split("\n") + [""] * max(ends - 1, 0)
        old = [line.rstrip("\r")[depth:] for line in raw]
        begin = _common(old, lines)
        end = _common(old[begin:][::-1], lines[begin:][::-1])
        where = line_end + sum(len(line) + 1 for line in raw[:begin])
        until = value.end - sum(len(line) + 1 for line in raw[len(raw) - end :])
        fresh = [" " * depth + line if line else "" for line in lines[begin : len(lines) - end]]
        self._edits.append((where, until, self._lines(fresh)))

    # Places

    def _put(self, begin: int, end: int, text: str) -> None:
        parted = text and begin > 0 and self._text[begin - 1] in ":-"
        self._edits.append((begin, end, f" {text}" if parted else text))

    def _lines(self, lines: list[str]) -> str:
        return "".join(line + self._newline for line in lines)

    def _line_begin(self, offset: int) -> int:
        return self._text.rfind("\n", 0, offset) + 1

    def _line_end(self, offset: int) -> int:
        return self._text.index("\n", offset) + 1

    def _line_at(self, offset: int) -> str:
        return self._text[offset : self._line_end(offset)] if offset < len(self._text) else "-"

    def _column(self, entry: Entry) -> int:
        """The column of an entry's key or dash."""
        before = self._text[self._line_begin(entry.start) : entry.start]
        if entry.key:
            return len(before)
        before = before.rstrip()
        if not before.endswith("-"):
            raise Awkward
        return len(before) - 1

    def _first_line(self, entry: Entry) -> int:
        """Where the lines of an entry begin. Raises Awkward where it shares its first line."""
        begin = self._line_begin(entry.start)
        before = self._text[begin : entry.start]
        if before.strip() and (entry.key or not _DASH.fullmatch(before)):
            raise Awkward
        return begin

    def _after(self, entry: Entry) -> int:
        """Where the lines of an entry end, comments below that are indented deeper included."""
        value, end = entry.value, entry.value.end
        if isinstance(value, Collection) and not value.flow and value.entries:
            end = self._after(value.entries[-1])
        elif not (isinstance(value, Scalar) and value.style in {"|", ">"}):
            end = self._line_end(end)
        column = self._column(entry)
        line = self._line_at(end)
        while line.lstrip().startswith("#") and len(line) - len(line.lstrip()) > column:
            end += len(line)
            line = self._line_at(end)
        return end

    def _applied(self, edits: list[tuple[int, int, str]], begin: int, end: int) -> str:
        parts = []
        for start, until, text in sorted(edits, key=lambda edit: edit[:2]):
            if start < begin or until > end:
                raise Awkward
            parts += [self._text[begin:start], text]
            begin = until
        return "".join(parts) + self._text[begin:end]


def _is_json(collection: Collection) -> bool:
    """Whether a collection in flow style puts its texts in double quotes, keys too."""
    first = collection.entries[0] if collection.entries else None
    told = (first.key or first.value) if first else None
    return isinstance(told, Scalar) and told.style == '"'


def _common(one: list[str], other: list[str]) -> int:
    """How many lines are equal from the start."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))
