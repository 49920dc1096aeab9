# ruff: noqa: FBT003 - values that arguments are compared with, no switches
"""Names of numpy, scikit-learn, scipy and matplotlib that are called otherwise today."""

from __future__ import annotations

import ast

from bottega.migration.reading.hits import Hit
from bottega.migration.reading.rules.rule import (
    Call,
    Rewrite,
    Unfit,
    called,
    generic,
    is_constant,
    library,
    rule,
    tight,
    whole,
)
from bottega.migration.reading.script import Change, Script


@rule("numpy", "asscalar")
def asscalar(script: Script, hit: Hit) -> Rewrite:
    """The value of an array of one."""
    call = Call(script, called(hit), ("a",))
    array = call.take("a")
    if array is None or call.nodes:
        raise Unfit
    return whole(script, hit, f"{tight(call, array)}.item()")


@rule("numpy", "random.random_integers")
def random_integers(script: Script, hit: Hit) -> Rewrite:
    """Its upper end counted."""
    call = Call(script, called(hit), ("low", "high", "size"))
    low, high = call.take("low"), call.take("high")
    if low is None:
        raise Unfit
    if high is None or is_constant(high, None):
        ends = f"1, {_and_one(call, low)}"
    else:
        ends = f"{call.text(low)}, {_and_one(call, high)}"
    alias, extra = library(script, "numpy")
    return whole(script, hit, f"{alias}.random.randint({call.rest(ends)})", *extra)


def _and_one(call: Call, node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return str(node.value + 1)
    return f"{tight(call, node)} + 1"


@rule("sklearn", "preprocessing.Imputer")
def imputer(script: Script, hit: Hit) -> Rewrite:
    """By columns; by rows it has no successor."""
    call = Call(script, called(hit), ("missing_values", "strategy", "axis", "verbose", "copy"))
    missing, axis = call.take("missing_values"), call.take("axis")
    call.take("verbose")
    if axis is not None and not is_constant(axis, 0):
        raise Unfit
    if missing is not None and not is_constant(missing, "NaN"):
        call.nodes["missing_values"] = missing
    alias, extra = library(script, "sklearn.impute")
    return whole(script, hit, f"{alias}.SimpleImputer({call.rest()})", *extra)


@rule("sklearn", "decomposition.RandomizedPCA")
def randomized_pca(script: Script, hit: Hit) -> Rewrite:
    """A solver of PCA."""
    call = Call(script, called(hit), ("n_components", "copy", "iterated_power", "whiten", "random_state"))
    solver = 'svd_solver="randomized"'
    function = called(hit).func
    path = script.source(function).rpartition(".")[0]
    if not path:
        raise Unfit
    return whole(script, hit, f"{path}.PCA({', '.join(filter(None, (call.rest(), solver)))})")


@rule("matplotlib", "pyplot.hold", "pyplot.ishold")
def hold(script: Script, hit: Hit) -> Rewrite:
    """It is always held."""
    call = called(hit)
    if not isinstance(script.parent(call), ast.Expr) or any(not is_constant(each, True) for each in call.args):
        raise Unfit
    return Rewrite((Change(script.start(call), script.end(call), "pass"),))


@rule("scipy", "stats.nanmean", "stats.nanmedian")
def nan_mean(script: Script, hit: Hit) -> Rewrite:
    """Along the first axis unless told; numpy's takes all together."""
    call = Call(script, called(hit), ("x", "axis"))
    values = call.take("x")
    if values is None:
        raise Unfit
    axis = call.take("axis")
    told = "0" if axis is None else call.text(axis)
    alias, extra = library(script, "numpy")
    return whole(
        script,
        hit,
        f"{alias}.{hit.gone.name.rpartition('.')[2]}({call.rest(f'{call.text(values)}, axis={told}')})",
        *extra,
    )


@rule("scipy", "integrate.simps")
def simps(script: Script, hit: Hit) -> Rewrite:
    """All but the values by name."""
    call = Call(script, called(hit), ("y", "x", "dx", "axis", "even"))
    values = call.take("y")
    if values is None or "even" in call.nodes:
        raise Unfit
    alias, extra = library(script, "scipy.integrate")
    return whole(script, hit, f"{alias}.simpson({call.rest(call.text(values))})", *extra)


@rule("numpy", "in1d")
def in1d(script: Script, hit: Hit) -> Rewrite:
    """What it gave had one dimension whatever it got."""
    made = generic(script, hit)
    if made is None:
        raise Unfit
    return Rewrite(made.changes, safe=False)


@rule("sklearn", "externals.six")
@rule("matplotlib", "mlab.prctile")
@rule("numpy", "disp")
def for_a_person(_script: Script, _hit: Hit) -> Rewrite:
    """What the table names is not quite the same, or need not be there."""
    raise Unfit
