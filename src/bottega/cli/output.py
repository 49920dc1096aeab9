"""What an output holds, whatever its type: on the terminal, as JSON, and in a file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottega.cli import table as tables
from bottega.cli.grid import grid, tree
from bottega.cli.terminal import harmless
from bottega.cli.words import count, size
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.dataset.table import Table
    from bottega.store.records import Output
    from bottega.store.workspace import Workspace

_MOST_ENTRIES = 40


def shape(output: Output) -> str:
    """Type and extent in a few words."""
    if output.rows is not None and output.columns is not None:
        return f"{output.type}, {count(output.rows, 'row')} × {count(len(output.columns), 'column')}"
    return f"{output.type}, {size(output.size)}"


def extent(outputs: Sequence[Output]) -> str:
    """Rows and columns of the first table; where there is none the type of the first output, if there is one."""
    for output in outputs:
        if output.rows is not None and output.columns is not None:
            return f"{output.rows:,} × {len(output.columns):,}"
    return outputs[0].type if outputs else ""


def show(workspace: Workspace, output: Output, *, rows: int, columns: Sequence[str], profile: bool) -> None:
    """Print what it holds. Raises `0001` for a column that is not there, and `blob-missing`."""
    from bottega.engine import look

    table = _table(workspace, output, columns)
    if table is not None:
        tables.show(table, rows, profile=profile, every_column=bool(columns))
    elif output.type == "Device":
        _show_device(*look.device(workspace, output))
    elif output.type == "Zip":
        entries = look.entries(workspace, output)
        grid(["entry", "bytes"], [[name, f"{length:,}"] for name, length in entries[:_MOST_ENTRIES]], [False, True])
        if len(entries) > _MOST_ENTRIES:
            print(f"… {count(len(entries) - _MOST_ENTRIES, 'more entry', 'more entries')}")
    else:
        tree(output.described or {"described": "nothing is told of it"})


def as_json(
    workspace: Workspace, output: Output, *, rows: int, columns: Sequence[str], profile: bool
) -> dict[str, Any]:
    """The same as plain values."""
    from bottega.engine import look

    told: dict[str, Any] = {"type": output.type, "digest": output.digest, "bytes": output.size}
    table = _table(workspace, output, columns)
    if table is not None:
        return told | tables.as_json(table, rows, profile=profile)
    if output.type == "Device":
        log, pictures = look.device(workspace, output)
        return told | {"log": log, "pictures": [name for name, _ in pictures]}
    if output.type == "Zip":
        entries = look.entries(workspace, output)
        return told | {"entries": [{"name": name, "bytes": length} for name, length in entries]}
    return told | {"described": output.described}


def check(kind: str, path: str) -> None:
    """Raise for a path that an output of this type cannot be written to: `usage` or `0048`."""
    from bottega.engine.outputs import check_output

    if kind == "Device":
        _check_folder(path)
        return
    check_output(path, is_table=kind == "DataTable" or _is_converted(kind, path))
    if not os.access(Path(os.path.realpath(path)).parent, os.W_OK | os.X_OK):
        raise BottegaError("0048", path=path, reason="its folder may not be written")


def write(workspace: Workspace, output: Output, path: str) -> list[str]:
    """Write it: a table in the format of the path, pictures and printed text to a folder, else the bytes as stored.

    The paths written. Raises `usage` for an extension that tells no format, and `0048`.
    """
    from bottega.dataset import formats
    from bottega.engine import look, stored
    from bottega.engine.outputs import OutputFiles

    check(output.type, path)
    if output.type == "Device":
        log, _ = look.device(workspace, output)
        paths = OutputFiles(_umask()).write_device(look.pictures(workspace, output), log, path)
        return [*paths, os.path.join(path, "log.txt")]
    table = look.table(workspace, output) if _is_converted(output.type, path) else None
    if table is not None:
        formats.write(table, Path(path))
    else:
        stored.write(workspace, output, Path(path))
    return [path]


def _check_folder(path: str) -> None:
    """Raise `0048` where a folder is not and cannot be made."""
    place = Path(path).absolute()
    if place.exists() and not place.is_dir():
        raise BottegaError("0048", path=path, reason="it is there and no folder")
    first = next(each for each in (place, *place.parents) if each.exists())
    if not first.is_dir():
        raise BottegaError("0048", path=path, reason=f"{first} is no folder")
    if not os.access(first, os.W_OK | os.X_OK):
        raise BottegaError("0048", path=path, reason=f"{first} may not be written")


def _is_converted(kind: str, path: str) -> bool:
    """Whether it is a file of a table, and the path asks for another format."""
    from bottega.sdk.ports import TABLE_FILES, PortType

    file_format = TABLE_FILES.get(PortType(kind))
    return file_format is not None and not path.lower().endswith(f".{file_format}")


def _table(workspace: Workspace, output: Output, columns: Sequence[str]) -> Table | None:
    from bottega.engine import look

    table = look.table(workspace, output)
    return None if table is None else tables.chosen(table, tables.names_of(columns, table))


def _show_device(log: str, pictures: Sequence[tuple[str, str]]) -> None:
    if log:
        print(harmless(log), end="" if log.endswith("\n") else "\n")
    for name, _ in pictures:
        print(f"picture  {harmless(name)}")
    if pictures:
        print("--output DIR saves them")
    if not log and not pictures:
        print("nothing was printed or drawn")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
