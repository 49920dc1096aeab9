"""The TOML in a script's `# /// script` block: `dependencies` and `requires-python`, checked. The rest is other tools'."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from bottega.engine.inline_metadata import Inline, wrong
from bottega.errors import BottegaError

_MOST_DEPENDENCIES = 200
_LONGEST = 500
# In a requirements file these begin a variable's name, the next line or a comment.
_MEANT_OTHERWISE = frozenset("$\\#\n\r")
# What the ports of a script need, where it does not ask for pandas itself.
_PANDAS = "pandas"
_FRAMES = (_PANDAS, "pyarrow")


def read(content: Sequence[str], first: int) -> Inline:
    """What these lines ask for, of which the first is line `first` of the script. Raises `inline-metadata`."""
    table = _table("\n".join(content), first)
    return _Reader(content, first).inline(table)


def _table(text: str, first: int) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise wrong(first + _line_of(error) - 1, f"it is no TOML: {error}") from error
    except (RecursionError, ValueError) as error:
        raise wrong(first, "its TOML is nested too deep, or has a number that is too large") from error


def _line_of(error: tomllib.TOMLDecodeError) -> int:
    """The line, from 1, that the parser tells at the end of its words."""
    told = str(error).rpartition("(at line ")[2].partition(",")[0]
    return int(told) if told.isdecimal() else 1


class _Reader:
    """Takes what counts out of the table, and knows where it stands."""

    def __init__(self, lines: Sequence[str], first: int) -> None:
        self._lines = lines
        self._first = first

    def inline(self, table: dict[str, Any]) -> Inline:
        given = table.get("dependencies", [])
        if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
            raise self._wrong("dependencies", '`dependencies` takes a list of texts, such as ["pandas<3", "rich"]')
        if len(given) > _MOST_DEPENDENCIES:
            raise self._wrong("dependencies", f"`dependencies` has more than {_MOST_DEPENDENCIES} entries")
        wanted = [self._requirement(each) for each in given]
        names = {canonicalize_name(each.name) for each in wanted}
        told = {_spelled(each) for each in wanted}
        if _PANDAS not in names:
            told |= {name for name in _FRAMES if name not in names}
        return Inline(tuple(sorted(told)), self._python(table.get("requires-python", "")))

    def _requirement(self, text: str) -> Requirement:
        if len(text) > _LONGEST:
            raise self._wrong(text[:40], f"a dependency has more than {_LONGEST} characters")
        try:
            wanted = Requirement(text)
        except InvalidRequirement as error:
            reason = str(error).partition("\n")[0]
            raise self._wrong(text, f"{text!r:.120} is no dependency: {reason}") from error
        if wanted.url is not None:
            # The host would fetch it, from wherever the script's author likes.
            raise self._wrong(text, f"{text!r:.120} names an address; packages come from the package index, by name")
        if set(text) & _MEANT_OTHERWISE:
            raise self._wrong(text, f"{text!r:.120} is no dependency")
        return wanted

    def _python(self, given: Any) -> str:
        near = "requires-python"
        if not isinstance(given, str) or len(given) > _LONGEST:
            raise self._wrong(near, '`requires-python` takes a text, such as ">=3.11"')
        try:
            return str(SpecifierSet(given))
        except InvalidSpecifier as error:
            raise self._wrong(near, f'{given!r:.120} tells no versions of Python; ">=3.11" does') from error

    def _wrong(self, near: str, reason: str) -> BottegaError:
        """The error, at the first line that has a text."""
        place = next((place for place, line in enumerate(self._lines) if near in line), 0)
        return wrong(self._first + place, reason)


def _spelled(wanted: Requirement) -> str:
    """A requirement in the one way that it is spelled here; a name with dots would be taken for a file's."""
    extras = f"[{','.join(sorted(map(canonicalize_name, wanted.extras)))}]" if wanted.extras else ""
    marker = f" ; {wanted.marker}" if wanted.marker is not None else ""
    return f"{canonicalize_name(wanted.name)}{extras}{wanted.specifier}{marker}"
