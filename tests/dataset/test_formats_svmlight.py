"""SVMlight files, beside scikit-learn's reader and writer."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.datasets import dump_svmlight_file, load_svmlight_file

from bottega.dataset.formats import read, write
from bottega.dataset.table import Table
from bottega.dataset.types import Kind, Role
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from pathlib import Path


def _read(folder: Path, content: str | bytes) -> Table:
    path = folder / "x.svmlight"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path)


def _rows(table: Table) -> list[list[Any]]:
    return [list(row.values()) for row in table.arrow.to_pylist()]


def test_features_and_label(tmp_path: Path) -> None:
    table = _read(tmp_path, "# head\n+1 1:2 3:0.5 # note\n\n-1 qid:7 2:1e3\r\n0 # nothing 1:1\n")
    assert table.arrow.column_names == ["Col1", "Col2", "Col3", "Labels"]
    assert _rows(table) == [[2, 0, 0.5, 1], [0, 1000, 0, -1], [0, 0, 0, 0]]
    assert {column.type.kind for column in table.columns} == {Kind.DOUBLE}
    assert [column.role for column in table.columns] == [Role.FEATURE] * 3 + [Role.LABEL]


def test_index_zero_counts_from_zero(tmp_path: Path) -> None:
    assert _rows(_read(tmp_path, "1 0:5\n2 1:6\n")) == [[5, 0, 1], [0, 6, 2]]


def test_nothing_but_labels(tmp_path: Path) -> None:
    assert _rows(_read(tmp_path, "1\n2\n")) == [[1], [2]]
    assert _read(tmp_path, "").num_rows == 0


def test_missing_values(tmp_path: Path) -> None:
    assert _rows(_read(tmp_path, "nan 1:nan 2:1\n")) == [[None, 1, None]]


@pytest.mark.parametrize(
    "line",
    [
        "x 1:2", "1 2", "1 1:", "1 :2", "1 -1:2", "1 1:x", "1 2:1 1:1", "1 1:1 1:2", "1,2 1:1", "1 1:1_0", "1_0 1:1",
        "1 1:1 qid:3", "1 ١:1", "1 1:1:1", "1 " + "9" * 30 + ":1", "1 1.5:2",
    ],
)  # fmt: skip
def test_lines_that_are_wrong_are_told(tmp_path: Path, line: str) -> None:
    with pytest.raises(BottegaError) as caught:
        _read(tmp_path, f"1 1:1\n\n{line}\n")
    assert (caught.value.code, caught.value.facts["line"]) == ("0049", 3)


def test_bytes_that_are_not_utf_8_are_told(tmp_path: Path) -> None:
    with pytest.raises(BottegaError) as caught:
        _read(tmp_path, b"1 1:1\n1 1:1 # caf\xe9\n")
    assert (caught.value.code, caught.value.facts["line"]) == ("0049", 2)


@pytest.mark.parametrize("content", ["1 2000000:1\n", "1 9000:1\n" + "1\n" * 60_000])
def test_a_table_that_would_be_too_large_is_told(tmp_path: Path, content: str) -> None:
    with pytest.raises(BottegaError) as caught:
        _read(tmp_path, content)
    assert caught.value.code == "0018"


def test_written(tmp_path: Path) -> None:
    columns: dict[str, Any] = {
        "i": pa.array([1, 0, None]),
        "y": pa.array([True, False, None]),
        "d": pa.array([0.5, 0.0, 0.1]),
        "b": pa.array([False, True, False]),
        "c": pa.array([7, 7, 0]).dictionary_encode(),
    }
    path = tmp_path / "x.svm"
    write(Table(pa.table(columns), roles={"y": Role.LABEL}), path)
    assert path.read_text() == "1 1:1 2:0.5 4:7\n0 3:1 4:7\nnan 1:nan 2:0.1\n"
    write(Table(pa.table(columns)), path)
    assert path.read_text().startswith("7 1:1 2:1 3:0.5 4:0\n")


def test_the_number_of_features_is_kept(tmp_path: Path) -> None:
    write(Table(pa.table({"a": [0.0, 0.0], "b": [0.0, 0.0], "y": [1.0, 2.0]})), tmp_path / "x.svm")
    assert _rows(read(tmp_path / "x.svm")) == [[0, 0, 1], [0, 0, 2]]
    write(Table(pa.table({"y": [1.0, 2.0]})), tmp_path / "x.svm")
    assert _rows(read(tmp_path / "x.svm")) == [[1], [2]]


def test_columns_that_are_not_numeric_are_told(tmp_path: Path) -> None:
    for column in (
        pa.array(["x"]),
        pa.array([0], pa.timestamp("us")),
        pa.array(["x"]).dictionary_encode(),
        pa.array([b"x"]),
    ):
        with pytest.raises(BottegaError) as caught:
            write(Table(pa.table({"a": [1], "bad": column})), tmp_path / "x.svm")
        assert (caught.value.code, caught.value.facts["column"]) == ("0017", "bad")


def test_no_column_is_told(tmp_path: Path) -> None:
    with pytest.raises(BottegaError) as caught:
        write(Table(pa.table({})), tmp_path / "x.svm")
    assert caught.value.code == "0018"


_FEATURES = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.just(0.0), min_size=width, max_size=width),
        min_size=1,
        max_size=5,
    )
)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_FEATURES, st.booleans())
def test_like_scikit_learn(tmp_path: Path, rows: list[list[float]], zero_based: bool) -> None:
    path = tmp_path / "x.svm"
    labels = [float(number) for number in range(len(rows))]
    stream = io.BytesIO()
    dump_svmlight_file(np.array(rows), labels, stream, zero_based=zero_based)
    path.write_bytes(stream.getvalue())
    theirs, their_labels = load_svmlight_file(str(path))
    ours = read(path).arrow
    assert ours.column("Labels").to_pylist() == list(their_labels)
    # Their reader makes one column of none.
    features = [column.to_pylist() for column in ours.columns[:-1]]
    assert np.array_equal(np.array(features).T.reshape(len(rows), -1), theirs.toarray()[:, : len(features)])
    assert not theirs.toarray()[:, len(features) :].any()


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_FEATURES)
def test_round_trip(tmp_path: Path, rows: list[list[float]]) -> None:
    path = tmp_path / "x.svm"
    names = [f"Col{number}" for number in range(1, len(rows[0]))]
    columns = [pa.array(column) for column in zip(*rows, strict=True)]
    table = Table(pa.Table.from_arrays(columns, names=[*names, "Labels"]), roles={"Labels": Role.LABEL})
    write(table, path)
    assert read(path).equals(table)
    theirs, their_labels = load_svmlight_file(str(path))
    assert list(their_labels) == [row[-1] for row in rows]
    if names:
        assert np.array_equal(theirs.toarray(), np.array(rows)[:, :-1])


def test_infinity(tmp_path: Path) -> None:
    assert _rows(_read(tmp_path, "1 1:inf 2:-inf\n")) == [[math.inf, -math.inf, 1]]
