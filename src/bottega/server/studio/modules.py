"""The JSON of modules and data types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bottega.graph.classic import definitions, families
from bottega.graph.classic.assets import KINDS
from bottega.sdk import catalogue
from bottega.server.studio import data_types, samples
from bottega.server.studio.wire import GLOBAL, AssetId, date, ticks

if TYPE_CHECKING:
    from bottega.sdk.declaration import ModuleSpec
    from bottega.sdk.ports import Port

# What stands for things of the workspace is no module to classic, but an id on a port.
_NO_MODULES = frozenset(kind.module for kind in KINDS.values())
_LANGUAGES = {"script": ("Python", "3"), "r": ("R", "4")}


def every() -> list[dict[str, Any]]:
    """All modules of the catalogue, one entry a family."""
    return [as_json(each) for each in catalogue.every() if each.name not in _NO_MODULES]


def get(module: str) -> dict[str, Any] | None:
    """The module of an id, whatever its version; None where there is none."""
    slug = families.slug_of(module)
    spec = catalogue.find(slug) if slug is not None else None
    return as_json(spec) if spec is not None and spec.name not in _NO_MODULES else None


def as_json(spec: ModuleSpec) -> dict[str, Any]:
    """A module with its ports and parameters."""
    told = families.module_id(spec.name)
    family = AssetId.parse(told)
    language, version = _LANGUAGES.get(spec.guest, ("", ""))
    return {
        "Id": told,
        "Name": spec.title,
        "Description": spec.summary,
        "FamilyId": family.family if family is not None else "",
        "Category": spec.category,
        "ReleaseState": "Release",
        "ModuleType": "Module",
        "ModuleLanguage": {"Language": language, "Version": version},
        "IsLatest": True,
        "IsDeterministic": spec.deterministic,
        "IsDeprecated": False,
        "Batch": int(families.BATCH.rpartition("-")[2]),
        "Owner": samples.OWNER,
        "Size": 0,
        "CreatedDate": date(samples.MADE),
        "CreatedDateTicks": ticks(samples.MADE),
        "ServiceVersion": spec.version,
        "InformationUrl": None,
        "InputPorts": [_port(port) for port in spec.inputs],
        "OutputPorts": [_port(port) for port in spec.outputs],
        "Parameters": [definitions.definition(spec, parameter) for parameter in spec.parameters],
    }


def data_type(kind: data_types.DataType) -> dict[str, Any]:
    """A kind of data."""
    return {
        "Id": kind.id,
        "Name": kind.name,
        "Description": kind.name,
        "FileExtension": kind.extension.removeprefix("."),
        "IsDirectory": False,
        "AllowUpload": kind.content is not data_types.Content.MODEL,
        "AllowPromotion": True,
        "Owner": GLOBAL,
    }


def _port(port: Port) -> dict[str, Any]:
    return {
        "Name": port.title,
        "FriendlyName": port.title,
        "Types": [{"Name": str(port.type)}],
        "IsOptional": port.optional,
        "MarkupType": 0,
        "Description": port.help,
    }
