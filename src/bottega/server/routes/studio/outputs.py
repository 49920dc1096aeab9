"""What came out of the nodes of an experiment, and what they printed (clients.md 1, row 8; 4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from bottega.sdk.ports import PortType
from bottega.server.context import context_of
from bottega.server.routes.downloads import file_link, table_link
from bottega.server.routes.studio._guarded import viewed
from bottega.server.studio import drafts, experiments, outputs, views
from bottega.server.studio.jsons import answer
from bottega.server.studio.state import studio_of
from bottega.server.studio.wire import ExperimentId

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from bottega.store.records import Output, Step

_EXPERIMENT = "/experiments/{experiment}"


def routes() -> list[BaseRoute]:
    """All of them of the experiment's newest run."""
    return [
        viewed(f"{_EXPERIMENT}/outputdata/{{node}}/{{port}}", _data),
        viewed(f"{_EXPERIMENT}/visualizationdata/{{node}}/{{port}}", _visualization),
        viewed(f"{_EXPERIMENT}/outputschema/{{node}}/{{port}}", _schema),
        viewed(f"{_EXPERIMENT}/standardout/{{node}}", _printed),
        viewed(f"{_EXPERIMENT}/standarderror/{{node}}", _failed),
        viewed(f"{_EXPERIMENT}/errorlog/{{node}}", _failed),
    ]


async def _data(request: Request) -> Response:
    """A table as CSV, anything else as it is: at an address of its own, which the client is sent to."""
    step, output = await run_in_threadpool(_output, request)
    link = table_link if output.type == PortType.TABLE else file_link
    return RedirectResponse(str(link(request, output.digest, outputs.file_name(step, output))), 302)


async def _visualization(request: Request) -> Response:
    workspace, studio = context_of(request).workspace, studio_of(request)

    def told() -> dict[str, Any]:
        return views.of_output(workspace, _output(request)[1])

    return answer(await studio.parse(told))


async def _schema(request: Request) -> Response:
    _, output = await run_in_threadpool(_output, request)
    return answer(views.schema(output.columns))


async def _printed(request: Request) -> Response:
    """What a node printed."""
    step = await run_in_threadpool(_step, request)
    return _text("\n".join(part for part in (step.log, *step.notes) if part))


async def _failed(request: Request) -> Response:
    """What went wrong in a node: nothing where nothing did."""
    step = await run_in_threadpool(_step, request)
    error = step.error or {}
    number = f"Error {error['code']}: " if str(error.get("code", "")).isdigit() else ""
    head = f"{number}{error['message']}" if error else ""
    return _text("\n".join(part for part in (head, error.get("traceback") or "") if part))


def _text(told: str) -> Response:
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return Response(told.encode("utf-8", "replace"), media_type="text/plain; charset=utf-8", headers=headers)


def _step(request: Request) -> Step:
    workspace = context_of(request).workspace
    stored = drafts.find(workspace, ExperimentId.parse(request.path_params["experiment"]))
    return outputs.step_of(experiments.last_run(workspace, stored), request.path_params["node"])


def _output(request: Request) -> tuple[Step, Output]:
    step = _step(request)
    return step, outputs.output_of(step, request.path_params["port"])
