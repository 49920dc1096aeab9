"""Apply SQL Transformation (fact sheet 2.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

from bottega.sdk import BottegaError, Code, Label, Table, module

if TYPE_CHECKING:
    import pyarrow as pa

    from bottega.modules.data_transformation._sqlite import Guard
    from bottega.modules.data_transformation._statements import Statement

_QUERY = "SQL Query Script"


@module(title="Apply SQL Transformation", category="Data Transformation/Manipulation")
def apply_sql_transformation(
    table1: Annotated[Table, Label("Table1")],
    table2: Annotated[Table | None, Label("Table2")] = None,
    table3: Annotated[Table | None, Label("Table3")] = None,
    *,
    query: Annotated[str, Label(_QUERY, ("SQL script", "script")), Code("sql")] = "select * from t1;",
) -> Annotated[Table, Label("Results dataset")]:
    """Run a SQLite query on up to three tables.

    The inputs are the tables t1, t2 and t3, by port. A script may have several statements, each ended by a
    semicolon, that make tables, views, indexes or change the tables; the last one that gives rows is the
    result. Names with spaces stand in double quotes, square brackets or backticks. SQLite tells
    names that differ only in capitals not apart: the second of such columns gets a number.

    In SQL a missing value is NULL, Boolean 0 and 1, DateTime text such as `2020-01-31 10:15:00` (in
    UTC where the column has a zone), TimeSpan seconds, Bytes a blob. A result is Integer, Double,
    String or Bytes by all of its values: integers and fractions together are Double, numbers and texts
    String. A result column that has the name of an input column gets back its role and its type
    Boolean, DateTime, TimeSpan or Categorical where all values fit.

    Error 0069 brings SQLite's message and the line. A script reaches nothing outside: ATTACH, VACUUM INTO,
    extensions and pragmas that set something are refused.
    """
    from bottega.modules.data_transformation._statements import statements

    try:
        script = list(statements(query))
    except ValueError as error:  # no text that SQLite could read: of a NUL or half a character
        raise BottegaError("0069", message=str(error)) from error
    if not script:
        raise BottegaError("0003", input=_QUERY)
    inputs = {f"t{port}": table for port, table in enumerate((table1, table2, table3), start=1) if table is not None}
    for port, table in inputs.items():
        if not table.num_columns:
            raise BottegaError("0003", input=f"Table{port[1:]}")
    # A table that the script does not name need not be made.
    named = {name: table.arrow for name, table in inputs.items() if re.search(rf"\b{name}\b", query, re.IGNORECASE)}
    return Table(_answer(script, named))


def _answer(statements: Sequence[Statement], inputs: Mapping[str, pa.Table]) -> pa.Table:
    """The rows of the last statement that gives some."""
    from bottega.modules.data_transformation import _results, _sqlite
    from bottega.modules.data_transformation._statements import told

    last, read = _rehearsed(statements, inputs)
    with _sqlite.database() as connection:
        for name, arrow in inputs.items():
            _sqlite.create(connection, name, arrow)
            if name in read:
                _sqlite.load(connection, name, arrow, read[name])
        guard = _sqlite.guarded(connection)
        for number, statement in enumerate(statements):
            with told(guard, statement), closing(connection.execute(statement.text)) as cursor:
                if number == last:
                    results = _results.Results([column[0] for column in cursor.description])
                    _sqlite.fetch(cursor, results)
    return results.arrow(_results.origins([inputs[name] for name in read]))


def _rehearsed(statements: Sequence[Statement], inputs: Mapping[str, pa.Table]) -> tuple[int, dict[str, list[int]]]:
    """Which statement's rows are the result, and which columns of the inputs the script reads.

    It runs on tables without rows, so that SQLite tells all of it before a large one is loaded. A table that
    is not only read counts as read whole.
    """
    from bottega.modules.data_transformation import _sqlite
    from bottega.modules.data_transformation._statements import told

    last = -1
    with _sqlite.database() as connection:
        for name, arrow in inputs.items():
            _sqlite.create(connection, name, arrow)
        guard = _sqlite.guarded(connection)
        for number, statement in enumerate(statements):
            with told(guard, statement), closing(connection.execute(statement.text)) as cursor:
                if cursor.description is not None:
                    last = number
    if last < 0:
        raise BottegaError("0069", message="no statement of the script gives rows, as a SELECT does")
    script = "".join(statement.text for statement in statements).lower()
    names = {name: _sqlite.sql_names(arrow) for name, arrow in inputs.items()}
    return last, {
        name: _read(guard, name, names, script)
        for name in inputs
        if name in guard.touched or any(table == name for table, _ in guard.reads)
    }


def _read(guard: Guard, table: str, names: Mapping[str, list[str]], script: str) -> list[int]:
    """The places of the columns that are read.

    SQLite does not tell those by which USING and NATURAL join, so that a column whose name stands in the script
    is taken to be read, and one that another table has too where a join is natural.
    """
    others = {name.lower() for other, columns in names.items() if other != table for name in columns}
    if "natural" not in script:
        others = set()
    return [
        place
        for place, name in enumerate(map(str.lower, names[table]))
        if table in guard.touched
        or (table, name) in guard.reads
        or name in others
        or name.replace('"', '""') in script
        or name in script
    ]
