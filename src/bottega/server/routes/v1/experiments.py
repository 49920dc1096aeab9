"""`/v1/experiments`: documents that the workspace keeps, in the form of experiment files."""

from __future__ import annotations

import json
from typing import Any, Literal

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bottega.engine import check as checking
from bottega.errors import BottegaError
from bottega.graph import diff as diffing
from bottega.graph import reading, writing
from bottega.graph.reading import Loaded
from bottega.sdk import catalogue
from bottega.server import api
from bottega.server.api import JSON, YAML, Told, operation
from bottega.server.context import context_of
from bottega.server.errors import HttpError, missing
from bottega.server.routes.v1._shapes import Change, Name, Problem
from bottega.store.records import StoredExperiment

_UNNAMED = "Untitled experiment"
_TAG = "experiments"
_BODY = (YAML, JSON)
_IF_MATCH = {"If-Match": "the ETag that was read; 412 where it is no longer the current one"}


class ExperimentSummary(Struct):
    """A stored experiment. `status` is that of its last run, else `InDraft`."""

    id: str
    title: str
    summary: str
    status: str
    etag: str
    creator: str
    category: str
    parent: str
    archived: bool
    last_run: str | None
    created: float
    updated: float


class Experiment(ExperimentSummary):
    """One with its document, in YAML."""

    document: str


class ListQuery(Struct, forbid_unknown_fields=True):
    """Which ones."""

    archived: bool = False


class DiffQuery(Struct, forbid_unknown_fields=True):
    """Against what."""

    other: Name


class Checked(Struct):
    """All problems; none where it can run."""

    problems: list[Problem]


class Differences(Struct):
    """From one experiment to another."""

    changes: list[Change]


class SetUpRequest(Struct, forbid_unknown_fields=True):
    """How to set up a web service.

    model  the node whose model is meant, where there are several
    save   keep the new experiment and the models that it needs; else it is only shown
    """

    kind: Literal["predictive", "retraining"] = "predictive"
    model: str | None = None
    save: bool = False


class SavedAsset(Struct):
    """A model or transform that the web service needs."""

    node: str
    name: str
    kind: str
    is_new: bool


class SetUpResult(Struct):
    """The experiment that can be published, and how it differs. `experiment` is its id where it was saved."""

    document: str
    changes: list[Change]
    saved: list[SavedAsset]
    experiment: str | None = None


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/experiments", tag=_TAG)
def list_experiments(request: Request, query: ListQuery) -> list[ExperimentSummary]:
    """The stored experiments, the newest first."""
    return [_summary(each) for each in context_of(request).workspace.experiments.list(archived=query.archived)]


@operation("POST", "/v1/experiments", tag=_TAG, status=201, accepts=_BODY)
def create_experiment(request: Request, body: str) -> Told[Experiment]:
    """Keep a new experiment.

    The body is an experiment file, in YAML or the same as JSON. It may have problems; what is no
    experiment at all is refused.
    """
    text, loaded = _read(body)
    title = loaded.experiment.title.strip() or _UNNAMED
    made = context_of(request).workspace.experiments.create(text, title=title, summary=loaded.experiment.description)
    return _told(made, {"location": f"/v1/experiments/{made.id}"})


@operation("GET", "/v1/experiments/{experiment}", tag=_TAG)
def get_experiment(request: Request, experiment: Name) -> Told[Experiment]:
    """One experiment with its document and its ETag."""
    return _told(find(request, experiment))


@operation("GET", "/v1/experiments/{experiment}/document", tag=_TAG, gives=YAML)
def get_document(request: Request, experiment: Name) -> Response:
    """The document alone, as a file."""
    found = find(request, experiment)
    return Response(found.document, headers={"etag": f'"{found.etag}"'}, media_type=YAML)


@operation("PUT", "/v1/experiments/{experiment}", tag=_TAG, accepts=_BODY, headers=_IF_MATCH)
def put_experiment(request: Request, experiment: Name, body: str) -> Told[Experiment]:
    """Put another document in the place of the one that is kept."""
    find(request, experiment)
    text, loaded = _read(body)
    title = loaded.experiment.title.strip() or _UNNAMED
    changed = context_of(request).workspace.experiments.update(
        experiment, etag=_etag(request), document=text, title=title, summary=loaded.experiment.description
    )
    return _told(changed)


@operation("DELETE", "/v1/experiments/{experiment}", tag=_TAG, status=204, headers=_IF_MATCH)
def delete_experiment(request: Request, experiment: Name) -> None:
    """Delete an experiment with the records of its runs; web services that were published from it stay."""
    found, context = find(request, experiment), context_of(request)
    if _etag(request) not in {None, found.etag}:
        raise HttpError(412, message="The experiment was changed meanwhile.")
    if found.last_run is not None and context.runs.is_active(found.last_run):
        raise HttpError(409, message=f"Run {found.last_run} goes on; cancel it first.")
    context.workspace.experiments.delete(experiment)


@operation("POST", "/v1/experiments/{experiment}/check", tag=_TAG)
def check_experiment(request: Request, experiment: Name) -> Checked:
    """Every problem of an experiment, without running it."""
    found = find(request, experiment)
    return _problems(request, reading.loads(found.document), found.id)


@operation("POST", "/v1/check", tag=_TAG, accepts=_BODY)
def check_document(request: Request, body: str) -> Checked:
    """Every problem of a document that is not kept."""
    return _problems(request, _read(body)[1], "")


@operation("GET", "/v1/experiments/{experiment}/diff", tag=_TAG)
def diff_experiments(request: Request, experiment: Name, query: DiffQuery) -> Differences:
    """What differs in meaning from this experiment to another one."""
    old, new = (reading.loads(find(request, each).document).experiment for each in (experiment, query.other))
    return Differences(_changes(diffing.diff(old, new, catalogue.find)))


@operation("POST", "/v1/experiments/{experiment}/set-up", tag=_TAG)
def set_up_web_service(request: Request, experiment: Name, body: SetUpRequest) -> SetUpResult:
    """The experiment that a web service is published from, made from one that has run."""
    from bottega.services import set_up as setting_up

    found, workspace = find(request, experiment), context_of(request).workspace
    if found.last_run is None:
        raise HttpError(409, message="The experiment has not run yet.")
    loaded = reading.loads(found.document)
    made = setting_up.propose(
        loaded.experiment, workspace.runs.get(found.last_run), workspace, kind=body.kind, model=body.model
    )
    text, stored = writing.dumps(made.experiment), None
    if body.save:
        setting_up.keep(made, workspace)
        title = made.experiment.title or found.title
        stored = workspace.experiments.create(text, title=title, summary=found.summary, parent=found.id)
    saved = [SavedAsset(each.node, each.name, each.what, each.is_new) for each in made.saved]
    return SetUpResult(text, _changes(made.changes), saved, stored.id if stored else None)


def find(request: Request, experiment: str) -> StoredExperiment:
    """A stored experiment. Raises HttpError 404."""
    found = context_of(request).workspace.experiments.find(experiment)
    if found is None:
        raise missing("experiment", experiment)
    return found


def _read(body: str) -> tuple[str, Loaded]:
    """A document's text as it is kept, and what it says. Raises `experiment-invalid`."""
    if not body.lstrip().startswith("{"):
        return body, reading.loads(body)
    try:
        tree = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):  # flow style of YAML begins so, too
        return body, reading.loads(body)
    loaded = reading.loads(json.dumps(tree, ensure_ascii=False))
    wrong = next((problem for problem in loaded.problems if problem.severity == "error"), None)
    if wrong is not None:  # for it would be lost on the way to YAML
        raise BottegaError("experiment-invalid", path="the document", line=wrong.line, reason=wrong.message.rstrip("."))
    return writing.dumps(loaded.experiment), loaded


def _problems(request: Request, loaded: Loaded, name: str) -> Checked:
    found = checking.check(loaded, context_of(request).workspace, name)
    return Checked([msgspec.convert(each.as_json(), Problem) for each in found])


def _changes(changes: Any) -> list[Change]:
    return [Change(**each.as_json()) for each in changes]


def _etag(request: Request) -> str | None:
    """What a client read last, if it says so."""
    given = request.headers.get("if-match", "*").strip().removeprefix("W/").strip('"')
    return None if given == "*" else given


def _told(found: StoredExperiment, headers: dict[str, str] | None = None) -> Told[Experiment]:
    told = Experiment(**_fields(found), document=found.document)
    return Told(told, {"etag": f'"{found.etag}"', **(headers or {})})


def _summary(found: StoredExperiment) -> ExperimentSummary:
    return ExperimentSummary(**_fields(found))


def _fields(found: StoredExperiment) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ExperimentSummary.__struct_fields__}
