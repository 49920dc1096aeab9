"""Experiments from one workspace to another, with what they need (clients.md 4, Copy)."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bottega.sandbox.host.pool import Pool
from tests.server.helpers import Live, serving
from tests.server.studio.helpers import DETECTION, Api, graph, node

pytestmark = pytest.mark.slow  # many processes


@pytest.fixture
def other(tmp_path: Path, pool: Pool) -> Iterator[Api]:
    """A server of another workspace, which may reach this machine's own network."""
    with serving(tmp_path / "other", pool) as served:
        served.workspace.settings.set("allow_private_addresses", value=True)
        yield Api(served)


def _packed(api: Api, experiment: str, headers: dict[str, str] | None = None) -> str:
    path = f"/packages?api-version=2.0&experimentid={experiment}/&clearCredentials=true&includeAuthorId=false"
    how: dict[str, Any] = {"headers": headers or {}}
    told = api.ask("POST", path, **how).json()
    assert told["Status"] in ("Pending", "Complete")
    return str(api.polled(f"/packages?packageActivityId={told['ActivityId']}", "Complete", **how)["Location"])


def _unpacked(api: Api, url: str) -> dict[str, Any]:
    path = f"/packages?api-version=2.0&packageUri={url}&region=SouthCentralUS"
    told = api.ask("PUT", path).json()
    done = api.polled(f"/packages?unpackActivityId={told['ActivityId']}", "Complete")
    assert (done["ItemsComplete"], done["ItemsPending"]) == (1, 0)
    found: dict[str, Any] = api.get(f"/experiments/{done['Location']}")
    return found


def _data(api: Api) -> str:
    made = api.upload("my data", "a,b\n1,ü\n".encode(), Description="of mine")
    given = graph(node("1-1", "convert-to-csv", Dataset=made["Id"]))
    return str(api.save(given, Description="Carried", Summary="along")["ExperimentId"])


def test_a_copy_in_another_server_runs(api: Api, live: Live, other: Api) -> None:
    location = _packed(api, _data(api), {"host": f"127.0.0.1:{live.port}"})
    assert location.startswith(live.url)
    found = _unpacked(other, quote(location, safe=""))
    assert (found["Description"], found["Summary"]) == ("Carried", "along")
    (dataset,) = (each for each in other.get("/datasources") if each["Name"] == "my data")
    assert (dataset["Description"], dataset["DataTypeId"]) == ("of mine", "GenericCSV")
    assert other.fetch(dataset["DownloadLocation"]) == "a,b\n1,ü\n".encode()
    other.save(found["Graph"], at=found["ExperimentId"], run=True, WebService=found["WebService"])
    assert other.ended(found["ExperimentId"])["Status"]["StatusCode"] == "Finished"


@pytest.mark.parametrize("is_encoded", [True, False])
def test_within_one_server_nothing_is_fetched(api: Api, is_encoded: bool) -> None:
    location = _packed(api, _data(api))
    found = _unpacked(api, quote(location, safe="") if is_encoded else location)
    assert found["Description"] == "Carried"
    assert [each["Name"] for each in api.get("/datasources")].count("my data") == 1


def test_something_else_of_the_same_name_stays(api: Api, live: Live, other: Api) -> None:
    location = _packed(api, _data(api), {"host": f"127.0.0.1:{live.port}"})
    theirs = other.upload("my data", b"c\n9\n")
    found = _unpacked(other, quote(location, safe=""))
    names = {each["Name"]: each["Id"] for each in other.get("/datasources")}
    assert names["my data"] == theirs["Id"]
    used = found["Graph"]["ModuleNodes"][0]["InputPortsInternal"][0]["DataSourceId"]
    assert used == names["my data (2)"]
    again = _unpacked(other, quote(location, safe=""))
    assert again["Graph"]["ModuleNodes"][0]["InputPortsInternal"][0]["DataSourceId"] == used


def test_a_model_travels(api: Api, live: Live, other: Api) -> None:
    experiment = api.save(api.get(f"/experiments/{DETECTION}")["Graph"], run=True)["ExperimentId"]
    assert api.ended(experiment)["Status"]["StatusCode"] == "Finished"
    told = {"Name": "model", "DataTypeId": "ILearnerDotNet", "Description": "", "FamilyId": None}
    body = {
        "ExperimentId": experiment,
        "ModuleNodeId": "train-trees",
        "OutputName": "Trained model",
        "TrainedModel": told,
    }
    model = api.ask("POST", "/trainedmodels", json=body).json()
    cancer = next(each for each in api.get("/datasources") if each["Name"] == "Breast cancer data")
    score = node("s", "score-model", Dataset=cancer["Id"])
    score["InputPortsInternal"].append({"TrainedModelId": model, "Name": "Trained model", "NodeId": "s"})
    location = _packed(api, api.save(graph(score))["ExperimentId"], {"host": f"127.0.0.1:{live.port}"})
    found = _unpacked(other, quote(location, safe=""))
    other.save(found["Graph"], at=found["ExperimentId"], run=True)
    assert other.ended(found["ExperimentId"])["Status"]["StatusCode"] == "Finished"


def test_secrets_stay(api: Api) -> None:
    given = graph(
        node("1-1", "import-data", {"Data source": "Web URL via HTTP", "URL": "http://example.com/x.csv?sig=SECRET"})
    )
    experiment = api.save(given)["ExperimentId"]
    name = _packed(api, experiment).partition("?")[0].rsplit("/", 2)[-2]
    with zipfile.ZipFile(api.served.workspace.uploads.path(name)) as archive:
        assert b"SECRET" not in archive.read("package.json")


@pytest.mark.parametrize("target", ["http://127.0.0.1:1/x", "http://169.254.169.254/x", "file:///etc/passwd", "x", ""])
def test_places_that_are_not_asked(api: Api, target: str) -> None:
    answer = api.served.client.put(
        api.served.api(f"/packages?packageUri={quote(target, safe='')}"), headers=api.served.studio
    )
    if answer.status_code == 200:
        activity = answer.json()["ActivityId"]
        while (answer := api.served.client.get(
            api.served.api(f"/packages?unpackActivityId={activity}"), headers=api.served.studio
        )).status_code == 200:  # fmt: skip
            assert answer.json()["Status"] == "Pending"
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]["message"]


def test_addresses_of_this_server_that_are_not_signed(api: Api) -> None:
    location = _packed(api, _data(api))
    for wrong in (location.partition("?")[0], location.replace("sig=", "sig=A")):
        api.refused("PUT", f"/packages?packageUri={quote(wrong, safe='')}", 403)
    assert api.served.client.get(location.partition("?")[0]).status_code == 401
    assert zipfile.is_zipfile(io.BytesIO(api.served.client.get(location).content))


def test_the_gallery_is_gone(api: Api) -> None:
    path = "/packages?api-version=2.0&packageUri=http%3A%2F%2Fx&communityUri=y&entityId=z"
    assert "gallery" in api.refused("PUT", path, 400)


def test_activities_that_are_none(api: Api) -> None:
    for query in ("packageActivityId=x", "unpackActivityId=x", ""):
        api.refused("GET", f"/packages?{query}", 404)
    api.refused("POST", f"/packages?experimentid={'0' * 32}", 404)
    api.refused("POST", "/packages", 404)


def _zip(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("_json", ".json"), data)
    return file.getvalue()


def _manifest(**more: Any) -> bytes:
    told = {"format": 1, "title": "t", "summary": "", "document": "bottega: 1\nnodes: {}\n", "client": {}, "assets": []}
    return json.dumps(told | more).encode()


_ASSET = {"kind": "dataset", "name": "a", "type": "DataTable", "data": "assets/0"}
_FILE = {"kind": "dataset", "name": "a", "type": "File", "data": "file"}


@pytest.mark.parametrize(
    "data",
    [
        b"no zip", b"", _zip(), _zip(package_json=b"{"), _zip(package_json=_manifest(format=2)),
        _zip(package_json=_manifest(document="[")), _zip(package_json=_manifest(assets=[_ASSET])),
        _zip(package_json=_manifest(assets=[{**_ASSET, "type": "Pickle"}])),
        _zip(package_json=_manifest(assets=[{**_ASSET, "data": "../../etc/passwd"}])),
        _zip(package_json=_manifest(assets=[{**_ASSET, "data": "package.json"}])),
        _zip(package_json=_manifest(assets=[{**_ASSET, "name": "a/../b", "type": "Zip", "data": "package.json"}])),
        _zip(package_json=_manifest(assets=[_ASSET] * 2000)),
        _zip(package_json=_manifest())[:-10],
        # What would be kept, and then not be told by any list again.
        _zip(package_json=_manifest(assets=[{**_FILE, "data_type": "Bogus"}]), file=b"x"),
        _zip(package_json=_manifest(assets=[{**_FILE, "data_type": "ILearnerDotNet"}]), file=b"x"),
        _zip(package_json=_manifest(assets=[{**_FILE, "type": "Device"}]), file=b"x"),
        _zip(package_json=_manifest(assets=[{**_FILE, "kind": "trained-model"}]), file=b"x"),
        _zip(package_json=_manifest(client={"nodes": 1})), _zip(package_json=_manifest(client={"places": {"a": "b"}})),
        _zip(package_json=_manifest(client={"nodes": {"a": {"ModuleParameters": 1}}})),
        _zip(package_json=_manifest(client={"ports": {"Inputs": []}})), _zip(package_json=_manifest(client={"service": "x"})),
    ],
    ids=range(22),
)  # fmt: skip
def test_files_that_are_no_package(api: Api, data: bytes, tmp_path: Path) -> None:
    from bottega.errors import BottegaError
    from bottega.server.studio import packages

    path = tmp_path / "room" / "package.zip"
    path.parent.mkdir()
    path.write_bytes(data)
    with pytest.raises(BottegaError) as caught:
        packages.unpack(api.served.workspace, path)
    assert caught.value.code in ("usage", "experiment-invalid", "result-invalid")
    assert [each.name for each in path.parent.iterdir()] == ["package.zip"]
    assert api.served.workspace.datasets.list() == []
    assert api.served.workspace.experiments.list() == []
