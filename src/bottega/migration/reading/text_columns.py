"""Where a script takes columns of dtype object for text: since pandas 3 text has a dtype of its own, `str`.

`select_dtypes("object")` still gives them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from bottega.migration.finding import Target
from bottega.migration.reading.rules.rule import Rewrite
from bottega.migration.reading.script import Script

_SINCE = 3
_NAME = "pandas.dtype.object"
_COMPARED = (
    "Since pandas 3.0 columns of text are of dtype str, so that this is true of mixed columns only;"
    " write pd.api.types.is_string_dtype(column) for text."
)

Text = tuple[int, int, str, str, Rewrite | None, str]


def text_columns(script: Script, target: Target) -> Iterator[Text]:
    """Where each stands, its name, and what to say: what was meant, only a person can tell."""
    version = target.versions.get("pandas")
    if target.old_names or (version is not None and int(version.partition(".")[0]) < _SINCE):
        return
    for node in script.walk():
        if isinstance(node, ast.Compare) and _compares(script, node):
            yield script.start(node), script.end(node), _NAME, _COMPARED, None, ""


def _compares(script: Script, node: ast.Compare) -> bool:
    sides = [node.left, *node.comparators]
    return any(map(_is_dtype, sides)) and any(_is_object(script, side) for side in sides)


def _is_dtype(node: ast.expr) -> bool:
    """`x.dtype`, `x.dtypes`, and one of the latter."""
    inner = node.value if isinstance(node, ast.Subscript) else node
    return isinstance(inner, ast.Attribute) and inner.attr in {"dtype", "dtypes"}


def _is_object(script: Script, node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return node.value in ("object", "O")
    return script.scopes.dotted(node) in {"numpy.object", "numpy.object_"} or script.scopes.is_builtin(node, "object")
