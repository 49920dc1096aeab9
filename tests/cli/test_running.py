"""What a run shows: on terminals of all kinds, and where nobody can read it."""

from __future__ import annotations

import fcntl
import os
import re
import struct
import subprocess
import sys
import termios
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest

from bottega.cli.running import Display
from bottega.engine.events import NodeEnded, NodePrinted, NodeStarted, Phase, RunStarted
from bottega.store.records import Step
from tests.cli import experiment as people
from tests.cli.helpers import bottega

pytestmark = pytest.mark.slow  # many processes

_STEP = Step("clean", "clean-missing-data", "Finished", cached=False, fingerprint="", parts={}, seconds=1.5)


class Terminal:
    """A pseudo-terminal: what is written to it, as it comes."""

    def __init__(self, columns: int) -> None:
        self._controller, terminal = os.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.file = open(terminal, "w", encoding="utf-8")  # noqa: SIM115 - closed below
        self._seen = b""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                self._seen += os.read(self._controller, 4096)
            except OSError:  # it closes with its last writer
                return

    def display(self) -> Display:
        """One that has this terminal for both outputs."""
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(sys, "stdout", self.file)
            patched.setattr(sys, "stderr", self.file)
            return Display()

    def wait(self, enough: Callable[[str], bool]) -> None:
        end = time.monotonic() + 30
        while not enough(self._seen.decode(errors="ignore")):
            assert time.monotonic() < end, self._seen
            time.sleep(0.02)

    def close(self) -> str:
        """All that was written."""
        self.file.close()
        self._reader.join()
        os.close(self._controller)
        return self._seen.decode()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    for name in ("COLUMNS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    opened = Terminal(60)
    yield opened
    if not opened.file.closed:
        opened.close()


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


@pytest.mark.parametrize("name", ["a-long-name-of-a-node", "日本語の長い名前のノード"], ids=["letters", "wide letters"])
def test_the_live_line_stays_on_one_row(terminal: Terminal, name: str) -> None:
    display = terminal.display()
    for number in range(4):
        display.event(NodeStarted(f"{name}-{number}", "module"))
    terminal.wait(lambda seen: seen.count("\r\x1b[2K") > 3)
    display.close()
    lines = terminal.close().split("\r\x1b[2K")[1:]
    assert any(name in line for line in lines)
    for line in lines:
        assert "\n" not in line
        assert _cells(line) < 60
    assert max(map(_cells, lines)) > 50  # there is no less than would have had room
    assert lines[-1] == ""


def test_a_phase_of_several_lines_is_shown_as_one(terminal: Terminal) -> None:
    display = terminal.display()
    display.event(Phase("building\nthe\tenvironment\x1b[31m"))
    terminal.wait(lambda seen: "building" in seen)
    display.close()
    assert "starting  building the environment\\x1b[31m" in terminal.close()


def _shown(terminal: Terminal) -> str:
    display = terminal.display()
    display.event(RunStarted("r", ("clean",)))
    display.event(NodeStarted("clean", "clean-missing-data"))
    if display.err.is_terminal:
        terminal.wait(lambda seen: "0 of 1" in seen)
    display.event(NodePrinted("clean", "half a li"))
    display.event(NodePrinted("clean", "ne\nanother"))
    display.event(NodeEnded(_STEP))
    display.close()
    return terminal.close()


def test_a_terminal_has_a_live_line_and_colours(terminal: Terminal) -> None:
    shown = _shown(terminal)
    assert "\x1b[32m✓ clean" in shown
    assert "0 of 1  clean 0." in shown
    assert re.sub(r"\r\x1b\[2K(. 0 of 1  clean [0-9.]+ s)?", "", shown).startswith(
        "clean │ half a line\r\nclean │ another\r\n\x1b[32m"
    )


def test_no_colours_where_none_are_wanted(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    shown = _shown(terminal)
    assert "0 of 1  clean" in shown
    assert "✓ clean" in shown
    assert not re.search(r"\x1b\[\d*m", shown)


def test_a_dumb_terminal_gets_plain_lines(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert _shown(terminal) == f"clean │ half a line\r\nclean │ another\r\n✓ {'clean':<24} 1.50 s\r\n"


def _run(path: Path, stdout: int | IO[str], **variables: str) -> subprocess.CompletedProcess[str]:
    """`bottega run` with its output to somewhere; what it says on the other one."""
    return subprocess.run(
        [sys.executable, "-m", "bottega.cli.main", "run", str(path)], stdout=stdout, stderr=subprocess.PIPE, text=True,
        timeout=120, check=False, stdin=subprocess.DEVNULL, env={**os.environ, **variables},
    )  # fmt: skip


def _is_all_done(path: Path) -> bool:
    return all(node["cached"] for node in people.told("run", path)["nodes"])


def test_a_run_whose_reader_leaves_goes_on(tmp_path: Path) -> None:
    path = people.write(tmp_path)
    output, input_ = os.pipe()
    os.close(output)
    done = _run(path, input_)
    os.close(input_)
    assert (done.returncode, done.stderr) == (0, "")
    assert _is_all_done(path)


def test_a_run_goes_on_where_the_disk_is_full(tmp_path: Path) -> None:
    path = people.write(tmp_path)
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = _run(path, full)
    assert (done.returncode, done.stderr) == (0, "")
    assert _is_all_done(path)


@pytest.mark.slow
def test_a_failed_run_stays_one_where_nobody_reads(tmp_path: Path) -> None:
    path = people.write(tmp_path)
    path.write_text(people.TEXT.replace("people['age'] * 2", "people['none']"))
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = _run(path, full)
    assert done.returncode == 1
    assert done.stderr.count("Traceback") == 1  # the script's own
    assert "KeyError" in done.stderr


def test_an_encoding_that_knows_few_letters(tmp_path: Path) -> None:
    path = people.write(tmp_path)
    path.write_text(people.TEXT.replace("three people", "drei Größen"))
    done = bottega("run", path, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "+ script" in done.stdout
    assert "script | drei Gr??en\n" in done.stdout
    assert "3 x 2" in done.stdout
