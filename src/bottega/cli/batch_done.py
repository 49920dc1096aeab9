"""What came of a batch job that the command line ran."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bottega.cli import exits

_CODES = {"Finished": exits.OK, "Cancelled": exits.INTERRUPTED}


@dataclass(frozen=True)
class Done:
    """How it ended.

    status   Finished, Failed or Cancelled
    written  output files
    error    why it failed; `log` what the modules printed until then
    """

    status: str
    rows_read: int = 0
    rows_written: int = 0
    written: tuple[str, ...] = ()
    error: str | None = None
    log: tuple[str, ...] = field(default=())
    job: str | None = None

    @property
    def exit_code(self) -> int:
        """0, 1 or 130."""
        return _CODES.get(self.status, exits.FAILED)

    def as_json(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        return {
            "status": self.status, "job": self.job, "rows_read": self.rows_read, "rows_written": self.rows_written,
            "written": list(self.written), "error": self.error, "log": list(self.log),
        }  # fmt: skip
