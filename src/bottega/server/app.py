"""The application: every route file's routes behind one edge."""

from __future__ import annotations

import importlib
import pkgutil

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bottega.errors import BottegaError
from bottega.server import routes
from bottega.server.context import Context
from bottega.server.edge import Edge
from bottega.server.errors import HttpError, answer
from bottega.server.paths import TidyPaths
from bottega.services.errors import ServiceError


def create_app(context: Context) -> Starlette:
    """The whole server for a context, which its caller closes."""
    handlers = dict.fromkeys((HTTPException, HttpError, BottegaError, ServiceError), _answer)

    app = Starlette(
        routes=collected(),
        middleware=[Middleware(Edge, metrics=context.metrics), Middleware(TidyPaths)],
        exception_handlers=handlers,
    )
    app.router.redirect_slashes = False
    app.state.context = context
    return app


def collected() -> list[BaseRoute]:
    """The routes of all files below `server/routes`; calls of web services first, for they are the most."""
    found = pkgutil.walk_packages(routes.__path__, f"{routes.__name__}.")
    plain = [each.name for each in found if not each.name.rpartition(".")[2].startswith("_")]
    names = sorted(plain, key=lambda name: (not name.endswith(".scoring"), name))
    modules = [importlib.import_module(name) for name in names]
    return [route for module in modules if hasattr(module, "routes") for route in module.routes()]


async def _answer(request: Request, error: Exception) -> Response:
    return answer(request, error)
