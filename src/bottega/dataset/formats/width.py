"""How wide a table of a text file may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottega.errors import BottegaError

if TYPE_CHECKING:
    from pathlib import Path

# Arrow's memory grows by the column, far beyond the bytes of the file, and it ends the process where there is no more.
MOST_COLUMNS = 10_000


def check(path: Path, line: int, found: int) -> None:
    """Raise `0018` where there are more columns by the end of this line than a table has."""
    if found > MOST_COLUMNS:
        reason = f"line {line} has {found:,} columns, and a table has at most {MOST_COLUMNS:,}"
        raise BottegaError("0018", path=str(path), reason=reason)
