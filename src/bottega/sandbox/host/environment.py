"""Environments: named, locked sets of packages, each in a folder named for its content."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from bottega.errors import BottegaError
from bottega.sandbox.host.folders import home
from bottega.sandbox.host.interpreter import Interpreter

DEFAULT = "default"  # what scripts run in unless told otherwise
BOTTEGA = "bottega"  # what the catalogue's modules run in
SHIPPED = (DEFAULT, BOTTEGA)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True)
class Environment:
    """A built environment.

    digest       names its content: the lock and the Python it was built for
    folder       holds `venv`, `meta.json` and, where matplotlib is there, its font list
    interpreter  the Python under the virtual environment
    modules      the names that can be imported from its packages
    """

    name: str
    digest: str
    folder: Path
    interpreter: Interpreter
    modules: frozenset[str]
    packages: tuple[tuple[str, str], ...]

    @property
    def python(self) -> Path:
        """The environment's own Python."""
        return self.folder / "venv" / "bin" / "python"


def site_packages(venv: Path) -> Path:
    """The packages' folder of a virtual environment."""
    return next(iter(sorted((venv / "lib").glob("python*/site-packages"))), venv / "lib")


def root() -> Path:
    """Where environments are kept."""
    return home() / "environments"


def check_name(name: str) -> str:
    """The name, if one may name an environment so. Raises `usage`."""
    if not _NAME.fullmatch(name):
        reason = f"{name[:80]!r} is no name for an environment: use letters, digits, dots, dashes and underscores"
        raise BottegaError("usage", reason=reason)
    return name


def find(name: str) -> Environment | None:
    """The environment of that name, or None where none is built."""
    check_name(name)
    try:
        digest = json.loads((root() / "names" / f"{name}.json").read_text())["digest"]
        return at(root() / digest, name)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def at(folder: Path, name: str) -> Environment | None:
    """The environment that was built in a folder, under a name; None where it is not whole."""
    try:
        meta = json.loads((folder / "meta.json").read_text())
        return Environment(
            name=name,
            digest=folder.name,
            folder=folder,
            interpreter=Interpreter(**meta["interpreter"]),
            modules=frozenset(meta["modules"]),
            packages=tuple((package, version) for package, version in meta["packages"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def names() -> list[str]:
    """The names of the environments that are built."""
    return sorted(path.stem for path in (root() / "names").glob("*.json"))


def get(name: str) -> Environment:
    """The environment of that name. Raises `environment-unknown`."""
    environment = find(name)
    if environment is None:
        raise BottegaError("environment-unknown", name=name, names=", ".join(names()) or "none yet")
    return environment
