"""Hooks that run when a library is imported, by the zygote or by the script; and modules that stand in for lost ones."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

Hook = Callable[[ModuleType], None]
_hooks: dict[str, list[Hook]] = {}
_lost: dict[str, Hook] = {}


def watch(hooks: dict[str, Hook]) -> None:
    """Run each hook once the module of its name is loaded; at once where it is already."""
    if not any(isinstance(finder, _Hooked) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Hooked())
    for name, hook in hooks.items():
        _hooks.setdefault(name, []).append(hook)
        if name in sys.modules:
            hook(sys.modules[name])


def provide(modules: dict[str, Hook]) -> None:
    """Let modules of these names be imported where no library has them; each is filled by its hook."""
    if not any(isinstance(finder, _Lost) for finder in sys.meta_path):
        sys.meta_path.append(_Lost())
    _lost.update(modules)


class _Hooked(importlib.abc.MetaPathFinder):
    """Lets the other finders find a hooked module and runs its hooks once it is loaded."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The module's own spec, its loader wrapped; None for all other modules."""
        if name not in _hooks:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = _Loader(spec.loader)
                return spec
        return None


class _Loader(importlib.abc.Loader):
    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        for hook in _hooks[module.__name__]:
            hook(module)

    def __getattr__(self, name: str) -> Any:
        # Packages are asked for their data files through their loader.
        return getattr(self._loader, name)


class _Lost(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The last finder: what it is asked for, nobody else has."""

    def find_spec(
        self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """A package without files, so that modules in it are looked for here, too."""
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name in _lost else None

    def create_module(self, _spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """An ordinary module."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Fill it."""
        _lost[module.__name__](module)
