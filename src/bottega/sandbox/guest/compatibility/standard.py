"""What Python's own library had when old scripts were written."""

from __future__ import annotations

import functools
import importlib
import re
from collections import abc, namedtuple
from collections.abc import Callable
from types import ModuleType
from typing import Any

from . import uses
from .patching import answer, wrap

_FLAGS = re.compile(r"\(\?([aiLmsux]+)\)")
ArgSpec = namedtuple("ArgSpec", "args varargs keywords defaults")  # noqa: PYI024 - its fields are what scripts read


def hooks() -> dict[str, Callable[[ModuleType], None]]:
    """What restores the names of each module, once it is there."""
    return {**dict.fromkeys(_NAMES, _restore), **_OTHERS}


def _restore(module: ModuleType) -> None:
    answer(module, {name: functools.partial(_told, module, name) for name in _NAMES[module.__name__]})


def _told(module: ModuleType, name: str) -> Any:
    today, value = _NAMES[module.__name__][name]
    _tell(f"{module.__name__}.{name}", today)
    return value()


def _tell(what: str, today: str) -> None:
    uses.remark(what, lambda: f"{what} was removed in Python 3; write {today}")


def _from(path: str) -> tuple[str, Callable[[], Any]]:
    """A name that is now elsewhere."""
    module, _, name = path.rpartition(".")
    return path, lambda: getattr(importlib.import_module(module), name)


def _escape(text: str, quote: bool = False) -> str:
    import html

    return html.escape(text, quote)


def _getargspec(function: Any) -> Any:
    import inspect

    return ArgSpec(*inspect.getfullargspec(function)[:4])


_NAMES: dict[str, dict[str, tuple[str, Callable[[], Any]]]] = {
    "time": {"clock": _from("time.perf_counter")},
    "collections": {name: _from(f"collections.abc.{name}") for name in abc.__all__},
    "cgi": {"escape": ("html.escape", lambda: _escape)},
    "fractions": {"gcd": _from("math.gcd")},
    "inspect": {"getargspec": ("inspect.signature", lambda: _getargspec)},
    "base64": {"encodestring": _from("base64.encodebytes"), "decodestring": _from("base64.decodebytes")},
    "os": {"errno": ("import errno", lambda: importlib.import_module("errno")), "getcwdu": _from("os.getcwd")},
}


def _builtins(module: Any) -> None:
    """`open` with the mode "U", which any text has been read in since."""
    opened = module.open

    @functools.wraps(opened)
    def open_(file: Any, mode: Any = "r", *arguments: Any, **options: Any) -> Any:
        if isinstance(mode, str) and "U" in mode:
            mode = mode.replace("U", "")
            mode = mode if set(mode) & set("rwax") else f"r{mode}"
        return opened(file, mode, *arguments, **options)

    module.open = open_


def _random(module: Any) -> None:
    wrap(module, "sample", _sample)
    wrap(
        module,
        "shuffle",
        lambda function, arguments, options: function(*arguments[:1], **{"x": options["x"]} if "x" in options else {}),
    )


def _sample(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """Of whatever has a length: an index, an array, a set."""
    if not arguments or isinstance(arguments[0], abc.Sequence):
        return function(*arguments, **options)
    _tell("random.sample of what is no sequence", "random.sample(list(values), n)")
    return function(list(arguments[0]), *arguments[1:], **options)


def _json(module: Any) -> None:
    for name in ("load", "loads", "dump", "dumps"):
        wrap(module, name, _without_encoding)


def _without_encoding(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    if "encoding" in options:
        _tell(f"json.{function.__name__}(encoding=)", "it without that argument")
        del options["encoding"]
    return function(*arguments, **options)


def _re(module: Any) -> None:
    """Flags inside a pattern that are not its beginning."""
    compiler = getattr(module, "_compiler", None)
    if compiler is None:
        return
    compile_it = compiler.compile

    @functools.wraps(compile_it)
    def compiled(pattern: Any, flags: int = 0) -> Any:
        try:
            return compile_it(pattern, flags)
        except module.error as error:
            if "global flags" not in str(error) or not isinstance(pattern, str):
                raise
            found = "".join(dict.fromkeys("".join(_FLAGS.findall(pattern))))
            return compile_it(f"(?{found}){_FLAGS.sub('', pattern)}", flags)

    compiler.compile = compiled


def _html_parser(module: Any) -> None:
    import html

    if not hasattr(module.HTMLParser, "unescape"):
        module.HTMLParser.unescape = lambda _self, text: html.unescape(text)


_OTHERS: dict[str, Callable[[ModuleType], None]] = {
    "builtins": _builtins, "random": _random, "json": _json, "re": _re, "html.parser": _html_parser,
}  # fmt: skip
