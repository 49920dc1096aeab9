# ruff: noqa: T201 - a program of its own, which tells
"""Runs the script of this folder on the inputs of this folder, and tells whether its results are those recorded.

    python reproduce.py            in an environment of its own, made here from requirements.txt
    python reproduce.py --here     with the Python and the packages that run this

No Bottega is needed: the rules by which tables become frames and frames tables, and by
which a table gets its digest, are in `rules`. There is no jail either: the script runs
with your own rights. Exit codes: 0 the same, 1 not the same, 2 it could not be tried.
"""

from __future__ import annotations

import argparse
import enum
import importlib
import json
import os
import random
import shutil
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
_OLDEST = (3, 10)
_SAME, _DIFFERENT, _UNTRIED = 0, 1, 2
_MODULE = "azureml_script"
# What a jail sets for every script.
_CONSTANTS = {
    "PYTHONHASHSEED": "0", "PYTHONNOUSERSITE": "1", "MPLBACKEND": "agg",
    "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
}  # fmt: skip


def recorded() -> dict[str, Any]:
    """What is known of the run: the node, its settings, and the digests of what went in and came out."""
    found: dict[str, Any] = json.loads((HERE / "recorded.json").read_text(encoding="utf-8"))
    return found


def prepare() -> None:
    """Let the rules be found, the bundle, if there is one, and old names, if they were; work in an empty folder."""
    if not hasattr(enum, "StrEnum"):  # Python 3.10
        setattr(enum, "StrEnum", type("StrEnum", (str, enum.Enum), {"__str__": str.__str__}))  # noqa: B010
    # What lies in this folder is nothing that the script can import.
    sys.path[:] = [str(HERE / "rules"), *(path for path in sys.path if path not in {str(HERE), str(HERE / "rules")})]
    work = HERE / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    os.chdir(work)
    bundle = HERE / "inputs" / "bundle.zip"
    if bundle.exists():
        descriptor = os.open(bundle, os.O_RDONLY)
        _rule("sandbox.guest.bundle").unpack(descriptor, str(work), 1 << 40)
    if recorded()["old_names"]:
        _rule("sandbox.guest.compatibility").install([], _own_name)
        _rule("sandbox.guest.incoming").text_as_objects()


def tables() -> dict[str, Any]:
    """The inputs by port, each as it was: types, categories and zones that Parquet alone would lose are told beside."""
    read = _rule("dataset.formats.parquet").read
    return {port: read(HERE / "inputs" / f"{port}.parquet") for port in recorded()["inputs"]}


def frames() -> list[Any]:
    """A frame for each port of data, None where nothing was connected."""
    found = tables()
    return [to_pandas(found[port]) if port in found else None for port in ("dataset1", "dataset2")]


def to_pandas(table: Any) -> Any:
    """A table as the frame that a script would get."""
    return _rule("dataset.frames").to_pandas(table)


def load() -> Any:
    """The script's function, as the jail loads it."""
    told = recorded()
    random.seed()
    path = HERE / "script" / told["script"]
    module = types.ModuleType(_MODULE)
    module.__file__ = str(path)
    sys.modules[_MODULE] = module
    sys.argv = [str(path)]
    exec(_compiled(path, old_names=told["old_names"]), module.__dict__)  # noqa: S102 - what this is for
    return module.__dict__["azureml_main"]


def _compiled(path: Path, *, old_names: bool) -> Any:
    if not old_names:
        return compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    return _rule("sandbox.guest.compatibility.source").compiled(path.read_text(encoding="utf-8-sig"), str(path), [])


def _own_name(path: str) -> str | None:
    """The name of a file of the script's or its bundle's; None for any other."""
    own = Path(path).parts[: len(HERE.parts) + 1] in {(*HERE.parts, "script"), (*HERE.parts, "work")}
    return os.path.basename(path) if own else None


def call(function: Any) -> dict[str, Any]:
    """Call the function as its module does; the tables that came out, by port."""
    import pandas as pd

    rules, told = _rule("sandbox.guest.call"), recorded()
    notes: list[str] = []
    positional, named = rules.arguments(rules.parameters(function), frames(), told["mapping"])
    first, second = rules.frames(function(*positional, **named), pd.DataFrame, notes)
    given, first_duplicate = tuple(tables().values()), told["first_duplicate"]
    from_pandas = _rule("dataset.frames").from_pandas
    results = {"result_dataset": first if first is not None else pd.DataFrame(), "result_dataset2": second}
    made = {
        port: from_pandas(frame, inputs=given, notes=notes, first_duplicate=first_duplicate).with_roles_of(*given)
        for port, frame in results.items()
        if frame is not None
    }
    for note in dict.fromkeys(notes):
        print(f"note: {note}")
    return made


def check(made: dict[str, Any]) -> bool:
    """Tell each result and whether it is the recorded one; write it as Parquet. Whether all are the same."""
    expected = recorded()["outputs"]
    (HERE / "results").mkdir(exist_ok=True)
    for port, table in made.items():
        _rule("dataset.formats.parquet").write(table, HERE / "results" / f"{port}.parquet")
        word = "the same as recorded" if table.digest == expected.get(port) else "NOT the same as recorded"
        print(f"{port}: {table.num_rows:,} rows, {table.num_columns:,} columns, digest {table.digest}: {word}")
    for port in expected.keys() - made.keys():
        print(f"{port}: recorded, and not given here")
    return bool({port: table.digest for port, table in made.items()} == expected)


def _rule(name: str) -> Any:
    return importlib.import_module(f"bottega.{name}")


def _run_here() -> int:
    prepare()
    told = recorded()
    if told["error"] is not None:
        print(f"In the recorded run the script failed: {told['error']}")
    try:
        made = call(load())
    except Exception as error:
        if told["error"] is None:
            raise
        import traceback

        traceback.print_exc()
        return _SAME if f"{type(error).__qualname__}:" in told["error"] else _DIFFERENT
    return _SAME if check(made) else _DIFFERENT


def _environment() -> str:
    """The Python of the folder's own environment, made where it is not there yet."""
    folder = HERE / ".venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = folder / "made"
    if done.exists():
        return str(python)
    shutil.rmtree(folder, ignore_errors=True)
    wanted, requirements = recorded()["environment"]["python"], str(HERE / "requirements.txt")
    uv = shutil.which("uv")
    if uv is not None:
        subprocess.run([uv, "venv", "--quiet", "--python", wanted, str(folder)], check=True)  # noqa: S603
        subprocess.run([uv, "pip", "install", "--quiet", "--python", str(python), "-r", requirements], check=True)  # noqa: S603
    else:
        if wanted != ".".join(map(str, sys.version_info[:2])):
            print(f"The script ran in Python {wanted}: start this with that one, or install uv, which gets it.")
            sys.exit(_UNTRIED)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)  # noqa: S603
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "-r", requirements], check=True)  # noqa: S603
    done.touch()
    return str(python)


def main() -> int:
    """Run the script here, or have it run in the folder's own environment."""
    parser = argparse.ArgumentParser(
        description="Run the script of this folder and compare what comes out with the record."
    )
    parser.add_argument(
        "--here", action="store_true", help="use this Python with its packages, instead of an environment"
    )
    here = parser.parse_args().here
    if here and sys.version_info < _OLDEST:
        print("Python 3.10 or later is needed.")
        return _UNTRIED
    if here and all(os.environ.get(name) == value for name, value in _CONSTANTS.items()):
        return _run_here()
    try:
        python = sys.executable if here else _environment()
    except subprocess.CalledProcessError as error:
        print(f"The environment cannot be made: {error}")
        return _UNTRIED
    again = [python, str(Path(__file__).resolve()), "--here"]
    return subprocess.run(again, env={**os.environ, **_CONSTANTS}, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
