"""How far a job is."""

from __future__ import annotations

from typing import Any

# Of the whole: until the files are here, until they are tables, until the modules have run; the rest is writing.
_FETCHED, _READ, _RUN = 0.2, 0.4, 0.8


class Progress:
    """Told by the one thread that does the job, read by any; a reading may be a moment old, never wrong for long."""

    def __init__(self) -> None:
        self._phase = "Waiting"
        self._about = ""
        self._bytes = [0, 0]
        self._rows = [0, 0, 0]
        self._fraction: float | None = 0.0

    def told(self) -> dict[str, Any]:
        """For the job's status: what is done now, how much was read and written, how much of the whole if that is known."""
        (read, size), (rows_read, rows_written, rows) = self._bytes, self._rows
        told: dict[str, Any] = {"Phase": self._phase, "Node": self._about if self._phase == "Running" else None}
        told |= {"BytesRead": read, "BytesTotal": size or None, "RowsRead": rows_read}
        told |= {"RowsWritten": rows_written, "RowsTotal": rows or None}
        return {**told, "Fraction": None if self._fraction is None else round(self._fraction, 4)}

    def fetching(self, done: int, size: int | None, *, index: int, count: int) -> None:
        """An input, the `index`th of `count`, comes in."""
        self._phase, self._bytes = "Downloading", [done, size or 0]
        share = min(1.0, done / size) if size else None
        self._fraction = None if share is None else _FETCHED * (index + share) / count

    def reading(self, *, index: int, count: int) -> None:
        """It is made a table."""
        self._phase = "Reading"
        self._fraction = _FETCHED + (_READ - _FETCHED) * index / count

    def read(self, rows: int) -> None:
        """It is one."""
        self._rows[0] += rows

    def running(self, node: str, *, index: int, count: int) -> None:
        """These modules run now."""
        self._phase, self._about = "Running", node
        self._fraction = _READ + (_RUN - _READ) * index / max(1, count)

    def writing(self, rows: int) -> None:
        """An output of so many rows goes out."""
        self._phase = "Writing"
        self._rows[2] += rows

    @property
    def rows_written(self) -> int:
        """Of all outputs so far."""
        return self._rows[1]

    def wrote(self, rows: int) -> None:
        """So many rows of all are out."""
        self._rows[1] = rows
        self._fraction = _RUN + (1 - _RUN) * (rows / self._rows[2] if self._rows[2] else 1.0)
