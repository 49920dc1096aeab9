"""How the Studio API writes ids and dates (clients.md 0, rules 5 and 6)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bottega.server.errors import missing

# The workspace of the samples, which every workspace shows beside its own.
GLOBAL = "506153734175476c4f62416c57734963"
# .NET's first moment, which stands for one that has not come; old clients take no null here.
NEVER = "/Date(-62135596800000)/"
_UNIX_EPOCH_TICKS = 62_135_596_800 * 10_000_000
_EXPERIMENT = "f-id"
_HEX = re.compile(r"[0-9a-f]{32}")


def date(seconds: float | None) -> str:
    """A moment in seconds since 1970; None for one that has not come."""
    return NEVER if seconds is None else f"/Date({round(seconds * 1000)})/"


def ticks(seconds: float) -> int:
    """A moment in .NET's ticks, a tenth of a microsecond each."""
    return round(seconds * 1_000_000) * 10 + _UNIX_EPOCH_TICKS  # a double has no room for all at once


@dataclass(frozen=True)
class AssetId:
    """The id of a dataset, trained model, transform or module: three parts, as clients take it apart."""

    workspace: str
    family: str
    id: str

    @classmethod
    def parse(cls, text: str) -> AssetId | None:
        """From its text; None for anything else."""
        parts = text.split(".")
        return cls(*parts) if len(parts) == 3 and all(parts) else None

    @property
    def is_sample(self) -> bool:
        """Whether it is of the workspace of the samples."""
        return self.workspace == GLOBAL

    def __str__(self) -> str:
        return f"{self.workspace}.{self.family}.{self.id}"


@dataclass(frozen=True)
class ExperimentId:
    """The id of an experiment: `{workspace}.f-id.{32 hexadecimal digits}`."""

    workspace: str
    id: str

    @classmethod
    def parse(cls, text: str) -> ExperimentId:
        """From its text, or the 32 digits alone, of which the workspace is not told. Raises HttpError 404."""
        parts = text.strip("/").lower().split(".")
        if _HEX.fullmatch(parts[-1]) and (len(parts) == 1 or (len(parts) == 3 and parts[1] == _EXPERIMENT)):
            return cls(parts[0] if len(parts) > 1 else "", parts[-1])
        raise missing("experiment", text)

    @property
    def is_sample(self) -> bool:
        """Whether it is of the workspace of the samples."""
        return self.workspace == GLOBAL

    def __str__(self) -> str:
        return f"{self.workspace}.{_EXPERIMENT}.{self.id}"
