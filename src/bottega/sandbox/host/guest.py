"""The guest package as a jail can use it: a copy that any user can read, compiled."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from bottega.sandbox.host.folders import home
from bottega.sandbox.host.interpreter import Interpreter

NAME = "bottega_guest"
_SOURCE = Path(__file__).parent.parent / "guest"


@cache
def folder(interpreter: Interpreter) -> Path:
    """A folder that holds the package under its name inside jails, and nothing else.

    Bottega itself may lie where the jail's user can read nothing, and a jail cannot write
    the compiled files that make a start short.
    """
    place = home() / "guest" / f"{digest()}-{interpreter.tag}"
    if not place.exists():
        _make(place, _sources(), interpreter)
    return place


@cache
def digest() -> str:
    """Names the guest's present code."""
    return hashlib.blake2b(repr(sorted(_sources().items())).encode(), digest_size=12).hexdigest()


def _sources() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(_SOURCE.glob("*.py"))}


def _make(place: Path, sources: dict[str, bytes], interpreter: Interpreter) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_name(f".{place.name}.{os.getpid()}")
    package = unfinished / NAME
    package.mkdir(parents=True)
    for name, source in sources.items():
        (package / name).write_bytes(source)
    subprocess.run(  # noqa: S603
        [interpreter.path, "-I", "-S", "-m", "compileall", "-q", "-s", str(unfinished), "-p", "/bottega", str(package)],
        check=False, capture_output=True,
    )  # fmt: skip
    for path in (unfinished, *unfinished.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    try:
        unfinished.rename(place)
    except OSError:  # somebody else was first
        shutil.rmtree(unfinished, ignore_errors=True)
