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
    """

    name: str
    value: str
    accepted: tuple[str, ...] | None


_ONE = Extra("Create trainer mode", "Single Parameter", ("Single Parameter",))
EXTRAS: Mapping[str, tuple[Extra, ...]] = {
    "execute-python-script": (Extra("Python Version", "Anaconda 4.0/Python 3.5", None),),
    "score-model": (Extra("Append score columns to output", "true", ("true",)),),
    "two-class-boosted-decision-tree": (_ONE,),
    "two-class-logistic-regression": (_ONE,),
}


def parameter_name(spec: ModuleSpec, parameter: Parameter) -> str:
    """Classic's name of a parameter."""
    return _PARAMETERS.get((spec.name, parameter.name), parameter.title)


def extra_of(spec: ModuleSpec, name: str, value: str) -> Extra | None:
    """The parameter of classic's that is meant, where its value changes nothing here."""
    for each in EXTRAS.get(spec.name, ()):
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
