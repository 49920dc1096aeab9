"""`/v1/catalogue`: all that a canvas needs of modules at once."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from msgspec import Struct
from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.errors import BottegaError
from bottega.graph import topology
from bottega.sdk import catalogue
from bottega.server import api, beginnings, documents
from bottega.server.api import operation
from bottega.server.context import context_of
from bottega.server.routes.v1.modules import Module, described

_MOST_EXPERIMENTS = 200
_Step = tuple[str, str, str, str]


class Follow(Struct):
    """How often, in samples and in experiments of the workspace, an output port feeds an input port."""

    module: str
    port: str
    next: str
    input: str
    count: int


class SampleDataset(Struct):
    """A dataset that comes along and needs no upload; experiments call it by its name."""

    name: str
    title: str


class Catalogue(Struct):
    """Modules, by category and title; what usually follows, the most frequent first; datasets that come along."""

    modules: list[Module]
    follows: list[Follow]
    samples: list[SampleDataset]


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/catalogue", tag="modules")
def get_catalogue(request: Request) -> Catalogue:
    """All modules with ports and parameters, and what usually follows what."""
    from bottega.modules.data_input_and_output._samples import TITLES

    stored = context_of(request).workspace.experiments.list()[:_MOST_EXPERIMENTS]
    counts: Counter[_Step] = Counter()
    for text in [*(each.text for each in beginnings.SAMPLES), *(each.document for each in stored)]:
        counts.update(_steps(text))
    follows = [Follow(*step, count) for step, count in counts.most_common()]
    samples = [SampleDataset(name, title) for name, title in TITLES.items()]
    return Catalogue([described(each) for each in catalogue.every()], follows, samples)


@lru_cache(maxsize=1000)
def _steps(document: str) -> tuple[_Step, ...]:
    """The edges of a document, by modules and ports."""
    try:
        experiment = documents.experiment(document)
    except BottegaError:
        return ()
    names = {name: spec.name for name, node in experiment.nodes.items() if (spec := catalogue.find(node.module))}
    return tuple(
        (names[source], port, names[node], given)
        for node, links in topology.links(experiment, catalogue.find).items()
        for given, (source, port) in links.items()
    )
