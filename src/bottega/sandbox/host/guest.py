"""Our own code as a jail can use it: copies that any user can read, compiled.

The guest runs around scripts; around modules runs the runner, with the catalogue and what
other packages bring to it.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bottega.errors import BottegaError
from bottega.sandbox.host.folders import home
from bottega.sandbox.host.interpreter import Interpreter

NAME = "bottega_guest"
_SOURCE = Path(__file__).parent.parent / "guest"
_BOTTEGA = Path(__file__).parent.parent.parent
_FOR_MODULES = ("errors", "dataset", "sdk", "modules", "sandbox/guest", "sandbox/runner")
# Libraries of one file that the formats need and Bottega's environment does not have.
_FILES_FOR_MODULES = ("arff",)
_ENTRY_POINTS = "bottega.modules"
_SKIPPED = ("__pycache__", "tests")


@cache
def folder(interpreter: Interpreter) -> Path:
    """A folder that holds the package under its name inside jails, and nothing else.

    Bottega itself may lie where the jail's user can read nothing, and a jail cannot write
    the compiled files that make a start short.
    """
    return _folder("guest", "/bottega", {f"{NAME}/{path}": data for path, data in _tree(_SOURCE)}, interpreter)


@cache
def modules_folder(interpreter: Interpreter) -> Path:
    """A folder that holds what runs around modules, and the modules; to be on the path of their jail."""
    sources = {f"bottega/{name}/{path}": data for name in _FOR_MODULES for path, data in _tree(_BOTTEGA / name)}
    for name in ("__init__.py", "sandbox/__init__.py"):
        sources[f"bottega/{name}"] = (_BOTTEGA / name).read_bytes()
    for name in _FILES_FOR_MODULES:
        found = importlib.util.find_spec(name)
        if found is not None and found.origin is not None:
            sources[f"{name}.py"] = Path(found.origin).read_bytes()
    for package in _others():
        sources |= {f"{package.name}/{path}": data for path, data in _tree(package)}
    return _folder("modules", "/modules", sources, interpreter)


@cache
def debugger_folder(interpreter: Interpreter) -> Path:
    """A folder that holds debugpy for the script's side; to be seen by jails whose script is debugged."""
    found = importlib.util.find_spec("debugpy")
    if found is None or found.origin is None:
        raise BottegaError(
            "environment-invalid", name="debugpy", reason="Bottega's own package for debugging is not there"
        )
    package = Path(found.origin).parent
    sources = {f"debugpy/{path}": data for path, data in _tree(package) if _is_of_debugger(path)}
    return _folder("debugger", str(home() / "debugger"), sources, interpreter)


def _is_of_debugger(path: str) -> bool:
    """What runs beside a script; not what that was compiled from."""
    return path.endswith((".py", ".so"))


@cache
def digest() -> str:
    """Names the guest's present code."""
    return _digest(dict(_tree(_SOURCE)))


def _digest(sources: dict[str, bytes]) -> str:
    return hashlib.blake2b(repr(sorted(sources.items())).encode(), digest_size=12).hexdigest()


def _folder(kind: str, seen: str, sources: dict[str, bytes], interpreter: Interpreter) -> Path:
    place = home() / kind / f"{_digest(sources)}-{interpreter.tag}"
    if not place.exists():
        _make(place, seen, sources, interpreter)
    return place


def _tree(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a package, by their paths in it."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not set(inside.parts) & set(_SKIPPED):
            yield inside.as_posix(), path.read_bytes()


def _others() -> list[Path]:
    """The packages that bring modules of their own; found, not imported."""
    names = {entry.module.split(".")[0] for entry in importlib.metadata.entry_points(group=_ENTRY_POINTS)}
    found = [importlib.util.find_spec(name) for name in sorted(names - {"bottega"})]
    return [Path(place) for spec in found if spec is not None for place in spec.submodule_search_locations or ()]


def _make(place: Path, seen: str, sources: dict[str, bytes], interpreter: Interpreter) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_name(f".{place.name}.{os.getpid()}")
    for name, source in sources.items():
        (unfinished / name).parent.mkdir(parents=True, exist_ok=True)
        (unfinished / name).write_bytes(source)
    subprocess.run(  # noqa: S603
        [interpreter.path, "-I", "-S", "-m", "compileall", "-q", "-s", str(unfinished), "-p", seen, str(unfinished)],
        check=False, capture_output=True,
    )  # fmt: skip
    for path in (unfinished, *unfinished.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    try:
        unfinished.rename(place)
    except OSError:  # somebody else was first
        shutil.rmtree(unfinished, ignore_errors=True)
