"""The peers that are libraries: their environment, made once by uv, and running their programs in it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import uv

from bottega.sandbox.host import interpreter
from bottega.sandbox.host.folders import home, private

PROGRAMS = Path(__file__).parent / "programs"
# Nothing is reported to anybody while we measure.
QUIET = {
    "DO_NOT_TRACK": "1", "KEDRO_DISABLE_TELEMETRY": "1", "DAGSTER_DISABLE_TELEMETRY": "1", "BENTOML_DO_NOT_TRACK": "True",
    "MLFLOW_DISABLE_TELEMETRY": "true",
}  # fmt: skip


@cache
def python(requirements: str = "requirements.txt") -> Path | None:
    """The Python of peers' environment, made where it is not there; None, and a word why, where it cannot be."""
    base, wanted = interpreter.base(), PROGRAMS / requirements
    name = hashlib.blake2b(wanted.read_bytes() + base.version.encode(), digest_size=8).hexdigest()
    folder = private(home() / "bench") / name
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        print(f"making the peers' environment of {requirements}", file=sys.stderr)
        try:
            _uv("venv", "--no-project", "--python", base.path, str(folder))
            found = str(folder / "bin" / "python")
            _uv(
                "pip",
                "install",
                "--only-binary",
                ":all:",
                "--compile-bytecode",
                "--python",
                found,
                "-r",
                str(wanted),
            )
        except subprocess.CalledProcessError as error:
            print(
                f"\nThe peers of {requirements} cannot be installed, so they are left out: {error.stderr.strip()[-500:]}"
            )
            return None
        (folder / "done").touch()
    return folder / "bin" / "python"


def _uv(*arguments: str) -> None:
    variables = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    subprocess.run([uv.find_uv_bin(), *arguments], check=True, capture_output=True, text=True, env=variables)


def told(program: str, *arguments: object) -> dict[str, Any] | None:
    """What a program prints, run in an empty folder whose path is its last argument; None without an environment."""
    found = python()
    if found is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        command = [str(found), str(PROGRAMS / f"{program}.py"), *map(str, arguments), folder]
        variables = {**os.environ, **QUIET, "DAGSTER_HOME": folder}
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env=variables, cwd=folder, stdin=subprocess.DEVNULL
        )
    if done.returncode != 0:
        raise RuntimeError(f"{program} failed: {done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
