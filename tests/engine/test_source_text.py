"""Guessing what a script's bytes are in."""

from __future__ import annotations

import pytest

from bottega.engine.source_text import decoded

_CODE = "# {}\ndef azureml_main(d):\n    d['{}'] = 1\n    return d,\n"


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("매출 데이터를 불러온다", "cp949"),
        ("データを読み込む売上", "cp932"),
        ("读取销售数据并排序", "gb18030"),
        ("Año y señal: ¿cuántos?", "cp1252"),
        ("Größe, Straße, Übung", "cp1252"),
        ("Précision élevée, naïve", "cp1252"),
        ("“quoted” – it’s", "cp1252"),
        ("é", "cp1252"),
    ],
)
def test_each_language_is_read_as_it_was_written(words: str, encoding: str) -> None:
    text = _CODE.format(words, words.split(maxsplit=1)[0])
    assert decoded(text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_says_what_it_is_needs_no_guess(encoding: str) -> None:
    text = _CODE.format("매출 é", "é")
    assert decoded(text.encode(encoding)) == (text, None)


def test_bytes_of_no_language_are_read_all_the_same() -> None:
    text, encoding = decoded(b"x = '\x81\x8d\xff'\n")
    assert encoding == "cp1252"
    assert text.startswith("x = '")
