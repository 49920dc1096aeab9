"""How wide a table of a text file may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottega.errors import BottegaError

if TYPE_CHECKING:
    from pathlib import Path

# Arrow's memory grows by the column, far beyond the bytes of the file, and it ends the process where there is no more.
MOST_COLUMNS = 10_000
# What a text leaves out takes memory all the same: a short line may stand for thousands of cells.
MOST_LEFT_OUT = 1 << 27


def check(path: Path, line: int, found: int) -> None:
    """Raise `0018` where there are more columns by the end of this line than a table has."""
    if found > MOST_COLUMNS:
        reason = f"line {line} has {found:,} columns, and a table has at most {MOST_COLUMNS:,}"
        raise BottegaError("0018", path=str(path), reason=reason)


def check_left_out(path: Path, line: int, cells: int) -> None:
    """Raise `0018` where the lines so far leave out more cells than a table may be filled with."""
    if cells > MOST_LEFT_OUT:
        reason = f"by line {line} it leaves out {cells:,} values, and a table is filled with at most {MOST_LEFT_OUT:,}"
        raise BottegaError("0018", path=str(path), reason=reason)
