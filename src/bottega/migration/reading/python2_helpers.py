"""Functions that a converted script gets where only the values of a run can tell what Python 2 would have done."""

from __future__ import annotations

import ast
from collections.abc import Collection

from bottega.migration.reading.script import parsed

HELPERS = {
    "python2_cmp": '''
def python2_cmp(a, b):
    """-1, 0 or 1, as Python 2's cmp."""
    return (a > b) - (a < b)
''',
    "python2_divide": '''
def python2_divide(a, b):
    """Python 2's `/`: whole numbers give a whole one; columns of pandas never did."""
    def whole(x):
        kind = getattr(getattr(x, "dtype", None), "kind", "")
        return isinstance(x, int) or (kind in ("b", "i", "u") and not hasattr(x, "iloc"))
    return a // b if whole(a) and whole(b) else a / b
''',
    "python2_encoded": '''
def python2_encoded(value, encoding="utf-8", errors="strict"):
    """Text as Python 2 encoded it, without what that leaves out; text still, as it was to Python 2."""
    return value if isinstance(value, bytes) else value.encode(encoding, errors).decode(encoding)
''',
    "python2_text": '''
def python2_text(value, encoding="utf-8", errors="strict"):
    """Text from bytes; what is text already stays."""
    return value if isinstance(value, str) else bytes(value).decode(encoding, errors)
''',
}  # fmt: skip


def placed(text: str, helpers: Collection[str]) -> str:
    """The text with those functions: behind its imports at the top, so that they are there for all that follows."""
    if not helpers:
        return text
    body = "".join(f"\n{HELPERS[name]}" for name in sorted(helpers))
    lines = text.split("\n")
    after = head_lines(text)
    gap = "\n" if after < len(lines) and lines[after].strip() else ""
    return "\n".join(
        [*lines[:after], *body.rstrip("\n").split("\n"), *([""] if gap else []), *([""] if gap else []), *lines[after:]]
    )


def head_lines(text: str) -> int:
    """The number of lines of the docstring, the imports and the comments before them."""
    lines, body = text.split("\n"), parsed(text).body
    last = next((number for number, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    for number, statement in enumerate(body):
        is_docstring = number == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not is_docstring and not isinstance(statement, ast.Import | ast.ImportFrom):
            break
        end = statement.end_lineno or statement.lineno
        if number + 1 == len(body) or body[number + 1].lineno > end:
            last = end
    return last
