"""An exception of the other interpreter, made again so that it is told as all others are."""

from __future__ import annotations

import builtins
import traceback
from typing import Any

from ..failure import Foreign

_FRAMES = 2000
_DEEPEST = 20


class _Shown(str):
    """A text that stands for a value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def made(told: dict[str, Any]) -> BaseException:
    """The exception that the runner tells of (`bottega_runner/errors.py`)."""
    error = _instance(told)
    error.summary = _summary(told, error, 0)  # type: ignore[attr-defined]
    return error


def _instance(told: dict[str, Any]) -> BaseException:
    base = _base(told)
    text = str(told["text"])
    if base is ImportError and told["module_name"]:
        package = str(told["module_name"]).partition(".")[0]
        text += f". The package {package!r} is there, but has no such module: another version of it may have one"
    name = str(told["name"])
    fields = {"__module__": str(told["module"]), "__qualname__": name, "__str__": lambda _self: text}
    kind: Any = type(name.rpartition(".")[2], (Foreign, base), fields)
    if base is SyntaxError:
        message, filename, line, offset, source = told["syntax"]
        del kind.__str__
        return kind(message or text, (filename, line, offset, source))  # type: ignore[no-any-return]
    error: Any = kind(text)
    if base is SystemExit:
        error.code = _Shown(told["code"]) if told["code"] else None
    if base is ModuleNotFoundError:
        error.name = told["module_name"]
    if base is OSError:
        error.errno = told["errno"]
    return error  # type: ignore[no-any-return]


def _base(told: dict[str, Any]) -> type[BaseException]:
    known = told["known"]
    if known == "ImportError":
        name = told["module_name"]
        if not name or ("." in name and told["package_is_there"]):
            return ImportError
        return ModuleNotFoundError
    if known == "EnvironmentError":
        return OSError
    return getattr(builtins, str(known)) if known else Exception


def _summary(told: dict[str, Any], error: BaseException, depth: int) -> traceback.TracebackException:
    summary = traceback.TracebackException(type(error), error, None, compact=True)
    frames = told["frames"][:_FRAMES]
    summary.stack = traceback.StackSummary.from_list(
        [traceback.FrameSummary(str(file), int(line), str(name), lookup_line=False) for file, line, name in frames]
    )
    if depth < _DEEPEST:
        summary.__cause__ = _chained(told["cause"], depth)
        summary.__context__ = _chained(told["context"], depth)
        summary.__suppress_context__ = told["suppresses"] is True
    return summary


def _chained(told: dict[str, Any] | None, depth: int) -> traceback.TracebackException | None:
    return None if told is None else _summary(told, _instance(told), depth + 1)
