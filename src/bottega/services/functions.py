"""A plain Python function as a code bundle: its text, its columns, and what calls it row by row."""

from __future__ import annotations

import base64
import datetime as dt
import inspect
import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bottega.errors import BottegaError
from bottega.services.code import PYTHON, zipped
from bottega.services.function_source import source_of

_WORDS: Mapping[Any, dict[str, str]] = {
    int: {"type": "integer", "format": "int64"},
    float: {"type": "number", "format": "double"},
    bool: {"type": "boolean"},
    str: {"type": "string"},
    dt.datetime: {"type": "string", "format": "date-time"},
    dt.timedelta: {"type": "string", "format": "time-span"},
}
_FRAME = "DataFrame"
_LARGEST_FILE = 1 << 28
# Calls the function for each row; a missing value is None, and a whole number stays one beside missing ones.
_ROWS = """

def azureml_main(dataframe1=None):
    import pandas

    wanted, whole, names = {wanted!r}, {whole!r}, {names!r}
    if dataframe1 is None:
        rows = [()]
    else:
        columns = []
        for name in wanted:
            cells = dataframe1[name].astype(object)
            cells = cells.where(cells.notna(), None).tolist()
            columns.append([None if cell is None else int(cell) for cell in cells] if name in whole else cells)
        rows = zip(*columns)
    told = []
    for row in rows:
        answer = {function}(**dict(zip(wanted, row)))
        if not isinstance(answer, dict):
            answer = answer if isinstance(answer, (tuple, list)) else (answer,)
            default = ["result"] if len(answer) == 1 else ["result%d" % place for place in range(len(answer))]
            answer = dict(zip(names or default, answer))
        told.append(answer)
    return pandas.DataFrame(told, columns=names or None)
"""
_WHOLE_FRAME = """

def azureml_main(dataframe1):
    answer = {function}(dataframe1)
    return answer.to_frame() if hasattr(answer, "to_frame") else answer
"""


@dataclass(frozen=True)
class Published:
    """A function ready to be published.

    takes_frame  it gets all rows at once as a frame, and gives one; else it is called row by row
    body         what a server's PUT takes (clients.md 1.4)
    """

    name: str
    takes_frame: bool
    inputs: Mapping[str, dict[str, str]]
    outputs: Mapping[str, dict[str, str]]
    body: dict[str, Any]


def bundled(
    function: Callable[..., Any], *, name: str | None = None, inputs: Mapping[str, Any] | None = None,
    outputs: Any = None, attachments: Sequence[str | Path] = (), environment: str = "default",
) -> Published:  # fmt: skip
    """A function as a code bundle.

    inputs       type by parameter, or by column for a function of a frame; else annotations, else the types of defaults
    outputs      a type, or type by column; else what the annotation says
    attachments  files that lie in `./Script Bundle` when it runs; Python files among them can be imported

    Types are int, float, bool, str, datetime and timedelta. Raises `usage`, and `0048` for an attachment.
    """
    files = [_attachment(Path(path)) for path in attachments]
    beside = frozenset(Path(each).stem for each, _ in files if each.endswith(".py"))
    source = source_of(function, beside)
    takes_frame = _takes_frame(function)
    taken = _inputs(function, inputs, takes_frame=takes_frame)
    given = _outputs(function, outputs, takes_frame=takes_frame)
    footer = _WHOLE_FRAME if takes_frame else _ROWS
    whole = [column for column, word in taken.items() if word["type"] == "integer"]
    ending = _filled(footer, wanted=list(taken), whole=whole, names=list(given), function=function.__name__)
    called = name if name is not None else function.__name__
    bundle = {
        "InputSchema": taken, "OutputSchema": given, "Language": PYTHON, "SourceCode": source + ending,
        "Environment": environment,
    } | ({"ZipContents": base64.b64encode(zipped(files)).decode()} if files else {})  # fmt: skip
    description = inspect.cleandoc(function.__doc__ or "")
    body = {"Name": called, "Type": "Code", "Description": description, "CodeBundle": bundle}
    return Published(called, takes_frame, taken, given, body)


def _filled(template: str, **values: Any) -> str:
    """The template's `{name}` and `{name!r}`; all other braces are Python's."""

    def value(match: re.Match[str]) -> str:
        found = values[match[1]]
        return repr(found) if match[2] else str(found)

    return re.sub(r"\{(" + "|".join(values) + r")(!r)?\}", value, template)


def _attachment(path: Path) -> tuple[str, bytes]:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise BottegaError("input-too-large", input=path.name, size=path.stat().st_size, limit=_LARGEST_FILE)
        return path.name, path.read_bytes()
    except OSError as error:
        raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    found = list(inspect.signature(function).parameters.values())
    plain = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    for each in found:
        if each.kind not in plain:
            raise _misused(function, f"{each} takes any number of values or none by name; name each parameter")
    return found


def _takes_frame(function: Callable[..., Any]) -> bool:
    """Whether the one parameter is a frame, by its annotation."""
    found = list(inspect.signature(function).parameters.values())
    return len(found) == 1 and _is_frame(found[0].annotation)


def _is_frame(annotation: Any) -> bool:
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    return text.rpartition(".")[2] == _FRAME


def _inputs(
    function: Callable[..., Any], given: Mapping[str, Any] | None, *, takes_frame: bool
) -> dict[str, dict[str, str]]:
    told = dict(given or {})
    if takes_frame:
        if not told:
            raise _misused(function, "say which columns its frame has: inputs={'age': int, 'city': str}")
        return {str(name): _word(function, kind, name) for name, kind in told.items()}
    hints, found = _hints(function), {}
    for parameter in _parameters(function):
        kind = told.pop(parameter.name, hints.get(parameter.name))
        if kind is None and parameter.default not in (inspect.Parameter.empty, None):
            kind = type(parameter.default)
        if kind is None:
            raise _misused(
                function, f"say the type of {parameter.name}: def {function.__name__}({parameter.name}: float)"
            )
        found[parameter.name] = _word(function, kind, parameter.name)
    if told:
        raise _misused(function, f"inputs names {', '.join(told)}, and it has no such parameter")
    return found


def _outputs(function: Callable[..., Any], given: Any, *, takes_frame: bool) -> dict[str, dict[str, str]]:
    if isinstance(given, Mapping):
        return {str(name): _word(function, kind, name) for name, kind in given.items()}
    kind = given if given is not None else _hints(function).get("return")
    if kind in (None, Any) or takes_frame or _is_frame(kind) or typing.get_origin(kind) is dict or kind is dict:
        return {}
    if typing.get_origin(kind) is tuple and Ellipsis not in typing.get_args(kind):
        return {
            f"result{place}": _word(function, each, f"result{place}")
            for place, each in enumerate(typing.get_args(kind))
        }
    if kind in (tuple, list) or typing.get_origin(kind) in (tuple, list):
        return {}
    return {"result": _word(function, kind, "its result")}


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    """Annotations, as far as they can be made out."""
    try:
        return typing.get_type_hints(function)
    except (NameError, TypeError, AttributeError, SyntaxError):
        return {
            name: kind for name, kind in getattr(function, "__annotations__", {}).items() if not isinstance(kind, str)
        }


def _word(function: Callable[..., Any], kind: Any, name: object) -> dict[str, str]:
    """A type as bundles have it; one that may be None is that type, for any cell can be missing."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        rest = [each for each in typing.get_args(kind) if each is not type(None)]
        kind = rest[0] if len(rest) == 1 else kind
    if kind is None or kind not in _WORDS:
        known = ", ".join(each.__name__ for each in _WORDS)
        raise _misused(function, f"{name} is of type {getattr(kind, '__name__', kind)}; a service knows {known}")
    return dict(_WORDS[kind])


def _misused(function: Callable[..., Any], reason: str) -> BottegaError:
    return BottegaError("usage", reason=f"Function {function.__name__} cannot be published: {reason}")
