"""A module's declaration as plain values: what a jail tells of one whose code nobody else runs."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import Any

from bottega.dataset.selection import Columns
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.hints import When
from bottega.sdk.parameters import Parameter
from bottega.sdk.ports import Port

TYPES = {"text": str, "whole number": int, "number": float, "flag": bool, "columns": Columns}
CHOICE = "choice"
_WORDS = {kind: word for word, kind in TYPES.items()}


def as_plain(spec: ModuleSpec) -> dict[str, Any]:
    """All but the function, and `foretell`, which is code too."""
    return {
        "name": spec.name,
        "title": spec.title,
        "category": spec.category,
        "summary": spec.summary,
        "description": spec.description,
        "version": spec.version,
        "deterministic": spec.deterministic,
        "isolation": spec.isolation.value,
        "guest": spec.guest,
        "reaches_out": spec.reach is not None,
        "libraries": list(spec.libraries),
        "former": list(spec.former),
        "inputs": [_port(port) for port in spec.inputs],
        "outputs": [_port(port) for port in spec.outputs],
        "parameters": [_parameter(spec, parameter) for parameter in spec.parameters],
    }


def _port(port: Port) -> dict[str, Any]:
    return {
        "name": port.name,
        "title": port.title,
        "type": port.type.value,
        "optional": port.optional,
        "others": list(port.others),
        "help": port.help,
    }


def _parameter(spec: ModuleSpec, parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "title": parameter.title,
        "type": CHOICE if issubclass(parameter.type, StrEnum) else _WORDS[parameter.type],
        "choices": list(parameter.choices),
        "default": parameter.as_plain(parameter.default),
        "required": parameter.required,
        "optional": parameter.optional,
        "range": asdict(parameter.range),
        "when": [_when(spec, when) for when in parameter.when],
        "code": parameter.code,
        "of": parameter.of,
        "single": parameter.single,
        "secret": parameter.secret,
        "help": parameter.help,
        "others": list(parameter.others),
    }


def _when(spec: ModuleSpec, when: When) -> dict[str, Any]:
    depends = spec.parameter(when.parameter)
    values = [depends.as_plain(value) if depends else value for value in when.values]
    return {"parameter": when.parameter, "values": values}
