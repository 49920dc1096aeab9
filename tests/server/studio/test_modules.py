"""Modules, data types, and modules of one's own (clients.md 4)."""

from __future__ import annotations

from bottega.sdk import catalogue
from tests.server.studio.helpers import GLOBAL, Api


def test_one_entry_a_family(api: Api) -> None:
    found = api.get("/modules")
    families = [each["FamilyId"] for each in found]
    assert len(set(families)) == len(families)
    assert all(each["Id"] == f"{GLOBAL}.{each['FamilyId']}.v1-default-{each['Batch']}" for each in found)
    titles = {each.title for each in catalogue.every()} - {"Saved dataset", "Saved trained model", "Saved transform"}
    assert {each["Name"] for each in found} == titles
    assert all(each["ReleaseState"] == "Release" and each["IsLatest"] for each in found)


def test_a_module_has_classics_names(api: Api) -> None:
    (split,) = (each for each in api.get("/modules") if each["Name"] == "Split Data")
    assert split["FamilyId"] == "70530644c97a4ab685f788bf30a8be5f"
    assert [port["Name"] for port in split["InputPorts"]] == ["Dataset"]
    assert [port["Name"] for port in split["OutputPorts"]] == ["Results dataset1", "Results dataset2"]
    names = [each["Name"] for each in split["Parameters"]]
    assert {"Splitting mode", "Fraction of rows in the first output dataset", "Random seed"} <= set(names)
    assert api.get(f"/modules/{split['Id']}") == split
    older = split["Id"].replace(f"v1-default-{split['Batch']}", "v1-default-1642")
    assert api.get(f"/modules/{older}")["Id"] == split["Id"]


def test_what_is_no_module(api: Api) -> None:
    for id_ in ("x", "a.b.c", f"{GLOBAL}.{'0' * 32}.v1-default-1"):
        api.refused("GET", f"/modules/{id_}", 404)


def test_data_types(api: Api) -> None:
    known = {each["Id"]: each for each in api.get("/datatypes")}
    assert {"PlainText", "GenericCSV", "GenericTSV", "GenericCSVNoHeader", "GenericTSVNoHeader", "ARFF", "Zip", "RData",
            "Dataset", "ILearnerDotNet", "ITransformDotNet"} <= known.keys()  # fmt: skip
    assert known["GenericCSV"]["FileExtension"] == "csv"


def test_a_custom_module_is_refused_in_the_way_that_clients_read(api: Api) -> None:
    upload = api.send(b"", "Zip")
    path = f"/api/blobuploads/workspaces/{api.served.workspace.id}/?numberOfBlocks=1&blockId=0&uploadId={upload}&dataTypeId=Zip"
    told = api.ask("POST", path, content=b"PK").json()
    activity = api.ask("POST", "/modules/custom", json=told).json()
    assert isinstance(activity, str)
    while (state := api.get(f"/modules/custom?activityGroupId={activity}"))[0] == "Pending":
        pass
    assert state[0] == "Failed"
    assert "R" in state[1]
    api.refused("GET", "/modules/custom?activityGroupId=nothing", 404)
    api.refused("POST", "/modules/custom", 400, content=b"[]")
