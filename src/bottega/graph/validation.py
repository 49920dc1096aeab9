"""Everything that is wrong with an experiment, told at once and before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bottega.graph.checking import Checking
from bottega.graph.column_checks import SchemaOf, check_columns
from bottega.graph.document import Experiment
from bottega.graph.lines import LineIndex
from bottega.graph.parameter_checks import ParsePython, check_datasets, check_parameters, check_scripts
from bottega.graph.problem import Problem
from bottega.graph.reading import Loaded
from bottega.graph.service_checks import check_service
from bottega.graph.topology import FindModule, cached, upstream
from bottega.graph.wiring_checks import check_wiring
from bottega.sdk import catalogue

__all__ = ["Problem", "validate"]


def validate(
    given: Loaded | Experiment,
    *,
    find_module: FindModule = catalogue.find,
    parse_python: ParsePython | None = None,
    schema_of: SchemaOf | None = None,
    dataset_known: Callable[[str], bool] | None = None,
    dataset_names: Callable[[], Iterable[str]] | None = None,
    targets: Iterable[str] | None = None,
) -> list[Problem]:
    """All problems, by line or else by node.

    parse_python   reads scripts without running them: key to (line in the script, message), or None
    schema_of      the columns of a node's output port, where they are known
    dataset_known  whether the workspace has a dataset; `dataset_names` serves for hints
    targets        check what these need and no more; raises `usage` for an unknown one
    """
    loaded = given if isinstance(given, Loaded) else Loaded(given, LineIndex(), (), "")
    experiment = loaded.experiment
    wanted = set(experiment.nodes) if targets is None else upstream(experiment, targets)
    checking = Checking(
        experiment,
        loaded.lines,
        cached(find_module),
        [name for name in experiment.nodes if name in wanted],
        [problem for problem in loaded.problems if problem.node is None or problem.node in wanted],
    )
    check_wiring(checking)
    settings = check_parameters(checking)
    if dataset_known is not None:
        check_datasets(checking, dataset_known, dataset_names)
    if parse_python is not None:
        check_scripts(checking, settings, parse_python)
    check_columns(checking, settings, schema_of)
    check_service(checking)
    return _sorted(checking.problems, experiment)


def _sorted(problems: list[Problem], experiment: Experiment) -> list[Problem]:
    place = {name: index for index, name in enumerate(experiment.nodes)}
    return sorted(
        problems,
        key=lambda each: (each.line is None, each.line or 0, -1 if each.node is None else place.get(each.node, 0)),
    )
