"""`bottega diff`: meaning first, places apart, against a file or a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import experiment
from tests.cli.experiment import refused, said, told
from tests.cli.helpers import bottega

TEXT = experiment.TEXT


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return experiment.write(tmp_path / "old")


def changed(folder: Path, *edits: tuple[str, str]) -> Path:
    """The experiment with these texts replaced."""
    path = experiment.write(folder / "new")
    text = TEXT
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text)
    return path


def test_the_same(old: Path, tmp_path: Path) -> None:
    assert said("diff", old, changed(tmp_path)) == "no difference in meaning\n"
    assert told("diff", old, changed(tmp_path)) == {"same": True, "changes": [], "moved": []}


def test_order_spelling_and_defaults_mean_nothing(old: Path, tmp_path: Path) -> None:
    spelled = (
        "bottega: 1\ntitle: People\nnodes:\n  some:\n    module: Select Columns in Dataset\n    inputs: {Dataset: people}\n"
        "    parameters: {Select columns: [age, bmi]}\n  people:\n    module: saved-dataset\n"
        "    parameters: {dataset: {file: people.csv}}\n"
    )
    begin = TEXT.index("  script:")
    plain = TEXT[:begin]
    old.write_text(plain)
    new = tmp_path / "new.yaml"
    new.write_text(spelled)
    assert told("diff", old, new)["same"] is True


def test_a_move_is_no_change_of_meaning(old: Path, tmp_path: Path) -> None:
    new = changed(tmp_path, ("some: [0, 80]", "some: [10, 80]"))
    assert said("diff", old, new) == "layout: 1 node moved\n"
    assert told("diff", old, new) == {"same": True, "changes": [], "moved": ["some"]}


def test_a_parameter(old: Path, tmp_path: Path) -> None:
    new = changed(tmp_path, ("[age, bmi]", "[age]"))
    assert said("diff", old, new, code=1) == "some\n  columns: [age, bmi] → [age]\n"
    (change,) = told("diff", old, new, code=1)["changes"]
    assert (change["kind"], change["node"], change["subject"]) == ("parameter", "some", "columns")
    assert (change["before"], change["after"]) == (["age", "bmi"], ["age"])


def test_a_script_as_lines(old: Path, tmp_path: Path) -> None:
    new = changed(tmp_path, ("* 2", "* 3"))
    lines = said("diff", old, new, code=1).splitlines()
    assert lines[:2] == ["script", "  script:"]
    signed = [line for line in lines if line.startswith(("  -", "  +"))]
    assert signed == ["  -    people['twice'] = people['age'] * 2", "  +    people['twice'] = people['age'] * 3"]


def test_nodes_that_come_and_go(old: Path, tmp_path: Path) -> None:
    begin, end = TEXT.index("  script:"), TEXT.index("layout:")
    first = "  first:\n    module: select-columns-in-dataset\n    inputs: {dataset: people}\n    parameters: {columns: name}\n"
    new = changed(tmp_path, (TEXT[begin:end], first))
    lines = said("diff", old, new, code=1).splitlines()
    assert "- script:" in lines
    assert "+ first:" in lines
    assert "+   module: select-columns-in-dataset" in lines
    kinds = [change["kind"] for change in told("diff", old, new, code=1)["changes"]]
    assert sorted(kinds) == ["node added", "node removed"]


def test_title_input_and_comment(old: Path, tmp_path: Path) -> None:
    edits = (
        ("title: People", "title: Persons"),
        ("{dataset1: some}", "{dataset1: people}"),
        ("{file: people.csv}", "iris"),
    )
    text = said("diff", old, changed(tmp_path, *edits), code=1)
    assert text.startswith("title: People → Persons\n")
    assert "script\n  input dataset1: some.results_dataset → people.dataset\n" in text
    assert "people\n  dataset: {file: people.csv} → iris\n" in text


def test_a_web_service_has_a_heading_of_its_own(old: Path, tmp_path: Path) -> None:
    begin = TEXT.index("layout:")
    before = (
        "web_service:\n  inputs: {input1: some.dataset}\n  outputs: {output1: some}\n"
        "  parameters: {wanted: some.columns, kept: some.columns}\n"
    )
    after = (
        "web_service:\n  inputs: {rows: some.dataset}\n  outputs: {output1: people}\n"
        "  parameters: {wanted: {sets: some.columns, required: true}, kept: some.columns, more: some.columns}\n"
    )
    old.write_text(TEXT[:begin] + before + TEXT[begin:])
    new = tmp_path / "new.yaml"
    new.write_text(TEXT[:begin].replace("[age, bmi]", "[bmi, age]") + after + TEXT[begin:])
    assert said("diff", old, new, code=1) == (
        "some\n"
        "  columns: [age, bmi] → [bmi, age]\n"
        "web service\n"
        "  input input1: some.dataset → (none)\n"
        "  input rows: (none) → some.dataset\n"
        "  output output1: some.results_dataset → people.dataset\n"
        "  parameter wanted, required: (none) → true\n"
        "  parameter more: (none) → some.columns\n"
    )
    kinds = [(change["kind"], change["subject"]) for change in told("diff", old, new, code=1)["changes"]]
    assert kinds[1:] == [
        ("web service input", "input1"),
        ("web service input", "rows"),
        ("web service output", "output1"),
        ("web service parameter", "wanted"),
        ("web service parameter", "more"),
    ]


@pytest.mark.slow
def test_since_a_run(old: Path) -> None:
    assert "has not run yet" in refused("diff", old, "--run")
    assert bottega("run", old, "--to", "some").returncode == 0
    assert said("diff", old, "--run") == "no difference in meaning\n"
    old.write_text(old.read_text().replace("[age, bmi]", "[name]"))
    assert said("diff", old, "--run", code=1) == "some\n  columns: [age, bmi] → [name]\n"
    run = told("workspace", "run", "last", "--workspace", old.parent / ".bottega")["id"]
    assert bottega("run", old, "--to", "some").returncode == 0
    assert told("diff", old, "--run")["same"] is True
    assert told("diff", old, "--run", run, code=1)["same"] is False


def test_what_cannot_be_compared(old: Path, tmp_path: Path) -> None:
    assert "Error 0048" in refused("diff", old, tmp_path / "none.yaml")
    assert "Name a second file" in refused("diff", old)
    assert "one of the two" in refused("diff", old, old, "--run")
    assert "There is no run x" in refused("diff", old, "--run", "x")
    broken = tmp_path / "broken.yaml"
    broken.write_text("nodes: [")
    assert told("diff", old, broken, code=2)["error"]["code"] == "experiment-invalid"


def test_problems_of_a_file_are_told_beside(old: Path, tmp_path: Path) -> None:
    new = changed(tmp_path, ("inputs: {dataset: people}", "input: {dataset: people}"))
    done = bottega("diff", old, new)
    assert done.returncode == 1
    assert "has 1 problem and is compared as far as it can be read" in done.stderr
