"""From an experiment to a web service, as PowerShell does it (clients.md 4, New-AmlWebService)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.studio.helpers import DETECTION, Api, graph, node

SCRIPT = "def azureml_main(dataframe1=None, dataframe2=None):\n    return dataframe1.assign(c=dataframe1.a * 2)\n"


def _service(node_id: str) -> dict[str, Any]:
    def port(name: str, title: str) -> list[dict[str, str]]:
        return [{"Id": f"{name}-id", "PortId": f"{node_id}:{title}", "Name": name}]

    return {
        "IsWebServiceExperiment": True, "Inputs": port("input1", "Dataset1"), "Outputs": port("output1", "Result Dataset"),
        "Parameters": [], "SerializedClientData": "",
    }  # fmt: skip


@pytest.fixture
def finished(api: Api) -> str:
    """An experiment with a web service, run."""
    made = api.upload("numbers", b"a,b\n1,x\n2,y\n")
    given = graph(node("4f-1", "execute-python-script", {"Python Script": SCRIPT}, Dataset1=made["Id"]))
    saved = api.save(given, run=True, Description="Twice", WebService=_service("4f-1"))
    found = api.ended(saved["ExperimentId"])
    assert found["Status"]["StatusCode"] == "Finished", found["Status"]
    return str(saved["ExperimentId"])


def _publish(api: Api, experiment: str, query: str = "") -> dict[str, Any]:
    told = api.ask("POST", f"/experiments/{experiment}/webservice?generateNewPortNames=false{query}").json()
    done = api.polled(f"/experiments/{told['ActivityId']}/webservice", "Completed")
    assert done["WebServiceGroupId"] == told["WebServiceGroupId"]
    return done


def test_the_web_service_part_comes_back(api: Api, finished: str) -> None:
    service = api.get(f"/experiments/{finished}")["WebService"]
    assert service["IsWebServiceExperiment"] is True
    assert [(each["Id"], each["PortId"], each["Name"]) for each in service["Inputs"]] == [
        ("input1-id", "4f-1:Dataset1", "input1")
    ]
    assert [each["Name"] for each in service["Outputs"]] == ["output1"]


def test_publishing_and_publishing_again(api: Api, finished: str) -> None:
    done = _publish(api, finished)
    services = api.served.workspace.services
    (service,) = services.list()
    assert (service.id, service.name) == (done["WebServiceGroupId"], "Twice")
    (endpoint,) = services.endpoints(service.id)
    assert (endpoint.id, endpoint.name, endpoint.version) == (done["EndpointId"], "default", 1)
    again = _publish(api, finished, "&updateExistingWebService=true")
    assert (again["WebServiceGroupId"], again["EndpointId"]) == (service.id, endpoint.id)
    assert services.endpoint_by_id(endpoint.id).version == 2  # type: ignore[union-attr]
    another = _publish(api, finished)
    assert another["WebServiceGroupId"] != service.id


def test_a_definition_can_be_kept(api: Api, finished: str) -> None:
    told = api.get(f"/experiments/{finished}/webservicedefinition")
    assert told["name"] == "Twice"
    properties = told["properties"]
    assert set(properties["input"]["input1"]["properties"]) == {"a", "b"}
    assert set(properties["output"]["output1"]["properties"]) == {"a", "b", "c"}


def test_what_is_not_ready(api: Api, finished: str) -> None:
    found = api.get(f"/experiments/{finished}")
    found["Graph"]["ModuleNodes"][0]["ModuleParameters"][0]["Value"] = SCRIPT.replace("* 2", "* 3")
    api.save(found["Graph"], at=finished, WebService=found["WebService"])
    for path in ("/webservice", "/webservicedefinition"):
        method = "POST" if path == "/webservice" else "GET"
        assert "run it" in api.refused(method, f"/experiments/{finished}{path}", 400)
        api.refused(method, f"/experiments/{DETECTION}{path}", 403)
    api.refused("GET", f"/experiments/{'0' * 32}/webservice", 404)


def test_a_failure_ends_the_polling(api: Api) -> None:
    made = api.upload("numbers", b"a,b\n1,x\n")
    experiment = api.save(graph(node("c", "convert-to-csv", Dataset=made["Id"])), run=True)["ExperimentId"]
    assert api.ended(experiment)["Status"]["StatusCode"] == "Finished"
    told = api.ask("POST", f"/experiments/{experiment}/webservice?generateNewPortNames=false").json()
    path = api.served.api(f"/experiments/{told['ActivityId']}/webservice")
    while (answer := api.served.client.get(path, headers=api.served.studio)).status_code == 200:
        assert answer.json()["Status"] == "Pending"
    assert answer.status_code == 400
    assert "output" in answer.json()["error"]["message"]
    assert api.served.workspace.services.list() == []
