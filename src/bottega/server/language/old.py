"""What an editor is told of an old script: that it is Python 2, which names went, and the changes that put it right."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bottega.migration import python2, report
from bottega.migration.finding import Edit, Finding, Target
from bottega.sandbox.host.environment import Environment
from bottega.server.errors import HttpError
from bottega.server.language.answers import Script, ScriptEdit, ScriptFix, ScriptProblem

REMOVED, PYTHON2 = "removed-name", "python2"
INVALID = "invalid-syntax"
_AT_ONCE = 4  # each is a process
_TWO = "2."
_LONGEST_FIX = 64 << 10
_turns = threading.BoundedSemaphore(_AT_ONCE)


def problems(script: Script, environment: Environment, found: list[ScriptProblem]) -> tuple[list[ScriptProblem], bool]:
    """All problems, those that the language server has `found` among them, and whether the script is Python 2."""
    broken = next((each for each in found if each.code == INVALID), None)
    if broken is not None:
        with turn():
            answer = python2.read([script.text])[0]
        if answer.python3 or answer.conversion is None:
            return found, False
        if environment.interpreter.version.startswith(_TWO):
            return [], False  # the language server knows no such Python
        return [_python2(script.text, answer.conversion.text, broken)], True
    old_names = environment.compatibility if script.old_names is None else script.old_names
    with turn():
        removed = report.examine(script.text, Target(dict(environment.packages)))
    places = _Places(script.text)
    told = [places.problem(each, old_names=old_names) for each in removed if each.name != "syntax"]
    others = [each for each in found if not any(_meet(each, one) for one in told)]
    return sorted([*others, *told], key=lambda each: (each.line, each.column)), False


@contextmanager
def turn() -> Iterator[None]:
    """Raises HttpError 429 where so many are read already."""
    if not _turns.acquire(blocking=False):
        raise HttpError(429, message="Many scripts are being read; ask again.", headers={"retry-after": "1"})
    try:
        yield
    finally:
        _turns.release()


def _python2(text: str, converted: str, where: ScriptProblem) -> ScriptProblem:
    """One problem in place of the many that Python 3 has with it."""
    lines = text.split("\n")
    whole = ScriptEdit(1, 0, len(lines), _units(lines[-1]), converted)
    fixes = [ScriptFix("Convert to Python 3", safe=False, edits=[whole])] if len(converted) <= _LONGEST_FIX else []
    message = "This is Python 2, which the environment does not run; it can be converted."
    return ScriptProblem(
        where.line,
        where.column,
        where.end_line,
        where.end_column,
        "error",
        message,
        PYTHON2,
        unnecessary=False,
        fixes=fixes,
    )


class _Places:
    """Columns as editors count them: in UTF-16 units."""

    def __init__(self, text: str) -> None:
        self._lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def problem(self, finding: Finding, *, old_names: bool) -> ScriptProblem:
        """A finding as a problem: a warning where the name is restored."""
        fixes = []
        if finding.fix is not None:
            edits = [self._edit(each) for each in finding.fix.edits]
            fixes.append(ScriptFix(finding.fix.title, finding.safe, edits))
        restored = old_names and finding.restored
        return ScriptProblem(
            finding.line, self._column(finding.line, finding.column), finding.end_line,
            self._column(finding.end_line, finding.end_column), "warning" if restored else "error", finding.message, REMOVED,
            unnecessary=False, fixes=fixes,
        )  # fmt: skip

    def _edit(self, edit: Edit) -> ScriptEdit:
        start, end = self._column(edit.line, edit.column), self._column(edit.end_line, edit.end_column)
        return ScriptEdit(edit.line, start, edit.end_line, end, edit.text)

    def _column(self, line: int, column: int) -> int:
        return _units(self._lines[line - 1][:column]) if line <= len(self._lines) else 0


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _meet(one: ScriptProblem, other: ScriptProblem) -> bool:
    """Whether two problems are about the same characters."""
    return (one.line, one.column) < (other.end_line, other.end_column) and (other.line, other.column) < (
        one.end_line,
        one.end_column,
    )
