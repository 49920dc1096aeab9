"""Frames whose rows are surely numbered and whose columns are surely named by text, as those that a script is given."""

from __future__ import annotations

import ast

from bottega.migration.reading.kind import Kind
from bottega.migration.reading.scopes import Parameter
from bottega.migration.reading.script import Script

_KEEPS = frozenset(
    [
        "copy",
        "dropna",
        "fillna",
        "drop",
        "drop_duplicates",
        "sort",
        "sort_values",
        "head",
        "tail",
        "sample",
        "astype",
        "replace",
        "query",
        "assign",
        "round",
        "convert_objects",
        "reset_index",
        "infer_objects",
        "ffill",
        "bfill",
        "append",
        "merge",
    ]
)
_CHANGES = {"set_index", "reindex", "set_axis", "rename", "rename_axis", "pop", "swapaxes", "transpose"}
_READERS = {"pandas.read_csv", "pandas.read_table"}
_NAMED = {"index_col", "header", "names"}


def is_plain(script: Script, node: ast.expr, seen: frozenset[str] = frozenset()) -> bool:
    """Whether an expression is such a frame."""
    if isinstance(node, ast.Name):
        return _is_plain_name(script, node, seen)
    if isinstance(node, ast.Subscript):
        rows = isinstance(node.slice, ast.Compare) or script.kinds.of(node.slice) in {Kind.MASK, Kind.LIST}
        return rows and is_plain(script, node.value, seen)
    if not isinstance(node, ast.Call):
        return False
    if script.scopes.dotted(node.func) in _READERS:
        return not any(each.arg in _NAMED for each in node.keywords)
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in _KEEPS:
        return False
    return not any(each.arg == "level" for each in node.keywords) and is_plain(script, node.func.value, seen)


def _is_plain_name(script: Script, node: ast.Name, seen: frozenset[str]) -> bool:
    scope = script.scopes.of_name.get(node)
    home = scope.home(node.id) if scope is not None else None
    if home is None or script.kinds.of(node) is not Kind.FRAME:
        return False
    if node.id in seen:
        return True  # its other bindings decide
    if _is_changed(script, node.id):
        return False
    for source in home.bound[node.id]:
        if isinstance(source, Parameter):
            if source.function.node.name != "azureml_main":
                return False
        elif not isinstance(source, ast.expr) or not is_plain(script, source, seen | {node.id}):
            return False
    return True


def _is_changed(script: Script, name: str) -> bool:
    """Whether rows or columns of a frame get other names in place, anywhere."""
    for node in script.walk():
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name:
            stored = isinstance(node.ctx, ast.Store) and node.attr in {"index", "columns"}
            if stored or node.attr in _CHANGES:
                return True
    return False
