"""The models of time series that statsmodels had until 0.12, over those of today.

As they were documented: a model with differences is one without, fitted to the differences; its residuals and fitted
values are theirs, `forecast` gives values, their standard errors and intervals.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pandas as pd

_MOST_DIFFERENCES = 2


class _Fitted:
    """Results of today, and what else they had."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "_inner":
            raise AttributeError(name)
        return getattr(self._inner, name)


class ARIMA:
    """A model of autoregression, differences and moving averages; `order` is (p, d, q)."""

    def __init__(self, endog: Any, order: Any, exog: Any = None, dates: Any = None, freq: Any = None,
                 missing: str = "none") -> None:  # fmt: skip
        if order[1] > _MOST_DIFFERENCES:
            raise ValueError("If d > 2, fit the differences themselves: ARIMA takes at most 2")
        values = endog.squeeze() if isinstance(endog, pd.DataFrame) else endog
        if not isinstance(values, pd.Series):
            values = np.asarray(values, dtype=float).squeeze()
            values = values if dates is None else pd.Series(values, index=pd.DatetimeIndex(dates))
        self.endog, self.exog, self.order, self._missing, self._freq = (
            values.astype(float),
            exog,
            tuple(order),
            missing,
            freq,
        )
        self.k_ar, self.k_diff, self.k_ma = self.order

    def fit(self, start_params: Any = None, trend: str = "c", *_rest: Any, **_options: Any) -> Any:
        """Fit it; `trend` is "c" for a constant or "nc". How it is computed is today's affair."""
        model = importlib.import_module("statsmodels.tsa.arima.model").ARIMA
        values = self.endog
        for _ in range(self.k_diff):
            values = values.diff().iloc[1:] if isinstance(values, pd.Series) else np.diff(values)
        exog = None if self.exog is None else self.exog[self.k_diff :]
        inner = model(values, exog=exog, order=(self.k_ar, 0, self.k_ma), trend="n" if trend == "nc" else trend,
                      missing=self._missing, freq=self._freq)  # fmt: skip
        return ARIMAResults(self, inner.fit(start_params=start_params))


class ARMA(ARIMA):
    """A model without differences; `order` is (p, q)."""

    def __init__(self, endog: Any, order: Any, exog: Any = None, dates: Any = None, freq: Any = None,
                 missing: str = "none") -> None:  # fmt: skip
        super().__init__(endog, (order[0], 0, order[1]), exog, dates, freq, missing)


class ARIMAResults(_Fitted):
    """A fitted model: what today's results have, of the differences; and forecasts of the values."""

    def __init__(self, model: ARIMA, inner: Any) -> None:
        super().__init__(inner)
        self.model, self.k_ar, self.k_diff, self.k_ma = model, model.k_ar, model.k_diff, model.k_ma

    @property
    def sigma2(self) -> float:
        """The variance of what is left over, which `params` has not."""
        return float(np.asarray(self._inner.params)[-1])

    @property
    def params(self) -> Any:
        """The constant, and the weights of both kinds."""
        return self._inner.params[:-1]

    @property
    def bse(self) -> Any:
        """Their standard errors."""
        return self._inner.bse[:-1]

    @property
    def pvalues(self) -> Any:
        """Their p-values."""
        return self._inner.pvalues[:-1]

    def forecast(self, steps: int = 1, exog: Any = None, alpha: float = 0.05) -> tuple[Any, Any, Any]:
        """Values after the last, shape (steps,); standard errors, the same; intervals, (steps, 2)."""
        arma2ma = importlib.import_module("statsmodels.tsa.arima_process").arma2ma
        differences = np.asarray(self._inner.forecast(steps, exog=exog))
        found = self._levels(differences, len(self.model.endog), dynamic=False)
        weights = arma2ma(np.r_[1, -self.arparams], np.r_[1, self.maparams], steps)
        for _ in range(self.k_diff):
            weights = np.cumsum(weights)
        errors = np.sqrt(np.cumsum(weights**2) * self.sigma2)
        half = importlib.import_module("scipy.stats").norm.ppf(1 - alpha / 2) * errors
        return found, errors, np.column_stack((found - half, found + half))

    def predict(
        self, start: Any = None, end: Any = None, exog: Any = None, typ: str = "linear", dynamic: Any = False
    ) -> Any:
        """Predictions of the differences; of the values with `typ="levels"`."""
        first, last = (each - self.k_diff if isinstance(each, (int, np.integer)) else each for each in (start, end))
        if isinstance(first, (int, np.integer)) and first < 0:
            raise ValueError(f"Start must be >= k_diff, which is {self.k_diff}")
        made = self._inner.predict(first, last, exog=exog, dynamic=dynamic)
        if typ != "levels" or self.k_diff == 0:
            return made
        place = 0
        if first is not None:  # what `predict` itself counts by
            place, *_ = self._inner.model._get_prediction_index(first, last)  # noqa: SLF001
        levels = self._levels(np.asarray(made), place + self.k_diff, dynamic=bool(dynamic))
        return pd.Series(levels, index=made.index) if isinstance(made, pd.Series) else levels

    def _levels(self, differences: Any, place: int, *, dynamic: bool) -> Any:
        """Values of differences that begin at a place: each from the values before it, so far as these are known."""
        known = np.asarray(self.model.endog, dtype=float)
        values = list(known[:place])
        weights = {0: (), 1: (1.0,), 2: (2.0, -1.0)}[self.k_diff]
        found = []
        for number, each in enumerate(differences, start=place):
            level = each + sum(weight * values[-1 - back] for back, weight in enumerate(weights))
            found.append(level)
            values.append(level if dynamic or number >= len(known) else known[number])
        return np.array(found)

    def plot_predict(self, start: Any = None, end: Any = None, exog: Any = None, dynamic: Any = False, alpha: float = 0.05,
                     plot_insample: bool = True, ax: Any = None) -> Any:  # fmt: skip
        """Draw predictions of the values, and the values; returns the figure."""
        del alpha
        pyplot = importlib.import_module("matplotlib.pyplot")
        axes = ax if ax is not None else pyplot.subplots()[1]
        made = self.predict(start, end, exog, "levels", dynamic)
        (made if isinstance(made, pd.Series) else pd.Series(made)).plot(ax=axes, label="forecast")
        if plot_insample and isinstance(made, pd.Series) and isinstance(self.model.endog, pd.Series):
            self.model.endog.loc[made.index[0] : made.index[-1]].plot(ax=axes, label=self.model.endog.name or "y")
        axes.legend(loc="best")
        return axes.figure


class AR:
    """A model of autoregression alone."""

    def __init__(self, endog: Any, dates: Any = None, freq: Any = None, missing: str = "none") -> None:
        values = endog.squeeze() if isinstance(endog, pd.DataFrame) else endog
        if not isinstance(values, pd.Series):
            values = np.asarray(values, dtype=float).squeeze()
            values = values if dates is None else pd.Series(values, index=pd.DatetimeIndex(dates))
        self.endog, self._missing = values, missing
        del freq

    def fit(
        self, maxlag: int | None = None, method: str = "cmle", ic: str | None = None, trend: str = "c", **_options: Any
    ) -> Any:
        """Fit it: with `maxlag` lags, or as many of them as a criterion `ic` finds best."""
        del method
        library = importlib.import_module("statsmodels.tsa.ar_model")
        most = maxlag or round(12 * (len(self.endog) / 100.0) ** 0.25)
        trend = "n" if trend == "nc" else trend
        lags: Any = most
        if ic is not None:
            lags = max(library.ar_select_order(self.endog, most, ic=ic, trend=trend).ar_lags or [0])
        return ARResults(lags, library.AutoReg(self.endog, lags, trend=trend, missing=self._missing).fit())


class ARResults(_Fitted):
    """A fitted one: what today's results have, and the number of its lags."""

    def __init__(self, lags: int, inner: Any) -> None:
        super().__init__(inner)
        self.k_ar = lags
