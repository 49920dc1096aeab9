"""What a person should look at in a converted script: where Python 3 may do another thing, and no text can tell."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from bottega.migration.reading.python2_helpers import HELPERS
from bottega.migration.reading.script import Script

_MOST_LINES = 12


def notes(text: str) -> list[str]:
    """Each with the lines that it is about."""
    script = Script(text)
    lines: dict[str, set[int]] = {}
    own = {id(node) for each in script.tree.body if getattr(each, "name", "") in HELPERS for node in ast.walk(each)}
    for node in script.walk():
        for note in () if id(node) in own else _about(node, script):
            lines.setdefault(note, set()).add(getattr(node, "lineno", 1))
    told = sorted(lines.items(), key=lambda each: min(each[1]))
    return [f"{_places(found)}: {note}" for note, found in told]


_BUILTINS = {
    "round": "Python 2 rounds halves away from zero and gives a float; Python 3 rounds them to even, and to an int without digits",
    "open": 'what is read is text in UTF-8, or bytes with mode "b"; Python 2 made no difference. For csv open with newline=""',
    "input": "nobody answers: a script in the jail has no keyboard",
}
_DIVISION = "Python 2 drops the fraction where both sides are whole numbers, and so does python2_divide; write / or // where you know"
_METHODS = {
    "encode": ".encode gives bytes, no text; leave it out where the value goes into a table or is joined with text",
    "decode": ".decode is for bytes alone; leave it out where the column holds text",
}
_ENCODED = "python2_encoded gives text, as .encode did in Python 2; where bytes are meant, write .encode"
_TRANSLATE = "translate takes one table; make it by str.maketrans, whose third argument are the signs to take out"


def _about(node: ast.AST, script: Script) -> Iterable[str]:
    if not isinstance(node, ast.Call):
        return
    function = node.func
    if isinstance(function, ast.Name):
        if function.id == "python2_divide":
            yield _DIVISION
        elif function.id == "python2_encoded":
            yield _ENCODED
        if function.id in _BUILTINS and script.scopes.is_builtin(function, function.id):
            yield _BUILTINS[function.id]
    elif isinstance(function, ast.Attribute):
        yield from _about_method(node, function, script)


def _about_method(node: ast.Call, function: ast.Attribute, script: Script) -> Iterable[str]:
    if function.attr in _METHODS:
        yield _METHODS[function.attr]
    elif function.attr == "translate" and len(node.args) > 1:
        yield _TRANSLATE
    elif (script.scopes.dotted(function) or "").startswith("string.") and not _is_there(function.attr):
        yield f"string.{function.attr} is a method of texts now"


def _is_there(name: str) -> bool:
    import string

    return hasattr(string, name)


def _places(lines: set[int]) -> str:
    shown = [str(line) for line in sorted(lines)[:_MOST_LINES]]
    more = len(lines) - len(shown)
    joined = ", ".join(shown) + (f" and {more} more" if more > 0 else "")
    return f"line {joined}" if len(lines) == 1 else f"lines {joined}"
