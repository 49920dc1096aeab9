"""The script's module, and what of it the other side must know to call it."""

import inspect
import os
import random
import re
import sys
import types

from .words import PYTHON_2, decoded

_MODULE = "azureml_script"
_CODING = re.compile(b"^[ \t\f]*#.*?coding[:=][ \t]*[-_.a-zA-Z0-9]+")
_BOM = b"\xef\xbb\xbf"
# The frames that a script gets and gives are of these: a second edition would not know them.
_KEPT = ("numpy", "pandas")


def seed():
    """Every job and every call has random numbers of its own."""
    random.seed(int.from_bytes(os.urandom(32), "little") if not PYTHON_2 else os.urandom(32))
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed([random.getrandbits(32) for _ in range(4)])


def add_bundle(folder):
    """Put the unpacked bundle first on the path; preloaded packages that it brings in its own edition are dropped."""
    sys.path.insert(0, folder)
    names = set(name.split(".")[0] for name in os.listdir(folder)).intersection(sys.modules)
    own = set(name for name in names if _is_other(name) and _is_module(name, folder))
    for name in list(sys.modules):
        if name.split(".")[0] in own:
            del sys.modules[name]


def _is_other(name):
    """Whether a module is neither Python's own nor one that must stay."""
    path = getattr(sys.modules[name], "__file__", None)
    library = os.path.dirname(os.__file__) + os.sep
    is_own = path is None or (path.startswith(library) and "-packages" + os.sep not in path[len(library) :])
    return not is_own and name not in _KEPT and name != __name__.split(".")[0]


def _is_module(name, folder):
    path = os.path.join(folder, name)
    return os.path.isfile(path + ".py") or os.path.isfile(os.path.join(path, "__init__.py"))


def load(path, importable, entry):
    """Import the script from its file; its entry function, and None where it defines none."""
    with open(path, "rb") as file:
        source = file.read()
    # The script's own folder is not on the path: it may be called random.py.
    sys.path.append(os.path.dirname(importable))
    sys.argv = [path]
    module = types.ModuleType(_MODULE)
    module.__file__ = path
    sys.modules[_MODULE] = module
    exec(compile(_readable(source), path, "exec", 0, True), module.__dict__)
    return getattr(module, entry, None)


def _readable(source):
    """Python 2 takes text for ASCII unless told; that it is UTF-8 is told here, where it is."""
    if not PYTHON_2 or source.startswith(_BOM) or any(_CODING.match(line) for line in source.splitlines()[:2]):
        return source
    return _BOM + source if decoded(source)[1] else source


def parameters(function):
    """Kind, name and whether there is a default, of each parameter; None for what does not tell."""
    try:
        return _of_python_2(function) if PYTHON_2 else _of_python_3(function)
    except (TypeError, ValueError):
        return None


def _of_python_3(function):
    return [
        [each.kind.name, each.name, each.default is not inspect.Parameter.empty]
        for each in inspect.signature(function).parameters.values()
    ]


def _of_python_2(function):
    if not (inspect.isfunction(function) or inspect.ismethod(function)):
        function = function.__call__
    told = inspect.getargspec(function)
    names = told.args[1:] if inspect.ismethod(function) else told.args
    defaults = len(told.defaults or ())
    found = [["POSITIONAL_OR_KEYWORD", "", place >= len(names) - defaults] for place in range(len(names))]
    return found + ([["VAR_POSITIONAL", "", False]] if told.varargs else [])
