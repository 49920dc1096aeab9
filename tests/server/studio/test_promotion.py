"""Outputs of runs become datasets, trained models and transforms (clients.md 4, Promote)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.studio.helpers import DETECTION, Api, graph, node


@pytest.fixture
def finished(api: Api) -> str:
    """The sample experiment's copy, run."""
    experiment = str(api.save(api.get(f"/experiments/{DETECTION}")["Graph"], run=True)["ExperimentId"])
    assert api.ended(experiment)["Status"]["StatusCode"] == "Finished"
    return experiment


def _promote(
    api: Api, path: str, experiment: str, port: tuple[str, str], told: dict[str, Any], status: int = 200
) -> Any:
    key = {"datasources": "DataSource", "trainedmodels": "TrainedModel", "transformmodules": "Transform"}[path]
    more = {"Description": "kept", "SourceOrigin": "FromOutputPromotion", "FamilyId": None, **told}
    body = {"ExperimentId": experiment, "ModuleNodeId": port[0], "OutputName": port[1], key: more}
    return api.ask("POST", f"/{path}", status, json=body).json()


def test_a_table(api: Api, finished: str) -> None:
    made = _promote(api, "datasources", finished, ("score-trees", "Scored dataset"),
                    {"Name": "scores", "DataTypeId": "Dataset"})  # fmt: skip
    found = api.get(f"/datasources/{made}")
    assert (found["SourceOrigin"], found["ExperimentId"]) == ("FromOutputPromotion", finished)
    assert (found["SchemaStatus"], found["DataTypeId"]) == ("Complete", "Dataset")
    assert api.fetch(found["DownloadLocation"]).startswith((b"ARROW1", b"\xff\xff\xff\xff"))
    csv = _promote(
        api, "datasources", finished, ("scores", "Results dataset"), {"Name": "as csv", "DataTypeId": "GenericCSV"}
    )
    text = api.fetch(api.get(f"/datasources/{csv}")["DownloadLocation"])
    assert text == api.ask("GET", f"/experiments/{finished}/outputdata/scores/Results%20dataset").content
    # Both are data like any other.
    for dataset in (made, csv):
        again = api.save(graph(node("a", "convert-to-csv", Dataset=dataset)), run=True)["ExperimentId"]
        assert api.ended(again)["Status"]["StatusCode"] == "Finished"
        assert len(api.ask("GET", f"/experiments/{again}/outputdata/a/Results dataset").text.splitlines()) == 172


def test_a_model_scores_in_another_experiment(api: Api, finished: str) -> None:
    # PowerShell spells the type so when it promotes, and otherwise when it compares.
    model = _promote(api, "trainedmodels", finished, ("train-trees", "Trained model"),
                     {"Name": "my model", "DataTypeId": "iLearnerDotNet"})  # fmt: skip
    (found,) = api.get("/trainedmodels")
    assert (found["Id"], found["Name"], found["DataTypeId"]) == (model, "my model", "ILearnerDotNet")
    assert found == {
        **api.get(f"/trainedmodels/{model}"),
        **{end: found[end] for end in found if end.endswith(("Point", "Location"))},
    }
    assert len(api.fetch(found["DownloadLocation"])) == found["Size"]
    cancer = next(each for each in api.get("/datasources") if each["Name"] == "Breast cancer data")
    score = node("s", "score-model", Dataset=cancer["Id"])
    score["InputPortsInternal"].append(
        {
            "DataSourceId": None,
            "TrainedModelId": model,
            "TransformModuleId": None,
            "Name": "Trained model",
            "NodeId": "s",
        }
    )
    experiment = api.save(graph(score), run=True)["ExperimentId"]
    ended = api.ended(experiment)
    assert ended["Status"]["StatusCode"] == "Finished", ended["Status"]
    assert {port["TrainedModelId"] for port in ended["Graph"]["ModuleNodes"][0]["InputPortsInternal"]} == {None, model}
    rows = api.ask("GET", f"/experiments/{experiment}/outputdata/s/Scored dataset").text.splitlines()
    assert len(rows) == 570
    assert rows[0].endswith("Scored Labels,Scored Probabilities")
    # The next version of the family takes its place.
    newer = _promote(api, "trainedmodels", finished, ("train-regression", "Trained model"),
                     {"Name": "my model", "DataTypeId": "ILearnerDotNet", "FamilyId": found["FamilyId"]})  # fmt: skip
    assert [each["Id"] for each in api.get("/trainedmodels")] == [newer]
    api.ask("DELETE", f"/trainedmodels/family/{found['FamilyId']}", 204)
    assert api.get("/trainedmodels") == []


def test_a_transform(api: Api) -> None:
    made = api.upload("holes", b"a,b\n1,\n2,3\n")
    clean = node("c", "clean-missing-data", {"Cleaning mode": "Replace with mean"}, Dataset=made["Id"])
    experiment = api.save(graph(clean), run=True)["ExperimentId"]
    assert api.ended(experiment)["Status"]["StatusCode"] == "Finished"
    transform = _promote(api, "transformmodules", experiment, ("c", "Cleaning transformation"),
                         {"Name": "fill", "DataTypeId": "iTransformDotNet"})  # fmt: skip
    (found,) = api.get("/transformmodules")
    assert (found["Id"], found["DataTypeId"]) == (transform, "ITransformDotNet")


WRONG = (
    ("datasources", ("train-trees", "Trained model"), "GenericCSV", 400),
    ("trainedmodels", ("split", "Results dataset1"), "ILearnerDotNet", 400),
    ("trainedmodels", ("trees", "Untrained model"), "ILearnerDotNet", 400),
    ("transformmodules", ("train-trees", "Trained model"), "ITransformDotNet", 400),
    ("trainedmodels", ("train-trees", "Trained model"), "GenericCSV", 400),
    ("datasources", ("split", "Results dataset1"), "ILearnerDotNet", 400),
    ("datasources", ("split", "nothing"), "GenericCSV", 404),
    ("datasources", ("nobody", "x"), "GenericCSV", 404),
)


def test_what_cannot_be_promoted(api: Api, finished: str) -> None:
    for path, port, kind, status in WRONG:
        told = _promote(api, path, finished, port, {"Name": "x", "DataTypeId": kind}, status)
        assert told["error"]["message"]
    assert api.get("/trainedmodels") == []
    assert api.served.workspace.datasets.list() == []


def test_names_and_experiments_that_cannot_be(api: Api, finished: str) -> None:
    port = ("split", "Results dataset1")
    _promote(api, "datasources", finished, port, {"Name": "once", "DataTypeId": "GenericCSV"})
    _promote(api, "datasources", finished, port, {"Name": "once", "DataTypeId": "GenericCSV"}, 409)
    _promote(api, "datasources", finished, port, {"Name": "a:b", "DataTypeId": "GenericCSV"}, 400)
    _promote(api, "datasources", str(DETECTION), port, {"Name": "b", "DataTypeId": "GenericCSV"}, 404)
    draft = api.save(graph(node("a", "convert-to-csv")))["ExperimentId"]
    _promote(api, "datasources", draft, ("a", "x"), {"Name": "b", "DataTypeId": "GenericCSV"}, 404)
