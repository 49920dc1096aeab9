"""The declaration of a workspace's own module, from the plain values that a jail told: checked, and believed in nothing else."""

from __future__ import annotations

import json
import keyword
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from bottega.errors import BottegaError, sentence
from bottega.sdk.declaration import Isolation, ModuleSpec, Own, check
from bottega.sdk.hints import Range, When
from bottega.sdk.parameters import Parameter
from bottega.sdk.plain import CHOICE, TYPES
from bottega.sdk.ports import Port, PortType, folded

MOST_PORTS = 50
LONGEST_NAME = 64
_HUGE = 1 << 63
_NO_PORTS = {PortType.DEVICE, PortType.FILE, PortType.ANY}
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_PORT = re.compile(r"[^\s.:/]{1,200}")
_Title = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
_Titles = Annotated[list[_Title], Meta(max_length=50)]
_Text = Annotated[str, Meta(max_length=100_000)]
_Plain = str | int | float | bool | None


class _Port(Struct, forbid_unknown_fields=True):
    name: _Title
    title: _Title
    type: PortType
    optional: bool
    others: _Titles
    help: _Text


class _Range(Struct, forbid_unknown_fields=True):
    minimum: float | None
    maximum: float | None
    above: float | None
    below: float | None


class _When(Struct, forbid_unknown_fields=True):
    parameter: _Title
    values: Annotated[list[_Plain], Meta(max_length=1000)]


class _Parameter(Struct, forbid_unknown_fields=True):
    name: _Title
    title: _Title
    type: _Title
    choices: Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=1000)]
    default: Any
    required: bool
    optional: bool
    range: _Range
    when: Annotated[list[_When], Meta(max_length=50)]
    code: _Title | None
    of: _Title | None
    single: bool
    secret: bool
    help: _Text
    others: _Titles


class _Declaration(Struct, forbid_unknown_fields=True):
    name: _Title
    title: _Title
    category: _Title
    summary: Annotated[str, Meta(min_length=1, max_length=10_000)]
    description: _Text
    version: Annotated[int, Meta(ge=0, le=1_000_000_000)]
    deterministic: bool
    isolation: str
    guest: str
    reaches_out: bool
    libraries: _Titles
    former: _Titles
    inputs: list[_Port]
    outputs: list[_Port]
    parameters: Annotated[list[_Parameter], Meta(max_length=1000)]


def spec(text: bytes, name: str, own: Own, libraries: frozenset[str]) -> ModuleSpec:
    """The declaration in a jail's JSON.

    name       as the file is called; the declared one has to be the same
    libraries  those that a warm process may import for modules; it leaves out all others

    Raises `0113` for what no declaration says, `0106` to `0108` for its ports and `0105` for its parameters.
    """
    try:
        tree = json.loads(text)
        json.dumps(tree, ensure_ascii=False).encode()  # half a character could be stored nowhere
        told = msgspec.convert(tree, _Declaration)
        return _spec(told, name, own, libraries)
    except BottegaError as error:
        if error.code.startswith("010"):
            raise
        reason = error.facts.get("reason") if error.code == "0113" else None  # the same words once
        raise BottegaError("0113", reason=f"{name}: {reason or sentence(error)}") from error
    except (ValueError, TypeError, RecursionError, OverflowError) as error:  # what msgspec raises is a ValueError
        raise BottegaError("0113", reason=f"{name}: {error}") from error


def _spec(told: _Declaration, name: str, own: Own, libraries: frozenset[str]) -> ModuleSpec:
    if told.name != name or not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise ValueError(f"a module's function is called as its file is, in small letters, and not {told.name}")
    if told.isolation != Isolation.JAIL or told.guest != "module" or told.reaches_out:
        raise ValueError("a module of a workspace runs in the jail alone: it takes neither isolation, guest nor Reach")
    made = ModuleSpec(
        name=name,
        title=told.title,
        category=told.category,
        summary=" ".join(told.summary.split()),
        description=told.description,
        function=_stand_in(name.replace("-", "_")),
        inputs=_ports(told.inputs, "0106"),
        outputs=_ports(told.outputs, "0107"),
        parameters=_parameters(told.parameters),
        version=told.version,
        deterministic=told.deterministic,
        libraries=tuple(each for each in told.libraries if each in libraries),
        former=tuple(told.former),
        own=own,
    )
    _check_unique([*made.inputs, *made.parameters])
    _check_unique(made.outputs)
    check(made)
    return made


def _ports(told: list[_Port], code: str) -> tuple[Port, ...]:
    if len(told) > MOST_PORTS:
        raise BottegaError("0108", found=len(told), upper=MOST_PORTS)
    for port in told:
        if port.type in _NO_PORTS:
            raise BottegaError(code, port=port.title, type=port.type.value)
    return tuple(_port(port) for port in told)


def _port(told: _Port) -> Port:
    if not _PORT.fullmatch(told.name):
        raise ValueError(f"{told.name!r} cannot be the name of a port")
    return Port(told.name, told.title, told.type, told.optional, tuple(told.others), told.help)


def _parameters(told: list[_Parameter]) -> tuple[Parameter, ...]:
    made = {each.name: _parameter(each) for each in told}
    for each in told:  # what one depends on may come after it
        when = tuple(_when(made, condition) for condition in each.when)
        made[each.name] = replace(made[each.name], when=when)
    if len(made) < len(told):
        raise BottegaError(
            "0101", name=next(each.name for each in told if [other.name for other in told].count(each.name) > 1)
        )
    return tuple(made.values())


def _parameter(told: _Parameter) -> Parameter:
    if not told.name.isidentifier() or keyword.iskeyword(told.name):
        raise ValueError(f"{told.name!r} cannot be the name of a parameter")
    bounds = (told.range.minimum, told.range.maximum, told.range.above, told.range.below)
    if any(bound is not None and not math.isfinite(bound) for bound in bounds):
        raise ValueError(f"the range of {told.title} ends nowhere")
    if isinstance(told.default, int) and abs(told.default) >= _HUGE:
        raise ValueError(f"the default of {told.title} is too large a number")
    bare = Parameter(
        name=told.name,
        title=told.title,
        type=_type(told),
        required=told.required,
        optional=told.optional,
        range=Range(*bounds),
        code=told.code,
        of=told.of,
        single=told.single,
        secret=told.secret,
        help=told.help,
        others=tuple(told.others),
    )
    without = told.required or (told.default is None and told.optional)
    return bare if without else replace(bare, default=bare.convert(told.default))


def _type(told: _Parameter) -> type:
    if told.type != CHOICE:
        if told.type not in TYPES:
            raise BottegaError("0105", parameter=told.title, type=told.type, names=", ".join((*TYPES, CHOICE)))
        return TYPES[told.type]
    if not told.choices or len(set(told.choices)) < len(told.choices):
        raise ValueError(f"the choices of {told.title} are none, or one is there twice")
    # The members' names are nobody's to see: a name such as `mro` could be none.
    members = [(f"choice_{number}_of_{told.name}", each) for number, each in enumerate(told.choices)]
    make: Any = StrEnum  # whose type says that only literals are members
    choices: type = make("Choice", members)
    return choices


def _when(made: Mapping[str, Parameter], told: _When) -> When:
    depends = made.get(told.parameter)
    if depends is None:
        raise ValueError(f"a parameter depends on {told.parameter}, which is none")
    return When(told.parameter, *map(depends.convert, told.values))


def _check_unique(named: Sequence[Port | Parameter]) -> None:
    """Raise `0101` where two are called alike."""
    seen: set[str] = set()
    for each in named:
        if folded(each.name) in seen:
            raise BottegaError("0101", name=each.name)
        seen.add(folded(each.name))


def _stand_in(name: str) -> Callable[..., Any]:
    """What stands for the function on this side, where its code never runs."""

    def function(*_: object, **__: object) -> None:
        raise BottegaError("usage", reason=f"{name} is a module of a workspace, so it runs in a jail alone")

    function.__name__ = function.__qualname__ = name
    return function
