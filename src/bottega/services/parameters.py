"""Web service parameters: what a call gave, as all parameters of the modules that it changes (fact sheet 4.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bottega.errors import BottegaError, describe
from bottega.sandbox.host.environment import DEFAULT
from bottega.sdk import catalogue
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.parameters import Parameter as Declared
from bottega.services.errors import refused
from bottega.services.program import Program, place


@dataclass(frozen=True)
class Settings:
    """The parameters of one node for one call: as its function takes them, and as files hold them."""

    values: Mapping[str, Any]
    plain: Mapping[str, Any]


def check(program: Program, given: Mapping[str, Any]) -> None:
    """Raise `UnexpectedParameter` or `MissingRequiredGlobalParameters` for names that do not fit."""
    names = [each.name for each in program.parameters]
    unknown = [name for name in given if name not in names]
    if unknown:
        there = f"its parameters are {', '.join(names)}" if names else "it has none"
        message = f"This service has no parameter {', '.join(_short(name) for name in unknown[:5])}; {there}."
        raise refused("BadUserArgument", "UnexpectedParameter", message, _short(unknown[0]))
    missing = [each.name for each in program.parameters if each.required and given.get(each.name) is None]
    if missing:
        message = f"The parameter {', '.join(missing)} has no default and must be in GlobalParameters."
        raise refused("BadUserArgument", "MissingRequiredGlobalParameters", message, missing[0])


def resolve(program: Program, given: Mapping[str, Any]) -> dict[str, Settings]:
    """The nodes that a call changes, each with all its parameters. Raises as `check` does, and `UserParameterInvalid`."""
    if not given and not any(each.required for each in program.parameters):
        return {}
    check(program, given)
    changed: dict[str, dict[str, Any]] = {}
    for parameter in program.parameters:
        if parameter.name not in given:
            continue
        for spelling in parameter.sets:
            node, name = place(spelling)
            value = given[parameter.name]
            declared = _declared(program, node, name)
            if value is None and not declared.optional:
                continue  # as if it were not there
            _try(declared, parameter.name, value)
            _check_environment(program, node, name, parameter.name, value)
            changed.setdefault(node, {})[name] = value
    return {node: _settings(program, node, values) for node, values in changed.items()}


def settings(program: Program, node: str) -> Settings:
    """The parameters of a node where a call changes none."""
    return _settings(program, node, {})


def _settings(program: Program, node: str, changed: Mapping[str, Any]) -> Settings:
    spec = _spec(program, node)
    try:
        values = spec.convert({**program.node(node).parameters, **changed})
    except BottegaError as error:
        raise refused("BadUserArgument", "UserParameterInvalid", describe(error), spec.title) from error
    return Settings(values, spec.as_plain(values))


def _try(declared: Declared, name: str, value: Any) -> None:
    """Convert a value alone, so that the error tells the parameter by the name that the caller knows."""
    try:
        declared.convert(value)
    except BottegaError as error:
        message = "its value cannot be taken" if declared.secret else describe(error)
        raise refused("BadUserArgument", "UserParameterInvalid", f"Parameter {name}: {message}", name) from error


def _check_environment(program: Program, node: str, parameter: str, name: str, value: Any) -> None:
    """Raise `UserParameterInvalid` for packages that the service was not published with: no call lets any be built."""
    if parameter != "environment" or _spec(program, node).guest != "script":
        return
    wanted = str(value or "").strip()
    if wanted and wanted not in {*program.environments, program.node(node).parameters.get("environment") or DEFAULT}:
        message = f"Parameter {name}: the service was not published with the environment {_short(wanted)}."
        raise refused("BadUserArgument", "UserParameterInvalid", message, name)


def _declared(program: Program, node: str, name: str) -> Declared:
    declared = _spec(program, node).parameter(name)
    if declared is None:
        message = f"Module {node} has no parameter {name} any more; publish the service again."
        raise refused("WebServicePackageInternalError", "ValidationError", message)
    return declared


def _spec(program: Program, node: str) -> ModuleSpec:
    return catalogue.get(program.node(node).module)


def _short(name: str) -> str:
    return name[:80].encode("utf-8", "backslashreplace").decode()
