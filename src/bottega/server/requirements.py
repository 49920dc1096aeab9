"""What a client may ask to be installed: packages of the index by name, and nothing else.

A requirements file can do more: read other files, name folders and addresses, choose another index, take values from
the server's own environment. All that is for who sits at the server's command line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bottega.server.errors import Detail, HttpError

LONGEST = 64 << 10  # characters
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_VERSION = r"(?:===?|[<>~!]=|[<>])\s*[A-Za-z0-9.*+!_-]+"
_REQUIREMENT = re.compile(
    rf"(?P<name>{_NAME})\s*(?:\[\s*(?:{_NAME}(?:\s*,\s*{_NAME})*)?\s*\])?"
    rf"\s*(?:\(\s*(?:{_VERSION}(?:\s*,\s*{_VERSION})*)\s*\)|{_VERSION}(?:\s*,\s*{_VERSION})*)?"
    r"\s*(?:;[\w\s.,<>=!~'\"()*+-]*?)?(?:\s+--hash[= ]sha(?:256|384|512):[0-9a-fA-F]{64,128})*"
)
_COMMENT = re.compile(r"(?:^|\s)#.*")
_FILE = (".whl", ".zip", ".gz", ".bz2", ".xz", ".tgz", ".tbz", ".tar", ".lz", ".egg", ".txt", ".toml")
_OPTION = "options are for the server's command line"
_PLACE = "packages come from the index, by name; addresses and files are for the server's command line"
_NO_NAME = "this names no package"


def check(text: str, where: str = "body.requirements") -> None:
    """Raise HttpError 400, with the line, for requirements that are more than names of packages, or none at all."""
    told = [(number, _fault(line)) for number, line in _lines(text)]
    if not told:
        raise _refused(where, "Name a package at least, one a line, such as scikit-learn>=1.5.")
    for number, fault in told:
        if fault is not None:
            raise _refused(where, f"Line {number} cannot be: {fault}.")


def _refused(where: str, message: str) -> HttpError:
    return HttpError(400, message=message, details=(Detail("requirements-invalid", where, message),))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The requirements with their line numbers from 1: continued lines as one, without comments."""
    begun, pending = 0, ""
    lines = text.removeprefix("\ufeff").split("\n")
    for number, raw in enumerate(lines, 1):
        line = _COMMENT.sub("", raw).strip()
        begun = begun or number
        if line.endswith("\\") and number < len(lines):
            pending += line[:-1] + " "
            continue
        if whole := (pending + line).strip():
            yield begun, whole
        begun, pending = 0, ""


def _fault(line: str) -> str | None:
    # Spaces made one: the pattern has several places for them, and would try all ways to share many.
    found = _REQUIREMENT.fullmatch(" ".join(line.split()))
    if found is not None and not found["name"].lower().endswith(_FILE):
        return None
    if line.startswith("-"):
        return _OPTION
    return _PLACE if "@" in line or "/" in line or "\\" in line or found is not None else _NO_NAME
