"""What R's AzureML 0.2.15 and PowerShell's AzureMLPS 0.3.8 send, replayed as recorded (clients.md 3 and 4).

Neither client can be had here; their requests, headers and the fields they read are told in clients.md.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bottega.server.studio.samples import EXPERIMENTS
from tests.server.helpers import Live
from tests.server.studio.helpers import DETECTION, Api, graph, node

_DATE = re.compile(r"/Date\((-?\d+)\)/")


class Caller:
    """A client at a live server: its headers on each request, bodies as they are."""

    def __init__(self, live: Live, headers: dict[str, str]) -> None:
        self._live = live
        self._headers = headers

    def ask(self, method: str, path: str, body: str | bytes = b"", **headers: str) -> Any:
        data = body.encode() if isinstance(body, str) else body
        named = self._headers | {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._live.port}\r\nConnection: close\r\n{lines}"
        answer = self._live.raw(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
        told, _, content = answer.partition(b"\r\n\r\n")
        return int(told.split(b" ", 2)[1]), told.decode("latin-1").lower(), content

    def json(self, method: str, path: str, body: str | bytes = b"", **headers: str) -> Any:
        status, head, content = self.ask(method, path, body, **headers)
        assert status == 200, content[:500]
        assert "content-type: application/json" in head
        return json.loads(content)


@pytest.fixture
def r(live: Live) -> Caller:
    """R, whose requests bear little."""
    return Caller(live, {"User-Agent": "R", "x-ms-metaanalytics-authorizationtoken": live.token, "Accept": "*/*"})


@pytest.fixture
def powershell(live: Live) -> Caller:
    """PowerShell, which sends both headers with a token everywhere."""
    return Caller(live, {
        "x-ms-metaanalytics-authorizationtoken": live.token, "Authorization": f"Bearer {live.token}",
        "x-aml-sdk": "dotnetsdk_0.3.8", "Content-Type": "application/json; charset=us-ascii",
    })  # fmt: skip


def _whole(location: dict[str, Any]) -> str:
    url = f"{location['BaseUri']}{location['Location']}{location['AccessCredential']}"
    return "/" + url.split("/", 3)[3]


def test_r_looks_whether_anybody_is_there(r: Caller) -> None:
    status, _, _ = r.ask("GET", "/api")
    assert status < 500


def test_r_lists_and_turns_dates_into_numbers(live: Live, r: Caller) -> None:
    root = f"/api/workspaces/{live.workspace.id}"
    datasets = r.json("GET", f"{root}/datasources")
    assert datasets
    assert all(each[end] for each in datasets for end in ("VisualizeEndPoint", "SchemaEndPoint", "DownloadLocation"))
    for each in r.json("GET", f"{root}/experiments"):
        for name in ("CreationTime", "StartTime", "EndTime"):
            assert _DATE.fullmatch(each["Status"][name])
        assert each["Creator"] is not None


def test_r_uploads_a_frame_and_downloads_it(live: Live, r: Caller) -> None:
    root, data = f"/api/workspaces/{live.workspace.id}", b'"x"\t"y"\n1\t"a"\n2\t"b"\n'
    upload = r.json(
        "POST", f"/api/resourceuploads/workspaces/{live.workspace.id}/?userStorage=true&dataTypeId=GenericTSV", data,
        Content_Type="text/plain",
    )  # fmt: skip
    body = {
        "DataSource": {"Name": "from r", "DataTypeId": "GenericTSV", "Description": "A frame", "FamilyId": "",
                       "Owner": "R", "SourceOrigin": "FromResourceUpload"},
        "UploadId": upload["Id"], "UploadedFromFileName": "", "ClientPoll": True,
    }  # fmt: skip
    made = r.json("POST", f"{root}/datasources", json.dumps(body))
    (found,) = (each for each in r.json("GET", f"{root}/datasources") if each["Id"] == made)
    assert (found["Owner"], found["FamilyId"]) == ("R", made.split(".")[1])
    status, head, content = Caller(live, {}).ask("GET", _whole(found["DownloadLocation"]), Accept_Encoding="gzip")
    assert (status, content) == (200, data)
    assert "content-encoding" not in head
    status, _, _ = r.ask("DELETE", f"{root}/datasources/family/{found['FamilyId']}")
    assert status < 300


def test_powershell_uploads_until_the_schema_is_known(live: Live, powershell: Caller) -> None:
    workspace = live.workspace.id
    path = f"/api/resourceuploads/workspaces/{workspace}/?userStorage=true&dataTypeId=GenericCSV"
    upload = powershell.json("POST", path, b"a,b\r\n1,2\r\n", Content_Type="text/plain")
    body = (
        '{"DataSource":{"Name":"from ps","DataTypeId":"GenericCSV","Description":"two\nlines","FamilyId":"","Owner":"PowerShell",'
        '"SourceOrigin":"FromResourceUpload"},"UploadId":"'
        + upload["Id"]
        + '","UploadedFromFileName":"x.csv","ClientPoll":true}'
    )  # its text is not escaped
    made = powershell.json("POST", f"/api/workspaces/{workspace}/datasources", body)
    found = powershell.json("GET", f"/api/workspaces/{workspace}/datasources/{made}")
    assert found["SchemaStatus"] in ("NotSupported", "Complete", "Failed")
    assert found["Description"] == "two\nlines"
    assert {key.lower(): value for key, value in found.items()}["uploadedfromfilename"] == "x.csv"
    assert 0 <= found["Size"] < 2**31


def test_powershell_copies_and_starts_an_experiment(live: Live, powershell: Caller) -> None:
    root = f"/api/workspaces/{live.workspace.id}"
    sample = powershell.json("GET", f"{root}/experiments/{EXPERIMENTS[1].id}")
    parts = {name: json.dumps(sample[name]) for name in ("Graph", "WebService")}

    def save(path: str, draft: str) -> Any:
        body = (
            f'{{"Description":"Copy","Summary":"","IsDraft":{draft},"ParentExperimentId":"","DisableNodeUpdate":false,'
            f'"Category":"user","ExperimentGraph":{parts["Graph"]},"WebService":{parts["WebService"]}}}'
        )
        return powershell.json("POST", path, body)

    experiment = save(f"{root}/experiments/", "true")["ExperimentId"]
    save(f"{root}/experiments/{experiment}", "true")
    save(f"{root}/experiments/{experiment}", "false")
    while (found := powershell.json("GET", f"{root}/experiments/{experiment}"))["Status"]["StatusCode"] not in (
        "Finished", "Failed",
    ):  # fmt: skip
        assert found["Status"]["Metadata"] is None
    assert found["Status"]["StatusCode"] == "Finished"
    nodes = {each["Id"] for each in found["Graph"]["ModuleNodes"]}
    assert {each["NodeId"] for each in found["NodeStatuses"]} == nodes
    for status in found["NodeStatuses"]:
        for output in status["OutputEndpoints"]:
            code, _, content = Caller(live, {}).ask("GET", _whole(output))
            assert (code, bool(content)) == (200, True)
            (view,) = status["MetadataOutputEndpoints"][output["Name"]]
            assert view["Key"] == "visualization"
            assert view["Value"]["BaseUri"].startswith("http")
    status, _, _ = powershell.ask("DELETE", f"{root}/experiments/{experiment}?deleteAncestors=true")
    assert status < 300


def test_powershell_moves_a_node_by_replacing_text(live: Live, api: Api, powershell: Caller) -> None:
    root = f"/api/workspaces/{live.workspace.id}"
    made = api.save(graph(node("a-1", "enter-data-manually", {"Data": "a\n1\n"})))["ExperimentId"]
    _, _, content = powershell.ask("GET", f"{root}/experiments/{made}")
    text = content.decode()
    (position,) = re.findall(r"<NodePosition Node='a-1' Position='([^']*)'/?", text)
    graph_text = json.dumps(json.loads(text)["Graph"]).replace(position, "300,400,200,200")
    body = (
        '{"Description":"moved","Summary":"","IsDraft":true,"ParentExperimentId":"","DisableNodeUpdate":false,'
        f'"Category":"user","ExperimentGraph":{graph_text},"WebService":null}}'
    )
    powershell.json("POST", f"{root}/experiments/{made}", body)
    moved = powershell.json("GET", f"{root}/experiments/{made}")["Graph"]["SerializedClientData"]
    assert "Node='a-1' Position='300,400,200,200'" in moved


@pytest.mark.parametrize("path", ["annotations", "lineage"])
def test_powershell_asks_for_what_is_beside_an_experiment(live: Live, powershell: Caller, path: str) -> None:
    assert isinstance(
        powershell.json("GET", f"/api/workspaces/{live.workspace.id}/experiments/{DETECTION}/{path}"), list
    )


def test_powershell_invites(live: Live, powershell: Caller) -> None:
    root = f"/api/workspaces/{live.workspace.id}"
    status, _, _ = powershell.ask("POST", f"{root}/invitations", '{Role: "User", Emails:"a@b.com,c@d.com"}')
    assert 200 <= status < 300
    assert all(each["User"]["Email"] is not None for each in powershell.json("GET", f"{root}/users"))


def test_spellings_of_paths_do_not_matter(live: Live, powershell: Caller) -> None:
    workspace = live.workspace.id
    for path in (f"/api//workspaces/{workspace}/datasources/", f"/api/workspaces/{workspace.upper()}/datasources"):
        assert powershell.json("GET", path)
