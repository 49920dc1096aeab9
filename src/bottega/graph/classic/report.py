"""What became of an experiment of classic's: what was mapped, what was not and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from bottega.graph.classic import families
from bottega.graph.classic.assets import KINDS, Asset, of_node
from bottega.graph.document import Experiment, Node
from bottega.graph.problem import Problem
from bottega.graph.topology import FindModule, cached
from bottega.graph.validation import validate
from bottega.sdk import catalogue


class Fate(StrEnum):
    """What became of a node."""

    MAPPED = "mapped"
    RECOGNISED = "recognised"  # by the names of its parameters and ports, for its id tells nothing
    PLACEHOLDER = "placeholder"


@dataclass(frozen=True)
class ModuleFate:
    """A node that was a module.

    title   what people call the module; of one that nobody knows its id in classic
    module  what the document calls it
    reason  why it is a placeholder; empty where it is none
    kept    the number of its parameters that a placeholder keeps
    """

    node: str
    title: str
    module: str
    fate: Fate
    reason: str = ""
    kept: int = 0
    comment: str = ""


@dataclass(frozen=True)
class AssetFate:
    """A dataset, trained model or transform; `known` where the workspace has it or it comes along."""

    node: str
    kind: str
    name: str
    known: bool


@dataclass(frozen=True)
class Report:
    """All of it; `problems` is what else is to be settled before the experiment runs, `notes` what was chosen for it."""

    modules: tuple[ModuleFate, ...]
    assets: tuple[AssetFate, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()

    def of(self, *fates: Fate) -> list[ModuleFate]:
        """The modules of these fates."""
        return [each for each in self.modules if each.fate in fates]

    def as_json(self) -> dict[str, Any]:
        """Everything, as JSON takes it."""
        return {
            "modules": [asdict(each) for each in self.modules],
            "assets": [asdict(each) for each in self.assets],
            "problems": [each.as_json() for each in self.problems],
            "notes": list(self.notes),
        }


def report(
    experiment: Experiment, recognised: Iterable[str], asset_known: Callable[[str, str], bool],
    find_module: FindModule = catalogue.find,
) -> Report:  # fmt: skip
    """What became of the nodes of an experiment that `decode` read.

    recognised   the modules that were taken for unknown ids
    asset_known  by kind and name, whether the workspace has it
    """
    find, taken = cached(find_module), set(recognised)
    modules, assets = [], []
    for node in experiment.nodes.values():
        asset = None if node.dataset and not isinstance(node.dataset, str) else of_node(node, find)
        if asset is not None:
            assets.append(_asset(node, asset, asset_known))
        elif not node.dataset:
            modules.append(_module(node, find, taken))
    placeholders = {each.node for each in modules if each.fate is Fate.PLACEHOLDER}
    problems = [each for each in validate(experiment, find_module=find_module) if each.node not in placeholders]
    return Report(tuple(modules), tuple(assets), tuple(problems))


def _asset(node: Node, asset: Asset, known: Callable[[str, str], bool]) -> AssetFate:
    return AssetFate(node.id, asset.kind, asset.name, known(asset.kind, asset.name))


def _module(node: Node, find: FindModule, recognised: set[str]) -> ModuleFate:
    spec = find(node.module)
    if spec is not None:
        fate = Fate.RECOGNISED if spec.name in recognised else Fate.MAPPED
        return ModuleFate(node.id, spec.title, spec.name, fate, comment=node.comment)
    known = families.FAMILIES.get(node.module)
    title = known.title if known else node.module.removeprefix(families.UNKNOWN)
    reason = "Bottega has no such module" if known else _unknown(node.module)
    return ModuleFate(node.id, title, node.module, Fate.PLACEHOLDER, reason, len(node.parameters), node.comment)


def _unknown(module: str) -> str:
    if module.startswith(families.UNKNOWN):
        return "its id belongs to no module that is known here, as that of a custom module"
    return "there is no module of this name here"


ASSET_WORDS: Mapping[str, str] = {kind: kind.replace("-", " ") for kind in KINDS}
