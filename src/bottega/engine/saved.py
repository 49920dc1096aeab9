"""Nodes that stand for what the workspace keeps: datasets, trained models, transforms."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bottega.engine.prepared import Ready
from bottega.store.datasets import Datasets
from bottega.store.records import Dataset
from bottega.store.workspace import Workspace

# By module, where that is kept; its only parameter is the name.
KINDS: Mapping[str, Callable[[Workspace], Datasets]] = {
    "saved-dataset": lambda workspace: workspace.datasets,
    "saved-trained-model": lambda workspace: workspace.trained_models,
    "saved-transform": lambda workspace: workspace.transforms,
}


def saved(node: Ready, workspace: Workspace) -> Dataset | None:
    """What the workspace keeps under the name that a node gives; None for any other node, a file or a sample."""
    kept = KINDS.get(node.spec.name)
    if kept is None or node.file is not None or node.spec.own is not None:
        return None
    return kept(workspace).find(str(node.values[node.spec.parameters[0].name]))
