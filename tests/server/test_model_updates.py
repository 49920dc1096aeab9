"""Retraining over HTTP: a new model for an endpoint, fetched from this server, a storage account or the web (fact sheet 5.5)."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bottega.sandbox.host.pool import Pool
from bottega.server.routes._model_files import fetching
from bottega.services import publish
from bottega.store.digest import bytes_digest
from tests.engine.helpers import Bench, steps
from tests.server.helpers import BASE, Served, serving
from tests.server.published import Service, keep
from tests.services import training
from tests.services.bench import published

MODEL = "Rich people [trained model]"
ROW = {"age": 70, "hours": 60, "rich": None}


@dataclass(frozen=True)
class Trained:
    """A service that scores people, and the digest of a model that says the opposite."""

    service: Service
    opposite: str

    def label(self, endpoint: dict[str, Any]) -> str:
        """What an endpoint says of one who is rich."""
        url, headers = (
            f"{endpoint['ApiLocation']}/execute?api-version=2.0&format=swagger",
            {"Authorization": f"Bearer {endpoint['PrimaryKey']}"},
        )
        answer = self.service.served.client.post(url, json={"Inputs": {"input1": [ROW]}}, headers=headers)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["Results"]["output1"][0]["Scored Labels"])

    def location(self, digest: str | None = None) -> dict[str, str]:
        """A signed address of a stored file of this server."""
        context = self.service.served.context
        base, relative, token = context.signer.url(BASE, f"downloads/{digest or self.opposite}/new.ilearner")
        return {"BaseLocation": base, "RelativeLocation": relative, "SasBlobToken": token}

    def update(self, location: dict[str, Any], status: int, name: str = MODEL, endpoint: str = "second") -> Any:
        body = {"Resources": [{"Name": name, "Location": location}]}
        return self.service.manage("PATCH", f"/endpoints/{endpoint}", status, json=body)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Iterator[Trained]:
    folder = tmp_path_factory.mktemp("updates")
    with serving(folder / "workspace", pool) as served:
        bench = Bench(served.workspace, pool)
        experiment = training.trained(training.people(folder), "people", "people")
        made = publish.set_up(experiment, bench.run(experiment), served.workspace)
        done = published(bench, made.experiment, known="predictive")
        keys = served.workspace.services.keys(done.endpoint.id)
        service = Service(served, done.service.id, done.endpoint.id, keys)
        service.manage("PUT", "/endpoints/second", 201, json={})
        path = folder / "people.csv"
        swapped = {",yes": ",no", ",no": ",yes"}
        path.write_text(
            "\n".join(
                line[: line.rfind(",")] + swapped.get(line[line.rfind(",") :], ",rich")
                for line in path.read_text().splitlines()
            )
        )
        again = bench.run(experiment, "train", name="retrained")
        yield Trained(service, steps(again)["train"].outputs[0].digest)


@contextmanager
def web(content: bytes, status: int = 200) -> Iterator[tuple[str, list[str]]]:
    """A web server of this machine that gives one file, and the paths that were asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def test_an_endpoint_says_what_its_new_model_says(trained: Trained) -> None:
    second, default = (trained.service.manage("GET", f"/endpoints/{name}") for name in ("second", "default"))
    assert (trained.label(second), trained.label(default)) == ("yes", "yes")
    before = second["Resources"][0]["Location"]["RelativeLocation"]
    told = trained.update(trained.location(), 200)
    assert told["Resources"][0]["Location"]["RelativeLocation"] != before
    assert (trained.label(second), trained.label(default)) == ("no", "yes")
    trained.service.manage("POST", "/endpoints/second/refresh", 304, json={"OverwriteResources": "False"})
    trained.service.manage("POST", "/endpoints/second/refresh", 204, json={"OverwriteResources": "True"})
    assert trained.label(second) == "yes"


def test_a_key_of_the_endpoint_is_enough(trained: Trained) -> None:
    second = trained.service.manage("GET", "/endpoints/second")
    body = {"Resources": [{"Name": MODEL, "Location": trained.location()}]}
    url, headers = f"{trained.service.path}/endpoints/second", {"Authorization": f"Bearer {second['SecondaryKey']}"}
    assert trained.service.served.client.patch(url, json=body, headers=headers).status_code == 200


def test_the_default_endpoint_is_not_updated(trained: Trained) -> None:
    assert trained.update(trained.location(), 400, endpoint="default")["error"]["code"] == "InvalidOperation"


def test_what_is_no_model_is_refused(trained: Trained) -> None:
    told = trained.update(trained.location(keep(trained.service.served, b"no model")), 400)
    assert (told["error"]["code"], told["error"]["details"][0]["code"]) == ("InvalidOperation", "IncompatibleModel")


@pytest.mark.parametrize("name", ["another", "", None, 3])
def test_what_is_no_resource_is_refused(trained: Trained, name: Any) -> None:
    assert trained.update(trained.location(), 400, name=name)["error"]["code"] == "BadArgument"


@pytest.mark.parametrize(
    "resources", [3, [], ["x"], [{}], [{"Name": MODEL}], [{"Name": MODEL, "Location": {"BaseLocation": 3}}]], ids=repr
)
def test_locations_that_cannot_be_are_refused(trained: Trained, resources: Any) -> None:
    told = trained.service.manage("PATCH", "/endpoints/second", 400, json={"Resources": resources})
    assert told["error"]["code"] == "BadArgument"


def test_an_address_of_ours_that_is_not_signed_is_refused(trained: Trained) -> None:
    location = trained.location()
    assert trained.update(location | {"SasBlobToken": "?se=9999999999&sp=r&sig=x"}, 403)["error"]["details"]
    assert trained.update(location | {"RelativeLocation": f"downloads/{'0' * 64}/new.ilearner"}, 403)


def test_an_address_that_we_signed_is_ours_by_whatever_name(trained: Trained) -> None:
    """Behind a proxy a client knows this server by another name, which this server may not be able to reach."""
    trained.update(trained.location() | {"BaseLocation": "https://studio.invalid/"}, 200)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://localhost/",
        "http://169.254.169.254/latest/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://0.0.0.0/",
    ],
)
def test_private_addresses_are_not_asked(trained: Trained, url: str) -> None:
    told = trained.update({"BaseLocation": url, "RelativeLocation": "x", "SasBlobToken": "?secret-sig"}, 403)
    assert "secret-sig" not in str(told)


@pytest.mark.parametrize(
    "url", ["file:///etc/", "ftp://h/", "gopher://h/", "//h/", "http://", "http://[/", "http://h:port/", "\x00"]
)
def test_only_the_web_is_asked(trained: Trained, url: str) -> None:
    told = trained.update({"BaseLocation": url, "RelativeLocation": "passwd", "SasBlobToken": ""}, 400)
    assert "root:" not in str(told)


def test_a_storage_account_lies_where_the_owner_says(trained: Trained) -> None:
    settings, blobs = trained.service.served.workspace.settings, trained.service.served.workspace.blobs
    with web(blobs.read(trained.opposite)) as (url, asked):
        settings.set_entry("storage_accounts", "models", f"{url}/models")
        try:
            trained.update(
                {
                    "BaseLocation": "https://models.blob.core.windows.net/",
                    "RelativeLocation": "c/m.ilearner",
                    "SasBlobToken": "?sv=1",
                },
                200,
            )
            trained.update(
                {"BaseLocation": f"{url}/models/", "RelativeLocation": "c/m.ilearner", "SasBlobToken": "?sv=2"}, 200
            )
            trained.update(
                {"BaseLocation": f"{url}/modelsandmore/", "RelativeLocation": "c/m.ilearner", "SasBlobToken": ""}, 403
            )
        finally:
            settings.set_entry("storage_accounts", "models", None)
    assert asked == ["/models/c/m.ilearner?sv=1", "/models/c/m.ilearner?sv=2"]


def test_what_the_web_does_not_have_is_told_without_the_token(trained: Trained) -> None:
    settings = trained.service.served.workspace.settings
    settings.set("allow_private_addresses", True)
    try:
        with web(b"", 404) as (url, _):
            told = trained.update(
                {"BaseLocation": f"{url}/", "RelativeLocation": "m", "SasBlobToken": "?secret-sig"}, 400
            )
    finally:
        settings.set("allow_private_addresses", False)
    assert "404" in str(told)
    assert "secret-sig" not in str(told)


def test_files_are_bounded_and_gone_afterwards(tmp_path: Path, server: Served) -> None:
    content = b"x" * 5000
    keep(server, content)
    url = str(server.context.signer.url(BASE, f"downloads/{bytes_digest(content)}/m"))
    with fetching(server.context, BASE) as fetch:
        path = fetch(url, 5000)
        assert isinstance(path, Path)
        assert path.read_bytes() == content
        with pytest.raises(Exception, match="more than 4999"):
            fetch(url, 4999)
    assert not path.exists()
