"""Functions of pandas over windows: `rolling_mean(series, 5)` is `series.rolling(5).mean()`."""

from __future__ import annotations

import ast

from bottega.migration.reading.hits import Hit
from bottega.migration.reading.rules.rule import (
    Call,
    Rewrite,
    Unfit,
    called,
    is_constant,
    rule,
    surely_pandas,
    tight,
    whole,
)  # fmt: skip
from bottega.migration.reading.script import Script

_PLAIN = ("sum", "mean", "median", "min", "max", "std", "var", "skew", "kurt", "count")
_EWM = ("com", "span", "halflife", "min_periods", "freq", "adjust", "how", "ignore_na")
_KEPT = {"com", "span", "halflife", "alpha", "min_periods", "adjust", "ignore_na"}
_STATISTICS = {"ewma": "mean", "ewmstd": "std", "ewmvol": "std", "ewmvar": "var"}


@rule("pandas", *(f"rolling_{name}" for name in _PLAIN))
def rolling(script: Script, hit: Hit) -> Rewrite:
    """Over so many rows."""
    call = Call(script, called(hit), ("arg", "window", "min_periods", "freq", "center", "how"))
    name = hit.gone.name.rpartition("_")[2]
    freedom = call.take("ddof")
    if name == "count":
        call.nodes.setdefault("min_periods", ast.Constant(0))
    return _window(script, hit, call, "rolling", f"{name}({'' if freedom is None else f'ddof={call.text(freedom)}'})")


@rule("pandas", "rolling_apply", "rolling_quantile")
def rolling_with(script: Script, hit: Hit) -> Rewrite:
    """With a function or a quantile."""
    given = hit.gone.name.rpartition("_")[2]
    wanted = "func" if given == "apply" else "quantile"
    call = Call(script, called(hit), ("arg", "window", wanted, "min_periods", "freq", "center"))
    value = call.take(wanted)
    if value is None:
        raise Unfit
    raw = ", raw=True" if given == "apply" else ""
    return _window(script, hit, call, "rolling", f"{given}({call.text(value)}{raw})")


@rule("pandas", "rolling_corr", "rolling_cov")
def rolling_pair(script: Script, hit: Hit) -> Rewrite:
    """Of two series."""
    call = Call(script, called(hit), ("arg", "other", "window", "min_periods", "freq", "center"))
    arg, other = call.take("arg", "arg1"), call.take("other", "arg2")
    if arg is None or other is None or not surely_pandas(script, other):
        raise Unfit
    call.nodes["arg"] = arg
    return _window(script, hit, call, "rolling", f"{hit.gone.name.rpartition('_')[2]}({call.text(other)})")


@rule("pandas", *(f"expanding_{name}" for name in _PLAIN))
def expanding(script: Script, hit: Hit) -> Rewrite:
    """From the first row on."""
    call = Call(script, called(hit), ("arg", "min_periods", "freq"))
    return _window(script, hit, call, "expanding", f"{hit.gone.name.rpartition('_')[2]}()")


@rule("pandas", *_STATISTICS)
def weighted(script: Script, hit: Hit) -> Rewrite:
    """By weights that fall off."""
    call = Call(script, called(hit), ("arg", *_EWM))
    bias = call.take("bias")
    given = "" if bias is None else f"bias={call.text(bias)}"
    return _window(script, hit, call, "ewm", f"{_STATISTICS[hit.gone.name]}({given})")


def _window(script: Script, hit: Hit, call: Call, kind: str, then: str) -> Rewrite:
    """`arg.rolling(window, …).mean()`; of what may be an array only a person knows."""
    arg = call.take("arg")
    for name in ("freq", "how"):
        if not is_constant(call.take(name) or ast.Constant(None), None):
            raise Unfit
    allowed = _KEPT if kind == "ewm" else {"window", "min_periods", "center"}
    if arg is None or not set(call.nodes) <= allowed or (kind == "rolling" and "window" not in call.nodes):
        raise Unfit
    window = call.take("window") if kind == "rolling" else None
    count = call.nodes.get("min_periods")
    added = ""
    if isinstance(count, ast.Constant) and not hasattr(count, "lineno"):
        call.take("min_periods")
        added = f"min_periods={count.value!r}"
    first = ", ".join(filter(None, [call.text(window) if window is not None else "", added]))
    text = f"{tight(call, arg)}.{kind}({call.rest(first)}).{then}"
    return whole(script, hit, text, safe=surely_pandas(script, arg))
