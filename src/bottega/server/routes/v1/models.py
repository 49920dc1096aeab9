"""`/v1/models` and `/v1/transforms`: what runs have trained and the workspace keeps under names.

They come from runs alone: a model in a file of somebody's is a pickle, which only its own environment may open.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.server import api
from bottega.server.api import operation
from bottega.server.context import context_of
from bottega.server.errors import missing
from bottega.server.routes.v1 import _tables as tables
from bottega.server.routes.v1._kept import Dataset, told
from bottega.server.routes.v1._shapes import Link, Name
from bottega.server.routes.v1._tables import LinkQuery
from bottega.store import records
from bottega.store.datasets import Datasets

_MODELS, _TRANSFORMS = "models", "transforms"


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/models", tag=_MODELS)
def list_models(request: Request) -> list[Dataset]:
    """The newest version of each trained model, by name."""
    return [told(each) for each in _models(request).list()]


@operation("GET", "/v1/models/{model}", tag=_MODELS)
def get_model(request: Request, model: Name) -> Dataset:
    """One version of a trained model, by its id."""
    return told(_find(_models(request), model))


@operation("DELETE", "/v1/models/{model}", tag=_MODELS, status=204)
def delete_model(request: Request, model: Name) -> None:
    """Remove a trained model with all its versions; web services keep theirs."""
    _delete(_models(request), model)


@operation("GET", "/v1/models/{model}/versions", tag=_MODELS)
def list_model_versions(request: Request, model: Name) -> list[Dataset]:
    """All versions of a trained model, the oldest first."""
    return _versions(_models(request), model)


@operation("GET", "/v1/models/{model}/link", tag=_MODELS)
def get_model_link(request: Request, model: Name, query: LinkQuery) -> Link:
    """A signed address for downloading it."""
    return _link(request, _find(_models(request), model), query)


@operation("GET", "/v1/transforms", tag=_TRANSFORMS)
def list_transforms(request: Request) -> list[Dataset]:
    """The newest version of each transform, by name."""
    return [told(each) for each in _transforms(request).list()]


@operation("GET", "/v1/transforms/{transform}", tag=_TRANSFORMS)
def get_transform(request: Request, transform: Name) -> Dataset:
    """One version of a transform, by its id."""
    return told(_find(_transforms(request), transform))


@operation("DELETE", "/v1/transforms/{transform}", tag=_TRANSFORMS, status=204)
def delete_transform(request: Request, transform: Name) -> None:
    """Remove a transform with all its versions; web services keep theirs."""
    _delete(_transforms(request), transform)


@operation("GET", "/v1/transforms/{transform}/versions", tag=_TRANSFORMS)
def list_transform_versions(request: Request, transform: Name) -> list[Dataset]:
    """All versions of a transform, the oldest first."""
    return _versions(_transforms(request), transform)


@operation("GET", "/v1/transforms/{transform}/link", tag=_TRANSFORMS)
def get_transform_link(request: Request, transform: Name, query: LinkQuery) -> Link:
    """A signed address for downloading it."""
    return _link(request, _find(_transforms(request), transform), query)


def _models(request: Request) -> Datasets:
    return context_of(request).workspace.trained_models


def _transforms(request: Request) -> Datasets:
    return context_of(request).workspace.transforms


def _find(kept: Datasets, id: str) -> records.Dataset:  # noqa: A002 - what it is
    found = kept.by_id(id)
    if found is None:
        raise missing(kept.kind.word, id)
    return found


def _delete(kept: Datasets, id: str) -> None:  # noqa: A002
    kept.delete_family(_find(kept, id).family)


def _versions(kept: Datasets, id: str) -> list[Dataset]:  # noqa: A002
    return [told(each) for each in kept.versions(_find(kept, id).family)]


def _link(request: Request, found: records.Dataset, query: LinkQuery) -> Link:
    return tables.link(request, found.output, found.name, query)
