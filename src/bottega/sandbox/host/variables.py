"""What a jail tells of the variables of a script that failed, read as a stranger's."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from bottega.sandbox.host.memory import Memory

LONGEST = 256 << 10
_MOST_LINES = 2_000

_Name = Annotated[str, Meta(max_length=400)]
_Cell = Annotated[str, Meta(max_length=400)]
_Count = Annotated[int, Meta(ge=0, lt=1 << 53)]


class FailedColumn(Struct, forbid_unknown_fields=True, frozen=True):
    """A column of a table: its name and what it holds."""

    name: _Cell
    type: _Cell


class FailedTable(Struct, forbid_unknown_fields=True, frozen=True):
    """The first rows of a table, None for what is missing, and how many rows and columns it has in all."""

    columns: Annotated[list[FailedColumn], Meta(max_length=100)]
    rows: Annotated[list[Annotated[list[_Cell | None], Meta(max_length=100)]], Meta(max_length=100)]
    shape: tuple[_Count, _Count]


class Variable(Struct, forbid_unknown_fields=True, frozen=True):
    """One variable; `table` of what is one."""

    name: _Name
    type: _Name
    value: Annotated[str, Meta(max_length=8000)]
    table: FailedTable | None


class _Place(Struct, forbid_unknown_fields=True, frozen=True):
    function: _Name
    line: _Count | None
    file: Annotated[str, Meta(max_length=4096)]


class Frame(Struct, forbid_unknown_fields=True, frozen=True):
    """A frame of the traceback, by function, line and file, and what its variables held."""

    function: str
    line: int | None
    file: str
    variables: list[Variable]


class _Line(Struct, forbid_unknown_fields=True, frozen=True):
    frame: _Place | None = None
    variable: Variable | None = None


_LINE = msgspec.json.Decoder(_Line)
_FRAMES = msgspec.json.Decoder(list[Frame])


def taken(memory: Memory) -> tuple[Frame, ...]:
    """The frames that a guest wrote, the innermost first; none where it wrote anything else."""
    frames: list[Frame] = []
    lines = memory.read(0, min(memory.size, LONGEST)).split(b"\n")[:-1]  # the last may be cut
    try:
        for line in map(_LINE.decode, lines[:_MOST_LINES]):
            if line.frame is not None:
                frames.append(Frame(line.frame.function, line.frame.line, line.frame.file, []))
            elif line.variable is not None and frames:
                frames[-1].variables.append(line.variable)
    except (msgspec.DecodeError, RecursionError):
        return ()
    return tuple(frames)


def written(frames: tuple[Frame, ...]) -> bytes:
    """As they are kept."""
    return msgspec.json.encode(frames)


def read(data: bytes) -> list[Frame]:
    """What was kept. Raises msgspec.DecodeError for anything else."""
    return _FRAMES.decode(data)
