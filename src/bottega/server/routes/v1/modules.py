"""`/v1/modules`: the catalogue, with the schemas of parameters."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from starlette.routing import BaseRoute

from bottega.errors import BottegaError
from bottega.sdk import catalogue
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.ports import Port as PortSpec
from bottega.server import api
from bottega.server.api import operation
from bottega.server.errors import missing
from bottega.server.routes.v1._shapes import Name

_TAG = "modules"


class ModuleSummary(Struct):
    """A module in a list."""

    name: str
    title: str
    category: str
    summary: str


class Port(Struct):
    """An input or output."""

    name: str
    title: str
    type: str
    optional: bool
    spellings: list[str]
    help: str


class Module(ModuleSummary):
    """All that a page needs of a module. `parameters` is a JSON schema."""

    description: str
    former: list[str]
    version: int
    deterministic: bool
    isolation: str
    inputs: list[Port]
    outputs: list[Port]
    parameters: dict[str, Any]


class ModulesQuery(Struct, forbid_unknown_fields=True):
    """Which ones."""

    category: str | None = None


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/modules", tag=_TAG)
def list_modules(query: ModulesQuery) -> list[ModuleSummary]:
    """All modules, by category and title."""
    return [
        ModuleSummary(each.name, each.title, each.category, each.summary)
        for each in catalogue.every()
        if query.category in {None, each.category}
    ]


@operation("GET", "/v1/modules/{name}", tag=_TAG)
def get_module(name: Name) -> Module:
    """One module, by its name, title or former name."""
    try:
        return described(catalogue.get(name))
    except BottegaError as error:
        if error.code != "module-unknown":
            raise
        raise missing("module", name) from error


def described(spec: ModuleSpec) -> Module:
    """All of one module."""
    return Module(
        spec.name, spec.title, spec.category, spec.summary, spec.description, list(spec.former), spec.version,
        spec.deterministic, spec.isolation.value, [_port(each) for each in spec.inputs], [_port(each) for each in spec.outputs],
        spec.json_schema(),
    )  # fmt: skip


def _port(port: PortSpec) -> Port:
    return Port(port.name, port.title, port.type.value, port.optional, list(port.others), port.help)
