"""`/v1/import`: a file becomes an experiment of the workspace, in our format or in classic's."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.graph import classic, writing
from bottega.graph.classic import exported, python_versions, recognising
from bottega.sdk import catalogue
from bottega.server import api
from bottega.server.api import JSON, YAML, Told, operation
from bottega.server.context import context_of
from bottega.server.routes.v1.experiments import Experiment, create_experiment, told
from bottega.server.studio import saving
from bottega.server.studio.assets import WorkspaceAssets

_TAG = "experiments"


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
    found = exported.find(body)
    if found is None:
        return create_experiment(request, body)
    workspace = context_of(request).workspace
    graph = recognising.renamed(found.graph, recognising.recognised(found.graph, catalogue.every()))
    experiment = classic.decode(
        graph, found.web_service, WorkspaceAssets(workspace), description=found.description,
        title=found.title or query.name.rpartition(".")[0] or query.name,
    )  # fmt: skip
    experiment, _ = python_versions.settled(experiment, found, graph)
    saving.bring_samples(workspace, experiment)
    made = workspace.experiments.create(
        writing.dumps(experiment), title=experiment.title, summary=experiment.description,
        client=classic.client_data(graph, found.web_service),
    )  # fmt: skip
    return told(made, {"location": f"/v1/experiments/{made.id}"})
