"""Web service parameters: from what a call gives to an experiment that has it in its nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bottega.errors import BottegaError
from bottega.graph.document import UNSET, Experiment, Source
from bottega.graph.override import with_value
from bottega.graph.spelling import did_you_mean, there_are
from bottega.graph.topology import FindModule
from bottega.sdk import catalogue


def apply_parameters(
    experiment: Experiment, values: Mapping[str, Any], find_module: FindModule = catalogue.find
) -> Experiment:
    """The experiment with the values of a call in its nodes, and the defaults of those that it leaves out.

    A parameter with neither leaves its nodes as they are. Names are keys: only their exact spelling counts. A value is
    a stranger's; converting it first keeps it from being read as the name of a file.

    Raises `usage` for an unknown name and for a required one that is missing, and as `Parameter.convert` does.
    """
    known = experiment.web_service.parameters
    for name in values:
        if name not in known:
            hint = did_you_mean(name, known, otherwise=there_are("parameters", known))
            raise BottegaError("usage", reason=f"The web service has no parameter {name:.200}{hint}")
    for name, parameter in known.items():
        if name in values:
            value = values[name]
        elif parameter.required:
            raise BottegaError("usage", reason=f"The web service needs the parameter {name}")
        elif parameter.default is UNSET:
            continue
        else:
            value = experiment.resolve_value(parameter.default)
        for place in parameter.sets:
            experiment = _with(experiment, Source.parse(place), value, find_module)
    return experiment


def _with(experiment: Experiment, place: Source, value: Any, find_module: FindModule) -> Experiment:
    node = experiment.node(place.node)
    spec = find_module(node.module)
    parameter = spec.parameter(place.port or "") if spec else None
    if parameter is None:
        raise BottegaError("usage", reason=f"There is no {place} for a web service parameter to set")
    return with_value(experiment, node, parameter, value)
