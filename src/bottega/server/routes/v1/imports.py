"""`/v1/import`: a file becomes an experiment of the workspace, in our format or in classic's."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.errors import BottegaError
from bottega.graph import classic, writing
from bottega.server import api
from bottega.server.api import JSON, YAML, Told, operation
from bottega.server.context import context_of
from bottega.server.routes.v1.experiments import Experiment, create_experiment, told
from bottega.server.studio import saving
from bottega.server.studio.assets import WorkspaceAssets

_TAG = "experiments"
_GRAPHS = ("ExperimentGraph", "Graph")


class ImportQuery(Struct, forbid_unknown_fields=True):
    """What the file is called: the title of a graph of classic's, which has none itself."""

    name: Annotated[str, Meta(max_length=255)] = ""


def routes() -> list[BaseRoute]:
    """One."""
    return [*api.routes(api.operations(globals()))]


@operation("POST", "/v1/import", tag=_TAG, status=201, accepts=(YAML, JSON, "text/plain"))
def import_experiment(request: Request, body: str, query: ImportQuery) -> Told[Experiment]:
    """Keep the experiment of a file.

    An experiment file in YAML or JSON, or what the classic Studio exported: an experiment's JSON, or its graph alone.
    """
    fields = _classic(body)
    if fields is None:
        return create_experiment(request, body)
    workspace = context_of(request).workspace
    graph = next((fields[name] for name in _GRAPHS if name in fields), fields)
    service = fields.get("WebService")
    title = fields.get("Description") or query.name.rpartition(".")[0] or query.name
    experiment = classic.decode(
        graph, service, WorkspaceAssets(workspace), title=title, description=fields.get("Summary") or ""
    )
    saving.bring_samples(workspace, experiment)
    made = workspace.experiments.create(
        writing.dumps(experiment), title=experiment.title, summary=experiment.description,
        client=classic.client_data(graph, service),
    )  # fmt: skip
    return told(made, {"location": f"/v1/experiments/{made.id}"})


def _classic(body: str) -> dict[str, Any] | None:
    """Classic's JSON; None where the file is anything else. Raises `experiment-invalid` where it is broken off."""
    text = body.lstrip("\ufeff \t\r\n")
    if not text.startswith("{"):
        return None
    try:
        tree = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        if any(f'"{name}"' in text for name in ("ModuleNodes", *_GRAPHS)):
            raise BottegaError("experiment-invalid", path="the file", line=None, reason=str(error)) from error
        return None
    is_classic = isinstance(tree, dict) and any(name in tree for name in ("ModuleNodes", *_GRAPHS))
    return tree if is_classic else None
