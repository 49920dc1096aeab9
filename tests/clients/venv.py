"""Environments of their own for old clients, made once and kept in a cache."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FOLDER = Path(__file__).parent


def interpreter(version: str) -> Path | None:
    """A Python of a version such as 2.7, if this machine has one: on the path, or pyenv's."""
    found = shutil.which(f"python{version}")
    others = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    for each in (*([Path(found)] if found else []), *others):
        if subprocess.run([str(each), "-c", ""], capture_output=True, check=False).returncode == 0:
            return each
    return None


def python_with(lock: str, python: Path | None = None) -> Path:
    """The Python of an environment that has just what a lock beside this file names, by hash.

    Of the Python that runs this, unless told. Kept below `BOTTEGA_TEST_CACHE`, else below `~/.cache`.
    """
    with _made_once(lock) as (folder, is_there):
        program = folder / "bin" / "python"
        if not is_there:
            _uv("venv", "--python", str(python or sys.executable), str(folder))
            _uv("pip", "install", "--python", str(program), "--require-hashes", "-r", str(_FOLDER / lock))
    return program


def packages_with(lock: str, python: Path) -> Path:
    """A folder with what a lock names, for a Python that is too old for environments and for uv."""
    with _made_once(lock) as (folder, is_there):
        if not is_there:
            command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
            command += ["--require-hashes", "--target", str(folder), "-r", str(_FOLDER / lock)]
            subprocess.run(command, check=True, capture_output=True)
    return folder


def virtual_with(lock: str, python: Path) -> Path:
    """The Python of a virtual environment of an old Python, with just what a lock names."""
    with _made_once(lock) as (folder, is_there):
        program = folder / "bin" / "python"
        if not is_there:
            maker = python_with("virtualenv.lock")
            subprocess.run([str(maker), "-m", "virtualenv", "-q", "-p", str(python), str(folder)], check=True)
            command = [str(program), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
            command += ["--require-hashes", "-r", str(_FOLDER / lock)]
            subprocess.run(command, check=True, capture_output=True)
    return program


@contextmanager
def _made_once(lock: str) -> Iterator[tuple[Path, bool]]:
    """The folder for a lock, and whether it is whole; it is once the block has ended."""
    text = (_FOLDER / lock).read_bytes()
    cache = Path(os.environ.get("BOTTEGA_TEST_CACHE") or Path.home() / ".cache" / "bottega-tests")
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"{Path(lock).stem}-{hashlib.blake2b(text, digest_size=8).hexdigest()}"
    with (cache / f"{folder.name}.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # other workers of the tests make the same
        is_there = (folder / "whole").exists()
        if not is_there:
            shutil.rmtree(folder, ignore_errors=True)
        yield folder, is_there
        (folder / "whole").touch()


def _uv(*arguments: str) -> None:
    program = Path(sys.executable).parent / "uv"
    subprocess.run([str(program), "--quiet", *arguments], check=True)
