"""What a port or a dataset holds, for people: its columns, its first rows and their statistics (fact sheet 3.3)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bottega.engine import stored
from bottega.errors import BottegaError
from bottega.sdk.ports import TABLE_FILES, PortType

if TYPE_CHECKING:
    from bottega.dataset.table import Column, Table
    from bottega.store.records import Column as StoredColumn
    from bottega.store.records import Output
    from bottega.store.workspace import Workspace

_ROWS = 100
_COLUMNS = 1000
_WORDS = {"feature": "Feature", "label": "Label", "score": "Score", "weight": "Weight", "none": "Column"}


def schema(columns: tuple[Column, ...] | tuple[StoredColumn, ...] | None) -> list[dict[str, Any]]:
    """The columns of a table; none of anything else."""
    return [{"Name": each.name, "Type": str(each.type), "Role": str(each.role)} for each in columns or ()]


def of_output(workspace: Workspace, output: Output) -> dict[str, Any]:
    """What an output holds. Raises `blob-missing`, `blob-damaged` and `usage` for a file that could not be read."""
    if output.type == PortType.TABLE:
        return of_table(stored.table(workspace, output))
    if output.type in TABLE_FILES:
        return {"Kind": "File", "Size": output.size}
    if output.type == PortType.DEVICE:
        told = json.loads(stored.read(workspace, output.digest))
        return {"Kind": "Device", "Log": told["log"], "Pictures": [name for name, _ in told["pictures"]]}
    refuse_unreadable(output)
    return {"Kind": output.type, "Size": output.size, "Description": output.described}


def refuse_unreadable(output: Output) -> None:
    """Raise `usage` for an upload that was not what its type said."""
    if output.type == PortType.FILE and output.described:
        raise BottegaError(
            "usage", reason=f"The file could not be read when it was uploaded: {output.described.get('error')}"
        )


def of_table(table: Table) -> dict[str, Any]:
    """Size, columns with their statistics, and the first rows; a missing value is null."""
    from bottega.dataset.plain_rows import plain_rows
    from bottega.dataset.profile import profile
    from bottega.dataset.table import Table as Chosen

    shown = table if table.num_columns <= _COLUMNS else Chosen(table.arrow.select(range(_COLUMNS)))
    return {
        "Kind": "DataTable",
        "NumberOfRows": table.num_rows,
        "NumberOfColumns": table.num_columns,
        "Columns": [
            {
                "Name": column.name,
                "Type": str(column.type),
                "FeatureType": _feature(column),
                "Statistics": each.as_json(),
            }
            for column, each in zip(shown.columns, profile(shown), strict=True)
        ],
        "Rows": plain_rows(shown, 0, _ROWS),
    }


def _feature(column: Column) -> str:
    """Such as `Numeric Feature`."""
    kind = str(column.type.kind)
    word = "Categorical" if column.type.categorical else "Numeric" if kind in ("Integer", "Double") else kind
    return f"{word} {_WORDS[column.role.value]}"
