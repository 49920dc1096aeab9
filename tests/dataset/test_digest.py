"""Equal content has one digest, however it is stored; other content has another."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import feather, parquet

from bottega.dataset import digest as module
from bottega.dataset.table import Table
from bottega.dataset.types import Role

if TYPE_CHECKING:
    from pathlib import Path

_DAY = dt.datetime(2020, 2, 29, 12)  # noqa: DTZ001 - a column without a zone


def _digest(**columns: Any) -> str:
    return Table(pa.table(columns)).digest


def _mixed(times: int = 1) -> pa.Table:
    """Return columns without and, of each kind, with missing values, repeated so many times."""
    return pa.table(
        {
            "whole": pa.array([1, 2, 3, 4] * times, pa.int64()),
            "words": pa.array(["one", "two", "three", ""] * times, pa.large_string()),
            "flags": pa.array([True, False, False, True] * times),
            "text": pa.array(["a", None, "", "bc"] * times, pa.large_string()),
            "number": pa.array([1, None, -(2**63), 2**63 - 1] * times, pa.int64()),
            "real": pa.array([0.5, None, math.inf, -0.0] * times, pa.float64()),
            "flag": pa.array([True, None, False, True] * times),
            "when": pa.array([_DAY, None, _DAY, _DAY] * times, pa.timestamp("us")),
            "zoned": pa.array([0, None, 1001, 2] * times, pa.timestamp("ns", "Europe/Rome")),
            "span": pa.array([0, None, -5, 7] * times, pa.duration("us")),
            "bytes": pa.array([b"\0", None, b"", b"\xff\xfe"] * times, pa.large_binary()),
            "group": pa.array(["x", None, "y", "x"] * times).dictionary_encode(),
            "nothing": pa.array([None] * 4 * times, pa.large_string()),
        }
    )


# Stored data go by their digests: whoever changes these two values orphans all of them.
def test_golden_value() -> None:
    table = Table(_mixed(), roles={"flag": Role.LABEL})
    assert table.digest == "985582c75498d3b7d6f0c947cb81fd348625c07f939568f8e64838dcba177e9f"


def test_golden_value_of_nothing() -> None:
    assert Table(pa.table({})).digest == "88ec64e7a930b4434dc5c53b08cf440366dc5f7bd62ba017b709699f27b04a6b"


@given(st.lists(st.integers(0, 12), max_size=4), st.integers(0, 3), st.integers(0, 3))
def test_chunks_and_slices_leave_no_trace(cuts: list[int], before: int, after: int) -> None:
    table = _mixed(3)
    edges = [0, *sorted(cuts), table.num_rows]
    padded = pa.concat_tables([table.slice(0, before), table, table.slice(0, after)]).combine_chunks()
    inner = padded.slice(before, table.num_rows)
    chunked = pa.concat_tables([inner.slice(start, stop - start) for start, stop in itertools.pairwise(edges)])
    assert Table(chunked).digest == Table(table).digest


def test_windows_leave_no_trace_of_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WINDOW", 5)
    table = _mixed(4)
    chunked = pa.concat_tables([table.slice(0, 3), table.slice(3, 9), table.slice(12)])
    assert Table(chunked).digest == Table(table).digest


def test_missing_values_in_one_window_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WINDOW", 2)
    digests = {_digest(a=[*[0] * at, None, *[0] * (5 - at)]) for at in range(6)}
    assert len(digests | {_digest(a=[0] * 6)}) == 7


def test_dictionaries_per_chunk_leave_no_trace() -> None:
    whole = pa.chunked_array([pa.array(["b", "a", "c", "a"]).dictionary_encode()])
    parts = pa.chunked_array([pa.array(part).dictionary_encode() for part in (["b", "a"], ["c", "a"])])
    assert _digest(a=parts) == _digest(a=whole)


def test_an_empty_dictionary_may_have_no_chunk() -> None:
    kind: Any = pa.dictionary(pa.int32(), pa.large_string())
    none, empty = pa.chunked_array([], type=kind), pa.chunked_array([pa.array([], kind)])
    schema = pa.schema([pa.field("a", kind)])
    assert _digest(a=none) == _digest(a=empty)
    assert module.digest(pa.table([none], schema=schema)) == module.digest(pa.table([empty], schema=schema))


@pytest.mark.parametrize("kind", [pa.int64(), pa.large_string(), pa.float64(), pa.bool_()], ids=str)
def test_no_rows_may_have_no_chunk(kind: Any) -> None:
    assert _digest(a=pa.chunked_array([], type=kind)) == _digest(a=pa.array([], kind))


def test_other_widths_of_the_same_values() -> None:
    assert _digest(a=pa.array([1], pa.uint8())) == _digest(a=pa.array([1], pa.int64()))
    assert _digest(a=pa.array(["x"], pa.string())) == _digest(a=pa.array(["x"], pa.string_view()))
    assert _digest(a=pa.array([1], pa.timestamp("s"))) == _digest(a=pa.array([10**9], pa.timestamp("ns")))


def test_nan_is_missing() -> None:
    assert _digest(a=[1.0, math.nan]) == _digest(a=[1.0, None])


@pytest.mark.parametrize("kind", [pa.int64(), pa.float64()], ids=str)
def test_what_lies_under_a_missing_value_does_not_count(kind: Any) -> None:
    ticks = pa.array([1, 7], kind).buffers()[1]
    hidden = pa.Array.from_buffers(kind, 2, [pa.py_buffer(b"\1"), ticks])
    assert _digest(a=hidden) == _digest(a=pa.array([1, None], kind))


def test_text_under_a_missing_value_does_not_count() -> None:
    _, offsets, data = pa.array(["a", "hidden", "b"], pa.large_string()).buffers()
    hidden = pa.Array.from_buffers(pa.large_string(), 3, [pa.py_buffer(b"\5"), offsets, data])
    assert hidden.to_pylist() == ["a", None, "b"]
    assert _digest(a=hidden) == _digest(a=["a", None, "b"])


def test_files_leave_no_trace(tmp_path: Path) -> None:
    table = Table(_mixed(50), roles={"flag": Role.LABEL})
    feather.write_feather(table.arrow, tmp_path / "a.arrow", compression="zstd", chunksize=7)
    parquet.write_table(table.arrow, tmp_path / "a.parquet", row_group_size=9)
    for read in (feather.read_table(tmp_path / "a.arrow"), parquet.read_table(tmp_path / "a.parquet")):
        assert Table(read).equals(table)
        assert Table(read).digest == table.digest


# Pairs that differ in one respect.
_DIFFERENT: dict[str, list[Any]] = {
    "integers": [[0], [1], [None], [0, 0], [0, None], [None, 0], []],
    "texts": [["a", "bc"], ["ab", "c"], ["abc", ""], ["", "abc"], ["abc", None], ["abc"], [None, "abc"]],
    "kinds": [
        pa.array([0], pa.int64()),
        pa.array([0], pa.float64()),
        pa.array([-0.0], pa.float64()),
        pa.array([0], pa.timestamp("us")),
        pa.array([0], pa.timestamp("us", "UTC")),
        pa.array([0], pa.timestamp("us", "Europe/Rome")),
        pa.array([0], pa.duration("us")),
        pa.array([False]),
        pa.array([None], pa.bool_()),
        pa.array(["0"]),
        pa.array([b"0"]),
        pa.array([0]).dictionary_encode(),
        pa.array(["0"]).dictionary_encode(),
    ],
    "bytes": [[b"a", b"bc"], [b"ab", b"c"], [b"\0"], [b"\0\0"], [b""]],
    "categories": [
        pa.DictionaryArray.from_arrays(pa.array([code], pa.int32()), pa.array(list(values)), ordered=ordered)
        for code, values, ordered in [
            (0, "a", False),
            (0, "a", True),
            (0, "b", False),
            (0, "ab", False),
            (1, "ba", False),
            (1, "ab", False),
            (None, "a", False),
        ]
    ],
}


@pytest.mark.parametrize("columns", _DIFFERENT.values(), ids=list(_DIFFERENT))
def test_other_values_have_another_digest(columns: list[Any]) -> None:
    digests = [_digest(a=column) for column in columns]
    assert len(set(digests)) == len(columns)


def test_other_names_orders_and_sizes_have_another_digest() -> None:
    tables = [
        pa.table({"a": ["x"], "b": ["y"]}),
        pa.table({"b": ["y"], "a": ["x"]}),
        pa.table({"a": ["y"], "b": ["x"]}),
        pa.table({"a": ["x"], "c": ["y"]}),
        pa.table({"a": ["x"]}),
        pa.table({"ab": ["x"]}),
        pa.table({"a": ["x"] * 3}).select([]),
        pa.table({"a": ["x"] * 4}).select([]),
        pa.table({}),
    ]
    assert len({Table(table).digest for table in tables}) == len(tables)


def test_other_roles_have_another_digest() -> None:
    table = Table(pa.table({"a": [1], "b": [1]}))
    tables = [table, *(table.with_roles({name: role}) for name in "ab" for role in list(Role)[1:])]
    assert len({each.digest for each in tables}) == 1 + 2 * (len(Role) - 1)
    assert table.with_roles({"a": Role.FEATURE}).digest == table.digest


@given(*[st.lists(st.none() | st.sampled_from(["", "a", "b", "ab", "\0"]), max_size=4) for _ in range(2)])
def test_equal_digests_mean_equal_tables(left: list[str | None], right: list[str | None]) -> None:
    tables = [Table(pa.table({"a": pa.array(column, pa.string())})) for column in (left, right)]
    assert (tables[0].digest == tables[1].digest) is tables[0].equals(tables[1]) is (left == right)
