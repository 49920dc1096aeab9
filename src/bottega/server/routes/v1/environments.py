"""`/v1/environments`: what scripts run in."""

from __future__ import annotations

from msgspec import Struct
from starlette.routing import BaseRoute

from bottega.sandbox.host import environment as environments
from bottega.server import api
from bottega.server.api import operation
from bottega.server.errors import missing
from bottega.server.routes.v1._shapes import Name

_TAG = "environments"


class EnvironmentSummary(Struct):
    """An environment that is built; `digest` names its lock and its Python."""

    name: str
    digest: str
    python: str


class Environment(EnvironmentSummary):
    """One with the versions of its packages."""

    packages: dict[str, str]


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/environments", tag=_TAG)
def list_environments() -> list[EnvironmentSummary]:
    """The environments that are built, by name."""
    found = [environments.find(name) for name in environments.names()]
    return [EnvironmentSummary(each.name, each.digest, each.interpreter.version) for each in found if each is not None]


@operation("GET", "/v1/environments/{name}", tag=_TAG)
def get_environment(name: Name) -> Environment:
    """One environment with its packages."""
    found = environments.find(name) if name in environments.names() else None
    if found is None:
        raise missing("environment", name)
    return Environment(found.name, found.digest, found.interpreter.version, dict(found.packages))
