"""What is wrong with the environments that an experiment and its scripts name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bottega.engine import environment_of
from bottega.engine.environment_of import Choice
from bottega.errors import BottegaError, sentence
from bottega.graph.document import Experiment, Node
from bottega.graph.problem import Problem
from bottega.graph.reading import Loaded
from bottega.graph.spelling import did_you_mean
from bottega.sandbox.host import environment
from bottega.sandbox.host.environment import Environment
from bottega.sdk import catalogue

_UNKNOWN = "environment-unknown"


def problems(loaded: Loaded) -> Iterator[Problem]:
    """Environments that are not here, told where they are named, and what scripts ask for themselves in words that cannot be."""
    experiment, told = loaded.experiment, False
    for node in experiment.nodes.values():
        spelled = _spelled(node)
        if spelled is None:
            continue
        try:
            choice = _choice(experiment, node, spelled)
            wrong = None if choice is None else _wrong(choice)
        except BottegaError as error:
            yield _of_script(loaded, node, spelled, error)
            continue
        if choice is None or wrong is None:
            continue
        if choice.origin == "node":
            name = spelled["environment"]
            yield Problem(_UNKNOWN, wrong, node.id, parameter=name, line=loaded.lines.parameter(node.id, name))
        elif not told:
            told = True
            yield Problem(_UNKNOWN, wrong, line=loaded.lines.top.get("environment"))


def on_old_pythons(experiment: Experiment) -> set[str]:
    """The nodes whose scripts an old Python reads: what is wrong with their syntax, only that can tell."""
    return {node for node, _, _, built in _chosen(experiment) if built is not None and built.is_old}


def with_old_names(experiment: Experiment) -> set[str]:
    """The nodes whose scripts are read as scripts of old were: with tabs and spaces mixed."""
    return {
        node for node, setting, choice, _ in _chosen(experiment)
        if environment_of.has_old_names(setting, environment_of.compatibility(choice))
    }  # fmt: skip


def _chosen(experiment: Experiment) -> Iterator[tuple[str, str, Choice, Environment | None]]:
    """The scripts whose environment can be told: node, what it says of old names, environment, and that where it is built."""
    for node in experiment.nodes.values():
        spelled = _spelled(node)
        if spelled is None:
            continue
        try:
            choice = _choice(experiment, node, spelled)
            built = None if choice is None else environment_of.built(choice)
            setting = experiment.resolve_value(node.parameters[spelled["old_names"]]) if "old_names" in spelled else ""
        except BottegaError:  # told with all other problems
            continue
        if choice is not None:
            yield node.id, str(setting), choice, built


def _spelled(node: Node) -> Mapping[str, str] | None:
    """How a script's node spells the parameters that it has; None for other modules."""
    spec = catalogue.find(node.module)
    if spec is None or spec.guest != "script":
        return None
    return {found.name: each for each in node.parameters if (found := spec.parameter(each)) is not None}


def _choice(experiment: Experiment, node: Node, spelled: Mapping[str, str]) -> Choice | None:
    """The environment of a script; None where its text is not to be had, which is told elsewhere."""

    def value(parameter: str) -> Any:
        name = spelled.get(parameter)
        return "" if name is None else experiment.resolve_value(node.parameters[name])

    try:
        script, own = value("script"), value("environment")
    except BottegaError:
        return None
    choice = environment_of.of(str(script), str(own), experiment.environment)
    if choice.inline is not None:
        environment_of.python_for(choice.inline)
    return choice


def _wrong(choice: Choice) -> str | None:
    """Why an environment cannot be had; None where it is there or can be built."""
    if choice.inline is not None:
        return None
    try:
        if environment_of.digest(choice) is not None:
            return None
    except BottegaError as error:
        return sentence(error)
    names = sorted({*environment.chosen(), *environment.SHIPPED})
    near = did_you_mean(choice.name, names)
    return f"There is no environment {choice.name}{near or '; there are ' + ', '.join(names) + '.'}"


def _of_script(loaded: Loaded, node: Node, spelled: Mapping[str, str], error: BottegaError) -> Problem:
    """What is wrong with a script's own words, at its line in the file where the script stands there."""
    name, line = spelled["script"], error.facts.get("line")
    place = loaded.lines.in_text(node.id, name, line) if isinstance(line, int) else None
    line = place or loaded.lines.parameter(node.id, name) or loaded.lines.node(node.id)
    return Problem(error.code, sentence(error), node.id, parameter=name, line=line)
