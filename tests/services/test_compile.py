"""From experiments to programs: what is live, what is constant, what callers are told, and what cannot be published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bottega.errors import BottegaError
from bottega.graph.document import Experiment, FileRef, Source, WebService
from bottega.services.compile import compile as compiled
from bottega.services.program import Field, Program
from tests.engine.helpers import Bench, script
from tests.services.experiments import TRAINING, data, mixed, program_of, scripted, trained


def refusal(bench: Bench, experiment: Experiment) -> str:
    run = bench.run(experiment)
    with pytest.raises(BottegaError) as caught:
        compiled(experiment, run, bench.workspace)
    assert caught.value.code == "usage"
    return str(caught.value)


def test_a_script_is_live_and_its_data_tells_the_columns(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, scripted(tmp_path))
    assert [node.id for node in program.nodes] == ["work"]
    assert program.nodes[0].links == {}
    assert program.constants == {}
    (declared,) = program.inputs
    assert declared.ports == ("work.dataset1",)
    assert declared.fields == (Field("name", "String"), Field("age", "Integer"), Field("income", "Double"))
    assert declared.samples == (
        ("Ann", "31", "10.5"), ("Bob", None, "20.0"), ("Cleo", "27", "30.0"), ("Dora", "44", None),
    )  # fmt: skip
    (output,) = program.outputs
    assert (output.name, output.source, output.type) == ("output1", "work.result_dataset", "DataTable")
    assert output.fields == declared.fields
    assert set(program.environments) == {"default"}


def test_what_hangs_on_no_call_is_a_constant(bench: Bench, tmp_path: Path) -> None:
    run = bench.run(trained(tmp_path))
    program = compiled(trained(tmp_path), run, bench.workspace)
    assert [node.id for node in program.nodes] == ["score"]
    assert program.nodes[0].links == {"trained_model": "train.trained_model"}
    (constant,) = program.constants.values()
    step = next(step for step in run.steps if step.node == "train")
    assert constant.digest == step.outputs[0].digest
    assert constant.type == "TrainedModel"
    assert constant.described["label"]["name"] == "label"
    assert program.digests() == {constant.digest}
    (resource,) = program.resources
    assert (resource.name, resource.kind, resource.constant) == (
        "train [trained model]", "ILearner", "train.trained_model",
    )  # fmt: skip
    assert set(program.environments) == {"bottega"}


def test_the_label_stays_among_the_columns_of_a_scored_service(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, trained(tmp_path))
    assert [field.name for field in program.inputs[0].fields] == ["x", "y", "label"]


def test_all_live_nodes_upstream_first(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, mixed(tmp_path))
    assert [node.id for node in program.nodes] == ["pick", "clean", "work", "query"]
    assert program.nodes[3].links == {"table1": "work.result_dataset"}


def test_a_program_goes_through_the_store(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, trained(tmp_path))
    assert Program.loads(program.dumps()) == program


def test_the_document_holds_the_texts_of_scripts(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text(script("return df"))
    experiment = scripted(tmp_path).set("work", "script", {"file": "work.py"})
    program = program_of(bench, experiment)
    assert "def azureml_main" in program.document
    assert "work.py" not in program.document
    assert program.nodes[0].parameters["script"] == script("return df")


def test_a_parameter_makes_its_node_live_and_all_that_follows(bench: Bench, tmp_path: Path) -> None:
    experiment = (
        trained(tmp_path)
        .with_service_parameter("penalty", "learner.l2_weight", description="How much weights cost")
        .with_service_parameter("label", "train.label", required=True)
    )
    program = program_of(bench, experiment)
    assert [node.id for node in program.nodes] == ["learner", "train", "score"]
    assert set(program.constants) == {"people.dataset"}
    penalty, label = program.parameters
    assert (penalty.sets, penalty.required, penalty.default) == (("learner.l2_weight",), False, 1.0)
    assert penalty.schema["type"] == "number"
    assert penalty.description == "How much weights cost"
    assert (label.required, label.default) == (True, None)


def test_a_default_of_its_own_goes_into_the_nodes(bench: Bench, tmp_path: Path) -> None:
    experiment = trained(tmp_path).with_service_parameter("penalty", "learner.l2_weight", default="0.25")
    program = program_of(bench, experiment)
    assert program.parameters[0].default == 0.25
    assert program.node("learner").parameters["l2_weight"] == 0.25


def test_what_looks_at_the_world_is_live_by_itself(bench: Bench, tmp_path: Path) -> None:
    from bottega.engine.reach import Outside

    (tmp_path / "world.csv").write_text("a\n1\n")
    experiment = (
        Experiment(title="World", folder=tmp_path)
        .add("load", "import-data", source="Local file", path="world.csv", header=True)
        .add("work", "execute-python-script", inputs={"dataset1": "load"}, script=script("return df"))
        .with_service_output("output1", "work")
    )
    program = program_of(bench, experiment, outside=Outside(tmp_path, local_files=True))
    assert [node.id for node in program.nodes] == ["load", "work"]
    cached = experiment.set("load", "use_cached_results", True)
    program = program_of(bench, cached, outside=Outside(tmp_path, local_files=True))
    assert program.nodes == ()
    assert set(program.constants) == {"work.result_dataset"}


def test_export_data_is_live_where_it_hangs_on_a_call(bench: Bench, tmp_path: Path) -> None:
    from bottega.engine.reach import Outside

    experiment = (
        scripted(tmp_path)
        .add("save", "export-data", inputs={"dataset": "work"}, path="out.csv", write_mode="Overwrite")
        .add("other", "export-data", inputs={"dataset": "people"}, path="other.csv", write_mode="Overwrite")
    )
    program = program_of(bench, experiment, outside=Outside(tmp_path, local_files=True))
    assert [node.id for node in program.nodes] == ["work", "save"]


def test_an_input_may_feed_several_ports_of_the_same_columns(bench: Bench, tmp_path: Path) -> None:
    experiment = (
        scripted(tmp_path, "return df.merge(other, on='name')")
        .connect("work", "dataset2", "people")
        .with_service_input("input1", "work.dataset1", "work.dataset2")
    )
    program = program_of(bench, experiment)
    assert program.fed() == {"work.dataset1": "input1", "work.dataset2": "input1"}
    differing = experiment.add("pick", "select-columns-in-dataset", inputs={"dataset": "people"}, columns=["name"])
    differing = differing.connect("work", "dataset2", "pick")
    assert "whose columns differ" in refusal(bench, differing)


def test_several_inputs_and_outputs(bench: Bench, tmp_path: Path) -> None:
    experiment = (
        scripted(tmp_path, "return df, other")
        .connect("work", "dataset2", "people")
        .with_service_input("second input", "work.dataset2")
        .with_service_output("second", "work.result_dataset2")
        .with_service_output("given", "people")
    )
    program = program_of(bench, experiment)
    assert [each.name for each in program.inputs] == ["input1", "second input"]
    assert [each.source for each in program.outputs] == [
        "work.result_dataset", "work.result_dataset2", "people.dataset",
    ]  # fmt: skip
    assert set(program.constants) == {"people.dataset"}


def test_columns_without_values_have_no_known_type(bench: Bench, tmp_path: Path) -> None:
    experiment = scripted(tmp_path)
    (tmp_path / "data.csv").write_text("name,age,income\nAnn,,\nBob,,\n")
    fields = program_of(bench, experiment).inputs[0].fields
    assert [field.known for field in fields] == [True, False, False]
    (tmp_path / "data.csv").write_text("name,age,income\n")
    fields = program_of(bench, experiment).inputs[0].fields
    assert [field.known for field in fields] == [False, False, False]


def test_roles_and_categories_are_kept(bench: Bench, tmp_path: Path) -> None:
    experiment = (
        data(tmp_path)
        .add("edit", "edit-metadata", inputs={"dataset": "people"}, columns=["name"], categorical="Make categorical", fields="Labels")
        .add("work", "execute-python-script", inputs={"dataset1": "edit"}, script=script("return df"))
        .with_service_input("input1", "work.dataset1")
        .with_service_output("output1", "work")
    )  # fmt: skip
    field = program_of(bench, experiment).inputs[0].fields[0]
    assert field == Field("name", "Categorical String", "label", ("Ann", "Bob", "Cleo", "Dora"))


def test_csv_at_a_port_is_a_table_to_callers(bench: Bench, tmp_path: Path) -> None:
    experiment = (
        data(tmp_path)
        .add("csv", "convert-to-csv", inputs={"dataset": "people"})
        .add("work", "execute-python-script", inputs={"dataset1": "csv"}, script=script("return df"))
        .add("csv2", "convert-to-csv", inputs={"dataset": "work"})
        .with_service_input("input1", "work.dataset1")
        .with_service_output("output1", "csv2")
    )
    program = program_of(bench, experiment)
    assert [field.name for field in program.inputs[0].fields] == ["name", "age", "income"]
    assert program.outputs[0].type == "GenericCsv"
    assert [field.name for field in program.outputs[0].fields or ()] == ["name", "age", "income"]


# What cannot be published.


def test_an_experiment_without_outputs(bench: Bench, tmp_path: Path) -> None:
    assert "no web service output" in refusal(bench, data(tmp_path))


def test_an_experiment_that_did_not_run(bench: Bench, tmp_path: Path) -> None:
    experiment = scripted(tmp_path)
    run = replace(bench.run(experiment), steps=())
    with pytest.raises(BottegaError, match="has no result in run"):
        compiled(experiment, run, bench.workspace)


def test_an_experiment_whose_run_failed(bench: Bench, tmp_path: Path) -> None:
    assert "node work has no result" in refusal(bench, scripted(tmp_path, "raise ValueError"))


def test_an_experiment_that_was_changed_since(bench: Bench, tmp_path: Path) -> None:
    run = bench.run(trained(tmp_path))
    for changed, word in (
        (trained(tmp_path).set("train", "label", "y"), "parameter"),
        (trained(tmp_path).add("more", "score-model", inputs={"trained_model": "train", "dataset": "people"})
         .with_service_output("output2", "more"), "no result"),
    ):  # fmt: skip
        with pytest.raises(BottegaError, match=word):
            compiled(changed, run, bench.workspace)


def test_a_port_without_data_tells_no_columns(bench: Bench, tmp_path: Path) -> None:
    experiment = scripted(tmp_path, "return df if df is not None else other").disconnect("work", "dataset1")
    experiment = experiment.connect("work", "dataset2", "people")
    assert "nothing is connected to work.dataset1" in refusal(bench, experiment)


def test_ports_that_take_no_tables(bench: Bench, tmp_path: Path) -> None:
    experiment = trained(tmp_path).with_service_input("model", "score.trained_model")
    assert "takes a TrainedModel" in refusal(bench, experiment)
    experiment = scripted(tmp_path).with_service_output("output1", "work.python_device")
    assert "printed text and pictures" in refusal(bench, experiment)


def test_places_that_are_not_there(bench: Bench, tmp_path: Path) -> None:
    experiment = scripted(tmp_path)
    for service, word in (
        (WebService(outputs={"o": Source("work", "nothing")}), "no output of a module"),
        (WebService({"i": (Source("work", "nothing"),)}, {"o": Source("work")}), "no input of a module"),
    ):
        assert word in refusal(bench, replace(experiment, web_service=service))
    assert "no parameter of a module" in refusal(bench, experiment.with_service_parameter("p", "work.nothing"))
    assert "the same in all calls" in refusal(bench, experiment.with_service_parameter("p", "people.dataset"))


def test_two_inputs_at_one_port(bench: Bench, tmp_path: Path) -> None:
    assert "two web service inputs feed work.dataset1" in refusal(
        bench, scripted(tmp_path).with_service_input("again", "work.dataset1")
    )


def test_an_input_that_feeds_nothing_needed(bench: Bench, tmp_path: Path) -> None:
    experiment = scripted(tmp_path).add(
        "idle", "select-columns-in-dataset", inputs={"dataset": "people"}, columns=["age"]
    )
    assert "feeds nothing" in refusal(bench, experiment.with_service_input("idle", "idle.dataset"))


def test_a_default_that_does_not_fit(bench: Bench, tmp_path: Path) -> None:
    experiment = trained(tmp_path).with_service_parameter("penalty", "learner.l2_weight", default="much")
    run = bench.run(experiment)
    with pytest.raises(BottegaError) as caught:
        compiled(experiment, run, bench.workspace)
    assert caught.value.code == "0002"


def test_a_broken_branch_that_no_output_needs_is_no_hindrance(bench: Bench, tmp_path: Path) -> None:
    run = bench.run(scripted(tmp_path))
    experiment = scripted(tmp_path).add_dataset("gone", FileRef("gone.csv"))
    assert [node.id for node in compiled(experiment, run, bench.workspace).nodes] == ["work"]


@pytest.mark.parametrize("places", [("load.url",), ("load.path", "load.url")], ids=len)
def test_secret_defaults_are_not_told(bench: Bench, tmp_path: Path, places: tuple[str, ...]) -> None:
    from bottega.engine.reach import Outside

    (tmp_path / "world.csv").write_text(TRAINING)
    experiment = (
        Experiment(title="World", folder=tmp_path)
        .add("load", "import-data", source="Local file", path="world.csv", header=True, url="http://user:pass@host/")
        .with_service_output("output1", "load")
        .with_service_parameter("url", *places)
    )
    program = program_of(bench, experiment, outside=Outside(tmp_path, local_files=True))
    assert program.parameters[0].default is None
