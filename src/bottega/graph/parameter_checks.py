"""Checks of parameters: known, readable, within range, files and datasets there, scripts that parse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bottega.dataset.formats import format_of, is_archive
from bottega.errors import BottegaError
from bottega.graph.checking import Checking
from bottega.graph.document import DATASET_MODULE, DATASET_PARAMETER, FileRef, Node
from bottega.graph.spelling import there_are
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.parameters import Parameter

# Scripts by any key to None, or to the line in the script and what is wrong there.
ParsePython = Callable[[Mapping[str, str]], Mapping[str, tuple[int, str] | None]]


@dataclass
class Settings:
    """A node's parameters as its module takes them, by their own names, defaults filled in.

    spelled  the names of those that are given, as the file spells them
    failed   those that have no usable value
    """

    values: dict[str, Any]
    spelled: dict[str, str] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)


def check_parameters(checking: Checking) -> dict[str, Settings]:
    """Check all; by node, what came of it."""
    return {node.id: _settings(checking, node, spec) for node, spec in checking.modules()}


def check_datasets(
    checking: Checking, dataset_known: Callable[[str], bool], dataset_names: Callable[[], Iterable[str]] | None
) -> None:
    """That the datasets of the workspace are there."""
    names: list[str] | None = None
    for node, spec in checking.modules():
        for spelling, value in node.parameters.items():
            parameter = spec.parameter(spelling)
            if not (parameter and is_dataset(spec, parameter) and isinstance(value, str)) or dataset_known(value):
                continue
            if names is None:
                names = list(dataset_names()) if dataset_names else []
            hint = checking.hints.near(value, names, otherwise=".")
            message = f"There is no dataset {value}{hint}"
            checking.tell(message, node.id, code="dataset-unknown", parameter=spelling)


def check_scripts(checking: Checking, settings: Mapping[str, Settings], parse: ParsePython) -> None:
    """That the Python scripts which are given parse, all in one go."""
    places: dict[str, tuple[str, str]] = {}
    scripts: dict[str, str] = {}
    for node, spec in checking.modules():
        had = settings[node.id]
        for parameter in spec.parameters:
            value = had.values.get(parameter.name)
            usable = parameter.name in had.spelled and parameter.name not in had.failed
            if parameter.code == "python" and usable and isinstance(value, str) and parameter.counts(had.values):
                key = f"{node.id}.{parameter.name}"
                places[key] = node.id, had.spelled[parameter.name]
                scripts[key] = value
    for key, found in (parse(scripts) if scripts else {}).items():
        if found is not None:
            _tell_script(checking, *places[key], *found)


def is_dataset(spec: ModuleSpec, parameter: Parameter) -> bool:
    """Whether a parameter names a dataset: a file there is data, no text for a parameter."""
    return spec.name == DATASET_MODULE and parameter.name == DATASET_PARAMETER


def _settings(checking: Checking, node: Node, spec: ModuleSpec) -> Settings:
    had = Settings({parameter.name: parameter.default for parameter in spec.parameters})
    for spelling, value in node.parameters.items():
        parameter = spec.parameter(spelling)
        if parameter is None:
            known = [each.name for each in spec.parameters]
            hint = checking.hints.near(spelling, known, otherwise=there_are("parameters", known) + ".")
            checking.tell(f"{spec.title} has no parameter {spelling}{hint}", node.id, parameter=spelling)
        elif parameter.name in had.spelled:
            message = f"{had.spelled[parameter.name]} and {spelling} are the same parameter of {node.id}."
            checking.tell(message, node.id, parameter=spelling)
        else:
            had.spelled[parameter.name] = spelling
            try:
                had.values[parameter.name] = parameter.convert(_given(checking, spec, parameter, value))
            except BottegaError as error:
                had.failed.add(parameter.name)
                checking.tell_error(error, node.id, parameter=spelling)
    _check_missing(checking, node, spec, had)
    return had


def _given(checking: Checking, spec: ModuleSpec, parameter: Parameter, value: Any) -> Any:
    """The value in the file; a data file is there, and its name tells its format or that it is an archive."""
    if isinstance(value, FileRef) and is_dataset(spec, parameter):
        found = checking.experiment.file_path(value)
        if not is_archive(found):
            format_of(found.name)
        return value.path
    return checking.experiment.resolve_value(value)


def _check_missing(checking: Checking, node: Node, spec: ModuleSpec, had: Settings) -> None:
    for parameter in spec.parameters:
        if not parameter.required or parameter.name in had.spelled:
            continue
        doubtful = any(when.parameter in had.failed for when in parameter.when)
        if doubtful or checking.is_told(node.id, parameter.spellings()):
            had.failed.add(parameter.name)
        elif parameter.counts(had.values):
            had.failed.add(parameter.name)
            checking.tell_error(BottegaError("0003", parameter=parameter.title), node.id, parameter=parameter.name)


def _tell_script(checking: Checking, node: str, spelling: str, line: int, message: str) -> None:
    value = checking.experiment.nodes[node].parameters[spelling]
    what = value.path if isinstance(value, FileRef) else f"the {spelling} of {node}"
    error = BottegaError("0085", message=f"line {line} of {what}: {message}")
    own = checking.lines.in_text(node, spelling, line)
    checking.tell_error(error, node, parameter=spelling, **({} if own is None else {"line": own}))
