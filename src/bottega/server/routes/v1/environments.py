"""`/v1/environments`: what scripts run in, looked at, made, made anew and removed; builds, and the Pythons to build on.

What is made here takes packages of the index by name, as wheels: no code of a package runs. The rest is for the
server's command line (`bottega environment`).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NoReturn

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bottega.engine import environment_use
from bottega.errors import BottegaError, describe
from bottega.sandbox.host import environment as environments
from bottega.sandbox.host import interpreter, recipe, shipped
from bottega.sandbox.host.environment import BOTTEGA, DEFAULT, SHIPPED
from bottega.server import api, building, requirements
from bottega.server.api import Told, operation
from bottega.server.building import builds_of
from bottega.server.context import context_of
from bottega.server.errors import Detail, HttpError, missing
from bottega.server.routes.v1 import _environments as shapes
from bottega.server.routes.v1._environments import (
    Environment,
    EnvironmentBuild,
    EnvironmentSummary,
    EnvironmentUpdate,
    EnvironmentUse,
    NewEnvironment,
    PythonFound,
)
from bottega.server.routes.v1._shapes import Name

_TAG = "environments"
_NEEDED = (DEFAULT, BOTTEGA)  # the server itself works with them
_MOST_NAMED = 10
_PROGRAM = re.compile(r"python[0-9.]*")
_VERSION = re.compile(r"[23]\.[0-9]{1,2}(?:\.[0-9]{1,2})?")


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/environments", tag=_TAG)
def list_environments(request: Request) -> list[EnvironmentSummary]:
    """All environments by name: built ones, those that come with Bottega, and those on their way."""
    newest = builds_of(request).newest()
    names = {*environments.names(), *SHIPPED, *(name for name, each in newest.items() if _is_told(each))}
    return [shapes.summary(name, environments.find(name), newest.get(name)) for name in sorted(names)]


@operation("GET", "/v1/environments/{name}", tag=_TAG)
def get_environment(request: Request, name: Name) -> Environment:
    """One environment with its packages."""
    found, newest = _find(name), builds_of(request).newest().get(name)
    if found is None and name not in SHIPPED and (newest is None or not _is_told(newest)):
        raise missing("environment", name)
    return shapes.environment(name, found, newest)


@operation("GET", "/v1/environments/{name}/users", tag=_TAG)
def list_environment_users(request: Request, name: Name) -> list[EnvironmentUse]:
    """The experiments, web services and endpoints of this workspace that run in it."""
    return _users(request, name)


@operation("GET", "/v1/environments/{name}/lock", tag=_TAG, gives="text/plain")
def get_environment_lock(name: Name) -> Response:
    """The exact packages, with hashes unless it is registered, from which it can be made elsewhere."""
    headers = {"content-disposition": f'attachment; filename="{name}.lock"', "cache-control": "no-store"}
    return Response(recipe.lock_text(_got(name)), headers=headers, media_type="text/plain")


@operation("POST", "/v1/environments", tag=_TAG, status=202)
def create_environment(request: Request, body: NewEnvironment) -> Told[EnvironmentBuild]:
    """Make an environment, now or when its turn comes; the answer is its build."""
    _check_name(body.name)
    if body.name in SHIPPED:
        make = _shipped(body)
    elif _find(body.name) is not None:
        _refuse("body.name", f"There is an environment {body.name} already; update it, or choose another name.", 409)
    else:
        make = _made(request, body)
    wish = building.Wish(body.requirements, body.python, body.compatibility)
    return _begun(builds_of(request).begin(body.name, "create", make, wish))


@operation("POST", "/v1/environments/{name}/update", tag=_TAG, status=202)
def update_environment(request: Request, name: Name, body: EnvironmentUpdate) -> Told[EnvironmentBuild]:
    """Resolve the packages of an environment anew, or others for it; what is published with it keeps its own.

    A registered one is looked at anew, and one that comes with Bottega becomes what this Bottega has.
    """
    found = _got(name)
    if body.requirements is not None:
        if found.kind == "registered" or name in SHIPPED:
            what = "comes with Bottega" if name in SHIPPED else "is an interpreter that is used as it is"
            raise HttpError(409, message=f"The environment {name} {what}; its packages cannot be chosen here.")
        requirements.check(body.requirements)
    if environments.named(name).get("from_source"):
        how = f"`bottega environment update {name}` does it on the server's command line"
        raise HttpError(
            409, message=f"Packages of {name} are built by their own code, which is not done from here; {how}."
        )
    wish = building.Wish(body.requirements or "")
    return _begun(builds_of(request).begin(name, "update", _updated(name, body.requirements), wish))


@operation("DELETE", "/v1/environments/{name}", tag=_TAG, status=204)
def remove_environment(request: Request, name: Name) -> None:
    """Remove an environment that nobody uses; one that comes with Bottega can be built again."""
    _got(name)
    if name in _NEEDED:
        raise HttpError(409, message=f"The environment {name} cannot be removed: Bottega itself works with it.")
    newest = builds_of(request).newest().get(name)
    if newest is not None and newest.is_active:
        raise HttpError(409, message=f"The environment {name} is being built; cancel that first.")
    users = _users(request, name)
    if users:
        told = ", ".join(f"{each.kind} {each.title or each.id}" for each in users[:_MOST_NAMED])
        more = f" and {len(users) - _MOST_NAMED} more" if len(users) > _MOST_NAMED else ""
        details = tuple(Detail("environment-used", f"{each.kind} {each.id}", each.title) for each in users[:100])
        raise HttpError(409, message=f"The environment {name} is used by {told}{more}.", details=details)
    recipe.remove(name)
    builds_of(request).forget(name)


@operation("GET", "/v1/builds", tag=_TAG)
def list_builds(request: Request) -> list[EnvironmentBuild]:
    """The builds of environments that this server was asked for, newest first."""
    return [shapes.build(each) for each in builds_of(request).all()]


@operation("GET", "/v1/builds/{build}", tag=_TAG)
def get_build(request: Request, build: Name) -> EnvironmentBuild:
    """One build."""
    return shapes.build(builds_of(request).get(build))


@operation("DELETE", "/v1/builds/{build}", tag=_TAG)
def end_build(request: Request, build: Name) -> EnvironmentBuild:
    """Cancel a build, which leaves nothing half-made; forget one that is over."""
    return shapes.build(builds_of(request).end(build))


@operation("GET", "/v1/pythons", tag=_TAG)
def list_pythons() -> list[PythonFound]:
    """The Pythons of the server that an environment can be built on, newest first."""
    own = interpreter.base().version
    return [PythonFound(each, each == own) for each in dict.fromkeys(each.version for each in interpreter.found())]


def _shipped(wish: NewEnvironment) -> building.Make:
    if wish.requirements.strip() or wish.python is not None or wish.compatibility:
        _refuse("body.name", f"The environment {wish.name} comes with Bottega as it is; choose another name.")
    return lambda tell, cancelled: shipped.ensure(wish.name, tell, cancelled)


def _made(request: Request, wish: NewEnvironment) -> building.Make:
    path = _path(request, wish.python)
    if path is not None and not wish.requirements.strip():
        return lambda tell, _: recipe.register(wish.name, path, tell, compatibility=wish.compatibility)
    requirements.check(wish.requirements)
    wanted = recipe.Recipe(wish.name, wish.requirements, wish.python, compatibility=wish.compatibility)
    return lambda tell, cancelled: recipe.make(wanted, tell, cancelled)


def _updated(name: str, wanted: str | None) -> building.Make:
    return lambda tell, cancelled: recipe.update(name, tell, cancelled, requirements=wanted)


def _path(request: Request, python: str | None) -> Path | None:
    """The interpreter that is named by its path; None where a version is, or nothing."""
    if python is None or _VERSION.fullmatch(python):
        return None
    if not python.startswith("/") or "\0" in python:
        _refuse("body.python", "Name a version, such as 3.12, or the whole path of an interpreter.")
    if not context_of(request).workspace.settings.get("allow_local_files"):
        reason = "The workspace does not allow files of the server, so no interpreter can be named by its path."
        _refuse("body.python", reason, 403)
    if not _PROGRAM.fullmatch(Path(python).name):
        _refuse("body.python", "The path has to lead to an interpreter called python, python3 or the like.")
    return Path(python)


def _check_name(name: str) -> None:
    try:
        environments.check_name(name)
    except BottegaError as error:
        _refuse("body.name", describe(error))


def _refuse(where: str, message: str, status: int = 400) -> NoReturn:
    raise HttpError(status, message=message, details=(Detail("environment-invalid", where, message),))


def _find(name: str) -> environments.Environment | None:
    """By a name that may be none."""
    return environments.find(name) if name in environments.names() else None


def _got(name: str) -> environments.Environment:
    found = _find(name)
    if found is None:
        raise missing("environment", name)
    return found


def _users(request: Request, name: str) -> list[EnvironmentUse]:
    found = environment_use.users(context_of(request).workspace, name)
    return [EnvironmentUse(each.kind, each.id, each.title) for each in found]


def _is_told(build: building.Build) -> bool:
    """Whether an environment that is not there is spoken of: somebody waits for it, or learns why it is not."""
    return build.is_active or build.state == "failed"


def _begun(build: building.Build) -> Told[EnvironmentBuild]:
    return Told(shapes.build(build), {"location": f"/v1/builds/{build.id}"})
