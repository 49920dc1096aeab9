"""Retraining as classic's users scripted it: a batch job trains over new data, and its model goes to an endpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest

from bottega.sandbox.host.environment import Environment
from bottega.store.workspace import Workspace
from tests.cli.experiment import told
from tests.clients.azurite_server import Azurite, azurite
from tests.clients.deployed import serving
from tests.server.helpers import until

pytestmark = pytest.mark.slow
QUERY = "?api-version=2.0"
TEXT = """bottega: 1
title: Prices
nodes:
  flats:
    dataset: {file: flats.csv}
  learner:
    module: linear-regression
  train:
    module: train-model
    inputs: {untrained_model: learner, dataset: flats}
    parameters: {label: price}
  score:
    module: score-model
    inputs: {trained_model: train, dataset: flats}
"""


def flats(price: int) -> str:
    """Flats whose price is so much for each metre."""
    return "metres,price\n" + "".join(f"{metres},{metres * price}\n" for metres in range(20, 120))


class Client:
    """Calls with a key or a token."""

    def __init__(self, secret: str) -> None:
        self._headers = {"Authorization": f"Bearer {secret}"}

    def ask(self, method: str, url: str, body: Any = None, status: int = 200) -> Any:
        answer = httpx2.request(method, url + QUERY, json=body, headers=self._headers, timeout=120)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def predicted(self, api: str, metres: int) -> float:
        """The price that a service scores for a flat."""
        rows = {"ColumnNames": ["metres", "price"], "Values": [[metres, None]]}
        answer = self.ask("POST", f"{api}/execute", {"Inputs": {"input1": rows}, "GlobalParameters": {}})
        (table,) = (each["value"] for each in answer["Results"].values())
        return float(table["Values"][0][table["ColumnNames"].index("Scored Labels")])

    def trained(self, api: str, place: dict[str, str], outputs: dict[str, Any]) -> dict[str, Any]:
        """The results of a job."""
        job = self.ask("POST", f"{api}/jobs", {"Inputs": {"input1": place}, "Outputs": outputs, "GlobalParameters": {}})
        self.ask("POST", f"{api}/jobs/{job}/start", status=204)
        last: dict[str, Any] = {}

        def is_over() -> bool:
            last.update(self.ask("GET", f"{api}/jobs/{job}"))
            return last["StatusCode"] not in {"NotStarted", "Running"}

        until(is_over)
        assert last["StatusCode"] == "Finished", last["Details"]
        results: dict[str, Any] = last["Results"]
        return results


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with azurite(tmp_path_factory.mktemp("blobs")) as started, started.client() as client:
        client.create_container("flats").close()
        yield started


@pytest.mark.parametrize("kept", ["on storage", "by the server"])
def test_a_model_is_trained_anew_and_put_into_an_endpoint(
    tmp_path: Path, environment: Environment, storage: Azurite, kept: str
) -> None:
    (tmp_path / "flats.csv").write_text(flats(10))
    (tmp_path / "prices.yaml").write_text(TEXT)
    with serving(tmp_path, **{storage.account: storage.endpoint}) as url:
        there = ("--workspace", tmp_path / ".bottega")
        predictive = told("service", "set-up", tmp_path / "prices.yaml", "--yes", *there)
        training = told("service", "set-up", tmp_path / "prices.yaml", "--retraining", "--yes", *there)
        predicts = told("service", "publish", predictive["written"], *there)
        trains = told("service", "publish", training["written"], *there)
        partner = told("service", "endpoint", "add", predicts["service_id"], "partner", *there)
        keys = told("service", "endpoint", "keys", predicts["service_id"], "partner", *there)
        with Workspace.open(tmp_path / ".bottega") as workspace:
            owner, root = Client(workspace.tokens.primary), f"{url}/workspaces/{workspace.id}/webservices"
        caller = Client(keys["primary_key"])
        assert caller.predicted(keys["api_location"], 50) == pytest.approx(500)

        with storage.client() as client, client.get_blob_client("flats", "new.csv") as blob:
            blob.upload_blob(flats(25).encode(), overwrite=True)
        place = {"ConnectionString": storage.bare_connection_string, "RelativeLocation": "flats/new.csv"}
        name = next(each for each in trains_outputs(root, owner, trains) if each.endswith(".ilearner"))
        output = name.removesuffix(".ilearner")
        outputs = {output: place | {"RelativeLocation": "flats/new.ilearner"}} if kept == "on storage" else {}
        results = Client(trains["primary_key"]).trained(trains["api_location"], place, outputs)
        assert results[output]["RelativeLocation"].endswith(".ilearner")

        endpoint = f"{root}/{predicts['service_id']}/endpoints/partner"
        (resource,) = owner.ask("GET", endpoint)["Resources"]
        location = {key: results[output][key] for key in ("BaseLocation", "RelativeLocation", "SasBlobToken")}
        changed = owner.ask("PATCH", endpoint, {"Resources": [{"Name": resource["Name"], "Location": location}]})
        assert changed["Resources"][0]["Name"] == resource["Name"]
        until(lambda: caller.predicted(keys["api_location"], 50) == pytest.approx(1250))
        default = Client(predicts["primary_key"])
        assert default.predicted(predicts["api_location"], 50) == pytest.approx(500)
        del partner
