"""The jail of a language server: one environment to read, nothing to write, no network.

It is that of scripts as seen from outside (`sandbox/host/launch.py`), without the children: the texts that it is shown
come over its pipe, and it runs none of them.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from bottega.errors import BottegaError
from bottega.sandbox.host import calls, cgroup, launch, usage
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.interpreter import Interpreter
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.memory import Memory

MEMORY = 1 << 30
PROCESSES = 48
FOLDER = "/script"
_BINARY = "/ty"
_STUBS = "/stubs"
_COMPLAINTS = 64 << 10
_ID = "1000"
_SYSTEM = ("/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
_ADVICE = "Run: bottega doctor"
# Run by the environment's own Python in front of the program: limits hold for what it becomes.
_LIMITED = """
import os, resource, sys
memory, processes, written = (int(text) for text in sys.argv[1:4])
for name, most in (("DATA", memory), ("NPROC", processes), ("FSIZE", written), ("CORE", 0), ("NOFILE", 256)):
    resource.setrlimit(getattr(resource, "RLIMIT_" + name), (most, most))
try:
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")
except OSError:
    pass
os.execv(sys.argv[4], sys.argv[4:])
"""


class Jail:
    """A program in its jail, with a pipe to it and one from it."""

    def __init__(
        self, environment: Environment, program: tuple[str, ...] = (_BINARY, "server"), memory: int = MEMORY
    ) -> None:
        """Start it. Raises `sandbox-unavailable` where this machine cannot."""
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `close`
        try:
            self.process = _starter().submit(_start, environment, program, memory, self._complaints.fileno()).result()
        except OSError as error:
            self._complaints.close()
            raise BottegaError("sandbox-unavailable", reason=str(error), advice=_ADVICE) from error
        self._group = cgroup.join(self.process.pid)
        if self._group is not None:
            self._group.limit(memory, PROCESSES)

    @property
    def memory(self) -> int:
        """The bytes that it holds."""
        return usage.total(self.process.pid, 0)

    def kill(self) -> None:
        """End it; all that is in it ends with its first process."""
        with contextlib.suppress(OSError):
            self.process.kill()

    def complaint(self) -> str:
        """The end of what it said of itself."""
        with contextlib.suppress(OSError, ValueError):
            size = os.fstat(self._complaints.fileno()).st_size
            text = os.pread(self._complaints.fileno(), 2000, max(0, size - 2000)).decode("utf-8", "replace").strip()
            return text or f"the language server ended without a word ({self.process.poll()})"
        return "the language server ended"

    def close(self) -> None:
        """End it and leave nothing behind."""
        self.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        if self._group is not None:
            self._group.remove()
        self._complaints.close()


def check(layer: Layer) -> None:
    """Raise `sandbox-unavailable` where there is no jail, or no program, for it."""
    if layer is not Layer.NAMESPACES:
        reason = "the language server runs in the full jail alone, which this machine does not give"
        raise BottegaError("sandbox-unavailable", reason=reason, advice=_ADVICE)
    binary()


@cache
def binary() -> str:
    """Where ty's program is. Raises `sandbox-unavailable`."""
    try:
        from ty import find_ty_bin  # late: nobody else needs it

        return str(find_ty_bin())
    except (ImportError, FileNotFoundError) as error:
        raise BottegaError(
            "sandbox-unavailable", reason="the program ty is missing", advice="pip install ty"
        ) from error


@cache
def stubs() -> Path | None:
    """The folder with the types of pandas, which pandas itself does not have."""
    try:
        found = Path(str(importlib.metadata.distribution("pandas-stubs").locate_file("pandas-stubs")))
    except importlib.metadata.PackageNotFoundError:
        return None
    return found if found.is_dir() else None


def _start(environment: Environment, program: tuple[str, ...], memory: int, complaints: int) -> subprocess.Popen[bytes]:
    with Memory.of("settings", _settings(environment)) as settings, Memory.of("calls", calls.program()) as policy:
        descriptors = (settings.descriptor, policy.descriptor)
        for each in descriptors:
            os.lseek(each, 0, os.SEEK_SET)
        command = [
            *_as_user(environment),
            *_bubblewrap(environment, *descriptors),
            *_inside(environment, program, memory),
        ]
        return subprocess.Popen(  # noqa: S603 - arguments of our own
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, pass_fds=descriptors,
            env={}, cwd="/", start_new_session=True,
        )  # fmt: skip


def _settings(environment: Environment) -> bytes:
    """Where the packages are: below the folder of the environment's Python; of Python 2, which ty does not know, in theirs."""
    prefix = environment.python.parent.parent if environment.kind == "registered" else Path("/environment/venv")
    is_known = environment.interpreter.numbers >= (3,)
    found = [] if is_known else sorted(map(str, prefix.glob("lib/python*/site-packages")))
    python = f"python = {json.dumps(str(prefix))}\n" if is_known else ""
    extra = [*found, *([_STUBS] if stubs() is not None else [])]
    return f"[environment]\n{python}extra-paths = {json.dumps(extra)}\n".encode()


def _as_user(environment: Environment) -> Iterator[str]:
    """Under root, what makes the jail's folders reachable and becomes its user."""
    user = launch.jail_user()
    if user is None:
        return
    folders = [*environment.folders, *_bare(environment).folders, str(environment.folder)]
    folders += [outside for outside, _ in _shown()]
    yield from (
        getattr(sys, "_base_executable", sys.executable),
        "-I",
        "-S",
        str(Path(launch.__file__).with_name("as_user.py")),
    )
    yield from (str(number) for number in (*user, len(folders)))
    yield from folders


def _shown() -> list[tuple[str, str]]:
    """What is mounted beside the environment: where it lies, and where the jail sees it."""
    found = stubs()
    return [(binary(), _BINARY), *([(str(found), f"{_STUBS}/pandas-stubs")] if found is not None else [])]


def _bubblewrap(environment: Environment, settings: int, policy: int) -> list[str]:
    program = launch.bubblewrap()
    if program is None:
        raise FileNotFoundError("bubblewrap is missing")
    arguments = [program, "--unshare-all", "--unshare-user", "--uid", _ID, "--gid", _ID, "--hostname", "bottega"]
    arguments += [
        "--new-session",
        "--die-with-parent",
        "--clearenv",
        "--setenv",
        "LANG",
        "C.UTF-8",
        "--setenv",
        "HOME",
        FOLDER,
    ]
    # One thread per core of the host would be more than an editor needs.
    arguments += ["--setenv", "TY_MAX_PARALLELISM", "2"]
    arguments += launch.mounts(environment, _SYSTEM)
    for path in set(_bare(environment).folders) - set(environment.folders):
        arguments += ["--ro-bind", path, path]
    for outside, inside in _shown():
        arguments += ["--ro-bind", outside, inside]
    arguments += ["--ro-bind-data", str(settings), f"{FOLDER}/ty.toml", "--proc", "/proc", "--dev", "/dev"]
    return [*arguments, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", FOLDER, "--seccomp", str(policy)]


def _inside(environment: Environment, program: tuple[str, ...], memory: int) -> list[str]:
    return [
        _bare(environment).path,
        "-I",
        "-S",
        "-c",
        _LIMITED,
        str(memory),
        str(PROCESSES),
        str(_COMPLAINTS),
        *program,
    ]


def _bare(environment: Environment) -> Interpreter:
    """The Python that sets the limits, which imports none of the packages; an old one cannot."""
    return launch.carrier(environment).interpreter


@cache
def _starter() -> ThreadPoolExecutor:
    """A jail ends with the thread that started it, so one that stays starts them all."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="language-starter")
