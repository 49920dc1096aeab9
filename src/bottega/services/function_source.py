"""A function as text that stands alone: its own source, and of what it uses the imports, constants and helpers.

Never a pickle: what is sent can be read, and runs under another Python and other packages.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import site
import symtable
import sys
import sysconfig
import textwrap
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bottega.errors import BottegaError

_HEAD = "from __future__ import annotations\n"
_OWN_DECORATORS = ("service", "publish")
_LONGEST_CONSTANT = 100_000
_CONSTANTS = (int, float, complex, str, bytes, bool, type(None), tuple, list, dict, set, frozenset)


def source_of(function: Callable[..., Any], beside: frozenset[str] = frozenset()) -> str:
    """The text. `beside` are names of Python files that go with it, which it may import.

    Raises `usage` for a lambda, a method, a coroutine, what has no source, and what it uses that cannot be sent.
    """
    _check_kind(function)
    writer = _Writer(beside)
    writer.add(function, own=True)
    return writer.text()


class _Writer:
    """Collects definitions, each after those that it uses."""

    def __init__(self, beside: frozenset[str]) -> None:
        self._beside = beside
        self._lines: dict[str, str] = {}  # imports and constants, by name
        self._definitions: dict[str, str] = {}
        self._objects: dict[str, Any] = {}

    def text(self) -> str:
        """All of it."""
        head = "\n".join(dict.fromkeys(line for text in self._lines.values() for line in text.splitlines()))
        parts = [_HEAD + head + ("\n" if head else ""), *self._definitions.values()]
        return "\n\n".join(parts)

    def add(self, thing: Any, *, own: bool = False) -> None:
        """A function or class, with what it uses before it."""
        name = thing.__name__
        text = _without_own_decorators(_source(thing)) if own else _source(thing)
        self._objects[name] = thing
        known = _known_to(thing)
        for used in _globals_of(text):
            if used in known:
                self._use(used, known[used], text, thing)
            elif not hasattr(builtins, used):
                raise _misused(thing, f"it uses {used}, which is defined nowhere")
        self._definitions[name] = text

    def _use(self, name: str, value: Any, text: str, user: Any) -> None:
        if name in self._objects:
            if self._objects[name] is not value:
                raise _misused(user, f"{name} means two different things in what it uses")
            return
        if isinstance(value, types.ModuleType):
            self._take(name, value, self._import(name, value, text, user))
        elif (line := _import_from(name, value)) is not None:
            self._take(name, value, line)
        elif isinstance(value, types.FunctionType | type) and value.__name__ == name:
            _check_kind(value)
            self.add(value)
        elif isinstance(value, _CONSTANTS) and (written := _written(value)) is not None:
            self._take(name, value, f"{name} = {written}")
        else:
            raise _misused(
                user, f"it uses {name}, of type {type(value).__name__}: only imports, functions, classes and simple "
                "constants of its module can go along; make it inside of the function",
            )  # fmt: skip

    def _take(self, name: str, value: Any, line: str) -> None:
        self._objects[name] = value
        self._lines[name] = line

    def _import(self, name: str, module: types.ModuleType, text: str, user: Any) -> str:
        """The statements that import a module as this name, with those of its parts that the text goes through."""
        full = module.__name__
        if not _is_installed(module) and full.split(".")[0] not in self._beside:
            raise _misused(
                user, f"it uses the module {full}, which is a file of yours and not installed; name that file among the attachments"
            )  # fmt: skip
        lines = [f"import {full}" if full == name else f"import {full} as {name}"]
        lines += [f"import {full}.{part}" for part in _parts(text, name) if f"{full}.{part}" in sys.modules]
        return "\n".join(lines)


def _check_kind(function: Any) -> None:
    if inspect.ismethod(function) or (
        inspect.isfunction(function) and "." in function.__qualname__.rpartition("<locals>.")[2]
    ):
        raise _misused(function, "it is a method; only a plain function can be published")
    if not inspect.isfunction(function) and not isinstance(function, type):
        raise BottegaError("usage", reason=f"{function!r:.100} is no plain function, so it cannot be published")
    if function.__name__ == "<lambda>":
        raise BottegaError("usage", reason="A lambda cannot be published; write it as a function with def")
    if (
        inspect.iscoroutinefunction(function)
        or inspect.isgeneratorfunction(function)
        or inspect.isasyncgenfunction(function)
    ):
        raise _misused(function, "it is a coroutine or a generator; only a plain function can be published")


def _source(thing: Any) -> str:
    try:
        return textwrap.dedent(inspect.getsource(thing))
    except (OSError, TypeError) as error:
        raise _misused(thing, "its source cannot be found; write it in a file or in a notebook's cell") from error


def _without_own_decorators(text: str) -> str:
    """The text without our decorators; others stay, for they change what it does."""
    (node,) = ast.parse(text).body
    if not isinstance(node, ast.FunctionDef):
        raise BottegaError("usage", reason="A lambda cannot be published; write it as a function with def")
    lines = text.splitlines(keepends=True)
    gone: set[int] = set()
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if ast.unparse(called).rpartition(".")[2] in _OWN_DECORATORS:
            gone |= set(range(decorator.lineno - 1, decorator.end_lineno or decorator.lineno))
    return "".join(line for number, line in enumerate(lines) if number not in gone)


def _known_to(thing: Any) -> dict[str, Any]:
    """What names mean where a function or class was defined: those of the function around it, then its module's."""
    functions = (
        [thing] if inspect.isfunction(thing) else [each for each in vars(thing).values() if inspect.isfunction(each)]
    )
    known: dict[str, Any] = dict(vars(sys.modules[thing.__module__])) if thing.__module__ in sys.modules else {}
    for function in functions:
        known |= function.__globals__
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            try:
                known[name] = cell.cell_contents
            except ValueError:  # not set yet
                known.pop(name, None)
    return known


def _globals_of(text: str) -> list[str]:
    """The names that a text uses and does not define, in any of its scopes; annotations are never evaluated."""
    tree = _Unannotated().visit(ast.parse(text))
    table = symtable.symtable(ast.unparse(ast.fix_missing_locations(tree)), "source", "exec")
    own = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    found: dict[str, None] = {}
    for scope in _scopes(table):
        for symbol in scope.get_symbols():
            if symbol.is_global() and symbol.get_name() not in own:
                found[symbol.get_name()] = None
    return [name for name in found if not (name.startswith("__") and name.endswith("__"))]


def _scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _scopes(child)


class _Unannotated(ast.NodeTransformer):
    """Takes annotations away."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """Of an argument."""
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Of what a function gives."""
        node.returns = None
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """The same."""
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Of a variable, which may have no value."""
        if node.value is None:
            return ast.Pass()
        return self.generic_visit(ast.Assign([node.target], node.value))


def _parts(text: str, name: str) -> list[str]:
    """The dotted names that a text goes through from a module: `sparse.linalg` of `scipy.sparse.linalg.eigs`."""
    found: dict[str, None] = {}
    for node in ast.walk(ast.parse(text)):
        parts: list[str] = []
        each: ast.AST = node
        while isinstance(each, ast.Attribute):
            parts.insert(0, each.attr)
            each = each.value
        if isinstance(each, ast.Name) and each.id == name:
            found |= dict.fromkeys(".".join(parts[: end + 1]) for end in range(len(parts)))
    return list(found)


def _import_from(name: str, value: Any) -> str | None:
    """How something is imported from an installed module that knows it by a name."""
    places = [getattr(value, "__module__", None), type(value).__module__]
    called = [getattr(value, "__qualname__", None), getattr(value, "__name__", None), name]
    for place in [part for each in places if isinstance(each, str) for part in (each, each.split(".")[0])]:
        module = sys.modules.get(place)
        if module is None or place == "builtins" or not _is_installed(module):
            continue
        for spelled in called:
            if isinstance(spelled, str) and spelled.isidentifier() and getattr(module, spelled, _NOTHING) is value:
                return f"from {place} import {spelled}" + ("" if spelled == name else f" as {name}")
    return None


_NOTHING = object()


def _is_installed(module: types.ModuleType) -> bool:
    """Whether a module belongs to Python or to a package, rather than to the user's own files."""
    if module.__name__ in ("__main__", "builtins"):
        return module.__name__ == "builtins"
    file = getattr(module, "__file__", None)
    if file is None:
        return module.__name__ in sys.builtin_module_names or hasattr(module, "__path__")
    paths = sysconfig.get_paths()
    known = (paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    folders = {*known, *site.getsitepackages(), site.getusersitepackages()}
    return any(Path(file).is_relative_to(folder) for folder in folders)


def _written(value: Any) -> str | None:
    """A constant as source, where that reads as the same."""
    text = repr(value)
    try:
        read = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return text if len(text) <= _LONGEST_CONSTANT and type(read) is type(value) and read == value else None


def _misused(thing: Any, reason: str) -> BottegaError:
    return BottegaError(
        "usage", reason=f"Function {getattr(thing, '__name__', thing)!s:.100} cannot be published: {reason}"
    )
