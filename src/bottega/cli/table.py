"""A table on the terminal and as JSON: its first rows, types, roles and profile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bottega.cli.grid import grid
from bottega.cli.words import count

if TYPE_CHECKING:
    from bottega.dataset.profile import ColumnProfile
    from bottega.dataset.table import Column, Table

_MOST_COLUMNS = 8
_MOST_PROFILES = 60
_BARS = "▁▂▃▄▅▆▇█"
_NUMBERS = ("Integer", "Double")


def chosen(table: Table, names: Sequence[str]) -> Table:
    """The columns named, in that order; all where none is named. Raises `0001`."""
    from bottega.dataset.table import Table as Chosen

    if not names:
        return table
    for name in names:
        table.column(name)
    return Chosen(table.arrow.select([table.arrow.column_names.index(name) for name in names]))


def names_of(given: Sequence[str], table: Table) -> list[str]:
    """Column names as typed: one, or several with commas between, unless that is itself a name."""
    known = set(table.arrow.column_names)
    return [name for text in given for name in ([text] if text in known else text.split(","))]


def show(table: Table, rows: int, *, profile: bool, every_column: bool = False) -> None:
    """Print the first rows, then the profile of each column; a single row as pairs, for it has no profile."""
    if table.num_rows == 1 and rows and table.num_columns > 1:
        _show_row(table)
        return
    most = table.num_columns if every_column else _MOST_COLUMNS
    if table.num_columns:
        columns = table.columns[:most]
        grid(
            [_head(column) for column in columns], texts(table, rows, most), [_is_number(column) for column in columns]
        )
    if table.num_rows > rows > 0:
        print(f"… {count(table.num_rows - rows, 'more row')}")
    if table.num_columns > most:
        print(f"… {count(table.num_columns - most, 'more column')}; --columns shows others")
    if profile and table.num_columns:
        print()
        _show_profile(table, table.num_columns if every_column else _MOST_PROFILES)


def _show_row(table: Table) -> None:
    cells = texts(table, 1, table.num_columns)[0]
    rows = [[column.name, _kind(column), cell] for column, cell in zip(table.columns, cells, strict=True)]
    grid(["column", "type", "value"], rows)


def as_json(table: Table, rows: int, *, profile: bool) -> dict[str, Any]:
    """The same as plain values: `rows` holds numbers and Boolean values as they are, all else as text."""
    from bottega.dataset.plain_rows import plain_rows
    from bottega.dataset.profile import profile as profiles

    columns = [{"name": each.name, "type": str(each.type), "role": each.role.value} for each in table.columns]
    told: dict[str, Any] = {"shape": [table.num_rows, table.num_columns], "columns": columns}
    told["rows"] = plain_rows(table, 0, rows)
    if profile:
        told["profile"] = [each.as_json() for each in profiles(table)]
    return told


def texts(table: Table, rows: int, most: int) -> list[list[str]]:
    """The first rows as text, a missing value as nothing."""
    from bottega.dataset.formats.rendering import rendered

    cells = [rendered(column.slice(0, rows)).to_pylist() for column in table.arrow.columns[:most]]
    return [["" if cell is None else str(cell) for cell in row] for row in zip(*cells, strict=True)]


def _head(column: Column) -> str:
    name = column.name.replace("\n", "⏎")
    return f"{name}\n{_kind(column)}"


def _kind(column: Column) -> str:
    """The type, and the role of what is no mere feature."""
    return f"{column.type}, {column.role.value}" if column.role.value != "feature" else str(column.type)


def _is_number(column: Column) -> bool:
    return not column.type.categorical and column.type.kind in _NUMBERS


def _show_profile(table: Table, most: int) -> None:
    from bottega.dataset.profile import profile
    from bottega.dataset.table import Table as Chosen

    shown = table if table.num_columns <= most else Chosen(table.arrow.select(range(most)))
    heads = ["column", "missing", "unique", "min", "max", "mean", "std", "values"]
    rows = [_profile_row(each) for each in profile(shown, top=3)]
    grid(heads, rows, [False, True, True, True, True, True, True])
    if table.num_columns > most:
        print(f"… {count(table.num_columns - most, 'more column')}")


def _profile_row(column: ColumnProfile) -> list[str]:
    numbers = [column.min, column.max, column.mean, column.std]
    return [column.name, f"{column.missing:,}", f"{column.distinct:,}", *map(_number, numbers), _values(column)]


def _number(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def _values(column: ColumnProfile) -> str:
    """Bars of the histogram, or the most frequent values."""
    if column.histogram is not None:
        return bars(column.histogram.counts)
    told = [f"{top.value} ({top.count:,})" for top in column.top]
    return ", ".join(told) + (", …" if column.distinct > len(told) > 0 else "")


def bars(counts: Sequence[int]) -> str:
    """A histogram on one line: the highest bar is full, and a bin that holds anything shows."""
    highest = max(counts, default=0)
    return "".join(" " if not each else _BARS[(each * len(_BARS) - 1) // highest] for each in counts)
