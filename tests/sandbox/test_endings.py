"""Runs that do not come to their end: limits, signals, exits. Each has its own plain message, and the host goes on."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import pytest

from bottega.sandbox.host.limits import Limits
from tests.sandbox.helpers import MIB, Runner

HEAD = """
import ctypes, os, signal, sys, threading, time
import numpy as np
import pandas as pd

def azureml_main():
    {}
"""


def script(body: str) -> str:
    """A script of one function."""
    return HEAD.format(body.replace("\n", "\n    "))


def limits(**changed: Any) -> Limits:
    """Limits that end a test soon."""
    return Limits(**{"wall_seconds": 30, "memory": 768 * MIB, **changed})


@pytest.mark.parametrize(
    ("body", "type_", "words"),
    [
        ("os._exit(0)", "Exit", "ended its own process with exit code 0"),
        ("os._exit(7)", "Exit", "ended its own process with exit code 7"),
        ("threading.Thread(target=os._exit, args=(2,)).start(); time.sleep(9)", "Exit", "exit code 2"),
        ("os.abort()", "Crash", "crashed in native code (SIG"),
        ("ctypes.string_at(0)", "Crash", "crashed in native code (SIGSEGV)"),
        ("ctypes.CDLL(None).abort()", "Crash", "crashed in native code (SIG"),
        ("os.execv(sys.executable, [sys.executable, '-c', 'raise SystemExit(5)'])", "Exit", "exit code 5"),
    ],
)
def test_a_process_that_ends(run: Runner, body: str, type_: str, words: str) -> None:
    """A script that ends its own process, or crashes, is told how it ended."""
    error = run(script(body), limits=limits()).error
    assert (error.code, error.type) == ("0085", type_)
    assert words in error.message


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGSTOP", "SIGABRT"])
def test_signals_to_itself(run: Runner, name: str) -> None:
    """A script is the first process of its namespace, which no signal of its own ends or stops: the run goes on."""
    body = f"os.kill(os.getpid(), signal.{name}); time.sleep(0.05); return pd.DataFrame({{'a': [1]}})"
    assert run(script(body)).value == 1


def test_signals_to_others(run: Runner) -> None:
    """No other process is there to be hurt: not the zygote, not the host."""
    body = """
for number in (1, 2, 3, os.getppid(), -1):
    try:
        os.kill(number, signal.SIGKILL)
    except OSError as error:
        print(error.errno)
"""
    assert run(script(body)).failure is None
    assert run("def azureml_main(): print('alive')").log == "alive\n"


@pytest.mark.parametrize(
    "body",
    ["time.sleep(60)", "while True: pass", "threading.Event().wait()", "signal.pause()", "os.read(os.pipe()[0], 1)"],
)
def test_out_of_time(run: Runner, body: str) -> None:
    """A run that takes longer than its limit is ended, soon and with the limit named."""
    started = time.monotonic()
    error = run(script(body), limits=limits(wall_seconds=0.5)).error
    assert (error.code, error.type) == ("0085", "Timeout")
    assert error.message == "The script did not end within 0.5 seconds."
    assert time.monotonic() - started < 5


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    ["while True: pass", "signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: sum(range(10**6))"],
)
def test_out_of_processor_time(run: Runner, body: str) -> None:
    """So is one that computes longer than its limit."""
    error = run(script(body), limits=limits(cpu_seconds=1)).error
    assert (error.code, error.type) == ("0085", "CpuTime")
    assert error.message == "The script used more than 1 seconds of processor time."


@pytest.mark.parametrize(
    "body",
    [
        "raise MemoryError",
        "bytearray(20 << 30)",
        "np.ones((1 << 30, 8))",
        "pd.DataFrame(np.zeros((1 << 28, 4)) + 1)",
        "'x' * (10 << 30)",
    ],
)
def test_one_request_for_too_much_memory(run: Runner, body: str) -> None:
    """Python refuses it: Error 0138, with the line that asked."""
    error = run(script(body), limits=limits()).error
    assert error.code == "0138"
    assert error.message.startswith("The script ran out of memory")
    assert error.line == 6


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        "kept = []\nwhile True: kept.append(bytearray(50 << 20))",
        "kept = []\nwhile True: kept.append(np.ones(1 << 22))",
        "kept = [os.fork() for _ in range(3)]\ndata = b'x' * (300 << 20)\ntime.sleep(20)",
    ],
    ids=["Python", "NumPy", "processes"],
)
def test_more_and_more_memory(run: Runner, body: str) -> None:
    """Whoever ends it, the script or the host: it is Error 0138."""
    error = run(script(body), limits=limits()).error
    assert error.code == "0138"
    assert "memory" in error.message


@pytest.mark.parametrize(
    ("body", "changed", "message"),
    [
        (
            "open('big', 'wb').write(b'x' * (3 << 20))",
            {"output": MIB},
            "A file of the script is larger than the output size that this run allows.",
        ),
        (
            "with open('big', 'wb') as file:\n    while True: file.write(b'x' * 100_000)",
            {"disk": 8 * MIB},
            "The script's folder is full: it holds no more than the disk size that this run allows.",
        ),
        (
            "for n in range(10**6): open(f'{n}.txt', 'w').close()",
            {},
            "The script's folder is full: it holds no more than the disk size that this run allows.",
        ),
    ],
    ids=["file", "disk", "number of files"],
)
def test_too_much_on_disk(run: Runner, body: str, changed: dict[str, int], message: str) -> None:
    """Too large a file and a full folder are told with the limit's name."""
    error = run(script(body), limits=limits(**changed)).error
    assert (error.code, error.type, error.message) == ("0085", "OSError", message)
    assert error.line is not None


def test_too_large_a_result(run: Runner) -> None:
    """A result beyond the output size fails the run."""
    ended = run(script("return pd.DataFrame({'a': np.zeros(1_000_000)})"), limits=limits(output=MIB))
    assert ended.error.code == "0085"
    assert "output size" in ended.error.message
    assert ended.result is None


def test_too_many_threads(run: Runner) -> None:
    """A run has only so many processes and threads."""
    body = "for _ in range(99):\n    threading.Thread(target=time.sleep, args=(5,), daemon=True).start()"
    error = run(script(body), limits=limits(processes=16)).error
    assert (error.type, error.line) == ("RuntimeError", 7)
    assert "can't start new thread" in error.message


def test_too_many_open_files(run: Runner) -> None:
    """And only so many open files."""
    error = run(script("kept = [open(os.devnull) for _ in range(5000)]"), limits=limits()).error
    assert (error.type, error.line) == ("OSError", 6)
    assert "Too many open files" in error.message


def test_canceled(run: Runner) -> None:
    """A run ends as canceled when its cancel descriptor becomes readable."""
    output, input_ = os.pipe()
    try:
        timer = threading.Timer(0.3, os.write, (input_, b"x"))
        timer.start()
        ended = run(script("print('started'); time.sleep(30)"), cancel=output)
        timer.join()
    finally:
        os.close(output)
        os.close(input_)
    assert (ended.error.code, ended.error.type) == ("canceled", "Canceled")
    assert ended.log == "started\n"
    assert ended.seconds < 5


@pytest.mark.parametrize(
    "body",
    [
        "os.closerange(3, 300)",
        "[os.close(n) for n in range(3, 200) if os.path.exists(f'/proc/self/fd/{n}')]",
        "sys.modules.clear()",
        "import builtins; builtins.__dict__.clear()",
        "sys.modules['json'] = None; import json",
        "pd.DataFrame = None",
        "sys.settrace(lambda *a: 1 / 0)",
        "import gc; [each.clear() for each in gc.get_objects() if type(each) is dict]",
    ],
)
def test_scripts_that_break_their_own_interpreter(run: Runner, body: str) -> None:
    """The run fails or gives a result; it never passes for a success without one, and the next run is whole."""
    ended = run(script(f"{body}\nreturn pd.DataFrame({{'a': [1]}})"), limits=limits())
    assert (ended.failure is None) == (ended.result is not None)
    if ended.failure is not None:
        assert ended.failure.message
    assert run("def azureml_main(): print('alive')").log == "alive\n"


@pytest.mark.parametrize("size", [128, 256, 1024])
def test_little_memory_is_enough_for_little(run: Runner, size: int) -> None:
    """A small script runs in a small limit."""
    ended = run(script("return pd.DataFrame({'a': [len(bytearray(20 << 20))]})"), limits=limits(memory=size * MIB))
    assert ended.value == 20 << 20
