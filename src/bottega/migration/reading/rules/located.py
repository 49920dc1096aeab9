"""`.ix`, which was `.loc` or `.iloc` as the keys decided."""

from __future__ import annotations

import ast

from bottega.migration.reading.hits import Hit
from bottega.migration.reading.kind import Kind
from bottega.migration.reading.rules.rule import Rewrite, Unfit, owner, rule
from bottega.migration.reading.script import Change, Script
from bottega.migration.reading.tables import is_plain


@rule("pandas", "DataFrame.ix", "Series.ix")
def ix(script: Script, hit: Hit) -> Rewrite:
    """By labels where the keys are some; numbers mean labels where rows are numbered, and places among named columns."""
    node = owner(hit)
    outer = script.parent(node)
    if not isinstance(outer, ast.Subscript) or outer.value is not node:
        raise Unfit
    keys = outer.slice.elts if isinstance(outer.slice, ast.Tuple) else [outer.slice]
    plain = is_plain(script, node.value)
    rows = _row(script, keys[0], plain=plain)
    columns = _column(script, keys[1], plain=plain) if len(keys) == 2 else "any"
    if len(keys) > 2:
        raise Unfit
    ways = {rows, columns} - {"any"}
    if len(ways) > 1:
        raise Unfit
    way = ways.pop() if ways else "loc"
    return Rewrite((Change(*script.name_of(node), way),))


def _row(script: Script, key: ast.expr, *, plain: bool) -> str:
    """How a key for rows was read."""
    if _is_all(key):
        return "any"
    if script.kinds.of(key) is Kind.MASK or _is_text(script, key):
        return "loc"
    if plain and _is_number(script, key):
        return "loc"  # the index is numbered, so numbers were labels
    raise Unfit


def _column(script: Script, key: ast.expr, *, plain: bool) -> str:
    """How a key for columns was read."""
    if _is_all(key):
        return "any"
    if _is_text(script, key):
        return "loc"
    if plain and _is_number(script, key):
        return "iloc"  # no column is named by a number
    raise Unfit


def _is_all(key: ast.expr) -> bool:
    return isinstance(key, ast.Slice) and key.lower is None and key.upper is None and key.step is None


def _is_text(script: Script, key: ast.expr) -> bool:
    return _each(key, lambda part: script.kinds.of(part) is Kind.TEXT)


def _is_number(script: Script, key: ast.expr) -> bool:
    return _each(key, lambda part: script.kinds.of(part) is Kind.INT)


def _each(key: ast.expr, fits: object) -> bool:
    """Whether a key, the parts of a list or both ends of a slice are of a kind."""
    assert callable(fits)  # noqa: S101
    if isinstance(key, ast.List):
        return bool(key.elts) and all(fits(each) for each in key.elts)
    if isinstance(key, ast.Slice):
        ends = [each for each in (key.lower, key.upper) if each is not None]
        return bool(ends) and key.step is None and all(fits(each) for each in ends)
    return bool(fits(key))
