"""How far a job is."""

from __future__ import annotations

from typing import Any

# Of the whole: until all files are here, until they are tables, until the modules have run; the rest is writing.
_FETCHED, _READ, _RUN = 0.2, 0.4, 0.8


class Progress:
    """Told by the one thread that does the job, read by any; a reading may be a moment old, never wrong for long."""

    def __init__(self) -> None:
        self._phase = "Waiting"
        self._node = ""
        self._bytes = [0, 0]
        self._rows_read = self._rows_written = self._rows_total = 0
        self._output = (0, 0, 0, 1)
        self._fraction: float | None = 0.0

    def told(self) -> dict[str, Any]:
        """For the job's status: what is done now, how much was read and written, how much of the whole if that is known."""
        read, size = self._bytes
        fraction = self._fraction
        return {
            "Phase": self._phase, "Node": self._node if self._phase == "Running" else None,
            "BytesRead": read, "BytesTotal": size or None, "RowsRead": self._rows_read,
            "RowsWritten": self._rows_written, "RowsTotal": self._rows_total or None,
            "Fraction": None if fraction is None else round(fraction, 4),
        }  # fmt: skip

    def fetching(self, done: int, size: int | None, *, index: int, count: int) -> None:
        """An input, the `index`th of `count`, comes in."""
        self._phase, self._bytes = "Downloading", [done, size or 0]
        self._fraction = _FETCHED * (index + min(1.0, done / size)) / count if size else None

    def waiting(self) -> None:
        """All inputs are here, and others are before it."""
        self._phase, self._fraction = "Waiting", _FETCHED

    def reading(self, *, index: int, count: int) -> None:
        """An input is made a table."""
        self._phase = "Reading"
        self._fraction = _FETCHED + (_READ - _FETCHED) * index / count

    def read(self, rows: int) -> None:
        """It is one."""
        self._rows_read += rows

    def running(self, node: str, *, index: int, count: int) -> None:
        """These modules run now."""
        self._phase, self._node = "Running", node
        self._fraction = _READ + (_RUN - _READ) * index / max(1, count)

    def writing(self, rows: int, *, index: int, count: int) -> None:
        """An output, the `index`th of `count`, goes out; so many rows."""
        self._phase = "Writing"
        self._rows_total += rows
        self._output = (self._rows_written, rows, index, count)
        self.wrote(0)

    def wrote(self, rows: int) -> None:
        """So many of its rows are out."""
        before, whole, index, count = self._output
        self._rows_written = before + rows
        share = rows / whole if whole else 0.0
        self._fraction = _RUN + (1 - _RUN) * (index + share) / max(1, count)

    def done(self) -> None:
        """All is out."""
        self._fraction = 1.0
