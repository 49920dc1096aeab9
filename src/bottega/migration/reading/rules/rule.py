"""What a rule is: from a use of a name to the changes that write it as today."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from bottega.migration.reading.hits import Hit
from bottega.migration.reading.kind import is_pandas
from bottega.migration.reading.python2_helpers import head_lines
from bottega.migration.reading.script import Change, Script

_SIMPLE = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.List, ast.Constant)
_ALIASES = {"pandas": "pd", "numpy": "np", "datetime": "datetime"}


@dataclass(frozen=True)
class Rewrite:
    """The changes, and whether they mean the same whatever the data."""

    changes: tuple[Change, ...]
    safe: bool = True


Rule = Callable[[Script, Hit], Rewrite | None]
RULES: dict[tuple[str, str], Rule] = {}


def rule(library: str, *names: str) -> Callable[[Rule], Rule]:
    """The rule for some names of a library."""

    def register(function: Rule) -> Rule:
        RULES.update({(library, name): function for name in names})
        return function

    return register


class Call:
    """The arguments of a call as texts; `rest` is what was not taken yet."""

    def __init__(self, script: Script, call: ast.Call, order: tuple[str, ...] = ()) -> None:
        """`order` names the arguments by place. Raises Unfit for what cannot be told apart."""
        self.nodes: dict[str, ast.expr] = {}
        self._script, self._call = script, call
        inner = script.text[script.opening(call) : script.end(call)]
        if any(isinstance(each, ast.Starred) for each in call.args) or len(call.args) > len(order):
            raise Unfit
        if any(each.arg is None for each in call.keywords) or ("#" in inner and "\n" in inner):
            raise Unfit
        self.nodes.update(zip(order, call.args, strict=False))
        self.nodes.update({str(each.arg): each.value for each in call.keywords})

    def take(self, *names: str) -> ast.expr | None:
        """The argument of one of these names, which is not left then."""
        for name in names:
            if name in self.nodes:
                return self.nodes.pop(name)
        return None

    def text(self, node: ast.expr) -> str:
        """An argument as it is written."""
        return self._script.argument(self._call, node)

    def rest(self, first: str = "") -> str:
        """What is left, by name, behind what comes first."""
        return ", ".join(
            [*([first] if first else []), *(f"{name}={self.text(node)}" for name, node in self.nodes.items())]
        )


class Unfit(Exception):  # noqa: N818 # no error: a person decides
    """This use is not as the rule knows it."""


def is_constant(node: ast.expr | None, *values: object) -> bool:
    """Whether it is one of some constants."""
    return isinstance(node, ast.Constant) and any(node.value is each or node.value == each for each in values)


def owner(hit: Hit) -> ast.Attribute:
    """The attribute that the hit is. Raises Unfit."""
    if not isinstance(hit.node, ast.Attribute):
        raise Unfit
    return hit.node


def called(hit: Hit) -> ast.Call:
    """The call that the hit is in. Raises Unfit for a name that is passed on."""
    if hit.call is None:
        raise Unfit
    return hit.call


def behind(script: Script, hit: Hit, text: str, *, safe: bool = True) -> Rewrite:
    """Another text for `.method(…)`; what stands before the dot stays."""
    return Rewrite((Change(script.dot(owner(hit)), script.end(called(hit)), text),), safe)


def whole(script: Script, hit: Hit, text: str, *extra: Change, safe: bool = True) -> Rewrite:
    """Another text for all of the call."""
    call = called(hit)
    return Rewrite((Change(script.start(call), script.end(call), text), *extra), safe)


def receiver(script: Script, hit: Hit) -> str:
    """What stands before the dot."""
    node = owner(hit)
    return script.text[script.start(node) : script.dot(node)].rstrip()


def tight(call: Call, node: ast.expr) -> str:
    """An argument so that a dot may follow it."""
    text = call.text(node)
    return text if isinstance(node, _SIMPLE) and text[:1] != "-" and not text[:1].isdigit() else f"({text})"


def library(script: Script, name: str) -> tuple[str, tuple[Change, ...]]:
    """A name for a library, and the import that makes it one where none does yet. Raises Unfit where both are taken."""
    alias = script.scopes.alias(name)
    if alias is not None:
        return alias, ()
    package, _, last = name.rpartition(".")
    root = name.partition(".")[0]
    if package and script.scopes.alias(root) == root:
        return name, (imported(script, f"import {name}"),)
    alias = _ALIASES.get(name, last)
    if not script.scopes.is_free(alias):
        raise Unfit
    plain = f"from {package} import {last}" if package else f"import {name}"
    return alias, (imported(script, plain if alias == last else f"import {name} as {alias}"),)


def imported(script: Script, line: str) -> Change:
    """One more import among those at the top."""
    at = 0
    for _ in range(head_lines(script.text)):
        found = script.text.find("\n", at)
        if found < 0:
            return Change(len(script.text), len(script.text), f"\n{line}\n")
        at = found + 1
    return Change(at, at, f"{line}\n")


def surely_pandas(script: Script, node: ast.expr) -> bool:
    """Whether a value is a frame or a series."""
    return is_pandas(script.kinds.of(node))


def generic(script: Script, hit: Hit) -> Rewrite | None:
    """What the table itself says of most names."""
    gone = hit.gone
    if gone.rewrite is None:
        return None
    if gone.kind == "argument" and isinstance(hit.node, ast.keyword):
        start = script.start(hit.node)
        return Rewrite((Change(start, start + len(str(hit.node.arg)), gone.rewrite),))
    if not isinstance(hit.node, ast.Attribute):
        return None
    if gone.kind in {"method", "property"} and gone.rewrite.startswith("."):
        return Rewrite((Change(*script.name_of(hit.node), gone.rewrite[1:]),))
    if gone.kind in {"attribute", "function"}:
        return _named(script, hit.node, gone.rewrite)
    return None


def _named(script: Script, node: ast.Attribute, today: str) -> Rewrite | None:
    """A dotted name for another; one without a dot is a built-in."""
    place = script.start(node), script.end(node)
    module, _, name = today.rpartition(".")
    if not module:
        if script.scopes.dotted(node) == f"pandas.{today}" or today in {"numpy", "pandas"}:
            alias, extra = library(script, today)
            return Rewrite((Change(*place, alias), *extra))
        return Rewrite((Change(*place, today),)) if script.scopes.is_free_to_call(today) else None
    root = module.partition(".")[0]
    alias, extra = library(script, root if script.scopes.alias(root) and not _needs_import(module) else module)
    inner = module.removeprefix(root).lstrip(".") if script.scopes.alias(root) == alias else ""
    return Rewrite((Change(*place, ".".join(filter(None, (alias, inner, name)))), *extra))


def _needs_import(module: str) -> bool:
    """Whether a part of a package is there only once it is imported itself."""
    return "." in module and module not in {
        "numpy.random",
        "numpy.linalg",
        "pandas.plotting",
        "pandas.api.types",
        "pandas.testing",
    }
