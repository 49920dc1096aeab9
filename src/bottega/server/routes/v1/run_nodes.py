"""`/v1/runs/{run}/nodes/{node}/…`: what a node printed, drew, and why it ran."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bottega.engine import look, stored
from bottega.engine.why import compared
from bottega.graph import topology
from bottega.sdk import catalogue
from bottega.sdk.ports import PortType
from bottega.server import api, documents
from bottega.server.api import operation
from bottega.server.context import context_of
from bottega.server.errors import missing
from bottega.server.routes.v1 import _tables as tables
from bottega.server.routes.v1._shapes import Name
from bottega.server.routes.v1._steps import step_in, step_of
from bottega.server.routes.v1._tables import Picture
from bottega.server.routes.v1._why import Part, Why
from bottega.server.routes.v1.runs import record
from bottega.store.records import Step
from bottega.store.workspace import Workspace

_TAG = "outputs"
_PATH = "/v1/runs/{run}/nodes/{node}"
_IMAGES = {".png": "image/png", ".svg": "image/svg+xml"}
# A picture of a stranger's: opened by itself it is a document, which then may do nothing.
_HARMLESS = {
    "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "cache-control": "private, max-age=3600",
}


class Log(Struct):
    """What a node printed, and what it noted beside."""

    text: str
    notes: list[str]
    pictures: list[Picture]


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", f"{_PATH}/log", tag=_TAG)
def get_log(request: Request, run: Name, node: Name) -> Log:
    """What a node printed and drew. Of a reused result that is told where it was computed."""
    workspace = context_of(request).workspace
    text, notes, drawn = _told(workspace, step_of(request, run, node))
    return Log(text, notes, tables.pictures(request, drawn))


@operation("GET", f"{_PATH}/pictures/{{name}}", tag=_TAG, gives="image/*")
def get_picture(request: Request, run: Name, node: Name, name: Name) -> Response:
    """A picture that a node drew, by the name that its log tells."""
    workspace = context_of(request).workspace
    drawn = dict(_told(workspace, step_of(request, run, node))[2])
    media = _IMAGES.get(Path(name).suffix.lower())
    if name not in drawn or media is None:
        raise missing("picture", f"{name} of {node} in run {run}")
    return Response(stored.read(workspace, drawn[name]), headers=_HARMLESS, media_type=media)


@operation("GET", f"{_PATH}/why", tag=_TAG)
def get_why_then(request: Request, run: Name, node: Name) -> Why:
    """Why a node ran in a run, or was reused: its parts against those of its last result before."""
    found, workspace = record(request, run), context_of(request).workspace
    step = step_in(request, found, node)
    before = workspace.results.before(run, node)
    links = topology.links(documents.experiment(found.document), catalogue.find).get(node, {})
    lines = compared(step.parts, before[1].parts if before else None, links) if "inputs" in step.parts else []
    parts = [Part(line.part, line.changed, line.text) for line in lines]
    return Why(node, "reuse" if step.cached else "run", _reason(step, before), before and before[0], parts)


def _reason(step: Step, before: tuple[str, Step] | None) -> str:
    if step.because:
        return step.because
    if step.cached:
        same = before is not None and before[1].fingerprint == step.fingerprint
        return "nothing it depends on has changed" if same else "an earlier run had exactly this"
    if before is None:
        return "it had not run before"
    if not step.cacheable and step.fingerprint == before[1].fingerprint:
        return "it looks at the world outside each time"
    if step.fingerprint == before[1].fingerprint:
        return "nothing had changed, but its result was gone or a fresh run was asked for"
    return "something it depends on had changed"


def _told(workspace: Workspace, step: Step) -> tuple[str, list[str], list[tuple[str, str]]]:
    """Text, notes, and pictures by name and digest."""
    made = look.computed(workspace, step)
    device = next((each for each in made.outputs if each.type == PortType.DEVICE), None)
    text, found = look.device(workspace, device) if device is not None else (made.log, ())
    drawn = list(found) or [(each.name, each.digest) for each in made.pictures]
    return text, list(made.notes), drawn
