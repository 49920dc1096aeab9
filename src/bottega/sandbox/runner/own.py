"""Modules that a workspace has: their code comes with the job, for their files are nowhere in the jail.

Each set of files is a package of its own, named by its content, so that two of them never meet. A file takes what stands
in another beside it by either spelling: `from ._nouns import x` or `from _nouns import x`.
"""

from __future__ import annotations

import builtins
import hashlib
import importlib
import io
import json
import linecache
import pickle
import sys
import types
from collections.abc import Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec as ImportSpec
from typing import Any, BinaryIO

from bottega.errors import BottegaError
from bottega.sandbox.guest import traces
from bottega.sdk.declaration import ModuleSpec

FOLDER = "/workspace-modules"  # where tracebacks say that the files are
_PREFIX = "bottega_own_"
_packages: dict[str, _Package] = {}


def spec(code: str, function: str) -> ModuleSpec:
    """The declaration of the module in some code. Raises what its file raises, and `0113` where it declares none."""
    package = _package(code)
    loaded = importlib.import_module(f"{package.name}.{function}")
    found = getattr(getattr(loaded, function, None), "__bottega_module__", None)
    if not isinstance(found, ModuleSpec):
        reason = f"{package.file} declares no module: it needs a function {function} with @module"
        raise BottegaError("0113", reason=reason)
    return found


def described(error: BaseException) -> dict[str, Any] | None:
    """An error as its author reads it, where code of a workspace is what raised it; None for all others."""
    package = next((each for each in _packages.values() if each.raised(error)), None)
    if package is None or isinstance(error, BottegaError):
        return None
    told = traces.describe(error, traces.Places(package.path(package.file), "", package.folder))
    if isinstance(error, ModuleNotFoundError):
        told["message"] = (
            f"{error}. Modules run in Bottega's own environment: `bottega environment show bottega` tells what it has"
        )
    return told


def line(error: BaseException) -> int | None:
    """The line in the user's own file where an error was raised, if it was."""
    trace, found = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith(FOLDER):
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def dump(value: Any, file: BinaryIO | io.BufferedWriter) -> None:
    """Pickle a value; what code of a workspace declared takes that code along, for who opens it may not have it."""
    pickler = _Pickler if _packages else pickle.Pickler
    pickler(file, protocol=5).dump(value)


def named(code: str, file: str, name: str) -> Any:
    """A class or function of a workspace's code, as pickles name it."""
    found: Any = importlib.import_module(f"{_package(code).name}.{file}")
    for part in name.split("."):
        found = getattr(found, part)
    return found


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        """Name classes and functions of a workspace's code by that code."""
        if isinstance(value, type | types.FunctionType):
            package, _, file = value.__module__.partition(".")
            if package in _packages:
                return named, (_packages[package].code, file, value.__qualname__)
        return NotImplemented


class _Package(MetaPathFinder, Loader):
    """The files of one module: finds and loads them."""

    def __init__(self, name: str, code: str) -> None:
        told = json.loads(code)
        self.name = name
        self.code = code
        self.file: str = told["file"]
        self.sources: Mapping[str, str] = told["sources"]
        self.folder = f"{FOLDER}/{name}"

    def path(self, file: str) -> str:
        """Where a traceback says that a file is."""
        return f"{self.folder}/{file}"

    def raised(self, error: BaseException) -> bool:
        """Whether an error went through a file of it, or is one of its syntax."""
        if isinstance(error, SyntaxError) and (error.filename or "").startswith(self.folder):
            return True
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename.startswith(self.folder):
                return True
            trace = trace.tb_next
        return False

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None = None, _target: types.ModuleType | None = None
    ) -> ImportSpec | None:
        """The package itself, and the files in it."""
        if fullname == self.name:
            return ImportSpec(fullname, self, is_package=True)
        package, _, file = fullname.rpartition(".")
        return ImportSpec(fullname, self) if package == self.name and f"{file}.py" in self.sources else None

    def exec_module(self, module: types.ModuleType) -> None:
        """Run a file; a package runs none."""
        if module.__name__ == self.name:
            return
        file = f"{module.__name__.rpartition('.')[2]}.py"
        source, path = self.sources[file], self.path(file)
        linecache.cache[path] = (len(source), None, source.splitlines(keepends=True), path)
        module.__file__ = path
        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": self._import}
        exec(compile(source, path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 # what a jail is for

    def _import(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,  # noqa: A002 # as Python's own
        locals: Mapping[str, Any] | None = None,  # noqa: A002 # as Python's own
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> types.ModuleType:
        """Python's own `import`, but that files beside this one come first."""
        if level or f"{name}.py" not in self.sources:
            return __import__(name, globals, locals, fromlist or (), level)
        return importlib.import_module(f"{self.name}.{name}")


def _package(code: str) -> _Package:
    name = _PREFIX + hashlib.blake2b(code.encode(), digest_size=16).hexdigest()
    if name not in _packages:
        _packages[name] = _Package(name, code)
        sys.meta_path.insert(0, _packages[name])
    return _packages[name]
