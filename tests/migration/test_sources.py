"""What encoding a script's file is in, read and written back."""

from __future__ import annotations

from pathlib import Path

import pytest

from bottega.engine import source_text
from bottega.errors import BottegaError
from bottega.migration import sources

_CODE = "# {0}\nprint '{0}'\ndef azureml_main(d):\n    return d.sort('{0}'),\n"


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("매출 데이터를 불러온다", "cp949"),
        ("データを読み込む売上", "cp932"),
        ("读取销售数据并排序", "gb18030"),
        ("Año y señal", "cp1252"),
    ],
)
def test_a_script_is_converted_in_the_encoding_in_which_it_is_run(words: str, encoding: str, tmp_path: Path) -> None:
    text = _CODE.format(words)
    path = tmp_path / "old.py"
    path.write_bytes(text.encode(encoding))
    source = sources.read(path)
    assert (source.text, source.encoding) == (text, encoding) == source_text.decoded(path.read_bytes())
    assert source.data() == path.read_bytes()


def test_what_a_script_declares_counts_before_any_guess() -> None:
    text = "# -*- coding: cp1251 -*-\nx = 'да'\n"
    assert sources.decoded(text.encode("cp1251")) == sources.Source(text, "cp1251")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_mark_comes_back(encoding: str) -> None:
    data = "x = '매출'\n".encode(encoding)
    source = sources.decoded(data)
    assert source is not None
    assert source.text == "x = '매출'\n"
    assert source.data() == data


def test_what_every_encoding_refuses_comes_back_as_it_was() -> None:
    data = b"x = '\x81\x8d\xff'\n"
    source = sources.decoded(data)
    assert source is not None
    assert source.data() == data


def test_what_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "old.py"
    path.write_bytes(b"x = 1\0\n")
    with pytest.raises(BottegaError, match="it is no text"):
        sources.read(path)


def test_the_original_is_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "old.py"
    path.write_text("one\n")
    kept = sources.keep_original(path)
    sources.write(path, b"two\n")
    assert sources.keep_original(path) == kept
    sources.write(path, b"three\n")
    assert (kept.read_text(), path.read_text()) == ("one\n", "three\n")


def test_a_file_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "old.py"
    path.write_text("one\n")
    path.chmod(0o750)
    sources.write(path, b"two\n")
    assert path.stat().st_mode & 0o777 == 0o750
    assert [each.name for each in tmp_path.iterdir()] == ["old.py"]
