"""matplotlib: arguments and names of drawing."""

from __future__ import annotations

import functools
import importlib
from types import ModuleType
from typing import Any

from .. import imports
from . import uses
from .patching import Library, answer, noted, wrap
from .table import NAMES

old = Library("matplotlib")
_COLOURS = {"spectral": "nipy_spectral", "Vega10": "tab10", "Vega20": "tab20", "Vega20b": "tab20b", "Vega20c": "tab20c"}
_RENAMED = {
    "normed": "density",
    "axisbg": "facecolor",
    "axis_bgcolor": "facecolor",
    "b": "visible",
    "labels": "tick_labels",
}
# By function: the old arguments that it had.
_CALLS: dict[str, tuple[str, ...]] = {
    "hist": ("normed",), "hist2d": ("normed",), "subplot": ("axisbg",), "axes": ("axisbg",), "add_subplot": ("axisbg",),
    "add_axes": ("axisbg",), "subplot2grid": ("axisbg",), "grid": ("b",), "boxplot": ("labels",), "bar": ("left",),
    "barh": ("bottom",), "savefig": ("frameon", "papertype"), "gca": ("projection",), "tick_params": ("labelbottom",),
    "plot": ("hold",), "scatter": ("hold",), "imshow": (), "fill_between": ("hold",), "errorbar": ("hold",),
}  # fmt: skip
_SWITCHES = {"on": True, "off": False}


def restore(module: Any) -> None:
    """Put all of it into matplotlib as its parts are imported."""
    wrap(module.RcParams, "__setitem__", _set)
    wrap(module.RcParams, "__getitem__", _get)
    imports.watch({"matplotlib.pyplot": _pyplot, "matplotlib.axes": _axes, "matplotlib.figure": _figure, "matplotlib.cm": _cm,
                   "matplotlib.mlab": _answer, "matplotlib.cbook": _answer, "matplotlib.style": _style})  # fmt: skip
    imports.provide({"matplotlib.finance": _finance, "matplotlib.delaunay": _delaunay, "matplotlib.mlab": _answer})


def _set(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """A setting; the colours of lines had one of their own."""
    if arguments[1:2] != ("axes.color_cycle",):
        return function(*arguments, **options)
    old.tell("rcParams.axes.color_cycle")
    value = arguments[2]
    colours = [each.strip() for each in value.split(",")] if isinstance(value, str) else list(value)
    return function(arguments[0], "axes.prop_cycle", importlib.import_module("cycler").cycler(color=colours))


def _get(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    if arguments[1:2] != ("axes.color_cycle",):
        return function(*arguments, **options)
    old.tell("rcParams.axes.color_cycle")
    return function(arguments[0], "axes.prop_cycle").by_key()["color"]


def _pyplot(module: ModuleType) -> None:
    _calls(module)
    _answer(module)


def _axes(module: Any) -> None:
    _calls(module.Axes)
    colour = {"set_axis_bgcolor": "set_facecolor", "get_axis_bgcolor": "get_facecolor"}
    for name, now in colour.items():
        _add(module.Axes, f"axes.Axes.{name}", functools.partial(_call_method, now))
    _add(module.Axes, "axes.Axes.hold", _nothing)
    _add(module.Axes, "axes.Axes.ishold", lambda *_: True)
    _add(module.Axes, "axes.Axes.set_color_cycle", lambda self, colours: self.set_prop_cycle(color=list(colours)))


def _figure(module: Any) -> None:
    _calls(module.Figure)
    _add(module.Figure, "figure.Figure.hold", _nothing)


def _add(owner: Any, name: str, function: Any) -> None:
    last = name.rpartition(".")[2]
    if not hasattr(owner, last):
        setattr(owner, last, noted(old.gone(name), function))


def _call_method(name: str, self: Any, *arguments: Any, **options: Any) -> Any:
    return getattr(self, name)(*arguments, **options)


def _nothing(*_arguments: Any, **_options: Any) -> None:
    """What is drawn stays."""


def _cm(module: Any) -> None:
    from matplotlib import colormaps

    for name, now in _COLOURS.items():
        if name not in colormaps and now in colormaps:
            colormaps.register(colormaps[now].copy(), name=name)
    _answer(module)


def _answer(module: ModuleType) -> None:
    start = module.__name__[len("matplotlib.") :] + "."
    entries = [
        gone
        for gone in NAMES
        if gone.library == "matplotlib" and gone.kind == "function" and gone.name.startswith(start)
    ]
    answer(module, {gone.name[len(start) :]: functools.partial(_find, gone) for gone in entries})


def _find(gone: Any) -> Any:
    made: Any = importlib.import_module(".matplotlib_functions", __package__)
    found = getattr(made, gone.name.replace(".", "_"), None)
    if found is not None:
        return noted(gone, found)
    uses.tell(gone)
    place, _, name = gone.rewrite.rpartition(".")
    if place == "scipy.stats.norm":
        return importlib.import_module("scipy.stats").norm.pdf
    return getattr(importlib.import_module(place), name)


def _finance(module: ModuleType) -> None:
    raise ImportError(old.gone("finance").sentence(), name=module.__name__)


def _delaunay(module: ModuleType) -> None:
    uses.tell(old.gone("delaunay"))
    module.Triangulation = importlib.import_module("matplotlib.tri").Triangulation  # type: ignore[attr-defined]


def _style(module: Any) -> None:
    core = importlib.import_module("matplotlib.style.core") if hasattr(module, "core") else module
    wrap(module, "use", _use)
    del core


def _use(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    known = importlib.import_module("matplotlib.style").available

    def today(name: Any) -> Any:
        newer = (
            f"seaborn-v0_8{name[len('seaborn') :]}" if isinstance(name, str) and name.startswith("seaborn") else name
        )
        if newer == name or name in known or newer not in known:
            return name
        old.tell("style.use")
        return newer

    given = arguments[0] if arguments else options.pop("style")
    return function(
        [today(each) for each in given] if isinstance(given, list) else today(given), *arguments[1:], **options
    )


def _calls(owner: Any) -> None:
    for name, arguments in _CALLS.items():
        if name in vars(owner) or (isinstance(owner, type) and hasattr(owner, name)):
            wrap(owner, name, functools.partial(_draw, name, arguments))


def _draw(name: str, before: tuple[str, ...], function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    for each in before:
        if each in options:
            _change(name, each, options)
    if name == "gca" and "projection" in options:
        old.tell("pyplot.gca.projection")
        figure = arguments[0] if arguments else importlib.import_module("matplotlib.pyplot").gcf()
        return figure.add_subplot(projection=options["projection"])
    if name == "tick_params":
        for each, value in options.items():
            if value in ("on", "off"):
                old.tell("pyplot.tick_params.labelbottom")
                options[each] = _SWITCHES[value]
    if name == "grid" and arguments and arguments[-1] in ("on", "off"):
        arguments = (*arguments[:-1], _SWITCHES[arguments[-1]])
    return function(*arguments, **options)


def _change(name: str, before: str, options: dict[str, Any]) -> None:
    """One argument as it is called today; those that do nothing any more are left out."""
    entry = {"add_subplot": "subplot", "add_axes": "subplot", "axes": "subplot", "subplot2grid": "subplot", "hist2d": "hist",
             "scatter": "plot", "fill_between": "plot", "errorbar": "plot"}.get(name, name)  # fmt: skip
    if before in {"projection", "labelbottom"} or (before == "labels" and not _has_tick_labels()):
        return
    if before == "bottom" and "y" in options:
        return  # since it is called so, this is where a bar begins
    old.tell(f"pyplot.{entry}.{before}")
    value = options.pop(before)
    now = {**_RENAMED, "left": "x", "bottom": "y"}.get(before)
    if now is not None:
        options[now] = bool(value) if before == "normed" else _SWITCHES.get(value, value) if before == "b" else value


def _has_tick_labels() -> bool:
    version = importlib.import_module("matplotlib").__version__.split(".")
    return (int(version[0]), int(version[1])) >= (3, 9)
