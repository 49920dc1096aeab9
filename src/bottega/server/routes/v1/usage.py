"""`/v1/used-by`: which experiments and web services hang on a dataset, a trained model or a transform."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct
from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.engine.saved import KINDS
from bottega.errors import BottegaError
from bottega.graph import reading
from bottega.sdk import catalogue
from bottega.server import api
from bottega.server.api import operation
from bottega.server.context import context_of
from bottega.server.errors import missing
from bottega.server.routes.v1._shapes import Name
from bottega.services.program import Program
from bottega.store.workspace import Workspace

_WORD = re.compile(r"[A-Za-z0-9]+")


class UsedByQuery(Struct, forbid_unknown_fields=True):
    """What is asked about: by its kind and the name that it has now."""

    kind: Literal["dataset", "trained-model", "transform"]
    name: Name


class Dependent(Struct):
    """An experiment, by its title, or a web service, by its name."""

    id: str
    title: str


class UsedBy(Struct):
    """Experiments that name it, and web services with a version in use that holds it."""

    experiments: list[Dependent]
    services: list[Dependent]


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/used-by", tag="workspace")
def get_used_by(request: Request, query: UsedByQuery) -> UsedBy:
    """What hangs on a dataset, a trained model or a transform."""
    workspace, module = context_of(request).workspace, f"saved-{query.kind}"
    kept = KINDS[module](workspace)
    found = kept.find(query.name)
    if found is None:
        raise missing(query.kind.replace("-", " "), query.name)
    digests = {each.output.digest for each in kept.versions(found.family)}
    experiments = [
        Dependent(each.id, each.title)
        for each in workspace.experiments.list()
        if _names(each.document, module, query.name)
    ]
    return UsedBy(experiments, _services(workspace, digests))


def _names(document: str, module: str, name: str) -> bool:
    """Whether a document has a node for it. Looking for a word of the name first spares reading nearly all documents."""
    if max(_WORD.findall(name), key=len, default="") not in document:
        return False
    try:
        nodes = reading.loads(document).experiment.nodes.values()
    except BottegaError:
        return False
    return any(name in node.parameters.values() and _is(node.module, module) for node in nodes)


def _is(spelling: str, module: str) -> bool:
    found = catalogue.find(spelling)
    return found is not None and found.name == module


def _services(workspace: Workspace, digests: set[str]) -> list[Dependent]:
    """Services of which an endpoint has one of these files, in its version or put in its place since."""
    users = []
    for service in workspace.services.list():
        endpoints = workspace.services.endpoints(service.id)
        held = {str(each["digest"]) for endpoint in endpoints for each in endpoint.resources.values()}
        for number in {endpoint.version for endpoint in endpoints}:
            held |= Program.loads(workspace.services.version(service.id, number).program).digests()
        if held & digests:
            users.append(Dependent(service.id, service.name))
    return users
