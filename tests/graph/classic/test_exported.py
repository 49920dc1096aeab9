"""Files of classic's: found, read, written and reported; modules recognised by what is said of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.errors import BottegaError
from bottega.graph.classic import decode, encode, families
from bottega.graph.classic.data_files import filed, named
from bottega.graph.classic.exported import dumps, find, lost, read
from bottega.graph.classic.recognising import recognised, renamed
from bottega.graph.classic.report import Fate, report
from bottega.graph.document import Experiment, FileRef
from bottega.graph.file import dumps as written
from bottega.graph.file import loads
from bottega.sdk import catalogue
from tests.graph.classic import shapes
from tests.graph.classic.shapes import NOTHING, THINGS

_IDS = st.from_regex(r"[a-z][a-z0-9_-]{0,12}", fullmatch=True)
_MODULES = st.sampled_from(
    [
        "split-data",
        "normalize-data",
        "k-means-clustering",
        "execute-r-script",
        "unknown-a.b.c",
        "no-such-module",
        "join-data",
    ]
)
_NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20
).filter(str.strip)


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    """Data files, datasets and modules that there are and are not, joined upstream."""
    made = Experiment(draw(_NAMES), draw(_NAMES))
    for number, name in enumerate(draw(st.lists(_IDS, unique=True, min_size=1, max_size=6))):
        if number == 0:
            path = draw(st.from_regex(r"[a-zé]{1,8}(/[a-z ]{1,8})?\.csv", fullmatch=True))
            made = made.add_dataset(name, FileRef(path))
            continue
        module = draw(_MODULES)
        parameters: dict[str, Any] = draw(
            st.dictionaries(st.sampled_from(["Alpha one", "Beta", "Gämma"]), _NAMES, max_size=2)
        )
        if catalogue.find(module):
            parameters = {"seed": draw(st.integers(1, 9))} if module == "split-data" else {}
        sources = draw(st.lists(st.sampled_from(sorted(made.nodes)), max_size=2))
        ports = ["dataset"] if module == "split-data" else ["dataset1", "dataset2"]
        edges = {port: source for port, source in zip(ports, sources, strict=False) if made.nodes[source].dataset}
        made = made.add(name, module, inputs=edges, position=(draw(st.integers(-9, 9)), 0.5), **parameters)
    return made


@given(experiments())
def test_what_is_exported_comes_back(experiment: Experiment) -> None:
    text = dumps(experiment, encode(named(experiment), NOTHING))
    found = find(text)
    assert found is not None
    assert recognised(found.graph, catalogue.every()) == {} or any(
        "unknown-" in n.module for n in experiment.nodes.values()
    )
    back = filed(decode(found.graph, found.web_service, NOTHING, title=found.title, description=found.description))
    assert (back.title, back.description) == (experiment.title, experiment.description)
    renames = _renames(experiment, back)
    for name, node in experiment.nodes.items():
        if node.dataset is None:
            told = back.nodes[name]
            assert told.module == node.module
            assert dict(told.parameters) == dict(node.parameters)
            assert {port: renames.get(source.node, source.node) for port, source in node.inputs.items()} == {
                port: source.node for port, source in told.inputs.items()
            }
            assert back.layout[name] == experiment.layout[name]
    again = dumps(back, encode(named(back), NOTHING))
    second = find(again)
    assert second is not None
    assert (
        filed(decode(second.graph, second.web_service, NOTHING, title=second.title, description=second.description))
        == back
    )
    assert loads(written(back)).experiment.nodes == back.nodes


def _renames(old: Experiment, new: Experiment) -> dict[str, str]:
    """The nodes of data files have other ids."""
    by_file = {node.dataset: name for name, node in new.nodes.items() if node.dataset}
    return {name: by_file[node.dataset] for name, node in old.nodes.items() if node.dataset}


def test_what_cannot_be_held_is_told() -> None:
    experiment = (
        Experiment().add("split", "split-data").add("query", "apply-sql-transformation", query=FileRef("a.sql"))
    )
    assert lost(experiment) == ["Parameters that stand in files go out as text."]
    pinned = replace(experiment, nodes={"a": replace(experiment.nodes["split"], pinned="run/a")}, groups={"g": ("a",)})
    assert len(lost(pinned)) == 2


@pytest.mark.parametrize("text", ["", "nodes:\n", "{", "[", "{}", "[]", '"Graph"', '{"nodes": {}}', "null", "[{}, {}]"])
def test_what_is_not_classics(text: str) -> None:
    assert find(text) is None
    with pytest.raises(BottegaError) as caught:
        read(text.encode(), "here.json")
    assert caught.value.code == "experiment-invalid"


def test_broken_off_json_tells_its_line() -> None:
    with pytest.raises(BottegaError) as caught:
        find('{"Graph": {\n"ModuleNodes": [\n')
    assert caught.value.facts["line"] == 3


@pytest.mark.parametrize("slug", sorted(families.FAMILIES))
def test_every_family_is_a_module_or_is_known_to_be_missing(slug: str) -> None:
    node = {"Id": "a", "ModuleId": f"{families.GLOBAL}.{families.FAMILIES[slug].id.upper()}.v1-default-1"}
    experiment = decode({"ModuleNodes": node}, None, NOTHING)
    assert experiment.nodes["a"].module == slug
    (fate,) = report(experiment, (), lambda *_: False).modules
    assert fate.title == families.FAMILIES[slug].title or catalogue.find(slug) is not None
    assert (fate.fate is Fate.PLACEHOLDER) == (catalogue.find(slug) is None)


def _sql(number: int, **more: Any) -> dict[str, Any]:
    made = shapes.module(
        number, "cd" * 16, [shapes.parameter("SQL Query Script", "x")], {"Table1": None, "Table2": None, "Table3": None},
        ["Results dataset"],
    )  # fmt: skip
    return made | more


def test_modules_are_recognised_by_one_fit_alone() -> None:
    specs = catalogue.every()
    told = _sql(1)["ModuleId"]
    assert recognised({"ModuleNodes": [_sql(1), _sql(2)]}, specs) == {told: "apply-sql-transformation"}
    assert recognised({"ModuleNodes": [_sql(1, ModuleParameters=[])]}, specs) == {}
    other = [shapes.parameter("SQL Query Script", "x"), shapes.parameter("Nonsense", "x")]
    assert recognised({"ModuleNodes": [_sql(1, ModuleParameters=other)]}, specs) == {}
    assert recognised({"ModuleNodes": [_sql(1, InputPortsInternal=[])]}, specs) == {}
    assert recognised({"ModuleNodes": []}, specs) == {}
    graph = {"ModuleNodes": _sql(1), "more": 1}
    assert renamed(graph, {"cd" * 16: "split-data"})["ModuleNodes"][0]["ModuleId"] == families.module_id("split-data")
    assert renamed(graph, {}) is graph
    assert renamed(None, {"a": "b"}) is None


def test_the_report() -> None:
    graph = shapes.graph()
    graph["ModuleNodes"].append(shapes.module(5, "ab" * 16, [shapes.parameter("A", "b")], {}, []))
    graph["ModuleNodes"][1]["ModuleParameters"].append(shapes.parameter("Nonsense", "x"))
    experiment = decode(graph, shapes.web_service(), THINGS)
    told = report(experiment, ["split-data"], lambda kind, name: THINGS.id_of(kind, name) is not None)
    assert [each.fate for each in told.modules] == ["mapped", "recognised", "mapped", "mapped", "placeholder"]
    assert all(each.known for each in told.assets)
    assert [each.node for each in told.problems] == [f"n-{shapes.FIRST}2"]
    assert "Nonsense" in told.problems[0].message
    assert json.loads(json.dumps(told.as_json()))["modules"][4]["kept"] == 1
