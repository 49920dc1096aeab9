"""Files that come out of a run: whole or not at all, with the caller's rights, never one over another."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from bottega.dataset.table import Table
from bottega.engine.outputs import OutputFiles, check_output
from bottega.errors import BottegaError
from bottega.sandbox.host.task import Picture

TABLE = Table(pa.table({"a": [1, 2]}))


def test_rights_follow_the_umask(tmp_path: Path) -> None:
    for mask in (0o022, 0o077):
        path = tmp_path / f"{mask}.csv"
        OutputFiles(mask).write_table(TABLE, str(path))
        assert path.stat().st_mode & 0o777 == 0o666 & ~mask


def test_nothing_is_left_when_writing_fails(tmp_path: Path) -> None:
    wide = Table(pa.table({f"c{place}": [1] for place in range(20_000)}))
    with pytest.raises(BottegaError):
        OutputFiles(0o022).write_table(wide, str(tmp_path / "wide.xlsx"))
    assert list(tmp_path.iterdir()) == []


def test_an_old_result_stays_when_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "result.xlsx"
    path.write_bytes(b"old")
    wide = Table(pa.table({f"c{place}": [1] for place in range(20_000)}))
    with pytest.raises(BottegaError):
        OutputFiles(0o022).write_table(wide, str(path))
    assert path.read_bytes() == b"old"


def test_pictures_of_one_name_are_all_kept(tmp_path: Path) -> None:
    pictures = (Picture("plot.png", b"1"), Picture("PLOT.png", b"2"), Picture("log.txt", b"3"))
    paths = OutputFiles(0o022).write_device(pictures, "printed", str(tmp_path / "device"))
    assert [Path(path).read_bytes() for path in paths] == [b"1", b"2", b"3"]
    assert (tmp_path / "device" / "log.txt").read_text() == "printed"


@pytest.mark.parametrize("path", ["nowhere/out.csv", "out.unknown", "."])
def test_what_cannot_be_written_is_told_beforehand(tmp_path: Path, path: str) -> None:
    with pytest.raises(BottegaError):
        check_output(str(tmp_path / path), is_table=True)


def test_a_time_beyond_year_9999_is_no_obstacle(tmp_path: Path) -> None:
    far = Table(pa.table({"t": pa.array([400_000_000_000_000_000], pa.timestamp("us"))}))
    OutputFiles(0o022).write_table(far, str(tmp_path / "far.csv"))
    OutputFiles(0o022).write_table(far, str(tmp_path / "far.parquet"))
    assert (tmp_path / "far.parquet").exists()
