"""What a page needs to call a web service."""

from __future__ import annotations

from bottega.services.samples import PLACEHOLDER
from tests.server.helpers import Served
from tests.server.v1.test_services import published


def test_form(server: Served) -> None:
    told = published(server)
    service, endpoint = told["service"]["id"], told["endpoint"]["id"]
    form = server.v1("GET", f"/services/{service}/endpoints/default/form")
    (given,) = form["inputs"]
    assert form["answers"]
    assert [(each["name"], each["type"]) for each in given["fields"]] == [("name", "String"), ("age", "Integer")]
    assert given["real"]
    assert len(given["samples"][0]) == 2
    assert [each["name"] for each in form["outputs"]] == ["output1"]
    place = f"/workspaces/{server.workspace.id}/services/{endpoint}"
    assert (form["api"], form["execute"]) == (place, f"{place}/execute?api-version=2.0&details=true")
    assert form["help"] == f"/workspaces/{server.workspace.id}/webservices/{service}/endpoints/{endpoint}"
    server.v1("GET", f"/services/{service}/endpoints/other/form", 404)


def test_form_is_not_kept(server: Served) -> None:
    service = published(server)["service"]["id"]
    answer = server.client.get(f"/v1/services/{service}/endpoints/default/form", headers=server.bearer)
    assert answer.headers["cache-control"] == "no-store"


def test_samples(server: Served) -> None:
    told = published(server)
    keys = server.workspace.services.keys(told["endpoint"]["id"])
    found = server.v1("GET", f"/services/{told['service']['id']}/endpoints/default/samples")
    assert [each["language"] for each in found["call"]] == ["python", "csharp", "curl", "r"]
    for each in found["call"] + found["jobs"]:
        assert PLACEHOLDER in each["code"]
        assert told["endpoint"]["id"] in each["code"]
        assert not any(key in each["code"] for key in keys)
    assert found["update"] == []
