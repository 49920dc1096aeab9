"""Classic's names for the ports and parameters of modules: their titles, but for what stands here (fact sheet 2.13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.parameters import Parameter
from bottega.sdk.ports import folded

_PARAMETERS: Mapping[tuple[str, str], str] = {("execute-python-script", "script"): "Python Script"}
# What classic has not: written where it is not at its default.
_OWN = {
    ("execute-python-script", "environment"),
    ("execute-python-script", "old_names"),
    ("execute-python-script", "port_mapping"),
    ("execute-python-script", "first_duplicate"),
}
# Secret here, since it may hold a signature; a plain text in classic, and clients copy experiments by reading them.
_OPEN = {("import-data", "url")}


@dataclass(frozen=True)
class Extra:
    """A parameter that only classic has.

    value     what the module here does anyway; written, unless the client's own is known
    accepted  the values that change nothing; None for any
    told      whether it is written at all: classic has some in one mode only
    """

    name: str
    value: str
    accepted: tuple[str, ...] | None
    told: bool = True


EXTRAS: Mapping[str, tuple[Extra, ...]] = {
    "execute-python-script": (Extra("Python Version", "Anaconda 4.0/Python 3.5", None),),
    "score-model": (Extra("Append score columns to output", "true", ("true",)),),
    "convert-to-dataset": (Extra("Remove zeros", "true", None, told=False),),
    "assign-data-to-clusters": (Extra("Specify parameter sweeping mode", "Random sweep", None, told=False),),
}
# The mode in which classic calls a range by the name of the single value, and how our modules call the two.
_MODE, _RANGES, _RANGE = "trainer_mode", "Parameter Range", "_range"


def parameter_name(spec: ModuleSpec, parameter: Parameter) -> str:
    """Classic's name of a parameter."""
    return _PARAMETERS.get((spec.name, parameter.name), parameter.title)


def extras_of(spec: ModuleSpec) -> tuple[Extra, ...]:
    """The parameters that only classic has."""
    return tuple(each for each in EXTRAS.get(spec.name, ()) if spec.parameter(each.name) is None)


def in_range(spec: ModuleSpec, parameter: Parameter, mode: object) -> Parameter:
    """The parameter that classic means by a name, while a learner's trainer mode has this value."""
    if not isinstance(mode, str) or folded(mode) != folded(_RANGES):
        return parameter
    return spec.parameter(f"{parameter.name}{_RANGE}") or parameter


def is_mode(parameter: Parameter) -> bool:
    """Whether it is the trainer mode."""
    return parameter.name == _MODE


def extra_of(spec: ModuleSpec, name: str, value: str) -> Extra | None:
    """The parameter of classic's that is meant, where its value changes nothing here."""
    for each in extras_of(spec):
        if folded(name) == folded(each.name):
            accepts = each.accepted is None or folded(value) in {folded(one) for one in each.accepted}
            return each if accepts else None
    return None


def is_own(spec: ModuleSpec, parameter: Parameter) -> bool:
    """Whether classic has no such parameter."""
    return (spec.name, parameter.name) in _OWN


def is_credential(spec: ModuleSpec, parameter: Parameter) -> bool:
    """Whether classic never tells the value."""
    return parameter.secret and (spec.name, parameter.name) not in _OPEN
