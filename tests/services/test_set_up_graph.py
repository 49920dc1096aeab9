"""The predictive experiment of a graph: what stays, what goes, what is saved. Nothing is run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bottega.errors import BottegaError
from bottega.graph.document import Experiment, Source
from bottega.sdk import catalogue
from bottega.sdk.ports import PortType
from bottega.services.predictive import Learned, predictive
from bottega.services.wiring import Wiring
from tests.services.training import LEARNER, cleaned, people, split, trained, whole


def modules(experiment: Experiment) -> dict[str, str]:
    """By node."""
    return {name: node.module for name, node in experiment.nodes.items()}


def edges(experiment: Experiment) -> set[str]:
    """All of them, as `node.port <- source`."""
    return {
        f"{name}.{port} <- {source}" for name, node in experiment.nodes.items() for port, source in node.inputs.items()
    }


def scripted(experiment: Experiment, name: str, *sources: str) -> Experiment:
    """With a script over one or two tables."""
    text = "def azureml_main(a, b=None):\n    return a,\n"
    inputs = {f"dataset{place}": source for place, source in enumerate(sources, 1)}
    return experiment.add(name, "execute-python-script", inputs=inputs, script=text)


def test_training_is_gone_and_its_model_stays(tmp_path: Path) -> None:
    experiment = trained(split(people(tmp_path)))
    experiment = experiment.add("again", "score-model", inputs={"trained_model": "train", "dataset": "split"})
    experiment = experiment.add("evaluate", "evaluate-model",
                                inputs={"scored_dataset": "score", "scored_dataset_to_compare": "again"})  # fmt: skip
    made, learned = predictive(experiment)
    assert modules(made) == {"people": "saved-dataset", "train": "saved-trained-model", "score": "score-model"}
    assert edges(made) == {"score.trained_model <- train", "score.dataset <- people"}
    assert learned == {"train": Learned("train", "trained_model", PortType.TRAINED_MODEL)}


def test_what_learned_a_transform_applies_it(tmp_path: Path) -> None:
    made, learned = predictive(whole(tmp_path).move("clean", 100, 200))
    assert modules(made)["clean"] == "apply-transformation"
    assert modules(made)["clean-transform"] == "saved-transform"
    assert made.nodes["clean"].parameters == {}
    assert edges(made) == {
        "clean.transformation <- clean-transform", "clean.dataset <- people", "score.trained_model <- train",
        "score.dataset <- clean",
    }  # fmt: skip
    assert learned["clean-transform"] == Learned("clean", "cleaning_transformation", PortType.TRANSFORM)
    assert list(made.nodes).index("clean-transform") < list(made.nodes).index("clean")
    assert list(made.layout["clean"]) == [100, 200]
    assert made.layout["clean-transform"][1] < 200


def test_a_transform_that_is_applied_by_hand_is_saved_in_its_place(tmp_path: Path) -> None:
    experiment = people(tmp_path)
    experiment = split(experiment)
    experiment = experiment.add("clean", "clean-missing-data", inputs={"dataset": "split"}, columns=["age"])
    experiment = experiment.add("apply", "apply-transformation", inputs={
        "transformation": "clean.cleaning_transformation", "dataset": "split.results_dataset2",
    })  # fmt: skip
    made, learned = predictive(trained(experiment, "clean", "apply"))
    assert modules(made)["clean"] == "saved-transform"
    assert edges(made) >= {"apply.transformation <- clean", "apply.dataset <- people", "score.dataset <- apply"}
    assert set(learned) == {"clean", "train"}


def test_a_transform_used_both_ways_is_saved_once(tmp_path: Path) -> None:
    experiment = cleaned(people(tmp_path)).add_dataset("more", "more")
    experiment = experiment.add("apply", "apply-transformation",
                                inputs={"transformation": "clean.cleaning_transformation", "dataset": "more"})  # fmt: skip
    experiment = scripted(trained(experiment, "clean", "clean"), "both", "score", "apply")
    made, learned = predictive(experiment)
    assert set(learned) == {"clean-transform", "train"}
    assert edges(made) >= {"clean.transformation <- clean-transform", "apply.transformation <- clean-transform"}


def test_what_is_done_to_the_scores_stays(tmp_path: Path) -> None:
    experiment = scripted(trained(split(people(tmp_path))), "after", "score")
    made, _ = predictive(experiment.add("evaluate", "evaluate-model", inputs={"scored_dataset": "score"}))
    assert set(made.nodes) == {"people", "train", "score", "after"}


def test_several_models_need_a_word_which_is_meant(tmp_path: Path) -> None:
    experiment = trained(trained(split(people(tmp_path))), suffix="2")
    experiment = experiment.add("evaluate", "evaluate-model",
                                inputs={"scored_dataset": "score", "scored_dataset_to_compare": "score2"})  # fmt: skip
    with pytest.raises(BottegaError, match=r"several models; .*: train, train2"):
        predictive(experiment)
    made, learned = predictive(experiment, "train2")
    assert set(made.nodes) == {"people", "train2", "score2"}
    assert set(learned) == {"train2"}
    with pytest.raises(BottegaError, match="There is no node score that trains a model; there are: train, train2"):
        predictive(experiment, "score")


def test_models_whose_scores_come_together_both_stay(tmp_path: Path) -> None:
    experiment = trained(trained(split(people(tmp_path))), suffix="2")
    made, learned = predictive(scripted(experiment, "vote", "score", "score2"))
    assert set(made.nodes) == {"people", "train", "score", "train2", "score2", "vote"}
    assert set(learned) == {"train", "train2"}


def test_a_model_over_the_scores_of_another(tmp_path: Path) -> None:
    experiment = trained(split(people(tmp_path)), test="people")
    made, learned = predictive(trained(experiment, "score", "score", suffix="2"))
    assert set(made.nodes) == {"people", "train", "score", "train2", "score2"}
    assert set(learned) == {"train", "train2"}


def test_a_split_by_a_rule_whose_rows_go_both_ways_stays(tmp_path: Path) -> None:
    experiment = people(tmp_path).add("adults", "split-data", inputs={"dataset": "people"}, mode="Relative Expression",
                                      relational_expression='\\"age" > 20')  # fmt: skip
    made, _ = predictive(trained(experiment, "adults", "adults"))
    assert "adults" in made.nodes
    made, _ = predictive(trained(experiment, "adults", "adults.results_dataset2"))
    assert "adults" not in made.nodes
    assert made.nodes["score"].inputs["dataset"] == Source("people")


def test_splits_in_a_row_all_go(tmp_path: Path) -> None:
    experiment = split(people(tmp_path)).add(
        "again", "split-data", inputs={"dataset": "split.results_dataset2"}, fraction=0.5
    )
    made, _ = predictive(trained(experiment, "split", "again.results_dataset2"))
    assert made.nodes["score"].inputs["dataset"] == Source("people")


def test_a_source_after_a_split_keeps_the_port_that_it_was_read_at(tmp_path: Path) -> None:
    experiment = scripted(people(tmp_path), "two", "people")
    experiment = split(experiment, "two.result_dataset2")
    made, _ = predictive(trained(experiment))
    assert made.nodes["score"].inputs["dataset"] == Source("two", "result_dataset2")


def test_data_beside_the_way_stays(tmp_path: Path) -> None:
    experiment = scripted(people(tmp_path).add_dataset("more", "iris"), "joined", "people", "more")
    made, _ = predictive(trained(split(experiment, "joined")))
    assert set(made.nodes) == {"people", "more", "joined", "train", "score"}


def test_a_model_that_nothing_scores_with(tmp_path: Path) -> None:
    experiment = split(people(tmp_path)).add("learner", LEARNER)
    experiment = experiment.add(
        "train", "train-model", inputs={"untrained_model": "learner", "dataset": "split"}, label="rich"
    )
    with pytest.raises(BottegaError, match="Nothing scores with the model of train"):
        predictive(experiment)


def test_web_service_parameters_of_what_is_gone_are_gone(tmp_path: Path) -> None:
    experiment = whole(tmp_path)
    experiment = scripted(experiment, "after", "score")
    experiment = experiment.with_service_parameter("penalty", "learner.l2_weight")
    experiment = experiment.with_service_parameter("filling", "clean.replacement")
    experiment = experiment.with_service_parameter("text", "after.script").with_service_output("model", "train")
    made, _ = predictive(experiment)
    assert set(made.web_service.parameters) == {"text"}
    assert not made.web_service.outputs


def test_an_id_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    experiment = whole(tmp_path).add_dataset("clean-transform", "iris")
    made, learned = predictive(scripted(experiment, "after", "score", "clean-transform"))
    assert "clean-transform-2" in learned
    assert made.nodes["clean"].inputs["transformation"] == Source("clean-transform-2")


def test_what_is_not_changed_keeps_its_own_words(tmp_path: Path) -> None:
    experiment = people(tmp_path).add(
        "Pick", "Select Columns in Dataset", inputs={"Data-Set": "people"}, columns=["age", "rich"]
    )
    made, _ = predictive(trained(experiment, "Pick", "Pick"))
    assert made.nodes["Pick"] == experiment.nodes["Pick"]


def test_unknown_modules_and_circles_are_told() -> None:
    with pytest.raises(BottegaError, match="nothing-such"):
        Wiring(Experiment().add("a", "nothing-such"))
    experiment = Experiment().add("a", "convert-to-csv").add("b", "convert-to-csv", inputs={"dataset": "a"})
    with pytest.raises(BottegaError, match="circle"):
        Wiring(experiment.connect("a", "dataset", "b"))


@pytest.mark.parametrize(
    ("module", "parameters"),
    [
        ("split-data", {}), ("smote", {}), ("partition-and-sample", {"mode": "Sampling", "rate": 0.5}),
        ("partition-and-sample", {"mode": "Assign to Folds"}), ("partition-and-sample", {"mode": "Head"}),
        ("partition-and-sample", {"mode": "Pick Fold"}),
    ],
)  # fmt: skip
def test_what_chooses_or_makes_rows_for_training_is_gone(
    tmp_path: Path, module: str, parameters: dict[str, Any]
) -> None:
    experiment = people(tmp_path).add("rows", module, inputs={next(ports_of(module)): "people"}, **parameters)
    made, learned = predictive(trained(experiment, "rows", "rows"))
    assert set(made.nodes) == {"people", "train", "score"}
    assert made.nodes["score"].inputs["dataset"] == Source("people")
    assert set(learned) == {"train"}


def ports_of(module: str) -> Iterator[str]:
    """The names of its inputs."""
    return (port.name for port in catalogue.get(module).inputs)


def test_removing_duplicates_stays(tmp_path: Path) -> None:
    experiment = people(tmp_path).add("rows", "remove-duplicate-rows", inputs={"dataset": "people"}, columns=["age"])
    made, _ = predictive(trained(experiment, "rows", "rows"))
    assert "rows" in made.nodes


def test_indicators_are_made_by_what_was_learned(tmp_path: Path) -> None:
    experiment = people(tmp_path).add(
        "convert", "convert-to-indicator-values", inputs={"dataset": "people"}, columns=["age"]
    )
    made, learned = predictive(trained(experiment, "convert", "convert"))
    assert modules(made)["convert"] == "apply-transformation"
    assert learned["convert-transform"] == Learned("convert", "transformation", PortType.TRANSFORM)
