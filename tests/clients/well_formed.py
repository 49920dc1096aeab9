"""What old clients and pages send to a server when nothing is wrong, a request for each thing that can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.clients.malformed import Request, of_json
from tests.server.helpers import Served
from tests.server.published import CODE, Service
from tests.server.studio.helpers import DETECTION, Api
from tests.server.v1.test_experiments import DOCUMENT
from tests.server.v1.test_runs import ran

QUERY = "?api-version=2.0"
ROWS: list[list[Any]] = [["1", "2.5", "Änn"], [2, None, "Bob"]]
CSV = 'a,b,who\n1,2.5,Änn\n2,,Bob\n-0,1e3,"x, ""y"""\n'.encode()
_NAMES = ["a", "b", "who"]
# Nowhere: what is fetched from it by a request that is changed goes nowhere either.
_STORAGE = "DefaultEndpointsProtocol=https;AccountName=nobody;AccountKey=bm9uZQ==;BlobEndpoint=https://nobody.invalid"


VISITS = """bottega: 1
title: Visits
nodes:
  visits:
    module: enter-data-manually
    parameters:
      data: |
        patient,age,weight,visited
        Ann,31,61.5,2016-01-01T08:30:00
        Bob,45,,2016-02-29T23:59:59
  typed:
    module: edit-metadata
    inputs: {dataset: visits}
    parameters: {columns: [visited], data_type: DateTime}
  clean:
    module: clean-missing-data
    inputs: {dataset: typed}
  groups:
    module: apply-sql-transformation
    inputs: {table1: clean.cleaned_dataset}
    parameters: {query: select * from t1}
web_service:
  inputs: {input1: clean.dataset}
  outputs: {output1: groups}
  parameters:
    columns: clean.columns
    share: clean.maximum_missing_ratio
    mode: clean.mode
    replacement: clean.replacement
    indicator: clean.indicator
    query: groups.query
"""
_PARAMETERS = {
    "columns": ["weight"], "share": 0.9, "mode": "Replace with mean", "replacement": "1", "indicator": True,
    "query": "select * from t1",
}  # fmt: skip


def visits(served: Served) -> Service:
    """A service with a parameter of each kind."""
    return published(served, VISITS)


def published(served: Served, document: str) -> Service:
    """A service made of an experiment."""
    experiment = ran(served, document)["experiment"]
    made = served.v1("POST", "/services", 201, json={"experiment": experiment})
    endpoint = made["endpoint"]["id"]
    return Service(served, made["service"]["id"], endpoint, served.workspace.services.keys(endpoint))


def table(rows: list[list[Any]] | None = None) -> dict[str, Any]:
    """The body of a call of the adder."""
    return {
        "Inputs": {"input1": {"ColumnNames": _NAMES, "Values": rows or ROWS}},
        "GlobalParameters": {},
    }


def requests(service: Service, dataset: Mapping[str, Any]) -> dict[str, list[Request]]:
    """By the surface that they are for; `service` and `dataset` are such as may be changed."""
    other = visits(service.served)
    return {
        "rrs": _calls(service) + _with_parameters(other),
        "bes": _jobs(service) + _jobs_with_parameters(other),
        "studio": _studio(service, dataset),
        "management": _management(service),
        "native": _native(service),
    }


def _calls(service: Service) -> list[Request]:
    records = {"Inputs": {"input1": [dict(zip(_NAMES, row, strict=True)) for row in ROWS]}, "GlobalParameters": {}}
    oldest = {"Id": "score00001", "Instance": {"FeatureVector": {"a": "1", "b": "2", "who": "y"}}}
    where = f"{service.calls}/execute{QUERY}"
    return [
        of_json("POST", f"{where}&details=true", service.key, table()),
        of_json("POST", where, service.key, table()),
        of_json("POST", f"{where}&details=true&format=swagger", service.key, records),
        of_json("POST", f"{service.calls}/score", service.key, oldest),
    ]


def _with_parameters(service: Service) -> list[Request]:
    """Calls of the other service."""
    rows: list[list[Any]] = [["Ann", 31, 61.5, "2016-01-01T08:30:00"], ["Bob", "45", None, "2016-02-29"]]
    names = ["patient", "age", "weight", "visited"]
    as_table = {"Inputs": {"input1": {"ColumnNames": names, "Values": rows}}, "GlobalParameters": _PARAMETERS}
    records = {"Inputs": {"input1": [dict(zip(names, row, strict=True)) for row in rows]}, "GlobalParameters": {}}
    where = f"{service.calls}/execute{QUERY}"
    return [
        *[of_json("POST", f"{where}&details=true", service.key, as_table)] * 3,
        of_json("POST", f"{where}&format=swagger", service.key, records),
    ]


def _jobs_with_parameters(service: Service) -> list[Request]:
    blob = {"ConnectionString": _STORAGE, "RelativeLocation": "container/input.csv"}
    body = {"Inputs": {"input1": blob}, "GlobalParameters": _PARAMETERS}
    return [of_json("POST", f"{service.calls}/jobs{QUERY}", service.key, body)] * 3


def _jobs(service: Service) -> list[Request]:
    blob = {"ConnectionString": _STORAGE, "RelativeLocation": "container/input.csv"}
    signed = {
        "BaseLocation": "https://nobody.invalid/",
        "RelativeLocation": "container/in.csv",
        "SasBlobToken": "?sig=x",
    }
    out = {"output1": blob | {"RelativeLocation": "container/out.csv"}}
    path = f"{service.calls}/jobs"
    files = f"{path}/inputs{QUERY}&name=rows.csv"
    ready = sent(service, CSV)
    made = service.served.workspace.jobs.create(service.endpoint, {}).id
    return [
        Request("POST", files, service.key, CSV),
        of_json("POST", path + QUERY, service.key, {"Inputs": {"input1": ready}, "GlobalParameters": {}}),
        of_json("POST", path + QUERY, service.key, {"Inputs": {"input1": blob}, "Outputs": out, "GlobalParameters": {}}),
        of_json("POST", path + QUERY, service.key, {"Input": blob, "Output": out["output1"], "GlobalParameters": None}),
        of_json("POST", path + QUERY, service.key, {"Inputs": {"input1": signed}}),
        of_json("POST", f"{path}/{'0' * 32}/start{QUERY}", service.key),
        of_json("GET", f"{path}/{made}{QUERY}", service.key),
        of_json("DELETE", f"{path}/{'0' * 32}{QUERY}", service.key),
    ]  # fmt: skip


def sent(service: Service, data: bytes) -> Any:
    """A file given to the server for a job; what refers to it."""
    url = f"{service.calls}/jobs/inputs{QUERY}&name=rows.csv"
    answer = service.served.client.post(url, content=data, headers=service.key)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _studio(service: Service, dataset: Mapping[str, Any]) -> list[Request]:
    served = service.served
    api, key = Api(served), served.studio
    workspace = served.api()
    sample = api.get(f"/experiments/{DETECTION}")
    saved = {
        "Description": "A copy", "Summary": "", "IsDraft": True, "ParentExperimentId": "", "DisableNodeUpdate": False,
        "Category": "user", "ExperimentGraph": sample["Graph"], "WebService": sample["WebService"],
    }  # fmt: skip
    made, ran = (api.save(sample["Graph"], run=run)["ExperimentId"] for run in (False, True))
    assert api.ended(ran)["Status"]["StatusCode"] == "Finished"
    packed = api.ask("POST", f"/packages{QUERY}&experimentid={ran}/&clearCredentials=true").json()["ActivityId"]
    publishing = api.ask("POST", f"/experiments/{ran}/webservice").json()["ActivityId"]
    one, uploads = f"{workspace}/experiments/{made}", f"/api/resourceuploads/workspaces/{served.workspace.id}/"
    upload = api.send(b"a,b\n1,2\n")
    source = {
        "Name": "changing", "DataTypeId": "GenericCSV", "Description": "", "FamilyId": dataset["FamilyId"],
        "Owner": "Python SDK", "SourceOrigin": "FromResourceUpload",
    }  # fmt: skip
    promoted = {
        "ExperimentId": ran, "ModuleNodeId": "scores", "OutputName": "Results dataset",
        "DataSource": {"Name": "kept", "DataTypeId": "GenericCSV", "Description": "", "SourceOrigin": "FromOutputPromotion",
                       "FamilyId": None},
    }  # fmt: skip
    link = dataset["DownloadLocation"]
    signed = urlsplit(link["BaseUri"] + link["Location"] + link["AccessCredential"])
    block = f"numberOfBlocks=1&blockId=0&uploadId={upload}&dataTypeId=GenericCSV"
    got = [
        "", "/datasources", f"/datasources/{dataset['Id']}", f"/datasources/{dataset['Id']}/schema", "/experiments",
        f"/experiments/{ran}", f"/experiments/{ran}/outputdata/scores/Results%20dataset", "/modules", "/trainedmodels",
        "/transformmodules", "/users", "/quota", f"/experiments/{ran}/lineage", f"/experiments/{ran}/webservicedefinition",
        f"/packages?packageActivityId={packed}", "/modules/custom?activityGroupId=x", f"/experiments/{publishing}/webservice",
        f"/datasources/family/{dataset['FamilyId']}", "/experiments?includeArchived=true",
        f"/datasources/{dataset['Id']}/visualizationdata",
        f"/experiments/{ran}/errorlog/scores", f"/experiments/{ran}/visualizationdata/scores/Results%20dataset",
    ]  # fmt: skip
    return [
        *(of_json("GET", workspace + path, key) for path in got),
        Request("GET", f"{signed.path}?{signed.query}", {}),
        Request("POST", f"{uploads}?userStorage=true&dataTypeId=GenericCSV", key, b"a,b\n1,\xc3\xa4\n"),
        Request("POST", f"{uploads}?userStorage=true&dataTypeId=ARFF", key, b"@RELATION r\n@ATTRIBUTE a REAL\n@DATA\n1\n"),
        Request("POST", f"/api/blobuploads/workspaces/{served.workspace.id}/?{block}", key, b"a,b\n1,2\n"),
        of_json("POST", f"{workspace}/datasources", key,
                {"DataSource": source, "UploadId": upload, "UploadedFromFileName": "x.csv", "ClientPoll": True}),
        of_json("POST", f"{workspace}/datasources", key, promoted),
        *[of_json("POST", f"{workspace}/experiments/", key, saved)] * 4,
        *[of_json("POST", one, key, saved)] * 3,
        of_json("PUT", one, key | {"x-ms-action": "cancel"}),
        of_json("DELETE", f"{workspace}/experiments/x?deleteAncestors=true", key),
        of_json("POST", f"{workspace}/experiments/{ran}/webservice?generateNewPortNames=false&updateExistingWebService=true", key),
        of_json("POST", f"{workspace}/packages{QUERY}&experimentid={ran}/&clearCredentials=true&includeAuthorId=false", key),
        of_json("PUT", f"{workspace}/packages{QUERY}&packageUri=https%3A%2F%2Fnobody.invalid%2Fx&region=SouthCentralUS", key),
        of_json("POST", f"{workspace}/modules/custom", key, {"Id": upload, "DataTypeId": "Zip"}),
        Request("POST", f"{workspace}/invitations", key, b'{Role: "User", Emails:"a@b.invalid,c@d.invalid"}'),
    ]  # fmt: skip


def _management(service: Service) -> list[Request]:
    key, path = service.served.bearer, service.path
    endpoint = {
        "WebServiceId": service.id, "EndpointName": "second", "Description": "x", "ThrottleLevel": "High",
        "MaxConcurrentCalls": 20, "PreventUpdate": False,
    }  # fmt: skip
    place = {"BaseLocation": "https://nobody.invalid/", "RelativeLocation": "c/m.ilearner", "SasBlobToken": "?sig=x"}
    resources = {"Resources": [{"Name": "Model [trained model]", "Location": place}]}
    got = [f"{service.root}/webservices", path, f"{path}/endpoints", f"{path}/endpoints/default"]
    pages = [f"{service.help}/{name}" for name in ("score", "jobs", "update", "apidocument", "samples")]
    return [
        *(of_json("GET", each, key) for each in got),
        *(Request("GET", each, {"Accept": "text/html"}) for each in (*pages, f"{service.calls}/swagger.json")),
        *[of_json("PUT", f"{service.root}/webservices/{'ab' * 16}", key, CODE)] * 4,
        *[of_json("PUT", f"{path}/endpoints/second", key, endpoint)] * 3,
        of_json("PATCH", f"{path}/endpoints/second", key, resources),
        of_json("PATCH", f"{path}/endpoints/second", key, {"Description": "y", "DiagnosticsTraceLevel": "All"}),
        of_json("POST", f"{path}/endpoints/second/refresh", key, {"OverwriteResources": "True"}),
        of_json("DELETE", f"{service.root}/webservices/{'cd' * 16}/endpoints/nobody", key),
    ]


def _native(service: Service) -> list[Request]:
    key = service.served.bearer
    data = b"name,size\nAnn,1\n"
    text = {**key, "Content-Type": "application/yaml"}
    got = [
        "/v1/workspace", "/v1/datasets", "/v1/experiments", "/v1/runs?limit=5", "/v1/modules", "/v1/services",
        f"/v1/services/{service.id}", "/v1/jobs", "/v1/openapi.json", "/v1/environments/default",
    ]  # fmt: skip
    return [
        *(of_json("GET", each, key) for each in got),
        Request("POST", "/v1/datasets?name=people&file_name=people.csv", key, data),
        *[Request("POST", "/v1/check", text, DOCUMENT.encode())] * 2,
        Request("POST", "/v1/experiments", text, DOCUMENT.encode()),
        of_json("POST", "/v1/services", key, {"experiment": "x", "name": "y", "mode": "request"}),
        of_json("PUT", f"/v1/services/{service.id}/endpoints/third", key, {"description": "x", "max_concurrent": 3}),
        of_json("PATCH", "/v1/workspace/settings", key, {"storage_accounts": {"nobody": "https://nobody.invalid"}}),
        of_json("PATCH", f"/v1/services/{service.id}", key, {"name": "Adder of many"}),
    ]
