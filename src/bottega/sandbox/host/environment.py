"""Environments: named, locked sets of packages, each in a folder named for its content."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bottega.errors import BottegaError
from bottega.sandbox.host.folders import home
from bottega.sandbox.host.interpreter import Interpreter

DEFAULT = "default"  # what scripts run in unless told otherwise
BOTTEGA = "bottega"  # what the catalogue's modules run in
ANACONDA = "anaconda"  # the breadth of the old product
CLASSIC = "classic"  # its libraries as old as they come for this Python, with the names that they lost since
SHIPPED = (DEFAULT, BOTTEGA, ANACONDA, CLASSIC)
Kind = Literal["built", "registered"]
_CREDENTIALS = re.compile(r"://[^/\s@]+@")  # of an index, for nobody to see
_OLDEST = (3, 9)  # that runs our own code around a script
_MADE = re.compile(r"(?:script|service)-[0-9a-f]{12}")  # for what one script or service asks for
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True)
class Environment:
    """An environment that is there.

    digest         names its content: the lock and the Python it was built for; of a registered one what is installed
    folder         holds `meta.json`, where matplotlib is there its font list, and of a built one `venv` and its lock
    interpreter    the Python under it
    modules        the names that can be imported from its packages
    kind           registered: an interpreter of somebody else's, used as it is
    compatibility  whether scripts find names that libraries have removed, unless a run says otherwise
    requirements   what it was asked to be made from, as given
    program        of a registered one the Python that was named, by the path that it knows itself by
    shown          of a registered one what jails must see beside the Python's own folders
    disk           bytes when it was built, shared files whole; 0 where nothing tells
    """

    name: str
    digest: str
    folder: Path
    interpreter: Interpreter
    modules: frozenset[str]
    packages: tuple[tuple[str, str], ...]
    kind: Kind = "built"
    compatibility: bool = False
    requirements: str = ""
    program: str = ""
    shown: tuple[str, ...] = ()
    disk: int = 0

    @property
    def python(self) -> Path:
        """The environment's own Python."""
        return Path(self.program) if self.program else self.folder / "venv" / "bin" / "python"

    @property
    def is_old(self) -> bool:
        """Whether its Python is too old for the code that runs around scripts."""
        return self.interpreter.numbers < _OLDEST

    @property
    def folders(self) -> tuple[str, ...]:
        """What of the machine must be readable for it to run, beside its own folder."""
        return tuple(dict.fromkeys((*self.interpreter.folders, *self.shown)))


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
    entry = named(name)
    digest, requirements = entry.get("digest"), entry.get("requirements", "")
    if not isinstance(digest, str) or not isinstance(requirements, str) or not digest.isalnum():
        return None
    return at(root() / digest, name, _CREDENTIALS.sub("://", requirements))


def named(name: str) -> dict[str, Any]:
    """What is written down for a name: `digest`, and how it was made; nothing where there is no such name."""
    check_name(name)
    try:
        entry = json.loads((root() / "names" / f"{name}.json").read_text())
    except (OSError, ValueError):
        return {}
    return entry if isinstance(entry, dict) else {}


def at(folder: Path, name: str, requirements: str = "") -> Environment | None:
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
            kind="registered" if meta.get("kind") == "registered" else "built",
            compatibility=meta.get("compatibility") is True,
            requirements=requirements,
            program=str(meta.get("program", "")),
            shown=tuple(str(path) for path in meta.get("shown", ())),
            disk=int(meta.get("disk", 0)),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def names() -> list[str]:
    """The names of the environments that are built."""
    return sorted(path.stem for path in (root() / "names").glob("*.json"))


def chosen() -> list[str]:
    """Those of them that users chose, who can name them; not those that a script or a service brought."""
    return [name for name in names() if not _MADE.fullmatch(name)]


def get(name: str) -> Environment:
    """The environment of that name. Raises `environment-unknown`."""
    environment = find(name)
    if environment is None:
        raise BottegaError("environment-unknown", name=name, names=", ".join(chosen()) or "none yet")
    return environment
