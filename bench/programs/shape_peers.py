"""What the shaping modules do, as pandas and polars say it: `QUERY FOLDER`; each a function of the table and what it is joined to."""

from __future__ import annotations

import json
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl

NUMBERS = [f"f{place}" for place in range(10)]
TEXTS = [f"s{place}" for place in range(5)]
QUERY = sys.argv[1]


def _pandas_sql(frame: pd.DataFrame, _other: pd.DataFrame) -> pd.DataFrame:
    with closing(sqlite3.connect("")) as connection:
        frame[["i0", "i1", "f0"]].to_sql("t1", connection, index=False)
        return pd.read_sql_query(QUERY, connection)


def _pandas_split(frame: pd.DataFrame, _other: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    first = frame.sample(frac=0.7, random_state=1)
    return first.sort_index(), frame.drop(first.index)


def _polars_split(frame: pl.DataFrame, _other: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    chosen = pl.int_range(frame.height, eager=True).shuffle(seed=1) < int(frame.height * 0.7)
    return frame.filter(chosen), frame.filter(~chosen)


PANDAS: dict[str, Callable[[Any, Any], Any]] = {
    "select": lambda frame, _: frame[[*NUMBERS, *TEXTS]].copy(),
    "clean": lambda frame, _: frame.assign(**{name: frame[name].fillna("none") for name in TEXTS}),
    "clean rows": lambda frame, _: frame.dropna(subset=TEXTS),
    "normalize": lambda frame, _: frame.assign(
        **{name: (frame[name] - frame[name].mean()) / frame[name].std(ddof=0) for name in NUMBERS}
    ),
    "join": lambda frame, other: frame.merge(other, on="i0"),
    "split": _pandas_split,
    "sql": _pandas_sql,
    "summarize": lambda frame, _: (frame.describe(include="all"), frame[NUMBERS].skew(), frame[NUMBERS].kurt()),
}
POLARS: dict[str, Callable[[Any, Any], Any]] = {
    "select": lambda frame, _: frame.select([*NUMBERS, *TEXTS]),
    "clean": lambda frame, _: frame.with_columns(pl.col(TEXTS).fill_null("none")),
    "clean rows": lambda frame, _: frame.drop_nulls(TEXTS),
    "normalize": lambda frame, _: frame.with_columns(
        (pl.col(NUMBERS) - pl.col(NUMBERS).mean()) / pl.col(NUMBERS).std(ddof=0)
    ),
    "join": lambda frame, other: frame.join(other, on="i0"),
    "split": _polars_split,
    # Its own SQL, for SQLite's is the one of pandas.
    "sql": lambda frame, _: pl.SQLContext(t1=frame, eager=True).execute(QUERY),
    "summarize": lambda frame, _: (
        frame.describe(),
        frame.select(pl.col(NUMBERS).skew().name.suffix(" skew"), pl.col(NUMBERS).kurtosis().name.suffix(" kurtosis")),
        frame.select(pl.all().n_unique()),
    ),
}


def _seconds(action: Callable[[Any, Any], Any], *frames: Any) -> float:
    times = []
    for _ in range(5):
        started = time.perf_counter()
        action(*frames)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main(folder: Path) -> None:
    """Print the median seconds of each, by library."""
    files = [folder / "rows.parquet", folder / "other.parquet"]
    told = {}
    for name, actions, read in (("pandas", PANDAS, pd.read_parquet), ("polars", POLARS, pl.read_parquet)):
        frames = [read(file) for file in files]
        told[name] = {what: _seconds(action, *frames) for what, action in actions.items()}
        del frames
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[2]))
