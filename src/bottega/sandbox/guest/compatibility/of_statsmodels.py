"""statsmodels: old models of time series, classes that were in `formula.api`, and renamed arguments."""

from __future__ import annotations

import functools
import importlib
from types import ModuleType
from typing import Any

from .. import imports
from . import uses
from .patching import Library, answer, wrap
from .table import NAMES

old = Library("statsmodels")
_RENAMED = {
    "seasonal_decompose": {"freq": ("period", "seasonal_decompose.freq")},
    "acf": {"unbiased": ("adjusted", "acf.unbiased")},
    "ExponentialSmoothing": {"damped": ("damped_trend", "ExponentialSmoothing.damped")},
    "Holt": {"damped": ("damped_trend", "ExponentialSmoothing.damped")},
    "fit": {"smoothing_slope": ("smoothing_trend", "fit.smoothing_slope"), "damping_slope": ("damping_trend", "fit.smoothing_slope")},
}  # fmt: skip


def restore(_module: ModuleType) -> None:
    """Put all of it into statsmodels as its parts are imported."""
    imports.watch({"statsmodels.tsa.arima_model": _arima, "statsmodels.tsa.ar_model": _ar, "statsmodels.tsa.api": _api,
                   "statsmodels.formula.api": _formulas, "statsmodels.tsa.seasonal": _functions,
                   "statsmodels.tsa.stattools": _functions, "statsmodels.tsa.holtwinters": _smoothing})  # fmt: skip
    imports.provide({"statsmodels.tsa.arima_model": _arima})


def _series() -> Any:
    return importlib.import_module(".statsmodels_series", __package__)


def _told(name: str, entry: str) -> Any:
    """An old model's class."""
    old.tell(entry)
    return getattr(_series(), name)


def _arima(module: Any) -> None:
    for name in ("ARIMA", "ARMA"):
        vars(module).pop(name, None)
    answer(module, {name: functools.partial(_told, name, f"tsa.arima_model.{name}") for name in ("ARIMA", "ARMA")})


def _ar(module: Any) -> None:
    vars(module).pop("AR", None)  # where it is still, it only refuses
    answer(module, {"AR": functools.partial(_told, "AR", "tsa.ar_model.AR")})


def _api(module: Any) -> None:
    _functions(module)
    for name in ("ARMA", "AR"):
        vars(module).pop(name, None)
    entries = {"ARMA": "tsa.arima_model.ARMA", "AR": "tsa.ar_model.AR"}
    answer(module, {name: functools.partial(_told, name, entry) for name, entry in entries.items()})
    module.ARIMA = _either(module.ARIMA)


def _either(today: Any) -> Any:
    """Today's class under its name of before: fitted by arguments that it has no more, it gives what it gave."""

    class ARIMA(today):  # type: ignore[misc]
        __doc__ = today.__doc__

        def __init__(self, endog: Any, *arguments: Any, **options: Any) -> None:
            self._given = endog, arguments, options
            if arguments and isinstance(arguments[0], (tuple, list)) and len(arguments[0]) == 3:
                arguments = (arguments[1] if len(arguments) > 1 else None, arguments[0], *arguments[2:])
            super().__init__(endog, *arguments, **options)

        def fit(self, *arguments: Any, **options: Any) -> Any:
            if arguments or not options.keys() & {"disp", "transparams", "solver", "trend", "maxiter"}:
                return super().fit(*arguments, **options)
            old.tell("tsa.arima_model.ARIMA")
            endog, given, more = self._given
            known = {
                name: value for name, value in more.items() if name in {"order", "exog", "dates", "freq", "missing"}
            }
            return _series().ARIMA(endog, *given, **known).fit(**options)

    return ARIMA


def _formulas(module: ModuleType) -> None:
    start = "formula.api."
    entries = [gone for gone in NAMES if gone.library == "statsmodels" and gone.name.startswith(start)]
    answer(module, {gone.name[len(start) :]: functools.partial(_of_api, gone) for gone in entries})


def _of_api(gone: Any) -> Any:
    uses.tell(gone)
    return getattr(importlib.import_module("statsmodels.api"), gone.name.rpartition(".")[2])


def _functions(module: ModuleType) -> None:
    for name in ("seasonal_decompose", "acf"):
        if name in vars(module):
            wrap(module, name, functools.partial(_rename, name))


def _smoothing(module: Any) -> None:
    for name in ("Holt", "SimpleExpSmoothing"):
        wrap(getattr(module, name), "__init__", _begin)
    for name in ("ExponentialSmoothing", "Holt"):
        owner = getattr(module, name)
        wrap(owner, "__init__", functools.partial(_rename, name))
        wrap(owner, "fit", functools.partial(_rename, "fit"))


def _begin(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """How they begin had to be told by nobody; version 0.15 refuses its own default."""
    if len(arguments) == 2:
        options.setdefault("initialization_method", "estimated")
    return function(*arguments, **options)


def _rename(name: str, function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    for before, (now, entry) in _RENAMED[name].items():
        if before in options:
            old.tell(entry)
            options[now] = options.pop(before)
    return function(*arguments, **options)
