"""JSON as old clients send it, and answers as they read them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

from bottega.server.bodies import body
from bottega.server.errors import HttpError

if TYPE_CHECKING:
    from starlette.requests import Request

_MEDIA = "application/json; charset=utf-8"
# What .NET's reader takes at most, in characters (clients.md 0, rule 7), and who reads with it.
_LONGEST_LIST = 2_097_152
_DOTNET = "dotnetsdk"
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(msgspec.json.encode(value), status, {"cache-control": "no-store", **(headers or {})}, _MEDIA)


def listed(request: Request, items: Sequence[Any]) -> Response:
    """A list; for clients that read with .NET no more of it than that can take."""
    if _DOTNET not in request.headers.get("x-aml-sdk", "").lower():
        return answer(items)
    taken, room = [], _LONGEST_LIST - 2
    for item in items:
        text = msgspec.json.encode(item)
        room -= len(text) + 1
        if room <= 0:
            break
        taken.append(msgspec.Raw(text))
    return answer(taken)


async def read(request: Request, most: int | None = None) -> Any:
    """The JSON of a body of any content type; None of an empty one. Raises HttpError 400.

    PowerShell puts text into its JSON as it is (clients.md 4): line ends within strings are let pass.
    """
    data = await body(request, most)
    if not data.strip():
        return None
    try:
        value = json.loads(data.decode("utf-8-sig"), strict=False)
        if _SURROGATE.search(data):
            json.dumps(value, ensure_ascii=False).encode()  # halves of pairs are no text, wherever they stand
    except (ValueError, RecursionError) as error:
        raise HttpError(400, message=f"The body is no JSON that can be read: {error}"[:300]) from error
    return value


async def read_object(request: Request, most: int | None = None) -> dict[str, Any]:
    """The same, where it has to be an object. Raises HttpError 400."""
    value = await read(request, most)
    if not isinstance(value, dict):
        raise HttpError(400, message="The body has to be a JSON object.")
    return value


def text(fields: Mapping[str, Any], *names: str, default: str = "") -> str:
    """A field that is text, by the first of its names that is there in any capitals; null is the default.

    Raises HttpError 400 for another type.
    """
    folded = {name.lower(): value for name, value in fields.items()}
    value = next((folded[name.lower()] for name in names if folded.get(name.lower()) is not None), default)
    if not isinstance(value, str):
        raise HttpError(400, message=f"{names[0]} has to be text.")
    return value
