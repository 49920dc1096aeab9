# ruff: noqa: FBT003 - values that arguments are compared with, no switches
"""Methods of frames and series."""

from __future__ import annotations

import ast

from bottega.migration.reading.hits import Hit
from bottega.migration.reading.kind import Kind
from bottega.migration.reading.parameters import order_of
from bottega.migration.reading.rules.rule import (
    Call,
    Rewrite,
    Unfit,
    behind,
    called,
    is_constant,
    library,
    owner,
    receiver,
    rule,
    whole,
)  # fmt: skip
from bottega.migration.reading.script import Change, Script


@rule("pandas", "DataFrame.as_matrix", "Series.as_matrix")
def as_matrix(script: Script, hit: Hit) -> Rewrite:
    """`.as_matrix(columns)` takes columns."""
    call = Call(script, called(hit), ("columns",))
    columns = call.take("columns")
    if call.nodes or (columns is not None and script.kinds.of(columns) not in {Kind.LIST, Kind.INDEX, Kind.NONE}):
        raise Unfit
    chosen = "" if columns is None or is_constant(columns, None) else f"[{call.text(columns)}]"
    return behind(script, hit, f"{chosen}.to_numpy()")


@rule("pandas", "DataFrame.append", "Series.append")
def append(script: Script, hit: Hit) -> Rewrite:
    """A frame behind a frame; one row given otherwise needs a person."""
    call = Call(script, called(hit), ("other", "ignore_index", "verify_integrity", "sort"))
    other = call.take("other", "to_append")
    kind = script.kinds.of(owner(hit).value)
    if other is None or kind not in {Kind.FRAME, Kind.SERIES, Kind.MASK}:
        raise Unfit
    alias, extra = library(script, "pandas")
    if isinstance(other, ast.List | ast.Tuple):
        if not other.elts or any(script.kinds.of(each) is not kind for each in other.elts):
            raise Unfit
        parts = f"[{receiver(script, hit)}, {call.text(other)[1:-1].strip().rstrip(',')}]"
    elif script.kinds.of(other) in ({kind} if kind is Kind.FRAME else {Kind.SERIES, Kind.MASK}):
        parts = f"[{receiver(script, hit)}, {call.text(other)}]"
    else:
        raise Unfit
    return whole(script, hit, f"{alias}.concat({call.rest(parts)})", *extra)


@rule("pandas", "DataFrame.sort")
def sort(script: Script, hit: Hit) -> Rewrite:
    """By columns; without any by the index."""
    call = Call(script, called(hit), ("columns", "axis", "ascending", "inplace", "kind", "na_position"))
    columns = call.take("columns", "by")
    if columns is None or is_constant(columns, None):
        return behind(script, hit, f".sort_index({call.rest()})")
    return behind(script, hit, f".sort_values({call.rest(call.text(columns))})")


@rule("pandas", "Series.sort")
def sort_series(script: Script, hit: Hit) -> Rewrite:
    """In place, unless told."""
    call = Call(script, called(hit), ("axis", "ascending", "kind", "na_position", "inplace"))
    call.take("axis")
    in_place = call.take("inplace")
    told = f"inplace={call.text(in_place)}" if in_place is not None else "inplace=True"
    return behind(script, hit, f".sort_values({call.rest(told)})")


@rule("pandas", "Series.order", "Index.order")
def order(script: Script, hit: Hit) -> Rewrite:
    """As sort_values, but for the order of its arguments."""
    call = Call(script, called(hit), ("na_last", "ascending", "kind", "na_position", "inplace"))
    last = call.take("na_last")
    if last is not None and not is_constant(last, None, True):
        raise Unfit
    return behind(script, hit, f".sort_values({call.rest()})")


@rule("pandas", "DataFrame.sort_index.by")
def sort_index_by(script: Script, hit: Hit) -> Rewrite:
    """That sorted by columns."""
    call = Call(script, called(hit), ("axis", "by", "ascending", "inplace"))
    columns = call.take("by")
    if columns is None:
        raise Unfit
    function = called(hit).func
    if not isinstance(function, ast.Attribute):
        raise Unfit
    start, end = script.dot(function), script.end(called(hit))
    return Rewrite((Change(start, end, f".sort_values({call.rest(call.text(columns))})"),))


@rule("pandas", "DataFrame.convert_objects", "Series.convert_objects")
def convert_objects(script: Script, hit: Hit) -> Rewrite:
    """Not quite the same: it left columns alone of which nothing is a number."""
    call = Call(script, called(hit), ("convert_dates", "convert_numeric", "convert_timedeltas", "copy"))
    numeric, dates = call.take("convert_numeric"), call.take("convert_dates")
    call.take("copy")
    if call.nodes or (dates is not None and not is_constant(dates, False, True)):
        raise Unfit
    if not is_constant(numeric, True):
        return behind(script, hit, ".infer_objects()", safe=False)
    alias, extra = library(script, "pandas")
    kind = script.kinds.of(owner(hit).value)
    if kind is Kind.FRAME:
        made = behind(script, hit, f'.apply({alias}.to_numeric, errors="coerce")', safe=False)
        return Rewrite((*made.changes, *extra), safe=False)
    if kind is Kind.SERIES:
        return whole(script, hit, f'{alias}.to_numeric({receiver(script, hit)}, errors="coerce")', *extra, safe=False)
    raise Unfit


@rule("pandas", "DataFrame.get_value", "Series.get_value")
def get_value(script: Script, hit: Hit) -> Rewrite:
    """One cell."""
    call = Call(script, called(hit), ("index", "col") if hit.gone.name.startswith("D") else ("label",))
    keys = [call.text(each) for each in (call.take("index", "label"), call.take("col")) if each is not None]
    if call.nodes or not keys or (hit.gone.name.startswith("D") and len(keys) != 2):
        raise Unfit
    return behind(script, hit, f".at[{', '.join(keys)}]")


@rule("pandas", "DataFrame.set_value", "Series.set_value")
def set_value(script: Script, hit: Hit) -> Rewrite:
    """One cell, as a statement of its own."""
    names = ("index", "col", "value") if hit.gone.name.startswith("D") else ("label", "value")
    call = Call(script, called(hit), names)
    taken = [call.take(name) for name in names]
    if call.nodes or not isinstance(script.parent(called(hit)), ast.Expr):
        raise Unfit
    texts = [call.text(each) for each in taken if each is not None]
    if len(texts) != len(names):
        raise Unfit
    return behind(script, hit, f".at[{', '.join(texts[:-1])}] = {texts[-1]}")


@rule(
    "pandas",
    "DataFrame.irow",
    "DataFrame.icol",
    "DataFrame.iget_value",
    "Series.irow",
    "Series.iget",
    "Series.iget_value",
)
def by_place(script: Script, hit: Hit) -> Rewrite:
    """A row, a column or a cell by its number."""
    two = hit.gone.name == "DataFrame.iget_value"
    call = Call(script, called(hit), ("i", "j") if two else ("i",))
    keys = [call.text(each) for each in (call.take("i"), call.take("j")) if each is not None]
    if call.nodes or len(keys) != 1 + two:
        raise Unfit
    column = ":, " if hit.gone.name == "DataFrame.icol" else ""
    return behind(script, hit, f".{'iat' if two else 'iloc'}[{column}{', '.join(keys)}]")


@rule("pandas", "DataFrame.clip_lower", "DataFrame.clip_upper", "Series.clip_lower", "Series.clip_upper")
def clip(script: Script, hit: Hit) -> Rewrite:
    """One side of it."""
    call = Call(script, called(hit), ("threshold",))
    threshold = call.take("threshold")
    if threshold is None or "inplace" in call.nodes:
        raise Unfit
    side = hit.gone.name.rpartition("_")[2]
    return behind(script, hit, f".clip({call.rest(f'{side}={call.text(threshold)}')})")


@rule("pandas", "DataFrame.get_dtype_counts", "Series.nonzero", "Series.ptp", "DataFrame.compound", "Series.compound")
def without_arguments(script: Script, hit: Hit) -> Rewrite:
    """Those that are two calls today."""
    if Call(script, called(hit)).nodes:
        raise Unfit
    last = hit.gone.name.rpartition(".")[2]
    if last == "get_dtype_counts":
        return behind(script, hit, ".dtypes.value_counts()")
    if last == "nonzero":
        return behind(script, hit, ".to_numpy().nonzero()")
    text = receiver(script, hit)
    simple = isinstance(owner(hit).value, ast.Name | ast.Subscript)
    if last == "ptp" and simple:
        return whole(script, hit, f"({text}.max() - {text}.min())")
    if last == "compound" and simple:
        return whole(script, hit, f"((1 + {text}).prod() - 1)")
    raise Unfit


@rule("pandas", "DataFrame.mad", "Series.mad")
def mad(script: Script, hit: Hit) -> Rewrite:
    """The mean distance from the mean, of what can be named twice."""
    if Call(script, called(hit)).nodes or not isinstance(owner(hit).value, ast.Name | ast.Subscript):
        raise Unfit
    text = receiver(script, hit)
    return whole(script, hit, f"({text} - {text}.mean()).abs().mean()")


@rule("pandas", "DataFrame.from_csv", "Series.from_csv")
def from_csv(script: Script, hit: Hit) -> Rewrite:
    """With the old defaults spelled out."""
    call = Call(script, called(hit), ("path", "header", "sep", "index_col", "parse_dates"))
    path = call.take("path")
    if path is None or hit.gone.name.startswith("Series"):
        raise Unfit
    alias, extra = library(script, "pandas")
    call.nodes.setdefault("index_col", ast.Constant(0))
    call.nodes.setdefault("parse_dates", ast.Constant(True))  # a value, not a switch
    arguments = [call.text(path)]
    for name, node in call.nodes.items():
        arguments.append(f"{name}={node.value if not hasattr(node, 'lineno') else call.text(node)}")  # type: ignore[attr-defined]
    return whole(script, hit, f"{alias}.read_csv({', '.join(arguments)})", *extra)


@rule("pandas", "DataFrame.from_items")
def from_items(script: Script, hit: Hit) -> Rewrite:
    """Pairs of names and columns."""
    call = Call(script, called(hit), ("items",))
    items = call.take("items")
    if items is None or call.nodes:
        raise Unfit
    alias, extra = library(script, "pandas")
    return whole(script, hit, f"{alias}.DataFrame(dict({call.text(items)}))", *extra)


@rule(
    "pandas", "DataFrame.fillna.method", "Series.fillna.method"
)  # fmt: skip
def fillna_method(script: Script, hit: Hit) -> Rewrite:
    """`fillna(method="ffill")` is a method of its own."""
    call = Call(script, called(hit), order_of("fillna"))
    method, value = call.take("method"), call.take("value")
    names = {"ffill": "ffill", "pad": "ffill", "bfill": "bfill", "backfill": "bfill"}
    function = called(hit).func
    if not isinstance(method, ast.Constant) or value is not None or not isinstance(function, ast.Attribute):
        raise Unfit
    if not set(call.nodes) <= {"axis", "inplace", "limit"} or method.value not in names:
        raise Unfit
    start, end = script.dot(function), script.end(called(hit))
    return Rewrite((Change(start, end, f".{names[method.value]}({call.rest()})"),))


def by_name(script: Script, hit: Hit) -> Rewrite:
    """Give by name what was given by place."""
    call = called(hit)
    name, _, first = hit.gone.name.rpartition(".")
    order = order_of(name)
    if first not in order or len(call.args) > len(order):
        raise Unfit
    if any(each.arg in order[: len(call.args)] for each in call.keywords):
        raise Unfit
    opening, end = script.opening(call) + 1, script.end(call) - 1
    changes = []
    for parameter, node in zip(order[order.index(first) :], call.args[order.index(first) :], strict=False):
        start = script.outer(node, opening, end)[0]
        changes.append(Change(start, start, f"{parameter}="))
    return Rewrite(tuple(changes))
