"""Every problem of an experiment at once, with all that is known here: modules, datasets, files, earlier results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bottega.dataset import formats
from bottega.dataset.table import Column
from bottega.dataset.types import ColumnType, Kind, Role
from bottega.engine import environment_checks, pins
from bottega.engine.plan import Planner
from bottega.engine.prepared import Prepared, Ready, prepare
from bottega.engine.saved import KINDS
from bottega.errors import BottegaError
from bottega.graph import validation
from bottega.graph.document import DATASET_MODULE, DATASET_PARAMETER, Experiment
from bottega.graph.lines import LineIndex
from bottega.graph.parameter_checks import ParsePython
from bottega.graph.problem import INVALID, Problem
from bottega.graph.reading import Loaded
from bottega.graph.spelling import did_you_mean
from bottega.sandbox.host import syntax
from bottega.sdk import catalogue
from bottega.store.records import Step
from bottega.store.workspace import Workspace

Schema = tuple[Column, ...]
# A data file up to this size is read to know its columns before the first run.
_SMALL_FILE = 8 << 20


def check(loaded: Loaded | Experiment, workspace: Workspace, name: str) -> list[validation.Problem]:
    """The problems of an experiment, which the workspace knows by this name."""
    from bottega.modules.data_input_and_output._samples import NAMES

    if isinstance(loaded, Experiment):
        loaded = Loaded(loaded, LineIndex(), (), "")
    experiment = loaded.experiment
    saved = [dataset.name for dataset in workspace.datasets.list()]
    known = Known(experiment, workspace, name)
    found = (
        *loaded.problems, *_unknown(loaded, workspace), *environment_checks.problems(loaded),
        *pins.problems(experiment, workspace),
    )  # fmt: skip
    return validation.validate(
        replace(loaded, problems=found), parse_python=_parser(experiment), schema_of=known.schema,
        dataset_known=lambda dataset: dataset in saved or dataset in NAMES, dataset_names=lambda: (*saved, *NAMES),
    )  # fmt: skip


def _parser(experiment: Experiment) -> ParsePython:
    """Reads scripts by today's Python, and leaves those of an old one to that."""

    def check(scripts: Mapping[str, str]) -> Mapping[str, tuple[int, str] | None]:
        old = environment_checks.on_old_pythons(experiment)
        told = syntax.check({key: text for key, text in scripts.items() if key.rpartition(".")[0] not in old})
        mixed = environment_checks.with_old_names(experiment) if any(map(_is_of_tabs, told.values())) else set()
        return {
            key: None if _is_of_tabs(wrong) and key.rpartition(".")[0] in mixed else wrong
            for key, wrong in told.items()
        }

    return check


def _is_of_tabs(wrong: tuple[int, str] | None) -> bool:
    return wrong is not None and wrong[1].startswith("TabError")


def _unknown(loaded: Loaded, workspace: Workspace) -> Iterator[Problem]:
    """Trained models and transforms that the workspace does not have."""
    for node in loaded.experiment.nodes.values():
        spec = catalogue.find(node.module)
        if spec is None or spec.name not in KINDS or spec.name == DATASET_MODULE:
            continue
        kept = KINDS[spec.name](workspace)
        for spelling, name in node.parameters.items():
            if spec.parameter(spelling) is None or not isinstance(name, str) or kept.find(name) is not None:
                continue
            near = did_you_mean(name, [each.name for each in kept.list()])
            message = f"There is no {kept.kind.word} {name}{near or ' in this workspace'}."
            line = loaded.lines.parameter(node.id, spelling) or loaded.lines.node(node.id)
            yield Problem(INVALID, message, node.id, parameter=spelling, line=line)


class Known:
    """The columns that are known without running anything: of what a run would reuse, of samples, and of small data files."""

    def __init__(self, experiment: Experiment, workspace: Workspace, name: str) -> None:
        try:
            self._prepared = prepare(experiment, lenient=True)
        except BottegaError:  # a cycle; told by the validation
            self._prepared = Prepared({}, partial=False)
        decisions = Planner(workspace, name).plan(self._prepared)
        self._steps = {node: decision.step for node, decision in decisions.items() if decision.step is not None}

    def schema(self, node: str, port: str) -> Schema | None:
        """The columns of an output, where they are known."""
        step, ready = self._steps.get(node), self._prepared.nodes.get(node)
        if step is not None:
            return _of_step(step, port)
        if ready is None:
            return None
        return _of_file(ready) if ready.file is not None else _of_sample(ready)


def _of_step(step: Step, port: str) -> Schema | None:
    output = next((each for each in step.outputs if each.port == port), None)
    if output is None or output.columns is None:
        return None
    return tuple(Column(column.name, _type(column.type), Role(column.role)) for column in output.columns)


def _of_file(node: Ready) -> Schema | None:
    path = node.file
    try:
        if path is None or formats.is_archive(path) or path.stat().st_size > _SMALL_FILE:
            return None
        return formats.read(path).columns
    except (BottegaError, OSError):  # told when it is read for good
        return None


def _of_sample(node: Ready) -> Schema | None:
    from bottega.modules.data_input_and_output._sample_columns import columns

    return columns(str(node.values[DATASET_PARAMETER])) if node.spec.name == DATASET_MODULE else None


def _type(text: str) -> ColumnType:
    """A column's type from its name, such as `Categorical String`."""
    kind = text.removeprefix("Categorical ")
    return ColumnType(Kind(kind), categorical=kind != text)
