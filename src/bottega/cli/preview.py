"""Results and errors as text for a terminal."""

from __future__ import annotations

import sys
from typing import Any

from bottega.cli.terminal import harmless

_COLUMNS = 8


def table(result: dict[str, Any], rows: list[list[str]]) -> None:
    """A result's shape, types and first rows."""
    where = f" → {result['path']}" if result["path"] else ""
    columns = result["columns"]
    print(f"{result['port']}: {result['rows']:,} rows × {len(columns):,} columns{where}")
    if not columns:
        return
    if sys.stdout.isatty():
        _rich_table(columns, rows)
    else:
        _plain_table(columns, rows)
    more = result["rows"] - len(rows)
    if more > 0:
        print(f"… {more:,} more rows")


def _heads(columns: list[dict[str, str]]) -> list[str]:
    return [harmless(column["name"]) for column in columns[:_COLUMNS]]


def _plain_table(columns: list[dict[str, str]], rows: list[list[str]]) -> None:
    lines = [_heads(columns), [column["type"] for column in columns[:_COLUMNS]]]
    lines += [[harmless(cell.replace("\n", "⏎")) for cell in row[:_COLUMNS]] for row in rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    if len(columns) > _COLUMNS:
        print(f"… {len(columns) - _COLUMNS} more columns")


def _rich_table(columns: list[dict[str, str]], rows: list[list[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(show_edge=False, pad_edge=False)
    for name, column in zip(_heads(columns), columns, strict=False):
        number = column["type"] in ("Integer", "Double")
        shown.add_column(Text(f"{name}\n{column['type']}"), justify="right" if number else "left", overflow="ellipsis")
    for row in rows:
        shown.add_row(*[Text(harmless(cell)) for cell in row[:_COLUMNS]])
    Console().print(shown)
    if len(columns) > _COLUMNS:
        print(f"… {len(columns) - _COLUMNS} more columns")


def error(told: dict[str, Any]) -> None:
    """An error: the user's own traceback where there is one, then what it means."""
    if told["traceback"]:
        sys.stderr.write(harmless(told["traceback"]))
    line = f" (line {told['line']})" if told["line"] else ""
    number = f"Error {told['code']}" if told["code"].isdigit() else told["code"]
    print(f"{number}{line}: {told['type']}: {harmless(told['message'])}", file=sys.stderr)
