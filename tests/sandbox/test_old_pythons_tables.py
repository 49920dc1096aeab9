"""Tables on old Pythons: what goes in comes back, and what scripts make becomes what it becomes today."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bottega.dataset.table import Table
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.pool import Pool
from tests.sandbox.helpers import Runner
from tests.sandbox.old_helpers import KINDS, UTC, there_and_back


@pytest.fixture
def run(old_run: Runner) -> Runner:
    """Each of the old ones in turn."""
    return old_run


def test_a_table_comes_back_as_it_went(run: Runner) -> None:
    table = Table(pa.table(KINDS)).arrow
    came = there_and_back(run, table)
    assert came.column_names == table.column_names
    for name in table.column_names:
        assert came[name].combine_chunks().equals(table[name].combine_chunks()), (name, came[name], table[name])


@pytest.mark.parametrize("rows", [0, 1])
def test_small_tables(run: Runner, rows: int) -> None:
    table = Table(pa.table(KINDS).slice(0, rows)).arrow
    assert there_and_back(run, table).equals(table)


def test_a_table_without_columns_keeps_its_rows(run: Runner) -> None:
    assert run("def azureml_main(frame):\n    print(len(frame))\n", dataset1={}).log.strip() == "0"


def test_many_rows(run: Runner) -> None:
    rows = 200_000
    columns: dict[str, Any] = {"a": np.arange(rows), "b": np.arange(rows) * 0.5, "c": [str(row) for row in range(rows)]}
    table = pa.table(columns)
    assert there_and_back(run, table)["c"].to_pylist() == table["c"].to_pylist()


def test_what_nobody_touched_keeps_its_type_when_rows_are_chosen(run: Runner) -> None:
    came = there_and_back(run, pa.table({"a": pa.array([None, 2**60 + 1, 3, None]), "b": [4, 3, 2, 1]}),
                 "def azureml_main(f):\n    return f[f['b'] < 4].sort_values('b'),\n")  # fmt: skip
    assert came.column("a").type == pa.int64()
    assert came.to_pydict() == {"a": [None, 3, 2**60 + 1], "b": [1, 2, 3]}


_CELL = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=5), st.binary(max_size=5),
    st.dates(), st.datetimes(), st.times(), st.timedeltas(), st.decimals(allow_nan=False, allow_infinity=False, places=3),
    st.lists(st.integers(0, 9), max_size=3),
)  # fmt: skip
# The script makes the values from their text, and tells what today's rules would make of them.
_MAKES = """
import datetime
from decimal import Decimal
import pandas as pd
nan, inf = float("nan"), float("inf")
CELLS = {cells}
def azureml_main():
    frame = pd.DataFrame({{"a": pd.Series(CELLS, dtype=object)}})
    return frame,
"""


@pytest.mark.slow
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.lists(_CELL, max_size=4), *(st.lists(kind, max_size=4) for kind in _CELL.original_strategies)))  # type: ignore[attr-defined]
def test_objects_become_what_they_become_today(
    run_36: Runner, pool: Pool, environment: Environment, cells: list[Any]
) -> None:
    source = _MAKES.format(cells=repr(cells))
    old, new = run_36(source), Runner(pool, environment, ())(source)
    if new.failure is not None:
        assert old.error.code == new.error.code
        assert old.error.message == new.error.message
        return
    assert old.result is not None
    assert new.result is not None
    assert old.failure is None, old.failure
    assert old.result.arrow.equals(new.result.arrow), (old.result.arrow, new.result.arrow)
    assert old.notes == new.notes


OBJECTS: dict[str, list[Any]] = {
    "[1, None, 3]": [1, None, 3],
    "[2**70, 1]": [float(2**70), 1.0],
    "[True, 1]": [1, 1],
    "['a', 1]": ["a", "1"],
    "[Decimal('1.5'), None]": [1.5, None],
    "[datetime.date(2020, 1, 2), None]": [dt.datetime(2020, 1, 2), None],  # noqa: DTZ001
    "[datetime.time(1, 2), None]": [dt.timedelta(hours=1, minutes=2), None],
    "[datetime.timedelta(1), None]": [dt.timedelta(1), None],
    "[pd.Timestamp('2020-01-02'), None]": [dt.datetime(2020, 1, 2), None],  # noqa: DTZ001
    "[pd.Timestamp('2020-01-02', tz='Europe/Rome')]": [dt.datetime(2020, 1, 1, 23, tzinfo=UTC)],
    "[pd.Period('2020-02', 'M'), None]": [dt.datetime(2020, 2, 1), None],  # noqa: DTZ001
    "[uuid.UUID(int=1)]": ["00000000-0000-0000-0000-000000000001"],
    "[1j]": ["1j"],
    "[[1, (2, 'x')], {'b': None}]": ['[1, [2, "x"]]', '{"b": null}'],
    "[np.float32(1.5), np.int8(2)]": [1.5, 2.0],
    "[np.datetime64('2020-01-02'), pd.NaT]": [dt.datetime(2020, 1, 2), None],  # noqa: DTZ001
    "[bytearray(b'x'), None]": [b"x", None],
    "pd.cut([1, 5], [0, 2, 9])": ["(0, 2]", "(2, 9]"],
    "pd.Categorical([1, 2, 1])": [1, 2, 1],
    "np.array([1, 2], 'u1')": [1, 2],
    "np.array([1.5, 2.5], 'f2')": [1.5, 2.5],
    "np.array([1j])": ["1j"],
    "pd.date_range('2020-01-02', periods=1, tz='UTC')": [dt.datetime(2020, 1, 2, tzinfo=UTC)],
    "pd.timedelta_range('1s', periods=1)": [dt.timedelta(seconds=1)],
    "pd.SparseArray([1.0, 0.0]) if hasattr(pd, 'SparseArray') else pd.arrays.SparseArray([1.0, 0.0])": [1.0, 0.0],
}


def test_values_of_every_kind(run: Runner) -> None:
    lines = [f"        made('c{number}', {each})," for number, each in enumerate(OBJECTS)]
    head = "import datetime, uuid\nfrom decimal import Decimal\nimport numpy as np\nimport pandas as pd\n"
    head += "def made(name, cells):\n    kind = object if isinstance(cells, list) else None\n"
    head += "    return pd.DataFrame({name: pd.Series(cells, dtype=kind)})\n"
    source = head + "def azureml_main():\n    return pd.concat([\n" + "\n".join(lines) + "\n    ], axis=1),\n"
    ended = run(source)
    columns = ended.columns
    for number, (each, expected) in enumerate(OBJECTS.items()):
        came = columns[f"c{number}"][: len(expected)]
        plain = [
            value.astimezone(UTC) if isinstance(value, dt.datetime) and value.tzinfo is not None else value
            for value in came
        ]
        assert plain == expected, each


def test_a_value_that_no_table_holds_is_named(run: Runner) -> None:
    error = run("""
        import pandas as pd
        class Model(object):
            pass
        def azureml_main():
            return pd.DataFrame({"a": [1, 2], "b": [None, Model()]}),
    """).error
    assert error.code == "0139"
    assert "'b', row 1" in error.message
    assert "Model" in error.message


def test_nullable_columns_are_exact(run_38: Runner) -> None:
    ended = run_38("""
        import pandas as pd
        def azureml_main():
            return pd.DataFrame({
                "i": pd.array([2**62 + 1, None], dtype="Int64"), "b": pd.array([True, None], dtype="boolean"),
                "f": pd.array([1.5, None], dtype="Float64"), "s": pd.array(["x", None], dtype="string")}),
    """)
    assert ended.columns == {"i": [2**62 + 1, None], "b": [True, None], "f": [1.5, None], "s": ["x", None]}


def test_names_of_columns(run: Runner) -> None:
    ended = run("""
        # -*- coding: utf-8 -*-
        import pandas as pd
        def azureml_main(frame):
            assert list(frame.columns) == ["a", u"\\u00e4"]
            made = pd.DataFrame([[1] * 6])
            made.columns = [0, None, "x", "x", (1, "y"), u"\\u00e4"]
            return made,
    """, dataset1={"a": [1], "ä": [2]})  # fmt: skip
    assert list(ended.columns) == ["0", "None", "x", "x (1)", "(1, 'y')", "ä"]


def test_text_of_python_2(run_27: Runner) -> None:
    ended = run_27("""
        import cPickle, pandas as pd
        def azureml_main(frame):
            assert isinstance(frame["t"][0], unicode) and frame["t"][0] == "x"
            assert isinstance(frame["b"][0], str)
            return pd.DataFrame({
                "utf": ["\\xc3\\xa4", u"\\xe4"], "latin": ["a", "\\xe4"],
                "pickle": [cPickle.dumps({"a": range(3)}, 2), None], "long": [5L, 2L ** 65]}),
    """, dataset1={"t": ["x"], "b": [b"\xff"]})  # fmt: skip
    columns = ended.columns
    assert columns["utf"] == ["ä", "ä"]
    assert columns["latin"] == ["a", "ä"]
    assert columns["pickle"] == [b"\x80\x02}q\x01U\x01a]q\x02(K\x00K\x01K\x02es.", None]
    assert any("'latin', row 1" in note and "Latin-1" in note for note in ended.notes)
    again = run_27(
        "import cPickle, pandas as pd\ndef azureml_main(f):\n    return pd.DataFrame(cPickle.loads(f['pickle'][0])),\n",
        dataset1={"pickle": columns["pickle"]},
    )
    assert again.columns == {"a": [0, 1, 2]}
