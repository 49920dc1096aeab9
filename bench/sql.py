"""A query over 1M rows in and 1M rows out, against pandas and SQLite doing the same by hand."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pandas as pd

from bench import data, measure
from bottega.dataset import frames
from bottega.dataset.table import Table
from bottega.modules.data_transformation.apply_sql_transformation import apply_sql_transformation
from bottega.sandbox.host.environment import Environment

_COLUMNS = ["i0", "f0", "f1", "s0", "s1"]
_QUERY = "select i0, f0 + f1 as total, f1, s0, s1 from t1 where i0 >= 0"


def query(_environment: Environment) -> None:
    """1M x 5 of integers, fractions and texts. Both in this process; the jail's part is measured elsewhere."""
    table = Table(data.large().arrow.select(_COLUMNS))
    frame = frames.to_pandas(table)
    results: dict[str, Any] = {}

    def ours() -> None:
        results["ours"] = apply_sql_transformation(table, query=_QUERY)

    def by_hand() -> None:
        with closing(sqlite3.connect("")) as connection:
            frame.to_sql("t1", connection, index=False)
            results["by hand"] = pd.read_sql_query(_QUERY, connection)

    times = measure.interleaved({"Apply SQL Transformation": ours, "pandas' to_sql and read_sql_query": by_hand}, 3)
    pd.testing.assert_frame_equal(frames.to_pandas(results["ours"]), results["by hand"], check_dtype=False)
    measure.table("SQL over 1M x 5, 1M rows out", times, "pandas' to_sql and read_sql_query")
