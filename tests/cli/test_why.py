"""`bottega why`: what a run would do, and the parts that changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import experiment
from tests.cli.experiment import copied, refused, said, told
from tests.cli.helpers import bottega

pytestmark = pytest.mark.slow  # many processes


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = experiment.write(tmp_path_factory.mktemp("why"))
    assert bottega("run", path).returncode == 0
    return path


def test_nothing_changed(ran: Path) -> None:
    explained = told("why", ran, "some")
    assert explained["action"] == "reuse"
    assert {part["changed"] for part in explained["parts"]} == {False}
    names = [part["part"] for part in explained["parts"]]
    assert names == [
        "module",
        "code of the module",
        "environment",
        "parameter columns",
        "input dataset (from people.dataset)",
    ]
    assert said("why", ran, "some").startswith("some: would be reused: ")


def test_a_changed_parameter_is_marked(ran: Path, tmp_path: Path) -> None:
    path = copied(ran, tmp_path)
    path.write_text(path.read_text().replace("[age, bmi]", "[bmi]"))
    lines = said("why", path, "some").splitlines()
    assert lines[0] == "some: would run: something it depends on has changed"
    marked = [line.split("  ") for line in lines[1:] if line.startswith("  *")]
    assert len(marked) == 1
    assert "changed from ['age', 'bmi'] to ['bmi']" in marked[0][-1]
    assert told("why", path, "script")["action"] == "wait"


def test_a_changed_file_is_marked(ran: Path, tmp_path: Path) -> None:
    path = copied(ran, tmp_path)
    (path.parent / "people.csv").write_text("name,age,bmi\nann,32,22.5\n")
    parts = {part["part"]: part["changed"] for part in told("why", path, "people")["parts"]}
    assert [part for part, changed in parts.items() if changed] == ["data file"]


def test_a_changed_script_is_not_told_in_full(ran: Path, tmp_path: Path) -> None:
    path = copied(ran, tmp_path)
    path.write_text(path.read_text().replace("* 2", "* 3"))
    changed = [part for part in told("why", path, "script")["parts"] if part["changed"]]
    assert [part["part"] for part in changed] == ["parameter script"]
    assert changed[0]["text"].startswith("changed from a text of ")
    assert "azureml_main" not in changed[0]["text"]


@pytest.mark.slow
def test_every_node_with_what_changed_alone(ran: Path, tmp_path: Path) -> None:
    path = copied(ran, tmp_path)
    path.write_text(path.read_text().replace("[age, bmi]", "[bmi]"))
    nodes = told("why", path)["nodes"]
    assert [(each["node"], each["action"]) for each in nodes] == [
        ("people", "reuse"),
        ("some", "run"),
        ("script", "wait"),
    ]
    lines = said("why", path).splitlines()
    assert [line.split(":")[0] for line in lines if not line.startswith(" ")] == ["people", "some", "script"]
    assert all(line.startswith("  *") for line in lines if line.startswith(" "))


@pytest.mark.slow
def test_a_node_that_cannot_run_is_told_among_all(ran: Path, tmp_path: Path) -> None:
    path = copied(ran, tmp_path)
    path.write_text(path.read_text().replace("columns: [age, bmi]", "colums: [age, bmi]"))
    nodes = {each["node"]: each for each in told("why", path)["nodes"]}
    assert nodes["people"]["action"] == "reuse"
    assert nodes["some"]["action"] is None
    assert "bottega check" in nodes["some"]["reason"]


def test_before_any_run(tmp_path: Path) -> None:
    path = experiment.write(tmp_path)
    assert said("why", path, "people").startswith("people: would run: it has not run yet\n")


def test_capitals_of_a_node_do_not_matter(ran: Path) -> None:
    assert told("why", ran, "Some")["node"] == "some"


@pytest.mark.parametrize(("node", "message"), [("scrip", "did you mean script?"), ("zzz", "There is no node zzz")])
def test_an_unknown_node(ran: Path, node: str, message: str) -> None:
    assert message in refused("why", ran, node)
    assert told("why", ran, node, code=2)["error"]["code"] == "usage"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "Error 0048" in refused("why", tmp_path / "none.yaml")
