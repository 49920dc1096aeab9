"""The request for a batch job: what it reads, what it writes, and parameters (fact sheet 5.3).

What can be told from the request alone is told when the job is made; blobs are looked for when it runs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from bottega.dataset.cells import shown
from bottega.sdk.ports import TABLE_FILES, PortType
from bottega.services import parameters
from bottega.services.batch import blob
from bottega.services.batch.place import Place
from bottega.services.body import as_object, found, listed, parsed
from bottega.services.errors import refused
from bottega.services.program import Output, Program

# The endings of files that hold tables.
TABLES = (".csv", ".tsv", ".arff")
_MODEL = (".ilearner",)
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    PortType.TABLE: TABLES, **dict.fromkeys(TABLE_FILES, TABLES), PortType.ANY: TABLES, PortType.TRAINED_MODEL: _MODEL,
    PortType.UNTRAINED_MODEL: _MODEL, PortType.TRANSFORM: (".itransform",), PortType.ZIP: (".zip",),
}  # fmt: skip
_KEYS = ("ConnectionString", "RelativeLocation", "BaseLocation", "SasBlobToken")
_LONGEST = 8192  # of each


@dataclass(frozen=True)
class BatchRequest:
    """What a job does.

    outputs     only those that the request names; the others go into the workspace's own storage
    parameters  as they came
    """

    inputs: Mapping[str, Place]
    outputs: Mapping[str, Place] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """For the store, which seals it: it holds keys."""
        return {
            "inputs": {name: vars(place) for name, place in self.inputs.items()},
            "outputs": {name: vars(place) for name, place in self.outputs.items()},
            "parameters": dict(self.parameters),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> BatchRequest:
        """What `to_json` told."""
        inputs = {name: Place(**place) for name, place in told["inputs"].items()}
        outputs = {name: Place(**place) for name, place in told["outputs"].items()}
        return cls(inputs, outputs, told["parameters"])


def decode(body: bytes, program: Program) -> BatchRequest:
    """What a body asks of a program. Raises ServiceError with the code that fact sheet 5.2 has for what does not fit."""
    request = as_object(parsed(body), "The request")
    _check_characters(request)
    inputs = {name: _read_from(name, given) for name, given in _inputs(request, program).items()}
    declared = {each.name: each for each in program.outputs}
    outputs = {name: _write_to(declared[name], given) for name, given in _outputs(request, declared).items()}
    _check_apart(outputs)
    settings = found(request, "GlobalParameters")
    values = {} if settings is None else as_object(settings, "GlobalParameters")
    parameters.resolve(program, values)
    return BatchRequest(inputs, outputs, values)


def _check_characters(request: dict[str, Any]) -> None:
    """Raise for what cannot be kept although JSON can say it: half of a character, or lists within lists without end."""
    try:
        json.dumps(request, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError) as error:
        is_deep = isinstance(error, RecursionError)
        message = "The request is nested too deep." if is_deep else "The request holds half of a character."
        raise refused("BadArgument", "RequestBodyInvalid", message) from error


def endings(output_type: str) -> tuple[str, ...]:
    """The endings that the file of an output may have; none where any will do."""
    return _ENDINGS.get(output_type, ())


def _inputs(request: dict[str, Any], program: Program) -> dict[str, Any]:
    """What is given for each input, by name; the oldest form gives `Input`, for services that have one."""
    names = [each.name for each in program.inputs]
    several, single = found(request, "Inputs"), found(request, "Input")
    given = {} if several is None else as_object(several, "Inputs")
    if single is not None:
        if given or not names:
            many = "Input and Inputs are both there." if given else "This service has no input."
            raise refused("BadArgument", "BatchJobInputsTooManySpecified", many, "Input")
        if len(names) > 1:
            message = f"This service has {len(names)} inputs, so they are named under Inputs: {listed(names)}."
            raise refused("InvalidOperation", "MultipleInputsNotAllowed", message, "Input")
        given = {names[0]: single}
    unknown = [name for name in given if name not in names]
    if unknown:
        there = f"its inputs are {listed(names)}" if names else "it has none"
        message = f"This service has no input {listed(unknown)}; {there}."
        raise refused("BadArgument", "InvalidInputNames", message, shown(unknown[0]))
    missing = [name for name in names if given.get(name) is None]
    if missing:
        message = f"The request does not say where the input {listed(missing)} is; it belongs under Inputs."
        raise refused("BadArgument", "BatchJobInputsNotSpecified", message, missing[0])
    return given


def _outputs(request: dict[str, Any], declared: Mapping[str, Output]) -> dict[str, Any]:
    """What is given for each output; one that is null is as if it were not there."""
    several = found(request, "Outputs")
    given = {} if several is None else as_object(several, "Outputs")
    unknown = [name for name in given if name not in declared]
    if unknown:
        there = f"its outputs are {listed(declared)}" if declared else "it has none"
        message = f"This service has no output {listed(unknown)}; {there}."
        raise refused("BadArgument", "InvalidOutputOverrideName", message, shown(unknown[0]))
    return {name: place for name, place in given.items() if place is not None}


def _read_from(name: str, given: Any) -> Place:
    place = _place(name, given, "MissingInputBlobInformation", f"The input {name}")
    _check_ending(name, place, TABLES)
    blob.check(place, name)
    return place


def _write_to(output: Output, given: Any) -> Place:
    place = _place(output.name, given, "MissingOutputOverrideSpecification", f"The output {output.name}")
    if place.base is not None and not place.sas:
        message = f"The output {output.name} needs a SasBlobToken that lets it be written, or a ConnectionString."
        raise refused("BadArgument", "MissingOutputOverrideSpecification", message, output.name)
    _check_ending(output.name, place, endings(output.type))
    blob.check(place, output.name)
    return place


def _place(name: str, given: Any, code: str, what: str) -> Place:
    """The place of a blob reference: RelativeLocation, and ConnectionString or BaseLocation."""

    def lacks(reason: str) -> NoReturn:
        raise refused("BadArgument", code, f"{what} {reason}.", name)

    if not isinstance(given, dict):
        lacks(f"is no object with {' and '.join(_KEYS[:2])}")
    told = [found(given, key) for key in _KEYS]
    for key, value in zip(_KEYS, told, strict=True):
        if value is not None and not isinstance(value, str):
            lacks(f"has a {key} that is no text")
        if value is not None and len(value) > _LONGEST:
            lacks(f"has a {key} of more than {_LONGEST} characters")
    connection, relative, base, sas = (value.strip() or None if value else None for value in told)
    relative = (relative or "").lstrip("/")
    if not relative:
        lacks("has no RelativeLocation, the container and the name of its blob")
    if connection is not None:
        return Place(connection, None, relative)
    if base is None:
        lacks("has neither a ConnectionString nor a BaseLocation")
    return Place(None, base, relative, sas.lstrip("?") if sas else None)


def _check_ending(name: str, place: Place, allowed: Sequence[str]) -> None:
    if allowed and place.extension not in allowed:
        message = f"The ending of {place.shown} tells no format that {name} can have: {', '.join(allowed)}."
        raise refused("BadArgument", "InvalidBlobExtension", message, name)


def _check_apart(outputs: Mapping[str, Place]) -> None:
    """Raise where two outputs would overwrite each other."""
    written: dict[str, str] = {}
    for name, place in outputs.items():
        url = blob.find(place, {}, name).url
        if url in written:
            message = f"The outputs {written[url]} and {name} cannot both be written to {place.shown}."
            raise refused("BadArgument", "InvalidOutputOverrideName", message, name)
        written[url] = name
