"""Apply SQL Transformation: scripts of every shape against SQLite itself, and the types of what they give."""

# ruff: noqa: DTZ001 - columns without a zone
from __future__ import annotations

import datetime as dt
import re
import sqlite3
from contextlib import closing
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.modules.data_transformation._statements import statements
from bottega.sdk.notes import collect
from tests.modules.data.helpers import categories, lists, run, table, types

NAME = "apply-sql-transformation"
_TABLES: dict[str, dict[str, list[int | None]]] = {
    "t1": {"k": [1, 2, 3, None], "v": [10, 20, 30, 40], "odd name": [1, 1, 2, 2]},
    "t2": {"K": [2, 3, 3], "w": [5, 6, 7], "odd name": [1, 2, 9]},
    "t3": {"v": [20, 30]},
}


def sql(query: str, *inputs: Table | None) -> Table:
    """The result of a query."""
    result = run(NAME, *inputs, query=query)
    assert isinstance(result, Table)
    return result


def _by_sqlite(script: list[str]) -> list[tuple[Any, ...]]:
    """The rows of the last statement, which gives some, by SQLite with all tables whole."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for name, columns in _TABLES.items():
            declared = ", ".join(f'"{each}" integer' for each in columns)
            connection.execute(f"create table {name} ({declared})")
            marks = ", ".join("?" * len(columns))
            connection.executemany(f"insert into {name} values ({marks})", zip(*columns.values(), strict=True))
        rows = [connection.execute(statement).fetchall() for statement in script]
    return rows[-1]


_SOURCES = (
    "t1", "t2", "t3", "t1 join t2 using (k)", 't1 left join t2 using ("K")', "t1 natural join t2", "t1 NATURAL left join t3",
    "t1 natural join t1 b", "t1 join t2 using(k, [odd name])", "t1, t2", "(select * from t1)", "(select k, v from t1) natural join t2",
    "t1 a join t2 b on a.k = b.k", "t1/**/natural/**/join t2", "t1 cross join t3", "(t1 join t3 using (v)) join t2 using (k)",
    "(values (1), (2))", "(select k from t1 union all select w from t2)", "json_each('[1,2]')", "t1 join pragma_table_info('t2')",
    "t1 full join t2 using (k)", "q", "q natural join t2", "q join t1 using (k)",
)  # fmt: skip
_WANTED = (
    "*", "count(*)", "1", "max(rowid)", "count(*) over ()", "(select sum(v) from t3)", "sum(1)", "(select count(*) from t2)",
    "exists (select * from t3)", "case when 5 in t3 then 1 else 0 end", "'t2'", "(select max(w) from t2 natural join t1)",
)  # fmt: skip
_CONDITIONS = (
    "", " where 20 in t3", " where exists (select 1 from t2)", " where 1 = (select count(*) from t2 natural join t3)", " limit 2",
    " where (select w from t2 order by w desc) = 5", " where 0", ' where "no such" = 1', " group by 1", " order by 1",
    " where (2, 5, 1) in t2", " where not exists (select 1 from t3 natural join t1)",
)  # fmt: skip
_BEFORE = (
    "create view u as select * from t1 natural join t2", "create temp table x as select * from t2",
    "delete from t3 where v in (select v from t1)",
    "update t1 set v = (select max(w) from t2) where k = 2", "insert into t3 select w from t2",
    "insert into t3 (v) select v from t1 returning v",
    "create trigger g after insert on t3 begin update t2 set w = new.v; delete from t1 where v > new.v; end", "insert into t3 values (15)",
    "create unique index i on t3 (v)", "insert into t3 values (20) on conflict do update set v = 21", "drop table t1", "begin", "rollback",
    "commit", "savepoint s", "rollback to s", "alter table t1 rename to old", "alter table t2 rename column w to v", "select 1 / 0",
    "create table y (m integer not null)", "insert into y select max(k) from t1", "insert into t2 select * from t1", "analyze",
    "create virtual table f using fts5(v, content='t1', content_rowid='k')", "insert into f (f) values ('rebuild')",
    "select v from f('20')",
    "create virtual table r using rtree(id, low, high)", "insert into r select k, v, v from t1 where k", "select sum(high) from r",
    "update t1 set v = v + w from t2 where t1.k = t2.k", "delete from t1", "explain query plan select * from t1",
)  # fmt: skip


@st.composite
def _queries(draw: st.DrawFn) -> str:
    query = f"select {draw(st.sampled_from(_WANTED))} from {draw(st.sampled_from(_SOURCES))}{draw(st.sampled_from(_CONDITIONS))}"
    if draw(st.booleans()):
        query = f"select count(*) from ({query}) natural join {draw(st.sampled_from(_SOURCES))}"
    if draw(st.booleans()):
        operator = draw(st.sampled_from(["union", "except", "intersect", "union all"]))
        query = f"select * from ({query}) {operator} select * from (select {draw(st.sampled_from(_WANTED))} from t1)"
    common = draw(
        st.sampled_from(["select * from t1", "select k, v from t1", "select k from t2 union select k from t1"])
    )
    return f"with q as ({common}) {query}"


@settings(deadline=None)
@given(st.lists(st.sampled_from(_BEFORE) | _queries(), max_size=4), _queries())
def test_any_script_as_sqlite_runs_it(before: list[str], query: str) -> None:
    script = [*before, query]
    inputs = [table(**{name: pa.array(values) for name, values in columns.items()}) for columns in _TABLES.values()]
    try:
        expected = _by_sqlite(script)
    except sqlite3.Error:
        with pytest.raises(Exception, match="Error 0069"):
            sql(";\n".join(script), *inputs)
        return
    result = sql(";\n".join(script), *inputs)
    found = list(zip(*lists(result).values(), strict=True)) if result.num_rows else []
    columns = list(zip(*expected, strict=True))
    mixed = [any(isinstance(value, str | float) for value in column) for column in columns]
    wanted = [
        tuple(str(value) if text and value is not None else value for value, text in zip(row, mixed, strict=True))
        for row in expected
    ]
    shown = [
        tuple(str(value) if text and value is not None else value for value, text in zip(row, mixed, strict=True))
        for row in found
    ]
    assert sorted(map(repr, shown)) == sorted(map(repr, wanted))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("select count(*) n from t1 join t2 using (k)", 3), ("select count(*) n from t1 natural join t1 b", 3),
        ("with q as (select * from t1) select count(*) n from q natural join t2", 3),
        ('select count(*) n from t1 join t2 USING ("k")', 3), ("select count(*) n from t1 join t2 uSiNg([k])", 3),
    ],
    ids=range(5),
)  # fmt: skip
def test_columns_that_join_without_being_read(query: str, count: int) -> None:
    one, two = table(k=[1, 2, 3], v=[10, 20, 30]), table(k=[2, 3, 3], w=[5, 6, 7])
    assert lists(sql(query, one, two)) == {"n": [count]}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("begin; delete from t1; rollback; select n from t1", [1, 2]),
        ("begin; update t1 set n = 5; savepoint s; delete from t1; rollback to s; commit; select n from t1", [5, 5]),
        ("insert or ignore into t1 (n) values (7); begin; insert into t1 (n) select n from t1; rollback; select n from t1", [1, 2, 7]),
        ("begin; drop table t1; rollback; select n from t1", [1, 2]),
        ("create table y (m integer not null); insert into y select max(n) from t1; select m as n from y", [2]),
        ("create virtual table f using fts5(s, content=t1); insert into f(f) values('rebuild'); select rowid as n from f where s match 'b'",
         [2]),
        ("create virtual table f using fts4(content=t1, s); insert into f(f) values('rebuild'); select docid as n from f where s match 'a'",
         [1]),
    ],
    ids=range(7),
)  # fmt: skip
def test_scripts_that_change_or_check(script: str, expected: list[int]) -> None:
    assert lists(sql(script, table(n=[1, 2], s=["a", "b"])))["n"] == expected


_PARTS = (
    "select 1", "create", "temp", "TEMPORARY", "trigger", "explain query plan", "begin", "end", ";", ";", " ", "\n", "-- ; end\n",
    "/* ; */", "';'", '"a;b"', "[;]", "`;`", "endx", "x", "'", "--", "/*", ",", "é",
)  # fmt: skip


def _by_complete_statement(script: str) -> list[tuple[str, int]]:
    """Statements and lines, where SQLite calls a text up to a semicolon complete."""
    found, rest, line = [], script, 1
    while rest:
        blank = re.match(r"(?:\s|;|--[^\n]*|/\*.*?(?:\*/|\Z))*", rest, re.DOTALL)
        assert blank is not None
        line += blank[0].count("\n")
        rest = rest[blank.end() :]
        ends = [place + 1 for place, sign in enumerate(rest) if sign == ";"]
        end = next((end for end in ends if sqlite3.complete_statement(rest[:end])), len(rest))
        if rest:
            found.append((rest[:end], line))
        line += rest[:end].count("\n")
        rest = rest[end:]
    return found


@settings(deadline=None)
@given(st.lists(st.sampled_from(_PARTS), max_size=14))
def test_a_statement_ends_where_sqlite_says(parts: list[str]) -> None:
    script = " ".join(parts)
    assert [(each.text, each.line) for each in statements(script)] == _by_complete_statement(script)


def test_statements_after_a_long_one_keep_their_lines() -> None:
    script = "select ';;" + ";\n" * 100_000 + "';\n" + "select 1;\n" * 20_000
    found = list(statements(script))
    assert [(each.line, len(each.text)) for each in (found[0], found[1], found[-1])] == [
        (1, 200_012), (100_002, 9), (120_001, 9)
    ]  # fmt: skip


def test_a_trigger_may_be_explained() -> None:
    script = "explain create trigger g after insert on t1 begin select 1; end; select 2"
    assert len(list(statements(script))) == 2


def test_names_that_differ_in_other_letters_capitals() -> None:
    before = Table(pa.table({"Ä": [1], "ä": [2], "İ": [3], "i̇": [4]}))
    assert sql("select * from t1", before).equals(before)
    assert lists(sql("select ä from t1", before)) == {"ä": [2]}
    twice = table(A=[True], a=[dt.timedelta(1)])
    assert types(sql("select * from t1", twice)) == ["Boolean", "TimeSpan"]


def test_a_misspelt_name_in_double_quotes_is_told() -> None:
    notes = collect()
    assert lists(sql('select "nmae", "name" from t1', table(name=["x"]))) == {'"nmae"': ["nmae"], "name": ["x"]}
    (told,) = notes
    assert '"nmae"' in told
    notes.clear()
    quoted = table(**{'"q"': [1]})
    assert sql("select * from t1", quoted).equals(quoted)
    assert not notes


def test_a_type_comes_back_only_where_sqlite_keeps_such_values() -> None:
    day = dt.datetime(2020, 1, 31)
    before = table(
        {"y": Role.LABEL}, span=[dt.timedelta(1)], t=[day], y=[0.5], k=categories(["x"], ["x"]), n=[3],
    )  # fmt: skip
    for name in ("span", "t", "y", "k"):
        counted = sql(f"select count(*) as {name} from t1", before)
        assert types(counted) == ["Integer"], name
        assert counted.columns[0].role is Role.FEATURE
    kept = sql("select avg(span) as span, min(t) as t, sum(y) as y, max(k) as k from t1", before)
    assert types(kept) == ["TimeSpan", "DateTime", "Double", "Categorical String"]
    assert [column.role for column in kept.columns] == [Role.FEATURE, Role.FEATURE, Role.LABEL, Role.FEATURE]


def test_of_several_labels_the_first_stays() -> None:
    one = table({"y": Role.LABEL, "w": Role.WEIGHT}, y=[1], w=[0.5], s=[1.0])
    result = sql("select * from t1, t2, t3", one, one, table({"z": Role.LABEL, "s": Role.SCORE}, z=[1], s=[2.0]))
    assert [column.role for column in result.columns] == [
        Role.LABEL, Role.WEIGHT, Role.FEATURE, Role.FEATURE, Role.FEATURE, Role.FEATURE, Role.FEATURE, Role.FEATURE
    ]  # fmt: skip


def test_digits_of_spans_that_seconds_lose_are_told() -> None:
    notes = collect()
    fine = table(d=pa.array([10**18 + 1, None], pa.duration("ns")), n=[1, 2])
    sql("select n from t1", fine)
    assert not notes, "it is not read"
    sql("select * from t1", fine)
    (told,) = notes
    assert "Column d of t1" in told
    notes.clear()
    sql(
        "select * from t1",
        table(d=pa.array([1_500, 3], pa.duration("ns")), e=[dt.timedelta(days=50_000, microseconds=1), None]),
    )
    assert not notes
