"""Source text that Python 2 read: tabs and spaces mixed."""

from __future__ import annotations

import re
from typing import Any

_INDENT = re.compile(r"^[ \t]*\t[ \t]*", re.MULTILINE)


def compiled(source: Any, path: str, notes: list[str]) -> Any:
    """The code of a script; where it mixes tabs and spaces, a tab is as wide as in Python 2: up to the next eighth column.

    Lines stay where they are. Raises SyntaxError as `compile` does.
    """
    try:
        return compile(source, path, "exec", dont_inherit=True)
    except TabError as error:
        if not isinstance(source, str):
            raise
        line = error.lineno
    code = compile(_INDENT.sub(lambda found: found[0].expandtabs(8), source), path, "exec", dont_inherit=True)
    notes.append(
        f"line {line}: tabs and spaces are mixed; a tab was read as up to eight spaces, as in Python 2. Use spaces alone."
    )
    return code
