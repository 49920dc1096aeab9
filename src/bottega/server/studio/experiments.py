"""The JSON of experiments (clients.md 4.1, fact sheet 4.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bottega.errors import BottegaError
from bottega.graph import reading
from bottega.graph.classic import encode, ids
from bottega.sdk.ports import PortType
from bottega.server.studio import outputs, samples
from bottega.server.studio.assets import WorkspaceAssets
from bottega.server.studio.wire import ExperimentId, date
from bottega.store.experiments import DRAFT
from bottega.store.records import Status

if TYPE_CHECKING:
    from bottega.server.studio.links import Links
    from bottega.server.studio.samples import SampleExperiment
    from bottega.store.records import Output, Run, Step, StoredExperiment
    from bottega.store.workspace import Workspace

# What became of a node, in the words for experiments.
_NODE_STATUSES = {Status.SKIPPED.value: "NotStarted"}


@dataclass(frozen=True)
class Progress:
    """How the newest run of an experiment stands.

    running  the nodes that work at this moment
    """

    run: Run | None = None
    running: frozenset[str] = frozenset()


def last_run(workspace: Workspace, stored: StoredExperiment) -> Run | None:
    """The newest run of an experiment; None where there is none, or it was pruned."""
    if stored.last_run is None:
        return None
    try:
        return workspace.runs.get(stored.last_run)
    except BottegaError as error:
        if error.code != "usage":
            raise
        return None


def summary(workspace: str, stored: StoredExperiment, progress: Progress) -> dict[str, Any]:
    """An experiment without its graph."""
    own = ExperimentId(workspace, stored.id)
    run = progress.run
    return {
        **_head(own, stored.title, stored.summary, stored.etag),
        "RunId": run.id if run is not None else None,
        "JobId": run.id if run is not None else stored.id,
        "ParentExperimentId": str(ExperimentId(workspace, stored.parent)) if stored.parent else None,
        "Status": _status(stored, run),
        "Creator": stored.creator,
        "IsArchived": stored.archived,
        "Category": stored.category,
        "Tags": _tags(stored.client),
        "IsPartialRun": run.partial if run is not None else False,
    }


def whole(links: Links, assets: WorkspaceAssets, stored: StoredExperiment, progress: Progress) -> dict[str, Any]:
    """An experiment with its graph, its nodes' statuses and its web service."""
    loaded = reading.loads(stored.document)
    told = encode(loaded.experiment, assets, client=stored.client)
    own = ExperimentId(links.workspace, stored.id)
    return {
        **summary(links.workspace, stored, progress),
        "Graph": told.graph,
        "NodeStatuses": list(_nodes(links, own, [node["Id"] for node in told.graph["ModuleNodes"]], progress)),
        "WebService": told.web_service,
    }


def sample_summary(sample: SampleExperiment) -> dict[str, Any]:
    """A sample experiment without its graph: a draft, for nothing of it has run."""
    experiment = sample.experiment
    made = date(samples.MADE)
    return {
        **_head(sample.id, experiment.title, experiment.description, "sample"),
        "RunId": None,
        "JobId": sample.id.id,
        "ParentExperimentId": None,
        "Status": _told(DRAFT, "", made, date(None), date(None)),
        "Creator": samples.OWNER,
        "IsArchived": False,
        "Category": "user",
        "Tags": [],
        "IsPartialRun": False,
    }


def sample_whole(assets: WorkspaceAssets, sample: SampleExperiment) -> dict[str, Any]:
    """The same with its graph."""
    told = encode(sample.experiment, assets)
    return {**sample_summary(sample), "Graph": told.graph, "NodeStatuses": [], "WebService": told.web_service}


def reference(workspace: str, stored: StoredExperiment) -> dict[str, Any]:
    """What saving answers."""
    return {"ExperimentId": str(ExperimentId(workspace, stored.id)), "Etag": stored.etag, "JobId": stored.last_run}


def _head(own: ExperimentId, title: str, text: str, etag: str) -> dict[str, Any]:
    return {
        "ExperimentId": str(own),
        "VersionId": etag,
        "Etag": etag,
        "Description": title,
        "Summary": text,
        "OriginalExperimentDocumentationLink": None,
        "IsLeaf": True,
        "DisableNodesUpdate": False,
    }


def _tags(client: Mapping[str, Any]) -> list[str]:
    tags = client.get("tags")
    return [str(tag) for tag in tags] if isinstance(tags, list) else []


def _status(stored: StoredExperiment, run: Run | None) -> dict[str, Any]:
    """Of the newest run; a draft where it was edited since."""
    created = date(stored.created)
    if run is None or stored.status == DRAFT:
        return _told(DRAFT, "", created, date(None), date(None))
    return _told(run.status, run.reason or _why(run.steps), created, date(run.started), date(run.ended))


def _why(steps: Iterable[Step]) -> str:
    """What went wrong first."""
    return next((f"{step.node}: {step.error['message']}" for step in steps if step.error is not None), "")


def _told(code: str, detail: str, created: str, started: str, ended: str) -> dict[str, Any]:
    # Metadata is null or text, else PowerShell fails (clients.md 0, rule 7).
    return {
        "StatusCode": code, "StatusDetail": detail, "CreationTime": created, "StartTime": started, "EndTime": ended,
        "Metadata": None,
    }  # fmt: skip


def _nodes(links: Links, own: ExperimentId, nodes: Iterable[str], progress: Progress) -> Iterable[dict[str, Any]]:
    """Of those nodes that the newest run knows."""
    run = progress.run
    if run is None:
        return
    steps = {ids.outgoing(step.node): step for step in run.steps}
    running = {ids.outgoing(node) for node in progress.running}
    for node in nodes:
        step = steps.get(node)
        if step is not None:
            yield _ended(links, own, node, step)
        elif run.ended is None:
            code = "Running" if node in running else "NotStarted"
            yield _node(node, _told(code, "", date(run.started), date(None), date(None)))


def _node(node: str, status: dict[str, Any], **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "OutputEndpoints": [],
        "MetadataOutputEndpoints": {},
        "StandardOutEndpoint": None,
        "StandardErrorEndpoint": None,
    }
    return {"NodeId": node, "Status": status, **empty, **more}


def _ended(links: Links, own: ExperimentId, node: str, step: Step) -> dict[str, Any]:
    path = f"experiments/{own}"
    code = _NODE_STATUSES.get(step.status, step.status)
    detail = step.error["message"] if step.error is not None else step.because or ""
    views = {
        title: [
            {"Key": "visualization", "Value": links.view(f"{path}/visualizationdata/{node}/{title}", "visualization")}
        ]
        for title in (outputs.title_of(step, each) for each in step.outputs)
    }
    return _node(
        node, _told(code, str(detail), date(step.started), date(step.started), date(step.ended)),
        OutputEndpoints=[_output(links, step, each) for each in step.outputs],
        MetadataOutputEndpoints=views,
        StandardOutEndpoint=links.view(f"{path}/standardout/{node}", "stdout", "PlainText"),
        StandardErrorEndpoint=links.view(f"{path}/standarderror/{node}", "stderr", "PlainText"),
    )  # fmt: skip


def _output(links: Links, step: Step, output: Output) -> dict[str, Any]:
    """A table as CSV, anything else as the file that it is."""
    name, title = outputs.file_name(step, output), outputs.title_of(step, output)
    if output.type == PortType.TABLE:
        told = links.table(output.digest, name, "GenericCSV", output.size)
    else:
        told = links.file(output.digest, name, outputs.kind_of(output), output.size)
    return told | {"Name": title}
