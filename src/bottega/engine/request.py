"""What `bottega script` asks for and answers with, as plain values that can cross a socket."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from bottega.errors import BottegaError

# Imported before a job comes wherever a script names them; those of the frame itself always.
_ALWAYS = ("numpy", "pandas", "pyarrow")
_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+\(?([\w, \t]*)|import[ \t]+([\w., \t]+))", re.MULTILINE
)
_MOST_NAMES = 60
_HEAD = 1 << 20

# In a pool that lives on, scripts share zygotes by family: the parts that most use.
_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "matplotlib": ("matplotlib.pyplot",),
    "seaborn": ("matplotlib.pyplot", "seaborn"),
    "scipy": ("scipy.stats",),
    "sklearn": (
        "sklearn.ensemble",
        "sklearn.linear_model",
        "sklearn.metrics",
        "sklearn.model_selection",
        "sklearn.preprocessing",
    ),
    "statsmodels": ("statsmodels.api",),
}


@dataclass(frozen=True)
class ScriptRequest:
    """One run of one script; every path absolute.

    Sizes in bytes, times in seconds. `limits` holds the fields of `Limits` that differ
    from their defaults. `environment` is empty for what the script asks for itself, or else
    `default`; `old_names` None for what that environment does.
    """

    script: str
    environment: str = ""
    dataset1: str | None = None
    dataset2: str | None = None
    bundle: str | None = None
    out: str | None = None
    out2: str | None = None
    files: str | None = None
    device: str | None = None
    mapping: str = "connected"
    first_duplicate: int = 1
    jail: bool = True
    preview_rows: int = 0
    umask: int = 0o022
    variables: bool = False
    old_names: bool | None = None
    limits: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The fields as plain values."""
        return asdict(self)


def head(path: str) -> bytes:
    """The part of a script that is looked at for its imports. Raises `0048`."""
    try:
        with open(path, "rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        raise BottegaError("0048", path=path, reason=error.strerror or str(error)) from error


def imports(source: bytes) -> list[str]:
    """The modules that a script seems to import, by its lines; never run, never parsed.

    A hint for what to import beforehand, so that a hostile script's syntax meets no
    parser of the host's.
    """
    names: list[str] = []
    for match in _IMPORT.finditer(source[:_HEAD]):
        package, parts, plain = (group.decode() if group else "" for group in match.groups())
        if package:
            names.append(package)
            names += [f"{package}.{part.split()[0]}" for part in parts.split(",") if part.strip()]
        names += [part.split()[0] for part in plain.split(",") if part.strip()]
        if len(names) > _MOST_NAMES:
            break
    return [name for name in dict.fromkeys(names) if name and not name.startswith(".")]


def preload(source: bytes, modules: frozenset[str], *, shared: bool) -> tuple[str, ...]:
    """What a zygote for this script should import, among the environment's `modules`.

    shared  for a pool that serves many scripts: whole families instead of just the names
    """
    always = [name for name in _ALWAYS if name in modules]
    wanted = [name for name in imports(source) if name.split(".")[0] in modules]
    if shared:
        families = sorted({name.split(".")[0] for name in wanted} & _FAMILIES.keys())
        wanted = [name for family in families for name in _FAMILIES[family]]
    return tuple(dict.fromkeys((*always, *wanted)))
