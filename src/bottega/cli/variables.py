"""What the variables of a script held when it failed, as text: tables as tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bottega.cli.grid import grid
from bottega.cli.terminal import harmless
from bottega.errors import BottegaError

_LONGEST = 300


def show(frames: Sequence[dict[str, Any]]) -> None:
    """Print the frames, the innermost first."""
    for number, frame in enumerate(frames):
        if number:
            print()
        line = "" if frame["line"] is None else f", line {frame['line']}"
        print(harmless(f"{frame['function']}  {frame['file']}{line}"))
        for variable in frame["variables"]:
            _show(variable)


def _show(variable: dict[str, Any]) -> None:
    text = " ".join(variable["value"].split())
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    print(harmless(f"  {variable['name']}: {variable['type']} = {text}"))
    table = variable["table"]
    if table is None or not table["columns"]:
        return
    heads = [f"{column['name']}\n{column['type']}" for column in table["columns"]]
    rows = [["" if cell is None else " ".join(cell.split()) for cell in row] for row in table["rows"]]
    grid(heads, rows, indent="      ")
    for count, shown, what in ((table["shape"][0], len(rows), "rows"), (table["shape"][1], len(heads), "columns")):
        if count > shown:
            print(f"      … {count - shown:,} more {what}")


def write(frames: Sequence[dict[str, Any]], path: str) -> None:
    """Write them as JSON. Raises `0048` where that cannot be."""
    try:
        Path(path).write_text(json.dumps(list(frames), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise BottegaError("0048", path=path, reason=error.strerror or str(error)) from error
