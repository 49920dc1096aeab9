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

import pyarrow as pa
import pytest

from bottega.dataset.table import Table
from bottega.engine.reach import Outside
from bottega.errors import BottegaError
from bottega.modules.data_input_and_output import _insertion
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
