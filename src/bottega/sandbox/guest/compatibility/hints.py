"""What to say of an error that comes of a removed name, where old names are off."""

from __future__ import annotations

import re
from types import ModuleType

from . import uses
from .gone import Gone
from .table import NAMES, find

_UNEXPECTED = re.compile(r"([\w.]+)\(\) got an unexpected keyword argument '(\w+)'")
_PLACES = re.compile(r"([\w.]+)\(\) takes (?:from \d+ to )?\d+ positional argument")
_NO_NAME = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")
_NO_ATTRIBUTE = re.compile(r"(?:'(\w+)' object|type object '(\w+)'|module '([\w.]+)') has no attribute '(\w+)'")


def of(error: BaseException) -> str:
    """A sentence to add to its message: what to write today, and what restores the name; empty where it is no such error."""
    if uses.is_on():
        return ""
    gone = _gone(error)
    if gone is None:
        return ""
    said = f". {gone.sentence()}"
    if not gone.restored:
        return said
    return f'{said}; or run it with old library names (--old-names, "Old library names" of the step), or in the environment classic'


def _gone(error: BaseException) -> Gone | None:
    if isinstance(error, ModuleNotFoundError):
        return _of_module(error.name or "")
    text = str(error)
    if isinstance(error, ImportError):
        found = _NO_NAME.search(text)
        return _of_path(f"{found[2]}.{found[1]}") if found else None
    if isinstance(error, AttributeError):
        return _of_attribute(error, text)
    if isinstance(error, TypeError):
        for pattern, kind in ((_UNEXPECTED, "argument"), (_PLACES, "positional")):
            found = pattern.search(text)
            if found:
                return _of_call(found[1], kind, found[2] if kind == "argument" else None)
    return None


def _of_module(name: str) -> Gone | None:
    """The entry of a module, or of the first one in a package that is no more."""
    library, _, path = name.partition(".")
    inner = (
        gone for gone in NAMES if gone.library == library and gone.kind == "module" and gone.name.startswith(f"{path}.")
    )
    return find(library, path) or next(inner, None)


def _of_path(name: str) -> Gone | None:
    library, _, path = name.partition(".")
    return find(library, path) or find(library, path.rpartition(".")[2])


def _of_attribute(error: AttributeError, text: str) -> Gone | None:
    name, of_what = getattr(error, "name", None), getattr(error, "obj", None)
    if isinstance(of_what, ModuleType) and name:
        return _of_path(f"{of_what.__name__}.{name}")
    if of_what is not None and name:
        kind = of_what if isinstance(of_what, type) else type(of_what)
        classes = [each.__name__ for each in kind.__mro__]
    else:
        found = _NO_ATTRIBUTE.search(text)
        if not found:
            return None
        if found[3]:
            return _of_path(f"{found[3]}.{found[4]}")
        classes, name = [found[1] or found[2]], found[4]
    ends = {f"{each}.{name}" for each in classes}
    kinds = {"method", "property", "meaning"}
    return next((gone for gone in NAMES if gone.kind in kinds and ".".join(gone.name.split(".")[-2:]) in ends), None)


def _of_call(called: str, kind: str, argument: str | None) -> Gone | None:
    """By the last parts of its name: methods are named by the class that defines them, which is another's base."""
    function = called.replace(".__init__", "").rpartition(".")[2]
    for gone in NAMES:
        if gone.kind == kind:
            *_, owner, last = gone.name.replace(".__init__", "").split(".")
            if owner == function and argument in (None, last):
                return gone
    return None
