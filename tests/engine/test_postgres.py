"""Import Data and Export Data with a real PostgreSQL."""

# ruff: noqa: DTZ001 - columns without a zone
from __future__ import annotations

import datetime as dt
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from bottega.dataset.table import Table
from bottega.engine.reach import Outside
from bottega.errors import BottegaError
from bottega.graph.document import Experiment
from bottega.modules.data_input_and_output import _query
from tests.clients.postgres_server import Postgres, postgres, programs
from tests.engine.databases import lists, query, save, types
from tests.engine.helpers import Bench, Canceler, steps

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed: `make tools` installs it"),
]
ZONED = dt.datetime(2020, 7, 1, 10, 30, 0, 5, tzinfo=dt.UTC)
NAIVE = dt.datetime(1969, 12, 31, 23, 59, 59, 999_999)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    import tempfile

    # Who runs the server has to get there.
    with tempfile.TemporaryDirectory() as folder, postgres(Path(folder)) as started:
        yield started


@pytest.fixture
def outside(tmp_path: Path) -> Outside:
    return Outside(tmp_path, private_addresses=True)


def fails(code: str, work: Any, *given: Any, **parameters: Any) -> BottegaError:
    with pytest.raises(BottegaError) as caught:
        work(*given, **parameters)
    assert caught.value.code == code, str(caught.value)
    return caught.value


def test_types_of_the_database(server: Postgres, outside: Outside) -> None:
    table = query(outside, server.url, """
        SELECT * FROM (VALUES
          (true, 1::int2, 2::int4, 9223372036854775807::int8, 1.5::float4, 'NaN'::float8, 1.25::numeric(10,2),
           'é'::text, 'x'::varchar(3), '\\x00ff'::bytea, '2020-07-01'::date, '1969-12-31 23:59:59.999999'::timestamp,
           '2020-07-01 12:30:00.000005+02'::timestamptz, '01:02:03.5'::time, '1 day -2 seconds'::interval,
           '00000000-0000-0000-0000-000000000001'::uuid, '{"a": [1, null, "é"]}'::jsonb, ARRAY[1,2]),
          (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
        ) AS t (b, i2, i4, i8, f4, f8, n, t, v, y, d, ts, tz, ti, iv, u, j, a)
    """)  # fmt: skip
    assert dict(zip(table.arrow.column_names, types(table), strict=True)) == {
        "b": "Boolean", "i2": "Integer", "i4": "Integer", "i8": "Integer", "f4": "Double", "f8": "Double", "n": "Double",
        "t": "String", "v": "String", "y": "Bytes", "d": "DateTime", "ts": "DateTime", "tz": "DateTime",
        "ti": "TimeSpan", "iv": "TimeSpan", "u": "String", "j": "String", "a": "String",
    }  # fmt: skip
    first = {name: values[0] for name, values in lists(table).items()}
    assert first == {
        "b": True, "i2": 1, "i4": 2, "i8": 2**63 - 1, "f4": 1.5, "f8": None, "n": 1.25, "t": "é", "v": "x",
        "y": b"\0\xff", "d": dt.datetime(2020, 7, 1), "ts": NAIVE, "tz": ZONED,
        "ti": dt.timedelta(hours=1, minutes=2, seconds=3.5), "iv": dt.timedelta(days=1, seconds=-2),
        "u": "00000000-0000-0000-0000-000000000001", "j": '{"a": [1, null, "é"]}', "a": "[1, 2]",
    }  # fmt: skip
    assert all(values[1] is None for values in lists(table).values())
    assert str(table.arrow.schema.field("tz").type) == "timestamp[us, tz=UTC]"


def test_decimals(server: Postgres, outside: Outside) -> None:
    server.run("CREATE TABLE decimals (a numeric(18,0), b numeric(19,0), c numeric(4,2), d numeric)")
    server.run("INSERT INTO decimals VALUES (999999999999999999, 7, 1.25, 'Infinity'), (NULL, NULL, NULL, 'NaN')")
    table = query(outside, server.url, "SELECT * FROM decimals")
    assert types(table) == ["Integer", "Double", "Double", "Double"]
    assert lists(table) == {
        "a": [999999999999999999, None],
        "b": [7.0, None],
        "c": [1.25, None],
        "d": [float("inf"), None],
    }
    assert types(query(outside, server.url, "SELECT * FROM decimals WHERE false")) == types(table)


@pytest.mark.parametrize("value", ["'infinity'::timestamptz", "'12020-01-01'::date", "'0044-03-15 BC'::timestamp"])
def test_moments_that_no_calendar_here_has(server: Postgres, outside: Outside, value: str) -> None:
    assert "1" in str(fails("query-failed", query, outside, server.url, f"SELECT now() UNION ALL SELECT {value}"))


def test_types_without_a_value_are_those_declared(server: Postgres, outside: Outside) -> None:
    columns = (
        "NULL::int8 i, NULL::numeric n, NULL::boolean b, NULL::timestamptz t, NULL::bytea y, NULL::text s, NULL::json j"
    )
    kinds = ["Integer", "Double", "Boolean", "DateTime", "Bytes", "String", "String"]
    assert types(query(outside, server.url, f"SELECT {columns}")) == kinds
    empty = query(outside, server.url, f"SELECT {columns} WHERE false")
    assert (types(empty), empty.num_rows) == (kinds, 0)


def test_many_rows_come_in_pieces(server: Postgres, outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    sql = "SELECT g AS n, CASE WHEN g > 29000 THEN g::text END AS s FROM generate_series(1, 30000) g; -- all of them 100% :x"
    table = query(outside, server.url, sql)
    assert lists(table)["n"] == list(range(1, 30_001))
    assert table.column("s").null_count == 29_000
    monkeypatch.setattr(_query, "LARGEST", 100_000)
    fails(
        "input-too-large",
        query,
        outside,
        server.url,
        "SELECT a, b FROM generate_series(1, 30000) a, generate_series(1, 30000) b",
    )


def test_names_of_all_kinds(server: Postgres, outside: Outside) -> None:
    table = query(outside, server.url, 'SELECT 1 AS "größe", 2 AS "größe", 3')
    assert lists(table) == {"größe": [1], "größe (1)": [2], "?column?": [3]}


def test_user_and_password_beside_the_address(server: Postgres, outside: Outside) -> None:
    told = {"Server user account name": "tests", "Server user account password": server.password}
    assert lists(query(outside, server.bare_url, "SELECT 1 AS a", **told)) == {"a": [1]}
    wrong = server.url.replace("tests:", "nobody:")
    assert lists(query(outside, wrong, "SELECT 1 AS a", **told)) == {"a": [1]}


def test_imports_change_nothing(server: Postgres, outside: Outside) -> None:
    server.run("CREATE TABLE kept AS SELECT 1 AS a")
    error = fails(
        "query-failed", query, outside, server.url, "WITH d AS (DELETE FROM kept RETURNING a) SELECT a FROM d"
    )
    assert server.password not in str(error)
    server.run("CREATE FUNCTION drain() RETURNS bigint AS 'DELETE FROM kept; SELECT count(*) FROM kept' LANGUAGE sql")
    assert "read-only" in str(fails("query-failed", query, outside, server.url, "SELECT drain()"))
    assert server.run("SELECT a FROM kept") == [(1,)]


def test_what_the_database_refuses(server: Postgres, outside: Outside) -> None:
    assert "nowhere" in str(fails("query-failed", query, outside, server.url, "SELECT * FROM nowhere"))
    assert "division by zero" in str(
        fails("query-failed", query, outside, server.url, "SELECT 1/(g-9999) FROM generate_series(1,20000) g")
    )
    fails("0003", query, outside, server.url, " ")
    fails("0003", query, outside, "", "SELECT 1")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("tests:{password}", "tests:hunter2"), "0071"), (("tests:{password}", "hunter2"), "0071"), (("/tests", "/none"), "0015"),
        (("127.0.0.1", "no-such-host.invalid"), "0154"), (("/tests", "/tests?host=/tmp"), "0015"),
        (("/tests", "/tests?hostaddr=10.0.0.1"), "0015"), (("/tests", "/tests?passfile=/etc/passwd"), "0015"),
        (("127.0.0.1:{port}", ""), "0015"), (("{port}", "1"), "0015"), (("{port}", "many"), "0029"),
        (("postgresql:", "nonsense"), "0029"), (("postgresql:", "oracle:"), "0015"), (("postgresql:", "nosuchbase:"), "0015"),
    ],
)  # fmt: skip
def test_addresses_that_lead_nowhere(server: Postgres, outside: Outside, change: tuple[str, str], code: str) -> None:
    before, after = (each.format(password=server.password, port=server.port) for each in change)
    url = server.url.replace(before, after, 1) if before != "/tests" else server.url.removesuffix("/tests") + after
    for error in (
        fails(code, query, outside, url, "SELECT 1"),
        fails(code, save, outside, url, Table(pa.table({"a": [1]})), "t"),
    ):
        told = f"{error} {error.facts}"
        assert server.password not in told
        assert "hunter2" not in told


def test_private_addresses_need_leave(server: Postgres, tmp_path: Path) -> None:
    fails("access-refused", query, Outside(tmp_path), server.url, "SELECT 1")
    fails("access-refused", query, Outside(tmp_path), server.url.replace("postgresql:", "mysql:"), "SELECT 1")
    fails("access-refused", query, Outside(tmp_path), "", "SELECT 1", server_name="10.0.0.1", database_name="a")


def test_a_query_is_canceled_and_ends_in_the_database_too(server: Postgres, tmp_path: Path) -> None:
    cancel = Canceler()
    outside = Outside(tmp_path, private_addresses=True, stop=cancel.descriptor)
    running = (
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND usename = 'tests' AND pid <> pg_backend_pid()"
    )

    def stop() -> None:
        for _ in range(400):
            if server.run(running) != [(0,)]:
                break
            time.sleep(0.05)
        cancel()

    thread = threading.Thread(target=stop)
    thread.start()
    fails("canceled", query, outside, server.url, "SELECT pg_sleep(60)")
    thread.join()
    for _ in range(200):
        if server.run(running) == [(0,)]:
            break
        time.sleep(0.05)
    assert server.run(running) == [(0,)]
    os.close(cancel.descriptor)


def test_a_query_has_only_so_much_time(server: Postgres, tmp_path: Path) -> None:
    outside = Outside(tmp_path, private_addresses=True, seconds=1)
    assert "1 seconds" in str(fails("0072", query, outside, server.url, "SELECT pg_sleep(300)"))


def every_type() -> Table:
    codes = pa.DictionaryArray.from_arrays(pa.array([1, None, 0], pa.int32()), pa.array(["a", "b"]))
    return Table(pa.table({
        'größe "x"': [1.5, None, float("inf")], "n": [1, None, -(2**63)], "s": ["a'b", None, ""], "b": [True, None, False],
        "ts": pa.array([NAIVE, None, NAIVE]), "tz": pa.array([ZONED, None, ZONED], pa.timestamp("us", "Europe/Rome")),
        "iv": pa.array([dt.timedelta(days=-1, seconds=1), None, dt.timedelta(0)]), "y": [b"\0\xff", None, b""], "k": codes,
    }))  # fmt: skip


def test_every_type_comes_back(server: Postgres, outside: Outside) -> None:
    save(outside, server.url, every_type(), "every type")
    back = query(outside, server.url, 'SELECT * FROM "every type"')
    assert lists(back) == lists(every_type())
    assert types(back)[:-1] == types(every_type())[:-1]
    declared = server.run(
        "SELECT data_type FROM information_schema.columns WHERE table_name = 'every type' ORDER BY ordinal_position"
    )
    assert [kind for (kind,) in declared] == [
        "double precision", "bigint", "text", "boolean", "timestamp without time zone", "timestamp with time zone", "interval",
        "bytea", "text",
    ]  # fmt: skip


@pytest.mark.parametrize("rows", [1, 7, 50, 100_000])
def test_rows_are_added_so_many_at_once(server: Postgres, outside: Outside, rows: int) -> None:
    table = Table(pa.table({"a": list(range(120))}))
    for _ in range(2):
        save(outside, server.url, table, f"rows{rows}", rows=rows)
    assert server.run(f"SELECT count(*), sum(a) FROM rows{rows}") == [(240, 2 * sum(range(120)))]


def test_columns_by_name_into_a_schema(server: Postgres, outside: Outside) -> None:
    server.run("CREATE SCHEMA other")
    server.run('CREATE TABLE other.people ("full, name" text, age float8, day date, note text)')
    table = Table(
        pa.table({"age": [31, None], "x": [0, 0], "name": ["Ann", "Bob"], "day": [dt.datetime(2020, 1, 2)] * 2})
    )
    told = {
        "Comma separated list of columns to be saved": "name, age ,day",
        "Comma separated list of datatable columns": '"full, name",age,day', "Data table name": "other.people",
    }  # fmt: skip
    save(outside, server.url, table, "", **told)
    assert server.run("SELECT * FROM other.people") == [
        ("Ann", 31.0, dt.date(2020, 1, 2), None), ("Bob", None, dt.date(2020, 1, 2), None)
    ]  # fmt: skip
    save(outside, server.url, table, "other.new one", columns="age")
    assert server.run('SELECT * FROM other."new one"') == [(31,), (None,)]


def test_all_rows_or_none(server: Postgres, outside: Outside) -> None:
    server.run("CREATE TABLE picky (a int CHECK (a < 100))")
    table = Table(pa.table({"a": list(range(101))}))
    error = fails("query-failed", save, outside, server.url, table, "picky", rows=10)
    assert "picky" in str(error)
    assert server.run("SELECT count(*) FROM picky") == [(0,)]
    # Nor is there a table that was made for nothing.
    dates = Table(pa.table({"a": pa.array([2**62], pa.timestamp("us"))}))
    assert fails("0139", save, outside, server.url, dates, "fresh").facts["column"] == "a"
    assert server.run("SELECT to_regclass('fresh')") == [(None,)]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"columns": "none"}, "0001"), ({"columns": "a,b", "table_columns": "a"}, "0027"), ({"columns": "a,a"}, "0028"),
        ({"columns": "a,b", "table_columns": "x,x"}, "0028"), ({"columns": '"a'}, "0002"), ({"rows": 0}, "0008"),
        ({"table": " "}, "0003"), ({"table_columns": "a,c"}, "0121"), ({"table": "nowhere.t"}, "query-failed"),
    ],
)  # fmt: skip
def test_columns_that_cannot_be_saved(server: Postgres, outside: Outside, told: dict[str, Any], code: str) -> None:
    server.run("CREATE TABLE IF NOT EXISTS two (a int, b int)")
    fails(code, save, outside, server.url, Table(pa.table({"a": [1], "b": [2]})), **{"name": "two", **told})
    assert server.run("SELECT count(*) FROM two") == [(0,)]


def test_tables_without_rows_and_columns(server: Postgres, outside: Outside) -> None:
    save(outside, server.url, Table(pa.table({"a": pa.array([], pa.int64())})), "no_rows")
    assert server.run("SELECT * FROM no_rows") == []
    fails("0020", save, outside, server.url, Table(pa.table({})), "no_columns")


def test_in_an_experiment_no_secret_is_told(bench: Bench, server: Postgres, outside: Outside) -> None:
    told: dict[str, Any] = {"database": server.bare_url, "user": "tests", "password": server.password}
    experiment = Experiment().add("in", "import-data", source="SQL Database", query="SELECT 1 AS a", **told)
    experiment = experiment.add(
        "out", "export-data", inputs={"dataset": "in"}, destination="SQL Database", table="of_a_run", **told
    )
    run = bench.run(experiment, outside=outside)
    assert run.status == "Finished"
    assert server.run("SELECT * FROM of_a_run") == [(1,)]
    failed = bench.run(experiment.set("in", "query", "SELECT nothing"), outside=outside)
    assert steps(failed)["in"].error is not None
    assert server.password not in str((run.steps, failed.steps))
