"""Arrow data from a file that may be damaged or made to do damage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from bottega.dataset.table import Table
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from pathlib import Path

# What Arrow raises for bytes that are not what they should be: its own errors, most of them
# kinds of these; MemoryError where a length is made up; RecursionError where nesting is.
REFUSALS = (pa.ArrowException, OSError, ValueError, TypeError, LookupError, MemoryError, OverflowError, RecursionError)


def unreadable(path: Path, error: BaseException) -> BottegaError:
    """Return `0018` for a file that Arrow refused; it has no lines that one could name."""
    return BottegaError("0018", path=str(path), reason=str(error) or type(error).__name__)


def checked(arrow: pa.Table, path: Path) -> Table:
    """Return the Arrow table as a `Table`, after all offsets, lengths and texts in it were found valid.

    Unchecked data can make Arrow read beyond its buffers. Raises `0018`, and `0139` or
    `0017` for a column that a table cannot hold.
    """
    try:
        arrow.validate(full=True)
        return Table(arrow)
    except REFUSALS as error:
        raise unreadable(path, error) from error
