"""SciPy: what it had from NumPy, `misc`, and functions that have others' names."""

from __future__ import annotations

import functools
import importlib
import importlib.util
from types import ModuleType
from typing import Any

from .. import imports
from . import uses
from .patching import Library, answer, is_signature_error, noted, wrap
from .table import NAMES

old = Library("scipy")
_SOLVERS = ("cg", "cgs", "bicg", "bicgstab", "gmres", "lgmres", "minres", "qmr", "gcrotmk", "tfqmr")
_PACKAGES = ("integrate", "stats", "interpolate", "linalg", "signal")


def restore(module: ModuleType) -> None:
    """Put all of it into SciPy."""
    answer(module, {gone.name: functools.partial(_elsewhere, gone) for gone in NAMES
                    if gone.library == "scipy" and gone.kind == "function" and "." not in gone.name})  # fmt: skip
    packages = {f"scipy.{name}": _package for name in _PACKAGES}
    imports.watch({**packages, "scipy.sparse.linalg": _solvers, "scipy.misc": _package, "scipy.misc.common": _common})
    moved = [gone for gone in NAMES if gone.library == "scipy" and gone.kind == "module"]
    imports.provide({f"scipy.{gone.name}": functools.partial(_fill, gone) for gone in moved})


def _package(module: ModuleType) -> None:
    """Let a package answer for what it has no more."""
    start = module.__name__[len("scipy.") :] + "."
    entries = [
        gone for gone in NAMES if gone.library == "scipy" and gone.kind == "function" and gone.name.startswith(start)
    ]
    answer(module, {gone.name[len(start) :]: functools.partial(_find, gone) for gone in entries})
    if start == "stats." and hasattr(module, "mode"):
        wrap(module, "mode", _mode)


def _common(module: ModuleType) -> None:
    name, module.__name__ = module.__name__, "scipy.misc"
    _package(module)
    module.__name__ = name


def _find(gone: Any) -> Any:
    if gone.rewrite is not None:
        return _elsewhere(gone)
    if not gone.restored:

        def refuse(*_arguments: Any, **_options: Any) -> Any:
            raise AttributeError(gone.sentence())

        return refuse
    made = importlib.import_module(".scipy_functions", __package__)
    return noted(gone, getattr(made, gone.name.replace(".", "_")))


def _elsewhere(gone: Any) -> Any:
    """What it is called now."""
    place, _, name = gone.rewrite.rpartition(".")
    uses.tell(gone)
    found = getattr(importlib.import_module(place), name, None)
    if found is None and name in {"mat", "round_", "trapz"}:  # which NumPy itself has no more
        numpy = importlib.import_module("numpy")
        found = getattr(numpy, {"mat": "asmatrix", "round_": "round", "trapz": "trapezoid"}[name])
    if found is None:
        raise AttributeError(gone.sentence())
    return found


def _fill(gone: Any, module: ModuleType) -> None:
    if not gone.restored:
        raise ImportError(gone.sentence(), name=module.__name__)
    uses.tell(gone)
    if gone.name.startswith("misc"):
        module.__name__ = "scipy.misc"
        _package(module)
        module.__all__ = []  # type: ignore[attr-defined]
        return
    source = importlib.import_module(gone.rewrite)
    for name in getattr(source, "__all__", dir(source)):
        setattr(module, name, getattr(source, name))


def _solvers(module: ModuleType) -> None:
    for name in _SOLVERS:
        wrap(module, name, _tolerance)


def _mode(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """An array of one value where it is one value today; and texts have a mode, too."""
    import numpy as np

    if "keepdims" in options:
        return function(*arguments, **options)
    values = np.asarray(arguments[0] if arguments else options.get("a"))
    if values.dtype.kind in "OUS" and values.ndim == 1 and values.size:
        old.tell("stats.mode")
        made = importlib.import_module(".scipy_functions", __package__)
        return made.mode_of_objects(values)
    try:
        result = function(*arguments, keepdims=True, **options)
    except TypeError as error:
        if not is_signature_error(error):
            raise
        return function(*arguments, **options)  # which has no other way
    old.tell("stats.mode")
    return result


def _tolerance(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    if "tol" in options:
        try:
            return function(*arguments, **options)
        except TypeError:
            old.tell("sparse.linalg.cg.tol")
            options["rtol"] = options.pop("tol")
    return function(*arguments, **options)
