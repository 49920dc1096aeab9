"""From an experiment to a web service (clients.md 4: New-AmlWebService, Export-AmlWebServiceDefinition)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool

from bottega.graph import reading
from bottega.server.context import base_url, context_of
from bottega.server.errors import HttpError
from bottega.server.routes.studio._guarded import flag, guarded
from bottega.server.studio import drafts, experiments
from bottega.server.studio.jsons import answer
from bottega.server.studio.state import studio_of
from bottega.server.studio.wire import ExperimentId
from bottega.services import swagger
from bottega.services.compile import compile  # noqa: A004 - what it is called there
from bottega.services.publish import Published, publish
from bottega.store.naming import new_id
from bottega.store.records import Status

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from bottega.store.records import Run, StoredExperiment
    from bottega.store.workspace import Workspace


def routes() -> list[BaseRoute]:
    """Publishing is an activity, asked after under its own id."""
    return [
        guarded("/experiments/{experiment}/webservice", _publish, "POST"),
        guarded("/experiments/{activity}/webservice", _published),
        guarded("/experiments/{experiment}/webservicedefinition", _definition),
    ]


async def _publish(request: Request) -> Response:
    """Begin; the experiment has to have finished as it stands. Another service each time, unless one is to be updated."""
    workspace, given = context_of(request).workspace, ExperimentId.parse(request.path_params["experiment"])
    stored, run = await run_in_threadpool(_finished, workspace, given)
    existing = flag(request, "updateExistingWebService")

    there = await run_in_threadpool(_service_of, workspace, stored) if existing else None
    service = there or new_id()

    def work() -> Published:
        return publish(workspace, reading.loads(stored.document).experiment, run, service_id=service)

    activity = studio_of(request).activities.start(work)
    return answer({"ActivityId": activity, "WebServiceGroupId": service, "EndpointId": None, "Status": "Pending"})


async def _published(request: Request) -> Response:
    """How it stands. What went wrong is an error: clients that poll know no other end than `Completed`."""
    activity = request.path_params["activity"]
    found = await studio_of(request).activities.settled(activity, Published)
    told = {"ActivityId": activity, "WebServiceGroupId": None, "EndpointId": None, "Status": "Pending"}
    if found is not None:
        told |= {"WebServiceGroupId": found.service.id, "EndpointId": found.endpoint.id, "Status": "Completed"}
    return answer(told)


async def _definition(request: Request) -> Response:
    """What would be published, as JSON that clients keep and do not look into."""
    workspace, given = context_of(request).workspace, ExperimentId.parse(request.path_params["experiment"])
    where = urlsplit(base_url(request))

    def told() -> dict[str, Any]:
        stored, run = _finished(workspace, given)
        program = compile(reading.loads(stored.document).experiment, run, workspace)
        described = swagger.document(
            program, host=where.netloc, scheme=where.scheme, workspace_id=workspace.id, endpoint_id=stored.id
        )
        names = swagger.item_names(program)
        return {
            "name": stored.title,
            "properties": {
                "title": stored.title,
                "description": stored.summary,
                "packageType": "Graph",
                "input": {name: described["definitions"][item] for name, item in names[0].items()},
                "output": {name: described["definitions"][item] for name, item in names[1].items()},
                "parameters": {each.name: swagger.parameter_schema(each) for each in program.parameters},
                "package": {"document": program.document},
            },
        }

    return answer(await run_in_threadpool(told))


def _finished(workspace: Workspace, given: ExperimentId) -> tuple[StoredExperiment, Run]:
    """An experiment and its newest run, which has finished. Raises HttpError 400 where it has not."""
    stored = drafts.find(workspace, given)
    run = experiments.last_run(workspace, stored)
    if run is None or run.status != Status.FINISHED or stored.status != Status.FINISHED:
        state = run.status if run is not None and stored.status == run.status else "a draft"
        raise HttpError(400, message=f"{stored.title or 'The experiment'} is {state}; run it to its end first.")
    return stored, run


def _service_of(workspace: Workspace, stored: StoredExperiment) -> str | None:
    """The newest service that was published from an experiment."""
    found = [each for each in workspace.services.list() if each.experiment == stored.id]
    return max(found, key=lambda each: each.created).id if found else None
