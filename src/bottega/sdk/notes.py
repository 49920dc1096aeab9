"""Remarks of a module to its user, beside its result."""

from __future__ import annotations

from contextvars import ContextVar

_notes: ContextVar[list[str] | None] = ContextVar("notes", default=None)


def note(text: str) -> None:
    """Tell the user something about this run: rows left out, a column that was skipped."""
    notes = _notes.get()
    if notes is not None:
        notes.append(text)


def collect() -> list[str]:
    """Start to collect the notes of what runs from here on; the list fills as they come."""
    notes: list[str] = []
    _notes.set(notes)
    return notes
