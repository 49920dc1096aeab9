"""Retraining as classic's users scripted it: a batch job trains over new data, and its model goes to an endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bottega.sandbox.host.environment import Environment
from bottega.services.samples import PLACEHOLDER
from bottega.store.workspace import Workspace
from tests.cli.experiment import told
from tests.clients.azurite_server import Azurite, azurite
from tests.clients.deployed import running
from tests.server.helpers import until
from tests.server.test_sample_code import LANGUAGES, Codes, Run

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


def nearly(value: float) -> Any:
    """The learner is a little shy of large weights."""
    return pytest.approx(value, rel=0.01)


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


@dataclass(frozen=True)
class Prices:
    """A server with a service that predicts and one that trains, as the command line published them."""

    root: str
    owner: Client
    predicts: dict[str, Any]
    trains: dict[str, Any]
    storage: Azurite

    def endpoint(self, name: str) -> tuple[str, dict[str, Any]]:
        """Another endpoint of the one that predicts: where it is managed, and what is told of it."""
        url = f"{self.root}/{self.predicts['service_id']}/endpoints/{name}"
        return url, self.owner.ask("PUT", url, {"Description": "retrained"}, status=201)

    def trained(self, outputs: dict[str, Any]) -> dict[str, Any]:
        """Where the model is that a job made of new flats."""
        result: dict[str, Any] = Client(self.trains["primary_key"]).trained(
            self.trains["api_location"], self.new, outputs
        )["output1"]
        assert result["RelativeLocation"].endswith(".ilearner")
        return result

    @property
    def new(self) -> dict[str, str]:
        """The blob with new flats."""
        return {"ConnectionString": self.storage.bare_connection_string, "RelativeLocation": "flats/new.csv"}


@pytest.fixture(scope="module")
def prices(tmp_path_factory: pytest.TempPathFactory, environment: Environment) -> Iterator[Prices]:
    folder = tmp_path_factory.mktemp("prices")
    (folder / "flats.csv").write_text(flats(10))
    (folder / "prices.yaml").write_text(TEXT)
    with azurite(folder / "blobs") as storage, running(folder, **{storage.account: storage.endpoint}) as url:
        there = ("--workspace", folder / ".bottega")
        predictive = told("service", "set-up", folder / "prices.yaml", "--yes", *there)
        training = told("service", "set-up", folder / "prices.yaml", "--retraining", "--yes", *there)
        predicts, trains = (told("service", "publish", each["written"], *there) for each in (predictive, training))
        with Workspace.open(folder / ".bottega") as workspace:
            owner, root = Client(workspace.tokens.primary), f"{url}/workspaces/{workspace.id}/webservices"
        with storage.client() as client:
            client.create_container("flats").upload_blob("new.csv", flats(25).encode())
        yield Prices(root, owner, predicts, trains, storage)


@pytest.mark.parametrize("kept", ["storage", "server"])
def test_a_model_is_trained_anew_and_put_into_an_endpoint(prices: Prices, kept: str) -> None:
    url, endpoint = prices.endpoint(kept)
    api, caller, default = (
        endpoint["ApiLocation"],
        Client(endpoint["PrimaryKey"]),
        Client(prices.predicts["primary_key"]),
    )
    assert caller.predicted(api, 50) == nearly(500)

    outputs = {"output1": prices.new | {"RelativeLocation": "flats/new.ilearner"}} if kept == "storage" else {}
    result = prices.trained(outputs)
    location = {key: result[key] for key in ("BaseLocation", "RelativeLocation", "SasBlobToken")}
    prices.owner.ask("PATCH", url, {"Resources": [{"Name": endpoint["Resources"][0]["Name"], "Location": location}]})
    assert caller.predicted(api, 50) == nearly(1250)
    assert default.predicted(prices.predicts["api_location"], 50) == nearly(500)


@pytest.mark.parametrize(("language", "execute"), LANGUAGES)
def test_the_code_of_the_help_page_does_it(
    prices: Prices, language: str, execute: Callable[[str, Path], Run], tmp_path: Path
) -> None:
    _, endpoint = prices.endpoint(f"by{language}")
    result = prices.trained({})
    code = Codes(httpx2.get(f"{endpoint['HelpLocation']}/update").text).found[language]
    for blank, value in (
        (PLACEHOLDER, endpoint["PrimaryKey"]), ("https://ACCOUNT.blob.core.windows.net/", result["BaseLocation"]),
        ("container/model.ilearner", result["RelativeLocation"]), ("?TOKEN", result["SasBlobToken"]),
    ):  # fmt: skip
        assert blank in code
        code = code.replace(blank, value)
    done = execute(code, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert Client(endpoint["PrimaryKey"]).predicted(endpoint["ApiLocation"], 50) == nearly(1250)
