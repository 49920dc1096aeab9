"""Imports of modules that went elsewhere, and of names in them."""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Mapping, Sequence

from bottega.migration.reading.hits import Hit
from bottega.migration.reading.rules.rule import Rewrite, Unfit, library
from bottega.migration.reading.script import Change, Script

# What is called otherwise in the new module, so that the import alone would not do.
_CHANGED = {
    "sklearn.cross_validation": {
        "KFold", "StratifiedKFold", "ShuffleSplit", "StratifiedShuffleSplit", "LeaveOneOut", "LeavePOut", "LeaveOneLabelOut",
        "LeavePLabelOut", "LabelKFold", "LabelShuffleSplit", "Bootstrap", "PredefinedSplit",
    },
    "sklearn.preprocessing.imputation": {"Imputer"},
    "sklearn.ensemble.partial_dependence": {"plot_partial_dependence"},
    "sklearn.datasets.mldata": {"fetch_mldata"},
    "sklearn.mixture.gmm": {"GMM"},
}  # fmt: skip
_FROM = re.compile(r"from\s+")


def statement(
    script: Script, node: ast.Import | ast.ImportFrom, found: Sequence[Hit]
) -> tuple[Rewrite | None, set[Hit]]:
    """Another statement for one that imports such, and what of it needs a person all the same."""
    if isinstance(node, ast.Import):
        try:
            return _whole_modules(script, found), set()
        except Unfit:
            return None, set(found)
    targets: dict[Hit, tuple[str, str]] = {}
    for hit in found:
        with contextlib.suppress(Unfit):
            targets[hit] = _target(script, node, hit)
    left = {hit for hit in found if hit not in targets}
    return (_names(script, node, targets) if targets else None), left


def use(script: Script, hit: Hit) -> Rewrite | None:
    """Another path for `package.module.name`, where the package is what was imported."""
    node, gone = hit.node, hit.gone
    if gone.kind != "module" or gone.rewrite is None or not isinstance(node, ast.Attribute):
        return None
    old = f"{gone.library}.{gone.name}"
    rest = hit.path.removeprefix(old).lstrip(".")
    if rest.partition(".")[0] in _CHANGED.get(old, ()):
        return None
    part: ast.expr = node
    for _ in filter(None, rest.split(".")):
        if not isinstance(part, ast.Attribute):
            return None
        part = part.value
    root = gone.rewrite.partition(".")[0]
    alias, extra = library(script, root) if script.scopes.alias(root) else library(script, gone.rewrite)
    path = f"{alias}{gone.rewrite.removeprefix(root)}" if script.scopes.alias(root) else alias
    return Rewrite((Change(script.start(part), script.end(part), path), *extra))


def is_settled_by_import(script: Script, hit: Hit) -> bool:
    """Whether a use is right as soon as the import is: `cross_validation.train_test_split`."""
    old = f"{hit.gone.library}.{hit.gone.name}"
    if (
        hit.gone.kind != "module"
        or hit.gone.rewrite is None
        or hit.path.removeprefix(old).lstrip(".") in _CHANGED.get(old, ())
    ):
        return False
    part: ast.AST = hit.node
    while isinstance(part, ast.Attribute):
        part = part.value
    return isinstance(part, ast.Name) and script.scopes.dotted(part) == old


def _whole_modules(script: Script, found: Sequence[Hit]) -> Rewrite:
    changes = []
    for hit in found:
        each, gone = hit.alias, hit.gone
        old = f"{gone.library}.{gone.name}"
        if (
            each is None
            or gone.kind != "module"
            or gone.rewrite is None
            or each.name != old
            or _uses_changed(script, old)
        ):
            raise Unfit
        start = script.start(each)
        changes.append(Change(start, start + len(each.name), gone.rewrite))
    return Rewrite(tuple(changes))


def _names(script: Script, node: ast.ImportFrom, targets: Mapping[Hit, tuple[str, str]]) -> Rewrite | None:
    """The names with the modules that they are in; by line where that is not one for all."""
    moved = {hit.alias: target for hit, target in targets.items() if hit.alias is not None}
    modules = {target[0] for target in moved.values()}
    same = all(target[1] == each.name for each, target in moved.items())
    if len(moved) == len(node.names) and len(modules) == 1 and same and (module := modules.pop()):
        start = script.start(node)
        match = _FROM.match(script.text, start)
        if match is None or node.module is None:
            return None
        return Rewrite((Change(match.end(), match.end() + len(node.module), module),))
    lines = []
    left = [_told(each.name, each.asname) for each in node.names if each not in moved]
    if left:
        lines.append(f"from {node.module} import {', '.join(left)}")
    for each, (module, name) in moved.items():
        bound = each.asname or each.name
        if module:
            lines.append(f"from {module} import {_told(name, bound if bound != name else None)}")
        elif "." not in name and find_module(name):
            lines.append(f"import {_told(name, bound if bound != name else None)}")
        elif bound != name:
            lines.append(f"{bound} = {name}")
    indent = script.whole_line(node)
    text = "; ".join(lines) if indent is None else f"\n{indent}".join(lines)
    return Rewrite((Change(script.start(node), script.end(node), text or "pass"),))


def find_module(name: str) -> bool:
    """Whether a name without a dot is a library, not a built-in."""
    import builtins

    return not hasattr(builtins, name)


def _target(script: Script, node: ast.ImportFrom, hit: Hit) -> tuple[str, str]:
    """The module and the name to import instead; no module for a built-in."""
    gone = hit.gone
    old = f"{gone.library}.{gone.name}"
    if gone.rewrite is None or hit.alias is None or gone.kind not in {"module", "function", "attribute"}:
        raise Unfit
    if hit.path == old:  # the thing itself
        if gone.kind == "module" and _uses_changed(script, old):
            raise Unfit
        module, _, name = gone.rewrite.rpartition(".")
        return module, name
    if gone.kind != "module" or node.module != old or hit.alias.name in _CHANGED.get(old, ()) or hit.alias.name == "*":
        raise Unfit
    return gone.rewrite, hit.alias.name


def _uses_changed(script: Script, module: str) -> bool:
    """Whether the script uses something of a module that is called otherwise today."""
    names = _CHANGED.get(module, set())
    paths = {script.scopes.dotted(node) for node in script.walk() if isinstance(node, ast.Attribute)}
    return any(f"{module}.{name}" in paths for name in names)


def _told(name: str, bound: str | None) -> str:
    return f"{name} as {bound}" if bound else name
