"""The old page's recipe: a script in the jail reads and writes blobs with the client libraries of then and of today."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.experiment import said, told
from tests.clients.azurite_server import Azurite, azurite
from tests.clients.bundles import bundle_of

if TYPE_CHECKING:
    from bottega.sandbox.host.environment import Environment

pytestmark = pytest.mark.slow

_PEOPLE = "name,age\nAnn,31\nBób,44\n"
# With `account_name`, `account_key` and `protocol` alone, as the page tells it: the host's name is the library's own.
_LEGACY = """
from azure.storage.blob import BlockBlobService

def azureml_main(people):
    service = BlockBlobService(account_name='ACCOUNT', account_key='KEY', protocol='http')
    service.create_container('results')
    service.create_blob_from_text('results', 'people.csv', people.to_csv(index=False))
    service.create_blob_from_bytes('results', 'large.bin', bytes(range(256)) * 4096 * 5)
    names = [blob.name for blob in service.list_blobs('results')]
    service.get_blob_to_path('results', 'people.csv', 'people.csv')
    frame = pd.read_csv('people.csv')
    frame['names'] = ' '.join(names)
    frame['large'] = len(service.get_blob_to_bytes('results', 'large.bin').content)
    return frame,
"""
_TODAY = """
from azure.storage.blob import BlobServiceClient

def azureml_main(people):
    service = BlobServiceClient('http://ACCOUNT.blob.core.windows.net', credential='KEY')
    container = service.create_container('results')
    container.upload_blob('people.csv', people.to_csv(index=False))
    container.upload_blob('large.bin', bytes(range(256)) * 4096 * 5)
    names = [blob.name for blob in container.list_blobs()]
    frame = pd.read_csv(io.BytesIO(container.download_blob('people.csv').readall()))
    frame['names'] = ' '.join(names)
    frame['large'] = len(container.download_blob('large.bin').readall())
    return frame,
"""
_HEAD = "import io\nimport pandas as pd\n"
_SCRIPTS = {"legacy": _LEGACY, "today": _TODAY}


@dataclass(frozen=True)
class Recipe:
    """An experiment whose script works with blobs, in a folder with a workspace, and the server."""

    file: Path
    server: Azurite

    @property
    def place(self) -> tuple[str, Path]:
        """The workspace, as verbs take it."""
        return "--workspace", self.file.parent / "kept"

    @property
    def door(self) -> str:
        """What the script asks for."""
        return f"{self.server.account}.blob.core.windows.net:80"

    def allow(self) -> None:
        """As the owner and the administrator do."""
        told("workspace", "set", "network", self.file, self.door, *self.place)
        told("workspace", "set", "address", self.door, f"127.0.0.1:{self.server.port}", *self.place)

    def run(self, code: int = 0) -> dict[str, Any]:
        """What became of the script in a run; its result is written beside it."""
        output = "--output", f"work={self.file.parent / 'out.csv'}"
        run = told("run", self.file, *(output if code == 0 else ()), *self.place, code=code)
        (step,) = (each for each in run["nodes"] if each["id"] == "work")
        return dict(step)

    def result(self) -> list[dict[str, str]]:
        """The rows that it gave last."""
        return list(csv.DictReader(io.StringIO((self.file.parent / "out.csv").read_text())))

    def quicken(self) -> None:
        """Let the script give up at the first refusal; by itself each library tries for minutes."""
        script = self.file.parent / "work.py"
        text = script.read_text().replace(
            "    service.create", "    service.retry = lambda _: None\n    service.create", 1
        )
        script.write_text(text.replace("credential=", "retry_total=0, credential="))

    def why(self) -> str:
        """What a run would do with the script."""
        return str(told("why", self.file, "work", *self.place)["reason"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    with azurite(tmp_path_factory.mktemp("azurite")) as started:
        yield started


@pytest.fixture(params=_SCRIPTS)
def recipe(
    request: pytest.FixtureRequest, server: Azurite, tmp_path: Path, environment: Environment
) -> Iterator[Recipe]:
    """The recipe with each generation of the library, its packages in a zip."""
    bundle = bundle_of(f"blob_{request.param}.lock", environment.folder / "venv" / "bin" / "python", tmp_path)
    script = (_HEAD + _SCRIPTS[request.param]).replace("ACCOUNT", server.account).replace("KEY", server.key)
    (tmp_path / "work.py").write_text(script)
    (tmp_path / "people.csv").write_text(_PEOPLE)
    file = tmp_path / "blobs.yaml"
    file.write_text(f"""bottega: 1
title: Blobs
nodes:
  people: {{dataset: {{file: people.csv}}}}
  packages: {{dataset: {{file: {bundle.name}}}}}
  work:
    module: execute-python-script
    inputs: {{dataset1: people, script_bundle: packages}}
    parameters: {{script: {{file: work.py}}}}
""")
    yield Recipe(file, server)
    client = server.client()
    for container in client.list_containers():
        client.delete_container(container.name)
    client.close()


def test_a_script_works_with_blobs(recipe: Recipe) -> None:
    recipe.allow()
    assert "no problems" in said("check", recipe.file, *recipe.place)
    assert recipe.run()["status"] == "Finished"
    assert [(row["name"], row["age"], row["names"], row["large"]) for row in recipe.result()] == [
        ("Ann", "31", "large.bin people.csv", "5242880"),
        ("Bób", "44", "large.bin people.csv", "5242880"),
    ]
    client = recipe.server.client()  # from outside: it is really there
    assert client.get_blob_client("results", "people.csv").download_blob().readall().decode() == _PEOPLE
    # It looks at the world, so it runs each time, here to find its container there already.
    assert recipe.why() == f"its script may reach {recipe.door}, so it runs each time"
    client.delete_container("results")
    client.close()
    again = recipe.run()
    assert (again["status"], again["cached"]) == ("Finished", False)


def test_without_the_owners_word_it_reaches_nothing(recipe: Recipe) -> None:
    """The administrator's mapping alone allows nothing, and what was allowed once is not reused later."""
    told("workspace", "set", "address", recipe.door, f"127.0.0.1:{recipe.server.port}", *recipe.place)
    recipe.quicken()
    refused = recipe.run(code=1)
    assert refused["status"] == "Failed"
    assert recipe.server.account in str(refused["error"])
    client = recipe.server.client()
    assert list(client.list_containers()) == []
    recipe.allow()
    assert recipe.run()["status"] == "Finished"
    told("workspace", "unset", "network", recipe.file, *recipe.place)
    assert recipe.why() == "its last run looked at the world outside"
    client.delete_container("results")
    client.close()
    assert recipe.run(code=1)["status"] == "Failed"
