"""What holds for all formats: names, files that cannot be opened, damaged files, replacement."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from bottega.dataset.formats import FORMATS, format_of, read, write
from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.errors import BottegaError

EXTENSIONS = {
    "csv": ".csv",
    "csv-no-header": ".nh.csv",
    "tsv": ".tsv",
    "tsv-no-header": ".nh.tsv",
    "arff": ".arff",
    "svmlight": ".svmlight",
    "parquet": ".parquet",
    "arrow": ".arrow",
    "jsonl": ".jsonl",
    "excel": ".xlsx",
}


def _table(numeric: bool = False) -> Table:
    columns: dict[str, Any] = {
        "a": pa.array([1, None, 3]),
        "b": pa.array([1.5, 2.5, None]),
        "c": pa.array([True, False, True]),
    }
    if not numeric:
        columns["d"] = pa.array(["x", 'y"\n', None])
        columns["e"] = pa.array(["u", "v", "u"]).dictionary_encode()
        columns["f"] = pa.array([0, 10**15, None], pa.timestamp("us"))
    return Table(pa.table(columns), roles={"a": Role.LABEL})


def _code(path: Path | str, **options: str) -> str:
    with pytest.raises(BottegaError) as caught:
        read(path, **options)
    assert str(caught.value)
    return caught.value.code


def test_formats() -> None:
    assert tuple(EXTENSIONS) == FORMATS


@pytest.mark.parametrize(
    ("name", "format_name"),
    [
        *((f"x{extension}", name) for name, extension in EXTENSIONS.items()),
        ("a.b/X.NH.CSV", "csv-no-header"),
        ("x.tab", "tsv"),
        ("x.svm", "svmlight"),
        ("x.feather", "arrow"),
        ("x.arrows", "arrow"),
        ("x.ndjson", "jsonl"),
    ],
)
def test_format_of(name: str, format_name: str) -> None:
    assert format_of(name) == format_name
    assert format_of(Path(name)) == format_name


@pytest.mark.parametrize("name", ["x.txt", "x", "csv", "x.csv.gz", ""])
def test_unknown_extensions_are_told_with_the_known_ones(name: str) -> None:
    with pytest.raises(BottegaError) as caught:
        format_of(name)
    assert caught.value.code == "usage"
    assert ".ndjson" in str(caught.value.facts["reason"])


def test_formats_by_name(tmp_path: Path) -> None:
    path = tmp_path / "data.txt"
    write(_table(), path, "tsv")
    assert read(path, "tsv").num_rows == 3
    for call in (lambda: read(path, "xml"), lambda: write(_table(), path, "xml")):
        with pytest.raises(BottegaError) as caught:
            call()
        assert caught.value.code == "usage"


def test_options_of_other_formats_are_refused(tmp_path: Path) -> None:
    assert _code(tmp_path / "x.parquet", encoding="utf-8") == "usage"
    assert _code(tmp_path / "x.csv", sheet="Sheet1") == "usage"


@pytest.mark.parametrize("extension", EXTENSIONS.values())
def test_what_cannot_be_opened(tmp_path: Path, extension: str) -> None:
    assert _code(tmp_path / f"missing{extension}") == "0048"
    assert _code(tmp_path / f"no\0{extension}") == "0048"
    folder = tmp_path / f"folder{extension}"
    folder.mkdir()
    assert _code(folder) == "0048"
    pipe = tmp_path / f"pipe{extension}"
    os.mkfifo(pipe)
    assert _code(pipe) == "0048"
    loop = tmp_path / f"loop{extension}"
    loop.symlink_to(loop)
    assert _code(loop) == "0048"
    for place in (folder, pipe, loop, tmp_path / "none" / f"x{extension}", tmp_path / f"no\0{extension}"):
        with pytest.raises(BottegaError) as caught:
            write(_table(numeric=True), place)
        assert caught.value.code == "0048"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a\n1\n")
    path.chmod(0)
    assert _code(path) == "0048"


def test_no_permission_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert _code(tmp_path / "x.csv") == "0048"


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    path = tmp_path / "x.csv"
    for content in (b"a,b\n1\n", "a,b\n1,2\n".encode("utf-16")):
        path.write_bytes(content)
        assert _code(path) == "0048"


@pytest.mark.parametrize("extension", [*EXTENSIONS.values(), ".arrows"])
def test_a_file_is_replaced_by_the_table_that_is_mapped_from_it(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"x{extension}"
    write(_table(numeric=True), path)
    path.chmod(0o640)
    link = tmp_path / f"link{extension}"
    link.symlink_to(path)
    table = read(link)
    write(table, link)
    assert read(path).num_rows == 3
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(tmp_path.iterdir()) == sorted([path, link])


def test_what_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.svmlight"
    path.write_text("1 1:2\n")
    with pytest.raises(BottegaError):
        write(_table(), path)
    assert path.read_text() == "1 1:2\n"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("extension", [*EXTENSIONS.values(), ".arrows"])
def test_damaged_files_are_tables_or_errors(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"x{extension}"
    write(_table(numeric=extension == ".svmlight"), path)
    valid = path.read_bytes()
    chance = random.Random(extension)
    for _ in range(250):
        path.write_bytes(_damaged(valid, chance))
        try:
            table = read(path)
            assert table.digest
        except BottegaError as error:
            assert error.code in ("0018", "0049", "0061", "0139", "0017")  # noqa: PT017 - either outcome is right
            assert str(error)  # noqa: PT017


def _damaged(valid: bytes, chance: random.Random) -> bytes:
    data = bytearray(valid)
    for _ in range(chance.choice([1, 1, 2, 8])):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0:
                del data[place:]
            case 1:
                del data[place : place + chance.randrange(1, 9)]
            case 2:
                data[place:place] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 5)))
            case 3:
                data[place:place] = chance.choice(
                    [b'"', b",", b"\n", b"{", b"}", b"'", b"\\", b":", b"\0", b"[", b"9" * 30]
                )
            case _:
                data[place : place + 1] = bytes([chance.choice([0, 0xFF, 0x80, chance.randrange(256)])])
    return bytes(data)


@pytest.mark.parametrize("extension", [*EXTENSIONS.values(), ".arrows"])
def test_noise_is_a_table_or_an_error(tmp_path: Path, extension: str) -> None:
    chance = random.Random(1)
    path = tmp_path / f"x{extension}"
    for size in (0, 1, 4, 64, 4096):
        for start in (b"", b"ARROW1\0\0", b"PAR1", b"PK\3\4", b"FEA1", b"\xff\xfe", b"\xff\xff\xff\xff"):
            path.write_bytes(start + chance.randbytes(size))
            try:
                read(path)
            except BottegaError as error:
                assert error.code in ("0018", "0049", "0061")  # noqa: PT017


def test_importing_the_package_imports_no_format() -> None:
    script = (
        "import sys, bottega.dataset.formats as formats\n"
        "heavy = {'pandas', 'openpyxl', 'arff', 'pyarrow.csv', 'pyarrow.json', 'pyarrow.parquet', 'numpy'}\n"
        "print(sorted(heavy & set(sys.modules) - before))"
    )
    # pyarrow itself may bring numpy.
    command = [sys.executable, "-c", "import sys, pyarrow; before = set(sys.modules)\n" + script]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_no_format_needs_pandas(tmp_path: Path) -> None:
    # Where it is installed, pyarrow itself imports it for lists of Python values.
    script = (
        "import sys\n"
        "class Without:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name.partition('.')[0] == 'pandas':\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Without())\n"
        "from pathlib import Path\nfrom bottega.dataset.formats import read, write\n"
        "folder = Path(sys.argv[1])\ntable = read(folder / 'x.csv')\n"
        f"for extension in {sorted(EXTENSIONS.values())}:\n"
        "    write(table, folder / f'y{extension}')\n    read(folder / f'y{extension}')\n"
    )
    (tmp_path / "x.csv").write_text("a,b\n1,2.5\n")
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)
