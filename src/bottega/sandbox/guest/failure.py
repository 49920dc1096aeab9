"""What a job reports when it cannot give a result."""

from __future__ import annotations

from typing import Any


class JobError(Exception):
    """A mistake of the script that is no exception of its own: told by message, without traceback."""

    def __init__(self, code: str, kind: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.kind = kind
        self.message = message


class Foreign:
    """Marks an exception of another interpreter: `summary` has its traceback, ready to be shown."""

    summary: Any
