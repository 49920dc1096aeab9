"""Explanations name the part that changed, and the plan never claims more than it knows."""

from __future__ import annotations

from pathlib import Path

from bottega.engine.plan import Action, Planner
from bottega.engine.prepared import prepare
from bottega.engine.why import why
from bottega.graph.document import Experiment
from tests.engine.helpers import Bench, people, script


def chain(folder: Path, body: str = "df['age'] += 1\nreturn df") -> Experiment:
    return (
        people(folder)
        .add("grow", "execute-python-script", inputs={"dataset1": "people"}, script=script(body))
        .add("pick", "select-columns-in-dataset", inputs={"dataset": "grow"}, columns=["age"])
    )


def explain(bench: Bench, experiment: Experiment, node: str) -> tuple[Action, dict[str, str]]:
    """The action, and the text of each part that changed."""
    explained = why(prepare(experiment, [node]), node, Planner(bench.workspace, "test"))
    return explained.decision.action, {line.part: line.text for line in explained.lines if line.changed}


def test_before_the_first_run_upstream_comes_first(bench: Bench, tmp_path: Path) -> None:
    assert explain(bench, chain(tmp_path), "people") == (Action.RUN, {})
    action, changed = explain(bench, chain(tmp_path), "pick")
    assert action is Action.WAIT
    assert changed == {"input dataset": "grow waits for people, which runs first"}


def test_after_a_run_everything_is_reused(bench: Bench, tmp_path: Path) -> None:
    bench.run(chain(tmp_path))
    assert {each.action for each in bench.plan(chain(tmp_path)).values()} == {Action.REUSE}
    assert explain(bench, chain(tmp_path), "pick") == (Action.REUSE, {})


def test_a_parameter_is_named_with_both_values(bench: Bench, tmp_path: Path) -> None:
    bench.run(chain(tmp_path))
    action, changed = explain(bench, chain(tmp_path).set("pick", "columns", ["name"]), "pick")
    assert action is Action.RUN
    assert changed == {"parameter columns": "changed from ['age'] to ['name']"}


def test_a_long_script_is_named_not_shown(bench: Bench, tmp_path: Path) -> None:
    long = "\n".join(f"x{number} = {number}" for number in range(60)) + "\nreturn df"
    bench.run(chain(tmp_path, long))
    action, changed = explain(bench, chain(tmp_path, long + "  # and more"), "grow")
    assert action is Action.RUN
    assert list(changed) == ["parameter script"]
    assert "62 lines" in changed["parameter script"]


def test_a_changed_file_is_the_data_file(bench: Bench, tmp_path: Path) -> None:
    bench.run(chain(tmp_path))
    experiment = chain(tmp_path)
    (tmp_path / "people.csv").write_text("name,age\nZoe,1\n")
    assert list(explain(bench, experiment, "people")[1]) == ["data file"]
    assert explain(bench, experiment, "pick")[0] is Action.WAIT


def test_another_input_is_named_with_where_it_comes_from(bench: Bench, tmp_path: Path) -> None:
    bench.run(chain(tmp_path))
    rewired = chain(tmp_path).connect("pick", "dataset", "people")
    action, changed = explain(bench, rewired, "pick")
    assert action is Action.RUN
    assert list(changed) == ["input dataset (from people.dataset)"]


def test_other_packages_are_the_environment(bench: Bench, tmp_path: Path) -> None:
    bench.run(chain(tmp_path))
    action, changed = explain(bench, chain(tmp_path).set("grow", "environment", "bottega"), "grow")
    assert action is Action.RUN
    assert set(changed) == {"environment"}  # its name is no part of what a result depends on


def test_what_looks_outside_always_runs(bench: Bench) -> None:
    experiment = Experiment().add("web", "import-data", url="http://example.org/x.csv")
    decision = bench.plan(experiment)["web"]
    assert (decision.action, decision.reason) == (Action.RUN, "it looks at the world outside each time")
