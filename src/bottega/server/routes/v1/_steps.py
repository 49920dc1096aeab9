"""Nodes of runs, and what came out of them."""

from __future__ import annotations

from starlette.requests import Request

from bottega.server import logs
from bottega.server.errors import missing
from bottega.server.routes.v1.runs import record
from bottega.store.records import Output, Run, Step


def step_of(request: Request, run: str, node: str) -> Step:
    """A node's step. Raises HttpError 404."""
    return step_in(request, record(request, run), node)


def step_in(request: Request, run: Run, node: str) -> Step:
    """The same of a run that is at hand."""
    found = next((step for step in run.steps if step.node == node), None)
    if found is None:
        raise missing("node", f"{node} in run {run.id}")
    logs.tell(request, node=node)
    return found


def output_of(request: Request, run: str, node: str, port: str) -> Output:
    """What came out of a port. Raises HttpError 404."""
    found = next((each for each in step_of(request, run, node).outputs if each.port == port), None)
    if found is None:
        raise missing("output", f"{node}.{port} of run {run}")
    return found
