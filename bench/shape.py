"""1M x 20 through the modules that shape tables, each in one process, against pandas and polars doing the same."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from bench import data, measure, rivals
from bottega.dataset import formats
from bottega.dataset.table import Table
from bottega.modules.data_transformation.apply_sql_transformation import apply_sql_transformation
from bottega.modules.data_transformation.clean_missing_data import Mode, clean_missing_data
from bottega.modules.data_transformation.join_data import join_data
from bottega.modules.data_transformation.normalize_data import normalize_data
from bottega.modules.data_transformation.select_columns_in_dataset import select_columns_in_dataset
from bottega.modules.data_transformation.split_data import split_data
from bottega.modules.statistical_functions.summarize_data import summarize_data
from bottega.sandbox.host.environment import Environment
from bottega.sdk import Columns

_ROUNDS = 5
_NUMBERS = [f"f{place}" for place in range(10)]
_TEXTS = [f"s{place}" for place in range(5)]
_QUERY = "select i1, count(*) as n, avg(f0) as mean from t1 where i0 >= 500 group by i1"
_TITLES = {
    "select": "Select Columns in Dataset, 15 of 20",
    "clean": "Clean Missing Data, 5 texts get a value",
    "clean rows": "Clean Missing Data, rows removed",
    "normalize": "Normalize Data, ZScore of 10",
    "join": "Join Data, 1,000 keys on the right",
    "split": "Split Data, randomized",
    "sql": "Apply SQL Transformation, a group by",
    "summarize": "Summarize Data",
}


def modules(_environment: Environment) -> None:
    """Median of each, its ratio to the faster of the two libraries and to pandas, and the memory it takes at most."""
    table, other = data.large(), _other()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        formats.write(table, folder / "rows.parquet")
        formats.write(other, folder / "other.parquet")
        peers = rivals.told("shape_peers", _QUERY, folder) or {}
    actions = _actions(table, other)
    times = measure.interleaved(actions, _ROUNDS)
    size = table.arrow.nbytes / 1e6
    print(f"\n## 1M x 20 ({size:.0f} MB) through the modules, in one process\n")
    print("| | median [min - max] | pandas | polars | pandas ÷ this | the faster ÷ this | most memory |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for what, taken in times.items():
        others = [peers[library][what] for library in ("pandas", "polars") if library in peers]
        ours = statistics.median(taken)
        told = [f"{each * 1e3:.0f} ms" for each in others] or ["-", "-"]
        ratios = [f"{others[0] / ours:.2f}", f"{min(others) / ours:.2f}"] if others else ["-", "-"]
        most = f"{measure.memory(actions[what]) / 1e6:,.0f} MB"
        print(f"| {_TITLES[what]} | {measure.text(taken).strip()} | {' | '.join([*told, *ratios, most])} |")


def _other() -> Table:
    return Table(pa.table({"i0": pa.array(np.arange(1000)), "word": [f"word {number}" for number in range(1000)]}))


def _actions(table: Table, other: Table) -> dict[str, Callable[[], Any]]:
    texts, numbers, key = (Columns.named(*names) for names in (_TEXTS, _NUMBERS, ["i0"]))
    return {
        "select": lambda: select_columns_in_dataset(table, columns=Columns.named(*_NUMBERS, *_TEXTS)),
        "clean": lambda: clean_missing_data(table, columns=texts, replacement="none"),
        "clean rows": lambda: clean_missing_data(table, columns=texts, mode=Mode.ROW),
        "normalize": lambda: normalize_data(table, columns=numbers),
        "join": lambda: join_data(table, other, left_keys=key, right_keys=key, keep_right_keys=False),
        "split": lambda: split_data(table, fraction=0.7, seed=1),
        "sql": lambda: apply_sql_transformation(table, query=_QUERY),
        "summarize": lambda: summarize_data(table),
    }
