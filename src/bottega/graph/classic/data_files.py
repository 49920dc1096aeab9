"""Data files beside an experiment, which classic's JSON cannot name: they travel as datasets called `file:PATH`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from bottega.graph.classic.assets import Asset, slug_of
from bottega.graph.document import DATASET_PARAMETER, Experiment, FileRef

_SCHEME = "file:"


def named(experiment: Experiment) -> Experiment:
    """With a dataset's name in place of each data file."""
    return _with(experiment, lambda value: f"{_SCHEME}{value.path}" if isinstance(value, FileRef) else None)


def filed(experiment: Experiment) -> Experiment:
    """With the data files again, their nodes named after them; for those alone who may name files of their own machine."""
    made = _with(experiment, _filed)
    for name, node in experiment.nodes.items():
        ref = made.nodes[name].dataset
        if isinstance(ref, FileRef) and not isinstance(node.dataset, FileRef):
            slug = slug_of(Asset("dataset", PurePosixPath(ref.path).stem))
            made = made if slug in made.nodes else made.rename(name, slug)
    return made


def _filed(value: str | FileRef) -> FileRef | None:
    is_file = isinstance(value, str) and value.startswith(_SCHEME) and value != _SCHEME
    return FileRef(str(value).removeprefix(_SCHEME)) if is_file else None


def _with(experiment: Experiment, other: Callable[[str | FileRef], str | FileRef | None]) -> Experiment:
    nodes = {}
    for name, node in experiment.nodes.items():
        changed = None if node.dataset is None else other(node.dataset)
        nodes[name] = node if changed is None else replace(node, parameters={DATASET_PARAMETER: changed})
    return replace(experiment, nodes=nodes)
