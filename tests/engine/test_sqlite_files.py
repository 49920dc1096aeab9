"""Import Data and Export Data with files of SQLite, where local files are allowed."""

# ruff: noqa: DTZ001 - columns without a zone
from __future__ import annotations

import datetime as dt
import os
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pytest

from bottega.dataset.table import Table
from bottega.engine.reach import Outside
from bottega.errors import BottegaError
from bottega.modules.data_input_and_output import _insertion, _query
from tests.engine.databases import lists, query, save, types
from tests.engine.helpers import Canceler

URL = "sqlite:///here.db"
ONE = Table(pa.table({"a": [1, 2]}))


@pytest.fixture
def outside(tmp_path: Path) -> Outside:
    with closing(sqlite3.connect(tmp_path / "here.db")) as file:
        file.executescript(
            "CREATE TABLE people (name TEXT, age INT, score REAL, raw BLOB);"
            "INSERT INTO people VALUES ('Änne', 31, 0.5, x'00ff'), (NULL, NULL, NULL, NULL), ('Bob', 4, 2, x'');"
        )
    return Outside(tmp_path, local_files=True)


def run(folder: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "here.db")) as file:
        return file.execute(statement).fetchall()


def fails(code: str, work: Any, *given: Any, **parameters: Any) -> BottegaError:
    with pytest.raises(BottegaError) as caught:
        work(*given, **parameters)
    assert caught.value.code == code, str(caught.value)
    return caught.value


def test_values_tell_the_types(outside: Outside) -> None:
    table = query(outside, URL, "SELECT *, name || '%' || :x AS q FROM people -- 100%".replace(":x", "':x'"))
    assert types(table) == ["String", "Integer", "Double", "Bytes", "String"]
    assert lists(table) == {
        "name": ["Änne", None, "Bob"], "age": [31, None, 4], "score": [0.5, None, 2.0], "raw": [b"\0\xff", None, b""],
        "q": ["Änne%:x", None, "Bob%:x"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ("(1), (2.5), (NULL)", "Double", [1.0, 2.5, None]), ("(1), ('x'), (2.5)", "String", ["1", "x", "2.5"]),
        ("(x'00'), ('x')", "String", ["AA==", "x"]), ("(NULL), (NULL)", "String", [None, None]),
        ("(9e999), (1.0)", "Double", [float("inf"), 1.0]), ("(9223372036854775807)", "Integer", [2**63 - 1]),
    ],
)  # fmt: skip
def test_values_of_several_types(outside: Outside, values: str, kind: str, expected: list[Any]) -> None:
    table = query(outside, URL, f"SELECT column1 AS v FROM (VALUES {values})")
    assert (types(table), lists(table)) == ([kind], {"v": expected})


def test_types_that_change_from_block_to_block(outside: Outside) -> None:
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
    table = query(outside, URL, numbers + "SELECT i, CASE WHEN i = 20000 THEN 'x' ELSE i END AS s, "
                                          "CASE WHEN i < 15000 THEN i ELSE i + 0.5 END AS d, NULLIF(i, 1) * 0 FROM n")  # fmt: skip
    assert types(table) == ["Integer", "String", "Double", "Integer"]
    columns = list(lists(table).values())
    assert columns[0] == list(range(1, 20_001))
    assert columns[1] == [*map(str, range(1, 20_000)), "x"]
    assert columns[2] == [float(i) if i < 15_000 else i + 0.5 for i in range(1, 20_001)]
    assert columns[3] == [None, *[0] * 19_999]


def test_no_rows_and_no_table(outside: Outside) -> None:
    assert lists(query(outside, URL, "SELECT * FROM people WHERE 0")) == {"name": [], "age": [], "score": [], "raw": []}
    fails("query-failed", query, outside, URL, "SELECT nothing FROM people")
    fails("query-failed", query, outside, URL, "SELECT 1; SELECT 2")
    fails("0018", query, outside, URL, "-- nothing")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM people", "DROP TABLE people", "CREATE TABLE t (a)", "ATTACH 'other.db' AS o", "VACUUM INTO 'copy.db'",
        "SELECT load_extension('x')", "INSERT INTO people (age) VALUES (1) RETURNING age",
    ],
)  # fmt: skip
def test_imports_change_nothing(outside: Outside, tmp_path: Path, statement: str) -> None:
    fails("query-failed", query, outside, URL, statement)
    assert run(tmp_path, "SELECT count(*) FROM people") == [(3,)]
    assert [path.name for path in tmp_path.iterdir()] == ["here.db"]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("sqlite://", "0015"), ("sqlite:///:memory:", "0015"), ("sqlite:///none.db", "0048"), ("sqlite:///.", "0048"),
        ("sqlite:///here.db?mode=rwc", "0015"), ("sqlite:///file:here.db?uri=true", "0015"), ("sqlite:///text.csv", "query-failed"),
    ],
)  # fmt: skip
def test_files_that_are_none(outside: Outside, tmp_path: Path, url: str, code: str) -> None:
    (tmp_path / "text.csv").write_text("a,b\n" * 1000)
    fails(code, query, outside, url, "SELECT * FROM people")


def test_local_files_need_leave(outside: Outside, tmp_path: Path) -> None:
    fails("access-refused", query, Outside(tmp_path), URL, "SELECT 1")
    fails("access-refused", save, Outside(tmp_path, private_addresses=True), URL, ONE, "t")
    assert run(tmp_path, "SELECT count(*) FROM sqlite_master") == [(1,)]


@pytest.mark.parametrize("seconds", [None, 0.5], ids=["canceled", "late"])
def test_an_endless_query_ends(tmp_path: Path, outside: Outside, seconds: float | None) -> None:
    cancel = Canceler()
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    if seconds is None:
        threading.Timer(0.3, cancel).start()
    given = Outside(tmp_path, local_files=True, seconds=seconds or 60, stop=cancel.descriptor)
    fails("canceled" if seconds is None else "0072", query, given, URL, endless)
    os.close(cancel.descriptor)


def test_every_type_is_written(tmp_path: Path, outside: Outside) -> None:
    codes = pa.DictionaryArray.from_arrays(pa.array([1, None], pa.int32()), pa.array(["a", "b"]))
    moment = dt.datetime(2020, 7, 1, 10, 30)
    table = Table(pa.table({
        "d": [1.5, None], "n": [2**62, None], "s": ["ä'\"", None], "b": [True, None], "t": [moment, None],
        "z": pa.array([moment, None], pa.timestamp("us", "UTC")), "i": [dt.timedelta(days=1, seconds=5), None],
        "y": [b"\0\xff", None], "k": codes,
    }))  # fmt: skip
    save(outside, "sqlite:///new.db", table, "every")
    with closing(sqlite3.connect(tmp_path / "new.db")) as file:
        assert file.execute("SELECT * FROM every").fetchall() == [
            (1.5, 2**62, "ä'\"", 1, "2020-07-01 10:30:00", "2020-07-01 10:30:00+00:00", "1 days 00:00:05", b"\0\xff", "b"),
            (None,) * 9,
        ]  # fmt: skip
        assert file.execute("SELECT julianday(z) > julianday('2020-06-30') FROM every").fetchall()[0] == (1,)


def test_rows_are_added_whole_or_not_at_all(tmp_path: Path, outside: Outside) -> None:
    save(outside, URL, ONE, "people", table_columns="age")
    assert run(tmp_path, "SELECT age FROM people") == [(31,), (None,), (4,), (1,), (2,)]
    with closing(sqlite3.connect(tmp_path / "here.db")) as file:
        file.execute("CREATE TABLE picky (a CHECK (a < 100))")
    many = Table(pa.table({"a": list(range(101))}))
    fails("query-failed", save, outside, URL, many, "picky", rows=10)
    assert run(tmp_path, "SELECT count(*) FROM picky") == [(0,)]
    fails("0121", save, outside, URL, ONE, "picky", table_columns="b")
    huge = Table(pa.table({"a": [1] * 60 + [2]}))
    with closing(sqlite3.connect(tmp_path / "here.db")) as file:
        file.executescript(
            "CREATE TRIGGER late AFTER INSERT ON picky WHEN new.a = 2 BEGIN SELECT RAISE(ABORT, 'late'); END"
        )
    assert "late" in str(fails("query-failed", save, outside, URL, huge, "picky", rows=50))
    assert run(tmp_path, "SELECT count(*) FROM picky") == [(0,)]


def test_what_is_canceled_is_not_written(tmp_path: Path, outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    cancel = Canceler()
    inserted = _insertion.insert

    def late(*given: Any) -> None:
        inserted(*given)
        cancel()
        for _ in range(200):
            if any(thread.name == "watch" for thread in threading.enumerate()):
                time.sleep(0.05)

    monkeypatch.setattr(_insertion, "insert", late)
    given = Outside(tmp_path, local_files=True, stop=cancel.descriptor)
    fails("canceled", save, given, URL, ONE, "people", table_columns="age")
    assert run(tmp_path, "SELECT count(*) FROM people") == [(3,)]
    os.close(cancel.descriptor)


def test_names_that_no_table_can_have(tmp_path: Path, outside: Outside) -> None:
    with closing(sqlite3.connect(tmp_path / "here.db")) as file:
        file.execute("CREATE VIEW taken AS SELECT 1 AS a")
    fails("query-failed", save, outside, URL, ONE, "taken")
    fails("query-failed", save, outside, URL, ONE, "sqlite_mine")
    assert run(tmp_path, "SELECT name FROM sqlite_master ORDER BY name") == [("people",), ("taken",)]


def test_a_table_that_was_made_for_nothing_is_gone(
    tmp_path: Path, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_insertion, "_plain", lambda *_, **__: [object()])
    with pytest.raises(pa.ArrowInvalid):
        save(outside, URL, ONE, "fresh")
    assert run(tmp_path, "SELECT name FROM sqlite_master") == [("people",)]


def test_very_many_columns(outside: Outside) -> None:
    names = ", ".join(f"{number} AS c{number}" for number in range(1500))
    table = query(outside, URL, f"SELECT {names}")
    assert table.num_columns == 1500
    assert table.column("c1499").to_pylist() == [1499]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT fts3_tokenizer('simple')", "SELECT fts3_tokenizer('simple', x'4141414141414141')", "PRAGMA hard_heap_limit = 100000",
        "PRAGMA temp_store_directory = '/tmp'", "PRAGMA user_version", "SELECT * FROM pragma_table_info('people')",
        "SELECT * FROM pragma_hard_heap_limit", "SELECT * FROM fts3tokenize('simple', 'a')", "SELECT * FROM dbstat",
        "SELECT * FROM sqlite_stmt", "DETACH main", "SAVEPOINT s", "SELECT sqlite_log(1, 'x')", "SELECT 'a' REGEXP 'a'",
        "CREATE TEMP TABLE t (a)", "ANALYZE", "SELECT count(*) FROM dbstat",
        "SELECT count(*) FROM pragma_table_info('people')", "SELECT rtreecheck('people')",
    ],
)  # fmt: skip
def test_queries_have_harmless_functions_and_plain_tables_only(outside: Outside, statement: str) -> None:
    told = str(fails("query-failed", query, outside, URL, statement))
    assert "refused" in told or "only queries" in told
    # Nothing stays behind in the process either.
    with closing(sqlite3.connect(":memory:")) as other:
        assert other.execute("PRAGMA hard_heap_limit").fetchone() == (0,)


def test_a_tokenizer_of_somebodys_does_not_run(outside: Outside) -> None:
    name = "CASE WHEN fts3_tokenizer('simple', x'4141414141414141') IS NULL THEN 'fts3tokenize' ELSE 'fts3tokenize' END"
    statement = f"SELECT * FROM (SELECT {name} AS n LIMIT 1) s, pragma_table_info(s.n)"
    fails("query-failed", query, outside, URL, statement)


def test_what_queries_need_is_there(outside: Outside) -> None:
    statement = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT upper('a') || i AS a, "
        "sum(i) OVER (ORDER BY i) AS b, date('2020-01-02') AS c, json_extract('{\"k\": 5}', '$.k') AS d, sqrt(4) AS e, "
        "'abc' LIKE 'A%' AS f, (SELECT count(*) FROM people) AS g, (SELECT group_concat(value) FROM json_each('[1,2]')) AS h FROM n"
    )
    rows = query(outside, URL, statement).arrow.to_pylist()
    assert [row["b"] for row in rows] == [1, 3, 6]
    assert rows[0] == {"a": "A1", "b": 1, "c": "2020-01-02", "d": 5, "e": 2.0, "f": 1, "g": 3, "h": "1,2"}


@pytest.mark.parametrize("kind", ["fts3(a)", "fts4(a)", "fts5(a)", "rtree(a, b, c)"])
@pytest.mark.parametrize("create", ["CREATE VIRTUAL TABLE", "create /* a */ -- b\n virtual\ttable"])
def test_a_file_with_virtual_tables(outside: Outside, tmp_path: Path, kind: str, create: str) -> None:
    with closing(sqlite3.connect(tmp_path / "here.db")) as file:
        file.executescript(f"{create} Found USING {kind}; CREATE VIEW seen AS SELECT * FROM found;")
        shadow = file.execute("SELECT name FROM sqlite_master WHERE name LIKE 'Found!_%' ESCAPE '!'").fetchone()[0]
    assert query(outside, URL, "SELECT * FROM people").num_rows == 3
    for name in ("found", "FOUND", "seen", shadow):
        fails("query-failed", query, outside, URL, f'SELECT * FROM "{name}"')
    fails("query-failed", save, outside, URL, ONE, "found")


def test_an_export_runs_triggers_and_changes_no_virtual_table(outside: Outside, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "here.db")) as file:
        file.executescript(
            "CREATE TABLE log (n); CREATE TABLE plain (a); CREATE TABLE bad (a); CREATE VIRTUAL TABLE found USING fts4(x);"
            "CREATE TRIGGER one AFTER INSERT ON plain BEGIN INSERT INTO log VALUES (upper('a') || new.a); "
            "UPDATE log SET n = n || '!'; END;"
            "CREATE TRIGGER two AFTER INSERT ON bad BEGIN INSERT INTO found VALUES ('x'); END;"
        )
    save(outside, URL, ONE, "plain")
    assert run(tmp_path, "SELECT n FROM log") == [("A1!!",), ("A2!",)]
    assert "refused" in str(fails("query-failed", save, outside, URL, ONE, "bad"))
    assert run(tmp_path, "SELECT count(*) FROM bad") == [(0,)]


def test_memory_is_counted_as_rows_come(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    largest = 0
    blocks = _query._blocks

    def watched(*given: Any, **told: Any) -> Any:
        nonlocal largest
        for block in blocks(*given, **told):
            largest = max(largest, sum(len(row[0]) for row in block))
            yield block

    monkeypatch.setattr(_query, "_blocks", watched)
    monkeypatch.setattr(_query, "LARGEST", 40 << 20)
    statement = (
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 4000) SELECT zeroblob(1000000) FROM c"
    )
    fails("input-too-large", query, outside, URL, statement)
    assert largest < 18 << 20


def test_a_value_and_a_row_have_a_longest_size(outside: Outside) -> None:
    assert query(outside, URL, "SELECT zeroblob(60000000) AS a").num_rows == 1
    assert "too big" in str(fails("query-failed", query, outside, URL, "SELECT zeroblob(70000000)"))
    many = ", ".join(["zeroblob(60000000)"] * 1000)
    assert "too big" in str(fails("query-failed", query, outside, URL, f"SELECT {many}"))


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:p@h/d?read_default_file=/etc/passwd", "mysql+pymysql://u:p@h/d?local_infile=1", "mssql://u:p@h/d?odbc_connect=Driver=/x.so",
        "mssql+pyodbc://u:p@h/d?driver=/x.so", "mysql+mysqldb://u:p@h/d", "mysql://u:p@h/d?plugin=x", "postgresql://u:p@h/d?plugin=x",
        "postgresql+psycopg2://u:p@h/d", "sqlite+pysqlcipher:///here.db", "duckdb:///x", "mysql://u:p@h/d?charset=a&charset=b",
        "oracle://u:p@h/d?service_name=a)(b", "oracle://u:p@h", "mssql://h/d", "mysql://u:p@/d?unix_socket=/tmp/x", "mysql+pymysql://u:p@h/d)(x",
    ],
)  # fmt: skip
def test_options_and_drivers_that_reach_more_than_a_network(tmp_path: Path, url: str) -> None:
    error = fails("0015", query, Outside(tmp_path, local_files=True, private_addresses=True), url, "SELECT 1")
    assert "address" in str(error)


def test_nothing_of_the_hosts_user_logs_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, Any] = {}

    def connect(**given: Any) -> Any:
        told.update(given)
        raise psycopg.OperationalError("not today")

    monkeypatch.setattr(psycopg, "connect", connect)
    url = "postgresql://u:p@127.0.0.1/d"
    fails("0015", query, Outside(tmp_path, private_addresses=True), url, "SELECT 1")
    assert told["gssencmode"] == "disable"
    assert not {"gss", "sspi", "oauth"} & set(told["require_auth"].split(","))
    assert told["sslcertmode"] == "disable"
