"""Apply SQL Transformation (fact sheet 2.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

from bottega.sdk import BottegaError, Code, Label, Table, module, note

if TYPE_CHECKING:
    import pyarrow as pa

    from bottega.modules.data_transformation._statements import Statement

_QUERY = "SQL Query Script"
# Where SQLite does not tell all that is read, or what cannot be compiled in the way below.
_UNTOLD = re.compile(r"\b(using|natural|explain)\b", re.IGNORECASE)
# What tells of a table's columns without reading them.
_ASKING = re.compile(r"\b(pragma|sqlite_)", re.IGNORECASE)


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
    names that differ only in the capitals A to Z not apart: the second of such columns gets a number. To it
    a name in double quotes that no column has is a text; a note tells where that became a result column.

    In SQL a missing value is NULL, Boolean 0 and 1, DateTime text such as `2020-01-31 10:15:00` (in
    UTC where the column has a zone), TimeSpan seconds, Bytes a blob. Seconds are Doubles, so that a TimeSpan
    of many digits, as in nanoseconds, loses the last ones; a note tells where it does.

    A result is Integer, Double, String or Bytes by all of its values: integers and fractions together are Double,
    numbers and texts String. A result column that has the name of an input column, and values such as
    SQLite keeps of that, gets back its role and its type Boolean, DateTime, TimeSpan or Categorical where all
    values fit. There is one label and one weight: of several columns with that role the first keeps it.
    A column of an input that has no name is T1COL1 or T2COL3 by table and place, in the script as in the result; a result
    without `as` has the text of its expression for a name.

    The same script on the same tables is answered by the result kept of it, even where it asks for `random()`
    or the time.

    SQLite's tables have up to 2,000 columns. Of a wider one mere queries can read as many, each by its name; `*`, USING, NATURAL
    and scripts that change or make something end with error 0129.

    Error 0069 brings SQLite's message, and the line with what stands near the mistake. A script reaches nothing outside: ATTACH, VACUUM,
    extensions and pragmas that set something are refused.
    """
    from bottega.modules.data_transformation._statements import statements

    script = list(statements(query))
    if not script:
        raise BottegaError("0003", parameter=_QUERY)
    inputs = {f"t{port}": table for port, table in enumerate((table1, table2, table3), start=1) if table is not None}
    for port, table in inputs.items():
        if not table.num_columns:
            raise BottegaError("0003", input=f"Table{port[1:]}")
    return Table(_answer(script, {name: table.arrow for name, table in inputs.items()}))


def _answer(script: Sequence[Statement], inputs: Mapping[str, pa.Table]) -> pa.Table:
    """The rows of the last statement that gives some."""
    from bottega.modules.data_transformation import _results, _sqlite
    from bottega.modules.data_transformation._statements import told

    inputs, wide = _fitting(script, inputs), inputs
    needed = _needed(script, inputs)
    for name, places in needed.items():
        if inputs[name] is not wide[name] and inputs[name].num_columns - 1 in places:
            raise _sqlite.too_wide(name, wide[name])
    results = None
    with _sqlite.database() as connection:
        for name, arrow in inputs.items():
            _sqlite.create(connection, name, arrow)
            if name in needed:
                _sqlite.load(connection, name, arrow, needed[name])
        guard = _sqlite.guarded(connection)
        for statement in script:
            with told(guard, statement), closing(connection.execute(statement.text)) as cursor:
                if cursor.description is not None:
                    results = _results.Results([column[0] for column in cursor.description])
                    _sqlite.fetch(cursor, results)
    if results is None:
        raise BottegaError("0069", message="no statement of the script gives rows, as a SELECT does")
    _note_texts(results.names, inputs)
    return results.arrow(_results.origins({name: inputs[name] for name in needed}))


def _fitting(script: Sequence[Statement], inputs: Mapping[str, pa.Table]) -> Mapping[str, pa.Table]:
    """The tables, each of too many columns for SQLite `narrowed` to those that the script names."""
    from bottega.modules.data_transformation import _sqlite

    if any(_ASKING.search(statement.words) for statement in script):
        return inputs
    text = "\n".join(statement.text for statement in script)
    return {
        name: _sqlite.narrowed(name, arrow, text) if _sqlite.is_wide(arrow) else arrow for name, arrow in inputs.items()
    }


def _needed(script: Sequence[Statement], inputs: Mapping[str, pa.Table]) -> dict[str, list[int]]:
    """The places of the columns to load, by input: of a script of mere queries those that it reads, of any other all.

    Mere queries are compiled on tables without rows, whereby SQLite tells each column that it finds a name for; the
    columns by which USING and NATURAL join it does not tell. What these queries cannot mean is an error at once.
    """
    from bottega.modules.data_transformation import _sqlite
    from bottega.modules.data_transformation._statements import told

    text = " ".join(statement.words for statement in script)
    # A table that the script does not name has rows for nobody.
    every = {
        name: list(range(arrow.num_columns))
        for name, arrow in inputs.items()
        if re.search(rf"\b{name}\b", text, re.IGNORECASE)
    }
    if _UNTOLD.search(text):
        return every
    with _sqlite.database() as connection:
        for name, arrow in inputs.items():
            _sqlite.create(connection, name, arrow)
        guard = _sqlite.guarded(connection)
        for statement in script:
            try:
                with told(guard, statement):
                    connection.execute(f"explain {statement.text}").close()
            except BottegaError:
                if guard.queries:
                    raise
            if not guard.queries:
                return every
    if not {table for table, _ in guard.reads} <= every.keys():
        return every
    return {
        name: [place for place, column in enumerate(columns) if (name, _sqlite.folded(column)) in guard.reads]
        for name, columns in ((name, _sqlite.sql_names(name, inputs[name])) for name in every)
    }


def _note_texts(names: Sequence[str], inputs: Mapping[str, pa.Table]) -> None:
    """Tell of result columns that are a text, as a misspelt name in double quotes is."""
    known = {name for arrow in inputs.values() for name in arrow.column_names}
    for name in names:
        if re.fullmatch(r'".+"', name, re.DOTALL) and name not in known:
            note(f"No column has the name {name}, so that SQLite took it for a text: all of its rows are the same.")
