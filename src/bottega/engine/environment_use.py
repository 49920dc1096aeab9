"""Who uses an environment: what would miss it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from bottega.engine import environment_of, inline_metadata
from bottega.errors import BottegaError
from bottega.graph import reading
from bottega.graph.document import Experiment, FileRef, Node
from bottega.sandbox.host.environment import DEFAULT
from bottega.sdk import catalogue
from bottega.store.workspace import Workspace

Kind = Literal["experiment", "service", "endpoint"]
_MOST_RUNS = 1000


@dataclass(frozen=True)
class Use:
    """Something that names an environment, by the id that its workspace has for it; an endpoint's title is SERVICE/ENDPOINT."""

    kind: Kind
    id: str
    title: str


class _Program(msgspec.Struct):
    """What is looked at of a service's version."""

    environments: dict[str, str] = {}


def users(workspace: Workspace, name: str) -> list[Use]:
    """Who uses an environment: experiments, then web services and the endpoints that would fail without it.

    Experiments are those that the workspace keeps, and those in files by their newest run. What cannot be read uses nothing.
    """
    return [*_experiments(workspace, name), *_services(workspace, name)]


def names_of(experiment: Experiment) -> set[str]:
    """The environments that the scripts of an experiment run in."""
    return {name for node in experiment.nodes.values() if (name := _of(experiment, node)) is not None}


def _experiments(workspace: Workspace, name: str) -> Iterator[Use]:
    stored = workspace.experiments.list(archived=True)
    for each in stored:
        if _names(each.document, name):
            yield Use("experiment", each.id, each.title)
    seen = {each.id for each in stored}
    for run in workspace.runs.headers(limit=_MOST_RUNS):
        if run.experiment not in seen:
            seen.add(run.experiment)
            if _names(run.document, name):
                yield Use("experiment", run.experiment, run.title or run.experiment)


def _names(document: str, name: str) -> bool:
    if name != DEFAULT and name not in document and inline_metadata.BEGIN not in document:
        return False  # without reading all of it
    try:
        return name in names_of(reading.loads(document).experiment)
    except BottegaError:
        return False


def _of(experiment: Experiment, node: Node) -> str | None:
    """The environment of a node; None for what runs no script."""
    spec = catalogue.find(node.module)
    if spec is None or spec.guest != "script":
        return None
    values: dict[str, Any] = {}
    for spelling, value in node.parameters.items():
        parameter = spec.parameter(spelling)
        if parameter is not None:
            values.setdefault(parameter.name, value)
    script = values.get("script", "")
    try:
        own = str(values.get("environment", ""))
        return environment_of.of("" if isinstance(script, FileRef) else str(script), own, experiment.environment).name
    except BottegaError:
        return None


def _services(workspace: Workspace, name: str) -> Iterator[Use]:
    for service in workspace.services.list():
        naming = {each.number for each in workspace.services.versions(service.id) if _needs(each.program, name)}
        if naming:
            yield Use("service", service.id, service.name)
        for endpoint in workspace.services.endpoints(service.id):
            if endpoint.version in naming:
                yield Use("endpoint", endpoint.id, f"{service.name}/{endpoint.name}")


def _needs(program: str, name: str) -> bool:
    try:
        return name in msgspec.json.decode(program, type=_Program).environments
    except msgspec.DecodeError:
        return False
