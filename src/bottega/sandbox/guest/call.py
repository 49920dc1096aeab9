"""The rules by which a script's entry function is called, and its return value read."""

from __future__ import annotations

import inspect
from typing import Any

from .failure import JobError

ENTRY = "azureml_main"
_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def parameters(function: Any) -> list[inspect.Parameter] | None:
    """The parameters of the entry function; None for a callable that does not tell."""
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None


def arguments(
    parameters: list[inspect.Parameter] | None, frames: list[Any], mapping: str
) -> tuple[list[Any], dict[str, Any]]:
    """Positional and keyword arguments for the entry function with these parameters.

    frames   one entry a data port, None where nothing is connected
    mapping  "connected": the connected ports in order; "slots": each port its own
             parameter, None for a gap

    A parameter without default that no port feeds gets None. More tables than
    parameters is an error.
    """
    given = [frame for frame in frames if frame is not None] if mapping == "connected" else list(frames)
    while given and given[-1] is None:
        given.pop()
    if parameters is None:
        return given, {}
    positional = [parameter for parameter in parameters if parameter.kind in _POSITIONAL]
    takes_any = any(parameter.kind is inspect.Parameter.VAR_POSITIONAL for parameter in parameters)
    if len(given) > len(positional) and not takes_any:
        raise JobError("0085", "CallError", _too_many(len(given), len(positional), mapping))
    for parameter in positional[len(given) :]:
        if parameter.default is not inspect.Parameter.empty:
            break
        given.append(None)
    named = {
        parameter.name: None
        for parameter in parameters
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and parameter.default is inspect.Parameter.empty
    }
    return given, named


def _too_many(given: int, taken: int, mapping: str) -> str:
    if mapping == "slots":
        tables = f"port {given} is connected and each port is its own parameter"
    else:
        tables = f"{given} data port{'s are' if given > 1 else ' is'} connected"
    takes = "no parameters" if not taken else f"{taken} parameter" + ("s" if taken > 1 else "")
    return (
        f"{tables[:1].upper()}{tables[1:]}, but {ENTRY} takes {takes}. "
        f"Give {ENTRY} a parameter for each table, or disconnect one."
    )


def frames(returned: Any, frame_type: type, notes: list[str]) -> tuple[Any, Any]:
    """The first and the second frame that a script returned; None where there is none.

    A bare frame, or frames in a tuple, list or NumPy array of objects. Nothing at all is
    an empty result with a note; a first element that is no frame is an error.
    """
    if isinstance(returned, frame_type):
        return returned, None
    elements = _elements(returned)
    if inspect.iscoroutine(returned):
        returned.close()  # else Python warns that nobody awaited it
    if elements is None:
        raise JobError("0085", "ReturnError", _not_a_frame(f"returned a value of type {_type(returned)}"))
    if not elements or elements[0] is None:
        notes.append(f"{ENTRY} returned nothing; the result is an empty table.")
        first = None
    elif isinstance(elements[0], frame_type):
        first = elements[0]
    else:
        what = f"returned a sequence whose first element is of type {_type(elements[0])}"
        raise JobError("0085", "ReturnError", _not_a_frame(what))
    second = elements[1] if len(elements) > 1 and isinstance(elements[1], frame_type) else None
    ignored = [element for element in elements[1 if second is None else 2 :] if element is not None]
    if ignored:
        kinds = ", ".join(_type(element) for element in ignored[:3])
        notes.append(f"{ENTRY} returned {len(ignored)} more element(s) ({kinds}) that no port takes; they are ignored.")
    return first, second


def _elements(returned: Any) -> list[Any] | None:
    if returned is None:
        return []
    if isinstance(returned, (tuple, list)):
        return list(returned)
    if type(returned).__module__ == "numpy" and getattr(returned, "ndim", None) == 1 and returned.dtype.kind == "O":
        return list(returned)
    return None


def _not_a_frame(what: str) -> str:
    return f"{ENTRY} {what}; it must return a pandas.DataFrame, or a tuple with one first: `return dataframe1,`."


def _type(value: Any) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
