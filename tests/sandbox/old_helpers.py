"""What the tests of scripts on old Pythons share: every kind of column, there and back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from bottega.dataset import exchange
from bottega.dataset.table import Table
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.pool import Pool
from tests import old_pythons
from tests.sandbox.helpers import Runner

BACK = "def azureml_main(frame):\n    return frame,\n"
UTC = dt.UTC

KINDS: dict[str, Any] = {
    "whole": pa.array([1, -(2**63), 2**63 - 1], pa.int64()),
    "whole with gaps": pa.array([1, None, 2**60 + 1], pa.int64()),
    "double": pa.array([1.5, None, -0.0], pa.float64()),
    "truth": pa.array([True, False, True]),
    "truth with gaps": pa.array([True, None, False]),
    "text": pa.array(["a", "", "ä日本\U0001f600"], pa.large_string()),
    "text with gaps": pa.array([None, "x", None], pa.large_string()),
    "bytes": pa.array([b"\0\xff", None, b""], pa.large_binary()),
    "no bytes": pa.array([None, None, None], pa.large_binary()),
    "moment": pa.array([0, None, 1_500_000_000_123_456], pa.timestamp("us")),
    "fine moment": pa.array([1, None, 1_500_000_000_123_456_789], pa.timestamp("ns")),
    "far moment": pa.array([dt.datetime(1, 1, 1), None, dt.datetime(9999, 12, 31)], pa.timestamp("us")),  # noqa: DTZ001
    "moment in Rome": pa.array([0, None, 1_500_000_000_000_000], pa.timestamp("us", "Europe/Rome")),
    "far in Rome": pa.array([dt.datetime(1500, 1, 1, tzinfo=UTC), None, None], pa.timestamp("us", "Europe/Rome")),
    "by offset": pa.array([0, None, 1], pa.timestamp("us", "+05:30")),
    "at zero": pa.array([0, None, 1], pa.timestamp("us", "+00:00")),
    "span": pa.array([1, None, -86_400_000_000], pa.duration("us")),
    "category": pa.DictionaryArray.from_arrays(pa.array([1, None, 0], pa.int32()), pa.array(["b", "a", "unused"])),
    "ranks": pa.DictionaryArray.from_arrays(pa.array([1, 0, 1], pa.int32()), pa.array([10, 5]), ordered=True),
    "zeros": pa.DictionaryArray.from_arrays(pa.array([1, None, 1], pa.int32()), pa.array([1.5, 2.5])),
}


def sealed_arrow(table: pa.Table) -> Memory:
    return Memory.sealed("dataset", lambda file: exchange.write(Table(table), file))


def there_and_back(run: Runner, table: pa.Table, source: str = BACK) -> pa.Table:
    with sealed_arrow(table) as memory:
        ended = run(source, dataset1=memory)
    assert ended.failure is None, ended.failure
    assert ended.result is not None
    return ended.result.arrow


def old_runner(kind: tuple[str, str], jails: Pool, factory: pytest.TempPathFactory, *preload: str) -> Runner:
    return Runner(jails, old_pythons.environment(kind, factory.mktemp(kind[0])), preload)
