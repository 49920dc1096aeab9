"""A class that a user wrote as text: loading it, calling it, keeping what it learned. Done inside jails only."""

from __future__ import annotations

import hashlib
import linecache
import pickle
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bottega.sandbox.guest import traces
from bottega.sdk import BottegaError

_FILE = "model.py"  # in tracebacks
_NEEDED = ("train", "predict")


@dataclass(frozen=True)
class UserClass:
    """The class of this name in the source."""

    source: str
    name: str

    def check(self) -> None:
        """Raise `0085` where the source does not run, or defines no class that can be trained and predicts."""
        found = getattr(self._module(), self.name, None)
        if not isinstance(found, type):
            what = "defines no" if found is None else f"has a {type(found).__name__} instead of the"
            raise _mistake(f"the script {what} class {self.name}; put the code into `class {self.name}:`")
        for needed in _NEEDED:
            if not callable(getattr(found, needed, None)):
                raise _mistake(f"class {self.name} defines no method {needed}")

    def new(self) -> Any:
        """An object of it. Raises `0085`."""
        self.check()
        return self.run(getattr(self._module(), self.name))

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call what is the user's. Raises `0085` with the user's own lines of the traceback; MemoryError as it is."""
        try:
            return function(*arguments)
        except MemoryError:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever the user's code raises is the user's to read
            raise self._told(error) from None

    def keep(self, value: Any) -> bytes:
        """What an object learned, as bytes. Raises `0085` for what cannot be pickled."""
        try:
            return pickle.dumps(value, protocol=5)
        except MemoryError:
            raise
        except BaseException as error:
            reason = f"{type(error).__name__}: {error}"[:300]
            raise _mistake(
                f"the trained model cannot be kept: {reason}. Let it hold only what pickle can save: "
                "no open files, connections, generators or lambdas"
            ) from error

    def opened(self, state: bytes) -> Any:
        """The object again. Raises `0085`."""
        self._module()
        return self.run(pickle.loads, state)

    def _module(self) -> types.ModuleType:
        """The source as a module, run once in a process; equal sources are one module, so that pickles find it."""
        name = "azureml_model_" + hashlib.blake2b(self.source.encode("utf-8", "replace"), digest_size=16).hexdigest()
        module = sys.modules.get(name)
        if module is None:
            module = types.ModuleType(name)
            module.__file__ = self._path
            lines = self.source.splitlines(keepends=True)
            linecache.cache[self._path] = (len(self.source), None, lines, self._path)
            sys.modules[name] = module
            try:
                self.run(lambda: exec(compile(self.source, self._path, "exec", dont_inherit=True), module.__dict__))  # noqa: S102 - what a jail is for
            except BaseException:
                sys.modules.pop(name, None)
                raise
        return module

    @property
    def _path(self) -> str:
        return f"/{self.name}/{_FILE}"

    def _told(self, error: BaseException) -> BottegaError:
        told = traces.describe(error, traces.Places(self._path, self._path, f"/{self.name}"))
        message = told["message"]
        if isinstance(error, ModuleNotFoundError):
            message = f"{error}. Models run in Bottega's own environment: `bottega environment show bottega` tells what it has"
        facts = {"line": told["line"]} if told["line"] is not None else {}
        return BottegaError("0085", message=f"{told['type']}: {message}", traceback=told["traceback"], **facts)


def _mistake(reason: str) -> BottegaError:
    """A mistake that no exception of the user's tells."""
    return BottegaError("0085", message=reason[:1].upper() + reason[1:])
