"""Which modules there are: one file each below `bottega.modules`, and those that other packages bring.

A module is found by its file's name, so that one can be had without importing the rest.
"""

from __future__ import annotations

import difflib
import hashlib
import importlib
import importlib.metadata
import importlib.util
import inspect
import pkgutil
from functools import cache
from pathlib import Path

from bottega.errors import BottegaError
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.ports import folded

ENTRY_POINTS = "bottega.modules"
_OWN = "bottega.modules"


def names() -> list[str]:
    """The names of all modules, sorted."""
    return sorted(_places())


def get(name: str) -> ModuleSpec:
    """The module of that name. Raises `module-unknown` with the nearest names."""
    found = find(name)
    if found is None:
        near = nearest(name, [*names(), *(each.title for each in every())])
        raise BottegaError("module-unknown", name=name, near=near or "one of those that `bottega modules` lists")
    return found


def find(name: str) -> ModuleSpec | None:
    """The module of that name, title or former name, or None."""
    if name in _places():
        return _load(name, place(name))
    wanted = folded(name)
    for each in every():
        if wanted in (folded(each.name), folded(each.title), *(folded(former) for former in each.former)):
            return each
    return None


def every() -> list[ModuleSpec]:
    """All modules, by category and title."""
    return sorted(
        (_load(name, place) for name, place in _places().items()), key=lambda each: (each.category, each.title)
    )


def nearest(name: str, known: list[str]) -> str:
    """The known names that are spelled most like this one, as text; nothing where none is near."""
    by_fold = {folded(each): each for each in known}
    return ", ".join(by_fold[each] for each in difflib.get_close_matches(folded(name), by_fold, 3, 0.6))


def place(name: str) -> str:
    """The Python module that declares this one, as a jail imports it."""
    return _places()[name]


@cache
def code_digest(name: str) -> str:
    """Names the code of a module: its file and the helpers beside it, or the package that brings it."""
    found = importlib.util.find_spec(place(name))
    if found is None or found.origin is None:
        raise BottegaError("module-unknown", name=name, near="")
    file = Path(found.origin)
    if place(name).startswith(f"{_OWN}."):
        files = [file, *sorted(path for path in file.parent.glob("_*.py") if path.name != "__init__.py")]
    else:  # its helpers may be anywhere in its package
        files = _package(place(name).split(".")[0]) or [file]
    state = hashlib.blake2b(digest_size=16)
    for path in files:
        state.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return state.hexdigest()


def _package(name: str) -> list[Path]:
    """The files of a package; none of a module that is no package."""
    found = importlib.util.find_spec(name)
    folders = [] if found is None else [Path(folder) for folder in found.submodule_search_locations or ()]
    return sorted(
        path for folder in folders for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )


@cache
def _places() -> dict[str, str]:
    """The Python module that each name is declared in."""
    places = {}
    package = importlib.import_module(_OWN)
    for found in pkgutil.walk_packages(package.__path__, f"{_OWN}."):
        last = found.name.rpartition(".")[2]
        if not found.ispkg and not last.startswith("_"):
            places[last.replace("_", "-")] = found.name
    for entry in importlib.metadata.entry_points(group=ENTRY_POINTS):
        places.setdefault(entry.name.replace("_", "-"), entry.value.partition(":")[0])
    return places


@cache
def _load(name: str, place: str) -> ModuleSpec:
    loaded = importlib.import_module(place)
    function = getattr(loaded, name.replace("-", "_"), None)
    spec = getattr(function, "__bottega_module__", None)
    if not isinstance(spec, ModuleSpec) or not inspect.isfunction(function):
        raise TypeError(f"{place} declares no module {name}: it needs a function {name.replace('-', '_')} with @module")
    return spec
