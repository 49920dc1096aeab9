"""What runs elsewhere: a script with its inputs, a table in a notebook, a whole experiment as plain Python."""

from __future__ import annotations

import re
from typing import BinaryIO, Literal

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bottega.engine import place
from bottega.engine.prepared import prepare
from bottega.graph import topology
from bottega.sdk import catalogue
from bottega.server import api, documents, parcels
from bottega.server.api import operation
from bottega.server.context import context_of
from bottega.server.errors import HttpError
from bottega.server.routes import downloads
from bottega.server.routes.v1 import _tables as tables
from bottega.server.routes.v1._shapes import Name
from bottega.server.routes.v1._steps import output_of, step_in
from bottega.server.routes.v1.experiments import find
from bottega.server.routes.v1.runs import record

_ZIP = "application/zip"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class ExportQuery(Struct, forbid_unknown_fields=True):
    """In which form; `to`: only this node and what it needs."""

    form: Literal["notebook", "script"] = "notebook"
    to: Name | None = None


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/runs/{run}/nodes/{node}/debug", tag="outputs", gives=_ZIP)
def debug_node(request: Request, run: Name, node: Name) -> Response:
    """A script with the inputs that it had in a run and what calls it: a zip to be opened in any IDE."""
    found = record(request, run)
    step_in(request, found, node)
    document = documents.experiment(found.document)
    ready = prepare(document, [node]).nodes[node]
    if ready.spec.guest != "script":
        raise HttpError(400, message=f"Node {node} is a {ready.spec.title}; only scripts are debugged elsewhere.")
    outputs = {(step.node, output.port): output for step in found.steps for output in step.outputs}
    links = topology.links(document, catalogue.find)[node]
    missing = [f"{source}.{port}" for source, port in links.values() if (source, port) not in outputs]
    if missing:
        raise HttpError(
            409, message=f"What comes in from {missing[0]} is not part of this run; run up to {node} first."
        )
    inputs = {port: outputs[link] for port, link in links.items()}
    return _zip(parcels.script(context_of(request).workspace, ready, inputs), f"{node}-debug")


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
