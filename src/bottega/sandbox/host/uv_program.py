"""uv as a program: what it does is told, it can be cancelled, and why it failed is said in its own words."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bottega.errors import BottegaError
from bottega.sandbox.host import cgroup, uv_settings
from bottega.sandbox.host.folders import home

Tell = Callable[[str], None]
_LONGEST_REASON = 3000
_LONGEST_LINE = 4000
_MOST_LINES = 60
_LARGEST_ANSWER = 64 << 20
_TICK = 0.1
_LEAST_FREE = 256 << 20  # bytes that packages leave to all others on their disk
_MAKE_ROOM = "make room there (bottega environment prune, uv cache prune)"
# Of a jail in which packages are built.
_MEMORY = 8 << 30
_PROCESSES = 1024
# What would let it run packages' code, or install what jails cannot see.
_DROPPED = (
    "VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME", "UV_COMPILE_BYTECODE", "UV_LINK_MODE", "UV_NO_BINARY",
    "UV_NO_BINARY_PACKAGE", "UV_NO_BUILD_ISOLATION", "UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_TARGET", "UV_PREFIX",
    "UV_CONSTRAINT", "UV_OVERRIDE", "UV_REQUIRE_HASHES", "UV_NO_CONFIG", "UV_PROJECT", "UV_WORKING_DIRECTORY",
)  # fmt: skip
# Its lines that tell how far it is; those with a leading space end what one without began.
_PHASES = re.compile(
    r"Resolved \d+ packages? in .+|Downloading .+|Prepared \d+ packages? in .+|Installed \d+ packages? in .+"
    r"|\s*Building .+|\s+Built .+|Updating .+"
)


@dataclass(frozen=True)
class Work:
    """What one build's runs of uv share.

    name       of the environment, for errors
    folder     where it runs; no settings of a project are above it
    owner      the descriptor that tells that the folder is still worked in, which uv has, too
    cancelled  set by who wants no more of it
    jail       makes its command line one that runs in a jail; None outside
    inside     the folder as that jail sees it
    descriptors  what making that jail takes
    """

    name: str
    folder: Path
    owner: int
    tell: Tell
    cancelled: threading.Event | None = None
    jail: Callable[[Sequence[str]], list[str]] | None = None
    inside: str = ""
    descriptors: tuple[int, ...] = ()

    def seen(self, name: str) -> str:
        """A file of the folder, by the path that uv knows it by."""
        return f"{self.inside or self.folder}/{name}"


def run(work: Work, *arguments: str) -> str:
    """Run it; what it printed. Raises `environment-build-failed`, and `canceled` with nothing of it running on."""
    command = [program(), *arguments, "--color", "never", "--no-progress", *_cache(work)]
    lines: deque[str] = deque(maxlen=_MOST_LINES)
    with tempfile.TemporaryFile() as answer:
        process = subprocess.Popen(  # noqa: S603 - uv's own binary, from its wheel
            command if work.jail is None else work.jail(command),
            stdin=subprocess.DEVNULL, stdout=answer, stderr=subprocess.PIPE, cwd=work.folder, umask=0o022,
            env=_variables_of(work), start_new_session=True,
            pass_fds=(work.owner,) if work.jail is None else work.descriptors,
        )  # fmt: skip
        reader = threading.Thread(target=_read, args=(process, lines, work.tell), name="uv-lines", daemon=True)
        reader.start()
        group = cgroup.join(process.pid) if work.jail is not None else None
        try:
            if group is not None:
                group.limit(_MEMORY, _PROCESSES)
            finish(process, work)
        finally:
            reader.join()
            if group is not None:
                group.remove()
        if process.returncode != 0:
            raise BottegaError("environment-build-failed", name=work.name, reason=_reason(lines, process.returncode))
        answer.seek(0)
        return answer.read(_LARGEST_ANSWER).decode("utf-8", "replace")


def program() -> str:
    """Where its binary is."""
    import uv  # late: most commands build nothing

    return str(uv.find_uv_bin())


def variables() -> Mapping[str, str]:
    """The environment variables that it gets: indexes, credentials and certificates are its user's."""
    kept = {key: value for key, value in os.environ.items() if key not in _DROPPED}
    return {**kept, "UV_PYTHON_DOWNLOADS": "never"}


def _variables_of(work: Work) -> dict[str, str]:
    """What the process gets, with the user's settings that count.

    A jail's gets none: inside, its first process can be asked for those that it was started with. Nor are settings written
    where packages' code writes.
    """
    return {**variables(), "UV_CONFIG_FILE": str(uv_settings.write(work.folder))} if work.jail is None else {}


def _cache(work: Work) -> list[str]:
    """Its cache lies on the disk of the environments, or wheels could not be shared by hard links."""
    if work.jail is not None:
        return []
    usual = Path(os.environ.get("UV_CACHE_DIR") or _usual_cache())
    there = next(place for place in (usual, *usual.parents) if place.exists())
    if there.stat().st_dev == work.folder.stat().st_dev and os.access(there, os.W_OK):
        return ["--cache-dir", str(usual)]
    return ["--cache-dir", str(home() / "cache" / "uv")]


def _usual_cache() -> Path:
    named = os.environ.get("XDG_CACHE_HOME")
    return (Path(named) if named and Path(named).is_absolute() else Path.home() / ".cache") / "uv"


def _read(process: subprocess.Popen[bytes], lines: deque[str], tell: Tell) -> None:
    """Bounded: in a jail the words are those of whoever wrote the packages."""
    assert process.stderr is not None  # noqa: S101 - it was asked for
    with process.stderr as stream, contextlib.suppress(OSError, ValueError):
        while line := stream.readline(_LONGEST_LINE):
            text = "".join(letter for letter in line.decode("utf-8", "replace") if letter.isprintable())
            lines.append(text)
            if _PHASES.fullmatch(text):
                tell(text.strip()[:1].lower() + text.strip()[1:])


def finish(process: subprocess.Popen[bytes], work: Work) -> None:
    """Wait for the leader of a group of processes, and end the group.

    Raises `canceled` once it is to be no more, and `environment-build-failed` before it has filled the disk.
    """
    try:
        while True:
            if work.cancelled is not None and work.cancelled.is_set():
                raise BottegaError("canceled")
            if process.poll() is None and shutil.disk_usage(work.folder).free < _LEAST_FREE:
                reason = f"the disk of {home()} is full but for {_LEAST_FREE >> 20} MB; {_MAKE_ROOM}"
                raise BottegaError("environment-build-failed", name=work.name, reason=reason)
            if process.poll() is not None:
                return
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_TICK)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _reason(lines: deque[str], code: int) -> str:
    """The end of what it said, from its first word of an error on; a full disk in plain words."""
    said = list(lines)
    start = next((index for index, line in enumerate(said) if line.startswith(("error:", "  ×", "× "))), 0)
    text = "\n".join(said[start:]).strip()[-_LONGEST_REASON:] or f"uv ended with {code} and said nothing"
    if "No space left on device" in text or "Disk quota exceeded" in text or "os error 28" in text:
        text = f"the disk of {home()} is full; {_MAKE_ROOM}. {text}"
    return text
