"""Running hostile scripts in jails, and looking at the host from outside of them."""

from __future__ import annotations

import contextlib
import json
import os
import textwrap
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from bottega.dataset import exchange
from bottega.dataset.table import Table
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.network import NO_NETWORK, Network
from bottega.sandbox.host.task import Failure, Outcome, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bottega.sandbox.host.environment import Environment
    from bottega.sandbox.host.layer import Layer
    from bottega.sandbox.host.pool import Pool

MIB = 1 << 20
PRELOAD = ("numpy", "pandas", "pyarrow")

# What every script may use; a script that needs more imports it itself.
PRELUDE = """
import ctypes, errno, fcntl, json, mmap, os, signal, socket, struct, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)

def call(number, *arguments):
    result = libc.syscall(ctypes.c_long(number), *[
        a if isinstance(a, (bytes, ctypes.Array, ctypes._SimpleCData)) else ctypes.c_long(a) for a in arguments])
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

def name_process(name):
    libc.prctl(15, name.encode(), 0, 0, 0)

def memories(seals):
    found = []
    for number in range(3, 120):
        try:
            if fcntl.fcntl(number, 1034) == seals:
                found.append(number)
        except OSError:
            pass
    return found
"""

_PROBES = """
def azureml_main():
    for name, probe in PROBES.items():
        try:
            answer = "open: " + repr(probe())[:80]
        except OSError as error:
            answer = "blocked: " + (errno.errorcode.get(error.errno) or type(error).__name__)
        except (ZeroDivisionError, IndexError) as error:
            answer = "blocked: " + type(error).__name__
        except Exception as error:  # a probe that is itself wrong
            answer = "broken: " + repr(error)
        print(json.dumps([name, answer]), flush=True)
"""


def script(body: str) -> str:
    """A script: the prelude, then this text."""
    return PRELUDE + textwrap.dedent(body)


def main(body: str) -> str:
    """A script whose entry function has this body."""
    return (
        PRELUDE
        + "\ndef azureml_main(dataframe1=None, dataframe2=None):\n"
        + textwrap.indent(textwrap.dedent(body), "    ")
    )


def calling(numbers: Sequence[int]) -> str:
    """Statements that try each of these calls to the kernel and print those that are not refused, and at last `done`."""
    return f"""
        for number in {list(numbers)}:
            ctypes.set_errno(0)
            result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(-1)] * 6)
            if result != -1 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
                print(number, result, ctypes.get_errno())
        print("done")
    """


def probes(sources: Mapping[str, str], constants: str = "") -> str:
    """A script that tries each: an expression, or statements in which `return` gives what was reached."""
    lines = [constants, "PROBES = {}"]
    for number, (name, source) in enumerate(sources.items()):
        text = textwrap.dedent(source).strip("\n")
        body = text if "\n" in text or text.startswith("return") else f"return {text}"
        lines += [f"def _probe_{number}():", textwrap.indent(body, "    "), f"PROBES[{name!r}] = _probe_{number}"]
    return PRELUDE + "\n".join(lines) + _PROBES


@dataclass
class Jail:
    """A pool of one layer, and what an attack on it may not change."""

    pool: Pool
    environment: Environment
    layer: Layer
    inputs: Mapping[str, Memory] = field(default_factory=dict)
    network: Network = NO_NETWORK

    def run(
        self,
        source: str,
        *,
        inputs: Mapping[str, Memory] | None = None,
        printed: Callable[[str], None] | None = None,
        wall_seconds: float = 20.0,
        cpu_seconds: int = 3600,
        memory: int = 1024 * MIB,
        processes: int = 64,
        disk: int = 64 * MIB,
        output: int = 64 * MIB,
        log: int = MIB,
    ) -> Outcome:
        """Run a script; the outcome's memory files are the caller's to close."""
        limits = Limits(wall_seconds, cpu_seconds, memory, processes, disk, output, log)
        task = Task(
            self.environment, "attack.py", source.encode(), inputs or {}, limits=limits, preload=PRELOAD,
            network=self.network,
        )  # fmt: skip
        return self.pool.run(task, printed=printed)

    def failure(self, source: str, **options: object) -> Failure:
        """The failure of a script that must have one."""
        with self.ended(source, **options) as outcome:
            assert outcome.failure is not None, outcome
            return outcome.failure

    @contextlib.contextmanager
    def ended(self, source: str, **options: object) -> Iterator[Outcome]:
        """Run a script and close what came out of it."""
        outcome = self.run(source, **options)  # type: ignore[arg-type]
        try:
            yield outcome
        finally:
            outcome.close()

    def log(self, source: str, **options: object) -> str:
        """What a script printed that must not fail."""
        with self.ended(source, **options) as outcome:
            assert outcome.failure is None, (outcome.failure, outcome.log)
            return outcome.log

    def answers(self, sources: Mapping[str, str], constants: str = "", **options: object) -> dict[str, str]:
        """What became of each probe; `constants` are statements that come before them."""
        text = self.log(probes(sources, constants), **options)
        told = dict(json.loads(line) for line in text.splitlines() if line.startswith("["))
        assert told.keys() == sources.keys(), text
        return told

    def asked(self) -> str:
        """What a script hears from `a.example:80`, where it may reach that, of "fine"."""
        return self.log(main("""
            link = socket.create_connection(("a.example", 80), 10)
            link.sendall(b"fine")
            print(link.recv(4))
        """))  # fmt: skip

    @property
    def zygote(self) -> int:
        """The host's number of the outermost process of the zygote."""
        return self.pool.ready(self.environment, PRELOAD, self.network).process_id

    def assert_fine(self) -> None:
        """The next job runs, and quickly."""
        started = time.monotonic()
        with self.ended("def azureml_main():\n    print('fine')\n", wall_seconds=30) as outcome:
            assert outcome.failure is None, outcome.failure
            assert outcome.log == "fine\n"
        assert time.monotonic() - started < 10


def sealed_table(columns: Mapping[str, Any]) -> Memory:
    """A table as it is handed to a job."""
    return Memory.sealed("dataset", lambda file: exchange.write(Table(pa.table(dict(columns))), file))


def result_of(outcome: Outcome) -> Table:
    """The first result of a run that gave one."""
    assert outcome.failure is None, outcome.failure
    return exchange.read_untrusted(pa.py_buffer(outcome.outputs["result"].read()), "result")


def processes_named(name: str) -> list[int]:
    """The host's processes and threads of that name, dead ones that nobody has reaped left out."""
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        # What ends while it is looked at is passed over, file by file.
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{process}/task"):
                with contextlib.suppress(OSError):
                    lines = Path(f"/proc/{process}/task/{thread}/status").read_text().splitlines()
                    alive = not any(line.startswith(("State:\tZ", "State:\tX")) for line in lines)
                    if lines[0].split("\t", 1)[1] == name and alive:
                        found.append(int(thread))
    return found


def wait_until(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether it became true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def descriptors() -> int:
    """How many descriptors this process holds."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def resident() -> int:
    """Bytes of memory that this process has resident."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
