"""What statsmodels and networkx have no more."""

from __future__ import annotations

from .gone import Gone, entries

_MODULES = """
tsa.arima_model | 0.13 | from statsmodels.tsa.arima.model import ARIMA
"""

_CLASSES = """
tsa.arima_model.ARIMA | 0.13 | statsmodels.tsa.arima.model.ARIMA, whose forecast is the values alone
tsa.arima_model.ARMA | 0.13 | statsmodels.tsa.arima.model.ARIMA(order=(p, 0, q))
tsa.ar_model.AR | 0.13 | statsmodels.tsa.ar_model.AutoReg(values, lags)
formula.api.OLS | 0.12 | statsmodels.api.OLS | statsmodels.api.OLS
formula.api.WLS | 0.12 | statsmodels.api.WLS | statsmodels.api.WLS
formula.api.GLS | 0.12 | statsmodels.api.GLS | statsmodels.api.GLS
formula.api.GLM | 0.12 | statsmodels.api.GLM | statsmodels.api.GLM
formula.api.RLM | 0.12 | statsmodels.api.RLM | statsmodels.api.RLM
formula.api.Logit | 0.12 | statsmodels.api.Logit | statsmodels.api.Logit
formula.api.Probit | 0.12 | statsmodels.api.Probit | statsmodels.api.Probit
formula.api.Poisson | 0.12 | statsmodels.api.Poisson | statsmodels.api.Poisson
formula.api.MNLogit | 0.12 | statsmodels.api.MNLogit | statsmodels.api.MNLogit
"""

_ARGUMENTS = """
seasonal_decompose.freq | 0.13 | period=... | period
acf.unbiased | 0.13 | adjusted=... | adjusted
ExponentialSmoothing.damped | 0.13 | damped_trend=... | damped_trend
fit.smoothing_slope | 0.13 | smoothing_trend=... | smoothing_trend
"""

_GRAPH_METHODS = """
Graph.node | 2.4 | .nodes | .nodes
Graph.nodes_iter | 2.0 | .nodes | .nodes
Graph.edges_iter | 2.0 | .edges | .edges
Graph.neighbors_iter | 2.0 | .neighbors | .neighbors
Graph.degree_iter | 2.0 | .degree | .degree
Graph.adjacency_iter | 2.0 | .adjacency | .adjacency
DiGraph.successors_iter | 2.0 | .successors | .successors
DiGraph.predecessors_iter | 2.0 | .predecessors | .predecessors
"""

_GRAPH_FUNCTIONS = """
from_pandas_dataframe | 2.0 | networkx.from_pandas_edgelist | networkx.from_pandas_edgelist
to_pandas_dataframe | 2.0 | networkx.to_pandas_adjacency | networkx.to_pandas_adjacency
connected_component_subgraphs | 2.4 | (graph.subgraph(nodes) for nodes in networkx.connected_components(graph))
info | 3.0 | print(graph)
"""

_GRAPH_MEANINGS = """
Graph.nodes | 2.0 | list(graph.nodes) for places in it
Graph.edges | 2.0 | list(graph.edges) for places in it
Graph.degree | 2.0 | dict(graph.degree())
Graph.neighbors | 2.0 | list(graph.neighbors(node))
set_node_attributes | 2.0 | networkx.set_node_attributes(graph, values, name)
"""

MODELS: tuple[Gone, ...] = (
    *entries("statsmodels", "module", _MODULES),
    *entries("statsmodels", "function", _CLASSES),
    *entries("statsmodels", "argument", _ARGUMENTS),
    *entries("networkx", "property", _GRAPH_METHODS.strip().splitlines()[0]),
    *entries("networkx", "method", "\n".join(_GRAPH_METHODS.strip().splitlines()[1:])),
    *entries("networkx", "function", _GRAPH_FUNCTIONS),
    *entries("networkx", "meaning", _GRAPH_MEANINGS),
)
