"""The jail that packages without wheels are built in: their own code runs there, with a network, and writes one folder.

It sees the system's compilers and libraries, the Python and uv, all to read; of the user's files nothing. What it made
is hostile: only plain files are copied out of it.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bottega.errors import BottegaError
from bottega.sandbox.host import calls, launch, packages, removal, uv_program
from bottega.sandbox.host.interpreter import Interpreter
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.uv_program import Work

_INSIDE = "/build"
_UV = "/uv"
_ID = "1000"
_FOLDERS = ("home", "tmp", "cache")
_SYSTEM = (
    "/usr", "/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf",
    "/etc/ld.so.conf.d", "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf",
)  # fmt: skip
_LINKS = ("/bin", "/sbin", "/lib", "/lib64", "/lib32")
# Of the caller's variables those that lead to an index: uv cannot work without, so packages' code can see them.
_KEPT = (
    "UV_",
    "SSL_CERT_",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
)
_NOT_KEPT = (
    "UV_CACHE_DIR", "UV_CONFIG_FILE", "UV_PYTHON_INSTALL_DIR", "UV_TOOL_DIR", "UV_CREDENTIALS_DIR", "UV_PUBLISH_",
)  # fmt: skip
_MOST_BYTES = 40 << 30
_PIECE = 1 << 20


@contextlib.contextmanager
def opened(work: Work, python: Interpreter, wheels: Path | None, *, wanted: bool) -> Iterator[Work]:
    """Let uv run in the jail, in a folder of its own in that of the work; or, unless wanted, where it is.

    Raises `sandbox-unavailable`.
    """
    if not wanted:
        yield work
        return
    bubblewrap = launch.bubblewrap()
    if bubblewrap is None:
        reason = "bubblewrap is missing, and packages are built from source in a jail alone"
        raise BottegaError("sandbox-unavailable", reason=reason, advice="Run: bottega doctor")
    folder = work.folder / "jail"
    user = launch.jail_user()
    for path in (folder, *(folder / name for name in _FOLDERS)):
        path.mkdir(mode=0o755)
        if user is not None:
            os.chown(path, *user)
    if wheels is not None and Path.home().is_relative_to(wheels):
        reason = f"the folder of wheels, {wheels}, holds all of {Path.home()}, and the packages' code could read it"
        raise BottegaError("environment-build-failed", name=work.name, reason=reason)
    shown = [*python.folders, uv_program.program(), *([str(wheels)] if wheels is not None else [])]

    with Memory.of("calls", calls.build_program()) as policy:

        def jailed(command: Sequence[str]) -> list[str]:
            outer = _bubblewrap(bubblewrap, folder, python, wheels)
            os.lseek(policy.descriptor, 0, os.SEEK_SET)  # it is read on from where it stands
            filtered = ["--seccomp", str(policy.descriptor), "--"]
            return [*_as_user(user, [*shown, str(folder)]), *outer, *filtered, _UV, *command[1:]]

        try:
            yield replace(work, folder=folder, jail=jailed, inside=_INSIDE, descriptors=(policy.descriptor,))
        finally:
            removal.remove(str(folder))


def take(name: str, target: Path, folder: Path) -> None:
    """Copy what was made in a jail: plain files and folders; links and anything else stay behind.

    Bounded, by descriptors, and following nothing, for whoever made it may still be at it.
    Raises `environment-build-failed` where it is too much, or not there.
    """
    files, written = 0, 0
    try:
        top = os.open(target, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise BottegaError("environment-build-failed", name=name, reason="nothing was installed") from error
    try:
        for path, folders, names, descriptor in os.fwalk(".", dir_fd=top, follow_symlinks=False):
            place = folder / path
            place.mkdir(mode=0o755, exist_ok=True)
            files += len(folders) + len(names)
            if path.count("/") > packages.DEEPEST:
                reason = f"its packages are nested more than {packages.DEEPEST} folders deep"
                raise BottegaError("environment-build-failed", name=name, reason=reason)
            for each in names:
                written += _copy(descriptor, each, place / each)
                if files > packages.MOST_FILES or written > _MOST_BYTES:
                    reason = f"its packages are more than {packages.MOST_FILES} files or {_MOST_BYTES >> 30} GB"
                    raise BottegaError("environment-build-failed", name=name, reason=reason)
    finally:
        os.close(top)


def _copy(folder: int, name: str, to: Path) -> int:
    try:
        source = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return 0  # a link, or gone
    with os.fdopen(source, "rb") as file:
        status = os.fstat(source)
        if not stat.S_ISREG(status.st_mode):
            return 0
        mode = 0o755 if status.st_mode & stat.S_IXUSR else 0o644
        copied = 0
        with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode), "wb") as out:
            while copied <= _MOST_BYTES and (piece := file.read(_PIECE)):
                copied += out.write(piece)
    return copied


def _as_user(user: tuple[int, int] | None, folders: list[str]) -> Iterator[str]:
    """Under root, what makes the folders reachable and becomes the jail's user."""
    if user is None:
        return
    program = str(Path(launch.__file__).with_name("as_user.py"))
    yield from (getattr(sys, "_base_executable", sys.executable), "-I", "-S", program)
    yield from (str(number) for number in (*user, len(folders)))
    yield from folders


def _bubblewrap(program: str, folder: Path, python: Interpreter, wheels: Path | None) -> list[str]:
    network = ["--share-net"] if wheels is None else []  # all that it needs is in the folder
    arguments = [program, "--unshare-all", *network, "--unshare-user", "--uid", _ID, "--gid", _ID]
    arguments += ["--hostname", "bottega", "--new-session", "--die-with-parent", "--cap-drop", "ALL", "--clearenv"]
    for name, value in _variables(has_network=wheels is None).items():
        arguments += ["--setenv", name, value]
    arguments += launch.machine(_SYSTEM, _LINKS)
    for path in (*python.folders, *([str(wheels)] if wheels is not None else [])):
        arguments += ["--ro-bind", path, path]
    arguments += ["--ro-bind", uv_program.program(), _UV, "--proc", "/proc", "--dev", "/dev"]
    arguments += ["--bind", str(folder), _INSIDE]
    if not any(path.startswith("/tmp/") for path in (*python.folders, str(wheels or ""))):  # noqa: S108
        arguments += ["--symlink", f"{_INSIDE}/tmp".lstrip("/"), "/tmp"]  # noqa: S108
    return [*arguments, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", _INSIDE]


def _variables(*, has_network: bool) -> dict[str, str]:
    given = {
        name: value
        for name, value in uv_program.variables().items()
        if has_network and name.upper().startswith(_KEPT) and not name.startswith(_NOT_KEPT)
    }
    own = {"HOME": f"{_INSIDE}/home", "TMPDIR": f"{_INSIDE}/tmp", "UV_CACHE_DIR": f"{_INSIDE}/cache"}  # noqa: S108
    return {**given, **own, "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "UV_NO_CONFIG": "1"}
