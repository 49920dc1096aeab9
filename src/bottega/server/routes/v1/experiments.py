"""`/v1/experiments`: documents that the workspace keeps, in the form of experiment files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bottega.engine import check as checking
from bottega.errors import BottegaError, describe
from bottega.graph import diff as diffing
from bottega.graph import editing, merging, reading, writing
from bottega.graph.reading import Loaded
from bottega.sdk import catalogue
from bottega.server import api, documents
from bottega.server.api import JSON, YAML, Told, operation
from bottega.server.context import context_of
from bottega.server.errors import HttpError, missing
from bottega.server.routes.v1 import _graphs
from bottega.server.routes.v1._graphs import Graph
from bottega.server.routes.v1._shapes import Change, Name, Problem
from bottega.store.experiments import Changed, Running
from bottega.store.records import Run, StoredExperiment

_UNNAMED = "Untitled experiment"
_TAG = "experiments"
_BODY = (YAML, JSON)
_MOST_TRIES = 20
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


class LastRun(Struct):
    """The newest run of an experiment; `ended` is null while it waits or goes on."""

    id: str
    status: str
    started: float
    ended: float | None
    partial: bool


class ListedExperiment(ExperimentSummary):
    """One in a list, with its newest run and what it takes to draw it small."""

    run: LastRun | None
    graph: Graph


class ListQuery(Struct, forbid_unknown_fields=True):
    """Which ones: those in the archive too, if asked for; those that have every word of `search` somewhere."""

    archived: bool = False
    search: Annotated[str, Meta(max_length=1000)] = ""


class ExperimentChange(Struct, forbid_unknown_fields=True):
    """What is to be so; the rest stays. An experiment in the archive is in no list, and comes back as it was."""

    title: Name | UnsetType = UNSET
    description: Annotated[str, Meta(max_length=100_000)] | UnsetType = UNSET
    archived: bool | UnsetType = UNSET


class Duplication(Struct, forbid_unknown_fields=True):
    """What the copy is called; by the original's title unless told."""

    title: Name | None = None


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
    """The experiment that can be published, and how it differs; `notes` are sentences about what its callers may not expect.

    `experiment` is its id where it was saved.
    """

    document: str
    changes: list[Change]
    saved: list[SavedAsset]
    notes: list[str]
    experiment: str | None = None


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/experiments", tag=_TAG)
def list_experiments(request: Request, query: ListQuery) -> list[ListedExperiment]:
    """The stored experiments, the newest first."""
    workspace, words = context_of(request).workspace, query.search.casefold().split()
    found = [each for each in workspace.experiments.list(archived=query.archived) if _has(each, words)]
    runs = workspace.runs.heads([each.last_run for each in found if each.last_run is not None])
    return [
        ListedExperiment(**_fields(each), run=_last(runs, each), graph=_graphs.stored(request, each)) for each in found
    ]


@operation("POST", "/v1/experiments", tag=_TAG, status=201, accepts=_BODY)
def create_experiment(request: Request, body: str) -> Told[Experiment]:
    """Keep a new experiment.

    The body is an experiment file, in YAML or the same as JSON. It may have problems; what is no
    experiment at all is refused.
    """
    text, loaded = _read(body)
    title = loaded.experiment.title.strip() or _UNNAMED
    made = context_of(request).workspace.experiments.create(text, title=title, summary=loaded.experiment.description)
    return told(made, {"location": f"/v1/experiments/{made.id}"})


@operation("GET", "/v1/experiments/{experiment}", tag=_TAG)
def get_experiment(request: Request, experiment: Name) -> Told[Experiment]:
    """One experiment with its document and its ETag."""
    return told(find(request, experiment))


@operation("GET", "/v1/experiments/{experiment}/document", tag=_TAG, gives=YAML)
def get_document(request: Request, experiment: Name) -> Response:
    """The document alone, as a file."""
    found = find(request, experiment)
    return Response(found.document, headers={"etag": f'"{found.etag}"'}, media_type=YAML)


@operation("PUT", "/v1/experiments/{experiment}", tag=_TAG, accepts=_BODY, headers=_IF_MATCH)
def put_experiment(request: Request, experiment: Name, body: str) -> Told[Experiment]:
    """Put another document in the place of the one that is kept.

    JSON is worked into the kept text: comments, order and spelling of what it does not change stay.
    """

    def edit(found: StoredExperiment) -> dict[str, Any]:
        text, loaded = _read(body, found.document)
        title = loaded.experiment.title.strip() or _UNNAMED
        return {"document": text, "title": title, "summary": loaded.experiment.description}

    return told(_edited(request, experiment, edit))


@operation("PATCH", "/v1/experiments/{experiment}", tag=_TAG, headers=_IF_MATCH)
def change_experiment(request: Request, experiment: Name, body: ExperimentChange) -> Told[Experiment]:
    """Change title or description, put it into the archive or take it out."""

    def edit(found: StoredExperiment) -> dict[str, Any]:
        fields: dict[str, Any] = {} if body.archived is UNSET else {"archived": body.archived}
        if body.title is not UNSET or body.description is not UNSET:
            document = reading.loads(found.document).experiment
            document = replace(
                document,
                title=document.title if body.title is UNSET else body.title,
                description=document.description if body.description is UNSET else body.description,
            )
            title, summary = document.title.strip() or _UNNAMED, document.description
            fields |= {"document": editing.update(found.document, document), "title": title, "summary": summary}
        return fields

    return told(_edited(request, experiment, edit))


@operation("POST", "/v1/experiments/{experiment}/duplicate", tag=_TAG, status=201)
def duplicate_experiment(request: Request, experiment: Name, body: Duplication) -> Told[Experiment]:
    """A copy with a history of its own; what the original has computed is reused."""
    found = find(request, experiment)
    document = replace(reading.loads(found.document).experiment, title=body.title or f"{found.title} (copy)")
    text = editing.update(found.document, document)
    made = context_of(request).workspace.experiments.create(
        text, title=document.title, summary=found.summary, parent=found.id
    )
    return told(made, {"location": f"/v1/experiments/{made.id}"})


@operation("DELETE", "/v1/experiments/{experiment}", tag=_TAG, status=204, headers=_IF_MATCH)
def delete_experiment(request: Request, experiment: Name) -> None:
    """Delete an experiment with the records of its runs; web services that were published from it stay."""
    found, context = find(request, experiment), context_of(request)
    if found.last_run is not None and context.runs.is_active(found.last_run):  # its record may have ended already
        raise HttpError(409, message=describe(Running(found.last_run)))
    try:
        context.workspace.experiments.delete(experiment, etag=_etag(request), idle=True)
    except Running as error:
        raise HttpError(409, message=describe(error)) from error


@operation("POST", "/v1/experiments/{experiment}/check", tag=_TAG)
def check_experiment(request: Request, experiment: Name) -> Checked:
    """Every problem of an experiment, without running it."""
    found = find(request, experiment)
    return _problems(request, documents.loaded(found.document), found.id)


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
    return SetUpResult(text, _changes(made.changes), saved, list(made.notes), stored.id if stored else None)


def find(request: Request, experiment: str) -> StoredExperiment:
    """A stored experiment. Raises HttpError 404."""
    found = context_of(request).workspace.experiments.find(experiment)
    if found is None:
        raise missing("experiment", experiment)
    return found


def _edited(request: Request, experiment: str, edit: Callable[[StoredExperiment], dict[str, Any]]) -> StoredExperiment:
    """An experiment with fields that are worked out of what is kept. Raises HttpError 404, and `Changed`.

    Where no ETag is asked for and somebody is faster, the fields are worked out once more, so that no edit is lost.
    """
    given, stored = _etag(request), context_of(request).workspace.experiments
    for _ in range(_MOST_TRIES):
        found = find(request, experiment)
        try:
            return stored.update(experiment, etag=found.etag if given is None else given, **edit(found))
        except Changed as error:
            late = error
            if given is not None:
                break
    raise late


def _read(body: str, kept: str | None = None) -> tuple[str, Loaded]:
    """A document's text as it is to be kept, in the place of the one that is, and what it says. Raises `experiment-invalid`."""
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
    text = writing.dumps(loaded.experiment) if kept is None else merging.merged(kept, loaded.experiment)
    return text, loaded


def _problems(request: Request, loaded: Loaded, name: str) -> Checked:
    found = checking.check(loaded, context_of(request).workspace, name)
    return Checked([msgspec.convert(each.as_json(), Problem) for each in found])


def _changes(changes: Any) -> list[Change]:
    return [Change(**each.as_json()) for each in changes]


def _etag(request: Request) -> str | None:
    """What a client read last, if it says so."""
    given = request.headers.get("if-match", "*").strip().removeprefix("W/").strip('"')
    return None if given == "*" else given


def told(found: StoredExperiment, headers: dict[str, str] | None = None) -> Told[Experiment]:
    """An experiment with its ETag."""
    told = Experiment(**_fields(found), document=found.document)
    return Told(told, {"etag": f'"{found.etag}"', **(headers or {})})


def _has(found: StoredExperiment, words: list[str]) -> bool:
    text = f"{found.title} {found.summary} {found.document}".casefold() if words else ""
    return all(word in text for word in words)


def _last(runs: Mapping[str, Run], found: StoredExperiment) -> LastRun | None:
    run = runs.get(found.last_run or "")
    return None if run is None else LastRun(run.id, run.status, run.started, run.ended, run.partial)


def _fields(found: StoredExperiment) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ExperimentSummary.__struct_fields__}
