"""Where a script uses a name that its libraries have no more."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bottega.migration.reading.kind import Kind
from bottega.migration.reading.parameters import is_meant, order_of
from bottega.migration.reading.script import Script
from bottega.sandbox.guest.compatibility.table import NAMES, Gone, find

_OWNERS = {
    Kind.FRAME: ("DataFrame",), Kind.SERIES: ("Series",), Kind.MASK: ("Series",), Kind.PANDAS: ("DataFrame", "Series"),
    Kind.INDEX: ("Index",), Kind.GROUPS: ("DataFrame.groupby", "Series.groupby"),
}  # fmt: skip
# Nothing but a frame or a series has these, so that whose they are needs no proof.
_DISTINCT = frozenset(
    [
        "as_matrix",
        "iteritems",
        "iterkv",
        "convert_objects",
        "ix",
        "get_dtype_counts",
        "get_ftype_counts",
        "clip_lower",
        "clip_upper",
        "irow",
        "icol",
        "iget_value",
        "reindex_axis",
        "combineAdd",
        "combineMult",
        "tshift",
        "slice_shift",
        "as_blocks",
        "applymap",
        "to_panel",
        "to_sparse",
        "ftypes",
        "from_csv",
    ]
)
_ACCESSORS = {"dt", "str"}
_OF_ACCESSORS = {"weekday_name", "weekofyear"}
_ROOTS = frozenset(gone.library for gone in NAMES)
_PLAIN = {"attribute", "method", "property", "module", "function"}


@dataclass(frozen=True)
class Hit:
    """One use.

    node  the attribute, import or keyword; `call` is the call of it, or that the keyword is of
    path  the dotted name as the import gives it; empty for what belongs to a value
    alias what an import brings, where the hit is in one
    """

    gone: Gone
    node: ast.expr | ast.stmt | ast.keyword
    call: ast.Call | None = None
    path: str = ""
    alias: ast.alias | None = None


def hits(script: Script) -> Iterator[Hit]:
    """All of them."""
    calls = {node.func: node for node in script.walk() if isinstance(node, ast.Call)}
    inner = {node.value for node in script.walk() if isinstance(node, ast.Attribute)}
    for node in script.walk():
        if isinstance(node, ast.ImportFrom | ast.Import):
            yield from _imported(node)
        elif isinstance(node, ast.Attribute):
            path = script.scopes.dotted(node)
            if path is not None:
                yield from _of_path(node, path, node in inner, calls)
            else:
                yield from _of_value(script, node, calls)
        if isinstance(node, ast.Call):
            yield from _arguments(script, node)


def _imported(node: ast.ImportFrom | ast.Import) -> Iterator[Hit]:
    if isinstance(node, ast.Import):
        for each in node.names:
            gone = _longest(each.name)
            if gone is not None:
                yield Hit(gone, node, path=each.name, alias=each)
        return
    if node.level or not node.module:
        return
    whole = _longest(node.module)
    for each in node.names:
        path = f"{node.module}.{each.name}"
        gone = _exact(path) or whole
        if gone is not None:
            yield Hit(gone, node, path=path, alias=each)


def _of_path(node: ast.Attribute, path: str, is_inner: bool, calls: Mapping[ast.expr, ast.Call]) -> Iterator[Hit]:
    gone = _exact(path)
    if gone is not None and (not is_inner or gone.kind != "module"):
        yield Hit(gone, node, calls.get(node), path)
    elif not is_inner and gone is None:
        gone = _longest(path)
        if gone is not None and gone.kind == "module":
            yield Hit(gone, node, calls.get(node), path)


def _of_value(script: Script, node: ast.Attribute, calls: Mapping[ast.expr, ast.Call]) -> Iterator[Hit]:
    owner = node.value
    owners = _OWNERS.get(script.kinds.of(owner), ())
    if isinstance(owner, ast.Attribute) and owner.attr in _ACCESSORS and node.attr in _OF_ACCESSORS:
        owners = (f"Series.{owner.attr}",)
    if not owners and node.attr in _DISTINCT and script.kinds.of(owner) in {Kind.UNKNOWN, Kind.NOTHING}:
        owners = ("DataFrame", "Series")
    if isinstance(node.ctx, ast.Store):
        return
    for each in owners:
        gone = find("pandas", f"{each}.{node.attr}")
        if gone is not None and gone.kind in _PLAIN:
            yield Hit(gone, node, calls.get(node))
            return


def _arguments(script: Script, call: ast.Call) -> Iterator[Hit]:
    """Of a call: arguments by name that went, and those by place that have to be named."""
    for library, name in _callables(script, call.func):
        found = False
        for keyword in call.keywords:
            gone = find(library, f"{name}.{keyword.arg}")
            if gone is not None and gone.kind == "argument" and is_meant(name, keyword):
                found = True
                yield Hit(gone, keyword, call)
        place = _first_out_of_place(library, name, call)
        if place is not None:
            found = True
            yield Hit(place, call, call)
        if found:
            return


def _first_out_of_place(library: str, name: str, call: ast.Call) -> Gone | None:
    if any(isinstance(each, ast.Starred) for each in call.args):
        return None
    for parameter in order_of(name)[: len(call.args)]:
        gone = find(library, f"{name}.{parameter}")
        if gone is not None and gone.kind == "positional":
            return gone
    return None


def _callables(script: Script, function: ast.expr) -> Iterator[tuple[str, str]]:
    path = script.scopes.dotted(function)
    if path is not None:
        root, _, rest = path.partition(".")
        if root in _ROOTS and rest:
            yield root, rest
            if "." in rest:  # what a package gives at its top as well
                yield root, rest.rpartition(".")[2]
    elif isinstance(function, ast.Attribute):
        owner = function.value
        if isinstance(owner, ast.Attribute) and owner.attr in _ACCESSORS:
            yield "pandas", f"Series.{owner.attr}.{function.attr}"
        for each in _OWNERS.get(script.kinds.of(owner), ()):
            yield "pandas", f"{each}.{function.attr}"


def _exact(path: str) -> Gone | None:
    root, _, rest = path.partition(".")
    gone = find(root, rest) if rest else None
    return gone if gone is not None and gone.kind in _PLAIN else None


def _longest(path: str) -> Gone | None:
    """The entry of a dotted name or of the longest beginning of it that has one."""
    while "." in path:
        gone = _exact(path)
        if gone is not None:
            return gone
        path = path.rpartition(".")[0]
    return None
