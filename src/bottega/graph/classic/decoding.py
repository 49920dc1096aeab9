"""From the graph JSON of the classic Studio to an experiment."""

from __future__ import annotations

from typing import Any

from bottega.graph.classic.assets import Assets
from bottega.graph.classic.nodes import Reader
from bottega.graph.classic.reading import At
from bottega.graph.classic.service_decoding import decode_service
from bottega.graph.document import Experiment
from bottega.graph.topology import FindModule, cached
from bottega.sdk import catalogue


def decode(
    graph: Any, web_service: Any, assets: Assets, *, title: str = "", description: str = "",
    like: Experiment | None = None, find_module: FindModule = catalogue.find,
) -> Experiment:  # fmt: skip
    """The experiment of the values of "Graph" and "WebService", which may be None.

    like  what the document said before: it keeps its ids for datasets and models, and secrets that clients never see

    Raises `experiment-invalid` whose path says where, such as `Graph.ModuleNodes[3].ModuleId`.
    """
    title, description = At(title, "Description").text(), At(description, "Summary").text()
    reader = Reader(assets, like, cached(find_module))
    whole = At(graph, "Graph")
    reader.modules(whole.get("ModuleNodes"))
    reader.edges(whole.get("EdgesInternal"))
    layout = reader.places(whole.get("SerializedClientData"))
    service = decode_service(reader, At(web_service, "WebService"), whole, like)
    environment = like.environment if like else ""
    return Experiment(title, description, reader.ordered(), layout, web_service=service, environment=environment)
