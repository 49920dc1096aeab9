"""Experiments as clients save them: classic's JSON becomes a document of the workspace."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bottega.graph import editing, reading, writing
from bottega.graph.classic import client_data, decode
from bottega.graph.classic.assets import KINDS
from bottega.graph.diff import diff
from bottega.sdk import catalogue
from bottega.server.errors import HttpError, missing
from bottega.server.studio import samples, saving
from bottega.server.studio.assets import PATHS, WorkspaceAssets
from bottega.server.studio.jsons import text
from bottega.server.studio.wire import ExperimentId
from bottega.store.experiments import DRAFT
from bottega.store.records import Kind

if TYPE_CHECKING:
    from bottega.graph.document import Experiment
    from bottega.server.context import Context
    from bottega.server.runs import RunManager
    from bottega.store.records import StoredExperiment
    from bottega.store.workspace import Workspace

CREATOR = "Studio API"
_END_SECONDS = 10.0
# Changes that leave what an experiment computes as it was.
_HARMLESS = frozenset({"title", "description", "comment", "moved"})


def find(workspace: Workspace, given: ExperimentId) -> StoredExperiment:
    """An experiment of the workspace. Raises HttpError: 404, and 403 for a sample."""
    if samples.experiment(given) is not None:
        raise HttpError(403, message="A sample experiment is only looked at: save a copy of it, and use that.")
    stored = workspace.experiments.find(given.id) if given.workspace in ("", workspace.id) else None
    if stored is None:
        raise missing("experiment", given.id)
    return stored


def create(context: Context, fields: Mapping[str, Any]) -> StoredExperiment:
    """Keep a new experiment, and run it unless it is a draft; one that cannot be run is not kept.

    Raises `experiment-invalid` and, where it is to be run, what starting does.
    """
    experiment, client = _decoded(context.workspace, fields, None)
    stored = context.workspace.experiments.create(
        writing.dumps(experiment), title=experiment.title, summary=experiment.description, creator=_creator(fields),
        category=text(fields, "Category", default="user") or "user", parent=_parent(fields), client=client,
    )  # fmt: skip
    if _is_draft(fields):
        return stored
    try:
        return _started(context, stored)
    except BaseException:
        context.workspace.experiments.delete(stored.id)
        raise


def overwrite(
    context: Context, stored: StoredExperiment, fields: Mapping[str, Any], etag: str | None
) -> StoredExperiment:
    """Change an experiment, and run it unless it is a draft.

    Raises HttpError 409 while it runs, `experiments.Changed` for an etag that is no longer its own, and as `create` does.
    """
    if stored.last_run is not None and context.runs.is_active(stored.last_run):
        raise HttpError(409, message=f"{stored.title or 'The experiment'} runs; cancel that, or wait for its end.")
    before = reading.loads(stored.document).experiment
    experiment, client = _decoded(context.workspace, fields, before)
    changes: dict[str, Any] = {
        "document": editing.update(stored.document, experiment), "title": experiment.title,
        "summary": experiment.description, "client": client,
    }  # fmt: skip
    if text(fields, "Category"):
        changes["category"] = text(fields, "Category")
    if _computes_otherwise(before, experiment):
        changes["status"] = DRAFT
    stored = context.workspace.experiments.update(stored.id, etag=etag, **changes)
    return stored if _is_draft(fields) else _started(context, stored)


def delete(context: Context, stored: StoredExperiment, etag: str | None, *, ancestors: bool) -> None:
    """Delete an experiment with its runs, and where that is asked for those that it was made from.

    Clients ask for it always, and mean earlier states of the same experiment: the training experiment that a
    web service's was set up from stays.
    """
    if etag is not None:
        context.workspace.experiments.update(stored.id, etag=etag)  # refuses where it was changed; changes nothing
    for each in _states(context.workspace, stored) if ancestors else [stored]:
        if each.last_run is not None:
            _end(context.runs, each.last_run)
        context.workspace.experiments.delete(each.id)


def lineage(workspace: Workspace, stored: StoredExperiment) -> list[StoredExperiment]:
    """An experiment and those that it was made from, the newest first."""
    found = {stored.id: stored}
    parent = workspace.experiments.find(stored.parent) if stored.parent else None
    while parent is not None and parent.id not in found:
        found[parent.id] = parent
        parent = workspace.experiments.find(parent.parent) if parent.parent else None
    return list(found.values())


def _states(workspace: Workspace, stored: StoredExperiment) -> list[StoredExperiment]:
    """An experiment and its ancestors, as far as each has a web service if the one after it has."""
    found, is_service = [], False
    for each in lineage(workspace, stored):
        had_service, is_service = is_service, bool(reading.loads(each.document).experiment.web_service)
        if had_service and not is_service:
            break
        found.append(each)
    return found


def users(workspace: Workspace, family: str) -> list[StoredExperiment]:
    """The experiments that use a family of datasets, models or transforms."""
    assets = WorkspaceAssets(workspace)
    names = {(kind, versions[-1].name) for kind in PATHS if (versions := assets.of(kind).versions(family))}
    names |= {(Kind.DATASET, each.document) for each in samples.DATASETS if each.id.family == family}
    if not names:
        raise missing("family", family)
    meant = {(KINDS[kind].module, name) for kind, name in names}
    return [each for each in workspace.experiments.list(archived=True)
            if any((node.module, value) in meant for node in reading.loads(each.document).experiment.nodes.values()
                   for value in node.parameters.values() if isinstance(value, str))]  # fmt: skip


def _computes_otherwise(before: Experiment, after: Experiment) -> bool:
    """Whether what a run of the one gave says nothing of the other."""
    kinds = {change.kind for change in diff(before, after, catalogue.find)}
    return any(kind not in _HARMLESS and not kind.startswith("web service") for kind in kinds)


def _decoded(
    workspace: Workspace, fields: Mapping[str, Any], before: Experiment | None
) -> tuple[Experiment, dict[str, Any]]:
    graph = next((fields[name] for name in ("ExperimentGraph", "Graph") if fields.get(name) is not None), None)
    if graph is None:
        raise HttpError(400, message="The body needs ExperimentGraph: the experiment's nodes and edges.")
    service = fields.get("WebService")
    experiment = decode(
        graph, service, WorkspaceAssets(workspace), title=text(fields, "Description"),
        description=text(fields, "Summary"), like=before,
    )  # fmt: skip
    saving.bring_samples(workspace, experiment)
    client = client_data(graph, service)
    tags = fields.get("Tags")
    return experiment, client | ({"tags": tags} if isinstance(tags, list) and len(tags) < 100 else {})


def _is_draft(fields: Mapping[str, Any]) -> bool:
    """Whether it is only saved; a body that does not say is."""
    told = fields.get("IsDraft", True)
    return told if isinstance(told, bool) else str(told).strip().lower() != "false"


def _creator(fields: Mapping[str, Any]) -> str:
    return text(fields, "Creator", default=CREATOR) or CREATOR


def _parent(fields: Mapping[str, Any]) -> str:
    """The digits of the experiment that it was made from; of a sample nothing is kept."""
    told = text(fields, "ParentExperimentId").strip()
    if not told:
        return ""
    given = ExperimentId.parse(told)
    return "" if given.is_sample else given.id


def _started(context: Context, stored: StoredExperiment) -> StoredExperiment:
    context.runs.start(stored)
    return context.workspace.experiments.get(stored.id)


def _end(runs: RunManager, run: str) -> None:
    """Cancel a run that goes on and give it a while, for only the record of one that has ended goes with its experiment."""
    over = time.monotonic() + _END_SECONDS
    if runs.cancel(run):
        while runs.is_active(run) and time.monotonic() < over:
            time.sleep(0.05)
