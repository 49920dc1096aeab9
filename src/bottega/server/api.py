"""An HTTP API from typed functions: what a signature says is decoded, checked, answered and described.

A handler's parameters are, by name: those of its path; `query`, a struct; `body`, a struct for JSON, or `str`
for a document; `request`. What it returns is a struct or a list of them, None, or a `Response` of its own.
"""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Generic, TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bottega.server.auth import native_auth
from bottega.server.bodies import body as read_body
from bottega.server.errors import Detail, HttpError

JSON = "application/json"
YAML = "application/yaml"
_T = TypeVar("_T")
_F = TypeVar("_F", bound=Callable[..., Any])
_PARTS = re.compile(r"{(\w+)}")
_SCHEMA = "#/components/schemas/{name}"


@dataclass(frozen=True)
class Told(Generic[_T]):
    """An answer with headers of its own."""

    value: _T
    headers: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Operation:
    """One method of one path.

    accepts  media types of a body that is no JSON of ours
    gives    the media type of an answer that is none
    headers  request headers that mean something, by name, with what they mean
    is_public  for everybody; all else needs a token or a session
    """

    method: str
    path: str
    function: Callable[..., Any]
    status: int = 200
    tag: str = ""
    accepts: tuple[str, ...] = ()
    gives: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_public: bool = False

    @cached_property
    def hints(self) -> dict[str, Any]:
        """The function's types by name, with that of what it returns."""
        hints = typing.get_type_hints(self.function, include_extras=True)
        result = hints.get("return")
        return hints | {"return": typing.get_args(result)[0] if typing.get_origin(result) is Told else result}

    @property
    def places(self) -> list[str]:
        """The parameters of its path."""
        return _PARTS.findall(self.path)

    @property
    def answer(self) -> Any:
        """The type of what it tells as JSON; None where it tells none."""
        result = self.hints["return"]
        return (
            None
            if result in {None, type(None)} or (inspect.isclass(result) and issubclass(result, Response))
            else result
        )

    async def __call__(self, request: Request) -> Response:
        """Answer a request."""
        if not self.is_public:
            await native_auth(request)
        given = await self._given(request)
        if inspect.iscoroutinefunction(self.function):
            told = await self.function(**given)
        else:
            told = await run_in_threadpool(self.function, **given)
        headers: Mapping[str, str] = {}
        if isinstance(told, Told):
            told, headers = told.value, told.headers
        if isinstance(told, Response):
            return told
        if told is None:
            return Response(status_code=self.status, headers=dict(headers))
        data = await run_in_threadpool(msgspec.json.encode, told)
        return Response(data, self.status, dict(headers), JSON)

    async def _given(self, request: Request) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for name, kind in self.hints.items():
            if name == "request":
                given[name] = request
            elif name in self.places:
                given[name] = _checked(partial(msgspec.convert, request.path_params[name], kind, strict=False), name)
            elif name == "query":
                given[name] = _checked(
                    partial(msgspec.convert, dict(request.query_params), kind, strict=False), "query"
                )
            elif name == "body":
                given[name] = _decoded(await read_body(request), kind)
        return given


def operation(method: str, path: str, **more: Any) -> Callable[[_F], _F]:
    """Declare a function to be an operation; it stays an ordinary function. See `Operation`."""

    def declare(function: _F) -> _F:
        function.__operation__ = Operation(method, path, function, **more)  # type: ignore[attr-defined]
        return function

    return declare


def operations(module: Mapping[str, Any]) -> list[Operation]:
    """The operations that a module declares, given its `globals()`."""
    return [each.__operation__ for each in module.values() if hasattr(each, "__operation__")]


def routes(declared: Iterable[Operation]) -> list[Route]:
    """One route a path, so that a wrong method is told the right ones."""
    by_path: dict[str, dict[str, Operation]] = {}
    for each in declared:
        by_path.setdefault(each.path, {})[each.method] = each
    return [_route(path, methods) for path, methods in by_path.items()]


def _route(path: str, methods: Mapping[str, Operation]) -> Route:
    async def answer(request: Request) -> Response:
        return await methods["GET" if request.method == "HEAD" else request.method](request)

    return Route(path, answer, methods=list(methods))


def _checked(convert: Callable[[], Any], where: str) -> Any:
    """What comes out of a conversion. Raises HttpError 400 with the place of what is wrong."""
    try:
        return convert()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message, _, place = str(error).partition(" - at `")
        target = f"{where}{place.rstrip('`').removeprefix('$')}"
        detail = Detail("request-invalid", target, message)
        raise HttpError(
            400, message=f"The request is not valid: {message} (at {target}).", details=(detail,)
        ) from error


def _decoded(data: bytes, kind: Any) -> Any:
    if kind is str:
        return _checked(lambda: data.decode("utf-8-sig"), "body")
    return _checked(lambda: msgspec.json.decode(data or b"{}", type=kind), "body")
