"""Setting up: assets that are saved under their names, web service inputs and outputs, and what has to have run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bottega.engine.check import check
from bottega.errors import BottegaError
from bottega.graph import writing
from bottega.graph.document import Experiment, FileRef
from bottega.graph.file import loads
from bottega.sandbox.host.pool import Pool
from bottega.services import publish
from bottega.services.set_up import keep, propose
from bottega.services.stages import Way, split
from bottega.store.workspace import Workspace
from tests.engine.helpers import Bench, people, script, statuses
from tests.services import training
from tests.services.experiments import program_of


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Iterator[Bench]:
    """One workspace for all: what they run is much the same."""
    with Workspace.open(tmp_path_factory.mktemp("set-up") / "workspace") as workspace:
        yield Bench(workspace, pool)


def service(experiment: Experiment) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Inputs and outputs as texts."""
    told = experiment.web_service
    return {name: [str(each) for each in ports] for name, ports in told.inputs.items()}, {
        name: str(source) for name, source in told.outputs.items()
    }


def test_the_predictive_experiment_runs_and_scores_as_before(bench: Bench, tmp_path: Path) -> None:
    experiment = training.whole(tmp_path)
    run = bench.run(experiment, name="a.yaml")
    made = publish.set_up(experiment, run, bench.workspace)
    assert made.experiment.title == "Rich people [Predictive Exp.]"
    assert service(made.experiment) == ({"input1": ["clean.dataset"]}, {"output1": "score"})
    assert [(each.what, each.name, each.node) for each in made.saved] == [
        ("transform", "Rich people (clean)", "clean-transform"), ("trained model", "Rich people", "train"),
    ]  # fmt: skip
    assert check(made.experiment, bench.workspace, "b") == []
    again = bench.run(made.experiment, name="b")
    assert statuses(again)["train"] == "reused"
    test_half, everyone = bench.rows(run, "score"), bench.rows(again, "score")
    scored = set(zip(*everyone.values(), strict=True))
    assert set(zip(*test_half.values(), strict=True)) <= scored
    assert len(everyone["rich"]) == 60
    model = bench.workspace.trained_models.get("Rich people")
    assert (model.data_type, model.origin, model.experiment) == ("ILearnerDotNet", "FromOutputPromotion", "a.yaml")
    assert bench.workspace.transforms.get("Rich people (clean)").data_type == "ITransformDotNet"


def test_what_was_set_up_of_our_own_modules_runs_in_one_child(bench: Bench, tmp_path: Path) -> None:
    """With the model and the cleaning that were saved: both are the engine's own work."""
    experiment = training.whole(tmp_path)
    made = publish.set_up(experiment, bench.run(experiment, name="a.yaml"), bench.workspace)
    assert len(made.saved) == 2
    program = program_of(bench, made.experiment)
    assert [(stage.way, len(stage.nodes)) for stage in split(program)] == [(Way.MODULES, len(program.nodes))]


def test_it_is_told_as_a_diff_and_read_back_as_it_was_written(bench: Bench, tmp_path: Path) -> None:
    experiment = training.whole(tmp_path)
    made = propose(experiment, bench.run(experiment, name="a.yaml"), bench.workspace)
    assert loads(writing.dumps(made.experiment), tmp_path).experiment == made.experiment
    told = {(change.kind, change.node) for change in made.changes}
    assert {("node removed", "split"), ("node removed", "learner"), ("node removed", "evaluate"), ("module", "train"),
            ("module", "clean"), ("node added", "clean-transform"), ("web service output", None)} <= told  # fmt: skip


def test_a_proposal_writes_nothing_and_saving_twice_makes_one_version(tmp_path: Path, pool: Pool) -> None:
    with Workspace.open(tmp_path / "workspace") as workspace:
        fresh = Bench(workspace, pool)
        experiment = training.whole(tmp_path)
        run = fresh.run(experiment)
        made = propose(experiment, run, workspace)
        assert all(each.is_new for each in made.saved)
        assert workspace.trained_models.list() == []
        assert [each.version for each in keep(made, workspace)] == [1, 1]
        assert [each.version for each in keep(made, workspace)] == [1, 1]
        again = propose(experiment, run, workspace)
        assert not any(each.is_new for each in again.saved)
        other = experiment.set("learner", "l2_weight", 30)
        made = publish.set_up(other, fresh.run(other), workspace)
        assert workspace.trained_models.get("Rich people").version == 2
        assert workspace.transforms.get("Rich people (clean)").version == 1


def test_a_name_of_another_experiment_is_left_alone(bench: Bench, tmp_path: Path) -> None:
    experiment = training.whole(tmp_path)
    publish.set_up(experiment, bench.run(experiment, name="first"), bench.workspace)
    made = publish.set_up(experiment, bench.run(experiment, name="second"), bench.workspace)
    (name,) = [each.name for each in made.saved if each.what == "trained model"]
    assert name != "Rich people"
    assert name.startswith("Rich people ")
    assert made.experiment.nodes["train"].parameters == {"trained_model": name}


@pytest.mark.parametrize("title", ["a/b: c", "", "x" * 200, "ends\u2028oddly"], ids=["signs", "none", "long", "line"])
def test_titles_that_are_no_names(bench: Bench, tmp_path: Path, title: str) -> None:
    experiment = replace(training.trained(training.people(tmp_path), "people", "people"), title=title)
    made = publish.set_up(experiment, bench.run(experiment, name=f"title {len(title)}"), bench.workspace)
    assert bench.workspace.trained_models.get(made.saved[0].name).output.type == "TrainedModel"


def test_for_retraining_only_inputs_and_outputs_are_put_to_it(bench: Bench, tmp_path: Path) -> None:
    experiment = training.whole(tmp_path)
    made = publish.set_up(experiment, bench.run(experiment), bench.workspace, kind="retraining")
    assert made.saved == ()
    assert made.experiment.nodes == experiment.nodes
    assert service(made.experiment) == ({"input1": ["clean.dataset"]}, {"output1": "train", "output2": "evaluate"})


def test_without_training_each_end_is_an_output(bench: Bench, tmp_path: Path) -> None:
    experiment = people(tmp_path).add(
        "first", "execute-python-script", inputs={"dataset1": "people"}, script=script("return df")
    )
    experiment = experiment.add(
        "second", "execute-python-script", inputs={"dataset1": "people"}, script=script("return df")
    )
    experiment = experiment.add("file", "convert-to-csv", inputs={"dataset": "second"})
    made = publish.set_up(experiment, bench.run(experiment), bench.workspace)
    assert service(made.experiment) == (
        {"input1": ["first.dataset1", "second.dataset1"]}, {"output1": "first", "output2": "second"}
    )  # fmt: skip
    assert made.experiment.title == "Test"


def test_several_sources_have_an_input_each_where_they_lead_to_ends_of_their_own(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text("x\n1\n")
    experiment = people(tmp_path).add_dataset("more", FileRef("more.csv"))
    for name, source in (("a", "people"), ("b", "more")):
        experiment = experiment.add(
            name, "execute-python-script", inputs={"dataset1": source}, script=script("return df")
        )
    made = publish.set_up(experiment, bench.run(experiment), bench.workspace)
    assert service(made.experiment) == (
        {"input1": ["a.dataset1"], "input2": ["b.dataset1"]},
        {"output1": "a", "output2": "b"},
    )


def test_what_is_there_already_stays(bench: Bench, tmp_path: Path) -> None:
    experiment = people(tmp_path).add(
        "a", "execute-python-script", inputs={"dataset1": "people"}, script=script("return df")
    )
    experiment = experiment.with_service_input("rows", "a.dataset1").with_service_parameter("code", "a.script")
    made = publish.set_up(experiment, bench.run(experiment), bench.workspace)
    assert service(made.experiment) == ({"rows": ["a.dataset1"]}, {"output1": "a"})
    assert set(made.experiment.web_service.parameters) == {"code"}


def test_only_what_has_run_as_it_stands_is_set_up(bench: Bench, tmp_path: Path) -> None:
    experiment = training.whole(tmp_path)
    run = bench.run(experiment)
    changed = experiment.set("learner", "l2_weight", 2)
    with pytest.raises(BottegaError, match=r"has changed since run .* \(learner\)"):
        publish.set_up(changed, run, bench.workspace)
    publish.set_up(experiment.move("train", 3, 4), run, bench.workspace)
    partial = bench.run(experiment, "train")
    with pytest.raises(BottegaError, match="has to finish first"):
        publish.set_up(experiment, partial, bench.workspace)
    failing = experiment.set("train", "label", "none such")
    with pytest.raises(BottegaError, match=r"is Failed"):
        publish.set_up(failing, bench.run(failing), bench.workspace)
    with pytest.raises(BottegaError, match="predictive or retraining"):
        publish.set_up(experiment, run, bench.workspace, kind="both")  # type: ignore[arg-type]


def test_a_saved_asset_that_is_not_there_is_told(bench: Bench, tmp_path: Path) -> None:
    experiment = people(tmp_path).add("model", "saved-trained-model", trained_model="Rich peopel")
    experiment = experiment.add("how", "saved-transform", transform="none such")
    bench.run(training.whole(tmp_path), name="a.yaml")
    told = {problem.node: problem.message for problem in check(experiment, bench.workspace, "c")}
    assert told["model"].startswith("There is no trained model Rich peopel")
    assert told["how"] == "There is no transform none such in this workspace."
    run = bench.run(experiment)
    failed = {step.node: step.error for step in run.steps if step.error is not None}
    assert "There is no trained model named Rich peopel" in str(failed["model"]["message"])
    assert "There is no transform named none such" in str(failed["how"]["message"])


def test_a_call_of_one_row_has_the_indicators_of_the_training_data(bench: Bench, tmp_path: Path) -> None:
    experiment = training.people(tmp_path)
    kept = (tmp_path / "people.csv").read_text().splitlines()
    lines = [
        f"{line},{('town' if not place else ('oslo', 'rom', 'bern')[place % 3])}" for place, line in enumerate(kept)
    ]
    (tmp_path / "people.csv").write_text("\n".join(lines) + "\n")
    experiment = experiment.add(
        "mark", "edit-metadata", inputs={"dataset": "people"}, columns=["town"], categorical="Make categorical"
    ).add("convert", "convert-to-indicator-values", inputs={"dataset": "mark"}, columns=["town"], overwrite=True)
    experiment = training.trained(training.split(experiment, "convert"))
    made = publish.set_up(experiment, bench.run(experiment), bench.workspace)
    (tmp_path / "people.csv").write_text(f"{lines[0]}\n40,30,yes,rom\n41,31,yes,paris\n")
    rows = bench.rows(bench.run(made.experiment), "score")
    assert {name: rows[name] for name in rows if name.startswith("town")} == {
        "town-rom": [1, 0], "town-bern": [0, 0], "town-oslo": [0, 0],
    }  # fmt: skip
    assert len(rows["Scored Labels"]) == 2


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"upper_constant": 50}, ""), ({"upper_threshold": "Percentile"}, "Upper threshold"),
        ({"upper_substitute": "Mean"}, "Upper substitute value"), ({"lower_threshold": "Percentile"}, ""),
    ],
)  # fmt: skip
def test_what_goes_by_the_rows_of_a_call_is_told(
    bench: Bench, tmp_path: Path, parameters: dict[str, Any], told: str
) -> None:
    experiment = training.people(tmp_path).add(
        "clip", "clip-values", inputs={"dataset": "people"}, columns=["hours"], **parameters
    )
    experiment = training.trained(training.split(experiment, "clip"))
    notes = propose(experiment, bench.run(experiment), bench.workspace).notes
    assert len(notes) == bool(told)
    assert all(f"because of {told}:" in text and text.startswith("clip (Clip Values)") for text in notes)
