"""Datasets, trained models and transforms: nodes in a document, ids on the ports of their consumers in classic's JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bottega.errors import BottegaError
from bottega.graph.classic.families import GLOBAL
from bottega.graph.document import Experiment, FileRef, Node, is_id
from bottega.graph.spelling import same_key
from bottega.graph.topology import FindModule

_MISSING = "missing-"
_ID = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_SLUG = 60  # characters


class Assets(Protocol):
    """What a workspace has; a kind is "dataset", "trained-model" or "transform"."""

    def id_of(self, kind: str, name: str) -> str | None:
        """The id of the one of that name."""

    def name_of(self, kind: str, id: str) -> str | None:  # noqa: A002 # its name
        """The name of the one of that id."""


@dataclass(frozen=True)
class Kind:
    """module and parameter in a document; the field of an input port in classic's JSON."""

    module: str
    parameter: str
    field: str


KINDS: Mapping[str, Kind] = {
    "dataset": Kind("saved-dataset", "dataset", "DataSourceId"),
    "trained-model": Kind("saved-trained-model", "trained_model", "TrainedModelId"),
    "transform": Kind("saved-transform", "transform", "TransformModuleId"),
}


@dataclass(frozen=True)
class Asset:
    """A thing of the workspace, by name."""

    kind: str
    name: str


def of_node(node: Node, find: FindModule) -> Asset | None:
    """What a node stands for; None for a module. Raises `usage` for a file, which classic's JSON cannot name."""
    spec = find(node.module)
    module = spec.name if spec else node.module
    for kind, told in KINDS.items():
        if module == told.module:
            key = same_key(told.parameter, node.parameters)
            value = node.parameters.get(key, "") if key else ""
            if isinstance(value, FileRef):
                raise BottegaError(
                    "usage", reason=f"Node {node.id} is the file {value.path}; save it as a dataset first"
                )
            return Asset(kind, str(value))
    return None


def id_of(asset: Asset, assets: Assets) -> str:
    """The id; for what the workspace does not have, one that tells the name, so that nothing is lost."""
    found = assets.id_of(asset.kind, asset.name)
    if found is not None:
        return found
    if _ID.fullmatch(asset.name):  # an id that was unknown when it came in
        return asset.name
    return f"{GLOBAL}.{asset.name.encode().hex()}.{_MISSING}{asset.kind}"


def name_of(kind: str, given: str, assets: Assets) -> str:
    """The name of an id; one that is unknown is its own name."""
    found = assets.name_of(kind, given)
    missing = missing_name(kind, given) if found is None else found
    return given if missing is None else missing


def missing_name(kind: str, given: str) -> str | None:
    """The name in an id of what a workspace did not have."""
    workspace, _, rest = given.partition(".")
    told, _, last = rest.partition(".")
    if workspace != GLOBAL or last != f"{_MISSING}{kind}":
        return None
    try:
        return bytes.fromhex(told).decode()
    except ValueError:
        return None


def slug_of(asset: Asset) -> str:
    """The id that the node of an asset would like: its name, as far as an id may look like it."""
    slug = re.sub(r"[^a-z0-9]+", "-", asset.name.lower()).strip("-")[:_SLUG].strip("-")
    return slug if is_id(slug) else f"{asset.kind}-{slug}".strip("-")


def in_document(experiment: Experiment | None, find: FindModule) -> dict[Asset, Node]:
    """The nodes of assets in an earlier document, the first of each."""
    found: dict[Asset, Node] = {}
    for node in experiment.nodes.values() if experiment else ():
        try:
            asset = of_node(node, find)
        except BottegaError:  # a file: no client ever saw it
            continue
        if asset is not None:
            found.setdefault(asset, node)
    return found
