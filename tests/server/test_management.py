"""The management API of web services (clients.md 1, 3, 4; fact sheet 5.5)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bottega.sandbox.host.pool import Pool
from bottega.server.routes._shapes import iso
from bottega.server.studio import jsons
from bottega.services.program import Constant, Resource
from tests.server.published import CODE, Service, adder, keep, program, publish

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Iterator[Service]:
    with adder(tmp_path_factory.mktemp("management"), pool) as made:
        yield made


@pytest.fixture
def another(service: Service) -> Service:
    """One of the test's own, with a file in it that stands for a model."""
    digest = keep(service.served, b"a model")
    made = program(
        constants={"train.trained_model": Constant(digest, "TrainedModel", 7)},
        resources=(Resource("Adder [trained model]", "ILearner", "train.trained_model"),),
    )
    return publish(service.served, made, "Another")


def test_a_service_is_told_as_classic_does(service: Service) -> None:
    told = service.manage("GET")
    assert ISO.fullmatch(told.pop("CreationTime"))
    assert told == {
        "Id": service.id, "Name": "Adder", "Description": "Adds <two> numbers.", "WorkspaceId": service.served.workspace.id,
        "DefaultEndpointName": "default", "EndpointCount": 1,
    }  # fmt: skip


def test_services_are_listed(service: Service) -> None:
    told = service.served.client.get(f"{service.root}/webservices", headers=service.served.bearer).json()
    assert service.manage("GET") in told


def test_lists_stay_within_what_powershell_reads(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = service.served.bearer
    monkeypatch.setattr(jsons, "_LONGEST_LIST", 10)
    for path in (f"{service.root}/webservices", f"{service.path}/endpoints"):
        assert service.served.client.get(path, headers=headers).json()
        assert service.served.client.get(path, headers=headers | {"x-aml-sdk": "dotnetsdk_0.3.8"}).json() == []


def test_an_endpoint_is_told_as_classic_does(service: Service) -> None:
    (told,) = service.manage("GET", "/endpoints")
    primary, secondary = service.keys
    assert ISO.fullmatch(told.pop("CreationTime"))
    assert told == {
        "Name": "default", "Description": "", "WorkspaceId": service.served.workspace.id, "WebServiceId": service.id,
        "HelpLocation": f"http://testserver{service.help}", "ApiLocation": f"http://testserver{service.calls}", "PrimaryKey": primary,
        "SecondaryKey": secondary, "Version": "1", "PreventUpdate": False, "SampleDataEnabled": False, "ExperimentLocation": None,
        "MaxConcurrentCalls": 20, "DiagnosticsTraceLevel": "None", "ThrottleLevel": "High", "Resources": [],
    }  # fmt: skip
    by_name, by_id = (
        service.manage("GET", "/endpoints/default"),
        service.manage("GET", f"/endpoints/{service.endpoint}"),
    )
    assert by_name == by_id == service.manage("GET", "/endpoints")[0]


def test_times_are_utc() -> None:
    assert iso(0.5) == "1970-01-01T00:00:00.500000Z"


def test_a_model_is_told_with_an_address_that_gives_it(another: Service) -> None:
    (endpoint,) = another.manage("GET", "/endpoints")
    (resource,) = endpoint["Resources"]
    place = resource.pop("Location")
    assert resource == {"Name": "Adder [trained model]", "Kind": "ILearner"}
    assert place["BaseLocation"].endswith("/")
    assert place["RelativeLocation"].endswith(".ilearner")
    url = place["BaseLocation"] + place["RelativeLocation"] + place["SasBlobToken"]
    assert another.served.client.get(url).content == b"a model"
    assert another.served.client.get(place["BaseLocation"] + place["RelativeLocation"]).status_code == 403


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/xml"])
def test_accept_is_not_looked_at(service: Service, accept: str) -> None:
    assert service.manage("GET", headers={"Accept": accept})["Id"] == service.id


@pytest.mark.parametrize("value", ["Bearer {0}", "bearer {0}", "Bearer  {0}", "BEARER {0} ", "{0}"])
def test_tokens_are_taken_as_clients_write_them(service: Service, value: str) -> None:
    headers = {"Authorization": value.format(service.served.token)}
    assert service.served.client.get(service.path, headers=headers).status_code == 200


def test_the_header_of_the_studio_api_is_taken_too(service: Service) -> None:
    assert service.served.client.get(service.path, headers=service.served.studio).status_code == 200


EVERY = [
    ("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/endpoints"), ("GET", "/endpoints/default"), ("PUT", "/endpoints/default"),
    ("PATCH", "/endpoints/default"), ("DELETE", "/endpoints/default"), ("POST", "/endpoints/default/refresh"),
    ("GET", "/endpoints/none"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), EVERY)
@pytest.mark.parametrize("token", [None, "wrong"])
def test_nothing_is_told_or_done_without_a_token(service: Service, method: str, path: str, token: str | None) -> None:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    service.served.context.logins._failed.clear()
    response = service.served.client.request(method, service.path + path, headers=headers)
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "Unauthorized"
    assert response.json()["error"]["details"][0]["message"]
    assert service.manage("GET")["EndpointCount"] == 1


@pytest.mark.parametrize(("method", "path"), [each for each in EVERY if each[1] and "default" in each[1]])
def test_an_unknown_service_is_not_found(service: Service, method: str, path: str) -> None:
    url = f"{service.root}/webservices/{'0' * 32}{path}"
    response = service.served.client.request(method, url, headers=service.served.bearer)
    assert response.status_code == 404
    assert response.json()["error"]["details"][0]["code"] == "WebServiceIdNotFoundInWorkspace"


def test_another_workspace_is_not_found(service: Service) -> None:
    response = service.served.client.get(f"/workspaces/{'0' * 32}/webservices", headers=service.served.bearer)
    assert response.status_code == 404


def test_a_key_of_the_endpoint_reads_and_updates_that_endpoint_alone(service: Service, another: Service) -> None:
    client = service.served.client
    assert client.get(f"{service.path}/endpoints/default", headers=service.key).json()["Name"] == "default"
    assert client.patch(f"{service.path}/endpoints/default", headers=service.key, content=b"").status_code == 200
    assert client.get(f"{another.path}/endpoints/default", headers=service.key).status_code == 401
    assert client.get(service.path, headers=service.key).status_code == 401
    assert client.delete(f"{service.path}/endpoints/default", headers=service.key).status_code == 401


def test_a_key_of_the_endpoint_is_told_no_other_and_changes_no_settings(service: Service) -> None:
    client, path, (primary, secondary) = service.served.client, f"{service.path}/endpoints/default", service.keys
    for key, told in ((primary, (primary, "")), (secondary, ("", secondary))):
        found = client.get(path, headers={"Authorization": f"Bearer {key}"}).json()
        assert (found["PrimaryKey"], found["SecondaryKey"]) == told
    for settings in (
        {"PreventUpdate": False},
        {"MaxConcurrentCalls": 1},
        {"SampleDataEnabled": True, "Resources": None},
    ):
        answer = client.patch(path, headers=service.key, json=settings)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "Forbidden")
    assert service.manage("GET", "/endpoints/default")["MaxConcurrentCalls"] == 20


def test_an_endpoint_is_made_changed_and_deleted(another: Service) -> None:
    body = {
        "WebServiceId": another.id, "EndpointName": "second", "Description": "more", "ThrottleLevel": "High",
        "MaxConcurrentCalls": 7, "PreventUpdate": True,
    }  # fmt: skip
    made = another.manage(
        "PUT", "/endpoints/second", 201, content=json.dumps(body), headers={"Content-Type": "text/plain"}
    )
    assert (made["Name"], made["Description"], made["MaxConcurrentCalls"], made["PreventUpdate"]) == (
        "second",
        "more",
        7,
        True,
    )
    assert another.manage("GET")["EndpointCount"] == 2
    low = {"ThrottleLevel": "Low", "MaxConcurrentCalls": None, "PreventUpdate": "False", "SampleDataEnabled": "true"}
    changed = another.manage("PATCH", "/endpoints/SECOND", json=low)
    assert (changed["MaxConcurrentCalls"], changed["PreventUpdate"], changed["SampleDataEnabled"]) == (4, False, True)
    assert changed["Description"] == "more"
    assert another.manage("PUT", "/endpoints/second", json={"Description": "less"})["Description"] == "less"
    another.manage("DELETE", "/endpoints/second", 204)
    another.manage("GET", "/endpoints/second", 404)


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"\xff", b'"text"', b'{"PreventUpdate": 3}', b'{"PreventUpdate": "perhaps"}', b'{"ThrottleLevel": "Middle"}',
        b'{"MaxConcurrentCalls": 0}', b'{"MaxConcurrentCalls": 201}', b'{"MaxConcurrentCalls": "many"}', b'{"MaxConcurrentCalls": 1.5}',
        b'{"ThrottleLevel": "Low", "MaxConcurrentCalls": 20}', b'{"Description": 5}', b'{"DiagnosticsTraceLevel": []}', b"[" * 100_000,
    ],
    ids=lambda body: body[:40].decode("ascii", "replace"),
)  # fmt: skip
@pytest.mark.parametrize(("method", "name"), [("PUT", "new"), ("PATCH", "default")])
def test_settings_that_cannot_be_are_refused(service: Service, body: bytes, method: str, name: str) -> None:
    told = service.manage(method, f"/endpoints/{name}", 400, content=body)
    assert told["error"]["code"] == "BadArgument"
    assert service.manage("GET")["EndpointCount"] == 1


@pytest.mark.parametrize("name", ["with-dash", "a" * 25, "%C3%A9", "a b"])
def test_names_of_endpoints_are_small_letters_and_digits(service: Service, name: str) -> None:
    service.manage("PUT", f"/endpoints/{name}", 400, json={})


def test_the_default_endpoint_stays_while_there_are_others(another: Service) -> None:
    another.manage("PUT", "/endpoints/second", 201, json={})
    told = another.manage("DELETE", "/endpoints/default", 400)
    assert told["error"]["code"] == "InvalidOperation"
    another.manage("DELETE", "/endpoints/second", 204)
    another.manage("DELETE", "/endpoints/default", 204)


def test_a_refresh_follows_the_default_endpoint_once(another: Service) -> None:
    another.manage("PUT", "/endpoints/second", 201, json={})
    another.manage("POST", "/endpoints/second/refresh", 304, json={"OverwriteResources": "False"})
    services = another.served.workspace.services
    made = program(title="newer")
    services.add_version(another.id, made.dumps(), made.digests())
    services.change_endpoint(another.endpoint, version=2)
    another.manage("POST", "/endpoints/second/refresh", 204, json={"OverwriteResources": "True"})
    assert another.manage("GET", "/endpoints/second")["Version"] == "2"
    another.manage("POST", "/endpoints/second/refresh", 304)
    another.manage("POST", "/endpoints/second/refresh", 400, json={"OverwriteResources": "what"})


def test_a_service_is_deleted_with_all_that_it_has(another: Service) -> None:
    another.manage("DELETE", "", 204)
    another.manage("GET", "", 404)
    another.manage("DELETE", "", 404)
    assert (
        another.served.client.post(f"{another.calls}/execute?api-version=2.0", headers=another.key).status_code == 404
    )


def test_code_is_published_and_published_again(service: Service) -> None:
    path = f"{service.root}/webservices/{'C' * 32}"
    client, headers = service.served.client, {"authorization": f"bearer {service.served.token}"}
    first = client.put(path, content=json.dumps(CODE), headers=headers)
    assert (first.status_code, first.json()["Id"], first.json()["DefaultEndpointName"]) == (200, "c" * 32, "default")
    again = client.put(path, json={**CODE, "Name": "Adder again"}, headers=headers).json()
    assert (again["Name"], again["EndpointCount"]) == ("Adder again", 1)
    assert client.get(f"{path}/endpoints/default", headers=headers).json()["Version"] == "2"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"Language": "python-2.7-64"}, "python-2.7-64 runtime not available"),
        ({"Language": "cobol"}, "cobol"), ({"SourceCode": "def azureml_main(:"}, "SourceCode"), ({"SourceCode": 3}, "SourceCode"),
        ({"ZipContents": "no base64!"}, "base64"), ({"InputSchema": []}, "InputSchema"),
    ],
    ids=lambda each: each if isinstance(each, str) else next(iter(each)),
)  # fmt: skip
def test_code_that_cannot_run_here_is_refused(service: Service, change: dict[str, Any], word: str) -> None:
    body = {**CODE, "CodeBundle": {**CODE["CodeBundle"], **change}}
    response = service.served.client.put(
        f"{service.root}/webservices/{'d' * 32}", json=body, headers=service.served.bearer
    )
    assert (response.status_code, response.json()["error"]["code"]) == (400, "BadArgument")
    assert word in response.json()["error"]["message"]


@pytest.mark.parametrize("method", ["POST", "PATCH", "OPTIONS"])
def test_other_methods_are_not_allowed(service: Service, method: str) -> None:
    response = service.served.client.request(method, service.path, headers=service.served.bearer)
    assert response.status_code == 405
