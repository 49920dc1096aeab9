"""A script as text and tree, with the places of its nodes."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bottega.migration.finding import Edit
from bottega.migration.reading.kinds import Kinds
from bottega.migration.reading.scopes import Scopes

_BLANK = " \t\n\r\f\\"


@dataclass(frozen=True, order=True)
class Change:
    """Another text for the part from `start` to `end`, in characters from the beginning."""

    start: int
    end: int
    text: str


class Script:
    """Raises SyntaxError, ValueError or RecursionError for a text that is no Python 3."""

    def __init__(self, text: str, *, whole_division: bool = False) -> None:
        self.text = text
        self.tree = parsed(text)
        self.scopes = Scopes(self.tree)
        self.kinds = Kinds(self.scopes, whole_division=whole_division)
        self._starts = _line_starts(text)
        self._parents: dict[ast.AST, ast.AST] | None = None

    def start(self, node: ast.expr | ast.stmt | ast.alias | ast.keyword) -> int:
        """Where a node begins, in characters of the text."""
        return self._offset(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt | ast.alias | ast.keyword) -> int:
        """Where it ends."""
        assert node.end_lineno is not None and node.end_col_offset is not None  # noqa: S101, PT018 - the parser gives both
        return self._offset(node.end_lineno, node.end_col_offset)

    def source(self, node: ast.expr) -> str:
        """Its text."""
        return self.text[self.start(node) : self.end(node)]

    def name_of(self, node: ast.Attribute) -> tuple[int, int]:
        """Where the name behind the dot stands."""
        end = self.end(node)
        return end - len(node.attr), end

    def dot(self, node: ast.Attribute) -> int:
        """Where the dot before it stands."""
        return self.text.rindex(".", 0, self.name_of(node)[0])

    def opening(self, call: ast.Call) -> int:
        """Where the bracket of a call opens: comments alone may stand before it."""
        at = self.end(call.func)
        while self.text[at] != "(":
            at = self.text.index("\n", at) if self.text[at] == "#" else at + 1
        return at

    def outer(self, node: ast.expr, low: int, high: int) -> tuple[int, int]:
        """A node with the brackets that are around it alone, between two places."""
        start, end = self.start(node), self.end(node)
        while True:
            before, after = start - 1, end
            while before >= low and self.text[before] in _BLANK:
                before -= 1
            while after < high and self.text[after] in _BLANK:
                after += 1
            if before < low or after >= high or self.text[before] != "(" or self.text[after] != ")":
                return start, end
            start, end = before, after + 1

    def argument(self, call: ast.Call, node: ast.expr) -> str:
        """The text of an argument, with its brackets."""
        start, end = self.outer(node, self.opening(call) + 1, self.end(call) - 1)
        return self.text[start:end]

    def place(self, at: int) -> tuple[int, int]:
        """Line from 1 and column from 0 of a place."""
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1]

    def edits(self, changes: Iterable[Change]) -> tuple[Edit, ...]:
        """Changes as they are told."""
        return tuple(Edit(*self.place(each.start), *self.place(each.end), each.text) for each in sorted(changes))

    def whole_line(self, node: ast.stmt) -> str | None:
        """The indentation of a statement that has its lines alone; None for one that shares them."""
        start, end = self.start(node), self.end(node)
        before = self.text[self._starts[self.place(start)[0] - 1] : start]
        after = self.text[end : self.text.find("\n", end) if "\n" in self.text[end:] else len(self.text)]
        return before if not before.strip() and not after.partition("#")[0].strip() else None

    def parent(self, node: ast.AST) -> ast.AST | None:
        """What a node is a part of."""
        if self._parents is None:
            self._parents = {child: each for each in ast.walk(self.tree) for child in ast.iter_child_nodes(each)}
        return self._parents.get(node)

    def walk(self) -> Iterator[ast.AST]:
        """Every node."""
        return ast.walk(self.tree)

    def _offset(self, line: int, column: int) -> int:
        """Columns of the parser count bytes in UTF-8."""
        begin = self._starts[line - 1]
        part = self.text[begin : begin + column]
        if part.isascii():
            return begin + column
        return begin + len(part.encode()[:column].decode("utf-8", "ignore"))


def parsed(text: str) -> ast.Module:
    """The tree. Raises SyntaxError, ValueError and RecursionError."""
    return ast.parse(text, "script.py")


def applied(text: str, changes: Iterable[Change]) -> str:
    """The text with changes that do not overlap."""
    pieces, done = [], 0
    for each in sorted(changes):
        pieces += [text[done : each.start], each.text]
        done = each.end
    return "".join((*pieces, text[done:]))


def _line_starts(text: str) -> list[int]:
    starts, at = [0], 0
    for line in text.replace("\r\n", " \n").replace("\r", "\n").split("\n"):
        at += len(line) + 1
        starts.append(at)
    return starts[:-1]
