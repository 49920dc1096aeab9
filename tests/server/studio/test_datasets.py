"""Datasets: uploaded, listed, read, versioned, deleted (clients.md 1)."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from bottega.server.studio.wire import AssetId
from tests.server.studio.helpers import Api, graph, node

CSV = "name,x\nZürich,1\n日本,2\n".encode()


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("tools.py", "answer = 42\n")
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "data", "status", "columns"),
    [
        ("GenericCSV", CSV, "Complete", ["name", "x"]),
        ("GenericTSV", CSV.replace(b",", b"\t"), "Complete", ["name", "x"]),
        ("GenericCSVNoHeader", b"1,a\n2,b\n", "Complete", ["Col1", "Col2"]),
        ("GenericTSVNoHeader", b"1\ta\n2\tb\n", "Complete", ["Col1", "Col2"]),
        ("ARFF", b"@RELATION r\n@ATTRIBUTE a REAL\n@DATA\n1\n", "Complete", ["a"]),
        ("SvmLight", b"1 1:0.5 2:2\n-1 2:1\n", "Complete", None),
        ("PlainText", "erste\nzweite ü\n".encode(), "Complete", ["Col1"]),
        ("Zip", _zip(), "NotSupported", []),
        ("RData", b"RDX2\nanything", "NotSupported", []),
        ("genericcsv", CSV, "Complete", ["name", "x"]),
    ],
)
def test_every_kind_comes_back_as_it_was(
    api: Api, kind: str, data: bytes, status: str, columns: list[str] | None
) -> None:
    made = api.upload("mine", data, kind)
    assert made["SchemaStatus"] == status
    assert made["DataTypeId"].lower() == kind.lower()
    assert (made["Name"], made["Owner"], made["IsLatest"], made["Size"]) == ("mine", "test", True, len(data))
    assert api.fetch(made["DownloadLocation"]) == data
    asset = AssetId.parse(made["Id"])
    assert asset is not None
    assert (asset.workspace, asset.family) == (api.served.workspace.id, made["FamilyId"])
    schema = json.loads(api.fetch(made["SchemaEndPoint"]))
    if columns is not None:
        assert [each["Name"] for each in schema] == columns
    view = json.loads(api.fetch(made["VisualizeEndPoint"]))
    assert view["Kind"] == ("DataTable" if status == "Complete" else "Zip" if kind == "Zip" else "File")


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("GenericCSV", b"a,b\n\xff\xfe\x00,1\n"),
        ("GenericCSV", b'a,b\n"never closed,1\n'),
        ("ARFF", b"no header at all"),
        ("Zip", b"no zip"),
        ("PlainText", b"\xff\xff"),
        ("Dataset", b"no arrow"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_kept_and_told(api: Api, kind: str, data: bytes) -> None:
    made = api.upload("odd", data, kind)
    assert made["SchemaStatus"] == "Failed"
    assert api.fetch(made["DownloadLocation"]) == data
    told = api.refused("GET", f"/datasources/{made['Id']}/visualizationdata", 400)
    assert "odd" in told or "read" in told
    assert str(api.served.workspace.folder) not in told
    # In an experiment it is an error of its node, in words.
    experiment = api.save(graph(node("1-1", "convert-to-csv", Dataset=made["Id"])), run=True)["ExperimentId"]
    ended = api.ended(experiment)
    assert ended["Status"]["StatusCode"] == "Failed"
    assert "Traceback" not in ended["Status"]["StatusDetail"]


def test_an_upload_without_content_makes_no_dataset(api: Api) -> None:
    assert "Nothing was sent" in api.create(api.send(b""), "empty", status=400)["error"]["message"]


def test_blocks_in_any_order_and_again(api: Api) -> None:
    pieces = [b"a,b\n1,", b"2\n3,", b"4\n"]
    workspace = api.served.workspace.id
    upload = api.send(b"")
    for number in (2, 0, 1, 0):
        path = (
            f"/api/blobuploads/workspaces/{workspace}/?numberOfBlocks=3&blockId={number}"
            f"&uploadId={upload}&dataTypeId=GenericCSV"
        )
        told = api.ask("POST", path, content=pieces[number], headers={"content-type": "application/json;charset=UTF8"})
        assert told.json()["Id"] == upload
    made = api.create(upload, "joined")
    found = api.get(f"/datasources/{made}")
    assert api.fetch(found["DownloadLocation"]) == b"".join(pieces)


def test_a_missing_block_is_told(api: Api) -> None:
    upload, workspace = api.send(b""), api.served.workspace.id
    path = (
        f"/api/blobuploads/workspaces/{workspace}/?numberOfBlocks=2&blockId=0&uploadId={upload}&dataTypeId=GenericCSV"
    )
    api.ask("POST", path, content=b"a\n")
    assert "block 1 is missing" in api.create(upload, "half", status=400)["error"]["message"]


@pytest.mark.parametrize(
    "query",
    [
        "numberOfBlocks=2&blockId=2&uploadId={upload}",
        "numberOfBlocks=0&blockId=0&uploadId={upload}",
        "numberOfBlocks=-1&blockId=0&uploadId={upload}",
        "numberOfBlocks=x&blockId=0&uploadId={upload}",
        "blockId=0&uploadId={upload}",
        "numberOfBlocks=99999999999999999999&blockId=0&uploadId={upload}",
        "numberOfBlocks=1&blockId=0&uploadId=..%2F..%2Fetc",
        "numberOfBlocks=1&blockId=0&uploadId=00000000000000000000000000000000",
        "numberOfBlocks=1&blockId=0",
    ],
)
def test_blocks_that_cannot_be(api: Api, query: str) -> None:
    path = f"/api/blobuploads/workspaces/{api.served.workspace.id}/?{query.format(upload=api.send(b''))}"
    api.refused("POST", path, 400, content=b"a")


@pytest.mark.parametrize("kind", ["", "Excel", "ILearnerDotNet\x00", "x" * 1000])
def test_an_unknown_kind_is_refused(api: Api, kind: str) -> None:
    path = f"/api/resourceuploads/workspaces/{api.served.workspace.id}/"
    api.refused("POST", path, 400, params={"dataTypeId": kind}, content=b"a\n1\n")


def test_a_chunked_body_without_a_content_type(api: Api) -> None:
    path = f"/api/resourceuploads/workspaces/{api.served.workspace.id}/?userStorage=true&dataTypeId=GenericCSV"
    upload = api.ask("POST", path, content=(piece for piece in (b"a,b\n", b"1,2\n"))).json()["Id"]
    made = api.get(f"/datasources/{api.create(upload, 'chunks')}")
    assert api.fetch(made["DownloadLocation"]) == b"a,b\n1,2\n"


def test_versions_of_a_family(api: Api) -> None:
    first = api.upload("one", b"a\n1\n")
    second = api.upload("one", b"a\n2\n", FamilyId=first["FamilyId"])
    third = api.upload("other", b"a\tb\n3\t4\n", "GenericTSV", FamilyId=first["FamilyId"].upper())
    own = [each for each in api.get("/datasources") if each["FamilyId"] == first["FamilyId"]]
    assert [each["Id"] for each in own] == [third["Id"]]
    assert (third["Name"], third["DataTypeId"], third["ServiceVersion"]) == ("other", "GenericTSV", 3)
    assert [each["Id"] for each in api.get(f"/datasources/family/{first['FamilyId']}")] == [
        third["Id"], second["Id"], first["Id"],
    ]  # fmt: skip
    before = api.get(f"/datasources/{first['Id']}")
    assert (before["IsLatest"], before["Name"]) == (False, "one")
    assert api.fetch(before["DownloadLocation"]) == b"a\n1\n"
    assert api.upload("one", b"a\n5\n")["FamilyId"] != first["FamilyId"]  # the name is free again


def test_a_family_of_another_name_takes_experiments_along(api: Api) -> None:
    made = api.upload("one", b"a\n1\n")
    experiment = api.save(graph(node("1-1", "convert-to-csv", Dataset=made["Id"])))["ExperimentId"]
    newer = api.upload("two", b"a\n2\n", FamilyId=made["FamilyId"])
    found = api.get(f"/experiments/{experiment}")
    assert found["Graph"]["ModuleNodes"][0]["InputPortsInternal"][0]["DataSourceId"] == newer["Id"]
    (user,) = api.get(f"/assets/{made['FamilyId']}/experiments")
    assert user["ExperimentId"] == experiment


@pytest.mark.parametrize("family", [None, ""])
def test_a_name_that_is_taken(api: Api, family: str | None) -> None:
    first, other = api.upload("one", b"a\n1\n"), api.upload("two", b"a\n1\n")
    error = api.create(api.send(b"a\n1\n"), "one", status=409, FamilyId=family)["error"]
    assert (error["code"], error["details"][0]["code"]) == ("Conflict", "Conflict")
    assert api.create(api.send(b"a\n1\n"), "one", status=409, FamilyId=other["FamilyId"])
    assert api.get(f"/datasources/{first['Id']}")["ServiceVersion"] == 1


@pytest.mark.parametrize("name", ["a:b", "a/b", "a\\b", "a\nb", "a\0b"])
def test_forbidden_characters(api: Api, name: str) -> None:
    assert "forbidden characters" in api.create(api.send(b"a\n1\n"), name, status=400)["error"]["message"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, 7, ["a"], {"a": 1}])
def test_names_that_are_none(api: Api, name: Any) -> None:
    api.create(api.send(b"a\n1\n"), name, status=400)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b'"text"', b"{", b"{}", b'{"DataSource": null}', b'{"DataSource": []}', b"\xff\xfe",
        b'{"DataSource": {"Name": "a", "DataTypeId": "GenericCSV"}}',
        b'{"DataSource": {"Name": "a", "DataTypeId": "ILearnerDotNet"}, "UploadId": "x"}',
        b'{"DataSource": {"Name": "\\ud800", "DataTypeId": "GenericCSV"}, "UploadId": "x"}',
        b'{"DataSource": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"9" * 10_000,
    ],
    ids=range(14),
)  # fmt: skip
def test_bodies_that_make_no_dataset(api: Api, body: bytes) -> None:
    api.refused("POST", "/datasources", 400, content=body)


def test_an_unknown_family(api: Api) -> None:
    api.create(api.send(b"a\n1\n"), "a", status=404, FamilyId="0" * 32)
    api.refused("DELETE", f"/datasources/family/{'0' * 32}", 404)
    api.refused("GET", f"/datasources/family/{'0' * 32}", 404)


def test_deleting_a_family(api: Api) -> None:
    made = api.upload("one", b"a\n1\n")
    assert api.ask("DELETE", f"/datasources/family/{made['FamilyId']}", 204).content == b""
    api.refused("GET", f"/datasources/{made['Id']}", 404)
    assert made["Id"] not in {each["Id"] for each in api.get("/datasources")}


@pytest.mark.parametrize("id_", ["x", "a.b", "a.b.c.d", f"{'0' * 32}.{'0' * 32}.{'0' * 32}", "..", "%00"])
def test_ids_that_lead_nowhere(api: Api, id_: str) -> None:
    api.refused("GET", f"/datasources/{id_}", 404) if id_ != ".." else None
    if id_ != "..":
        api.refused("GET", f"/trainedmodels/{id_}", 404)


def test_a_dataset_of_the_command_line_is_downloaded_as_csv(api: Api, tmp_path: Any) -> None:
    from bottega.engine.keep import keep

    path = tmp_path / "mine.jsonl"
    path.write_text('{"a": 1, "b": "x"}\n{"a": 2, "b": null}\n')
    keep(api.served.workspace, "made elsewhere", path)
    (found,) = (each for each in api.get("/datasources") if each["Name"] == "made elsewhere")
    assert (found["DataTypeId"], found["SchemaStatus"]) == ("GenericCSV", "Complete")
    assert api.fetch(found["DownloadLocation"]) == b"a,b\n1,x\n2,\n"


def test_a_token_is_needed_and_a_signature_is_enough(api: Api) -> None:
    client, made = api.served.client, api.upload("one", b"a\n1\n")
    path = api.served.api(f"/datasources/{made['Id']}")
    for headers in ({}, {"x-ms-metaanalytics-authorizationtoken": "wrong"}, {"Authorization": "Bearer wrong"}):
        assert client.get(path, headers=headers).status_code == 401
        assert client.get(f"{path}/schema", headers=headers).status_code == 401
    assert client.get(path, headers={"Authorization": f"Bearer  {api.served.token} "}).status_code == 200
    schema = made["SchemaEndPoint"]
    signed = f"{schema['BaseUri']}{schema['Location']}{schema['AccessCredential']}"
    assert client.get(signed).status_code == 200
    assert client.get(signed.replace("schema?", "visualizationdata?")).status_code == 403
    assert client.get(signed.replace("sig=", "sig=A")).status_code == 403
    api.refused("GET", f"/api/workspaces/{'0' * 32}/datasources", 404)


def test_a_list_for_dotnet_stays_below_what_it_reads(api: Api) -> None:
    for number in range(3):
        api.upload(f"{number}", b"a\n1\n", Description="x" * 800_000)
    whole = api.ask("GET", "/datasources")
    cut = api.ask("GET", "/datasources", headers={"x-aml-sdk": "dotnetsdk_0.3.8"})
    assert len(whole.text) > 2_097_152 > len(cut.text)
    assert [each["Id"] for each in cut.json()] == [each["Id"] for each in whole.json()][: len(cut.json())]
    assert len(cut.json()) >= 2
