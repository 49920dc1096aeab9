"""Unpack Zipped Datasets: archives of every kind, and those that were made to do harm."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.errors import BottegaError
from bottega.modules.data_input_and_output import _archives
from bottega.sdk import Zip
from tests.modules.data.helpers import fails, lists, run

NAME = "unpack-zipped-datasets"
CSV = "größe,n\nä,1\n,2\n"


def zipped(files: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> Any:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return Zip(file.getvalue())


def archive_of(data: bytes | bytearray) -> Any:
    return Zip(bytes(data))


def unpack(archive: Any, **parameters: Any) -> dict[str, list[Any]]:
    result = run(NAME, archive, **parameters)
    assert isinstance(result, Table)
    return lists(result)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_the_only_file_needs_no_name(compression: int) -> None:
    archive = zipped({"data.csv": CSV}, compression)
    assert unpack(archive, header=True) == {"größe": ["ä", None], "n": [1, 2]}
    assert unpack(archive) == {"Col1": ["größe", "ä", None], "Col2": ["n", "1", "2"]}


def test_a_file_is_chosen_by_path_or_name() -> None:
    archive = zipped({"a.csv": "1\n", "sub/": "", "sub/b.csv": "2\n", "sub/a.csv": "3\n", "üb er.txt": "4\n"})
    for name, value in (("a.csv", 1), ("b.csv", 2), ("sub/b.csv", 2), ("sub/a.csv", 3), ("üb er.txt", 4)):
        assert unpack(archive, dataset_to_unpack=name) == {"Col1": [value]}
    assert "a.csv, sub/b.csv, sub/a.csv, üb er.txt" in str(fails("0132", NAME, archive))
    assert "a.csv, sub/b.csv" in str(fails("0133", NAME, archive, dataset_to_unpack="A.csv"))
    assert (
        fails("0131", NAME, zipped({"x/a": "", "y/a": ""}), dataset_to_unpack="a").facts["reason"]
        == "a is in it 2 times"
    )


def test_what_macos_adds_does_not_count() -> None:
    assert unpack(zipped({"a.csv": "1\n", "__MACOSX/._a.csv": b"\0\1"})) == {"Col1": [1]}


def test_every_format() -> None:
    arff = "@relation r\n@attribute k {b, a}\n@attribute n numeric\n@data\na,1\n?,2\n"
    assert unpack(zipped({"x": "a\tb\n1\t2\n"}), format="TSV", header=True) == {"a": [1], "b": [2]}
    assert unpack(zipped({"x": arff}), format="ARFF") == {"k": ["a", None], "n": [1.0, 2.0]}
    result = run(NAME, zipped({"x": "1 1:2\n0 2:5\n"}), format="SvmLight")
    assert lists(result) == {"Col1": [2.0, 0.0], "Col2": [0.0, 5.0], "Labels": [1.0, 0.0]}
    assert result.columns[2].role is Role.LABEL


def test_gzip() -> None:
    archive = Zip(gzip.compress(CSV.encode()))
    assert unpack(archive, compression="Gzip", header=True) == {"größe": ["ä", None], "n": [1, 2]}
    two = Zip(gzip.compress(b"1\n") + gzip.compress(b"2\n"))
    assert unpack(two, compression="Gzip", dataset_to_unpack="whatever.csv") == {"Col1": [1, 2]}


def test_text_in_other_encodings() -> None:
    assert unpack(zipped({"x": CSV.encode("utf-16")}), header=True) == {"größe": ["ä", None], "n": [1, 2]}
    error = fails("0049", NAME, zipped({"tables/x.csv": CSV.encode("latin-1")}), header=True)
    assert (error.facts["path"], error.facts["line"]) == ("tables/x.csv", 1)


def test_empty_files() -> None:
    assert unpack(zipped({"x.csv": ""})) == {}
    assert unpack(zipped({"x.csv": "a,b\n"}), header=True) == {"a": [], "b": []}
    fails("0061", NAME, zipped({"x.csv": "1,2\n1,2,3\n"}))
    fails("0018", NAME, zipped({"x.csv": "," * 10_000 + "\n"}))


def _encrypted() -> Any:
    data = bytearray(zipped({"a.csv": "1\n"}).data)
    data[6] |= 1  # the flag in the entry's own head, and in the directory
    data[data.index(b"PK\1\2") + 8] |= 1
    return Zip(bytes(data))


def _damaged() -> Any:
    data = bytearray(zipped({"a.csv": "1,2\n" * 100}, zipfile.ZIP_STORED).data)
    data[60] ^= 0xFF
    return Zip(bytes(data))


@pytest.mark.parametrize(
    ("archive", "compression", "reason"),
    [
        (Zip(b""), "Zip", "not a zip"), (Zip(b"a,b\n1,2\n"), "Zip", "not a zip"), (zipped({}), "Zip", "no file"),
        (zipped({"sub/": ""}), "Zip", "no file"), (_encrypted(), "Zip", "encrypted"), (_damaged(), "Zip", "CRC"),
        (Zip(zipped({"a": "1" * 1000}).data[:-10]), "Zip", "not a zip"), (Zip(gzip.compress(b"1\n")), "Zip", "choose Gzip"),
        (zipped({"a": "1"}), "Gzip", "choose Zip"), (Zip(b"a,b\n"), "Gzip", "gzipped"),
        (Zip(gzip.compress(os.urandom(999))[:-20]), "Gzip", "end-of-stream"),
    ],
    ids=["nothing", "text", "no entries", "a folder", "encrypted", "damaged", "cut", "gzip", "zip", "text as gzip", "cut gzip"],
)  # fmt: skip
def test_archives_that_are_none(archive: Any, compression: str, reason: str) -> None:
    assert reason in str(fails("0131", NAME, archive, compression=compression).facts["reason"])


@pytest.mark.parametrize("compression", ["Zip", "Gzip"])
def test_a_bomb_is_cut_off(monkeypatch: pytest.MonkeyPatch, compression: str) -> None:
    """Its own word for its size is no bound, so the bytes are counted."""
    monkeypatch.setattr(_archives, "LARGEST", 5 << 20)
    content = b"0\n" * (4 << 20)
    data = gzip.compress(content) if compression == "Gzip" else bytearray(zipped({"bomb.csv": content}).data)
    if compression == "Zip":
        told = len(content).to_bytes(4, "little")
        assert data.count(told) == 2
        data = data.replace(told, (1000).to_bytes(4, "little"))
        # What the archive says it holds is all that is read, and then it is not what its checksum says.
        assert "5,242,880" not in str(fails("0131", NAME, archive_of(data)))
        data = bytearray(zipped({"bomb.csv": content}).data)
    assert "5,242,880" in str(fails("0131", NAME, archive_of(data), compression=compression))


def test_too_many_entries() -> None:
    assert "10,001 entries" in str(fails("0131", NAME, zipped({f"f{number}": "" for number in range(10_001)})))


@settings(deadline=None)
@given(st.data())
def test_no_damage_gives_a_traceback_of_ours(data: st.DataObject) -> None:
    compression = data.draw(st.sampled_from(["Zip", "Gzip"]))
    whole = gzip.compress(CSV.encode()) if compression == "Gzip" else zipped({"a.csv": CSV}).data
    broken = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    try:
        run(NAME, archive_of(broken[: data.draw(st.integers(0, len(broken)))]), compression=compression)
    except BottegaError as error:
        assert error.code in {"0131", "0132", "0049", "0061", "0018"}  # noqa: PT017
