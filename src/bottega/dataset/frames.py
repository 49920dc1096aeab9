"""Table ⇄ pandas, by the same code that runs around a script inside the jail.

For Bottega's own tests and, inside jails, for modules that work on frames. Needs pandas,
which is imported only here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottega.dataset.table import Table

if TYPE_CHECKING:
    import pandas as pd


def to_pandas(table: Table) -> pd.DataFrame:
    """The frame that a script gets: index 0 … n-1, every column free to be changed in place."""
    from bottega.sandbox.guest import exchange_arrow, incoming

    return incoming.frame(*exchange_arrow.columns(table.arrow))


def from_pandas(
    frame: pd.DataFrame, *, inputs: tuple[Table, ...] = (), notes: list[str] | None = None, first_duplicate: int = 1
) -> Table:
    """The table of a frame that a script returned.

    inputs  tables that the script got: their columns that it did not touch keep their type
    notes   takes what could not be kept as it was
    """
    from bottega.sandbox.guest import exchange_arrow, outgoing
    from bottega.sandbox.guest.untouched import Untouched

    names, vectors = outgoing.columns(frame, notes if notes is not None else [])
    for table in inputs:
        Untouched(*exchange_arrow.columns(table.arrow)).restore(frame, names, vectors)
    return Table(exchange_arrow.arrow_table(len(frame), names, vectors), first_duplicate=first_duplicate)
