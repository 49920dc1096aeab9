"""What runs elsewhere or under a debugger: a script with its inputs, a table in a notebook, an experiment as Python."""

from __future__ import annotations

import re
from typing import BinaryIO, Literal

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bottega.engine import debugging, look, place
from bottega.engine.prepared import Ready, prepare
from bottega.errors import BottegaError, sentence
from bottega.sandbox.host.variables import Frame
from bottega.server import api, documents, parcels
from bottega.server.api import operation
from bottega.server.context import context_of
from bottega.server.debuggers import DebuggerSession, debuggers_of
from bottega.server.errors import HttpError, missing
from bottega.server.routes import downloads
from bottega.server.routes.v1 import _tables as tables
from bottega.server.routes.v1._shapes import Name
from bottega.server.routes.v1._steps import output_of, step_in, step_of
from bottega.server.routes.v1.experiments import find
from bottega.server.routes.v1.runs import record
from bottega.store import records

_ZIP = "application/zip"
_DEBUGGER = "/v1/runs/{run}/nodes/{node}/debugger"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class ExportQuery(Struct, forbid_unknown_fields=True):
    """In which form; `to`: only this node and what it needs."""

    form: Literal["notebook", "script"] = "notebook"
    to: Name | None = None


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/runs/{run}/nodes/{node}/variables", tag="outputs")
def get_variables(request: Request, run: Name, node: Name) -> list[Frame]:
    """What the variables of a script held when it failed, the innermost frame first; tables by their first rows."""
    frames = look.variables(context_of(request).workspace, step_of(request, run, node))
    if frames is None:
        raise missing("record of variables", f"of {node} in run {run}")
    return frames


@operation("GET", "/v1/runs/{run}/nodes/{node}/debug", tag="outputs", gives=_ZIP)
def debug_node(request: Request, run: Name, node: Name) -> Response:
    """What gives a script's results again elsewhere: the script, its exact inputs, its packages and one command; a zip."""
    found, ready, _ = _script(request, run, node)
    return _zip(parcels.script(context_of(request).workspace, found, ready), f"{node}-reproduce")


@operation("POST", _DEBUGGER, tag="outputs", status=201)
def start_debugger(request: Request, run: Name, node: Name) -> DebuggerSession:
    """Let a script wait, in its jail and with what came in at it, for an editor that attaches; one a node of a run.

    It ends after a quarter of an hour in which nothing moves, and after an hour in any case.
    """
    found, ready, inputs = _script(request, run, node)
    return debuggers_of(request).start(found.id, found.experiment, ready, inputs)


@operation("GET", _DEBUGGER, tag="outputs")
def get_debugger(request: Request, run: Name, node: Name) -> DebuggerSession:
    """How the debugger of a script stands."""
    session = debuggers_of(request).get(run, node)
    if session is None:
        raise missing("debugger", f"of {node} in run {run}")
    return session


@operation("DELETE", _DEBUGGER, tag="outputs", status=204)
def end_debugger(request: Request, run: Name, node: Name) -> None:
    """End the debugger of a script, and the script with it."""
    if not debuggers_of(request).end(run, node):
        raise missing("debugger", f"of {node} in run {run}")


def _script(request: Request, run: str, node: str) -> tuple[records.Run, Ready, dict[str, records.Output]]:
    """A script of a run with what came in at it then. Raises HttpError for what is none, and where that is not known."""
    found = record(request, run)
    step_in(request, found, node)
    ready = prepare(documents.experiment(found.document), [node]).nodes[node]
    if ready.spec.guest != "script":
        raise HttpError(400, message=f"Node {node} is a {ready.spec.title}; only scripts are debugged.")
    try:
        return found, ready, debugging.inputs_in(found, ready)
    except BottegaError as error:
        raise HttpError(409, message=sentence(error)) from error


@operation("GET", "/v1/runs/{run}/outputs/{node}/{port}/notebook", tag="outputs", gives=_ZIP)
def open_in_notebook(request: Request, run: Name, node: Name, port: Name) -> Response:
    """A table as a parquet file with a notebook that reads it, in a zip."""
    output = output_of(request, run, node, port)
    name = f"{node}-{port}"
    workspace = context_of(request).workspace
    return _zip(parcels.notebook(workspace, tables.table(request, output), name), name)


@operation("GET", "/v1/experiments/{experiment}/export", tag="experiments", gives=_ZIP)
def export_experiment(request: Request, experiment: Name, query: ExportQuery) -> Response:
    """An experiment as plain Python that calls its modules one by one, with its inputs: a zip."""
    found, workspace = find(request, experiment), context_of(request).workspace
    document = documents.experiment(found.document)
    prepared = prepare(document, [query.to] if query.to else [])
    outside = place.outside(workspace.folder.parent, workspace)
    name = _UNSAFE.sub("_", found.title).strip("_.")[:60] or "experiment"
    return _zip(parcels.program(workspace, prepared, document, outside, form=query.form, name=name), name)


def _zip(file: BinaryIO, name: str) -> Response:
    return downloads.whole(file, {"content-disposition": f'attachment; filename="{name}.zip"'}, _ZIP)
