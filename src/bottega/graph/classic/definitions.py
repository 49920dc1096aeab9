"""What classic's JSON tells of a parameter itself: `ParameterDefinition`."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from bottega.dataset.selection import Columns
from bottega.graph.classic import names, values
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.parameters import Parameter


def parameter_type(spec: ModuleSpec, parameter: Parameter) -> str:
    """Classic's word for the type of a parameter."""
    if names.is_credential(spec, parameter):
        return "Credential"
    if parameter.code is not None:
        return "Script"
    if issubclass(parameter.type, StrEnum):
        is_mode = any(when.parameter == parameter.name for other in spec.parameters for when in other.when)
        return "Mode" if is_mode else "Enumerated"
    return {str: "String", int: "Int", float: "Double", bool: "Boolean", Columns: "ColumnPicker"}[parameter.type]


def definition(spec: ModuleSpec, parameter: Parameter) -> dict[str, Any]:
    """The definition of a module's parameter, with its default as text."""
    name = names.parameter_name(spec, parameter)
    default = None if parameter.required else values.to_text(parameter, parameter.default)
    rules = _rules(parameter)
    return {
        "Name": name,
        "FriendlyName": name,
        "DefaultValue": default,
        "ParameterType": parameter_type(spec, parameter),
        "HasDefaultValue": not parameter.required,
        "IsOptional": parameter.optional,
        "ParameterRules": rules,
        "HasRules": bool(rules),
        "MarkupType": 0,
        "CredentialDescriptor": None,
        "ScriptName": f"script.{parameter.code}" if parameter.code is not None else None,
        "ModeValuesInfo": None,
        "Description": parameter.help,
    }


def linked(spec: ModuleSpec, parameter: Parameter, name: str, value: str | None, *, required: bool) -> dict[str, Any]:
    """The definition of a web service parameter that sets this one."""
    told = definition(spec, parameter)
    return told | {"Name": name, "FriendlyName": name, "DefaultValue": value, "HasDefaultValue": not required}


def _rules(parameter: Parameter) -> list[dict[str, Any]]:
    if parameter.choices:
        return [{"Min": None, "Max": None, "Values": list(parameter.choices)}]
    bounds = parameter.range
    lower = bounds.minimum if bounds.minimum is not None else bounds.above
    upper = bounds.maximum if bounds.maximum is not None else bounds.below
    return [] if lower is None and upper is None else [{"Min": lower, "Max": upper, "Values": None}]
