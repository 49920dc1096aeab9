"""networkx: what graphs gave before its version 2, and functions that have others' names."""

from __future__ import annotations

import functools
import importlib
from typing import Any

from . import uses
from .patching import Library, answer, noted, wrap

old = Library("networkx")
_ITERATORS = ("nodes", "edges", "neighbors", "degree", "adjacency", "successors", "predecessors")


def restore(module: Any) -> None:
    """Put all of it into networkx."""
    answer(module, {"from_pandas_dataframe": lambda: noted(old.gone("from_pandas_dataframe"), module.from_pandas_edgelist),
                    "to_pandas_dataframe": lambda: noted(old.gone("to_pandas_dataframe"), module.to_pandas_adjacency),
                    "connected_component_subgraphs": lambda: noted(old.gone("connected_component_subgraphs"),
                                                                   functools.partial(_subgraphs, module)),
                    "info": lambda: noted(old.gone("info"), _info)})  # fmt: skip
    for name in ("set_node_attributes", "set_edge_attributes"):
        wrap(module, name, _attributes)
    for owner in (module.Graph, module.DiGraph):
        _graph(owner)
    views = importlib.import_module("networkx.classes.reportviews")
    for name in ("NodeView", "NodeDataView"):
        _by_place(getattr(views, name), "Graph.nodes")
    for name in ("EdgeView", "OutEdgeView", "EdgeDataView", "OutEdgeDataView"):
        _by_place(getattr(views, name), "Graph.edges")
    for name in ("keys", "values", "items"):
        for view in (views.DiDegreeView, views.DegreeView):
            if not hasattr(view, name):
                setattr(view, name, _of_degrees(name))


def _graph(owner: Any) -> None:
    if not hasattr(owner, "node"):
        owner.node = property(_node)
    for name in _ITERATORS:
        entry = next((each for each in (f"Graph.{name}_iter", f"DiGraph.{name}_iter") if _is_entry(each)), None)
        if entry is not None and hasattr(owner, name) and not hasattr(owner, f"{name}_iter"):
            setattr(owner, f"{name}_iter", noted(old.gone(entry), _iterator(name)))
    for name in ("neighbors", "successors", "predecessors"):
        if name in vars(owner):
            wrap(owner, name, _listed)


def _is_entry(name: str) -> bool:
    try:
        old.gone(name)
    except KeyError:
        return False
    return True


def _iterator(name: str) -> Any:
    def method(self: Any, *arguments: Any, **options: Any) -> Any:
        return iter(getattr(self, name)(*arguments, **options))

    return method


def _node(self: Any) -> Any:
    old.tell("Graph.node")
    return self.nodes


class _Neighbours(list):  # type: ignore[type-arg]
    """A list, as it was; `next` takes from it, as it is."""

    def __next__(self) -> Any:
        if not self:
            raise StopIteration
        return self.pop(0)


def _listed(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    return _Neighbours(function(*arguments, **options))


def _by_place(view: Any, entry: str) -> None:
    """Let a place find what no node or edge of that name does."""
    today = vars(view).get("__getitem__") or getattr(view, "__getitem__", None)

    def __getitem__(self: Any, key: Any) -> Any:  # noqa: N807 - what Python calls it
        try:
            if today is not None:
                return today(self, key)
        except (KeyError, TypeError, ValueError, importlib.import_module("networkx").NetworkXError):
            if not isinstance(key, (int, slice)) or not uses.in_script():
                raise
        old.tell(entry)
        return list(self)[key]

    view.__getitem__ = __getitem__


def _of_degrees(name: str) -> Any:
    def method(self: Any) -> Any:
        if name != "keys":  # which today's `dict(graph.degree())` asks for, too
            old.tell("Graph.degree")
        return list(getattr({node: degree for node, degree in self}, name)())  # noqa: C416 - `dict` would ask for the keys

    return method


def _subgraphs(module: Any, graph: Any, copy: bool = True) -> Any:
    for nodes in module.connected_components(graph):
        part = graph.subgraph(nodes)
        yield part.copy() if copy else part


def _info(graph: Any, n: Any = None) -> str:
    """What a graph is, in lines."""
    if n is not None:
        return f"Node {n} has the following properties:\nDegree: {graph.degree(n)}\nNeighbors: {' '.join(map(str, graph.neighbors(n)))}"
    nodes, edges = graph.number_of_nodes(), graph.number_of_edges()
    lines = [
        f"Name: {graph.name}",
        f"Type: {type(graph).__name__}",
        f"Number of nodes: {nodes}",
        f"Number of edges: {edges}",
    ]
    if nodes:
        both = graph.is_directed()
        degrees = (
            (("in degree", edges / nodes), ("out degree", edges / nodes)) if both else (("degree", 2 * edges / nodes),)
        )
        lines += [f"Average {name}: {mean:8.4f}" for name, mean in degrees]
    return "\n".join(lines)


def _attributes(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """Before 2.0 the name came before the values."""
    if len(arguments) == 3 and isinstance(arguments[1], str) and not isinstance(arguments[2], str):
        old.tell("set_node_attributes")
        graph, name, values = arguments
        return function(graph, values, name)
    return function(*arguments, **options)
