"""Set Up Web Service (fact sheet 4.5): a training experiment becomes one that can be published."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from bottega.engine.saved import KINDS
from bottega.errors import BottegaError
from bottega.graph import file
from bottega.graph.diff import Change, diff
from bottega.graph.document import Experiment
from bottega.sdk import catalogue
from bottega.sdk.ports import PortType
from bottega.services.predictive import Learned, named, predictive
from bottega.services.wiring import Wiring
from bottega.store.datasets import Datasets
from bottega.store.records import Dataset, Output, Run, Status, Step
from bottega.store.workspace import Workspace

Kind = Literal["predictive", "retraining"]
SUFFIX = "[Predictive Exp.]"
_DATA_TYPES = {PortType.TRAINED_MODEL: "ILearnerDotNet", PortType.TRANSFORM: "ITransformDotNet"}
_MODULES = {PortType.TRAINED_MODEL: "saved-trained-model", PortType.TRANSFORM: "saved-transform"}
# Beside what no name in the workspace may hold, what old clients refuse in one (clients.md 1).
_FORBIDDEN = re.compile(r"[/\\:\x00-\x1f\x7f\u2028\u2029]+")
_LONGEST_NAME = 150
# Changes that leave what an experiment computes as it was.
_HARMLESS = ("title", "description", "comment", "moved")


@dataclass(frozen=True)
class Asset:
    """What the experiment learned and the predictive one needs.

    node    the node of the predictive experiment that stands for it
    output  what the run gave
    is_new  False where the workspace has just this as the newest version of that name
    """

    node: str
    name: str
    type: PortType
    output: Output
    experiment: str
    is_new: bool

    @property
    def what(self) -> str:
        """The kind, as people read it."""
        return "trained model" if self.type is PortType.TRAINED_MODEL else "transform"


@dataclass(frozen=True)
class SetUp:
    """The experiment to be published, the assets that `keep` has to save for it, and how it differs from the one that was given.

    notes  what its callers may not expect, as sentences
    """

    experiment: Experiment
    saved: tuple[Asset, ...]
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()


def propose(
    experiment: Experiment, run: Run, workspace: Workspace, *, kind: Kind = "predictive", model: str | None = None
) -> SetUp:
    """What setting up would give; nothing is written.

    An experiment that trains nothing gets web service inputs and outputs and stays as it is otherwise, like any for
    retraining. `model` names the node whose model is meant, where there are several. Raises `usage` where the experiment
    has not run to its end as it stands, and as `predictive` does.
    """
    check_ran(experiment, run)
    wiring = Wiring(experiment)
    if kind == "retraining" or not wiring.trainers:
        made, assets = _with_blocks(wiring), tuple[Asset, ...]()
    else:
        bare, learned = predictive(experiment, model)
        assets = tuple(_assets(bare.title or experiment.title, learned, run, workspace))
        for asset in assets:
            bare = named(bare, asset.node, asset.type, asset.name)
        made = _with_blocks(Wiring(_retitled(bare)))
    notes = _notes(made) if assets else ()
    return SetUp(made, assets, tuple(diff(experiment, made, catalogue.find)), tuple(notes))


def _notes(experiment: Experiment) -> Iterable[str]:
    """Of the nodes whose results hang on the rows of a call."""
    for name, node in experiment.nodes.items():
        spec = catalogue.get(node.module)
        if spec.rows_decide:
            given = {each: experiment.resolve_value(value) for each, value in node.parameters.items()}
            titles = ", ".join(parameter.title for parameter in spec.deciding(spec.convert(given)))
            if titles:
                yield (
                    f"{name} ({spec.title}) goes by the rows of each call, not by those of the training data, "
                    f"because of {titles}: a row may be answered in another way alone than among others"
                )


def keep(set_up: SetUp, workspace: Workspace) -> list[Dataset]:
    """Save the assets; one that the workspace has already gets no new version."""
    return [_keep(asset, workspace) for asset in set_up.saved]


def check_ran(experiment: Experiment, run: Run) -> None:
    """Raise `usage` unless a run finished and was of the experiment as it stands."""
    if run.status != Status.FINISHED or run.partial:
        raise BottegaError(
            "usage", reason=f"Run {run.id} is {run.status_text}; a run of the whole experiment has to finish first"
        )
    then = file.loads(run.document, experiment.folder, path=f"run {run.id}").experiment
    changed = [each for each in diff(then, experiment, catalogue.find)
               if each.kind not in _HARMLESS and not each.kind.startswith("web service")]  # fmt: skip
    if changed:
        places = ", ".join(dict.fromkeys(each.node or each.kind for each in changed[:10]))
        raise BottegaError(
            "usage", reason=f"The experiment has changed since run {run.id} ({places}); run it again first"
        )


def _retitled(experiment: Experiment) -> Experiment:
    title = experiment.title.strip()
    return experiment if title.endswith(SUFFIX) else replace(experiment, title=f"{title} {SUFFIX}".strip())


def _assets(title: str, learned: Mapping[str, Learned], run: Run, workspace: Workspace) -> Iterable[Asset]:
    """Names for what is to be saved: the title, with the node where that alone would not tell them apart."""
    models = sum(each.type is PortType.TRAINED_MODEL for each in learned.values())
    base = _FORBIDDEN.sub(" ", title).strip()[:_LONGEST_NAME] or "Experiment"
    for node, each in learned.items():
        output = _output(run.steps, each)
        alone = each.type is PortType.TRAINED_MODEL and models == 1
        store = _store(each.type, workspace)
        name = _own_name(store, base if alone else f"{base} ({each.node})", run.experiment)
        there = store.find(name)
        is_new = not _is_there(there, output)
        yield Asset(node, name, each.type, output, run.experiment, is_new)


def _own_name(store: Datasets, wanted: str, experiment: str) -> str:
    """A name that is free, or that this experiment gave before: then it gets another version."""
    name, number = wanted, 2
    while (there := store.find(name)) is not None and there.experiment != experiment:
        name, number = f"{wanted} {number}", number + 1
    return name


def _output(steps: Iterable[Step], learned: Learned) -> Output:
    step = next((each for each in steps if each.node == learned.node), None)
    found = next((each for each in step.outputs if each.port == learned.port), None) if step is not None else None
    if found is None:
        raise BottegaError(
            "usage", reason=f"The run has no {learned.port} of {learned.node}; run the experiment again first"
        )
    return found


def _is_there(there: Dataset | None, output: Output) -> bool:
    """Whether the newest version is this already; one that was not trusted gives way to the same that is."""
    return there is not None and there.output.digest == output.digest and there.output.trusted >= output.trusted


def _keep(asset: Asset, workspace: Workspace) -> Dataset:
    store = _store(asset.type, workspace)
    there = store.find(asset.name)
    if there is not None and _is_there(there, asset.output):
        return there
    return store.save(
        asset.name, asset.output, description=f"Learned by {asset.experiment}", source=asset.node,
        data_type=_DATA_TYPES[asset.type], origin="FromOutputPromotion", experiment=asset.experiment,
    )  # fmt: skip


def _store(kind: PortType, workspace: Workspace) -> Datasets:
    return KINDS[_MODULES[kind]](workspace)


def _with_blocks(wiring: Wiring) -> Experiment:
    """With web service inputs and outputs at their places, where the experiment has none yet."""
    experiment = wiring.experiment
    origins, outputs = _ends(wiring)
    if not experiment.web_service.inputs:
        fed = [ports for origin in dict.fromkeys(origins) if (ports := wiring.fed_by(origin))]
        for number, ports in enumerate(fed, 1):
            experiment = experiment.with_service_input(
                f"input{number}", *(f"{each.node}.{each.port}" for each in ports)
            )
    if not experiment.web_service.outputs:
        for number, (node, port) in enumerate(outputs, 1):
            first = wiring.specs[node].outputs[0].name
            experiment = experiment.with_service_output(f"output{number}", node if port == first else f"{node}.{port}")
    return experiment


def _ends(wiring: Wiring) -> tuple[list[str], list[tuple[str, str]]]:
    """Where the data of a call comes in, as the nodes that bring it in a run, and the ports where the answers leave.

    With a model that is trained here those are the model and what measures it; else what nothing goes on from.
    """
    if wiring.trainers:
        models = [
            (name, port.name) for name in wiring.trainers if (port := wiring.output(name, PortType.TRAINED_MODEL))
        ]
        measured = [(name, port.name) for name in wiring.order
                    if wiring.is_evaluation(name) and (port := wiring.output(name, PortType.TABLE))]  # fmt: skip
        return [wiring.origin(name) for name in wiring.trainers], [*models, *measured]
    scored = wiring.after(name for name in wiring.order if _takes_saved_model(wiring, name))
    computed = [name for name in wiring.order if wiring.tables_into(name)]
    last = list(wiring.last(scored or computed or wiring.order))
    return [wiring.origin(name) for name, _ in last], last


def _takes_saved_model(wiring: Wiring, name: str) -> bool:
    return any(wiring.carries(edge) is PortType.TRAINED_MODEL for edge in wiring.into[name])
