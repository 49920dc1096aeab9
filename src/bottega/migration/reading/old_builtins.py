"""Names of Python 2 in a script that parses as Python 3."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from bottega.migration.reading.rules.rule import Rewrite
from bottega.migration.reading.script import Change, Script

_SAME = {
    "xrange": "range", "unicode": "str", "unichr": "chr", "raw_input": "input", "long": "int", "basestring": "str", "file": "open",
    "reduce": "", "reload": "", "cmp": "", "execfile": "", "intern": "", "apply": "", "buffer": "",
}  # fmt: skip
_MODULES = frozenset(
    [
        "BaseHTTPServer",
        "ConfigParser",
        "Cookie",
        "HTMLParser",
        "Queue",
        "SocketServer",
        "StringIO",
        "Tkinter",
        "UserDict",
        "__builtin__",
        "cPickle",
        "cStringIO",
        "commands",
        "cookielib",
        "copy_reg",
        "httplib",
        "md5",
        "robotparser",
        "sets",
        "sha",
        "urllib2",
        "urlparse",
        "xmlrpclib",
    ]
)
_MOVED = {"cPickle": "pickle", "StringIO": "io", "cStringIO": "io", "ConfigParser": "configparser", "Queue": "queue"}
_CONVERT = "`bottega script --python2` converts it"
_METHODS = {"has_key", "iterkeys", "itervalues"}

Old = tuple[int, int, str, str, Rewrite | None, str]


def old_builtins(script: Script) -> Iterator[Old]:
    """Where each stands, its name, what to say and to write, and the title of that."""
    for node in script.walk():
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in _SAME:
            if script.scopes.is_builtin(node, node.id) and not script.scopes.stars:
                yield _builtin(script, node)
        elif isinstance(node, ast.Import):
            yield from _imports(script, node)
        elif (
            isinstance(node, ast.ImportFrom)
            and not node.level
            and node.module in _MODULES
            and not _is_tried(script, node)
        ):
            yield _from(script, node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_method(script, node.func):
            yield _method(script, node, node.func)


def _builtin(script: Script, node: ast.Name) -> Old:
    place, today = (script.start(node), script.end(node)), _SAME[node.id]
    if node.id == "reduce":
        today = "functools.reduce"
    message = f"Python 3 has no {node.id}" + (f"; write {today}." if today else f"; {_CONVERT}.")
    simple = today and "." not in today and script.scopes.is_free_to_call(today)
    rewrite = Rewrite((Change(*place, today),)) if simple else None
    return *place, f"python.{node.id}", message, rewrite, f"Write {today}"


def _imports(script: Script, node: ast.Import) -> Iterator[Old]:
    if _is_tried(script, node):
        return
    for each in node.names:
        if each.name not in _MODULES:
            continue
        start = script.start(each)
        place = start, start + len(each.name)
        today = _MOVED.get(each.name)
        rewrite = None
        if today is not None:
            text = today if each.asname else f"{today} as {each.name}"
            rewrite = Rewrite((Change(*place, text),))
        message = f"Python 3 has no module {each.name}" + (f"; import {today}." if today else f"; {_CONVERT}.")
        yield *place, f"python.{each.name}", message, rewrite, f"Import {today}"


def _from(script: Script, node: ast.ImportFrom) -> Old:
    place = script.start(node), script.end(node)
    module = str(node.module)
    today = _MOVED.get(module)
    rewrite = None
    if today is not None:
        at = script.text.index(module, place[0])
        rewrite = Rewrite((Change(at, at + len(module), today),))
    message = f"Python 3 has no module {module}" + (f"; import from {today}." if today else f"; {_CONVERT}.")
    return *place, f"python.{module}", message, rewrite, f"Import from {today}"


def _method(script: Script, call: ast.Call, function: ast.Attribute) -> Old:
    place = script.name_of(function)
    message = f"Dictionaries have no {function.attr} in Python 3; {_CONVERT}."
    rewrite, title = None, ""
    if function.attr == "has_key" and len(call.args) == 1 and not call.keywords:
        owner = script.text[script.start(function) : script.dot(function)].rstrip()
        text = f"({script.argument(call, call.args[0])} in {owner})"
        rewrite, title = Rewrite((Change(script.start(call), script.end(call), text),)), "Write key in dictionary"
    elif function.attr != "has_key" and not call.args:
        today = function.attr.removeprefix("iter")
        rewrite, title = Rewrite((Change(*place, today),)), f"Write .{today}()"
        message = f"Dictionaries have no {function.attr} in Python 3; write .{today}()."
    return *place, f"python.dict.{function.attr}", message, rewrite, title


def _is_tried(script: Script, node: ast.AST) -> bool:
    """Whether an import may fail: it stands in a `try`."""
    above = script.parent(node)
    return isinstance(above, ast.Try | ast.ExceptHandler | ast.If)


def _is_method(script: Script, function: ast.Attribute) -> bool:
    return function.attr in _METHODS and script.scopes.dotted(function) is None
