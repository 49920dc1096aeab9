"""`/v1/openapi.json`: the native API's own description."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bottega.server import api, openapi
from bottega.server.api import Operation
from bottega.server.context import base_url
from bottega.server.routes import v1


def routes() -> list[BaseRoute]:
    """One, which needs no token."""
    return [Route("/v1/openapi.json", _document)]


async def _document(request: Request) -> Response:
    return JSONResponse(openapi.document(declared(), base_url(request)))


@cache
def declared() -> tuple[Operation, ...]:
    """The operations of all files beside this one."""
    names = sorted(each.name for each in pkgutil.iter_modules(v1.__path__, f"{v1.__name__}."))
    modules = [importlib.import_module(name) for name in names]
    return tuple(dict.fromkeys(each for module in modules for each in api.operations(vars(module))))
