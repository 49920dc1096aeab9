"""seaborn: the order of arguments, and names that others took."""

from __future__ import annotations

import functools
import importlib
from types import ModuleType
from typing import Any

from . import uses
from .patching import Library, answer, noted, wrap

old = Library("seaborn")
old_hist = Library("matplotlib")
_PLOTS = ("barplot", "boxplot", "violinplot", "countplot", "pointplot", "stripplot", "swarmplot", "boxenplot", "lineplot", "scatterplot",
          "regplot", "residplot", "lmplot", "jointplot", "catplot", "kdeplot")  # fmt: skip
_SIZED = ("lmplot", "jointplot", "catplot", "pairplot", "relplot", "FacetGrid", "PairGrid", "JointGrid", "factorplot")


def restore(module: ModuleType) -> None:
    """Put all of it into seaborn."""
    for name in {*_PLOTS, *_SIZED}:
        held = getattr(module, name, None)
        if isinstance(held, type):
            wrap(held, "__init__", functools.partial(_plot, name))
        elif held is not None:
            wrap(module, name, functools.partial(_plot, name))
    wrap(module.FacetGrid, "map", _map)
    answer(module, {"factorplot": functools.partial(noted, old.gone("factorplot"), functools.partial(_factorplot, module)),
                    "corrplot": functools.partial(noted, old.gone("corrplot"), functools.partial(_corrplot, module)),
                    "tsplot": _tsplot, "plt": _pyplot})  # fmt: skip


def _plot(name: str, function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    if "size" in options and name in _SIZED:
        old.tell("lmplot.size")
        options["height"] = options.pop("size")
    if name == "jointplot" and "stat_func" in options:
        old.tell("jointplot.stat_func")
        del options["stat_func"]
    if name in _PLOTS and arguments and _are_columns(arguments, options):
        old.tell("barplot.x")
        order = (
            ("x", "y", "data") if name in {"regplot", "residplot", "lmplot", "jointplot"} else ("x", "y", "hue", "data")
        )
        return function(**{**dict(zip(order, arguments)), **options})
    return function(*arguments, **options)


def _map(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """Each part drawn by a function of matplotlib's, which the library calls: so its old argument is changed here."""
    if "normed" in options and getattr(arguments[1], "__name__", "") == "hist":
        old_hist.tell("pyplot.hist.normed")
        options["density"] = bool(options.pop("normed"))
    return function(*arguments, **options)


def _are_columns(arguments: Any, options: dict[str, Any]) -> bool:
    """Whether what is given by place are columns, or names of them: the table then comes after them."""
    first = arguments[0]
    return isinstance(first, str) or (
        "x" not in options and "data" not in options and len(arguments) > 1 and not hasattr(first, "columns")
    )


def _factorplot(module: Any, *arguments: Any, **options: Any) -> Any:
    if "size" in options:
        options["height"] = options.pop("size")
    options.setdefault("kind", "point")
    return module.catplot(**{**dict(zip(("x", "y", "hue", "data"), arguments)), **options})


def _corrplot(module: Any, data: Any, *_arguments: Any, **options: Any) -> Any:
    return module.heatmap(data.corr(numeric_only=True), annot=options.get("annot", True), ax=options.get("ax"))


def _tsplot() -> Any:
    def refuse(*_arguments: Any, **_options: Any) -> Any:
        raise AttributeError(old.gone("tsplot").sentence())

    return refuse


def _pyplot() -> Any:
    uses.tell(old.gone("plt"))
    return importlib.import_module("matplotlib.pyplot")
