"""What a client should not send is refused, and told where it stands."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.errors import BottegaError
from bottega.graph.classic import client_data, decode, encode
from bottega.graph.classic.reading import MAX_TEXT
from bottega.graph.document import MAX_NODES, Experiment, Node, Source
from bottega.graph.file import dumps, loads
from tests.graph.classic import shapes
from tests.graph.classic.shapes import DATASET, FIRST, NOTHING, THINGS, module, parameter


def _first(graph: dict[str, Any]) -> dict[str, Any]:
    node: dict[str, Any] = graph["ModuleNodes"][0]
    return node


def _set(graph: dict[str, Any]) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = _first(graph)["ModuleParameters"]
    return parameters


def _deep() -> Any:
    value: Any = "x"
    for _ in range(5000):
        value = [value]
    return value


ENTITY = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><DataV1>&a;</DataV1>'
VALUE = "Graph.ModuleNodes[0].ModuleParameters[0].Value"
MORE = "Graph.ModuleNodes[0].ModuleParameters[1].Value"
NAME = "Graph.ModuleNodes[0].ModuleParameters[1].Name"
BEGIN = "Graph.EdgesInternal[3].SourceOutputPortId"
END = "Graph.EdgesInternal[3].DestinationInputPortId"
PORT = "Graph.ModuleNodes[0].InputPortsInternal[0]"
GRAPHS: list[tuple[Callable[[dict[str, Any]], Any], str, str]] = [
    (lambda g: g.update(ModuleNodes="x"), "Graph.ModuleNodes", "no list"),
    (lambda g: g.update(ModuleNodes=5), "Graph.ModuleNodes", "no list"),
    (lambda g: g["ModuleNodes"].insert(1, None), "Graph.ModuleNodes[1]", "no object"),
    (lambda g: g["ModuleNodes"].insert(1, "@{Id=x; ModuleId=y}"), "Graph.ModuleNodes[1]", "larger -Depth"),
    (lambda g: _first(g).update(Id=None), "Graph.ModuleNodes[0].Id", "cannot be the id"),
    (lambda g: _first(g).update(Id="a b"), "Graph.ModuleNodes[0].Id", "cannot be the id"),
    (lambda g: _first(g).update(Id="a:b"), "Graph.ModuleNodes[0].Id", "cannot be the id"),
    (lambda g: _first(g).update(Id={"a": 1}), "Graph.ModuleNodes[0].Id", "no text"),
    (lambda g: _first(g).update(Id="x" * 201), "Graph.ModuleNodes[0].Id", "cannot be the id"),
    (lambda g: _first(g).update(Id="x" * 2000), "Graph.ModuleNodes[0].Id", "more than 1,000"),
    (lambda g: g["ModuleNodes"][1].update(Id=f"{FIRST}1"), "Graph.ModuleNodes[1].Id", "twice"),
    (lambda g: _first(g).pop("ModuleId"), "Graph.ModuleNodes[0].ModuleId", "no id of a module"),
    (lambda g: _first(g).update(ModuleId=["x"]), "Graph.ModuleNodes[0].ModuleId", "no text"),
    (lambda g: _first(g).update(ModuleId="a\nb"), "Graph.ModuleNodes[0].ModuleId", "no id of a module"),
    (lambda g: _first(g).update(Comment={"a": 1}), "Graph.ModuleNodes[0].Comment", "no text"),
    (lambda g: _first(g).update(Comment="\ud800"), "Graph.ModuleNodes[0].Comment", "half of a character"),
    (lambda g: _first(g).update(ModuleParameters="x"), "Graph.ModuleNodes[0].ModuleParameters", "no list"),
    (lambda g: _first(g).update(ModuleParameters=["@{Name=a; Value=b}"]), "Graph.ModuleNodes[0].ModuleParameters[0]", "-Depth"),
    (lambda g: _set(g).append(parameter("", "x")), NAME, "no name"),
    (lambda g: _set(g).append(parameter("a\nb", "x")), NAME, "no name"),
    (lambda g: _set(g).append(parameter("column list", "x")), NAME, "twice"),
    (lambda g: _set(g)[0].update(Value="{"), VALUE, "no JSON"),
    (lambda g: _set(g)[0].update(Value='{"rules":[{"ruleType":"Odd"}]}'), VALUE, "no rule Odd"),
    (lambda g: _set(g)[0].update(Value=_deep()), VALUE, "too deep"),
    (lambda g: _set(g)[0].update(Value={"file": "/etc/passwd"}), VALUE, "names no files"),
    (lambda g: _set(g).append(parameter("odd", {"file": "x"})), MORE, "names no files"),
    (lambda g: _set(g).append(parameter("odd", 10**400)), MORE, "too large"),
    (lambda g: _set(g).append(parameter("odd", ["\udfff"])), MORE, "half of"),
    (lambda g: _set(g).append(parameter("odd", "x" * (MAX_TEXT + 1))), MORE, "16,777,216"),
    (lambda g: _first(g)["InputPortsInternal"][0].update(Name=None), f"{PORT}.Name", "no name"),
    (lambda g: _first(g)["InputPortsInternal"][0].update(DataSourceId=[DATASET]), f"{PORT}.DataSourceId", "no text"),
    (lambda g: _first(g)["InputPortsInternal"][0].update(TrainedModelId="a.b.c"), f"{PORT}.TrainedModelId", "fed already"),
    (lambda g: g["EdgesInternal"].append({}), END, "<node id>:<port name>"),
    (lambda g: g["EdgesInternal"].append(shapes.edge("9:x", "1:Dataset")), BEGIN, "no node"),
    (lambda g: g["EdgesInternal"].append(shapes.edge("1:x", "9:Dataset")), END, "no node"),
    (lambda g: g["EdgesInternal"].append(shapes.edge("1:x", "3:")), END, "no input port"),
    (lambda g: g["EdgesInternal"].append(shapes.edge("1:x", "3:Dataset")), END, "fed already"),
    (lambda g: g["EdgesInternal"].append(shapes.edge("1:x", "") | {"DestinationInputPortId": f"{DATASET}:x"}), END, "no input port"),
    (lambda g: g.update(SerializedClientData="<a"), "Graph.SerializedClientData", "no XML"),
    (lambda g: g.update(SerializedClientData=ENTITY), "Graph.SerializedClientData", "document type"),
    (lambda g: g.update(PublishInfo={"InputPortsForPublish": ["x"]}), "Graph.PublishInfo.InputPortsForPublish[0]", "<port name>"),
]  # fmt: skip
SERVICES: list[tuple[Callable[[dict[str, Any]], Any], str, str]] = [
    (lambda s: s.update(Inputs="x"), "WebService.Inputs", "no list"),
    (lambda s: s["Inputs"].append(1), "WebService.Inputs[1]", "no object"),
    (lambda s: s["Inputs"][0].update(PortId="x"), "WebService.Inputs[0].PortId", "<port name>"),
    (lambda s: s["Inputs"][0].update(PortId=f"{FIRST}9:x"), "WebService.Inputs[0].PortId", "no node"),
    (lambda s: s["Inputs"][0].update(Name="x" * 201), "WebService.Inputs[0].Name", "more than 200"),
    (lambda s: s["Inputs"][0].update(Name="a\nb"), "WebService.Inputs[0].Name", "no name"),
    (
        lambda s: s["Outputs"].append({"Name": "output1", "PortId": f"{FIRST}1:Results dataset"}),
        "WebService.Outputs[1].PortId",
        "this name already",
    ),
    (lambda s: s["Parameters"].append(s["Parameters"][0]), "WebService.Parameters[2].Name", "twice"),
    (lambda s: s["Parameters"][0].update(Name=""), "WebService.Parameters[0].Name", "no name"),
]


@pytest.mark.parametrize(("change", "path", "words"), GRAPHS, ids=range(len(GRAPHS)))
def test_a_graph(change: Callable[[dict[str, Any]], Any], path: str, words: str) -> None:
    graph = shapes.graph()
    change(graph)
    with pytest.raises(BottegaError, match=words) as caught:
        decode(graph, None, THINGS)
    assert (caught.value.code, caught.value.facts["path"], caught.value.facts["line"]) == (
        "experiment-invalid",
        path,
        1,
    )


@pytest.mark.parametrize(("change", "path", "words"), SERVICES, ids=range(len(SERVICES)))
def test_a_web_service(change: Callable[[dict[str, Any]], Any], path: str, words: str) -> None:
    service = shapes.web_service()
    change(service)
    with pytest.raises(BottegaError, match=words) as caught:
        decode(shapes.graph(), service, THINGS)
    assert (caught.value.code, caught.value.facts["path"]) == ("experiment-invalid", path)


@pytest.mark.parametrize("value", [None, [], "x", 5, "@{ModuleNodes=}"], ids=range(5))
def test_no_graph_at_all(value: object) -> None:
    for read in (lambda: decode(value, None, NOTHING), lambda: client_data(value, None)):
        with pytest.raises(BottegaError) as caught:
            read()
        assert caught.value.facts["path"] == "Graph"


def test_no_web_service() -> None:
    nothing: list[Any] = [None, "", {}]
    for value in nothing:
        assert not decode(shapes.graph(), value, THINGS).web_service
    with pytest.raises(BottegaError, match="-Depth"):
        decode(shapes.graph(), "@{Inputs=}", THINGS)


def test_titles() -> None:
    assert decode({}, None, NOTHING, title="a\nb").title == "a\nb"
    with pytest.raises(BottegaError, match="half of a character"):
        decode({}, None, NOTHING, title="\ud800")


def test_many_nodes() -> None:
    nodes = [module(number, shapes.SPLIT, [], {}, []) for number in range(MAX_NODES + 1)]
    with pytest.raises(BottegaError, match="more than 10,000 nodes"):
        decode({"ModuleNodes": nodes}, None, NOTHING)
    few = [
        module(
            1, shapes.PYTHON, [], {f"p{number}": ("DataSourceId", f"a.b.{number}") for number in range(MAX_NODES)}, []
        )
    ]
    with pytest.raises(BottegaError, match="more than 10,000 nodes"):
        decode({"ModuleNodes": few}, None, NOTHING)


def test_many_texts_that_are_too_much_together() -> None:
    half = "x" * (MAX_TEXT // 2 + 1)
    nodes = [module(number, shapes.PYTHON, [parameter("Python Script", half)], {}, []) for number in (1, 2)]
    with pytest.raises(BottegaError, match="all texts together"):
        decode({"ModuleNodes": nodes}, None, NOTHING)


def test_what_is_optional_may_be_anything() -> None:
    graph, service = shapes.graph(), shapes.web_service()
    expected = decode(graph, service, THINGS)
    for node in graph["ModuleNodes"]:
        node["OutputPortsInternal"] = "@{Name=x}"
        for key in ("CommentCollapsed", "Language", "UsePreviousResults"):
            node[key] = {"odd": [1]}
        for each in node["ModuleParameters"]:
            each.pop("ValueType")
    graph["PublishInfo"] = "@{InputPortsForPublish=System.Object[]}"
    graph.pop("Parameters")
    for each in service["Parameters"]:
        each["ParameterDefinition"]["ParameterRules"] = ["@{Min=0; Max=1}"]
    assert decode(graph, service, THINGS) == expected
    assert encode(expected, THINGS, client=client_data(graph, service)).graph["ModuleNodes"]
    service["Parameters"][0]["ParameterDefinition"] = "@{Name=share; DefaultValue=0.9}"
    assert decode(graph, service, THINGS).web_service.parameters["share"] == expected.web_service.parameters["share"]


def test_other_types_for_the_same() -> None:
    graph = shapes.graph()
    values = graph["ModuleNodes"][1]["ModuleParameters"]
    for each, value in zip(values, ("Split Rows", 0.7, True, 42, False), strict=True):
        each["Value"] = value
    graph["ModuleNodes"][0]["ModuleParameters"][0]["Value"] = json.loads(shapes.SELECTED)
    graph["EdgesInternal"].append(graph["EdgesInternal"][0])
    assert decode(graph, shapes.web_service(), THINGS) == decode(shapes.graph(), shapes.web_service(), THINGS)


def test_one_object_for_a_list_of_one() -> None:
    graph = {"ModuleNodes": module(1, shapes.SPLIT, [], {}, []) | {"ModuleParameters": parameter("Random seed", "5")}}
    service = {"Inputs": {"PortId": f"{FIRST}1:Dataset", "Name": "input1"}, "Outputs": "", "Parameters": None}
    experiment = decode(graph, service, NOTHING)
    assert experiment.nodes[f"n-{FIRST}1"].parameters == {"seed": 5}
    assert experiment.web_service.inputs == {"input1": (Source(f"n-{FIRST}1", "dataset"),)}


def test_unknown_places_do_not_cost_much() -> None:
    class Asked:
        count = 0

        def id_of(self, kind: str, name: str) -> str | None:
            raise NotImplementedError

        def name_of(self, kind: str, id: str) -> str | None:  # noqa: A002 # as in Assets
            self.count += 1
            return None

    asked = Asked()
    places = shapes.positions(*((f"a.b.{number}", "1,2,3,4") for number in range(20_000)))
    assert decode({"SerializedClientData": places}, None, asked) == Experiment()
    assert asked.count <= 3000


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from([DATASET, f"{FIRST}1:Dataset", "<a/>"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [path, *(each for key in keys for each in _places(value[key], (*path, key)))]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_is_sent_is_read_or_refused(data: st.DataObject) -> None:
    """A value somewhere gives way to any other; what is read can be kept in a file and sent back."""
    told: list[Any] = [shapes.graph(), shapes.web_service()]
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from(_places(told)[1:]))
        at: Any = told
        for key in path:
            at = at[key]
        at[last] = data.draw(_JSON)
    try:
        experiment = decode(told[0], told[1], THINGS)
        kept = client_data(told[0], told[1])
    except BottegaError as error:
        assert error.code == "experiment-invalid"  # noqa: PT017 # other errors are none of ours
        return
    assert loads(dumps(experiment)).problems == ()
    assert loads(dumps(experiment)).experiment == experiment
    again = encode(experiment, THINGS, client=json.loads(json.dumps(kept)))
    json.dumps([again.graph, again.web_service]).encode()
    back = decode(again.graph, again.web_service, THINGS)
    assert _without_parameters(back) == _without_parameters(experiment)
    # Those that do not count, such as the seed of a split that is not random, are not sent.
    for name, node in back.nodes.items():
        assert node.parameters.items() <= experiment.nodes[name].parameters.items()
    sent = encode(back, THINGS, client=json.loads(json.dumps(kept)))
    assert decode(sent.graph, sent.web_service, THINGS).nodes == back.nodes


def _without_parameters(experiment: Experiment) -> dict[str, Node]:
    return {name: dataclasses.replace(node, parameters={}) for name, node in experiment.nodes.items()}
