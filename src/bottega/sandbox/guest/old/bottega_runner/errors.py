"""An exception in plain values: what the other side needs to tell it as it tells its own."""

import sys

from .words import TEXT, shown, type_name

_MOST_FRAMES = 2000
_LONGEST = 100000
_DEEPEST = 20
# Which of these it is decides how it is told.
_KNOWN = (
    "SystemExit", "KeyboardInterrupt", "MemoryError", "SyntaxError", "ImportError", "OSError", "EnvironmentError",
)  # fmt: skip


def described():
    """The exception that is being handled."""
    kind, error, trace = sys.exc_info()
    # In Python 2 a class of the old style may be raised.
    return _described(getattr(error, "__class__", kind), error, trace, 0)


def _described(kind, error, trace, depth):
    module, name = type_name(kind)
    known = next((each for each in _KNOWN if isinstance(error, getattr(_builtins(), each, ()))), None)
    told = {
        "module": module,
        "name": name,
        "known": known,
        "text": _text(error),
        "frames": _frames(trace),
        "code": None,
        "suppresses": bool(getattr(error, "__suppress_context__", False)),
        "cause": _chained(getattr(error, "__cause__", None), depth),
        "context": _chained(getattr(error, "__context__", None), depth),
    }
    if known == "SystemExit":
        told["code"] = "" if error.code is None else _representation(error.code)
    elif known == "SyntaxError":
        told["syntax"] = [
            _plain(getattr(error, each, None)) for each in ("msg", "filename", "lineno", "offset", "text")
        ]
    elif known == "ImportError":
        told["module_name"] = _module_name(error, told["text"])
        told["package_is_there"] = (told["module_name"] or "").partition(".")[0] in sys.modules
    elif known is not None:
        told["errno"] = _plain(getattr(error, "errno", None))
    return told


def _builtins():
    return sys.modules.get("builtins") or sys.modules["__builtin__"]


def _chained(error, depth):
    if error is None or depth > _DEEPEST:
        return None
    return _described(type(error), error, getattr(error, "__traceback__", None), depth + 1)


def _frames(trace):
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append([_plain(code.co_filename), trace.tb_lineno, _plain(code.co_name)])
        trace = trace.tb_next
    if len(frames) > _MOST_FRAMES:
        frames[_MOST_FRAMES // 2 : -_MOST_FRAMES // 2] = []
    return frames


def _text(error):
    try:
        return shown(error)[:_LONGEST]
    except BaseException as second:
        return "(its message cannot be shown: %s)" % type(second).__name__


def _representation(value):
    try:
        return shown(repr(value))[:_LONGEST]
    except BaseException as second:
        return "(%s)" % type(second).__name__


def _module_name(error, text):
    """What could not be found: Python 2 tells it only in words."""
    name = getattr(error, "name", None)
    if name is None and text.startswith("No module named "):
        name = text.split()[-1].strip("'")
    return name if type(error).__name__ == "ModuleNotFoundError" or text.startswith("No module named ") else None


def _plain(value):
    if isinstance(value, bytes):
        return shown(value)
    return value if value is None or isinstance(value, (TEXT, int)) else shown(value)
