"""From a typed function to the declaration of a module; what is wrong with one is told at import."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, TypeVar

from bottega.dataset.selection import Columns
from bottega.dataset.table import Column, Table
from bottega.errors import BottegaError
from bottega.sdk.hints import Code, Help, Label, Of, Range, Secret, Single, When
from bottega.sdk.parameters import Parameter
from bottega.sdk.ports import Port, PortType, find, folded
from bottega.sdk.reach import Reach
from bottega.sdk.values import FILES, Dataset, Device, RawFile, TrainedModel, Transform, UntrainedModel

_PORT_TYPES: Mapping[type, PortType] = {
    Table: PortType.TABLE,
    **{kind: carried for carried, kind in FILES.items()},
    RawFile: PortType.FILE,
    UntrainedModel: PortType.UNTRAINED_MODEL,
    TrainedModel: PortType.TRAINED_MODEL,
    Transform: PortType.TRANSFORM,
    Device: PortType.DEVICE,
    Dataset: PortType.ANY,
}
_F = TypeVar("_F", bound=Callable[..., Any])
Schema = tuple[Column, ...]
# Names and types that an output will have, as far as they are known before a run; None where they are not.
Foretell = Callable[[Mapping[str, Schema], Mapping[str, Any]], Mapping[str, Schema | None]]


class Isolation(StrEnum):
    """Where a module runs: in the jail, or as trusted code that must reach out."""

    JAIL = "jail"
    HOST = "host"


@dataclass(frozen=True)
class Own:
    """The code of a module that a workspace has: only a jail ever runs it.

    digest  names code and declaration
    code    JSON for the runner: the module's file, and the sources by file name
    """

    digest: str
    code: str = field(repr=False)


@dataclass(frozen=True)
class ModuleSpec:
    """All that the engine, the pages and the documents know of a module.

    name           the slug in files: the function's name with dashes
    version        raised by its author whenever the same inputs give another result
    deterministic  equal inputs and parameters may be answered from the cache
    guest          what runs: "module" for the function itself; "script" for the user's own
                   function in an environment of the user's choice; "dataset" for data that
                   the workspace has, and the function for what it has not; "r" for the
                   function itself, which starts the machine's R beside it
    libraries      what its zygote shall have imported beside pandas
    former         names that classic gave it before
    foretell       the output's columns from the inputs' (schemas, converted parameters)
    training_only  whether it chooses or makes rows to learn from, always or with a parameter's value: one that
                   stands on the way of a call's data is left out of a predictive experiment, since a call's
                   rows are all answered
    rows_decide    parameters whose values make what a row becomes hang on the other rows, with nothing learned that
                   could be saved: setting up a web service tells it
    own            of a module that a workspace has; None for those of ours and of packages
    """

    name: str
    title: str
    category: str
    summary: str
    description: str
    function: Callable[..., Any]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    parameters: tuple[Parameter, ...]
    version: int = 1
    deterministic: bool = True
    isolation: Isolation = Isolation.JAIL
    guest: str = "module"
    libraries: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    foretell: Foretell | None = None
    training_only: bool | When = False
    rows_decide: tuple[When, ...] = ()
    reach: str | None = field(default=None)
    own: Own | None = None

    def input(self, spelling: str) -> Port | None:
        """The input port that a spelling means, or None."""
        return find(spelling, self.inputs)

    def output(self, spelling: str) -> Port | None:
        """The output port that a spelling means, or None."""
        return find(spelling, self.outputs)

    def parameter(self, spelling: str) -> Parameter | None:
        """The parameter that a spelling means, or None."""
        by_name = next((parameter for parameter in self.parameters if parameter.name == spelling), None)
        return by_name or self._parameters.get(folded(spelling))

    @cached_property
    def _parameters(self) -> Mapping[str, Parameter]:
        return {spelling: parameter for parameter in reversed(self.parameters) for spelling in parameter.spellings()}

    def convert(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All parameters as the function takes them, defaults filled in.

        Raises `0002` to `0008`, `0003` where a required one is missing, and `usage` for an
        unknown name. A value that no other parameter's value leaves a meaning is converted all the same.
        """
        values = {parameter.name: parameter.default for parameter in self.parameters}
        missing = {parameter.name: parameter for parameter in self.parameters if parameter.required}
        for spelling, value in given.items():
            parameter = self.parameter(spelling)
            if parameter is None:
                names = ", ".join(parameter.name for parameter in self.parameters) or "none"
                raise BottegaError(
                    "usage", reason=f"{self.title} has no parameter {spelling}; its parameters are {names}"
                )
            values[parameter.name] = parameter.convert(value)
            missing.pop(parameter.name, None)
        for parameter in missing.values():
            if parameter.counts(values):
                raise BottegaError("0003", parameter=parameter.title)
        return values

    def is_training_only(self, values: Mapping[str, Any]) -> bool:
        """Whether a predictive experiment does without it, by its converted parameters."""
        if isinstance(self.training_only, When):
            return values[self.training_only.parameter] in self.training_only.values
        return self.training_only

    def deciding(self, values: Mapping[str, Any]) -> list[Parameter]:
        """The parameters by which a row's result hangs on the other rows, by their converted values."""
        told = {when.parameter: when.values for when in self.rows_decide}
        return [
            each for each in self.parameters if values[each.name] in told.get(each.name, ()) and each.counts(values)
        ]

    def as_plain(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Converted parameters as plain values: those that count."""
        return {
            parameter.name: parameter.as_plain(values[parameter.name])
            for parameter in self.parameters
            if parameter.counts(values)
        }

    def json_schema(self) -> dict[str, Any]:
        """The JSON schema of the parameters, for property panes and clients."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.title,
            "type": "object",
            "properties": {parameter.name: parameter.json_schema() for parameter in self.parameters},
            "required": [parameter.name for parameter in self.parameters if parameter.required],
            "additionalProperties": False,
        }


def module(
    *, title: str, category: str, version: int = 1, deterministic: bool = True, isolation: Isolation = Isolation.JAIL,
    guest: str = "module", libraries: tuple[str, ...] = (), former: tuple[str, ...] = (), foretell: Foretell | None = None,
    training_only: bool | When = False, rows_decide: tuple[When, ...] = (),
) -> Callable[[_F], _F]:  # fmt: skip
    """Declare a function to be a module; it stays an ordinary function. See `ModuleSpec` for the arguments.

    Raises TypeError, at import, for a signature that is no module's.
    """

    def declare(function: _F) -> _F:
        hints = typing.get_type_hints(function, include_extras=True)
        inputs, parameters, reach = _signature(function, hints)
        summary, _, description = inspect.cleandoc(function.__doc__ or "").partition("\n\n")
        if not summary:
            raise TypeError(f"{function.__name__}: a module needs a docstring")
        spec = ModuleSpec(
            name=function.__name__.replace("_", "-"),
            title=title,
            category=category,
            summary=" ".join(summary.split()),
            description=description,
            function=function,
            inputs=inputs,
            outputs=_outputs(function.__name__, hints.get("return")),
            parameters=parameters,
            version=version,
            deterministic=deterministic,
            isolation=isolation,
            guest=guest,
            libraries=libraries,
            former=former,
            foretell=foretell,
            training_only=training_only,
            rows_decide=rows_decide,
            reach=reach,
        )
        check(spec)
        function.__bottega_module__ = spec  # type: ignore[attr-defined]
        return function

    return declare


def spec_of(function: Callable[..., Any]) -> ModuleSpec:
    """The declaration of a function that `module` decorated."""
    spec: ModuleSpec = function.__bottega_module__  # type: ignore[attr-defined]
    return spec


def _signature(
    function: Callable[..., Any], hints: Mapping[str, Any]
) -> tuple[tuple[Port, ...], tuple[Parameter, ...], str | None]:
    inputs, parameters = [], []
    reach = None
    for name, declared in inspect.signature(function).parameters.items():
        base, extras, optional = _parts(hints[name])
        has_default = declared.default is not inspect.Parameter.empty
        if base is Reach:
            reach = name
        elif declared.kind is inspect.Parameter.KEYWORD_ONLY:
            default = declared.default if has_default else None
            parameters.append(_parameter(function.__name__, name, base, extras, default, has_default, optional))
        else:
            inputs.append(_port(function.__name__, name, base, extras, optional=optional and has_default))
    return tuple(inputs), tuple(parameters), reach


def _parts(hint: Any) -> tuple[Any, tuple[Any, ...], bool]:
    """The type, what is annotated, and whether None is allowed."""
    extras: tuple[Any, ...] = ()
    if typing.get_origin(hint) is Annotated:
        hint, *more = typing.get_args(hint)
        extras = tuple(more)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        rest = [argument for argument in typing.get_args(hint) if argument is not type(None)]
        if len(rest) == 1:
            base, inner, _ = _parts(rest[0])
            return base, (*inner, *extras), True
    return hint, extras, False


def _extra(extras: tuple[Any, ...], kind: type) -> Any:
    return next((extra for extra in extras if isinstance(extra, kind)), None)


def _port(function: str, name: str, base: Any, extras: tuple[Any, ...], *, optional: bool) -> Port:
    kind = _PORT_TYPES.get(base)
    if kind is None:
        raise TypeError(f"{function}: {name} is of type {base}, which no port carries")
    label, told = _extra(extras, Label), _extra(extras, Help)
    title = label.text if label else name.replace("_", " ").capitalize()
    return Port(name, title, kind, optional, label.others if label else (), told.text if told else "")


def _parameter(
    function: str, name: str, base: Any, extras: tuple[Any, ...], default: Any, has_default: bool, optional: bool
) -> Parameter:
    if not (isinstance(base, type) and (base in (str, int, float, bool, Columns) or issubclass(base, StrEnum))):
        raise TypeError(f"{function}: parameter {name} is of type {base}, which no parameter is")
    label, told = _extra(extras, Label), _extra(extras, Help)
    code, of = _extra(extras, Code), _extra(extras, Of)
    return Parameter(
        name=name,
        title=label.text if label else name.replace("_", " ").capitalize(),
        type=base,
        default=default,
        required=not has_default,
        optional=optional,
        range=_extra(extras, Range) or Range(),
        when=tuple(extra for extra in extras if isinstance(extra, When)),
        code=code.language if code else None,
        of=of.port if of else None,
        single=_extra(extras, Single) is not None,
        secret=_extra(extras, Secret) is not None,
        help=told.text if told else "",
        others=label.others if label else (),
    )


def _outputs(function: str, returned: Any) -> tuple[Port, ...]:
    if returned in (None, type(None)):
        return ()
    base, extras, optional = _parts(returned)
    if isinstance(base, type) and issubclass(base, tuple) and hasattr(base, "_fields"):
        hints = typing.get_type_hints(base, include_extras=True)
        ports = []
        for name in base._fields:
            inner, inner_extras, inner_optional = _parts(hints[name])
            ports.append(_port(function, name, inner, inner_extras, optional=inner_optional))
        return tuple(ports)
    label = _extra(extras, Label)
    name = "_".join(label.text.lower().split()) if label else "results_dataset"
    return (_port(function, name, base, extras, optional=optional),)


def check(spec: ModuleSpec) -> None:
    """Raise TypeError for what speaks of ports or parameters that are not there, and as `convert` does for defaults."""
    names = {port.name for port in spec.inputs}
    by_name = {parameter.name: parameter for parameter in spec.parameters}
    told = [spec.training_only] if isinstance(spec.training_only, When) else []
    for when in (*told, *spec.rows_decide):
        if when.parameter not in by_name:
            raise TypeError(f"{spec.name}: it is declared by {when.parameter}, which is no parameter")
    for parameter in spec.parameters:
        if parameter.of is not None and parameter.of not in names:
            raise TypeError(f"{spec.name}: {parameter.name} selects columns of {parameter.of}, which is no input")
        for when in parameter.when:
            if when.parameter not in by_name:
                raise TypeError(f"{spec.name}: {parameter.name} depends on {when.parameter}, which is no parameter")
        if parameter.type is Columns and parameter.of is None:
            raise TypeError(f"{spec.name}: {parameter.name} must say of which input it selects columns")
        if not parameter.required and not (parameter.default is None and parameter.optional):
            parameter.convert(parameter.default)
