"""What the jail must know of a Python: where it lives and what it is; and the Pythons that this machine has."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bottega.errors import BottegaError

# In words that every Python from 2.7 on understands. The folder it runs in is no place to import from.
_QUESTION = (
    "import sys; sys.path = [path for path in sys.path if path]; import json, os;"
    " base = lambda name: getattr(sys, 'base_' + name, getattr(sys, name));"
    " tag = getattr(getattr(sys, 'implementation', None), 'cache_tag', None) or 'cpython-%d%d' % sys.version_info[:2];"
    " print(json.dumps([os.path.realpath(sys.executable), base('prefix'), base('exec_prefix'),"
    " '%d.%d.%d' % sys.version_info[:3], tag]))"
)
_SECONDS = 30
_SHARED = ("/usr", "/usr/local")
_VERSION = re.compile(r"\d+(\.\d+){0,2}")
_PROGRAM = re.compile(r"python\d+(\.\d+)?")


@dataclass(frozen=True)
class Interpreter:
    """A Python by its real path; `folders` is what must be readable for it to run."""

    path: str
    prefix: str
    exec_prefix: str
    version: str
    tag: str

    @property
    def folders(self) -> tuple[str, ...]:
        """Its installation: the whole prefix, or of a shared one such as /usr the Python in it.

        By the name that it knows itself by, and where that leads through links by its own, which its program may hold.
        """
        folders: list[str] = []
        named = (self.prefix, self.exec_prefix)
        for prefix in dict.fromkeys((*named, *map(os.path.realpath, named))):
            if prefix in _SHARED:
                folders += [f"{prefix}/lib", self.path]
            else:
                folders.append(prefix)
        return tuple(dict.fromkeys(folders))

    @property
    def numbers(self) -> tuple[int, ...]:
        """Its version as numbers, to compare."""
        return tuple(int(part) for part in re.findall(r"\d+", self.version))


def base() -> Interpreter:
    """The Python under the one that runs Bottega; asks nobody."""
    path = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Interpreter(path, sys.base_prefix, sys.base_exec_prefix, version, sys.implementation.cache_tag or "")


def ask(path: str) -> Interpreter:
    """Any other Python, by path. Raises `environment-invalid` when it does not answer."""
    try:
        return _ask(path, os.stat(path).st_mtime_ns)
    except OSError as error:
        raise _mute(path, error) from error


def find(wanted: str) -> Interpreter:
    """A Python by a path, by the folder of an environment, or by a version such as 3.12; the newest that fits.

    Nothing is downloaded. Raises `environment-invalid`, which for a version tells those that are here.
    """
    if not _VERSION.fullmatch(wanted):
        return ask(str(program(wanted)))
    numbers = tuple(int(part) for part in wanted.split("."))
    there = found()
    for each in there:
        if each.numbers[: len(numbers)] == numbers:
            return each
    names = ", ".join(f"{each.version} ({each.path})" for each in there) or "none"
    reason = f"there is no such Python on this machine. There are {names}; --python takes a path, too"
    raise BottegaError("environment-invalid", name=f"Python {wanted}", reason=reason)


def program(wanted: str) -> Path:
    """The Python that a path names, or the folder of an environment that has it, or a version. Raises as `find`."""
    if _VERSION.fullmatch(wanted):
        return Path(find(wanted).path)
    path = Path(os.path.abspath(os.path.expanduser(wanted)))
    if path.is_dir():
        path = next((path / "bin" / name for name in ("python", "python3") if (path / "bin" / name).exists()), path)
    if not path.is_file() or not os.access(path, os.X_OK):
        reason = "it does not run as a Python: there is no such program"
        raise BottegaError("environment-invalid", name=wanted, reason=reason)
    return path


def found() -> list[Interpreter]:
    """The Pythons of this machine, newest first: on the path, in the usual folders, pyenv's, uv's and Bottega's own."""
    interpreters = {base().path: base()}
    for path in dict.fromkeys(os.path.realpath(path) for path in _candidates()):
        if path not in interpreters:
            try:
                each = ask(path)
            except BottegaError:
                continue  # it does not run; who names it is told
            interpreters.setdefault(each.path, each)
    return sorted(interpreters.values(), key=lambda each: (each.numbers, each == base()), reverse=True)


def _candidates() -> Iterator[str]:
    for folder in dict.fromkeys((*os.get_exec_path(), "/usr/local/bin", "/usr/bin")):
        if Path(folder).is_absolute() and Path(folder).name != "shims":  # pyenv's there are programs that choose one
            yield from _pythons(folder)
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    pyenv = os.environ.get("PYENV_ROOT") or str(Path.home() / ".pyenv")
    managed = os.environ.get("UV_PYTHON_INSTALL_DIR") or f"{data}/uv/python"
    for programs in (*Path(pyenv).glob("versions/*/bin"), *Path(managed).glob("*/bin")):
        if not programs.parent.is_symlink():
            yield from _pythons(str(programs))


def _pythons(folder: str) -> Iterator[str]:
    try:
        names = sorted(name for name in os.listdir(folder) if _PROGRAM.fullmatch(name))
    except OSError:
        return
    for name in names:
        path = shutil.which(name, path=folder)
        if path is not None:
            yield path


@cache
def _ask(path: str, _changed: int) -> Interpreter:
    try:
        # Neither a user's packages nor those installed beside it run: only the bare Python answers.
        answer = subprocess.run(  # noqa: S603 - the user's own interpreter, named by them
            [path, "-E", "-s", "-S", "-c", _QUESTION], capture_output=True, timeout=_SECONDS, check=True, cwd="/"
        )
        facts = json.loads(answer.stdout)
        return Interpreter(*(str(fact) for fact in facts))
    except (OSError, subprocess.SubprocessError, ValueError, TypeError) as error:
        raise _mute(path, error) from error


def _mute(path: str, error: Exception) -> BottegaError:
    return BottegaError("environment-invalid", name=path, reason=f"it does not run as a Python: {error}")
