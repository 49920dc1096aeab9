"""An experiment with all that it needs, in one zip: from one workspace to another (clients.md 4, Copy-AmlExperiment).

A package may come from anywhere: what it says is bounded and checked, and models in it are opened in jails alone.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from bottega.dataset import exchange
from bottega.engine.made import Made
from bottega.engine.values import Values
from bottega.errors import BottegaError
from bottega.graph import editing, reading
from bottega.graph.classic.assets import KINDS
from bottega.graph.document import UNSET
from bottega.sdk import catalogue
from bottega.sdk.ports import PortType
from bottega.server.studio import data_types, saving
from bottega.server.studio.assets import FROM_SAMPLE, WorkspaceAssets
from bottega.server.studio.data_types import Content
from bottega.store.naming import Taken
from bottega.store.records import Dataset, Kind, Output

if TYPE_CHECKING:
    from bottega.graph.document import Experiment
    from bottega.store.records import StoredExperiment
    from bottega.store.workspace import Workspace

FROM_PACKAGE = "FromPackage"
_MANIFEST = "package.json"
_FORMAT = 1
_MOST_ASSETS = 1000
_MOST_MANIFEST = 64 << 20
_LARGEST = 2**31 - 1
_PIECE = 1 << 20
_MOST_NAMES = 1000


class PackedAsset(msgspec.Struct, frozen=True):
    """A dataset, trained model or transform; `data` and `raw` are names of files in the zip."""

    kind: Kind
    name: str
    type: PortType
    data: str
    description: str = ""
    data_type: str = ""
    owner: str = ""
    file_name: str = ""
    raw: str | None = None
    described: dict[str, Any] | None = None


class Manifest(msgspec.Struct, frozen=True):
    """What a package says of itself."""

    format: int
    title: str
    summary: str
    document: str
    client: dict[str, Any]
    assets: tuple[PackedAsset, ...]


class _Node(msgspec.Struct, rename={"extras": "ModuleParameters"}):
    extras: dict[str, str] = {}


class _Client(msgspec.Struct):
    """The shape of what `graph.classic.client_data` makes, as far as telling an experiment relies on it."""

    nodes: dict[str, _Node] = {}
    places: dict[str, list[float]] = {}
    service: dict[str, Any] = {}
    ports: dict[str, dict[str, str]] = {}


def pack(workspace: Workspace, stored: StoredExperiment, file: IO[bytes], *, clear_credentials: bool = True) -> None:
    """Write a package of an experiment. Raises `blob-missing`."""
    experiment = reading.loads(stored.document).experiment
    document = editing.update(stored.document, _without_secrets(experiment)) if clear_credentials else stored.document
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        assets = []
        for place, record in enumerate(_used(workspace, experiment)):
            assets.append(_pack_asset(workspace, archive, record, place))
        manifest = Manifest(_FORMAT, stored.title, stored.summary, document, stored.client, tuple(assets))
        archive.writestr(_MANIFEST, msgspec.json.encode(manifest))


def unpack(workspace: Workspace, path: Path, *, creator: str = "") -> StoredExperiment:
    """Keep the experiment of a package, and what it needs that the workspace does not have yet.

    Something else of the same name stays: what comes gets a name beside it, and the experiment follows.
    Raises `usage` for what is no package.
    """
    with _opened(path) as archive:
        manifest = _manifest(archive)
        experiment = reading.loads(manifest.document).experiment
        renamed = {
            (each.kind, each.name): _unpack_asset(workspace, archive, each, path.parent) for each in manifest.assets
        }
    changed = _renamed(experiment, renamed)
    saving.bring_samples(workspace, changed)
    return workspace.experiments.create(
        editing.update(manifest.document, changed), title=manifest.title, summary=manifest.summary,
        creator=creator, client=manifest.client,
    )  # fmt: skip


def _used(workspace: Workspace, experiment: Experiment) -> list[Dataset]:
    """What an experiment names of the workspace: each once; samples are everywhere."""
    assets, found = WorkspaceAssets(workspace), {}
    for kind, names in KINDS.items():
        for node in experiment.nodes.values():
            name = node.parameters.get(names.parameter)
            record = assets.of(kind).find(name) if node.module == names.module and isinstance(name, str) else None
            if record is not None and record.origin != FROM_SAMPLE:
                found[record.id] = record
    return list(found.values())


def _without_secrets(experiment: Experiment) -> Experiment:
    for name, each in experiment.web_service.parameters.items():
        if each.default is not UNSET and any(_is_secret(experiment, *place.split(".", 1)) for place in each.sets):
            experiment = experiment.with_service_parameter(name, *each.sets, description=each.description)
    for node in list(experiment.nodes.values()):
        for name in node.parameters:
            if _is_secret(experiment, node.id, name):
                experiment = experiment.unset(node.id, name)
    return experiment


def _is_secret(experiment: Experiment, node: str, name: str) -> bool:
    found = experiment.nodes.get(node)
    spec = catalogue.find(found.module) if found is not None else None
    parameter = spec.parameter(name) if spec is not None else None
    return parameter is not None and parameter.secret


def _pack_asset(workspace: Workspace, archive: zipfile.ZipFile, record: Dataset, place: int) -> PackedAsset:
    data, raw = f"assets/{place}", f"assets/{place}.raw" if record.raw and record.raw != record.output.digest else None
    for name, digest in ((data, record.output.digest), (raw, record.raw)):
        if name is not None and digest is not None:
            with workspace.blobs.open(digest) as source, archive.open(name, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, _PIECE)
    return PackedAsset(
        Kind(record.kind), record.name, PortType(record.output.type), data, record.description, record.data_type,
        record.owner, record.file_name, data if record.raw == record.output.digest else raw, record.output.described,
    )  # fmt: skip


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise _no_package(str(error)) from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    if len(archive.infolist()) > 2 * _MOST_ASSETS + 1 or sum(each.file_size for each in archive.infolist()) > _LARGEST:
        raise _no_package("it holds too much")
    try:
        info = archive.getinfo(_MANIFEST)
        with archive.open(info) as file:
            data = file.read(_MOST_MANIFEST + 1)
        if len(data) > _MOST_MANIFEST:
            raise _no_package("its description is too large")
        manifest = msgspec.json.decode(data, type=Manifest)
        msgspec.convert(manifest.client, _Client)
    except (KeyError, msgspec.DecodeError) as error:
        raise _no_package(str(error)) from error
    if manifest.format != _FORMAT or len(manifest.assets) > _MOST_ASSETS:
        raise _no_package("another Bottega made it")
    for asset in manifest.assets:
        _check(asset)
    return manifest


def _check(asset: PackedAsset) -> None:
    """Refuse what no client could have saved: a list that holds it could not be told."""
    is_data = asset.kind is Kind.DATASET
    known = {each.id for each in data_types.every() if (each.content is not Content.MODEL) == is_data}
    if asset.type not in saving.FITTING[asset.kind] or asset.data_type not in {"", *known}:
        told = f"{asset.type} of type {asset.data_type[:60]!r}" if asset.data_type else str(asset.type)
        raise _no_package(f"{asset.name[:60]!r} is a {told}, which is no {asset.kind.word}")


def _unpack_asset(workspace: Workspace, archive: zipfile.ZipFile, asset: PackedAsset, folder: Path) -> str:
    """Keep an asset; its name here."""
    values, made = Values(workspace), Made()
    paths = {name: folder / f"part-{place}" for place, name in enumerate(filter(None, (asset.data, asset.raw)))}
    digests = {name: _extract(archive, name, path) for name, path in paths.items()}
    opened = [os.open(path, os.O_RDONLY | os.O_CLOEXEC) for path in paths.values()]
    try:
        blobs = list(zip(digests.values(), opened, strict=True))
        if asset.type is PortType.TABLE:
            with pa.memory_map(str(paths[asset.data])) as mapped:
                table = exchange.read_untrusted(mapped.read_buffer(), asset.name, roles=True)
                made.add_table("dataset", table, values)
            output = made.outputs[0]
        else:
            size = paths[asset.data].stat().st_size
            output = Output("dataset", asset.type, digests[asset.data], size, described=asset.described)
        raw = digests[asset.raw] if asset.raw is not None else None
        raw_size = paths[asset.raw].stat().st_size if asset.raw is not None else 0
        return _kept(workspace, asset, output, [*blobs, *made.blobs], raw, raw_size)
    finally:
        for _, source in made.blobs:
            if isinstance(source, int):
                os.close(source)
        for descriptor in opened:
            os.close(descriptor)
        values.close()
        for path in paths.values():
            path.unlink(missing_ok=True)


def _kept(
    workspace: Workspace, asset: PackedAsset, output: Output, blobs: list[Any], raw: str | None, raw_size: int
) -> str:
    """Under its own name, or one beside it where something else has that; nothing new where the same is there."""
    kept = WorkspaceAssets(workspace).of(asset.kind)
    for number in range(1, _MOST_NAMES):
        name = asset.name if number == 1 else f"{asset.name} ({number})"
        there = kept.find(name)
        if there is not None and there.output.digest == output.digest:
            return name
        if there is None:
            try:
                kept.save(
                    name, replace(output), blobs=blobs, new=True, description=asset.description, source="package",
                    data_type=asset.data_type, owner=asset.owner, origin=FROM_PACKAGE, file_name=asset.file_name,
                    raw=raw, raw_size=raw_size,
                )  # fmt: skip
            except Taken:
                continue
            return name
    raise BottegaError("usage", reason=f"There are too many {asset.kind.word}s named like {asset.name}")


def _extract(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    """Write out a file of the zip, no more of it than it said; its digest."""
    state, room = hashlib.blake2b(digest_size=32), _LARGEST
    try:
        with archive.open(name) as source, path.open("wb") as target:
            while piece := source.read(_PIECE):
                room -= len(piece)
                if room < 0:
                    raise _no_package(f"{name} is too large")
                state.update(piece)
                target.write(piece)
    except KeyError as error:
        raise _no_package(f"it lacks {name[:100]}") from error
    return state.hexdigest()


def _renamed(experiment: Experiment, names: Mapping[tuple[Kind, str], str]) -> Experiment:
    for kind, told in KINDS.items():
        for node in list(experiment.nodes.values()):
            name = node.parameters.get(told.parameter)
            new = names.get((Kind(kind), name)) if node.module == told.module and isinstance(name, str) else None
            if new is not None and new != name:
                experiment = experiment.set(node.id, told.parameter, new)
    return experiment


def _no_package(reason: str) -> BottegaError:
    return BottegaError("usage", reason=f"This is no package of an experiment: {reason}")
