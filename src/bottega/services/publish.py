"""Publishing: a finished experiment becomes a version of a web service, and its default endpoint goes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bottega.errors import BottegaError
from bottega.graph.document import Experiment
from bottega.sandbox.host.pool import Pool
from bottega.services import endpoints, environments, retraining
from bottega.services import set_up as setting_up
from bottega.services.compile import compile as compiled
from bottega.services.program import Program
from bottega.services.set_up import Kind, SetUp
from bottega.store.records import Endpoint, Run, Service, Version
from bottega.store.workspace import Workspace

_UNNAMED = "Web service"


@dataclass(frozen=True)
class Published:
    """What was published, and where it is called."""

    service: Service
    endpoint: Endpoint
    version: Version


def publish(
    workspace: Workspace, experiment: Experiment, run: Run, *, name: str | None = None, service_id: str | None = None,
    description: str = "", mode: str | None = None,
) -> Published:  # fmt: skip
    """Publish an experiment that has run: as a new web service, or as the next version of one that is there.

    name         of the service; the experiment's title unless told
    service_id   the service; where there is none of this id a new one gets it
    description  of the service; the experiment's unless told
    mode         of the default endpoint, `request` or `service`; as it was, or else `request`

    Raises `usage` where the experiment has not run as it stands, has no web service output, or cannot be published.
    """
    setting_up.check_ran(experiment, run)
    about = description or experiment.description
    with workspace.unpruned():  # what the program is about to name stays
        program = compiled(experiment, run, workspace)
        return store(
            workspace, program, name=name, service_id=service_id, description=about, experiment=run.experiment, mode=mode,
        )  # fmt: skip


def store(
    workspace: Workspace, program: Program, *, name: str | None, service_id: str | None = None, description: str = "",
    experiment: str | None = None, mode: str | None = None,
) -> Published:  # fmt: skip
    """Keep a program as a version of a service, and let the default endpoint have it; other endpoints stay. See `publish`."""
    if mode is not None:
        endpoints.checked({"mode": mode})
    with workspace.unpruned():
        program = environments.kept(workspace, program)
        return _stored(workspace, program, name, service_id, description, experiment, mode)


def _stored(
    workspace: Workspace, program: Program, name: str | None, service_id: str | None, description: str,
    experiment: str | None, mode: str | None,
) -> Published:  # fmt: skip
    services = workspace.services
    there = services.find(service_id) if service_id is not None else None
    if there is not None:
        return _next(workspace, there, program, name, description, mode)
    called = name if name is not None else program.title
    made = services.create(
        called or _UNNAMED, program.dumps(), program.digests(), id=service_id, description=description,
        kind=program.kind, experiment=experiment, mode=mode or "request",
    )  # fmt: skip
    default = endpoints.default_of(workspace, made.id)
    return Published(made, default, services.version(made.id, default.version))


def _next(
    workspace: Workspace, service: Service, program: Program, name: str | None, description: str, mode: str | None
) -> Published:
    services = workspace.services
    version = services.add_version(service.id, program.dumps(), program.digests())
    told = {"name": name or None, "description": description or None}
    wanted = {key: value for key, value in told.items() if value is not None and value != getattr(service, key)}
    if wanted:
        services.change(service.id, **wanted)
    fields: dict[str, Any] = {"version": version.number, "resources": {}} | ({} if mode is None else {"mode": mode})
    default = next((each for each in services.endpoints(service.id) if endpoints.is_default(service, each)), None)
    if default is None:  # it was deleted, as the last one may be
        made = services.add_endpoint(service.id, service.default_endpoint, **fields)
    else:
        made = services.change_endpoint(default.id, **fields)
    return Published(services.get(service.id), made, version)


def roll_back(workspace: Workspace, service_id: str, number: int) -> Endpoint:
    """Let the default endpoint have an earlier version, or a later one again. Raises `usage` where there is none."""
    version = workspace.services.version(service_id, number)
    default = endpoints.default_of(workspace, service_id)
    return workspace.services.change_endpoint(default.id, version=version.number)


def refresh(workspace: Workspace, endpoint: Endpoint, overwrite_resources: bool = False) -> bool:  # noqa: FBT002 - as the interface has it
    """See `endpoints.refresh`."""
    return endpoints.refresh(workspace, endpoint.service, endpoint.name, overwrite_resources=overwrite_resources)


def update_resource(
    workspace: Workspace,
    endpoint: Endpoint,
    resources: Sequence[Any],
    fetch: retraining.Fetch,
    *,
    pool: Pool | None = None,
) -> Endpoint:
    """See `retraining.update_resource`."""
    return retraining.update_resource(workspace, endpoint, resources, fetch, pool=pool)


def set_up(
    experiment: Experiment, run: Run, workspace: Workspace, *, kind: Kind = "predictive", model: str | None = None
) -> SetUp:
    """Set up a web service and save what it needs; see `set_up.propose`, which only tells."""
    if kind not in ("predictive", "retraining"):
        raise BottegaError("usage", reason=f"A web service is set up as predictive or retraining, not as {kind!r:.60}")
    with workspace.unpruned():
        made = setting_up.propose(experiment, run, workspace, kind=kind, model=model)
        setting_up.keep(made, workspace)
    return made
