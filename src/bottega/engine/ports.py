"""The ports of Execute Python Script, by the names that old clients and graphs key on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bottega.errors import BottegaError


@dataclass(frozen=True)
class Port:
    """A port: its name, what it is called inside a task, and the spellings that mean it.

    The fact sheet (1.1) knows several for most: documents, old clients and this project's
    own files do not agree. Capitals, spaces, dashes and underscores never matter.
    """

    name: str
    key: str
    others: tuple[str, ...] = ()

    def spellings(self) -> set[str]:
        """All spellings, folded."""
        return {_folded(spelling) for spelling in (self.name, self.key, *self.others)}


INPUTS = (
    Port("Dataset1", "dataset1"),
    Port("Dataset2", "dataset2"),
    Port("Script Bundle", "bundle"),
)
OUTPUTS = (
    Port("Result Dataset", "result", ("Results dataset",)),
    Port("Python Device", "device"),
    Port("Result Dataset 2", "result2", ("Results dataset 2",)),
    Port("Files", "files"),
)


def find(spelling: str, ports: tuple[Port, ...]) -> Port:
    """The port that a spelling means. Raises `usage` that names the ports there are."""
    folded = _folded(spelling)
    for port in ports:
        if folded in port.spellings():
            return port
    names = ", ".join(port.name for port in ports)
    raise BottegaError("usage", reason=f"There is no port {spelling!r}; the ports are {names}")


def _folded(spelling: str) -> str:
    return re.sub(r"[\s_-]+", "", spelling).casefold()
