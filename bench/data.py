"""Tables to measure with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from bottega.dataset import exchange
from bottega.dataset.table import Table
from bottega.sandbox.host.memory import Memory


def small() -> Table:
    """10 rows of three kinds."""
    return Table(pa.table({"a": list(range(10)), "b": [1.5] * 10, "c": ["x"] * 10}))


def large(rows: int = 1_000_000) -> Table:
    """Rows of 10 doubles, 5 integers and 5 texts of which a tenth is missing."""
    random = np.random.default_rng(0)
    words = np.array([f"value-{number}" for number in range(1000)])
    columns: dict[str, Any] = {f"f{place}": pa.array(random.normal(size=rows)) for place in range(10)}
    columns |= {f"i{place}": pa.array(random.integers(0, 1000, rows)) for place in range(5)}
    for place in range(5):
        texts = pa.array(words[random.integers(0, 1000, rows)], pa.large_string(), mask=random.random(rows) < 0.1)
        columns[f"s{place}"] = texts
    return Table(pa.table(columns))


def memory(table: Table) -> Memory:
    """The table as a jail gets it."""
    return Memory.sealed("table", lambda file: exchange.write(table, file))
