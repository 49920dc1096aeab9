"""What clients save: uploaded files, outputs of runs, and what experiments need of the samples."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottega.graph import editing, reading
from bottega.graph.classic.assets import KINDS
from bottega.sdk.ports import TABLE_FILES, PortType
from bottega.server.errors import HttpError, missing
from bottega.server.studio import data_types, outputs, samples
from bottega.server.studio.assets import FROM_SAMPLE, WorkspaceAssets
from bottega.server.studio.data_types import Content
from bottega.server.studio.experiments import last_run
from bottega.server.studio.jsons import text
from bottega.server.studio.parsing import parsed
from bottega.server.studio.wire import AssetId, ExperimentId
from bottega.store.naming import Taken
from bottega.store.records import Dataset, Kind

if TYPE_CHECKING:
    from bottega.graph.document import Experiment
    from bottega.store.workspace import Workspace

FROM_UPLOAD = "FromResourceUpload"
FROM_OUTPUT = "FromOutputPromotion"
# Where clients say what they save, by kind.
FIELDS: Mapping[Kind, str] = {
    Kind.DATASET: "DataSource", Kind.TRAINED_MODEL: "TrainedModel", Kind.TRANSFORM: "Transform",
}  # fmt: skip
_FORBIDDEN = re.compile(r"[:\\/\x00-\x1f\x7f]")
# What can be saved as a thing of a kind.
FITTING: Mapping[Kind, tuple[PortType, ...]] = {
    Kind.DATASET: (PortType.TABLE, *TABLE_FILES, PortType.ZIP, PortType.FILE),
    Kind.TRAINED_MODEL: (PortType.TRAINED_MODEL,),
    Kind.TRANSFORM: (PortType.TRANSFORM,),
}


def save_upload(workspace: Workspace, fields: Mapping[str, Any]) -> str:
    """An upload that is complete becomes a dataset; its id. Raises HttpError 400, 409 and `usage`."""
    told = _object(fields, FIELDS[Kind.DATASET])
    upload = text(fields, "UploadId")
    kind = data_types.get(text(told, "DataTypeId") or workspace.uploads.data_type(upload))
    if kind.content is Content.MODEL:
        raise HttpError(400, message=f"A dataset cannot be of type {kind.id}; runs make models and transforms.")
    name, family = text(told, "Name"), _family(workspace, Kind.DATASET, told)
    with _checked(workspace, Kind.DATASET, name, family), \
            parsed(workspace, workspace.uploads.path(upload), kind, name) as found:  # fmt: skip
        saved = workspace.datasets.save(
            name, found.output, blobs=found.blobs, family=family, new=family is None, raw=found.raw, raw_size=found.size,
            data_type=kind.id, description=text(told, "Description"), owner=text(told, "Owner"), origin=FROM_UPLOAD,
            file_name=text(fields, "UploadedFromFileName"), source=text(fields, "UploadedFromFileName") or "upload",
        )  # fmt: skip
    workspace.uploads.drop(upload)
    return str(AssetId(workspace.id, saved.family, saved.id))


def promote(workspace: Workspace, kind: Kind, fields: Mapping[str, Any]) -> str:
    """An output of an experiment's last run is saved; its id. Raises HttpError 400, 404 and 409."""
    told = _object(fields, FIELDS[kind])
    experiment = ExperimentId.parse(text(fields, "ExperimentId"))
    stored = workspace.experiments.find(experiment.id)
    if stored is None:
        raise missing("experiment of this workspace", str(experiment))
    step = outputs.step_of(last_run(workspace, stored), text(fields, "ModuleNodeId"))
    output = outputs.output_of(step, text(fields, "OutputName"))
    if output.type not in FITTING[kind]:
        raise HttpError(
            400, message=f"What came out of {step.node} is a {output.type}; it cannot be saved as a {kind.word}."
        )
    told_type = (
        data_types.get(text(told, "DataTypeId")) if text(told, "DataTypeId") else data_types.of_port(output.type)
    )
    if (told_type.content is Content.MODEL) != (kind is not Kind.DATASET):
        raise HttpError(400, message=f"A {kind.word} cannot be of type {told_type.id}.")
    name, family = text(told, "Name"), _family(workspace, kind, told)
    file = output.type != PortType.TABLE
    with _checked(workspace, kind, name, family):
        saved = WorkspaceAssets(workspace).of(kind).save(
            name, output, family=family, new=family is None, data_type=told_type.id, origin=FROM_OUTPUT,
            description=text(told, "Description"), owner=stored.creator, experiment=str(experiment),
            source=f"{step.node} of {stored.title}", raw=output.digest if file else None, raw_size=output.size if file else 0,
        )  # fmt: skip
    return str(AssetId(workspace.id, saved.family, saved.id))


def bring_samples(workspace: Workspace, experiment: Experiment) -> None:
    """Save those samples that an experiment names and that only this server has."""
    from bottega.modules.data_input_and_output._samples import NAMES

    for node in experiment.nodes.values():
        sample = samples.named(node.dataset) if isinstance(node.dataset, str) else None
        if sample is not None and sample.document not in NAMES and workspace.datasets.find(sample.document) is None:
            with tempfile.NamedTemporaryFile(prefix="bottega-sample-") as file:
                file.write(sample.read())
                file.flush()
                _save_sample(workspace, sample, Path(file.name))


def _save_sample(workspace: Workspace, sample: samples.SampleDataset, path: Path) -> None:
    kind = data_types.get(sample.data_type)
    with parsed(workspace, path, kind, sample.file) as found:
        workspace.datasets.save(
            sample.document, found.output, blobs=found.blobs, raw=found.raw, raw_size=found.size, data_type=kind.id,
            description=sample.description, owner=samples.OWNER, origin=FROM_SAMPLE, file_name=sample.file, source="sample",
        )  # fmt: skip


def _object(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    told = fields.get(name)
    if not isinstance(told, dict):
        raise HttpError(400, message=f"The body needs {name}: what is to be saved.")
    return told


def _family(workspace: Workspace, kind: Kind, told: Mapping[str, Any]) -> str | None:
    """The family that gets its next version; None for a new one, which some clients tell as empty text."""
    family = text(told, "FamilyId").strip().lower()
    if not family:
        return None
    if any(family == sample.id.family for sample in samples.DATASETS):
        raise HttpError(403, message="A sample cannot be changed; save it under another name.")
    if not WorkspaceAssets(workspace).of(kind).versions(family):
        raise missing(f"{kind.word} family", family)
    return family


@contextmanager
def _checked(workspace: Workspace, kind: Kind, name: str, family: str | None) -> Iterator[None]:
    """Around saving under a name: refuse one that cannot be; afterwards let experiments follow a family's new name."""
    if _FORBIDDEN.search(name):
        raise HttpError(
            400, message=f"The name {name[:100]!r} contains forbidden characters: none of : / \\ may be in it."
        )
    kept = WorkspaceAssets(workspace).of(kind)
    there = kept.find(name)
    is_sample = kind is Kind.DATASET and samples.named(name) is not None
    if is_sample or (there is not None and there.family != family):
        raise _taken(kind, name)
    before = kept.versions(family)[-1:] if family else []
    try:
        yield
    except Taken as error:  # somebody else was faster
        raise _taken(kind, name) from error
    for old in before:
        if old.name != name:
            _follow(workspace, kind, old, name)


def _taken(kind: Kind, name: str) -> HttpError:
    return HttpError(409, message=f"There is a {kind.word} named {name} already.")


def _follow(workspace: Workspace, kind: Kind, old: Dataset, name: str) -> None:
    """Experiments mean a family, whatever it is called; documents know it by its name."""
    names = KINDS[kind]
    for stored in workspace.experiments.list(archived=True):
        experiment = changed = reading.loads(stored.document).experiment
        for node in experiment.nodes.values():
            if node.module == names.module and node.parameters.get(names.parameter) == old.name:
                changed = changed.set(node.id, names.parameter, name)
        if changed is not experiment:
            workspace.experiments.update(stored.id, document=editing.update(stored.document, changed))
