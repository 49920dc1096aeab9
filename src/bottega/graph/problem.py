"""One thing that is wrong with an experiment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

INVALID = "experiment-invalid"


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: node, port or parameter as the file spells them, line from 1.

    code      that of the error which a run would end with, or `experiment-invalid`
    severity  with a warning the experiment runs all the same
    """

    code: str
    message: str
    node: str | None = None
    port: str | None = None
    parameter: str | None = None
    line: int | None = None
    severity: Literal["error", "warning"] = "error"

    def as_json(self) -> dict[str, Any]:
        """Everything, as JSON takes it."""
        return {
            "code": self.code,
            "message": self.message,
            "node": self.node,
            "port": self.port,
            "parameter": self.parameter,
            "line": self.line,
            "severity": self.severity,
        }
