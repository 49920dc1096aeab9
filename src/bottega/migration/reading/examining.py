"""One script: what would break, and the same script with all that is safe rewritten."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from bottega.migration.finding import Edit, Examination, Finding, Fix, Target
from bottega.migration.reading.hits import Hit, hits
from bottega.migration.reading.old_builtins import old_builtins
from bottega.migration.reading.rules import RULES, Rewrite, generic, imports
from bottega.migration.reading.rules.frames import by_name
from bottega.migration.reading.rules.rule import Unfit
from bottega.migration.reading.script import Change, Script, applied, parsed
from bottega.migration.reading.text_columns import text_columns

_PASSES = 8
_MOST = 500
_LONGEST_MESSAGE = 300


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    name: str
    message: str
    rewrite: Rewrite | None
    title: str
    hit: Hit | None = None


def findings(text: str, target: Target) -> Examination:
    """What would break, and nothing rewritten."""
    script = _script(text)
    return (
        script if isinstance(script, Examination) else Examination(text, (), tuple(_told(script, _all(script, target))))
    )


def examine(text: str, target: Target) -> Examination:
    """Rewrite what is safe, again and again, for what stands inside another comes after it."""
    fixed: list[Finding] = []
    for number in range(_PASSES + 1):
        script = _script(text)
        if isinstance(script, Examination):
            return replace(script, fixed=tuple(fixed))
        found = list(_all(script, target))
        chosen = _chosen(script, found) if number < _PASSES else []
        if not chosen:
            fixed.sort(key=lambda each: each.line)
            return Examination(text, tuple(fixed), tuple(_told(script, found)))
        fixed += _told(script, chosen)
        text = applied(text, _changes(chosen))
    raise AssertionError("the last pass chooses nothing")


def _script(text: str) -> Script | Examination:
    """The script, or what is told of one that cannot be read."""
    try:
        return Script(text)
    except SyntaxError as error:
        line, column = error.lineno or 1, max(0, (error.offset or 1) - 1)
        return Examination(
            text, (), (Finding(line, column, line, column, "syntax", (error.msg or "")[:_LONGEST_MESSAGE]),)
        )
    except (ValueError, RecursionError, MemoryError) as error:
        return Examination(
            text, (), (Finding(1, 0, 1, 0, "syntax", f"It cannot be read: {str(error)[:_LONGEST_MESSAGE]}"),)
        )


def _all(script: Script, target: Target) -> Iterator[_Found]:
    """Everything, in the order of the text."""
    beside = (*old_builtins(script), *text_columns(script, target))
    found = [*_of_libraries(script, target), *(_Found(*each) for each in beside)]
    yield from sorted(found, key=lambda each: (each.start, each.end))[:_MOST]


def _of_libraries(script: Script, target: Target) -> Iterator[_Found]:
    statements: dict[ast.Import | ast.ImportFrom, list[Hit]] = {}
    gone = (hit for hit in hits(script) if _is_gone(hit, target))
    for hit in islice(gone, _MOST):
        if isinstance(hit.node, ast.Import | ast.ImportFrom):
            statements.setdefault(hit.node, []).append(hit)
        elif not imports.is_settled_by_import(script, hit):
            yield _found(script, hit, _rewrite(script, hit))
    for node, several in statements.items():
        made, left = imports.statement(script, node, several)
        rewrite = _checked(script, node, made)
        first = True
        for hit in several:
            if rewrite is None or hit in left:
                yield _found(script, hit, None)
                continue
            yield _found(script, hit, rewrite if first else Rewrite(()))
            first = False


def _is_gone(hit: Hit, target: Target) -> bool:
    """Whether the target lacks a name."""
    if target.old_names and hit.gone.restored:
        return False
    version = target.versions.get(hit.gone.distribution)
    return version is None or _number(version) >= _number(hit.gone.since)


def _found(script: Script, hit: Hit, rewrite: Rewrite | None) -> _Found:
    node = hit.node
    if hit.alias is not None:
        start, end = script.start(hit.alias), script.end(hit.alias)
    elif isinstance(node, ast.Attribute):
        start, end = script.name_of(node)
    elif isinstance(node, ast.Call):
        start, end = script.start(node.func), script.end(node.func)
    else:
        start, end = script.start(node), script.end(node)
    gone = hit.gone
    name = f"{gone.library}.{gone.name}"
    message = gone.sentence()
    if message.startswith("the "):
        message = f"T{message[1:]}"
    if not message.endswith("."):
        message += "."
    return _Found(start, end, name, message, rewrite, f"Write {gone.today}", hit)


def _rewrite(script: Script, hit: Hit) -> Rewrite | None:
    special = RULES.get((hit.gone.library, hit.gone.name))
    if special is None and hit.gone.kind == "positional":
        special = by_name
    if special is None and hit.gone.kind == "module":
        special = imports.use
    try:
        return _checked(script, hit.node, special(script, hit) if special is not None else generic(script, hit))
    except Unfit:
        return None


def _checked(script: Script, node: ast.AST, rewrite: Rewrite | None) -> Rewrite | None:
    """The rewrite, if what comes of it is Python: the statement that it is in, for all of a long script takes long."""
    if rewrite is None or not rewrite.changes:
        return rewrite
    statement: ast.AST | None = node
    while statement is not None and not isinstance(statement, ast.stmt):
        statement = script.parent(statement)
    if statement is not None and _is_python_alone(script, statement, rewrite):
        return rewrite
    return rewrite if _is_python(applied(script.text, rewrite.changes)) else None


def _is_python_alone(script: Script, statement: ast.stmt, rewrite: Rewrite) -> bool:
    start, end = script.start(statement), script.end(statement)
    inside = [
        Change(each.start - start, each.end - start, each.text)
        for each in rewrite.changes
        if start <= each.start and each.end <= end
    ]
    column = script.place(start)[1]
    head = f"if 1:\n{' ' * column}" if column else ""
    return _is_python(f"{head}{applied(script.text[start:end], inside)}\n")


def _is_python(text: str) -> bool:
    try:
        parsed(text)
    except (SyntaxError, ValueError):
        return False
    return True


def _chosen(script: Script, found: Iterable[_Found]) -> list[_Found]:
    """What is safe and does not overlap; all of it is Python together."""
    chosen: list[_Found] = []
    taken: list[Change] = []
    for each in found:
        if each.rewrite is None or not each.rewrite.safe:
            continue
        if not any(_overlap(one, other) for one in each.rewrite.changes for other in taken):
            chosen.append(each)
            taken += each.rewrite.changes
    if not taken:
        return []
    if _is_python(applied(script.text, _changes(chosen))):
        return chosen
    return next(([each] for each in chosen if each.rewrite is not None and each.rewrite.changes), [])


def _changes(chosen: Iterable[_Found]) -> list[Change]:
    """All of them; several that need the same import bring it once."""
    return sorted({change for each in chosen if each.rewrite is not None for change in each.rewrite.changes})


def _overlap(one: Change, other: Change) -> bool:
    if one == other:
        return False
    return (one.start < other.end and other.start < one.end) or (one.start == other.start and one.end == other.end)


def _told(script: Script, found: Iterable[_Found]) -> Iterator[Finding]:
    for each in found:
        rewrite, gone = each.rewrite, each.hit.gone if each.hit is not None else None
        fix = None
        if rewrite is not None:
            edits: tuple[Edit, ...] = script.edits(rewrite.changes)
            fix = Fix(each.title, edits) if edits else None
        yield Finding(
            *script.place(each.start), *script.place(each.end), each.name, each.message, fix,
            safe=rewrite is not None and rewrite.safe,
            library=gone.distribution if gone is not None else "", since=gone.since if gone is not None else "",
            restored=gone is not None and gone.restored,
        )  # fmt: skip


def _number(version: str) -> tuple[int, ...]:
    """A version's numbers, as far as they are such."""
    parts = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        parts.append(int(digits))
    return tuple(parts)
