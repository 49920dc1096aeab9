"""Outputs that a reader leaves, that are full, closed, or of an encoding that knows few letters."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.cli.stream import Stream, answer

_LETTERS = st.text(st.characters(codec="utf-8"))


@given(_LETTERS, st.sampled_from(["ascii", "latin-1", "cp1252", "utf-8"]))
def test_any_text_is_written_and_what_can_be_said_stays(text: str, encoding: str) -> None:
    raw = io.BytesIO()
    stream = Stream(io.TextIOWrapper(raw, encoding=encoding, newline=""))
    stream.write(text)
    stream.write("end")
    written = raw.getvalue().decode(encoding)
    assert written.endswith("end")
    kept = "".join(letter for letter in text if _can_be_said(letter, encoding))
    rest = iter(written)
    assert all(letter in rest for letter in kept)  # in this order
    if kept == text:
        assert written == text + "end"


def _can_be_said(letter: str, encoding: str) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def test_marks_are_spelled_in_ascii() -> None:
    raw = io.BytesIO()
    stream = Stream(io.TextIOWrapper(raw, encoding="ascii"))
    stream.write("✓ ✗ · – 3 × 2 │ ⠋ ü")
    assert raw.getvalue() == b"+ x - - 3 x 2 | | ?"


def test_a_reader_that_left_is_told_nothing_and_nothing_is_raised() -> None:
    output, input_ = os.pipe()
    os.close(output)
    with open(input_, "w", encoding="utf-8") as file:
        stream = Stream(file)
        for _ in range(3):
            stream.write("x" * 100_000)
    assert not stream.is_terminal


def test_what_is_closed_or_not_there() -> None:
    file = io.TextIOWrapper(io.BytesIO())
    file.close()
    for stream in (Stream(file), Stream(None)):
        stream.line("x")
        assert not stream.is_terminal
        assert not stream.has_colors
        assert stream.width == 80


def test_the_width_that_was_told_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "42")
    controller, terminal = os.openpty()
    with open(terminal, "w", encoding="utf-8") as file:
        assert Stream(file).width == 42
        monkeypatch.delenv("COLUMNS")
        assert Stream(file).width == 80  # this terminal knows none
    os.close(controller)


def test_an_answer_is_json_in_every_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    for encoding in ("ascii", "latin-1", "utf-8"):
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
        assert answer("run", {"title": "Größe ✓ 日本"})
        assert json.loads(raw.getvalue().decode(encoding)) == {"title": "Größe ✓ 日本"}


def test_an_answer_that_nobody_can_take_is_told(tmp_path: Path) -> None:
    code = "import sys; from bottega.cli.stream import answer; sys.exit(not answer('run', {'a': 1}) and 5)"
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
            timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 5
    assert done.stderr == "bottega run: the answer could not be written: No space left on device\n"
