"""Apply SQL Transformation: against SQLite itself and pandas, and what it refuses."""

# ruff: noqa: DTZ001 - columns without a zone
from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.dataset.table import Table
from bottega.dataset.types import Role
from tests.modules.data.helpers import categories, fails, frame, known, lists, of_frame, run, table, types

NAME = "apply-sql-transformation"
_DAY = dt.datetime(2020, 1, 31, 10, 15)


def sql(query: str, *inputs: Table | None) -> Table:
    """The result of a query."""
    result = run(NAME, *inputs, query=query)
    assert isinstance(result, Table)
    return result


def test_the_default_gives_the_first_table() -> None:
    before = table({"a": Role.LABEL}, a=[1, None], b=["x", None], c=[0.5, None])
    assert run(NAME, before).equals(before)


def test_every_type_goes_in_and_comes_back() -> None:
    before = table(
        {"flag": Role.LABEL, "span": Role.WEIGHT},
        n=[2**63 - 1, None, -(2**63)], d=[0.1, None, float("inf")], s=["ü\0x", None, ""], b=[b"\0\xff", None, b""],
        flag=[True, None, False], t=[_DAY, None, _DAY + dt.timedelta(microseconds=5)],
        z=pa.array([_DAY, None, _DAY], pa.timestamp("us", "Europe/Paris")), ns=pa.array([1, None, 10**9], pa.timestamp("ns")),
        span=[dt.timedelta(days=-3, microseconds=7), None, dt.timedelta(0)],
        k=categories(["y", None, "x"], ["unused", "x", "y"], ordered=True), kn=categories([2, None, 1], [1, 2]),
        kt=categories([_DAY, None, _DAY], [_DAY]), kf=categories([True, None, True], [True]),
    )  # fmt: skip
    after = sql("select * from t1 as x", before)
    assert after.equals(before)
    empty = sql("select * from t1 where 0", before)
    assert types(empty) == types(before)
    missing = sql("select * from t1 limit 1 offset 1", before)
    assert types(missing) == types(before)
    assert known(missing, "k") == ["unused", "x", "y"]
    assert [column.null_count for column in missing.arrow.columns] == [1] * before.num_columns


def test_what_sqlite_sees() -> None:
    before = table(
        flag=[True], t=[_DAY], z=pa.array([_DAY], pa.timestamp("us", "Asia/Tokyo")), span=[dt.timedelta(minutes=1.5)], b=[b"\1"],
        k=categories([3], [3]), d=[1.0], half=[_DAY + dt.timedelta(seconds=0.5)],
    )  # fmt: skip
    parts = ", ".join(f"typeof({name}) as ty_{name}, quote({name}) as q_{name}" for name in before.arrow.column_names)
    seen = {name: values[0] for name, values in lists(sql(f"select {parts} from t1", before)).items()}
    assert {name[3:]: value for name, value in seen.items() if name.startswith("ty_")} == {
        "flag": "integer", "t": "text", "z": "text", "span": "real", "b": "blob", "k": "integer", "d": "real", "half": "text"
    }  # fmt: skip
    assert {name[2:]: value for name, value in seen.items() if name.startswith("q_")} == {
        "flag": "1", "t": "'2020-01-31 10:15:00'", "z": "'2020-01-31 10:15:00'", "span": "90.0", "b": "X'01'", "k": "3", "d": "1.0",
        "half": "'2020-01-31 10:15:00.500000'",
    }  # fmt: skip
    hours = sql("select strftime('%H', t) as h, sum(span) as span, max(t) as t, sum(flag) as n from t1", before)
    assert lists(hours) == {"h": ["10"], "span": [dt.timedelta(minutes=1.5)], "t": [_DAY], "n": [1]}


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ("1), (2), (null", "Integer", [1, 2, None]),
        ("1), (2.5), (null", "Double", [1.0, 2.5, None]),
        ("1), ('a'), (2.5), (null", "String", ["1", "a", "2.5", None]),
        ("'a'), ('b'", "String", ["a", "b"]),
        ("x'00'), (null", "Bytes", [b"\0", None]),
        ("x'00'), ('a'", "String", ["AA==", "a"]),
        ("null), (null", "String", [None, None]),
        ("9e999), (1", "Double", [float("inf"), 1.0]),
        ("9223372036854775807", "Integer", [2**63 - 1]),
        ("9223372036854775807), (0.5", "Double", [2.0**63, 0.5]),
    ],
    ids=range(10),
)
def test_the_type_is_that_of_all_values(values: str, kind: str, expected: list[Any]) -> None:
    result = sql(f"select column1 as c from (values ({values}))", table(a=[1]))
    assert (types(result), lists(result)["c"]) == ([kind], expected)


def test_the_type_is_that_of_all_blocks() -> None:
    before = table(n=list(range(10_000)))
    mixed = sql(
        """
        select case when n = 9999 then 0.5 else n end as d,
               case when n = 5000 then 'x' else n end as s,
               case when n < 5000 then null else n end as late,
               case when n < 9000 then n when n = 9000 then 0.5 else 'x' end as all_of_them
        from t1
        """,
        before,
    )
    assert types(mixed) == ["Double", "String", "Integer", "String"]
    assert lists(mixed)["d"] == [*map(float, range(9999)), 0.5]
    assert lists(mixed)["s"] == [*map(str, range(5000)), "x", *map(str, range(5001, 10_000))]
    assert lists(mixed)["late"] == [None] * 5000 + list(range(5000, 10_000))
    assert lists(mixed)["all_of_them"] == [*map(str, range(9000)), "0.5"] + ["x"] * 999


def test_a_result_that_no_longer_fits_its_name_keeps_sqlites_type() -> None:
    before = table(
        flag=[True, True], t=[_DAY, None], k=categories(["x", "y"], ["x", "y"]), span=[dt.timedelta(1), None], n=[1, 2]
    )
    after = sql(
        "select count(flag) as flag, 'soon' as t, 'z' as k, 'long' as span, 0.5 as n, count(*) as total from t1", before
    )
    assert types(after) == ["Integer", "String", "String", "String", "Double", "Integer"]
    two = sql("select t1.a, t2.b from t1, t2", table(a=[True], b=[True]), table(a=[1], b=[False]))
    assert types(two) == ["Integer", "Boolean"], "a means two things"


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.none() | st.integers(-9, 9), st.none() | st.floats(-9, 9)), min_size=1
    )
)
def test_grouping_as_sqlite_does_it(rows: list[tuple[str, int | None, float | None]]) -> None:
    query = "select k, count(*) as n, sum(i) as i, avg(f) as f, min(f), max(i) from t1 group by k order by k desc"
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create table t1 (k text, i integer, f real)")
        connection.executemany("insert into t1 values (?, ?, ?)", rows)
        expected = connection.execute(query).fetchall()
    connection.close()
    columns = [list(values) for values in zip(*rows, strict=True)]
    before = table(k=columns[0], i=pa.array(columns[1], pa.int64()), f=pa.array(columns[2], pa.float64()))
    found = lists(sql(query, before))
    assert list(zip(*found.values(), strict=True)) == expected


def test_a_join_of_three_tables_as_pandas_does_it() -> None:
    rng = np.random.default_rng(1)
    one, two, three = (pd.DataFrame({"k": rng.integers(0, 20, 50), name: rng.normal(size=50)}) for name in "xyz")
    expected = one.merge(two, on="k").merge(three, on="k").groupby("k")[["x", "y", "z"]].sum().reset_index()
    query = """
        SELECT t1.k, sum(x) AS x, sum(y) AS y, sum(z) AS z -- of all three
        FROM t1 JOIN t2 ON t1.k = t2.k /* and ; the third */ JOIN [t3] USING (k)
        GROUP BY t1.k ORDER BY t1.k
    """
    pd.testing.assert_frame_equal(frame(sql(query, *map(of_frame, (one, two, three)))), expected)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("select 1 as a; select 2 as b;", {"b": [2]}),
        ("select n from t1; create view v as select n from t1", {"n": [1, 2]}),
        ("create temp table x as select n * 2 as m from t1; create index i on x (m); select m from x order by m desc;", {"m": [4, 2]}),
        ("create view v as select sum(n) as s from t1;\nselect * from v;;  -- done", {"s": [3]}),
        ("update t1 set n = n + 1; delete from t1 where n = 3; insert into t1 (n) values (9); select n from t1", {"n": [2, 9]}),
        ("alter table t1 rename to old; select n from old", {"n": [1, 2]}),
        ("delete from t1; select changes() as c", {"c": [2]}),
        ("create trigger g after insert on t1 begin update t1 set n = 0; select 1; end; insert into t1 (n) values (5); select n from t1",
         {"n": [0, 0, 0]}),
        ("insert into t1 (n) values (7) returning n", {"n": [7]}),
        ("select count(*) as c from t1", {"c": [2]}),
        ("select rowid as r from t1", {"r": [1, 2]}),
        ("select ';' as \"a;b\", '--' as c /* ; */", {"a;b": [";"], "c": ["--"]}),
        ("with recursive r(i) as (select 1 union all select i + 1 from r where i < 3) select i from r", {"i": [1, 2, 3]}),
        ("select n, n, n as N from t1 where n = 2", {"n": [2], "n (1)": [2], "N": [2]}),
        ("select count(*), n + 1 from t1", {"count(*)": [2], "n + 1": [2]}),
        ("select name from pragma_table_info('t1')", {"name": ["n", "s"]}),
        ("pragma table_info(t1); select 1 as one", {"one": [1]}),
        ("begin; select n from t1 where n = 1; commit", {"n": [1]}),
        ("values (1, 'x')", {"column1": [1], "column2": ["x"]}),
        ("select sqrt(n) as r, upper(s) as u from t1 where n = 1", {"r": [1.0], "u": ["A"]}),
    ],
    ids=range(20),
)  # fmt: skip
def test_scripts(script: str, expected: dict[str, Any]) -> None:
    assert lists(sql(script, table(n=[1, 2], s=["a", "b"]))) == expected


def test_names() -> None:
    before = table(**{"sepal length": [1], 'say "hi"': [2], "größe": [3], "select": [4], "A": [5], "a": [6], "": [7]})
    result = sql('select [sepal length], `say "hi"`, "größe", "select", A, "a (1)" from t1', before)
    assert lists(result) == {"sepal length": [1], 'say "hi"': [2], "größe": [3], "select": [4], "A": [5], "a (1)": [6]}
    assert sql("select * from t1", before).arrow.column_names == [*before.arrow.column_names[:5], "a (1)", "T1COL7"]


def test_columns_without_a_name_are_called_by_their_table_and_place() -> None:
    one = table({"": Role.LABEL}, a=[1], **{"": [True], "T1COL2": [3]})
    two = table(**{"": [4], "b": [5]})
    result = sql('select T1COL2, t2col1, b, "T1COL2 (1)" as x from t1, t2', one, two)
    assert lists(result) == {"T1COL2": [True], "T2COL1": [4], "b": [5], "x": [3]}
    assert result.columns[0].role is Role.LABEL
    assert lists(sql("select t1col2 as c from t1 natural join t2", one, table(**{"a": [1], "": [1]})))["c"] == [True]


def test_optional_tables() -> None:
    one, three = table(a=[1]), table(b=[2])
    assert lists(sql("select a, b from t1, t3", one, None, three)) == {"a": [1], "b": [2]}
    assert lists(sql("select t2.a from t1 t2", one)) == {"a": [1]}


def test_tables_without_rows() -> None:
    before = table(a=pa.array([], pa.int64()), b=pa.array([], pa.string()))
    assert sql("select * from t1", before).equals(before)
    assert lists(sql("select count(*) as n, sum(a) as s from t1", before)) == {"n": [0], "s": [None]}


def test_only_what_is_read_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    from bottega.modules.data_transformation import _sqlite

    loaded: list[tuple[str, list[int]]] = []
    load = _sqlite.load

    def noting(connection: sqlite3.Connection, name: str, arrow: pa.Table, read: list[int]) -> None:
        loaded.append((name, list(read)))
        load(connection, name, arrow, read)

    monkeypatch.setattr(_sqlite, "load", noting)
    wide, other = table(one=[1, 2], two=[3, 4], three=[5, 6]), table(d=[1])
    query = "with q as (select one, three from t1) select THREE from q -- t2"
    assert lists(sql(query, wide, other)) == {"three": [5, 6]}
    assert loaded == [("t1", [0, 2])]
    loaded.clear()
    assert lists(sql("select count(*) as n from t1", wide)) == {"n": [2]}
    assert loaded == [("t1", [])]
    loaded.clear()
    assert lists(sql("create view v as select one from t1; select * from v", wide, other)) == {"one": [1, 2]}
    assert loaded == [("t1", [0, 1, 2])], "what a script reads that is no mere query is not judged"


@pytest.mark.parametrize(
    ("script", "words", "line"),
    [
        ("select no from t1", "no such column: no", 1),
        ("select 1;\n\n-- here\nselct 2;", 'near "selct"', 4),
        ("select * from t2", "no such table: t2", 1),
        ("select 'a", "unrecognized token", 1),
        ("select ?", "binding", 1),
        ("select a\0 from t1", "null character", 1),
        ("select '\ud800'", "surrogates", 1),
        ("attach ':memory:' as x; select 1", "ATTACH", 1),
        ("select 1;\nvacuum into '/tmp/bottega-must-not-be.db'", "VACUUM are refused", 2),
        ("vacuum; select 1", "VACUUM are refused", 1),
        ("pragma page_size = 512", "PRAGMA page_size is refused", 1),
        ("select 1; select no from t1", "no such column: no", 1),
        ("pragma journal_mode = wal", "PRAGMA journal_mode is refused", 1),
        ("pragma writable_schema = on", "PRAGMA writable_schema", 1),
        ("select load_extension('x')", "load_extension", 1),
        ("create table x (a)", "no statement", None),
        ("create unique index i on t1 (a); select 1", "UNIQUE constraint", 1),
        ("select cast(x'ff' as text) as a", "UTF-8", 1),
        ("select 1 from", "incomplete input", 1),
    ],
)
def test_scripts_that_fail(script: str, words: str, line: int | None) -> None:
    message = str(fails("0069", NAME, table(a=[1, 1]), query=script))
    assert words in message
    assert (f" line {line}: " in message) is (line is not None)
    message.encode()
    assert not Path("/tmp/bottega-must-not-be.db").exists()


@pytest.mark.parametrize(
    "query",
    [
        "select x, y from t1 join t2 using (key)", "select x, y from t1 natural join t2", 'select x, y from t2 join t1 using ("KEY")',
        "create view v as select * from t1; select x, y from v natural left join t2 where y is not null",
    ],
    ids=range(4),
)  # fmt: skip
def test_keys_that_no_expression_names_are_loaded_too(query: str) -> None:
    one, two = table(key=[1, 2, 3], x=["a", "b", "c"]), table(key=[3, 1], y=[30, 10])
    assert sorted(zip(*lists(sql(query, one, two)).values(), strict=True)) == [("a", 10), ("c", 30)]


_LONG = "select a, " + ", ".join(["1"] * 5000) + "\nfrom t1\nwhere a = 1,\n  and 2"


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("select a\nfrom t1\nwhere a = 1 andd a = 2", 'near "andd": syntax error (on line 3: where a = 1 andd a = 2)'),
        ("select a,\n  b as from,\n  a from t1", 'near "from": syntax error (on line 2: b as from,)'),
        ("select 1;\n\nselect a -- b\n  , b\nfrom t1", "no such column: b (on line 4: , b)"),
        ("select a\nfrom t1 x\nwhere x.[B c] = 1", "no such column: x.B c (on line 3: where x.[B c] = 1)"),
        ("select t1.a\nfrom t1,\n  T9", "no such table: T9 (on line 3: T9)"),
        ("select\na from t1,\nt1 as other", "ambiguous column name: a (on line 2: a from t1,)"),
        ("select 1,\n  nosuch(a) from t1", "no such function: nosuch (on line 2: nosuch(a) from t1)"),
        (
            "select 1,\n  abs(a, 2) from t1",
            "wrong number of arguments to function abs() (on line 2: abs(a, 2) from t1)",
        ),
        ("insert into t1\n(a, z)\nvalues (1, 2); select 1", "table t1 has no column named z (on line 2: (a, z))"),
        ("select 'x'\n, 'open", "unrecognized token: \"'open\" (on line 2: , 'open)"),
        ("select a\nfrom", "incomplete input (on line 2: from)"),
        ("explain select a\nfrom t1 whre", ""),
        ("explain select a\nfrom t1 where where", 'near "where": syntax error (on line 2: from t1 where where)'),
        (
            "select 1;\ncreate view v as\nselect 1; create view v as select 2",
            "view v already exists (on line 3: create view v as select 2)",
        ),
        ("select 1;\ncreate table x (q);\ncreate table\n x (r)", "table x already exists (on line 4: x (r))"),
        (_LONG, 'near ",": syntax error (on line 3: where a = 1,)'),
        ("select " + "a, " * 100 + "zz, " + "a, " * 100 + "a from t1", "…a, a, a, a, a, a, a, a, zz, a, a"),
    ],
    ids=range(17),
)
def test_errors_tell_the_line_and_what_is_near(script: str, told: str) -> None:
    if not told:
        sql(script, table(a=[1]))
        return
    error = fails("0069", NAME, table(a=[1]), query=script)
    assert told in str(error).replace("\n", " ")
    assert f"line {error.facts['line']}: " in str(error)


def test_an_error_that_only_the_rows_show() -> None:
    message = str(fails("0069", NAME, table(a=["{"]), query="select 1;\nselect json_extract(a, '$') from t1"))
    assert "malformed JSON (in the statement that begins on line 2: select json_extract(a, '$') from t1)" in message


def _wide(columns: int = 5000) -> Table:
    values: dict[str, Any] = {f"c{number}": [number, -number] for number in range(columns)}
    values |= {"C7": [70, 71], 'say "hi"': ["a", "b"], "": [True, False], "k": categories(["p", "q"], ["q", "p"])}
    return table({"c4999": Role.LABEL}, **values)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select c1, C4999 as x from t1 where c2 > 0", {"c1": [1], "x": [4999]}),
        ("select count(*) as n from t1", {"n": [2]}),
        ("select 2 * c3 as x from t1 order by rowid desc", {"x": [-6, 6]}),
        ('select "say ""hi""", [C7 (1)] from t1', {'say "hi"': ["a", "b"], "C7 (1)": [70, 71]}),
        ("select t1col5003, k from t1", {"T1COL5003": [True, False], "k": ["p", "q"]}),
        ("select one.c10 as x from t1 one join t1 two on one.c10 = -two.c11 + two.c1 order by x", {"x": [-10, 10]}),
        ("with q as (select c5 from t1) select c5 from q; select c6 from t1", {"c6": [6, -6]}),
    ],
)
def test_a_table_of_more_columns_than_sqlite_has(query: str, expected: dict[str, Any]) -> None:
    assert lists(sql(query, _wide())) == expected


def test_what_a_wide_table_keeps() -> None:
    result = sql("select c4999, k, t1col5003 from t1", _wide())
    assert [(str(column.type), column.role) for column in result.columns] == [
        ("Integer", Role.LABEL), ("Categorical String", Role.FEATURE), ("Boolean", Role.FEATURE)
    ]  # fmt: skip
    assert lists(sql("select a from t1", table(a=[1]), _wide())) == {"a": [1]}, "a table that nobody reads may be wide"


@pytest.mark.parametrize(
    "query",
    [
        "select * from t1", "select t1.* from t1", "select c1 from (select * from t1)", "select x from t1 natural join t2",
        "create view v as select * from t1; select c1 from v", "select name from pragma_table_info('t1')", "select sql from sqlite_master",
        "explain select c1 from t1", "insert into t1 values (1); select c1 from t1",
        "select " + ", ".join(f"c{number}" for number in range(2500)) + " from t1",
    ],
    ids=range(10),
)  # fmt: skip
def test_what_would_need_all_columns_of_a_wide_table(query: str) -> None:
    error = fails("0129", NAME, _wide(), table(c9=[9], x=[1]), query=query)
    assert error.facts == {"dataset": "t1", "found": 5004, "upper": 2000}


def test_the_other_errors() -> None:
    fails("0003", NAME, table(a=[1]), query=" -- nothing\n;")
    fails("0003", NAME, Table(pa.table({})))
    assert fails("0003", NAME, table(a=[1]), Table(pa.table({}))).facts["input"] == "Table2"
    wide = Table(pa.table({f"c{number}": [1] for number in range(2001)}))
    assert fails("0129", NAME, wide).facts["found"] == 2001


@settings(deadline=None)
@given(st.data())
def test_any_table_comes_back_from_sqlite(data: st.DataObject) -> None:
    rows = data.draw(st.integers(0, 5))

    def cells(values: st.SearchStrategy[Any]) -> list[Any]:
        return data.draw(st.lists(st.none() | values, min_size=rows, max_size=rows))

    moments = st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31, 23, 59, 59))
    spans = st.timedeltas(dt.timedelta(days=-50_000), dt.timedelta(days=50_000))
    before = table(
        n=pa.array(cells(st.integers(-(2**63), 2**63 - 1)), pa.int64()), d=pa.array(cells(st.floats(allow_nan=False)), pa.float64()),
        s=pa.array(cells(st.text(st.characters(codec="utf-8"))), pa.string()), b=pa.array(cells(st.binary()), pa.binary()),
        f=pa.array(cells(st.booleans()), pa.bool_()), t=pa.array(cells(moments), pa.timestamp("us")),
        z=pa.array(cells(spans), pa.duration("us")),
    )  # fmt: skip
    assert sql("select * from t1", before).equals(before)
