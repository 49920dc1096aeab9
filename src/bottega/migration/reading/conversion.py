"""Python 2 to Python 3: by the fixers of lib2to3's successor, then by what they leave, which needs kinds of values."""

from __future__ import annotations

import io
import re
from typing import Any

from bottega.migration.finding import Answer, Conversion
from bottega.migration.reading import python2_names, python2_notes
from bottega.migration.reading.script import parsed

_DEEP = "it is too long or too deeply nested to be read"
# Looks for modules beside the script, on the disk of whoever converts.
_NOT = ("fix_import",)
_TAB = 8
# Python 3 takes these for an expression, and does nothing of what was meant.
_PRINTS = re.compile(r"^[ \t]*print[ \t]*(?:>>|$)", re.MULTILINE)
# Of the parser: some twenty for each bracket, of which Python takes two hundred.
_DEEPEST = 5_000


def answer(text: str) -> Answer:
    """What a text is, and what it becomes."""
    python3 = _parses(text)
    try:
        conversion = _converted(text, python3=python3)
    except (RecursionError, MemoryError):
        return Answer(python3, reason=_DEEP)
    except SyntaxError as error:
        return Answer(python3, None, error.lineno or 1, error.msg or "it cannot be read")
    except Exception as error:  # noqa: BLE001 # a fixer that meets what its author did not foresee
        return Answer(python3, reason=f"the converter cannot read it ({type(error).__name__}: {str(error)[:200]})")
    return Answer(python3, conversion)


def _converted(text: str, *, python3: bool) -> Conversion:
    """Raises SyntaxError for what is no Python 2."""
    body = text.removeprefix("\ufeff")
    newline = "\r\n" if "\r\n" in body else "\r" if "\r" in body and "\n" not in body else "\n"
    plain = body.replace("\r\n", "\n").replace("\r", "\n")
    ended = plain if plain.endswith("\n") else f"{plain}\n"
    wanted = _future(ended)
    statements = (not python3 or _PRINTS.search(ended) is not None) and "print_function" not in wanted
    made = _refactored(_spaced(ended), statements=statements)
    if not _parses(made):
        parsed(made)  # tells where
    made = python2_names.rewritten(made, exact_division="division" in wanted)
    notes = python2_notes.notes(made)
    if not plain.endswith("\n"):
        made = made.removesuffix("\n")
    if made == plain:
        return Conversion(text, changed=False, notes=tuple(notes))
    return Conversion(made.replace("\n", newline), changed=True, notes=tuple(notes))


def _refactored(text: str, *, statements: bool) -> str:
    """The text after every fixer; with `statements` a print is one, else a function. Raises SyntaxError."""
    from fissix.pgen2.parse import ParseError  # late: only after `_tool` has told how the grammar is made
    from fissix.pgen2.tokenize import TokenError

    tool = _tool()
    tool.driver.grammar = _grammar(statements=statements)
    try:
        return str(tool.refactor_tree_of(text))
    except ParseError as error:
        place = error.context[1] if len(error.context) > 1 else (1, 0)
        raise _error(f"{error.msg} before {str(error.value)[:40]!r}", place[0]) from error
    except TokenError as error:
        raise _error(str(error.args[0]), error.args[1][0] if len(error.args) > 1 else 1) from error
    except IndentationError as error:
        raise _error(error.msg, error.lineno or 1) from error


def _error(reason: str, line: int) -> SyntaxError:
    error = SyntaxError(reason)
    error.lineno = line
    return error


_made: list[Any] = []


def _tool() -> Any:
    """The converter, made once. Its grammar is made anew each time: it would be kept in a file that we may not write."""
    if _made:
        return _made[0]
    from fissix.pgen2 import driver, pgen

    _bound_depth()
    driver.load_packaged_grammar = lambda _package, source: pgen.generate_grammar(source)
    from fissix import refactor

    class Tool(refactor.RefactoringTool):  # type: ignore[misc]  # it has no types
        """As it is, but what a fixer cannot do is no error of the whole."""

        def refactor_tree_of(self, text: str) -> Any:
            tree = self.driver.parse_string(text)
            tree.future_features = _future(text)
            self.refactor_tree(tree, "script.py")
            return tree

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

        log_debug = log_error = log_message

    _leave_sorts_of_frames()
    names = [name for name in refactor.get_fixers_from_package("fissix.fixes") if not name.endswith(_NOT)]
    _made.append(Tool(names))
    return _made[0]


def _bound_depth() -> None:
    """Let the parser give up where nobody's script goes: it takes ever longer the deeper it is."""
    from fissix.pgen2.parse import Parser

    push = Parser.push

    def bounded(self: Any, *given: Any) -> None:
        if len(self.stack) > _DEEPEST:
            raise RecursionError
        push(self, *given)

    Parser.push = bounded


def _leave_sorts_of_frames() -> None:
    """`x.sort(by)` compares with `by` only where that is a function: a frame's columns are no order of two values."""
    from fissix.fixes.fix_sorted import FixSorted

    transform = FixSorted.transform

    def chosen(self: Any, node: Any, result: dict[str, Any]) -> None:
        if str(node.children[0]).strip() == "sorted" or _is_list_sort(result.get("func_arg") or result["func_args"]):
            transform(self, node, result)

    FixSorted.transform = chosen


def _is_list_sort(arguments: list[Any]) -> bool:
    given = [each for each in arguments if str(each).strip() != ","]
    names = [str(each.children[0]).strip() for each in given if _is_keyword(each)]
    if not set(names) <= {"cmp", "key", "reverse"}:
        return False
    return all(_is_function(each) for each in given[:1] if not _is_keyword(each))


def _is_keyword(argument: Any) -> bool:
    return len(argument.children) > 1 and str(argument.children[1]) == "="


def _is_function(argument: Any) -> bool:
    """A lambda, `cmp`, or one that the script defines."""
    text = str(argument).strip()
    root = argument
    while root.parent is not None:
        root = root.parent
    return (
        text.startswith("lambda")
        or text == "cmp"
        or re.search(rf"\bdef\s+{re.escape(text)}\s*\(", str(root)) is not None
    )


def _future(text: str) -> frozenset[str]:
    """What a text imports from `__future__`."""
    _tool()
    from fissix.refactor import _detect_future_features  # the one that knows Python 2's comments and docstrings

    return frozenset(_detect_future_features(text))


def _grammar(*, statements: bool) -> Any:
    from fissix import pygram

    return pygram.python_grammar if statements else pygram.python_grammar_no_print_statement


def _spaced(text: str) -> str:
    """Indentation by tabs as Python 2 reads it, to every eighth column; only where Python 3 would read it otherwise."""
    lines = text.split("\n")
    if not _mixes(lines):
        return text
    inside = _inner_lines(text)
    for number, line in enumerate(lines):
        body = line.lstrip(" \t\f")
        if number + 1 not in inside and "\t" in line[: len(line) - len(body)]:
            lines[number] = line[: len(line) - len(body)].expandtabs(_TAB) + body
    return "\n".join(lines)


def _mixes(lines: list[str]) -> bool:
    """Whether some lines begin with a tab and others with a space, or one with both."""
    heads = {line[: len(line) - len(line.lstrip(" \t"))] for line in lines if line.strip()}
    return any("\t" in head for head in heads) and any(" " in head for head in heads)


def _inner_lines(text: str) -> set[int]:
    """The lines that a text in quotes goes on in: they are its own."""
    from fissix.pgen2 import token, tokenize

    inner: set[int] = set()
    try:
        for kind, _, start, end, _ in tokenize.generate_tokens(io.StringIO(text).readline):
            if kind == token.STRING:
                inner.update(range(start[0] + 1, end[0] + 1))
    except (tokenize.TokenError, IndentationError):
        pass  # the parser tells
    return inner


def _parses(text: str) -> bool:
    try:
        parsed(text.removeprefix("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
