"""Which modules there are: one file each below `bottega.modules`, those that other packages bring, and those of workspaces.

A module is found by its file's name, so that one can be had without importing the rest. What a workspace has stands on
a shelf; whoever opens the workspace puts it up.
"""

from __future__ import annotations

import difflib
import hashlib
import importlib
import importlib.metadata
import importlib.util
import inspect
import pkgutil
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from bottega.errors import BottegaError
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.ports import folded

ENTRY_POINTS = "bottega.modules"
_OWN = "bottega.modules"


class Shelf(Protocol):
    """The modules of a workspace."""

    def find(self, name: str) -> ModuleSpec | None:
        """The module of that name, or of `name@digest`: that very code, for as long as the workspace has it."""

    def every(self) -> Sequence[ModuleSpec]:
        """Those that can be used now."""


_shelves: tuple[Shelf, ...] = ()
_lock = threading.Lock()


def put_up(shelf: Shelf) -> None:
    """Let a workspace's modules be found, in the whole process; those of the shelf that was put up last come first."""
    global _shelves  # noqa: PLW0603 # which workspaces are open is the process's own state
    with _lock:
        _shelves = (shelf, *_shelves)


def take_down(shelf: Shelf) -> None:
    """The opposite."""
    global _shelves  # noqa: PLW0603 # as above
    with _lock:
        _shelves = tuple(each for each in _shelves if each is not shelf)


def names() -> list[str]:
    """The names of all modules, sorted."""
    return sorted({*_places(), *(spec.name for shelf in _shelves for spec in shelf.every())})


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
    for shelf in _shelves:
        found = shelf.find(name)
        if found is not None:
            return found
    wanted = folded(name)
    for each in every():
        if wanted in (folded(each.name), folded(each.title), *(folded(former) for former in each.former)):
            return each
    return None


def every() -> list[ModuleSpec]:
    """All modules, by category and title."""
    found = {spec.name: spec for spec in shipped()}
    for shelf in _shelves:
        for spec in shelf.every():
            found.setdefault(spec.name, spec)
    return sorted(found.values(), key=lambda each: (each.category, each.title))


def shipped() -> list[ModuleSpec]:
    """The same without those of workspaces."""
    loaded = (_load(name, place) for name, place in _places().items())
    return sorted(loaded, key=lambda each: (each.category, each.title))


def shipped_names() -> frozenset[str]:
    """The names of those, without importing any."""
    return frozenset(_places())


def nearest(name: str, known: list[str]) -> str:
    """The known names that are spelled most like this one, as text; nothing where none is near."""
    by_fold = {folded(each): each for each in known}
    return ", ".join(by_fold[each] for each in difflib.get_close_matches(folded(name), by_fold, 3, 0.6))


def place(name: str) -> str:
    """The Python module that declares this one, as a jail imports it."""
    return _places()[name]


def source(spec: ModuleSpec) -> dict[str, str]:
    """Where the runner in a jail finds a module's function: its place, or the code itself of one that a workspace has."""
    function = spec.function.__name__
    if spec.own is not None:
        return {"code": spec.own.code, "function": function}
    return {"place": place(spec.name), "function": function}


def digest(spec: ModuleSpec) -> str:
    """Names the code of a module."""
    return code_digest(spec.name) if spec.own is None else spec.own.digest


@cache
def code_digest(name: str) -> str:
    """Names the code of a module: its file and the helpers beside it, or the package that brings it."""
    found = importlib.util.find_spec(place(name))
    if found is None or found.origin is None:
        raise BottegaError("module-unknown", name=name, near="")
    file = Path(found.origin)
    if place(name).startswith(f"{_OWN}."):
        beside = (*file.parent.glob("_*.py"), *file.parent.glob("_*.R"))
        files = [file, *sorted(path for path in beside if path.name != "__init__.py")]
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
