"""Models that were trained again, put into an endpoint while it serves (fact sheet 5.5, update resource)."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bottega.engine.jails import Jails
from bottega.engine.steps import file_memory
from bottega.errors import BottegaError
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.sandbox.host.environment import BOTTEGA
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import ModuleTask
from bottega.sdk.ports import PortType
from bottega.services.endpoints import check_patchable
from bottega.services.errors import Detail, ServiceError, refused
from bottega.services.program import Constant, Program, Resource
from bottega.store.records import Endpoint
from bottega.store.workspace import Workspace

LARGEST = 2 << 30
# An address and the most bytes that it may give: the content, or a file of it that the caller owns.
Fetch = Callable[[str, int], bytes | Path]
_LIMITS = Limits(wall_seconds=120, cpu_seconds=120)
_PRELOAD = ("numpy", "pandas", "pyarrow", *LIBRARIES)
_OPENED = "bottega.modules.machine_learning._opened"
_FUNCTIONS = {PortType.TRAINED_MODEL: "trained_model", PortType.TRANSFORM: "transform"}
_CHUNK = 1 << 20


@dataclass(frozen=True)
class _Update:
    """One resource and where its new content is."""

    resource: Resource
    constant: Constant
    url: str


def update_resource(
    workspace: Workspace, endpoint: Endpoint, resources: Sequence[Any], fetch: Fetch, *, pool: Pool | None = None
) -> Endpoint:
    """Put other models in the place of those that an endpoint was published with; all or none.

    resources  {"Name": …, "Location": {"BaseLocation", "RelativeLocation", "SasBlobToken"}}, as clients send them
    fetch      gets the content of an address, and raises what its caller is to read

    A model is opened in a jail only. Raises ServiceError: InvalidOperation for an endpoint that cannot be updated,
    BadArgument for what names no resource, InvalidOperation/IncompatibleModel for what is no model of that kind, and
    Conflict/ModelOutputMetadataMismatch for one that answers something else than the one before.
    """
    check_patchable(workspace, endpoint)
    program = Program.loads(workspace.services.version(endpoint.service, endpoint.version).program)
    updates = _read(resources, program)
    told = {}
    with workspace.unpruned():
        for update in updates:
            with _fetched(update, fetch) as memory:
                _check(update, memory, pool)
                digest = _digest(memory)
                workspace.blobs.put(digest, memory.descriptor)
                told[update.resource.name] = {"digest": digest, "type": update.constant.type, "size": memory.size}
        kept = _as_it_was(workspace, endpoint).resources
        return workspace.services.change_endpoint(endpoint.id, resources={**kept, **told})


def _as_it_was(workspace: Workspace, endpoint: Endpoint) -> Endpoint:
    """The endpoint now, for fetching takes its time. Raises Conflict where models were checked against another version."""
    now = workspace.services.endpoint_by_id(endpoint.id)
    if now is None or now.version != endpoint.version:
        message = f"Endpoint {endpoint.name} was deleted or brought to another version meanwhile; ask again"
        raise ServiceError(409, "Conflict", message, (Detail("ModelOutputMetadataMismatch", endpoint.name, message),))
    return now


def _read(resources: Sequence[Any], program: Program) -> list[_Update]:
    """What a client asks for. Raises BadArgument."""
    if not program.resources:
        raise _bad("This web service has no updatable resources: no trained model is in it")
    if not isinstance(resources, list | tuple) or not resources:
        raise _bad("Resources has to be a list of at least one resource, each with Name and Location")
    by_name = {resource.name: resource for resource in program.resources}
    found: dict[str, _Update] = {}
    for each in resources:
        name = each.get("Name") if isinstance(each, Mapping) else None
        resource = by_name.get(name) if isinstance(name, str) else None
        if resource is None:
            raise _bad(f"There is no resource {name!r:.200}; there are: {', '.join(by_name)}")
        if resource.name in found:
            raise _bad(f"Resource {resource.name} is there twice", resource.name)
        found[resource.name] = _Update(
            resource, program.constants[resource.constant], _url(each.get("Location"), resource)
        )
    return list(found.values())


def _url(location: Any, resource: Resource) -> str:
    """The address of a blob reference (clients.md 6); RelativeLocation may begin with a slash, as may its end be bare."""
    parts = location if isinstance(location, Mapping) else {}
    base, relative, token = (parts.get(name) or "" for name in ("BaseLocation", "RelativeLocation", "SasBlobToken"))
    if not all(isinstance(part, str) for part in (base, relative, token)) or not (base or relative):
        raise _bad("Location needs BaseLocation, RelativeLocation and SasBlobToken, all texts", resource.name)
    if base and relative:
        base, relative = base.rstrip("/") + "/", relative.lstrip("/")
    return f"{base}{relative}{token if not token or token.startswith('?') else '?' + token}"


@contextmanager
def _fetched(update: _Update, fetch: Fetch) -> Iterator[Memory]:
    """The content, sealed: what was checked is what is stored."""
    content = fetch(update.url, LARGEST)
    memory = Memory.of("model", content) if isinstance(content, bytes) else file_memory(content)
    try:
        yield memory
    finally:
        memory.close()


def _check(update: _Update, memory: Memory, pool: Pool | None) -> None:
    kind = PortType(update.constant.type)
    described = describe(kind, memory, pool=pool, target=update.resource.name)
    before = update.constant.described
    if isinstance(before, Mapping) and (reason := _mismatch(before, described)):
        raise ServiceError(409, "Conflict", "The model does not go with this web service.",
                           (Detail("ModelOutputMetadataMismatch", update.resource.name, reason),))  # fmt: skip


def describe(kind: PortType, memory: Memory, *, pool: Pool | None = None, target: str = "") -> dict[str, Any]:
    """What a model or transform tells of itself, opened in a jail. Raises InvalidOperation/IncompatibleModel where it is none."""
    name = _FUNCTIONS[kind]
    settings = {"place": _OPENED, "function": f"opened_{name}", "parameters": {}, "inputs": {name: kind.value}}
    jails = Jails(pool)
    try:
        environment = jails.environment(BOTTEGA)
        task = ModuleTask(
            environment, json.dumps(settings).encode(), ("it",), ("it",), {name: memory}, _LIMITS, _PRELOAD
        )
        outcome = jails.pool(environment, _PRELOAD).run(task)
    finally:
        jails.close()
    outcome.close()
    if outcome.failure is not None:
        if outcome.failure.code == "canceled":
            raise BottegaError("canceled")
        raise refused("InvalidOperation", "IncompatibleModel", outcome.failure.message, target)
    described = outcome.described.get("it")
    return described if isinstance(described, dict) else {}


def _mismatch(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Why callers would get or have to give something else; nothing where they would not."""
    for what in ("task", "kind"):
        if before.get(what) != now.get(what):
            return f"Its {what} is {now.get(what)}; the one that it would replace has {before.get(what)}"
    labels = [each.get("label") for each in (before, now)]
    if all(isinstance(label, Mapping) for label in labels):
        for what in ("name", "type"):
            if labels[0].get(what) != labels[1].get(what):  # type: ignore[union-attr]  # both are mappings
                return f"Its label's {what} is {labels[1].get(what)}; it has to be {labels[0].get(what)}"  # type: ignore[union-attr]
    more = _features(now).items() - _features(before).items()
    if more:
        told = ", ".join(f"{name} ({kind})" for name, kind in sorted(more)[:10])
        return f"It needs features that the web service does not give it: {told}"
    return ""


def _features(described: Mapping[str, Any]) -> dict[str, str]:
    """Names and types of features, as far as they are told."""
    told = described.get("features")
    found = [each for each in told if isinstance(each, Mapping)] if isinstance(told, list) else []
    return {str(each.get("name")): str(each.get("type")) for each in found}


def _digest(memory: Memory) -> str:
    state, place = hashlib.blake2b(digest_size=32), 0
    while block := os.pread(memory.descriptor, _CHUNK, place):
        state.update(block)
        place += len(block)
    return state.hexdigest()


def _bad(message: str, target: str = "Resources") -> ServiceError:
    return refused("BadArgument", "BadParameterValue", message, target)
