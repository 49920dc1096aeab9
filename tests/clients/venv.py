"""Environments of their own for old clients, made once and kept in a cache."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

_FOLDER = Path(__file__).parent


def python_with(lock: str) -> Path:
    """The Python of an environment that has just what a lock beside this file names, by hash.

    Kept below `BOTTEGA_TEST_CACHE`, else below `~/.cache`.
    """
    text = (_FOLDER / lock).read_bytes()
    cache = Path(os.environ.get("BOTTEGA_TEST_CACHE") or Path.home() / ".cache" / "bottega-tests")
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"{Path(lock).stem}-{hashlib.blake2b(text, digest_size=8).hexdigest()}"
    with (cache / f"{folder.name}.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # other workers of the tests make the same
        if not (folder / "whole").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _uv("venv", "--python", sys.executable, str(folder))
            _uv(
                "pip",
                "install",
                "--python",
                str(folder / "bin" / "python"),
                "--require-hashes",
                "-r",
                str(_FOLDER / lock),
            )
            (folder / "whole").touch()
    return folder / "bin" / "python"


def _uv(*arguments: str) -> None:
    program = Path(sys.executable).parent / "uv"
    subprocess.run([str(program), "--quiet", *arguments], check=True)
