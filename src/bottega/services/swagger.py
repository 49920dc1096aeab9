"""A web service's own API description: Swagger 2.0, as classic gave it (fact sheet 5.1).

R's client walks through every operation and compares the first element of all that it finds
(clients.md 3), which breaks on members that are uneven. So an operation has one parameter at most,
what the query always holds stands in the path, and each response begins with its description.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from bottega.dataset.types import Kind
from bottega.sdk.ports import TABLE_FILES, PortType
from bottega.services import examples
from bottega.services.program import Field, Parameter, Program

Json = dict[str, Any]
EXECUTE = "/execute?api-version=2.0&format=swagger"
JOBS = "/jobs?api-version=2.0"
START = "/jobs/{jobId}/start?api-version=2.0"
JOB = "/jobs/{jobId}?api-version=2.0"
TABLES = (PortType.TABLE, *TABLE_FILES, PortType.ANY)
_TYPES: Mapping[Kind, Json] = {
    Kind.STRING: {"type": "string"},
    Kind.INTEGER: {"type": "integer", "format": "int64"},
    Kind.DOUBLE: {"type": "number", "format": "double"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.DATETIME: {"type": "string", "format": "date-time"},
    Kind.TIMESPAN: {"type": "string", "format": "time-span"},
    Kind.BYTES: {"type": "string", "format": "byte"},
}
_NULL = {"x-nullable": True}  # Swagger 2.0 has no other way to say that a value may be missing
_TEXT: Json = {"type": "string"}
_ERRORS = {
    "400": "The request does not fit the service, or a module failed on it.",
    "401": "The key is missing or is not one of this endpoint.",
    "408": "The call took longer than allowed.",
    "413": "The request is too large, or the call needed too much memory.",
    "429": "Too many calls with a wrong key came from this address.",
    "503": "Too many calls at once; try again after the seconds that Retry-After tells.",
    "default": "Any other failure.",
}
_STATUSES = ("NotStarted", "Running", "Failed", "Cancelled", "Finished")


def document(
    program: Program, *, host: str, scheme: str, workspace_id: str, endpoint_id: str, prefix: str = ""
) -> Json:
    """The description of the service behind an endpoint; `host` with its port, `prefix` the path before ours, if any."""
    return {
        "swagger": "2.0",
        "info": {"version": "2.0", "title": program.title or "Web service", "description": _about(program)},
        "host": host,
        "basePath": f"{prefix}/workspaces/{workspace_id}/services/{endpoint_id}",
        "schemes": [scheme],
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "paths": _paths(),
        "definitions": _definitions(program),
        "securityDefinitions": {
            "Bearer": {
                "type": "apiKey", "name": "Authorization", "in": "header",
                "description": "The word Bearer, a space, and the endpoint's primary or secondary key.",
            },
        },
        "security": [{"Bearer": []}],
    }  # fmt: skip


def item_names(program: Program) -> tuple[dict[str, str], dict[str, str]]:
    """The names of the definitions of a row: of each input, and of each output that is a table."""
    inputs = {each.name: f"{each.name}Item" for each in program.inputs}
    outputs: dict[str, str] = {}
    for each in program.outputs:
        if each.type in TABLES:
            name = f"{each.name}Item"
            while name in {*inputs.values(), *outputs.values()}:
                name = f"{name.removesuffix('Item')}OutputItem"
            outputs[each.name] = name
    return inputs, outputs


def column(field: Field) -> Json:
    """The schema of a cell. Text is always taken, so a type that nobody knows is text; R's client counts on one type."""
    return {**(_TYPES[examples.kind(field)] if field.known else _TEXT), **_NULL}


def parameter_schema(parameter: Parameter) -> Json:
    """A parameter's JSON schema as Swagger 2.0 can say it: one type, exclusive bounds as flags, null by extension."""
    given = parameter.schema
    alternatives = given.get("anyOf", ())
    schema = {key: value for key, value in given.items() if key != "anyOf"}
    for each in alternatives:
        schema |= _NULL if each.get("type") == "null" else each
    for bound in ("Minimum", "Maximum"):
        limit = schema.pop(f"exclusive{bound}", None)
        if limit is not None:
            schema |= {bound.lower(): limit, f"exclusive{bound}": True}
    if isinstance(schema.get("type"), list):
        del schema["type"]  # a column selection: text, list or mapping
    default = schema.pop("default", None) if parameter.required else parameter.default
    schema.pop("default", None)
    if not parameter.required and default is not None and not _is_endless(default):
        schema["default"] = default
    if parameter.description:
        schema["description"] = parameter.description
    return schema


def _is_endless(value: Any) -> bool:
    """Whether JSON has no way to write a number."""
    return isinstance(value, float) and not math.isfinite(value)


def _about(program: Program) -> str:
    return (
        f"Web service of the experiment {program.title}." if program.kind == "experiment" else "A published function."
    )


def _ref(name: str) -> Json:
    return {"$ref": f"#/definitions/{quote(name.replace('~', '~0').replace('/', '~1'), safe='~')}"}


def _object(properties: Mapping[str, Json], required: Iterable[str] = (), **more: Any) -> Json:
    needed = list(required)
    return {"type": "object", "properties": dict(properties), **({"required": needed} if needed else {}), **more}


def _paths() -> Json:
    job = {"name": "jobId", "in": "path", "required": True, "type": "string"}
    call = _operation(
        "execute", "Call the service and wait for its answer", _body("ExecutionRequest"), _answer("ExecutionResponse")
    )
    create = _operation("createJob", "Make a batch job", _body("BatchRequest"), _answer("JobId"))
    start = _operation("startJob", "Start a batch job", job, _nothing("Started."))
    poll = _operation("getJob", "Ask how a batch job stands", job, _answer("BatchStatus"))
    end = _operation("deleteJob", "Cancel a batch job, or delete an ended one", job, _nothing("Done."))
    return {EXECUTE: {"post": call}, JOBS: {"post": create}, START: {"post": start}, JOB: {"get": poll, "delete": end}}


def _operation(name: str, summary: str, parameter: Json, answers: Json) -> Json:
    failures = {status: {"description": text, "schema": _ref("ErrorResponse")} for status, text in _ERRORS.items()}
    if parameter["in"] == "path":
        failures["404"] = {"description": "There is no such job.", "schema": _ref("ErrorResponse")}
    return {"operationId": name, "summary": summary, "parameters": [parameter], "responses": {**answers, **failures}}


def _body(name: str) -> Json:
    return {"name": "body", "in": "body", "required": True, "schema": _ref(name)}


def _answer(name: str) -> Json:
    return {"200": {"description": "The answer.", "schema": _ref(name)}}


def _nothing(text: str) -> Json:
    return {status: {"description": text} for status in ("200", "204")}


def _definitions(program: Program) -> Json:
    inputs, outputs = item_names(program)
    parameters = {each.name: parameter_schema(each) for each in program.parameters}
    required = [each.name for each in program.parameters if each.required]
    needed = ["Inputs", *(["GlobalParameters"] if required else [])]
    defined: Json = {
        "ExecutionRequest": _object(
            {"Inputs": _ref("ExecutionInputs"), "GlobalParameters": _ref("GlobalParameters")}, needed,
            example=examples.request(program, swagger=True),
        ),
        "ExecutionInputs": _object({name: _rows(item) for name, item in inputs.items()}, inputs, additionalProperties=False),
        "GlobalParameters": _object(parameters, required, additionalProperties=False),
        "ExecutionResponse": _object({"Results": _ref("ExecutionResults")}, ["Results"]),
        "ExecutionResults": _object({name: _rows(_told(item)) for name, item in outputs.items()}, outputs),
    }  # fmt: skip
    for each in program.inputs:
        columns = {field.name: column(field) for field in each.fields}
        defined[inputs[each.name]] = _object(columns, columns, additionalProperties=False)
    for output in program.outputs:
        if output.name in outputs:
            defined |= _output(outputs[output.name], output.fields or ())
    return defined | _batch(program) | _error()


def _output(item: str, fields: Iterable[Field]) -> Json:
    """What the columns of an output mean, and how they are sent: every value as text, if it is there."""
    meant = {field.name: column(field) for field in fields}
    sent = {field.name: _TEXT | _NULL for field in fields}
    return {item: _object(meant), _told(item): _object(sent)}


def _told(item: str) -> str:
    return f"{item.removesuffix('Item')}Row"


def _rows(item: str) -> Json:
    return {"type": "array", "items": _ref(item)}


def _batch(program: Program) -> Json:
    named = {each.name: _ref("BlobReference") for each in program.outputs}
    blob = ("ConnectionString", "RelativeLocation", "BaseLocation", "SasBlobToken")
    return {
        "BatchRequest": _object(
            {
                "Inputs": _object({each.name: _ref("BlobReference") for each in program.inputs}),
                "Outputs": _object(named),
                "GlobalParameters": _ref("GlobalParameters"),
            },
            example=examples.blobs(program),
        ),
        "BlobReference": _object(dict.fromkeys(blob, _TEXT | _NULL)),
        "JobId": {"type": "string", "description": "32 hexadecimal digits"},
        "BatchStatus": _object(
            {
                "StatusCode": {"type": "string", "enum": list(_STATUSES)},
                "Results": {**_object(named), **_NULL},
                "Details": _TEXT | _NULL,
            },
            ["StatusCode", "Results", "Details"],
        ),
    }


def _error() -> Json:
    detail = _object({"code": _TEXT, "target": _TEXT | _NULL, "message": _TEXT}, ["code", "message"])
    told = {"code": _TEXT, "message": _TEXT, "details": {"type": "array", "items": _ref("ErrorDetail")}}
    return {
        "ErrorDetail": detail,
        "Error": _object(told, ["code", "message", "details"]),
        "ErrorResponse": _object({"error": _ref("Error")}, ["error"]),
    }
