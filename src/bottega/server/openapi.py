"""The OpenAPI document of operations, from what their signatures say."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from bottega import __version__
from bottega.server.api import JSON, YAML, Operation

_SESSION = (
    "Of the studio in a browser; its name ends in `_` and the first eight characters of the workspace's id. What changes "
    "something needs the header `x-bottega-request: 1` besides, and comes from a page of the server itself."
)
_SCHEMA = "#/components/schemas/{name}"


class ProblemDetails(msgspec.Struct, omit_defaults=True):
    """What went wrong (RFC 9457). `code` is the error's own; `errors` says where in the request."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[dict[str, str]] = []


def document(declared: Iterable[Operation], server: str) -> dict[str, Any]:
    """The OpenAPI document of operations."""
    declared = list(declared)
    types = {_key(kind): kind for each in declared for kind in (each.answer, *_inputs(each)) if kind is not None}
    types[_key(ProblemDetails)] = ProblemDetails
    schemas, components = msgspec.json.schema_components(list(types.values()), ref_template=_SCHEMA)
    by_type = dict(zip(types, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for each in declared:
        paths.setdefault(each.path, {})[each.method.lower()] = _described(each, by_type)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bottega", "version": __version__, "description": "The native API of the studio server."},
        "servers": [{"url": server}],
        "security": [{"workspaceToken": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "workspaceToken": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "bottega_session", "description": _SESSION},
            },
        },
    }


def _key(kind: Any) -> str:
    return repr(kind)


def _inputs(each: Operation) -> list[Any]:
    kinds = [each.hints[name] for name in each.places]
    if "query" in each.hints:
        kinds += [one.type for one in msgspec.structs.fields(each.hints["query"])]
    if "body" in each.hints and each.hints["body"] is not str:
        kinds.append(each.hints["body"])
    return kinds


def _described(each: Operation, by_type: Mapping[str, Any]) -> dict[str, Any]:
    summary, _, more = inspect.cleandoc(each.function.__doc__ or "").partition("\n\n")
    told: dict[str, Any] = {"operationId": each.function.__name__, "summary": " ".join(summary.split())}
    told |= {"tags": [each.tag]} if each.tag else {}
    told |= {"description": more} if more else {}
    told |= {"security": []} if each.is_public else {}
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": by_type[_key(each.hints[name])]}
        for name in each.places
    ]
    if "query" in each.hints:
        parameters += [_query(one, by_type) for one in msgspec.structs.fields(each.hints["query"])]
    parameters += [
        {"name": name, "in": "header", "description": text, "schema": {"type": "string"}}
        for name, text in each.headers.items()
    ]
    told |= {"parameters": parameters} if parameters else {}
    if each.accepts:
        told["requestBody"] = {"required": True, "content": {media: _any(media) for media in each.accepts}}
    elif "body" in each.hints:
        told["requestBody"] = {"required": True, "content": {JSON: {"schema": by_type[_key(each.hints["body"])]}}}
    success: dict[str, Any] = {"description": HTTPStatus(each.status).phrase}
    if each.gives:
        success["content"] = {each.gives: _any(each.gives)}
    elif each.answer is not None:
        success["content"] = {JSON: {"schema": by_type[_key(each.answer)]}}
    problem = {"application/problem+json": {"schema": by_type[_key(ProblemDetails)]}}
    told["responses"] = {str(each.status): success, "default": {"description": "What went wrong", "content": problem}}
    return told


def _query(one: msgspec.structs.FieldInfo, by_type: Mapping[str, Any]) -> dict[str, Any]:
    schema = dict(by_type[_key(one.type)])
    if not one.required and one.default is not msgspec.NODEFAULT and one.default is not None:
        schema["default"] = one.default
    return {"name": one.encode_name, "in": "query", "required": one.required, "schema": schema}


def _any(media: str) -> dict[str, Any]:
    return {"schema": {"type": "object" if media in {JSON, YAML} else "string"}}
