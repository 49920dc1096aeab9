"""Places for nodes that have none: classic's canvas needs one for each."""

from __future__ import annotations

from collections.abc import Mapping

from bottega.graph.classic.positions import Place
from bottega.graph.document import Experiment
from bottega.graph.topology import partial_order

_ACROSS, _DOWN, _MARGIN = 240, 120, 40  # pixels


def places(experiment: Experiment) -> dict[str, tuple[float, float]]:
    """The places of all nodes: their own, or else one in a row below all that feed them."""
    depth: dict[str, int] = {}
    taken: dict[int, int] = {}
    found: dict[str, tuple[float, float]] = {}
    ordered, rest = partial_order(experiment)
    for name in (*ordered, *rest):
        above = [depth[source.node] for source in experiment.nodes[name].inputs.values() if source.node in depth]
        depth[name] = row = max(above, default=-1) + 1
        column = taken.get(row, 0)
        taken[row] = column + 1
        found[name] = experiment.layout.get(name) or (_MARGIN + column * _ACROSS, _MARGIN + row * _DOWN)
    return found


def beside(place: tuple[float, float] | None, *, below: bool) -> Place:
    """A place for a web service's own node, above or below the one that it is joined to."""
    x, y = place or (_MARGIN, _MARGIN)
    return Place(x + _ACROSS / 2, y + (_DOWN if below else -_DOWN))


def kept(node: str, told: Mapping[str, object]) -> Place | None:
    """The place and size that a client gave; None for what is no place."""
    numbers = told.get(node)
    if (
        isinstance(numbers, list | tuple)
        and len(numbers) == 4
        and all(isinstance(each, int | float) for each in numbers)
    ):
        return Place(*map(float, numbers))
    return None
