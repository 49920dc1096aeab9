# ruff: noqa: FBT003 - values that arguments are compared with, no switches
"""Arguments that are calls of their own today."""

from __future__ import annotations

import ast

from bottega.migration.reading.hits import Hit
from bottega.migration.reading.rules.rule import Call, Rewrite, Unfit, called, is_constant, rule
from bottega.migration.reading.script import Change, Script

_STATISTICS = {"mean", "sum", "min", "max", "median", "first", "last", "std", "var", "count", "ohlc", "prod", "size"}


@rule("pandas", "DataFrame.resample.how", "DataFrame.resample.fill_method")
def how(script: Script, hit: Hit) -> Rewrite:
    """`resample("M", how="sum")` is `resample("M").sum()`; without `how` it was the mean."""
    call = Call(script, called(hit), ("rule", "how", "axis", "fill_method"))
    statistic, rule_, fill = call.take("how"), call.take("rule"), call.take("fill_method")
    if rule_ is None or fill is not None:
        raise Unfit
    name = _name(script, statistic)
    function = called(hit).func
    if name not in _STATISTICS or not isinstance(function, ast.Attribute):
        raise Unfit
    text = f".resample({call.rest(call.text(rule_))}).{name}()"
    return Rewrite((Change(script.dot(function), script.end(called(hit)), text),))


def _name(script: Script, node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    path = script.scopes.dotted(node) if node is not None else None
    return path.removeprefix("numpy.") if path is not None and path.startswith("numpy.") else ""


@rule(
    "pandas",
    "to_datetime.coerce",
    "DataFrame.drop_duplicates.take_last",
    "read_csv.error_bad_lines",
    "read_csv.delim_whitespace",
)
def true_argument(script: Script, hit: Hit) -> Rewrite:
    """A switch that is a word today; one that is off can go."""
    today = {
        "to_datetime.coerce": ('errors="coerce"', True, 'errors="raise"'),
        "DataFrame.drop_duplicates.take_last": ('keep="last"', True, 'keep="first"'),
        "read_csv.error_bad_lines": ('on_bad_lines="skip"', False, 'on_bad_lines="error"'),
        "read_csv.delim_whitespace": ('sep=r"\\s+"', True, 'sep=","'),
    }
    if not isinstance(hit.node, ast.keyword):
        raise Unfit
    on, value, off = today[hit.gone.name]
    if not is_constant(hit.node.value, True, False):
        raise Unfit
    names = {each.arg for each in called(hit).keywords}
    text = on if is_constant(hit.node.value, value) else off
    if text.partition("=")[0] in names:
        raise Unfit
    return Rewrite((Change(script.start(hit.node), script.end(hit.node), text),))


@rule(
    "pandas", "to_datetime.infer_datetime_format", "read_csv.infer_datetime_format", "read_csv.tupleize_cols", "read_csv.verbose",
    "read_csv.mangle_dupe_cols", "DataFrame.to_excel.encoding", "read_excel.convert_float", "DataFrame.describe.datetime_is_numeric",
)  # fmt: skip
def dropped(script: Script, hit: Hit) -> Rewrite:
    """What has nothing in its place: the argument goes, with its comma."""
    if not isinstance(hit.node, ast.keyword):
        raise Unfit
    return Rewrite((_without(script, called(hit), hit.node),))


def _without(script: Script, call: ast.Call, keyword: ast.keyword) -> Change:
    low = script.opening(call) + 1
    start, end = script.start(keyword), script.end(keyword)
    before = script.text[low:start].rstrip()
    if before.endswith(","):
        return Change(low + len(before) - 1, end, "")
    after = script.text[end : script.end(call) - 1].lstrip()
    if after.startswith(","):
        gap = script.text.index(",", end) + 1
        while script.text[gap] in " \t":
            gap += 1
        return Change(start, gap, "")
    return Change(start, end, "")


@rule("pandas", "read_csv.squeeze", "read_excel.squeeze")
def squeeze(script: Script, hit: Hit) -> Rewrite:
    """`read_csv(…, squeeze=True)` is a call behind it."""
    call = called(hit)
    if not isinstance(hit.node, ast.keyword) or not is_constant(hit.node.value, True):
        raise Unfit
    end = script.end(call)
    return Rewrite((_without(script, call, hit.node), Change(end, end, '.squeeze("columns")')))
