"""Datasets, trained models and transforms: their JSON, and the ids and names by which experiments name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bottega.sdk.ports import PortType
from bottega.server.errors import missing
from bottega.server.studio import data_types, samples
from bottega.server.studio.links import LARGEST_SIZE
from bottega.server.studio.wire import AssetId, date, ticks
from bottega.store.records import Dataset, Kind

if TYPE_CHECKING:
    from bottega.server.studio.data_types import DataType
    from bottega.server.studio.links import Links
    from bottega.server.studio.samples import SampleDataset
    from bottega.store.datasets import Datasets
    from bottega.store.workspace import Workspace

# The origin of a copy of a sample that an experiment needed; it is told as the sample.
FROM_SAMPLE = "FromSample"
PATHS: Mapping[Kind, str] = {
    Kind.DATASET: "datasources", Kind.TRAINED_MODEL: "trainedmodels", Kind.TRANSFORM: "transformmodules",
}  # fmt: skip
_SCHEMA_STATUSES = {PortType.TABLE.value: "Complete", PortType.FILE.value: "Failed"}


@dataclass(frozen=True)
class WorkspaceAssets:
    """The ids by which clients know what a workspace keeps, and the names by which its experiments do."""

    workspace: Workspace

    def of(self, kind: str) -> Datasets:
        """What is kept of a kind."""
        by_kind = {
            Kind.DATASET: self.workspace.datasets,
            Kind.TRAINED_MODEL: self.workspace.trained_models,
            Kind.TRANSFORM: self.workspace.transforms,
        }
        return by_kind[Kind(kind)]

    def id_of(self, kind: str, name: str) -> str | None:
        """The id of what experiments call so; None where there is none."""
        found = self.of(kind).find(name)
        if found is not None and found.origin != FROM_SAMPLE:
            return str(AssetId(self.workspace.id, found.family, found.id))
        sample = samples.named(name) if kind == Kind.DATASET else None
        return str(sample.id) if sample is not None else None

    def name_of(self, kind: str, id: str) -> str | None:  # noqa: A002 - what it is
        """The name of what clients know by an id of any of its versions; None where there is none."""
        asset = AssetId.parse(id)
        if asset is None:
            return None
        if asset.is_sample:
            sample = samples.dataset(asset) if kind == Kind.DATASET else None
            return sample.document if sample is not None else None
        versions = self.of(kind).versions(asset.family) if asset.workspace == self.workspace.id else []
        return versions[-1].name if versions else None

    def get(self, kind: str, id: str) -> Dataset | SampleDataset:  # noqa: A002 - what it is
        """What clients know by an id: that very version. Raises HttpError 404."""
        asset = AssetId.parse(id)
        if asset is not None and asset.is_sample and kind == Kind.DATASET:
            sample = samples.dataset(asset)
            if sample is not None:
                return sample
        if asset is not None and asset.workspace == self.workspace.id:
            found = self.of(kind).by_id(asset.id)
            if found is not None and found.family == asset.family:
                return found
        raise missing(Kind(kind).word, id)


def own(records: list[Dataset]) -> list[Dataset]:
    """Without copies of samples, which are told as the samples."""
    return [each for each in records if each.origin != FROM_SAMPLE]


def type_of(record: Dataset) -> DataType:
    """The kind of data that clients take a saved thing for."""
    return data_types.get(record.data_type) if record.data_type else data_types.of_port(record.output.type)


def file_name(record: Dataset) -> str:
    """What a download is called."""
    extension = type_of(record).extension
    return record.name if record.name.lower().endswith(extension.lower()) else f"{record.name}{extension}"


def as_json(links: Links, record: Dataset, *, latest: bool = True) -> dict[str, Any]:
    """A dataset, trained model or transform of the workspace."""
    asset = AssetId(links.workspace, record.family, record.id)
    kind = type_of(record)
    status = _SCHEMA_STATUSES.get(record.output.type, "NotSupported")
    return {
        **_views(links, f"{PATHS[Kind(record.kind)]}/{asset}"),
        "DownloadLocation": _download(links, record, kind),
        **_common(asset, record.name, kind, record.raw_size if record.raw else record.output.size, record.created),
        "SchemaStatus": "NotSupported" if kind.content == data_types.Content.OPAQUE else status,
        "Description": record.description,
        "SourceOrigin": record.origin or "FromExistingBlob",
        "Owner": record.owner,
        "ExperimentId": record.experiment or None,
        "UploadedFromFilename": record.file_name,
        "ServiceVersion": record.version,
        "IsLatest": latest,
        "Category": None,
    }


def sample_as_json(links: Links, sample: SampleDataset) -> dict[str, Any]:
    """A sample dataset."""
    kind = data_types.get(sample.data_type)
    path = f"datasources/{sample.id}"
    return {
        **_views(links, path),
        "DownloadLocation": links.view(
            f"{path}/content/{sample.file}", sample.file, kind.id, size=sample.size, auxiliary=False
        ),
        **_common(sample.id, sample.name, kind, sample.size, samples.MADE),
        "SchemaStatus": "Complete",
        "Description": sample.description,
        "SourceOrigin": "FromResourceUpload",
        "Owner": samples.OWNER,
        "ExperimentId": None,
        "UploadedFromFilename": sample.file,
        "ServiceVersion": 1,
        "IsLatest": True,
        "Category": "Samples",
    }


def _download(links: Links, record: Dataset, kind: DataType) -> dict[str, Any]:
    """The file as it was uploaded; of what was never a file, a table in the format that its kind tells."""
    name = file_name(record)
    if record.raw:
        return links.file(record.raw, name, kind.id, record.raw_size)
    if record.output.type == PortType.TABLE and kind.format:
        return links.table(record.output.digest, f"{record.id}{_extension(kind)}", kind.id, record.output.size)
    return links.file(record.output.digest, name, kind.id, record.output.size)


def _extension(kind: DataType) -> str:
    # The internal table has an extension of classic's own, which tells no format here.
    return ".arrow" if kind.format == "arrow" else kind.extension


def _views(links: Links, path: str) -> dict[str, Any]:
    """Where it is looked at and described; neither is ever null, for R fails on that (clients.md 0, rule 8)."""
    return {
        "VisualizeEndPoint": links.view(f"{path}/visualizationdata", "visualization"),
        "SchemaEndPoint": links.view(f"{path}/schema", "schema"),
    }


def _common(asset: AssetId, name: str, kind: DataType, size: int, created: float) -> dict[str, Any]:
    return {
        "Id": str(asset),
        "DataTypeId": kind.id,
        "Name": name,
        "FamilyId": asset.family,
        "ResourceUploadId": None,
        "Size": min(size, LARGEST_SIZE),
        "CreatedDate": date(created),
        "CreatedDateTicks": ticks(created),
        "ClientVersion": None,
        "PromotedFrom": None,
        "IsDeprecated": False,
        "Culture": "en-US",
        "Batch": 0,
    }
