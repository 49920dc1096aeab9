"""Arrow IPC files and streams, and Parquet: everything comes back as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bottega.dataset.formats import read, write
from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ["x.arrow", "x.feather", "x.arrows", "x.parquet"]
_VALUES: dict[pa.DataType, Any] = {
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.float64(): st.floats(allow_nan=False),
    pa.bool_(): st.booleans(),
    pa.large_string(): st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
    pa.large_binary(): st.binary(max_size=4),
    pa.timestamp("us"): st.integers(-(2**55), 2**55),
    pa.timestamp("us", "Europe/Paris"): st.integers(-(2**55), 2**55),
    pa.duration("us"): st.integers(-(2**62), 2**62),
}


@st.composite
def tables(draw: st.DrawFn) -> Table:
    rows = draw(st.integers(0, 5))
    columns, names, roles = [], [], {}
    for number, kind in enumerate(draw(st.lists(st.sampled_from(list(_VALUES)), max_size=4))):
        values = draw(st.lists(_VALUES[kind] | st.none(), min_size=rows, max_size=rows))
        column = pa.array(values, kind)
        if draw(st.booleans()):
            others = pa.array(draw(st.lists(_VALUES[kind], max_size=3, unique=True)), kind)
            categories = pa.concat_arrays([others, column.drop_null()]).unique()
            codes = pc.index_in(column, value_set=categories)
            column = pa.DictionaryArray.from_arrays(codes, categories, ordered=draw(st.booleans()))
        columns.append(column)
        names.append(f"c{number}")
        roles[f"c{number}"] = draw(st.sampled_from(list(Role)))
    return Table(pa.Table.from_arrays(columns, names=names), roles=roles)


def _categories(table: Table, name: str) -> list[Any]:
    chunk: Any = table.column(name).chunk(0)
    return list(chunk.dictionary.to_pylist())


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables(), st.sampled_from(NAMES))
def test_round_trip(tmp_path: Path, table: Table, name: str) -> None:
    path = tmp_path / name
    write(table, path)
    again = read(path)
    assert again.equals(table)
    assert again.digest == table.digest
    assert again.columns == table.columns


@pytest.mark.parametrize("name", NAMES)
def test_roles_and_unused_categories_in_order(tmp_path: Path, name: str) -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([2, None, 2], pa.int32()), pa.array([30, 10, 20]), ordered=True)
    words = pa.DictionaryArray.from_arrays(pa.array([1, 1, 0], pa.int32()), pa.array(["z", "a", "never"]))
    table = Table(pa.table({"n": column, "w": words}), roles={"n": Role.LABEL, "w": Role.WEIGHT})
    write(table, tmp_path / name)
    again = read(tmp_path / name)
    assert again.equals(table)
    assert [found.role for found in again.columns] == [Role.LABEL, Role.WEIGHT]
    assert _categories(again, "n") == [30, 10, 20]
    assert _categories(again, "w") == ["z", "a", "never"]


def test_categories_of_several_row_groups(tmp_path: Path) -> None:
    words: Any = pa.chunked_array([pa.array(["b", "a"]).dictionary_encode(), pa.array(["c", "a"]).dictionary_encode()])
    pq.write_table(pa.table({"w": words}), tmp_path / "x.parquet", row_group_size=2)
    assert read(tmp_path / "x.parquet").column("w").to_pylist() == ["b", "a", "c", "a"]


def test_streams_and_files_are_told_apart_by_their_beginning(tmp_path: Path) -> None:
    table = Table(pa.table({"a": [1, 2]}))
    write(table, tmp_path / "x.arrows")
    write(table, tmp_path / "x.arrow")
    assert (tmp_path / "x.arrow").read_bytes().startswith(b"ARROW1")
    assert not (tmp_path / "x.arrows").read_bytes().startswith(b"ARROW1")
    (tmp_path / "x.arrows").rename(tmp_path / "y.arrow")
    (tmp_path / "x.arrow").rename(tmp_path / "y.arrows")
    assert read(tmp_path / "y.arrow").equals(table)
    assert read(tmp_path / "y.arrows").equals(table)


@pytest.mark.parametrize("compression", ["lz4", "zstd", "uncompressed"])
def test_feather_of_others(tmp_path: Path, compression: Any) -> None:
    data = pa.table({"a": pa.array([1, 2], pa.int8()), "a ": ["x", None]})
    pyarrow.feather.write_feather(data, str(tmp_path / "x.feather"), compression=compression)
    assert read(tmp_path / "x.feather").arrow.to_pylist() == data.to_pylist()


def test_an_uncompressed_file_is_mapped(tmp_path: Path) -> None:
    write(Table(pa.table({"a": pa.array(range(1 << 20), pa.int64())})), tmp_path / "x.arrow")
    before = pa.total_allocated_bytes()
    table = read(tmp_path / "x.arrow")
    assert pa.total_allocated_bytes() - before < 1 << 20
    assert table.num_rows == 1 << 20


@pytest.mark.parametrize("name", ["x.arrow", "x.arrows"])
def test_offsets_that_lead_outside_are_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write(Table(pa.table({"a": pa.array(["word" * 4, "x"], pa.large_string())})), path)
    data = path.read_bytes()
    place = data.index((16).to_bytes(8, "little") + (17).to_bytes(8, "little"))
    path.write_bytes(data[:place] + (1 << 40).to_bytes(8, "little") + data[place + 8 :])
    with pytest.raises(BottegaError) as caught:
        read(path)
    assert caught.value.code == "0018"


@pytest.mark.parametrize("name", ["x.arrow", "x.parquet"])
def test_texts_that_are_not_utf_8_are_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "x.parquet":
        pq.write_table(pa.table({"a": ["caf\u00e9s"]}), path, compression="none", use_dictionary=False)
    else:
        write(Table(pa.table({"a": ["caf\u00e9s"]})), path)
    path.write_bytes(path.read_bytes().replace("caf\u00e9s".encode(), b"caf\xff\xffs"))
    with pytest.raises(BottegaError) as caught:
        read(path)
    assert caught.value.code == "0018"


def test_noted_categories_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write(Table(pa.table({"a": pa.array([1, 2]).dictionary_encode()})), path)
    noted = pq.read_table(path)
    pq.write_table(pa.table([pa.array([1, 3])], schema=noted.schema), path)
    with pytest.raises(BottegaError) as caught:
        read(path)
    assert caught.value.code == "0018"


def test_nested_columns_become_text(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [[1, 2], None], "b": [{"x": 1}, {"x": None}]}), tmp_path / "x.parquet")
    assert read(tmp_path / "x.parquet").arrow.to_pylist() == [
        {"a": "[1, 2]", "b": '{"x": 1}'},
        {"a": None, "b": '{"x": null}'},
    ]


def test_a_folder_of_partitions_is_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "year=2020"
    folder.mkdir()
    pq.write_table(pa.table({"a": [1]}), folder / "x.parquet")
    assert read(folder / "x.parquet").arrow.column_names == ["a"]
