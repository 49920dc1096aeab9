"""A file of SQLite's that is somebody else's: neither a query nor the file itself may do more than give rows."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from typing import Any
from urllib.parse import quote

_CONNECT_SECONDS = 20
# What one row may hold in all, and one of its values.
_ROW_BYTES, _VALUE_BYTES = 1 << 30, 1 << 26
_LIMITS = {
    sqlite3.SQLITE_LIMIT_ATTACHED: 0, sqlite3.SQLITE_LIMIT_LENGTH: _VALUE_BYTES, sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1 << 20,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 1 << 18, sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 16, sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}  # fmt: skip
# SQLite's functions of values alone: none loads, logs, or knows of the process.
_FUNCTIONS = frozenset(
    """
    -> ->> abs changes char coalesce concat concat_ws format glob hex if ifnull iif instr last_insert_rowid length like
    likelihood likely lower ltrim max min nullif octet_length printf quote random randomblob replace round rtrim sign
    soundex sqlite_version substr substring total_changes trim typeof unhex unicode unistr unistr_quote unlikely upper zeroblob
    avg count group_concat string_agg sum total
    cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
    current_date current_time current_timestamp date datetime julianday strftime time timediff unixepoch
    acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi pow power
    radians sin sinh sqrt tan tanh trunc
    json json_array json_array_insert json_array_length json_error_position json_extract json_group_array json_group_object
    json_insert json_object json_patch json_pretty json_quote json_remove json_replace json_set json_type json_valid
    jsonb jsonb_array jsonb_array_insert jsonb_extract jsonb_group_array jsonb_group_object jsonb_insert jsonb_object
    jsonb_patch jsonb_remove jsonb_replace jsonb_set
    """.split()  # noqa: SIM905 - words read better
)
# What is no table of the file, and harmless; a pragma, say, would be one too.
_BESIDE = frozenset(("json_each", "json_tree", "sqlite_master", "sqlite_temp_master"))
_INSPECTING = frozenset(("table_info", "table_xinfo", "table_list"))
_QUERYING = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_TRANSACTION))
_CHANGING = frozenset((sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE))
_VIRTUAL = re.compile(r"create(\s|\ufeff|/\*.*?\*/|--[^\n]*\n)+virtual", re.IGNORECASE | re.DOTALL)
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


def connected(file: Path, *, writes: bool) -> sqlite3.Connection:
    """A connection that trusts nothing the file says; `Guard.begin` begins the transaction."""
    name = f"file:{quote(str(file.absolute()))}?mode={'rwc' if writes else 'ro'}"
    driver = sqlite3.connect(name, uri=True, timeout=_CONNECT_SECONDS, isolation_level=None, check_same_thread=False)
    driver.execute("PRAGMA trusted_schema = OFF")
    driver.execute("PRAGMA cell_size_check = ON")
    for limit, value in _LIMITS.items():
        driver.setlimit(limit, value)
    return driver


@dataclass
class Guard:
    """Allows queries of tables with harmless functions, and where it `writes`, new tables and rows; nothing else.

    Tables that a library of SQLite's stands behind, and what these keep their own things in, are refused:
    such a library trusts what it finds in its tables, and the file is whoever's.

    refusal  why the last statement was refused, or nothing
    """

    writes: bool
    refusal: str = ""
    _tables: set[str] = field(default_factory=set)
    _virtual: set[str] = field(default_factory=set)
    _own: tuple[str, ...] = ()

    def begin(self, driver: Any) -> None:
        """Begin a transaction, and guard from here on; what the tables are stays so within it."""
        driver.execute("BEGIN")
        factory, driver.text_factory = driver.text_factory, lambda text: text.decode(errors="replace")
        try:
            found = driver.execute("SELECT name, sql FROM sqlite_master WHERE name IS NOT NULL").fetchall()
        finally:
            driver.text_factory = factory
        known = [(_folded(str(name)), _VIRTUAL.match(str(sql or ""))) for name, sql in found]
        modules = {_folded(str(name)) for (name,) in driver.execute("SELECT name FROM pragma_module_list")}
        self._virtual = {name for name, is_virtual in known if is_virtual}
        self._own = ("pragma_", *(f"{name}_" for name in self._virtual))
        self._virtual = (self._virtual | modules) - _BESIDE
        self._tables = {name for name, _ in known if self._is_plain(name)} | _BESIDE
        # What is harmless beside tables declares itself now, for afterwards no table is made.
        driver.execute("SELECT 1 FROM json_each('[]'), json_tree('[]')").fetchall()
        driver.set_authorizer(self)

    def limit(self, driver: Any, statement: str) -> None:
        """Allow values of a query so long that a row of them fits into memory."""
        driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _VALUE_BYTES)
        with contextlib.suppress(sqlite3.Error):  # which the statement itself will tell
            columns = [row[3] for row in driver.execute(f"EXPLAIN {statement}") if row[1] == "ResultRow"]
            driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, min(_VALUE_BYTES, _ROW_BYTES // max([1, *columns])))

    def __call__(self, action: int, first: str | None, second: str | None, _base: str | None, by: str | None) -> int:
        """SQLite's question while it compiles a statement."""
        refusal = self._refusal(action, _folded(first or ""), _folded(second or ""), within=by is not None)
        if refusal:
            self.refusal = refusal
        return sqlite3.SQLITE_DENY if refusal else sqlite3.SQLITE_OK

    def _is_plain(self, name: str) -> bool:
        return name not in self._virtual and not name.startswith(self._own)

    def _refusal(self, action: int, first: str, second: str, *, within: bool) -> str:
        if action in _QUERYING:
            return ""
        if action == sqlite3.SQLITE_FUNCTION:
            return "" if second in _FUNCTIONS else f"the function {second} is refused"
        if action == sqlite3.SQLITE_READ:
            # Without a column rows are counted, of a name in the query itself too.
            is_plain = first in self._tables or (not second and self._is_plain(first))
            return "" if is_plain else f"{first} is refused, which is no plain table"
        if self.writes and action == sqlite3.SQLITE_CREATE_TABLE:
            self._tables.add(first)
            return ""
        if self.writes and action in _CHANGING:
            # Of an export itself come new rows; a trigger may do more.
            is_ours = within or action == sqlite3.SQLITE_INSERT or first == "sqlite_master"
            return "" if is_ours and first in self._tables else f"a change of {first} is refused"
        if action == sqlite3.SQLITE_PRAGMA:
            return "" if self.writes and first in _INSPECTING else f"PRAGMA {first} is refused"
        return "only queries are allowed" if not self.writes else "only new tables and rows are allowed"


def _folded(name: str) -> str:
    return name.translate(_SMALL)
