"""Every problem of an experiment at once, with all that is known here: modules, datasets, files, earlier results."""

from __future__ import annotations

from bottega.dataset.table import Column
from bottega.dataset.types import ColumnType, Kind, Role
from bottega.engine.plan import Planner
from bottega.engine.prepared import prepare
from bottega.errors import BottegaError
from bottega.graph import validation
from bottega.graph.document import Experiment
from bottega.graph.file import Loaded
from bottega.sandbox.host import syntax
from bottega.store.records import Step
from bottega.store.workspace import Workspace


def check(loaded: Loaded | Experiment, workspace: Workspace, name: str) -> list[validation.Problem]:
    """The problems of an experiment, which the workspace knows by this name."""
    from bottega.modules.data_input_and_output._samples import NAMES

    experiment = loaded if isinstance(loaded, Experiment) else loaded.experiment
    saved = [dataset.name for dataset in workspace.datasets.list()]
    known = _known(experiment, workspace, name)

    def schema(node: str, port: str) -> tuple[Column, ...] | None:
        step = known.get(node)
        output = next((each for each in step.outputs if each.port == port), None) if step is not None else None
        if output is None or output.columns is None:
            return None
        return tuple(Column(column.name, _type(column.type), Role(column.role)) for column in output.columns)

    return validation.validate(
        loaded, parse_python=syntax.check, schema_of=schema,
        dataset_known=lambda dataset: dataset in saved or dataset in NAMES, dataset_names=lambda: (*saved, *NAMES),
    )  # fmt: skip


def _known(experiment: Experiment, workspace: Workspace, name: str) -> dict[str, Step]:
    """The results that a run would reuse: their columns are known."""
    try:
        prepared = prepare(experiment, lenient=True)
        decisions = Planner(workspace, name).plan(prepared)
    except BottegaError:  # a cycle; told by the validation
        return {}
    return {node: decision.step for node, decision in decisions.items() if decision.step is not None}


def _type(text: str) -> ColumnType:
    """A column's type from its name, such as `Categorical String`."""
    kind = text.removeprefix("Categorical ")
    return ColumnType(Kind(kind), categorical=kind != text)
