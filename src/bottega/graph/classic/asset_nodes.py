"""Datasets and models that are met while classic's JSON is read: one node for each in the document."""

from __future__ import annotations

from collections.abc import Iterable

from bottega.graph.classic.assets import KINDS, Asset, Assets, missing_name, name_of, slug_of
from bottega.graph.document import Node

_MAX_STRANGERS = 1000  # places of what is unknown that are looked up


class AssetNodes:
    """The nodes of datasets and models, one for each that is met."""

    def __init__(self, assets: Assets, before: dict[Asset, Node]) -> None:
        self._taken = {node.id for node in before.values()}
        self._known = assets
        self._before = before
        self._by_asset: dict[Asset, Node] = {}
        self._by_id: dict[tuple[str, str], Node] = {}
        self._used: set[str] = set()
        self._numbers: dict[str, int] = {}
        self._strangers = 0

    def reserve(self, ids: Iterable[str]) -> None:
        """Keep ids for others: those of modules."""
        self._used.update(ids)
        self._taken.update(ids)

    def nodes(self) -> list[Node]:
        """All of them, in the order in which they were met."""
        return list(self._by_asset.values())

    def node(self, kind: str, told: str) -> Node:
        """The node of an id on a port."""
        found = self._by_id.get((kind, told))
        if found is None:
            asset = Asset(kind, name_of(kind, told, self._known))
            found = self._by_asset.get(asset) or self._made(asset)
            self._by_id[kind, told] = self._by_asset[asset] = found
        return found

    def known(self, told: str) -> Node | None:
        """The node of an id that may be anything."""
        for kind in KINDS:
            if (kind, told) in self._by_id:
                return self._by_id[kind, told]
        if told.count(".") != 2 or self._strangers >= _MAX_STRANGERS:
            return None
        for kind in KINDS:
            if self._known.name_of(kind, told) is not None or missing_name(kind, told) is not None:
                return self.node(kind, told)
        self._strangers += 1
        return None

    def _made(self, asset: Asset) -> Node:
        told, before = KINDS[asset.kind], self._before.get(asset)
        parameters = {told.parameter: asset.name} if asset.name else {}
        if before is not None and before.id not in self._used:
            self._used.add(before.id)
            return Node(before.id, before.module, {}, parameters, before.comment, before.pinned)
        return Node(self._free_id(slug_of(asset)), told.module, {}, parameters)

    def _free_id(self, slug: str) -> str:
        free = slug
        while free in self._taken:
            self._numbers[slug] = self._numbers.get(slug, 1) + 1
            free = f"{slug}-{self._numbers[slug]}"
        self._taken.add(free)
        return free
