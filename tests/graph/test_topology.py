"""Order and reach, beside the standard library's own sorter."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.errors import BottegaError
from bottega.graph.document import Experiment, Node, Source
from bottega.graph.topology import circles, downstream, links, order, upstream
from tests.graph.modules import find


def _graph(edges: Sequence[tuple[int, int]], count: int) -> Experiment:
    """Nodes n0, n1 …; an edge goes from its first to its second."""
    inputs: dict[int, dict[str, Source]] = {index: {} for index in range(count)}
    for begin, end in edges:
        inputs[end][f"p{begin}"] = Source(f"n{begin}")
    return Experiment(nodes={f"n{index}": Node(f"n{index}", "m", inputs[index]) for index in range(count)})


_EDGES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12)


@given(_EDGES)
def test_every_node_comes_after_those_that_feed_it(edges: list[tuple[int, int]]) -> None:
    experiment = _graph(edges, 8)
    sorter = TopologicalSorter({f"n{index}": [] for index in range(8)})
    for begin, end in edges:
        sorter.add(f"n{end}", f"n{begin}")
    try:
        tuple(sorter.static_order())
    except CycleError:
        with pytest.raises(BottegaError, match="circle"):
            order(experiment)
        return
    found = order(experiment)
    assert sorted(found) == sorted(experiment.nodes)
    assert all(found.index(f"n{begin}") < found.index(f"n{end}") for begin, end in edges)
    assert circles(experiment) == []


@given(_EDGES)
def test_circles_are_real(edges: list[tuple[int, int]]) -> None:
    for circle in circles(_graph(edges, 8)):
        assert circle[0] == circle[-1]
        assert len(circle) > 1
        steps = [(int(a[1:]), int(b[1:])) for a, b in pairwise(circle)]
        assert set(steps) <= set(edges)


@given(_EDGES, st.sets(st.integers(0, 7), max_size=3))
def test_reach(edges: list[tuple[int, int]], begin: set[int]) -> None:
    experiment = _graph(edges, 8)
    up, down = set(begin), set(begin)
    for _ in range(8):  # the slow way: as long as there may be news
        up |= {a for a, b in edges if b in up}
        down |= {b for a, b in edges if a in down}
    names = [f"n{index}" for index in begin]
    assert upstream(experiment, names) == {f"n{index}" for index in up}
    assert downstream(experiment, names) == {f"n{index}" for index in down}


def test_free_nodes_keep_the_order_of_the_document() -> None:
    assert order(_graph([(5, 1)], 6)) == ["n0", "n2", "n3", "n4", "n5", "n1"]
    assert order(_graph([], 6)) == [f"n{index}" for index in range(6)]


def test_a_circle_is_named() -> None:
    with pytest.raises(BottegaError) as caught:
        order(_graph([(0, 1), (1, 2), (2, 1), (2, 3)], 4))
    assert caught.value.code == "usage"
    assert "n1 → n2 → n1" in str(caught.value) or "n2 → n1 → n2" in str(caught.value)


def test_unknown_nodes() -> None:
    for reach in (upstream, downstream):
        with pytest.raises(BottegaError, match="did you mean n1"):
            reach(_graph([], 3), ["n11"])
    assert order(Experiment(nodes={"a": Node("a", "m", {"x": Source("gone")})})) == ["a"]


def test_long_chains_and_wide_fans_are_no_matter_of_depth() -> None:
    chain = _graph([(index, index - 1) for index in range(1, 5000)], 5000)
    assert order(chain)[0] == "n4999"
    assert len(upstream(chain, ["n0"])) == 5000
    assert len(circles(_graph([*[(i, i + 1) for i in range(4999)], (4999, 0)], 5000))[0]) == 5001
    fan = _graph([(0, index) for index in range(1, 5000)], 5000)
    assert len(downstream(fan, ["n0"])) == 5000


def test_links_have_the_modules_own_names() -> None:
    experiment = (
        Experiment()
        .add_dataset("data", "iris")
        .add("half", "Old Halve", inputs={"Input": "data.DATASET"})
        .add("a", "script", inputs={"Dataset 1": "half", "dataset2": "half.Results dataset2", "dataset3": "data"})
        .add("b", "script", inputs={"dataset1": "half.none", "dataset2": "data", "Dataset2": "half"})
        .add("c", "no such module", inputs={"x": "data"})
        .add("d", "sink", inputs={"dataset": "c"})
        .add("e", "sink", inputs={"dataset": "d"})
    )
    assert links(experiment, find) == {
        "data": {},
        "half": {"dataset": ("data", "dataset")},
        "a": {"dataset1": ("half", "first"), "dataset2": ("half", "second")},
        "b": {"dataset2": ("data", "dataset")},
        "c": {},
        "d": {},
        "e": {},
    }
