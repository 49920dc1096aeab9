"""What the tests of databases share: running Import and Export Data as the engine does."""

from __future__ import annotations

from typing import Any

from bottega.dataset.table import Table
from bottega.engine.reach import Outside
from bottega.sdk import catalogue


def query(outside: Outside, url: str, sql: str, **parameters: Any) -> Table:
    spec = catalogue.get("import-data")
    told = {"source": "SQL Database", "database": url, "query": sql, **parameters}
    table: Table = spec.function(outside, **spec.convert(told))
    return table


def save(outside: Outside, url: str, data: Table, name: str, **parameters: Any) -> None:
    spec = catalogue.get("export-data")
    told = {"destination": "SQL Database", "database": url, "table": name, **parameters}
    spec.function(data, outside, **spec.convert(told))


def lists(table: Table) -> dict[str, list[Any]]:
    return table.arrow.to_pydict()


def types(table: Table) -> list[str]:
    return [str(column.type) for column in table.columns]
