"""A private SQLite database: what a user's script may do there, and how Arrow tables get in and out."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute

from bottega.dataset.formats.rendering import iso
from bottega.dataset.names import unique_names
from bottega.sdk import BottegaError, note

if TYPE_CHECKING:
    from bottega.modules.data_transformation._results import Results

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments

# As many rows as stay in the processor's cache as Python objects.
_ROWS = 1 << 12
# In KiB: SQLite sorts by as much at a time, and is twice as fast where that stays in the processor's cache.
_CACHE = 2000
_READING_PRAGMAS = (
    "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list",
    "collation_list", "function_list", "module_list", "compile_options", "encoding",
)  # fmt: skip
# What full-text and spatial indexes ask for themselves; with a value it would be set.
_ASKING_PRAGMAS = ("data_version", "page_size", "page_count")
# All that a query does while it is compiled, beside reading columns.
_QUERYING = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
_REFUSED = {
    sqlite3.SQLITE_ATTACH: "ATTACH and VACUUM are refused",
    sqlite3.SQLITE_DETACH: "DETACH is refused",
    sqlite3.SQLITE_PRAGMA: "PRAGMA {0} is refused",
    sqlite3.SQLITE_FUNCTION: "the function {1} is refused",
}
_PER_SECOND = {"us": 1e6, "ns": 1e9}
# SQLite's own limit on the columns of a table, as it is built everywhere.
_MOST_COLUMNS = 2000
_REST = "all other columns"
_REFUSED_FUNCTIONS = ("load_extension", "fts3_tokenizer")


@dataclass
class Guard:
    """Refuses what reaches out of the database, and notes what a script does there.

    refusal  why the last statement was refused, or nothing
    reads    (table, column) as `folded`; the column is empty where rows alone are counted
    queries  whether all that was asked for so far were queries
    """

    refusal: str = ""
    reads: set[tuple[str, str]] = field(default_factory=set)
    queries: bool = True

    def __call__(self, action: int, first: str | None, second: str | None, _base: str | None, _by: str | None) -> int:
        """SQLite's question while it compiles a statement."""
        names = (folded(first or ""), folded(second or ""))
        if action == sqlite3.SQLITE_READ:
            self.reads.add(names)
            return sqlite3.SQLITE_OK
        self.queries = self.queries and action in _QUERYING
        refused = (
            action in (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH)
            or (action == sqlite3.SQLITE_PRAGMA and not _is_harmless(names[0], second))
            or (action == sqlite3.SQLITE_FUNCTION and names[1] in _REFUSED_FUNCTIONS)
        )
        if refused:
            self.refusal = _REFUSED[action].format(first, second)
        return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK


def _is_harmless(pragma: str, value: str | None) -> bool:
    return pragma in _READING_PRAGMAS or (pragma in _ASKING_PRAGMAS and value is None)


@contextmanager
def database() -> Iterator[sqlite3.Connection]:
    """A database in a temporary file without a name, so that memory holds no more of it than the cache."""
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        for pragma in (
            "journal_mode = memory",  # without a journal ROLLBACK has no way back
            "synchronous = off",
            "locking_mode = exclusive",
            f"cache_size = -{_CACHE}",
        ):
            connection.execute(f"pragma {pragma}")
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        yield connection


def guarded(connection: sqlite3.Connection) -> Guard:
    """From here on, a script's statements run."""
    guard = Guard()
    connection.set_authorizer(guard)
    return guard


def create(connection: sqlite3.Connection, name: str, arrow: pa.Table) -> None:
    """Create an empty table with the columns of an Arrow table. Raises `0129` for more than SQLite can have."""
    if is_wide(arrow):
        raise too_wide(name, arrow)
    columns = (
        f"{quoted(column)} {_affinity(kind)}"
        for column, kind in zip(sql_names(name, arrow), arrow.schema.types, strict=True)
    )
    connection.execute(f"create table {name} ({', '.join(columns)})")


def is_wide(arrow: pa.Table) -> bool:
    """Whether a table has more columns than SQLite can have."""
    return arrow.num_columns > _MOST_COLUMNS


def too_wide(name: str, arrow: pa.Table) -> BottegaError:
    """`0129` for this table."""
    return BottegaError("0129", dataset=name, found=arrow.num_columns, upper=_MOST_COLUMNS)


def narrowed(name: str, arrow: pa.Table, script: str) -> pa.Table:
    """A table of the columns whose names the script has somewhere, and last one that stands for all others.

    What reads that last one, as `*` does, reads them all. Names are as in `sql_names`. Where these are too many themselves
    it is the table as it was.
    """
    names = sql_names(name, arrow)
    text = folded(script)
    places = [place for place, one in enumerate(names) if _stands_in(folded(one), text)]
    fields = [arrow.schema.field(place).with_name(names[place]) for place in places]
    fields.append(pa.field(unique_names([*names, _REST])[-1], pa.int64()))
    rest = pa.nulls(arrow.num_rows, pa.int64())
    chosen = pa.table([*(arrow.column(place) for place in places), rest], schema=pa.schema(fields))
    return arrow if is_wide(chosen) else chosen


def _stands_in(name: str, text: str) -> bool:
    """Whether a name may be in a script, be it in quotes, where those in it are doubled."""
    return any(name.replace(quote, quote * 2) in text for quote in "\"`'")


def load(connection: sqlite3.Connection, name: str, arrow: pa.Table, read: Sequence[int]) -> None:
    """Put the rows of an Arrow table into a table; columns that nobody reads stay NULL.

    A note tells of spans of time that lose digits.

    read  the places of the columns to fill
    """
    # Rows without a value would be no rows to `zip`.
    places = list(read) or [0]
    names = sql_names(name, arrow)
    for place in read:
        _note_lost_digits(name, names[place], arrow.column(place))
    into = ", ".join(quoted(names[place]) for place in places)
    statement = f"insert into {name} ({into}) values ({', '.join('?' * len(places))})"  # noqa: S608 - quoted above
    connection.execute("begin")
    with _uncollected():
        for batch in arrow.select(places).to_batches(max_chunksize=_ROWS):
            connection.executemany(statement, zip(*(_values(column) for column in batch.columns), strict=True))
    connection.execute("commit")


def fetch(cursor: sqlite3.Cursor, results: Results) -> None:
    """Read all rows of a query, by blocks."""
    with _uncollected():
        while rows := cursor.fetchmany(_ROWS):
            results.add(rows)


def folded(name: str) -> str:
    """A name as SQLite compares it: it knows no difference between A and a, but one between Ä and ä."""
    return name.translate(_SMALL)


def sql_names(table: str, arrow: pa.Table) -> list[str]:
    """Its columns' names as SQLite can tell them apart; one without a name is called by its table and place, as T1COL1."""
    found = (name.replace("\0", "") for name in arrow.column_names)
    names = [name or f"{table.upper()}COL{place}" for place, name in enumerate(found, start=1)]
    unique = unique_names(map(folded, names))
    return [name + one[len(name) :] for name, one in zip(names, unique, strict=True)]


def quoted(name: str) -> str:
    """A name as SQL has it."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles: millions of tuples come and go, and none is in one."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _affinity(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        return _affinity(kind.value_type)
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return "integer"
    if pa.types.is_floating(kind) or pa.types.is_duration(kind):
        return "real"
    return "blob" if pa.types.is_large_binary(kind) else "text"


def _values(column: Any) -> list[Any]:
    """The values of one column as SQLite takes them."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _values(column.dictionary_decode())
    if pa.types.is_boolean(kind):
        column = column.cast(pa.int8())
    elif pa.types.is_timestamp(kind):
        moments = column.cast(pa.timestamp(kind.unit, None))
        column = pc.replace_substring_regex(iso(moments), r"\.0+\z", "")
    elif pa.types.is_duration(kind):
        column = _seconds(column)
    values: list[Any] = column.to_pylist()
    return values


def _seconds(spans: Any) -> Any:
    return pc.divide(spans.cast(pa.int64()).cast(pa.float64(), safe=False), _PER_SECOND[spans.type.unit])


def _note_lost_digits(table: str, name: str, column: Any) -> None:
    """Tell of a column of spans that seconds as Doubles do not give back as it is."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_duration(column.type):
        ticks = pc.round(pc.multiply(_seconds(column), _PER_SECOND[column.type.unit])).cast(pa.int64(), safe=False)
        if pc.any(pc.not_equal(ticks, column.cast(pa.int64()))).as_py():
            note(f"Column {name} of {table} has more digits than SQLite's numbers: the last of some values are lost.")
