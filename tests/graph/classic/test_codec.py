"""Classic's JSON and experiments, there and back."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.dataset.selection import Columns
from bottega.errors import BottegaError
from bottega.graph.classic import client_data, decode, encode
from bottega.graph.diff import diff
from bottega.graph.document import UNSET, Experiment, FileRef, Node, ServiceParameter, Source
from bottega.graph.file import dumps, load, loads
from bottega.graph.validation import validate
from bottega.sdk import catalogue
from tests.graph.classic import shapes
from tests.graph.classic.shapes import DATASET, FIRST, NOTHING, THINGS, TRANSFORM, edge, module, parameter

EXAMPLES = Path(__file__).parents[3] / "examples"


def _values(graph: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Parameters by node and name."""
    return {
        node["Id"]: {each["Name"]: each["Value"] for each in node["ModuleParameters"]} for node in graph["ModuleNodes"]
    }


def test_a_clients_json_becomes_an_experiment() -> None:
    experiment = decode(shapes.graph(), shapes.web_service(), THINGS, title="Income", description="Who earns much?")
    first, second, third, fourth = (f"n-{FIRST}{number}" for number in range(1, 5))
    assert list(experiment.nodes) == ["adult-census-income", first, second, "income-model", third, fourth]
    assert (experiment.title, experiment.description) == ("Income", "Who earns much?")
    nodes = experiment.nodes
    assert [node.module for node in nodes.values()] == [
        "saved-dataset", "select-columns-in-dataset", "split-data", "saved-trained-model", "score-model",
        "execute-python-script",
    ]  # fmt: skip
    assert nodes["adult-census-income"].dataset == "Adult Census Income"
    assert nodes["income-model"].parameters == {"trained_model": "income model"}
    selection = {"begin": "all columns", "rules": [{"exclude": {"names": ["income"]}}]}
    assert nodes[first].parameters == {"columns": selection}
    assert nodes[second].parameters == {"fraction": 0.7, "seed": 42}  # the others are at their defaults
    assert nodes[third].parameters == {}
    assert nodes[third].inputs == {
        "trained_model": Source("income-model"),
        "dataset": Source(second, "results_dataset1"),
    }
    assert nodes[fourth].inputs == {
        "dataset1": Source(third, "scored_dataset"),
        "dataset2": Source("adult-census-income"),
    }
    assert experiment.layout == {
        "adult-census-income": (10, 20), "income-model": (400, 20), first: (10, 140), second: (10.5, 260),
        third: (30, -5), fourth: (10, 500),
    }  # fmt: skip
    service = experiment.web_service
    assert service.inputs == {"input1": (Source(first, "dataset"),)}
    assert service.outputs == {"output1": Source(fourth, "result_dataset")}
    assert service.parameters == {
        "share": ServiceParameter((f"{second}.fraction",), default=0.9),
        "code": ServiceParameter((f"{fourth}.script",), required=True, description="Python"),
    }
    assert validate(experiment, dataset_known=lambda _: True) == []
    assert loads(dumps(experiment)).experiment == experiment


def test_and_goes_out_as_it_came() -> None:
    graph, service = shapes.graph(), shapes.web_service()
    before = copy.deepcopy((graph, service))
    experiment = decode(graph, service, THINGS)
    told = encode(experiment, THINGS, client=json.loads(json.dumps(client_data(graph, service))))
    assert (graph, service) == before
    for old, new in zip(graph["ModuleNodes"], told.graph["ModuleNodes"], strict=True):
        assert {key: new[key] for key in ("Id", "ModuleId", "Comment", "CommentCollapsed")} == {
            key: old[key] for key in ("Id", "ModuleId", "Comment", "CommentCollapsed")
        }
        for port, same_port in zip(old["InputPortsInternal"], new["InputPortsInternal"], strict=True):
            assert port.items() <= same_port.items()
        assert [port["Name"] for port in new["OutputPortsInternal"]][: len(old["OutputPortsInternal"])] == [
            port["Name"] for port in old["OutputPortsInternal"]
        ]
        names = [each["Name"] for each in old["ModuleParameters"]]
        assert [each["Name"] for each in new["ModuleParameters"] if each["Name"] in names] == names
    assert [(each["SourceOutputPortId"], each["DestinationInputPortId"]) for each in told.graph["EdgesInternal"]] == [
        (each["SourceOutputPortId"], each["DestinationInputPortId"]) for each in graph["EdgesInternal"]
    ]
    assert _values(told.graph)[f"{FIRST}2"] == _values(graph)[f"{FIRST}2"] | {
        "Randomized split": "true", "Stratified split": "false",
    }  # fmt: skip
    assert {f"{FIRST}{number}": _values(told.graph)[f"{FIRST}{number}"] for number in (1, 3, 4)} == {
        f"{FIRST}{number}": _values(graph)[f"{FIRST}{number}"] for number in (1, 3, 4)
    }
    assert sorted(told.graph["SerializedClientData"].split("<")) == sorted(graph["SerializedClientData"].split("<"))
    assert told.web_service is not None
    for kind in ("Inputs", "Outputs", "SerializedClientData", "IsWebServiceExperiment", "WebServiceGroupId"):
        assert told.web_service[kind] == service[kind]
    for old, new in zip(service["Parameters"], told.web_service["Parameters"], strict=True):
        assert (new["Name"], new["Value"]) == (old["Name"], old["Value"])
        definitions = old["ParameterDefinition"], new["ParameterDefinition"]
        for key in {"HasDefaultValue", "ParameterType", "Description"} & set(definitions[0]):
            assert definitions[1][key] == definitions[0][key]
    assert decode(told.graph, told.web_service, THINGS) == experiment


def test_links_are_told_at_the_module_parameters() -> None:
    told = encode(decode(shapes.graph(), shapes.web_service(), THINGS), THINGS)
    linked = [
        (node["Id"], each["Name"], each["LinkedGlobalParameter"])
        for node in told.graph["ModuleNodes"]
        for each in node["ModuleParameters"]
        if each["LinkedGlobalParameter"]
    ]
    assert linked == [
        (f"{FIRST}2", "Fraction of rows in the first output dataset", "share"), (f"{FIRST}4", "Python Script", "code"),
    ]  # fmt: skip


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_examples(path: Path) -> None:
    experiment = load(path).experiment
    saved = replace(experiment, nodes={name: _saved(node) for name, node in experiment.nodes.items()})
    told = encode(saved, THINGS)
    back = decode(told.graph, told.web_service, THINGS, title=saved.title, description=saved.description, like=saved)
    assert _meaning(back) == _meaning(saved)
    assert {change.kind for change in diff(saved, back, catalogue.find)} <= {"moved"}
    assert {name: back.layout[name] for name in saved.layout} == dict(saved.layout)
    assert set(back.layout) == set(back.nodes)


def _saved(node: Node) -> Node:
    """A data file as the dataset that it would be saved as."""
    return replace(node, parameters={"dataset": node.dataset.path}) if isinstance(node.dataset, FileRef) else node


def _meaning(experiment: Experiment) -> Any:
    """Modules, converted parameters and wiring, by the modules' own names."""
    told = {}
    for name, node in experiment.nodes.items():
        spec = catalogue.get(node.module)
        given = {key: experiment.resolve_value(value) for key, value in node.parameters.items()}
        wiring = {}
        for port, source in node.inputs.items():
            outputs = catalogue.get(experiment.nodes[source.node].module)
            found = outputs.output(source.port) if source.port else outputs.outputs[0]
            wiring[spec.input(port)] = source.node, found
        told[name] = spec.name, spec.as_plain(spec.convert(given)), wiring, node.comment
    return told, experiment.title, experiment.description


def test_an_empty_graph() -> None:
    told = encode(Experiment(), NOTHING)
    assert decode(told.graph, told.web_service, NOTHING) == Experiment()
    assert decode({}, None, NOTHING) == Experiment()
    assert (
        decode({"ModuleNodes": None, "EdgesInternal": None, "SerializedClientData": None}, {}, NOTHING) == Experiment()
    )


def test_assets_of_all_kinds_and_of_none() -> None:
    experiment = (
        Experiment()
        .add_dataset("lonely", "Adult Census Income", position=(1, 2))
        .add("scale", "saved-transform", transform="scaling")
        .add("gone", "saved-trained-model", trained_model="deleted: модель")
        .add("theirs", "saved-dataset", dataset=f"{'a' * 32}.{'b' * 32}.{'c' * 32}")
        .add("score", "score-model", inputs={"trained_model": "gone", "dataset": "theirs"})
        .add("apply", "apply-transformation", inputs={"Transformation": "scale", "Dataset": "score"})
    )
    told = encode(experiment, THINGS)
    ports = {port["Name"]: port for node in told.graph["ModuleNodes"] for port in node["InputPortsInternal"]}
    assert ports["Transformation"]["TransformModuleId"] == TRANSFORM
    assert ports["Trained model"]["TrainedModelId"].count(".") == 2
    assert told.graph["ModuleNodes"][0]["InputPortsInternal"][1]["DataSourceId"] == f"{'a' * 32}.{'b' * 32}.{'c' * 32}"
    assert DATASET in told.graph["SerializedClientData"]
    back = decode(told.graph, told.web_service, THINGS, like=experiment)
    assert {name: (node.module, node.parameters) for name, node in back.nodes.items()} == {
        name: (node.module, node.parameters) for name, node in experiment.nodes.items()
    }
    fresh = decode(told.graph, told.web_service, THINGS)
    assert fresh.layout["adult-census-income"] == (1.0, 2.0)
    assert {node.module for node in fresh.nodes.values()} == {node.module for node in experiment.nodes.values()}


def test_one_node_for_each_asset_whatever_its_ports() -> None:
    nodes = [
        module(
            number,
            shapes.PYTHON,
            [],
            {"Dataset1": ("DataSourceId", DATASET), "Dataset2": ("DataSourceId", DATASET)},
            [],
        )
        for number in (1, 2)
    ]
    nodes[0]["Id"] = "adult-census-income"  # the id that the dataset's node would like
    experiment = decode({"ModuleNodes": nodes}, None, THINGS)
    assert [node.id for node in experiment.nodes.values() if node.dataset] == ["adult-census-income-2"]
    assert {source.node for node in experiment.nodes.values() for source in node.inputs.values()} == {
        "adult-census-income-2"
    }


@pytest.mark.parametrize("name", ["2019 sales", "数据", "...", "a" * 300, "Age & Size (1)"])
def test_ids_of_assets_are_ids(name: str) -> None:
    things = shapes.Things(("dataset", name, DATASET))
    graph = {"ModuleNodes": [module(1, shapes.PYTHON, [], {"Dataset1": ("DataSourceId", DATASET)}, [])]}
    experiment = decode(graph, None, things)
    assert loads(dumps(experiment)).problems == ()
    assert [node.dataset for node in experiment.nodes.values() if node.dataset] == [name]


def test_a_data_file_has_no_id() -> None:
    with pytest.raises(BottegaError, match=r"people\.csv; save it as a dataset first"):
        encode(Experiment().add_dataset("d", FileRef("people.csv")), THINGS)


def test_an_unknown_module_keeps_all() -> None:
    custom = "7890f1f9d6f9424484c21ffea9fd98f6.MyModule.a1d2150711064f3e874fb3269a5cfb78"
    known_to_classic = shapes.module_id("986df33367484b85923d871df70d6aaf")
    graph = shapes.graph()
    graph["ModuleNodes"] = [
        module(1, "", [parameter("Any name (1)", "x\ny"), parameter("empty", ""), parameter("none", None), parameter("n", 5)],
               {"in.put: a": ("DataSourceId", DATASET)}, ["out: b.c"]),
        module(2, "", [parameter("Transformation method", "MinMax")], {"Dataset": None}, ["Transformed dataset"]),
    ]  # fmt: skip
    graph["ModuleNodes"][0]["ModuleId"] = custom
    graph["ModuleNodes"][1]["ModuleId"] = known_to_classic
    graph["EdgesInternal"] = [edge("1:out: b.c", "2:Dataset")]
    graph["SerializedClientData"] = None
    experiment = decode(graph, None, THINGS, find_module=_only_script)
    first, second = experiment.nodes[f"n-{FIRST}1"], experiment.nodes[f"n-{FIRST}2"]
    assert first.module == f"unknown-{custom}"
    assert first.parameters == {"Any name (1)": "x\ny", "empty": "", "none": None, "n": "5"}
    assert (second.module, second.parameters) == ("normalize-data", {"Transformation method": "MinMax"})
    assert second.inputs == {"Dataset": Source(first.id, "out: b.c")}
    codes = [problem.code for problem in validate(experiment, find_module=_only_script, dataset_known=lambda _: True)]
    assert codes == ["module-unknown", "module-unknown"]
    assert loads(dumps(experiment)).experiment == experiment
    told = encode(experiment, THINGS, find_module=_only_script)
    assert [node["ModuleId"] for node in told.graph["ModuleNodes"]] == [
        custom, known_to_classic.replace("1642", "1751"),
    ]  # fmt: skip
    assert told.graph["ModuleNodes"][0]["InputPortsInternal"][0]["DataSourceId"] == DATASET
    assert _values(told.graph) == _values(graph) | {
        f"{FIRST}1": {"Any name (1)": "x\ny", "empty": "", "none": None, "n": "5"}
    }
    assert decode(told.graph, None, THINGS, find_module=_only_script).nodes == experiment.nodes


def _only_script(name: str) -> Any:
    return catalogue.find(name) if name in {"execute-python-script", "saved-dataset"} else None


def test_a_module_that_nobody_ever_had() -> None:
    experiment = Experiment().add("a", "my: модуль").add("b", "apply-sql-transformation", inputs={"table1": "a.x"})
    told = encode(experiment, NOTHING)
    assert [node["ModuleId"].count(".") for node in told.graph["ModuleNodes"]] == [2, 2]
    back = decode(told.graph, told.web_service, NOTHING)
    assert back.nodes == experiment.nodes


def test_drafts_in_any_state_go_out() -> None:
    experiment = (
        Experiment()
        .add("a", "split-data", fraction="much", mode="odd", unheard="of")
        .add("b", "train-model", label={"begin": "nowhere"})
        .add_dataset("c", "x")
        .connect("b", "dataset", "a.third")
        .connect("b", "nowhere", "c")
        .with_service_input("in", "a.nothing")
        .with_service_output("out", "a.nothing")
        .with_service_parameter("p", "a.nothing", "b.label", default="x")
    )
    experiment = replace(experiment, nodes={**experiment.nodes, "b": replace(
        experiment.nodes["b"], inputs={**experiment.nodes["b"].inputs, "untrained_model": Source("nobody")})})  # fmt: skip
    told = encode(experiment, NOTHING)
    values = _values(told.graph)
    assert (values["a"]["Fraction of rows in the first output dataset"], values["a"]["unheard"]) == ("much", "of")
    assert told.web_service is not None
    assert told.web_service["Inputs"][0]["PortId"] == "a:nothing"


@pytest.mark.parametrize(
    ("name", "value", "known"),
    [
        ("mode", "Regular Expression", {"Splitting mode": "Regular Expression", "Regular expression": ""}),
        ("mode", "Relative Expression", {"Splitting mode": "Relative Expression", "Relational expression": ""}),
        ("randomized", False, {
            "Splitting mode": "Split Rows", "Fraction of rows in the first output dataset": "0.5",
            "Randomized split": "false", "Stratified split": "false"}),
        ("stratified", True, {
            "Splitting mode": "Split Rows", "Fraction of rows in the first output dataset": "0.5",
            "Randomized split": "true", "Random seed": "0", "Stratified split": "true",
            "Stratification key column": '{"isFilter":true,"rules":[],"ui":{"withRules":true}}'}),
    ],
)  # fmt: skip
def test_only_what_counts_is_told_and_in_order(name: str, value: Any, known: dict[str, str]) -> None:
    told = encode(Experiment().add("a", "split-data", **{name: value}), NOTHING)
    assert list(_values(told.graph)["a"].items()) == list(known.items())


def test_a_linked_parameter_is_told_though_it_does_not_count() -> None:
    experiment = Experiment().add("a", "split-data").with_service_parameter("p", "a.regular_expression")
    told = encode(experiment, NOTHING)
    assert _values(told.graph)["a"]["Regular expression"] == ""
    assert decode(told.graph, told.web_service, NOTHING).web_service == experiment.web_service


def test_what_only_this_has_is_told_where_it_matters() -> None:
    plain = Experiment().add("a", "execute-python-script", script="pass\n")
    assert list(_values(encode(plain, NOTHING).graph)["a"]) == ["Python Script", "Python Version"]
    changed = plain.set("a", "environment", "torch").set("a", "first_duplicate", 2)
    told = encode(changed, NOTHING)
    assert list(_values(told.graph)["a"]) == ["Python Script", "Environment", "First duplicate", "Python Version"]
    assert decode(told.graph, None, NOTHING).nodes == changed.nodes


def test_what_classic_alone_has_is_told_where_it_would_matter() -> None:
    graph = {"ModuleNodes": [module(1, shapes.SCORE, [parameter("Append score columns to output", "false")], {}, [])]}
    experiment = decode(graph, None, NOTHING)
    assert experiment.nodes[f"n-{FIRST}1"].parameters == {"Append score columns to output": "false"}
    assert any("no parameter Append score" in problem.message for problem in validate(experiment))
    assert _values(encode(experiment, NOTHING).graph) == _values(graph)


def test_line_ends_of_scripts() -> None:
    graph = {"ModuleNodes": [module(1, shapes.PYTHON, [parameter("Python Script", "a\r\nb\r\n")], {}, [])]}
    assert decode(graph, None, NOTHING).nodes[f"n-{FIRST}1"].parameters == {"script": "a\nb\n"}


def test_parameters_in_files_are_told_as_text(tmp_path: Path) -> None:
    (tmp_path / "s.py").write_text("pass\n")
    experiment = replace(Experiment(folder=tmp_path).add("a", "execute-python-script"), folder=tmp_path)
    told = encode(experiment.set("a", "script", FileRef("s.py")), NOTHING)
    assert _values(told.graph)["a"]["Python Script"] == "pass\n"
    with pytest.raises(BottegaError) as caught:
        encode(replace(experiment.set("a", "script", FileRef("gone.py"))), NOTHING)
    assert caught.value.code == "0048"


def test_shared_parameters_whose_nodes_differ_have_no_default() -> None:
    experiment = (
        Experiment()
        .add("a", "split-data", fraction=0.25)
        .add("b", "split-data", fraction=0.75)
        .with_service_parameter("share", "a.fraction", "b.fraction")
    )
    told = encode(experiment, NOTHING)
    assert told.web_service is not None
    assert told.web_service["Parameters"][0]["Value"] is None
    assert decode(told.graph, told.web_service, NOTHING).web_service == experiment.web_service
    alike = experiment.set("b", "fraction", 0.25)
    told = encode(alike, NOTHING)
    assert told.web_service is not None
    assert told.web_service["Parameters"][0]["Value"] == "0.25"
    assert decode(told.graph, told.web_service, NOTHING).web_service == alike.web_service


def test_the_older_ways_of_web_services() -> None:
    graph = shapes.graph()
    graph["PublishInfo"] = {
        "InputPortsForPublish": [f"{FIRST}1:Dataset", f"{FIRST}4:Dataset1"], "OutputPortsForPublish": [f"{FIRST}3:Scored dataset"],
    }  # fmt: skip
    graph["ModuleNodes"][1]["ModuleParameters"][1] = {
        "Name": "Fraction of rows in the first output dataset", "Value": "share", "ValueType": "GraphParameterName",
    }  # fmt: skip
    graph["Parameters"] = [{"Name": "share", "Value": "0.3"}]
    service = decode(graph, None, THINGS).web_service
    assert service.inputs == {
        "input1": (Source(f"n-{FIRST}1", "dataset"),), "input2": (Source(f"n-{FIRST}4", "dataset1"),),
    }  # fmt: skip
    assert service.outputs == {"output1": Source(f"n-{FIRST}3", "scored_dataset")}
    assert service.parameters == {"share": ServiceParameter((f"n-{FIRST}2.fraction",), default=0.3)}


def test_several_ports_below_one_name_and_ports_without_one() -> None:
    service = shapes.web_service()
    service["Inputs"] = [
        {"PortId": f"{FIRST}1:Dataset", "Name": "input2"}, {"PortId": f"{FIRST}4:Dataset1", "Name": "input2"},
        {"PortId": f"{FIRST}2:Dataset"}, {"PortId": f"{FIRST}3:Dataset", "Name": None}, {"PortId": f"{FIRST}1:Dataset", "Name": "input2"},
    ]  # fmt: skip
    found = decode(shapes.graph(), service, THINGS).web_service.inputs
    assert {name: [str(port) for port in ports] for name, ports in found.items()} == {
        "input2": [f"n-{FIRST}1.dataset", f"n-{FIRST}4.dataset1"],
        "input1": [f"n-{FIRST}2.dataset"],
        "input3": [f"n-{FIRST}3.dataset"],
    }
    told = encode(decode(shapes.graph(), service, THINGS), THINGS).web_service
    assert told is not None
    ids = [(each["Name"], each["Id"]) for each in told["Inputs"]]
    assert len(set(ids)) == 3
    assert len({port_id for _, port_id in ids}) == 3


def test_secrets_of_the_document_before() -> None:
    before = Experiment().add("a", "import-data", url="https://x/y.csv?sig=1")
    told = encode(before, NOTHING)
    assert _values(told.graph)["a"]["URL"] == "https://x/y.csv?sig=1"  # a plain text in classic
    told = encode(before, NOTHING, clear_credentials=True)
    assert "sig=1" not in json.dumps(told.graph)
    assert decode(told.graph, None, NOTHING).nodes["a"].parameters == {}
    assert decode(told.graph, None, NOTHING, like=before).nodes == before.nodes
    other = Experiment().add("a", "enter-data-manually", data="x")
    assert decode(told.graph, None, NOTHING, like=other).nodes["a"].parameters == {}


def test_the_document_before_keeps_its_words() -> None:
    before = (
        Experiment()
        .add_dataset("people", "Adult Census Income", comment="from 1994")
        .add("a", "Split Data", inputs={"Dataset": "people"})
        .with_service_parameter("p", "a.fraction", default=0.5)
    )
    told = encode(before, THINGS)
    after = decode(told.graph, told.web_service, THINGS, like=before)
    assert after.nodes["people"] == before.nodes["people"]
    assert after.nodes["a"].module == "Split Data"
    assert after.web_service == before.web_service
    assert decode(told.graph, told.web_service, THINGS).web_service.parameters["p"].default is UNSET


IDS = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}|n-[0-9][a-f0-9-]{0,5}", fullmatch=True)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
COLUMNS = (
    st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=5), min_size=1, max_size=3).map(lambda names: Columns.named(*names))
    | st.sampled_from([Columns(), Columns.every(), Columns.of_type("Numeric"), Columns.of_type("String", features_only=True)])
)  # fmt: skip
CHOICES = {
    "split-data": st.fixed_dictionaries({}, optional={
        "fraction": st.floats(0, 1), "seed": st.integers(0, 2**31 - 1), "randomized": st.booleans(),
    }),
    "select-columns-in-dataset": st.fixed_dictionaries({}, optional={"columns": COLUMNS.map(Columns.as_plain)}),
    "execute-python-script": st.fixed_dictionaries({"script": TEXTS.map(lambda text: text.replace("\r", ""))}, optional={
        "environment": st.sampled_from(["torch", "default"])}),
    "two-class-logistic-regression": st.fixed_dictionaries({}, optional={
        "seed": st.none() | st.integers(0, 9), "l1_weight": st.floats(0, 1e9), "tolerance": st.floats(1e-300, 1)}),
    "enter-data-manually": st.fixed_dictionaries({"data": TEXTS.map(lambda text: text.replace("\r", ""))}, optional={
        "data_format": st.sampled_from(["CSV", "TSV"]), "has_header": st.booleans()}),
    "join-data": st.fixed_dictionaries({}, optional={"left_keys": COLUMNS.map(Columns.as_plain), "match_case": st.booleans()}),
}  # fmt: skip
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6).filter(
    lambda text: text.strip() and "\n" not in text
)


@st.composite
def drawn(draw: st.DrawFn) -> Experiment:
    """Modules, datasets by names of their own, edges and a web service, all by their own names."""
    experiment = Experiment(draw(TEXTS), draw(TEXTS))
    outputs: list[str] = []
    for name in draw(st.lists(IDS, unique=True, max_size=6)):
        slug = draw(st.sampled_from([*CHOICES, "saved-dataset", "saved-trained-model"]))
        is_asset = slug.startswith("saved-")
        experiment = experiment.add(name, slug, position=(len(outputs), draw(st.floats(-1e6, 1e6))))
        if is_asset:
            parameters = {slug.removeprefix("saved-").replace("-", "_"): f"{name} {draw(NAMES)}"}
        else:
            parameters = draw(CHOICES[slug])
            experiment = replace(
                experiment, nodes={**experiment.nodes, name: replace(experiment.nodes[name], comment=draw(TEXTS))}
            )
        for key, value in parameters.items():
            experiment = experiment.set(name, key, value)
        experiment = _joined(draw, experiment, name, outputs)
        outputs += [name] if is_asset else [f"{name}.{port.name}" for port in catalogue.get(slug).outputs]
    return experiment


def _joined(draw: st.DrawFn, experiment: Experiment, name: str, outputs: list[str]) -> Experiment:
    spec = catalogue.get(experiment.nodes[name].module)
    for port in spec.inputs if outputs else ():
        source = draw(st.none() | st.sampled_from(outputs))
        if source is not None:
            experiment = experiment.connect(name, port.name, source)
    shows, takes = draw(st.booleans()), draw(st.booleans())
    if takes and spec.inputs:
        experiment = experiment.with_service_input(draw(NAMES), f"{name}.{spec.inputs[0].name}")
    if shows and not spec.name.startswith("saved-"):
        experiment = experiment.with_service_output(draw(NAMES), f"{name}.{spec.outputs[0].name}")
    return experiment


@settings(max_examples=60, deadline=None)
@given(drawn())
def test_there_and_back(experiment: Experiment) -> None:
    read = partial(decode, title=experiment.title, description=experiment.description)
    told = encode(experiment, NOTHING)
    graph, service = json.loads(json.dumps([told.graph, told.web_service]))
    back = read(graph, service, NOTHING, like=experiment)
    assert _plain(back) == _plain(experiment)
    assert back.web_service == experiment.web_service
    assert dict(back.layout) == dict(experiment.layout)
    again = encode(back, NOTHING, client=client_data(graph, service))
    assert read(again.graph, again.web_service, NOTHING, like=back) == back


def _plain(experiment: Experiment) -> Any:
    """Nodes with their parameters that count and are not at their defaults."""
    told = {}
    for name, node in experiment.nodes.items():
        spec = catalogue.get(node.module)
        values = {each.name: each.default for each in spec.parameters}
        values |= {key: _parameter(spec, key).convert(value) for key, value in node.parameters.items()}
        left = {
            key: value for key, value in values.items()
            if _parameter(spec, key).counts(values) and (_parameter(spec, key).required or value != _parameter(spec, key).default)
            and value is not None and not (isinstance(value, Columns) and value.is_empty)
        }  # fmt: skip
        told[name] = node.module, left, dict(node.inputs), node.comment
    return told, experiment.title, experiment.description


def _parameter(spec: Any, name: str) -> Any:
    return spec.parameter(name)
