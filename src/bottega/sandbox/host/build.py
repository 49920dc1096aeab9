"""Building environments with uv: resolve to a lock, install what the lock names, publish whole."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from bottega.errors import BottegaError
from bottega.sandbox.host import environment, fonts, interpreter
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.folders import private
from bottega.sandbox.host.interpreter import Interpreter

Tell = Callable[[str], None]
_DEFINITIONS = Path(__file__).parent.parent / "environments"
_LONGEST_REASON = 3000
_LAYOUT = "1"  # part of the digest: a change of what a build makes builds anew


def ensure(name: str, tell: Tell) -> Environment:
    """The environment of that name; a shipped one is built if it is not there, or is of another Bottega."""
    if name not in environment.SHIPPED:
        return environment.get(name)
    lock_text = (_DEFINITIONS / f"{name}.lock").read_text()
    found = environment.find(name)
    if found is not None and found.digest == _digest(lock_text, found.interpreter):
        return found
    return create(name, lock_text, interpreter.base(), tell)


def digest(name: str) -> str | None:
    """What the environment of that name is or, of a shipped one, would be once built; None where there is none."""
    found = environment.find(name)
    if name not in environment.SHIPPED:
        return found.digest if found is not None else None
    python = found.interpreter if found is not None else interpreter.base()
    return _digest((_DEFINITIONS / f"{name}.lock").read_text(), python)


def lock(requirements: Path, python: Interpreter, tell: Tell) -> str:
    """Resolve a requirements file to exact versions with hashes; the lock's text.

    Raises `environment-build-failed` with the resolver's own words.
    """
    tell("resolving packages")
    if not requirements.is_file():
        raise BottegaError("0048", path=str(requirements), reason="no such file")
    return _uv(
        "pip", "compile", "--generate-hashes", "--no-header", "--no-annotate", "--only-binary", ":all:",
        "--no-emit-index-url", "--no-emit-find-links", "--python", python.path, str(requirements.absolute()),
        name=requirements.name,
    )  # fmt: skip


def create(name: str, lock_text: str, python: Interpreter, tell: Tell) -> Environment:
    """Build the environment of a lock, unless its content is there, and give it the name.

    Only wheels are installed, so no package's code runs. The folder appears whole or not
    at all: it is built beside its place and moved there.
    """
    environment.check_name(name)
    digest = _digest(lock_text, python)
    root = private(environment.root())
    folder = root / digest
    with _locked(root / f"{digest}.lock"):
        if not (folder / "meta.json").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _build(name, folder, lock_text, python, tell)
    _write_whole(private(root / "names") / f"{name}.json", json.dumps({"digest": digest}))
    built = environment.get(name)
    tell("listing fonts")
    fonts.make_list(built)
    return built


def _digest(lock_text: str, python: Interpreter) -> str:
    content = json.dumps([_LAYOUT, lock_text, asdict(python)])
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def _build(name: str, folder: Path, lock_text: str, python: Interpreter, tell: Tell) -> None:
    unfinished = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir(mode=0o755)
        lock_file = unfinished / "requirements.lock"
        lock_file.write_text(lock_text)
        venv = unfinished / "venv"
        _uv("venv", "--no-project", "--relocatable", "--python", python.path, str(venv), name=name)
        tell("installing packages")
        _uv(
            "pip", "sync", "--require-hashes", "--only-binary", ":all:", "--python", str(venv / "bin" / "python"),
            str(lock_file), name=name,
        )  # fmt: skip
        tell("compiling packages")
        packages = environment.site_packages(venv)
        # By the bare interpreter: the environment's own would run its packages' .pth files.
        subprocess.run(  # noqa: S603
            [python.path, "-I", "-S", "-m", "compileall", "-q", "-j", "0", "-s", str(unfinished), "-p", str(folder), str(packages)],
            check=False, capture_output=True, umask=0o022,
        )  # fmt: skip
        _make_readable(unfinished)
        meta = {"interpreter": asdict(python), "modules": _modules(packages), "packages": _packages(packages)}
        _write_whole(unfinished / "meta.json", json.dumps(meta))
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _uv(*arguments: str, name: str) -> str:
    import uv  # late: most commands build nothing

    kept = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(  # noqa: S603 - uv's own binary, from its wheel
        [uv.find_uv_bin(), *arguments],
        capture_output=True, text=True, check=False, umask=0o022, env={**kept, "UV_PYTHON_DOWNLOADS": "never"},
    )  # fmt: skip
    if done.returncode != 0:
        raise BottegaError("environment-build-failed", name=name, reason=done.stderr.strip()[-_LONGEST_REASON:])
    return done.stdout


def _make_readable(folder: Path) -> None:
    """The jail may run as another user, and wheels may come from a cache made under any umask."""
    for path, folders, files in os.walk(folder):
        for entry in (*folders, *files):
            full = os.path.join(path, entry)
            if not os.path.islink(full):
                mode = os.stat(full).st_mode
                wanted = mode | (0o555 if mode & 0o100 or entry in folders else 0o444)
                if wanted != mode:
                    os.chmod(full, wanted)


def _modules(packages: Path) -> list[str]:
    """The top-level names that can be imported."""
    names = {path.name.split(".")[0] for path in packages.iterdir() if path.suffix in (".py", ".so")}
    names |= {path.name for path in packages.iterdir() if path.is_dir() and path.name.isidentifier()}
    return sorted(name for name in names if name.isidentifier() and name != "__pycache__")


def _packages(packages: Path) -> list[tuple[str, str]]:
    """Names and versions, read from the packages' folders without importing them."""
    found = []
    for path in packages.glob("*.dist-info"):
        package, _, version = path.name.removesuffix(".dist-info").rpartition("-")
        found.append((package.replace("_", "-").lower(), version))
    return sorted(found)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Two processes do not build the same folder at once."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write_whole(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text)
    temporary.replace(path)
