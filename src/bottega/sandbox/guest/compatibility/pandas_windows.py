"""`pd.rolling_mean` and its like: functions of a window."""

from __future__ import annotations

from typing import Any

import numpy as np

from .pandas_library import old, pd

_PLAIN = ("count", "sum", "mean", "median", "min", "max", "std", "var", "skew", "kurt")
_PAIRS = ("corr", "cov")


def _frame(values: Any) -> Any:
    """Arrays were taken, too; and given back."""
    if isinstance(values, (pd.Series, pd.DataFrame)):
        return values
    values = np.asarray(values)
    return pd.Series(values) if values.ndim == 1 else pd.DataFrame(values)


def _as(given: Any, made: Any) -> Any:
    return made if isinstance(given, (pd.Series, pd.DataFrame)) else made.to_numpy()


def _resampled(values: Any, freq: Any, how: Any) -> Any:
    return values if freq is None else getattr(values.resample(freq), how or "mean")()


def _rolling(name: str) -> None:
    @old.function(f"rolling_{name}", f"stats.moments.rolling_{name}")
    def rolling(arg: Any, window: Any, min_periods: Any = None, freq: Any = None, center: bool = False, how: Any = None,
                **options: Any) -> Any:  # fmt: skip
        if name == "count" and min_periods is None:
            min_periods = 0
        windows = _resampled(_frame(arg), freq, how).rolling(window, min_periods=min_periods, center=center)
        return _as(arg, getattr(windows, name)(**options))

    del rolling


def _expanding(name: str) -> None:
    @old.function(f"expanding_{name}", f"stats.moments.expanding_{name}")
    def expanding(arg: Any, min_periods: int = 1, freq: Any = None, **options: Any) -> Any:
        windows = _resampled(_frame(arg), freq, None).expanding(min_periods=0 if name == "count" else min_periods)
        return _as(arg, getattr(windows, name)(**options))

    del expanding


def _rolling_pair(name: str) -> None:
    @old.function(f"rolling_{name}", f"stats.moments.rolling_{name}")
    def rolling(arg1: Any, arg2: Any = None, window: Any = None, min_periods: Any = None, freq: Any = None,
                center: bool = False, pairwise: Any = None, **options: Any) -> Any:  # fmt: skip
        if window is None and isinstance(arg2, (int, float)):
            window, arg2 = arg2, None
        windows = _resampled(_frame(arg1), freq, None).rolling(window, min_periods=min_periods, center=center)
        other = None if arg2 is None else _frame(arg2)
        return _as(arg1, getattr(windows, name)(other, pairwise=pairwise, **options))

    del rolling


def _expanding_pair(name: str) -> None:
    @old.function(f"expanding_{name}", f"stats.moments.expanding_{name}")
    def expanding(
        arg1: Any, arg2: Any = None, min_periods: int = 1, freq: Any = None, pairwise: Any = None, **options: Any
    ) -> Any:
        windows = _resampled(_frame(arg1), freq, None).expanding(min_periods=min_periods)
        return _as(arg1, getattr(windows, name)(None if arg2 is None else _frame(arg2), pairwise=pairwise, **options))

    del expanding


for _each in _PLAIN:
    _rolling(_each)
    _expanding(_each)
for _each in _PAIRS:
    _rolling_pair(_each)
    _expanding_pair(_each)


@old.function("rolling_quantile", "stats.moments.rolling_quantile")
def rolling_quantile(
    arg: Any, window: Any, quantile: float, min_periods: Any = None, freq: Any = None, center: bool = False
) -> Any:
    """A quantile of each window."""
    windows = _resampled(_frame(arg), freq, None).rolling(window, min_periods=min_periods, center=center)
    return _as(arg, windows.quantile(quantile))


@old.function("expanding_quantile", "stats.moments.expanding_quantile")
def expanding_quantile(arg: Any, quantile: float, min_periods: int = 1, freq: Any = None) -> Any:
    """A quantile of all up to each."""
    return _as(arg, _resampled(_frame(arg), freq, None).expanding(min_periods=min_periods).quantile(quantile))


@old.function("rolling_apply", "stats.moments.rolling_apply")
def rolling_apply(arg: Any, window: Any, func: Any, min_periods: Any = None, freq: Any = None, center: bool = False,
                  args: Any = (), kwargs: Any = None) -> Any:  # fmt: skip
    """A function of each window, which gets an array."""
    windows = _resampled(_frame(arg), freq, None).rolling(window, min_periods=min_periods, center=center)
    return _as(arg, windows.apply(func, raw=True, args=args, kwargs=kwargs))


@old.function("expanding_apply", "stats.moments.expanding_apply")
def expanding_apply(
    arg: Any, func: Any, min_periods: int = 1, freq: Any = None, args: Any = (), kwargs: Any = None
) -> Any:
    """A function of all up to each, which gets an array."""
    windows = _resampled(_frame(arg), freq, None).expanding(min_periods=min_periods)
    return _as(arg, windows.apply(func, raw=True, args=args, kwargs=kwargs))


@old.function("rolling_window", "stats.moments.rolling_window")
def rolling_window(arg: Any, window: Any = None, win_type: Any = None, min_periods: Any = None, freq: Any = None,
                   center: bool = False, mean: bool = True, axis: Any = 0, **options: Any) -> Any:  # fmt: skip
    """The weighted mean, or sum, of each window."""
    del axis
    windows = _resampled(_frame(arg), freq, None).rolling(
        window, min_periods=min_periods, center=center, win_type=win_type
    )
    return _as(arg, windows.mean(**options) if mean else windows.sum(**options))


def _ewm(name: str, method: str) -> None:
    @old.function(name, f"stats.moments.{name}")
    def weighted(arg: Any, com: Any = None, span: Any = None, halflife: Any = None, alpha: Any = None, min_periods: int = 0,
                 freq: Any = None, adjust: bool = True, how: Any = None, ignore_na: bool = False, **options: Any) -> Any:  # fmt: skip
        windows = _resampled(_frame(arg), freq, how).ewm(
            com=com,
            span=span,
            halflife=halflife,
            alpha=alpha,
            min_periods=min_periods,
            adjust=adjust,
            ignore_na=ignore_na,
        )
        return _as(arg, getattr(windows, method)(**options))

    del weighted


def _ewm_pair(name: str, method: str) -> None:
    @old.function(name, f"stats.moments.{name}")
    def weighted(arg1: Any, arg2: Any = None, com: Any = None, span: Any = None, halflife: Any = None, alpha: Any = None,
                 min_periods: int = 0, freq: Any = None, adjust: bool = True, ignore_na: bool = False,
                 **options: Any) -> Any:  # fmt: skip
        options.pop("how", None)
        windows = _resampled(_frame(arg1), freq, None).ewm(
            com=com,
            span=span,
            halflife=halflife,
            alpha=alpha,
            min_periods=min_periods,
            adjust=adjust,
            ignore_na=ignore_na,
        )
        return _as(arg1, getattr(windows, method)(None if arg2 is None else _frame(arg2), **options))

    del weighted


_ewm("ewma", "mean")
_ewm("ewmstd", "std")
_ewm("ewmvol", "std")
_ewm("ewmvar", "var")
_ewm_pair("ewmcorr", "corr")
_ewm_pair("ewmcov", "cov")
