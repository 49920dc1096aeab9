"""Which environment a script runs in, who says so, and what a run makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bottega.engine import environment_of, environment_use
from bottega.engine.check import check
from bottega.engine.environment_of import Choice
from bottega.engine.environment_use import Use
from bottega.engine.events import Phase
from bottega.engine.inline_metadata import Inline
from bottega.errors import BottegaError
from bottega.graph import writing
from bottega.graph.document import Experiment
from bottega.graph.file import loads
from bottega.sandbox.host import build
from bottega.sandbox.host.environment import Environment
from tests.engine.environments import Names
from tests.engine.helpers import Bench, people, script, statuses, steps

BLOCK = '# /// script\n# dependencies = ["rich"]\n# ///\n'
INLINE = Inline(("pandas", "pyarrow", "rich"))


@pytest.fixture
def names(tmp_path: Path, environment: Environment, monkeypatch: pytest.MonkeyPatch) -> Names:
    return Names(tmp_path / "home", environment, monkeypatch)


@pytest.mark.parametrize(
    ("text", "own", "experiment", "choice"),
    [
        ("", "", "", Choice("default")),
        ("", "", "theirs", Choice("theirs", "experiment")),
        (BLOCK, "", "theirs", Choice(INLINE.name, "script", INLINE)),
        (BLOCK, "mine", "theirs", Choice("mine", "node")),
        ("# /// script\n# !\n# ///\n", "mine", "", Choice("mine", "node")),
        ("", "  ", " ", Choice("default")),
    ],
)
def test_the_nearest_word_counts(text: str, own: str, experiment: str, choice: Choice) -> None:
    assert environment_of.of(text, own, experiment) == choice


def test_one_of_that_name_that_was_made_of_other_things_is_not_taken(
    names: Names, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    choice = environment_of.of(BLOCK)
    names.give(choice.name, "something-else\n")
    assert environment_of.digest(choice) is None
    made = []

    def make(recipe: build.Recipe, *_: object) -> Environment:
        made.append(recipe)
        return environment

    monkeypatch.setattr(build, "make", make)
    environment_of.ensure(choice, lambda _: None)
    assert [(recipe.name, recipe.requirements, recipe.local) for recipe in made] == [
        (choice.name, INLINE.requirements, False)
    ]
    names.give(choice.name, INLINE.requirements)
    assert environment_of.ensure(choice, lambda _: None).name == choice.name
    assert len(made) == 1


def test_what_an_old_python_needs_beside_it_is_built_with_progress(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its scripts are run by the default environment's Python, which may take minutes to build."""
    old = replace(environment, name="old", interpreter=replace(environment.interpreter, version="2.7.18"))
    there = {"old": old}

    def ensure(name: str, tell: Callable[[str], None], _cancelled: object) -> Environment:
        if name not in there:
            tell("installing")
        return there.setdefault(name, environment)

    monkeypatch.setattr(build, "ensure", ensure)
    told: list[str] = []
    assert environment_of.ensure(Choice("old"), told.append) == old
    assert environment_of.ensure(Choice("old"), told.append) == old
    assert told == ["default: installing"]


def test_no_python_that_will_do() -> None:
    choice = environment_of.of('# /// script\n# requires-python = "<2"\n# ///\n')
    with pytest.raises(BottegaError) as caught:
        environment_of.ensure(choice, lambda _: None)
    assert caught.value.code == "inline-python"
    assert str(caught.value.facts["wanted"]) == "<2"


def two(folder: Path, **parameters: Any) -> Experiment:
    return people(folder).add(
        "grow",
        "execute-python-script",
        inputs={"dataset1": "people"},
        script=script("df['more'] = 1\nreturn df"),
        **parameters,
    )


def test_who_chose_the_same_packages_changes_no_result(bench: Bench, tmp_path: Path, names: Names) -> None:
    names.give("other")
    names.give(INLINE.name, INLINE.requirements)
    bench.run(two(tmp_path))
    for experiment in (
        two(tmp_path, environment="other"), two(tmp_path, environment="default"), replace(two(tmp_path), environment="other"),
        two(tmp_path, old_names="Off"),
    ):  # fmt: skip
        assert statuses(bench.run(experiment))["grow"] == "reused"
    assert statuses(bench.run(two(tmp_path, old_names="On")))["grow"] == "Finished"
    asked = two(tmp_path).set("grow", "script", BLOCK + script("df['more'] = 1\nreturn df"))
    assert statuses(bench.run(asked))["grow"] == "Finished"  # for it is another text
    assert statuses(bench.run(asked))["grow"] == "reused"


def test_old_names_are_as_the_node_says(bench: Bench, tmp_path: Path, names: Names) -> None:
    del names
    uses = script("import numpy\nreturn df.assign(n=numpy.float(1))")
    experiment = two(tmp_path).set("grow", "script", uses)
    failed = steps(bench.run(experiment))["grow"]
    assert failed.error is not None
    assert "no attribute 'float'" in str(failed.error["message"])
    assert statuses(bench.run(experiment.set("grow", "old_names", "On")))["grow"] == "Finished"


def test_tabs_are_read_as_they_were_where_old_names_are_on(bench: Bench, tmp_path: Path, names: Names) -> None:
    """Mixed with spaces, eight of which are one: Python 3 takes no such script."""
    names.give("old", compatibility=True)
    mixed = "def azureml_main(df):\n    if len(df):\n\tdf['more'] = 1\n    return df\n"
    experiment = two(tmp_path).set("grow", "script", mixed)

    def told(experiment: Experiment) -> list[str]:
        return [
            each.message
            for each in check(replace(loads(writing.dumps(experiment)), experiment=experiment), bench.workspace, "test")
        ]

    assert "TabError" in "".join(told(experiment))
    assert "TabError" in "".join(told(replace(experiment, environment="old").set("grow", "old_names", "Off")))
    assert told(replace(experiment, environment="old")) == []
    here = experiment.set("grow", "old_names", "On")
    assert told(here) == []
    assert statuses(bench.run(here))["grow"] == "Finished"


def test_else_old_names_are_as_the_environment_has_them(bench: Bench, tmp_path: Path, names: Names) -> None:
    """Part of the fingerprint as it comes out, not as it is said."""
    names.give("old", compatibility=True)
    bench.run(people(tmp_path))

    def environment_of_grow(experiment: Experiment) -> str:
        return str((bench.plan(experiment)["grow"].parts or {})["environment"])

    experiment = replace(two(tmp_path), environment="old")
    as_it_is = environment_of_grow(experiment)
    assert as_it_is.endswith(", old names")
    assert environment_of_grow(experiment.set("grow", "old_names", "On")) == as_it_is
    assert environment_of_grow(experiment.set("grow", "old_names", "Off")) == as_it_is.removesuffix(", old names")
    assert environment_of_grow(replace(experiment, environment="classic")).endswith(", old names")


def test_what_a_script_asks_for_is_built_before_its_node_runs(
    bench: Bench, tmp_path: Path, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def make(recipe: build.Recipe, tell: Any, cancelled: Any) -> Environment:
        assert not cancelled.is_set()
        tell("resolving packages")
        made.append(recipe.name)
        names.give(recipe.name, recipe.requirements)
        return build.ensure(recipe.name, tell)

    monkeypatch.setattr(build, "make", make)
    experiment = two(tmp_path).set("grow", "script", BLOCK + script("return df"))
    experiment = experiment.add(
        "twin", "execute-python-script", inputs={"dataset1": "grow"}, script=BLOCK + script("return df")
    )
    run = bench.run(experiment)
    assert set(statuses(run).values()) == {"Finished"}
    assert made == [INLINE.name]
    told = [event.text for event in bench.events if isinstance(event, Phase)]
    assert f"environment {INLINE.name} of grow: resolving packages" in told
    assert statuses(bench.run(experiment)) == {"people": "reused", "grow": "reused", "twin": "reused"}


def test_one_that_cannot_be_built_fails_its_nodes_alone_and_is_tried_once(
    bench: Bench, tmp_path: Path, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    del names
    tried = []

    def make(recipe: build.Recipe, _tell: Any, _cancelled: Any) -> Environment:
        tried.append(recipe.name)
        raise BottegaError("environment-build-failed", name=recipe.name, reason="nobody has rich")

    monkeypatch.setattr(build, "make", make)
    experiment = two(tmp_path).add("asks", "execute-python-script", script=BLOCK + script("return df"))
    run = bench.run(experiment)
    assert statuses(run) == {"people": "Finished", "grow": "Finished", "asks": "Failed"}
    assert "nobody has rich" in str((steps(run)["asks"].error or {})["message"])
    assert len(tried) == 1


def test_unknown_names_are_told_where_they_stand(bench: Bench, names: Names) -> None:
    names.give("mine")
    names.give(INLINE.name)  # which nobody means
    text = """\
bottega: 1
environment: minne
nodes:
  a:
    module: Execute Python Script
    parameters:
      script: |
        def azureml_main(): pass
  b:
    module: Execute Python Script
    parameters:
      environment: other
      script: |
        def azureml_main(): pass
  c:
    module: Execute Python Script
    parameters:
      script: |
        # /// script
        # dependencies = ["@"]
        # ///
        def azureml_main(): pass
  d:
    module: Execute Python Script
    parameters:
      environment: mine
      script: |
        # /// script
        # dependencies = ["@"]
        # ///
        def azureml_main(): pass
"""
    found = check(loads(text), bench.workspace, "test")
    assert [(each.code, each.node, each.line) for each in found] == [
        ("environment-unknown", None, 2), ("environment-unknown", "b", 12), ("inline-metadata", "c", 20),
    ]  # fmt: skip
    assert "did you mean mine" in found[0].message
    assert "anaconda, bottega, classic, default, mine." in found[1].message
    assert check(loads(text.replace("minne", "../up")), bench.workspace, "test")[0].message.startswith(
        "'../up' is no name"
    )


def test_who_uses_one(bench: Bench, tmp_path: Path, names: Names) -> None:
    names.give("mine")
    plain = Experiment(title="Plain").add("a", "execute-python-script", script=script("return df"))
    stored = bench.workspace.experiments
    kept = stored.create(writing.dumps(replace(plain, environment="mine")), title="Kept")
    own = stored.create(writing.dumps(plain.set("a", "Environment", "mine")), title="Own")
    other = stored.create(writing.dumps(plain), title="Other")
    stored.create("no experiment: at all: mine", title="Broken")
    bench.run(two(tmp_path, environment="mine"), name="file.yaml")
    found = environment_use.users(bench.workspace, "mine")
    assert set(found) == {Use("experiment", kept.id, "Kept"), Use("experiment", own.id, "Own"),
                          Use("experiment", "file.yaml", "Test")}  # fmt: skip
    assert environment_use.users(bench.workspace, "default") == [Use("experiment", other.id, "Other")]
    assert environment_use.users(bench.workspace, "nobody") == []
