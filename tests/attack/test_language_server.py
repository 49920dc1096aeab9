"""The jail of the language server: what a program in it, and a text that it is shown, can do.

The program here is Python in place of ty, as if a script's text had taken ty over.
"""

from __future__ import annotations

import contextlib
import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bottega.errors import BottegaError
from bottega.sandbox.host.layer import Layer
from bottega.server.errors import HttpError
from bottega.server.language import jail as jails
from bottega.server.language.analyst import Analyst
from bottega.server.language.analysts import Analysts
from bottega.server.language.header import Place
from bottega.server.language.jail import Jail
from bottega.server.language.protocol import Items, Report
from tests.attack.conftest import SECRET
from tests.attack.hostile import probes
from tests.attack.test_files import _READS
from tests.attack.test_network import _REACHING
from tests.server.helpers import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bottega.sandbox.host.environment import Environment
    from tests.attack.ears import Ears

_PYTHON = "/environment/venv/bin/python"
_WAIT = "import time; time.sleep(600)"


def run(environment: Environment, source: str, memory: int = jails.MEMORY) -> str:
    """What a program printed in the jail."""
    opened = Jail(environment, (_PYTHON, "-I", "-c", source), memory)
    try:
        assert opened.process.stdout is not None
        return opened.process.stdout.read().decode()
    finally:
        opened.process.wait(30)
        opened.close()


def answers(environment: Environment, sources: dict[str, str], constants: str = "") -> dict[str, str]:
    """What became of each probe."""
    text = run(environment, probes(sources, constants) + "\nazureml_main()\n")
    told = dict(json.loads(line) for line in text.splitlines() if line.startswith("["))
    assert told.keys() == sources.keys(), text
    return told


def got_through(told: dict[str, str]) -> dict[str, str]:
    return {name: answer for name, answer in told.items() if not answer.startswith("blocked")}


def test_it_reaches_no_network(environment: Environment, ears: Ears) -> None:
    assert got_through(answers(environment, dict(_REACHING), ears.constants)) == {}
    assert ears.heard() == set()


def test_it_reads_no_file_of_the_host(environment: Environment, outside: Path) -> None:
    (outside / "secret").write_text("a word")
    (outside / "secret").chmod(0o666)
    reads = {name: source for name, source in _READS.items() if "symlink" not in source and "HOME" not in source}
    assert got_through(answers(environment, reads, f"OUTSIDE = {str(outside)!r}")) == {}
    places = {
        place: f"open({place!r}).read()" for place in ("/etc/shadow", "/etc/passwd", "/root/.bashrc", "/proc/1/environ")
    }
    found = got_through(answers(environment, places | {"home": 'os.listdir("/home") + os.listdir("/root")'}))
    assert found.keys() <= {"/proc/1/environ"}  # its own first process, which knows nothing
    assert SECRET not in json.dumps(found)


def test_it_has_nothing_of_the_hosts_environment(environment: Environment) -> None:
    told = run(environment, "import os; print(sorted(os.environ))")
    assert eval(told) == sorted({"LANG", "HOME", "PWD", "TY_MAX_PARALLELISM"})
    assert SECRET not in told


def test_it_can_write_nowhere(environment: Environment) -> None:
    writing = {
        path: f'open({path!r} + "/new", "w").write("x")'
        for path in (
            "/",
            "/script",
            "/environment",
            "/environment/venv",
            "/dev",
            "/dev/shm",
            "/tmp",
            "/proc",
            "/stubs",
            "/usr/lib",
        )
    }
    assert got_through(answers(environment, writing)) == {}


def test_it_gains_nothing_from_the_kernel(environment: Environment) -> None:
    doors = {
        "a namespace": "call(272, 0x10000000)",
        "a mount": 'call(165, b"none", b"/script", b"tmpfs", 0, 0)',
        "another process's memory": "call(101, 16, 1, 0, 0)",
        "a kernel program": "call(321, 0, 0, 0)",
        "a key": 'call(248, b"user", b"x", b"y", 1, -3)',
        "performance counters": "call(298, 0, 0, -1, -1, 0)",
        "a ring": "call(425, 8, 0)",
        "more memory for itself": 'import resource; resource.setrlimit(resource.RLIMIT_DATA, (-1, -1)); return "set"'.replace("; ", "\n"),
    }  # fmt: skip
    found = got_through(answers(environment, doors))
    assert {name: answer for name, answer in found.items() if "ValueError" not in answer} == {}
    status = run(environment, 'print(open("/proc/self/status").read())')
    for line in ("NoNewPrivs:\t1", "Seccomp:\t2", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000"):
        assert line in status, status


def test_its_memory_has_an_end(environment: Environment) -> None:
    source = """
        pieces = []
        try:
            while len(pieces) < 64:
                pieces.append(bytearray(b"x" * (32 << 20)))
        except MemoryError:
            pass
        print(len(pieces))
    """
    told = run(environment, textwrap.dedent(source), 256 << 20)
    assert told == "" or int(told) <= 8


def test_its_processes_have_an_end(environment: Environment) -> None:
    source = """
        import os, time
        count = 0
        try:
            while count < 500:
                if os.fork() == 0:
                    time.sleep(60)
                    os._exit(0)
                count += 1
        except OSError:
            pass
        print(count, flush=True)
        os._exit(0)
    """
    assert int(run(environment, textwrap.dedent(source))) <= jails.PROCESSES


def test_what_it_starts_ends_with_it(environment: Environment) -> None:
    source = f"import os, sys\nif os.fork() == 0:\n    os.setsid()\n    {_WAIT}\nprint('started', flush=True)\n{_WAIT}"
    opened = Jail(environment, (_PYTHON, "-I", "-c", source))
    assert opened.process.stdout is not None
    assert opened.process.stdout.readline() == b"started\n"
    before = _family(opened.process.pid)
    assert len(before) >= 3
    opened.close()
    until(lambda: not [each for each in before if Path("/proc", str(each)).exists()], 10)


def test_what_it_complains_of_has_an_end(environment: Environment) -> None:
    opened = Jail(environment, (_PYTHON, "-I", "-c", "import os\nwhile True: os.write(2, b'x' * 65536)"))
    try:
        opened.process.wait(30)
        assert len(opened.complaint()) <= 2000
    finally:
        opened.close()


@pytest.fixture
def analysts() -> Iterator[Analysts]:
    opened = Analysts(Layer.NAMESPACES, idle_seconds=0.5, look_seconds=0.05)
    yield opened
    opened.close()


def test_one_that_nobody_asks_ends_and_comes_back(analysts: Analysts, environment: Environment) -> None:
    assert analysts.ask(environment, "one", "import os\n", "diagnostic", None, Report) is not None
    (running,) = analysts._open.values()
    process = running._jail.process.pid
    until(lambda: analysts.running == 0, 20)
    until(lambda: not Path("/proc", str(process)).exists(), 10)
    assert analysts.ask(environment, "one", "import os\n", "diagnostic", None, Report) is not None


def test_those_of_a_server_that_ends_end_with_it(environment: Environment) -> None:
    opened = Analysts(Layer.NAMESPACES)
    opened.ask(environment, "one", "", "diagnostic", None, Report)
    (running,) = opened._open.values()
    processes = _family(running._jail.process.pid)
    opened.close()
    until(lambda: not [each for each in processes if Path("/proc", str(each)).exists()], 10)
    with pytest.raises(HttpError, match="ended before"):
        opened.ask(environment, "one", "", "diagnostic", None, Report)


def test_without_the_full_jail_there_is_none(environment: Environment) -> None:
    opened = Analysts(Layer.LANDLOCK)
    with pytest.raises(HttpError, match=r"424: .*full jail"):
        opened.ask(environment, "one", "", "diagnostic", None, Report)
    opened.close()


_TEXTS = {
    "deep brackets": "(" * 200_000,
    "deep blocks": "".join(" " * depth + "if x:\n" for depth in range(900)),
    "a long sum": "x = " + "+".join(["1"] * 100_000),
    "many names": "".join(f"name_{number} = name_{number - 1} if name_{number - 2} else {number}\n" for number in range(8000)),
    "wide unions": "def f(x):\n" + "".join(f"    if x == {number}: y = {number}\n" for number in range(3000)) + "    return y\n",
    "no text of a language": "\x00\ud7ff\u2028\u202e" * 5000,
    "file of the host": "from __future__ import annotations\nimport sys; sys.path.insert(0, '/etc')\nimport passwd, shadow\n",
}  # fmt: skip


@pytest.mark.parametrize("name", _TEXTS)
def test_no_text_takes_more_than_the_next_one_can_bear(environment: Environment, name: str) -> None:
    """It may end the language server, within its time; then another answers."""
    opened = Analysts(Layer.NAMESPACES, answer_seconds=8)
    try:
        for question, place, kind in (("diagnostic", None, Report), ("completion", Place(0, 3), Items)):
            with contextlib.suppress(HttpError):
                opened.ask(environment, "evil", _TEXTS[name], question, place, kind)
        report = opened.ask(environment, "good", "nothing_here\n", "diagnostic", None, Report)
        assert report is not None
        assert ["nothing_here" in each.message for each in report.items] == [True]
    finally:
        opened.close()


def test_one_that_speaks_otherwise_is_not_believed(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = "print('Content-Length: 999999999\\r\\n\\r\\n', flush=True)"
    program = (_PYTHON, "-I", "-c", f"{talk}\n{_WAIT}")
    monkeypatch.setattr("bottega.server.language.jail.Jail.__init__.__defaults__", (program, jails.MEMORY))
    with pytest.raises(BottegaError, match="No jail"):
        Analyst(environment)


def _family(process: int) -> list[int]:
    from bottega.sandbox.host import usage

    return list(usage.family(process))
