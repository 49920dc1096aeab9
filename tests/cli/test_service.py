"""`bottega service`: publishing, setting up, and keeping services in order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bottega.cli.service_found import find
from bottega.errors import BottegaError
from bottega.graph import file
from bottega.store.workspace import Workspace
from tests.cli.experiment import refused, said, told
from tests.cli.helpers import bottega
from tests.services import training

pytestmark = pytest.mark.slow  # many processes

TEXT = """bottega: 1
title: Sums
nodes:
  data:
    dataset: {file: data.csv}
  sum:
    module: execute-python-script
    inputs: {dataset1: data}
    parameters:
      script: |
        def azureml_main(rows):
            rows['sum'] = rows['a'] + rows['b']
            return rows
"""
SECTION = """web_service:
  inputs:
    input1: sum.dataset1
  outputs:
    output1: sum
  parameters:
    code: {sets: [sum.script], description: what is done}
"""
_SECTION_OF = {"yes": SECTION, "no": ""}


def experiment(folder: Path, section: str = SECTION) -> Path:
    """Its file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data.csv").write_text("a,b\n1,2\n")
    path = folder / "sums.yaml"
    path.write_text(TEXT + section)
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An experiment that is published twice, with an endpoint beside the default one."""
    made = experiment(tmp_path_factory.mktemp("service"))
    published(made)
    told("service", "endpoint", "add", "Sums", "second", "--throttle", "Low", "--description", "mine", *at(made))
    published(made)
    return made


def at(path: Path) -> tuple[str, Path]:
    """The option that names the workspace beside a file."""
    return "--workspace", path.parent / ".bottega"


def published(path: Path, *arguments: object) -> dict[str, Any]:
    """Publish it."""
    return told("service", "publish", path, *arguments)


def test_published_with_all_that_a_caller_needs(path: Path) -> None:
    found = told("service", "endpoint", "keys", "Sums", *at(path))
    with Workspace.open(path.parent / ".bottega") as workspace:
        (service,) = workspace.services.list()
        default = workspace.services.endpoint(service.id, "default")
        keys = workspace.services.keys(default.id)
        base = f"http://127.0.0.1:8080/workspaces/{workspace.id}"
    assert (found["primary_key"], found["secondary_key"]) == keys
    assert found["api_location"] == f"{base}/services/{default.id}"
    assert found["help_location"] == f"{base}/webservices/{service.id}/endpoints/{default.id}"


def test_the_links_are_those_of_the_server_that_runs(path: Path, tmp_path: Path) -> None:
    copy = experiment(tmp_path)
    made = published(copy)
    assert (made["service_id"], made["endpoint"], made["version"], made["name"]) == (
        made["service_id"],
        "default",
        1,
        "Sums",
    )
    assert made["api_location"].startswith("http://127.0.0.1:8080/")
    found = bottega(
        "service", "endpoint", "keys", made["service_id"], "--json", *at(copy), BOTTEGA_URL="https://studio.example/x/"
    )
    assert json.loads(found.stdout)["api_location"].startswith("https://studio.example/x/workspaces/")
    (copy.parent / ".bottega" / "server.json").write_text('{"url": "http://127.0.0.1:7777"}')
    found = bottega(
        "service", "endpoint", "keys", made["service_id"], "--json", *at(copy), BOTTEGA_URL="https://studio.example"
    )
    assert json.loads(found.stdout)["help_location"].startswith("http://127.0.0.1:7777/")
    (copy.parent / ".bottega" / "server.json").write_text("[")
    assert told("service", "endpoint", "keys", "sums", *at(copy))["api_location"].startswith("http://127.0.0.1:8080/")


def test_the_same_experiment_is_the_next_version_unless_told(tmp_path: Path) -> None:
    path = experiment(tmp_path)
    first, second = published(path), published(path, "--mode", "service", "--description", "sums two")
    assert (second["service_id"], second["version"]) == (first["service_id"], 2)
    assert second["primary_key"] == first["primary_key"]
    third = published(path, "--new", "--name", "Other")
    assert third["service_id"] != first["service_id"]
    assert third["name"] == "Other"
    assert "has 2 web services" in refused("service", "publish", path)
    assert published(path, "--service", "Other")["version"] == 2
    assert published(path, "--name", "Other")["version"] == 3
    assert "There is no web service none" in refused("service", "publish", path, "--service", "none")


def test_listed_and_shown(path: Path) -> None:
    (listed,) = told("service", "list", *at(path))["services"]
    assert (listed["name"], listed["endpoints"], listed["kind"], listed["experiment"]) == (
        "Sums",
        2,
        "experiment",
        "sums.yaml",
    )
    text = said("service", "list", *at(path)).splitlines()
    assert text[0].split() == ["service", "id", "version", "endpoints", "created", "experiment"]
    assert text[1].split()[:4] == ["Sums", listed["service_id"], "2", "2"]
    shown = told("service", "show", listed["service_id"][:6], *at(path))
    assert shown["inputs"] == [
        {"name": "input1", "columns": [{"name": "a", "type": "Integer"}, {"name": "b", "type": "Integer"}]}
    ]
    assert [each["name"] for each in shown["outputs"][0]["columns"]] == ["a", "b", "sum"]
    assert [(each["endpoint"], each["version"], each["throttle"]) for each in shown["endpoints"]] == [
        ("default", 2, "High"), ("second", 1, "Low")
    ]  # fmt: skip
    told_all = said("service", "show", "Sums", *at(path))
    for word in ("input     input1: a (Integer), b (Integer)", "takes     code", shown["endpoints"][0]["api_location"]):
        assert word in told_all


def test_parameters_and_versions(path: Path) -> None:
    (parameter,) = told("service", "parameters", "Sums", *at(path))["parameters"]
    assert (parameter["name"], parameter["required"], parameter["sets"], parameter["description"]) == (
        "code", False, ["sum.script"], "what is done"
    )  # fmt: skip
    assert "sum.script" in said("service", "parameters", "Sums", *at(path))
    found = told("service", "versions", "Sums", *at(path))["versions"]
    assert [(each["version"], each["endpoints"]) for each in found] == [(2, ["default"]), (1, ["second"])]
    assert said("service", "versions", "Sums", *at(path)).splitlines()[1].split()[0] == "2"


def test_rolled_back_refreshed_and_forward_again(path: Path) -> None:
    assert told("service", "roll-back", "Sums", 1, *at(path))["version"] == 1
    assert "was already at version 1" in said("service", "endpoint", "refresh", "Sums", "second", *at(path))
    assert "answers with version 2" in said("service", "roll-back", "Sums", 2, *at(path))
    assert (
        told("service", "endpoint", "refresh", "Sums", "second", "--overwrite-resources", *at(path))["changed"] is True
    )
    assert "Sums has no version 9; there are: 1, 2" in refused("service", "roll-back", "Sums", 9, *at(path))
    with Workspace.open(path.parent / ".bottega") as workspace:
        (service,) = workspace.services.list()
        workspace.services.change_endpoint(workspace.services.endpoint(service.id, "second").id, version=1)


def test_endpoints_are_changed_and_deleted(path: Path) -> None:
    made = told("service", "endpoint", "add", "Sums", "third", *at(path))
    assert (made["endpoint"], made["max_concurrent"], made["mode"]) == ("third", 20, "request")
    changed = told(
        "service", "endpoint", "set", "Sums", "third", "--calls", 3, "--mode", "service", "--prevent-update", "--sample-data",
        *at(path),
    )  # fmt: skip
    assert (changed["max_concurrent"], changed["mode"], changed["prevent_update"]) == (3, "service", True)
    assert (made["sample_data"], changed["sample_data"]) == (False, True)
    assert "prevents updates" in refused("service", "endpoint", "refresh", "Sums", "third", *at(path))
    assert [each["endpoint"] for each in told("service", "endpoint", "list", "Sums", *at(path))["endpoints"]][
        -1
    ] == "third"
    assert "third" in said("service", "endpoint", "list", "Sums", *at(path))
    told("service", "endpoint", "delete", "Sums", "third", *at(path))
    for verb in (("delete",), ("set", "--calls", 3)):
        message = refused("service", "endpoint", verb[0], "Sums", "third", *verb[1:], *at(path))
        assert "Sums has no endpoint named 'third'; there are: default, second" in message
    assert "cannot be deleted" in refused("service", "endpoint", "delete", "Sums", "default", *at(path))
    assert "cannot be the name of an endpoint" in refused("service", "endpoint", "add", "Sums", "No", *at(path))
    assert "--calls is 0; it takes 1 to 200" in refused(
        "service", "endpoint", "set", "Sums", "second", "--calls", 0, *at(path)
    )
    assert "Tell what to change" in refused("service", "endpoint", "set", "Sums", "second", *at(path))


def test_keys_are_rotated_one_by_one(path: Path) -> None:
    before = told("service", "endpoint", "keys", "Sums", "second", *at(path))
    fresh = told("service", "endpoint", "rotate-key", "Sums", "second", "primary", *at(path))["primary_key"]
    after = told("service", "endpoint", "keys", "Sums", "second", *at(path))
    assert after["primary_key"] == fresh != before["primary_key"]
    assert after["secondary_key"] == before["secondary_key"]


def test_renamed_and_deleted(tmp_path: Path) -> None:
    path = experiment(tmp_path)
    service = published(path)["service_id"]
    assert told("service", "rename", "Sums", "Totals", *at(path))["name"] == "Totals"
    assert "Totals is deleted" in said("service", "delete", service, *at(path))
    assert "no web service is published yet" in said("service", "list", *at(path))
    assert "There is no web service Totals" in refused("service", "show", "Totals", *at(path))


@pytest.mark.parametrize("text", ["sums of all", "SUMS", "Sums of", "sums"])
def test_a_service_is_found_by_how_its_name_begins(tmp_path: Path, text: str) -> None:
    with Workspace.open(tmp_path) as workspace:
        made = workspace.services.create("Sums of all", "{}", ())
        workspace.services.create("Products", "{}", ())
        assert find(workspace, text) == find(workspace, made.id[:6]) == made
        with pytest.raises(BottegaError, match="There is no web service Sum in"):
            find(workspace, "Sum")
        workspace.services.create("Sums of some", "{}", ())
        with pytest.raises(BottegaError, match=f"may be any of 2 web services; .*{made.id} .Sums of all"):
            find(workspace, "Sums of")
        assert find(workspace, "Sums of all") == made


def test_without_a_section_one_is_made_and_told(tmp_path: Path) -> None:
    path = experiment(tmp_path, "")
    done = bottega("service", "publish", path)
    assert done.returncode == 0, done.stderr
    assert "input1 into sum.dataset1; output1 from sum" in done.stderr
    assert "Sums, version 1" in done.stdout
    assert path.read_text() == TEXT


def test_a_training_experiment_is_published_as_a_predictive_one(tmp_path: Path) -> None:
    file.save(tmp_path / "rich.yaml", training.whole(tmp_path))
    path = tmp_path / "rich.yaml"
    made = published(path)
    assert made["name"] == "Rich people [Predictive Exp.]"
    assert set(made["saved"]) == {"Rich people", "Rich people (clean)"}
    assert published(path)["version"] == 2


def test_set_up_is_shown_before_it_is_written(tmp_path: Path) -> None:
    file.save(tmp_path / "rich.yaml", training.whole(tmp_path))
    path = tmp_path / "rich.yaml"
    shown = said("service", "set-up", path)
    assert "module: train-model → saved-trained-model" in shown
    assert "- split:" in shown
    assert "trained model 'Rich people' is saved" in shown
    assert "nothing is written" in shown
    proposed = told("service", "set-up", path)
    assert proposed["written"] is None
    assert [each["new"] for each in proposed["saved"]] == [True, True]
    target = tmp_path / "rich-predictive.yaml"
    assert not target.exists()
    assert str(target) in said("service", "set-up", path, "--yes")
    assert target.read_text() == proposed["document"]
    assert told("check", target)["problems"] == []
    assert "it is set up as it stands" in said("service", "set-up", target)
    assert published(target)["name"] == "Rich people [Predictive Exp.]"
    assert "model     Rich people [trained model]" in said("service", "show", "rich", *at(target))
    retraining = told("service", "set-up", path, "--retraining", "--yes", "-o", tmp_path / "again.yaml")
    assert retraining["saved"] == []
    assert {change["kind"] for change in retraining["changes"]} == {"web service input", "web service output"}
    assert "has to be written to" in refused("service", "set-up", path, "-o", tmp_path / "other" / "x.yaml")


@pytest.mark.parametrize("section", ["yes", "no"])
def test_an_experiment_that_fails_is_not_published(tmp_path: Path, section: str) -> None:
    path = experiment(tmp_path, _SECTION_OF[section])
    path.write_text(path.read_text().replace("rows['a']", "rows['none']"))
    done = bottega("service", "publish", path)
    assert done.returncode == 1
    assert "The experiment did not finish: sum: Error 0085" in done.stderr
    error = told("service", "publish", path, code=1)["error"]
    assert "did not finish" in error["message"]
    assert told("service", "list", *at(path))["services"] == []


def test_an_experiment_with_problems_is_not_run(tmp_path: Path) -> None:
    path = experiment(tmp_path)
    path.write_text(path.read_text().replace("dataset1: data", "dataset1: dta"))
    done = bottega("service", "publish", path)
    assert done.returncode == 2
    assert "There is no node dta" in done.stderr
    assert "There is no node dta" in told("service", "publish", path, code=2)["error"]["message"]
    assert not (told("workspace", "runs", *at(path))["runs"])


def test_what_cannot_be_published(tmp_path: Path) -> None:
    path = experiment(tmp_path, "web_service:\n  inputs:\n    input1: sum.dataset1\n")
    assert "no web service output" in refused("service", "publish", path)
    assert "--model is for setting up" in refused("service", "publish", path, "--model", "x")
    assert "There is no workspace" in refused("service", "list", "--workspace", tmp_path / "none")
    assert "0048" in refused("service", "publish", tmp_path / "none.yaml")
    assert "usage:" in refused("service")
