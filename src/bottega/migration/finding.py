"""What is told of an old script, as values that cross a pipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Edit:
    """Another text for a part of a script: lines from 1, columns from 0 in characters."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True)
class Fix:
    """What puts one thing right; its edits do not overlap and are in the order of the text."""

    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True)
class Finding:
    """Something that would break today.

    name     what it is: "pandas.DataFrame.as_matrix"; "python2", "syntax" for all of a script
    message  what became of it, and what to write today
    safe     whether the fix means the same whatever the data; others are for a person to choose
    library, since   whose name it was and which version has it no more; empty where that is Python itself
    restored whether the compatibility layer brings it back
    """

    line: int
    column: int
    end_line: int
    end_column: int
    name: str
    message: str
    fix: Fix | None = None
    safe: bool = False
    library: str = ""
    since: str = ""
    restored: bool = False


@dataclass(frozen=True)
class Target:
    """Where a script is to run.

    versions   by what a library is called where it is installed from; of one that is not among them every removed name is told
    old_names  whether removed names are restored there
    """

    versions: Mapping[str, str] = field(default_factory=dict)
    old_names: bool = False


@dataclass(frozen=True)
class Examination:
    """All that was found in one script, and what became of it.

    text      rewritten by every safe fix
    fixed     what those fixes were for, by its lines in the script as it was
    findings  what is left for a person, by its lines in `text`
    """

    text: str
    fixed: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Conversion:
    """A script of Python 2 as one of Python 3; `notes` tell of what a person should look at, by the lines of `text`."""

    text: str
    changed: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What the process says of a text: it was converted, or the line and the reason why not.

    python3  whether the text as given parses as Python 3
    """

    python3: bool
    conversion: Conversion | None = None
    line: int = 1
    reason: str = ""


@dataclass(frozen=True)
class Difference:
    """The lines of a unified difference."""

    lines: tuple[str, ...]
