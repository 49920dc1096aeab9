"""Printed text: all of it, in order, while the script runs, and no more than is kept."""

from __future__ import annotations

import time

import pytest

from bottega.sandbox.host.limits import Limits
from tests.sandbox.helpers import LIMITS, MIB, Runner

HEAD = """
import ctypes, io, logging, os, subprocess, sys, threading, time, warnings
libc = ctypes.CDLL(None)

def azureml_main():
    {}
"""


def script(body: str) -> str:
    """A script of one function."""
    return HEAD.format(body.replace("\n", "\n    "))


@pytest.mark.parametrize(
    ("body", "log"),
    [
        ("print('a'); print('b', file=sys.stderr); print('c')", "a\nb\nc\n"),
        ("sys.stdout.write('a'); sys.stderr.write('b'); print('c')", "abc\n"),
        ("print('a', end=''); print('b', end='|', flush=True); print()", "ab|\n"),
        ("print('no line end', end='')", "no line end"),
        ("print('a'); os.write(1, b'b\\n'); os.write(2, b'c\\n'); print('d')", "a\nb\nc\nd\n"),
        ("print('1'); libc.printf(b'2\\n'); print('3'); libc.puts(b'4')", "1\n2\n3\n4\n"),
        ("print('a'); libc.printf(b'no line end')", "a\nno line end"),
        ("print('a'); subprocess.run([sys.executable, '-c', 'print(2)']); print('c')", "a\n2\nc\n"),
        ("t = threading.Thread(target=print, args=('t',)); print('a'); t.start(); t.join(); print('b')", "a\nt\nb\n"),
        ("sys.stdout.buffer.write(b'bytes\\n'); print('text')", "bytes\ntext\n"),
        ("sys.__stdout__.write('a\\n'); sys.__stderr__.write('b\\n')", "a\nb\n"),
        ("print('é€😀日本')", "é€😀日本\n"),
        ("print('tab\\tbell\\x07 nul\\x00 \\x1b[1mbold')", "tab\tbell\x07 nul\x00 \x1b[1mbold\n"),
        ("print('a\\rb\\r\\nc')", "a\rb\r\nc\n"),
        ("input('name? ')", "name? "),
    ],
)
def test_everything_in_order(run: Runner, body: str, log: str) -> None:
    """Both streams, from Python, from C and from other processes, interleaved as they were printed."""
    assert run(script(body)).log == log


@pytest.mark.parametrize(
    ("body", "log"),
    [
        ("os.write(1, b'\\xff\\xfe ok\\n')", "\ufffd\ufffd ok\n"),
        ("os.write(1, b'cut \\xe6\\x97')", "cut \ufffd"),
        ("os.write(1, 'é'.encode('latin-1') + b' and more\\n')", "\ufffd and more\n"),
        ("print('\\ud800')", "\\ud800\n"),
    ],
)
def test_invalid_text_is_made_valid(run: Runner, body: str, log: str) -> None:
    """What is no UTF-8 is replaced."""
    assert run(script(body)).log == log


def test_printed_while_running(run: Runner) -> None:
    """A line arrives when it is printed, not at the end."""
    arrivals: list[tuple[float, str]] = []
    started = time.monotonic()
    body = "print('first'); time.sleep(0.6); print('second', end='', flush=True); time.sleep(0.6)"
    run(script(body), printed=lambda text: arrivals.append((time.monotonic() - started, text)))
    ended = time.monotonic() - started
    assert [text for _, text in arrivals] == ["first\n", "second"]
    assert ended - arrivals[0][0] > 1.0
    assert ended - arrivals[1][0] > 0.5


@pytest.mark.parametrize(
    "body",
    [
        "print('é€😀' * 50_000)",
        "os.write(1, '日'.encode()[:1]); time.sleep(0.1); os.write(1, '日'.encode()[1:]); print('!')",
        "os.write(1, b'ends within \\xe6')",
        "print('x' * 3_000_000)",
        "print('日' * 1_000_000)",
    ],
)
def test_what_is_passed_on_is_what_is_kept(run: Runner, body: str) -> None:
    """The pieces put together are the log, whole characters each."""
    pieces: list[str] = []
    ended = run(script(body), printed=pieces.append)
    assert "".join(pieces) == ended.log


@pytest.mark.parametrize("body", ["print('x' * 3_000_000)", "for n in range(300_000): print('123456789')"])
def test_too_much_is_cut_with_a_note(run: Runner, body: str) -> None:
    """The first part is kept, and the log says how much is missing; the run goes on."""
    ended = run(script(body))
    assert ended.failure is None
    kept, _, note = ended.log.rpartition("\n[… ")
    assert len(kept) == MIB
    printed = 3_000_001 if "3_000_000" in body else 3_000_000
    assert note == f"{printed - MIB} more bytes were printed and are not kept]\n"


@pytest.mark.parametrize("body", ["while True: print('x' * 1000)", "while True: os.write(2, b'x' * 100_000)"])
def test_far_too_much_ends_the_run(run: Runner, body: str) -> None:
    """Ten times what is kept is too much output."""
    error = run(script(body)).error
    assert (error.code, error.type) == ("0085", "TooMuchOutput")


def test_the_limit_is_the_runs(run: Runner) -> None:
    """How much is kept is a limit of the run."""
    limits = Limits(wall_seconds=LIMITS.wall_seconds, printed=1000)
    log = run(script("print('x' * 5000)"), limits=limits).log
    assert log == "x" * 1000 + "\n[… 4001 more bytes were printed and are not kept]\n"


@pytest.mark.parametrize(
    ("body", "log"),
    [
        ("logging.warning('w'); logging.info('i'); logging.getLogger('z').error('e')", "WARNING:root:w\nERROR:z:e\n"),
        ("logging.basicConfig(level='INFO'); logging.info('i')", "INFO:root:i\n"),
        ("warnings.warn('careful')", "script.py:5: UserWarning: careful\n  warnings.warn('careful')\n"),
        ("import pandas as pd; pd.DataFrame({'a': [1]}).info(verbose=False)", "entries, 0 to 0\n"),
        ("from tqdm import tqdm; list(tqdm(range(3)))", "100%"),
    ],
)
def test_logging_warnings_and_bars(run: Runner, body: str, log: str) -> None:
    """What libraries tell goes to the log."""
    ended = run(script(body))
    assert ended.failure is None
    assert log in ended.log


@pytest.mark.parametrize(
    ("body", "log"),
    [
        ("sys.stdout = io.StringIO(); print('hidden'); sys.stderr.write('seen')", "seen"),
        ("print('before', end=''); sys.stdout = io.StringIO()", "before"),
        ("sys.stdout.close(); sys.stderr.write('seen')", "seen"),
        ("sys.stderr.close(); print('seen')", "seen\n"),
        ("sys.stdout = sys.stderr = None; print('nowhere'); os.write(1, b'seen')", "seen"),
        ("os.close(1); sys.stderr.flush(); os.write(2, b'seen')", "seen"),
        ("os.close(1); os.close(2)", ""),
        ("sys.stdout = open('file.txt', 'w'); print('kept'); print(sys.__stdout__ is sys.stdout)", ""),
        ("class Odd:\n    write = print\n    def flush(self): raise SystemExit\nsys.stdout = Odd()", ""),
        (
            "import contextlib as c\nwith c.redirect_stdout(io.StringIO()) as f: print('in')\nprint(f.getvalue())",
            "in\n\n",
        ),
        ("sys.stdout.detach()", ""),
    ],
)
def test_streams_that_the_script_changes(run: Runner, body: str, log: str) -> None:
    """Replaced, closed or broken streams harm neither the run nor the other stream."""
    ended = run(script(body))
    assert ended.failure is None, ended.failure
    assert ended.log == log


def test_printed_text_of_a_failed_run(run: Runner) -> None:
    """All that was printed before the end is there, the start of a line too."""
    ended = run(script("print('a'); print('b', end=''); raise ValueError('no')"))
    assert ended.error.type == "ValueError"
    assert ended.log == "a\nb"


@pytest.mark.parametrize("end", ["os._exit(1)", "ctypes.string_at(0)", "time.sleep(60)"])
def test_whole_lines_survive_any_end(run: Runner, end: str) -> None:
    """Each line leaves the process when it is whole."""
    ended = run(script(f"print('a line'); {end}"), limits=Limits(wall_seconds=2))
    assert ended.failure is not None
    assert ended.log.startswith("a line\n")
