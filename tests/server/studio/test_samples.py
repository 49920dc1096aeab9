"""No list is ever empty, and samples are what they say (clients.md 0, rule 8; 1.6)."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from sklearn import datasets as sklearn_datasets

from bottega.dataset import formats
from bottega.graph import reading
from bottega.graph.validation import validate
from bottega.modules.data_input_and_output._samples import NAMES
from bottega.server.studio import samples
from tests.server.studio.helpers import DETECTION, GLOBAL, Api

ENDS = ("VisualizeEndPoint", "SchemaEndPoint", "DownloadLocation")


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_what_scikit_learn_brings(name: str, tmp_path: Path) -> None:
    sample = samples.named(name)
    assert sample is not None
    path = tmp_path / sample.file
    path.write_bytes(sample.read())
    table = formats.read(path)
    loader = {"breast-cancer": "load_breast_cancer"}.get(name, f"load_{name}")
    bunch = getattr(sklearn_datasets, loader)(**({"scaled": False} if name == "diabetes" else {}))
    columns = table.arrow.column_names
    assert columns[: len(bunch.feature_names)] == list(map(str, bunch.feature_names))
    values = np.column_stack([table.column(column).to_numpy() for column in columns[: len(bunch.feature_names)]])
    np.testing.assert_array_equal(values.astype(float), bunch.data)
    target = table.arrow.columns[len(bunch.feature_names) :]
    if name in ("breast-cancer", "iris", "wine"):
        assert target[0].to_pylist() == [str(bunch.target_names[each]) for each in bunch.target]
    else:
        told = np.column_stack([each.to_numpy() for each in target]).astype(float)
        np.testing.assert_array_equal(told, bunch.target.reshape(told.shape))


def test_airports_are_as_old_tests_want_them() -> None:
    sample = samples.named("Airport Codes Dataset")
    assert sample is not None
    text = sample.read().decode("ascii")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert text.startswith("airport_id,city,state,name\r\n10165,Adak Island, AK, Adak\r\n")
    assert text.endswith("\r\n14543,Rock Springs, WY, Rock Springs Sweetwater County\r\n")
    assert text.count("\n") == text.count("\r\n") == len(rows)
    assert {len(row) for row in rows} == {4}
    assert len({row[0] for row in rows}) == len(rows)
    states = [row[2] for row in rows[1:]]
    assert states == sorted(states)


@pytest.mark.parametrize("sample", samples.EXPERIMENTS, ids=lambda sample: sample.file)
def test_a_sample_experiment_has_no_problems(sample: samples.SampleExperiment) -> None:
    assert validate(reading.loads(sample.text)) == []


def test_a_fresh_workspace_shows_samples_and_writes_nothing(api: Api) -> None:
    datasets, experiments = api.get("/datasources"), api.get("/experiments")
    assert {each["Name"] for each in datasets} >= {"Airport Codes Dataset", "Breast cancer data", "iris"}
    for each in datasets:
        assert each["Id"].startswith(f"{GLOBAL}.")
        assert each["Id"].split(".")[1] == each["FamilyId"]
        assert all(each[end][part] for end in ENDS for part in ("BaseUri", "Location", "AccessCredential"))
        assert len(api.fetch(each["DownloadLocation"])) == each["Size"]
    assert str(DETECTION) in {each["ExperimentId"] for each in experiments}
    workspace = api.served.workspace
    assert workspace.datasets.list() == []
    assert workspace.experiments.list(archived=True) == []


def test_views_of_a_sample(api: Api) -> None:
    (cancer,) = (each for each in api.get("/datasources") if each["Name"] == "Breast cancer data")
    schema = json.loads(api.fetch(cancer["SchemaEndPoint"]))
    assert schema[-1] == {"Name": "diagnosis", "Type": "Categorical String", "Role": "feature"}
    view = json.loads(api.fetch(cancer["VisualizeEndPoint"]))
    assert (view["NumberOfRows"], view["NumberOfColumns"], len(view["Rows"])) == (569, 31, 100)
    assert view["Columns"][0]["FeatureType"] == "Numeric Feature"
    mean = sklearn_datasets.load_breast_cancer().data[:, 0].mean()
    assert view["Columns"][0]["Statistics"]["mean"] == pytest.approx(mean)


def test_samples_stay_as_they_are(api: Api) -> None:
    (iris,) = (each for each in api.get("/datasources") if each["Name"] == "iris")
    api.refused("DELETE", f"/datasources/family/{iris['FamilyId']}", 403)
    assert api.create(api.send(b"a\n1\n"), "new", FamilyId=iris["FamilyId"], status=403)
    assert api.create(api.send(b"a\n1\n"), "Breast cancer data", status=409)
    assert api.create(api.send(b"a\n1\n"), "breast-cancer", status=409)
    assert api.get(f"/datasources/family/{iris['FamilyId']}")[0]["Id"] == iris["Id"]
    graph = api.get(f"/experiments/{DETECTION}")["Graph"]
    assert api.save(graph, at=str(DETECTION), status=403)
    api.refused("DELETE", f"/experiments/{DETECTION}", 403)


def test_a_sample_that_only_the_server_has_comes_along_when_it_is_used(api: Api) -> None:
    from tests.server.studio.helpers import graph, node

    (airports,) = (each for each in api.get("/datasources") if each["Name"] == "Airport Codes Dataset")
    made = api.save(graph(node("1-1", "convert-to-csv", Dataset=airports["Id"])), run=True)
    found = api.ended(made["ExperimentId"])
    assert found["Status"]["StatusCode"] == "Finished"
    assert found["Graph"]["ModuleNodes"][0]["InputPortsInternal"][0]["DataSourceId"] == airports["Id"]
    rows = api.ask("GET", f"/experiments/{made['ExperimentId']}/outputdata/1-1/Results%20dataset").text.splitlines()
    assert rows[0] == "airport_id,city,state,name"
    assert rows[-1].startswith("14543,Rock Springs,")
    names = [each["Name"] for each in api.get("/datasources")]
    assert names.count("Airport Codes Dataset") == 1
