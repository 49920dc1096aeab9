"""Import Data and Export Data with blob storage: Azurite, by key, by signature, and what goes wrong."""

from __future__ import annotations

import base64
import io
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from azure.storage.blob import (
    AccountSasPermissions,
    BlobSasPermissions,
    ContainerClient,
    ResourceTypes,
    generate_account_sas,
    generate_blob_sas,
)

from bottega.dataset.table import Table
from bottega.engine import blobs
from bottega.engine.place import outside as allowed
from bottega.engine.reach import Outside
from bottega.errors import BottegaError
from bottega.graph.document import Experiment
from bottega.sdk import catalogue
from bottega.store.workspace import Workspace
from tests.clients.azurite_server import Azurite, azurite
from tests.engine.exporting import digests_of, exported
from tests.engine.helpers import Bench, Canceler, steps

pytestmark = pytest.mark.slow
BLOB: dict[str, Any] = {"source": "Azure Blob Storage"}
TO_BLOB: dict[str, Any] = {"destination": "Azure Blob Storage"}
TABLE = Table(pa.table({"größe, cm": [1.5, None], "n": [1, 2], "s": ['a "b", c', None]}))


@dataclass
class Account:
    """An account, and what a workspace that names it may reach."""

    azurite: Azurite
    outside: Outside

    def put(self, path: str, data: str | bytes, **options: Any) -> None:
        container, _, name = path.partition("/")
        with self.azurite.client() as client:
            client.get_blob_client(container, name).upload_blob(data, overwrite=True, **options)

    def get(self, path: str) -> bytes:
        container, _, name = path.partition("/")
        with self.azurite.client() as client:
            return client.get_blob_client(container, name).download_blob().readall()

    def read(self, path: str = "box/a.csv", **parameters: Any) -> Table:
        told = {"account": self.azurite.account, "key": self.azurite.key, "blob_path": path}
        return load(self.outside, **{**told, **parameters})

    def write(self, path: str, table: Table = TABLE, **parameters: Any) -> None:
        told = {"account": self.azurite.account, "key": self.azurite.key, "blob_path": path}
        save(self.outside, table, **{**told, **parameters})

    def uri(self, path: str, **permissions: bool) -> str:
        container, _, name = path.partition("/")
        token = generate_blob_sas(
            self.azurite.account, container, name, account_key=self.azurite.key,
            permission=BlobSasPermissions(**permissions), expiry=datetime.now(UTC) + timedelta(hours=1),
        )  # fmt: skip
        return f"{self.azurite.endpoint}/{path}?{token}"


def load(outside: Outside, **parameters: Any) -> Table:
    spec = catalogue.get("import-data")
    table: Table = spec.function(outside, **spec.convert(BLOB | parameters))
    return table


def save(outside: Outside, table: Table, **parameters: Any) -> None:
    spec = catalogue.get("export-data")
    spec.function(table, outside, **spec.convert(TO_BLOB | parameters))


def lists(table: Table) -> dict[str, Any]:
    return table.arrow.to_pydict()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    with azurite(tmp_path_factory.mktemp("azurite")) as started:
        with started.client() as client:
            client.create_container("box")
            client.create_container("public", public_access="blob")
        yield started


@pytest.fixture
def account(server: Azurite, tmp_path: Path) -> Account:
    with Workspace.open(tmp_path / "workspace") as workspace:
        workspace.settings.set_entry("storage_accounts", server.account, server.endpoint)
        return Account(server, allowed(tmp_path, workspace))


def fails(made: Account, code: str, path: str = "box/a.csv", **parameters: Any) -> BottegaError:
    with pytest.raises(BottegaError) as caught:
        made.read(path, **parameters)
    assert caught.value.code == code, str(caught.value)
    told = f"{caught.value!s} {caught.value.facts}"
    assert made.azurite.key not in told
    assert "sig=" not in told
    return caught.value


def test_a_blob_by_key(account: Account) -> None:
    account.put("box/one/ä b.csv", "a,b\n1,x\n")
    assert lists(account.read("box/one/ä b.csv")) == {"a": [1], "b": ["x"]}
    assert lists(account.read("/box/one/ä b.csv", blob_header=False)) == {"Col1": ["a", "1"], "Col2": ["b", "x"]}
    assert lists(account.read("box/one/ä b.csv", header=False)) == {"a": [1], "b": ["x"]}


def test_parameters_by_classics_names(account: Account) -> None:
    account.put("box/classic.tsv", "1\tx\n")
    told = {
        "Data source": "Azure Blob Storage", "Authentication type": "Account", "Account name": account.azurite.account,
        "Account key": account.azurite.key, "Path to container, directory, or blob": "box/classic.tsv",
        "Blob file format": "TSV", "File has header row": "False", "Use cached results": "FALSE",
    }  # fmt: skip
    assert lists(load(account.outside, **told)) == {"Col1": [1], "Col2": ["x"]}
    told = {
        "Please specify data destination": "Azure Blob Storage", "Please specify authentication type": "Account",
        "Azure account name": account.azurite.account, "Azure account key": account.azurite.key,
        "Path to blob beginning with container": "box/classic.out", "Azure Blob Storage write mode": "Overwrite",
        "File format for blob file": "TSV", "Write blob header row": "TRUE", "Use cached results": "FALSE",
    }  # fmt: skip
    save(account.outside, Table(pa.table({"a": [1], "b": ["x"]})), **told)
    assert account.get("box/classic.out") == b"a\tb\n1\tx\n"


def test_several_blobs_are_one_table(account: Account) -> None:
    for name, text in (
        ("a", "k,v\n1,\n"),
        ("b", "k,v\n2,x\n"),
        ("c", "k,v\n0.5,7\n"),
        ("deep/d", "k,v\n9,9\n"),
        ("e", ""),
    ):
        account.put(f"box/many/data-{name}.csv", text)
    account.put("box/many/other.txt", "k,v\n8,8\n")
    expected = {"k": [1.0, 2.0, 0.5], "v": [None, "x", "7"]}
    assert lists(account.read("box/many/data-*.csv")) == expected
    assert lists(account.read("box/many/data-?.c*")) == expected
    assert lists(account.read("box/m*y/data-[a].csv*".replace("[a]", "a"))) == {"k": [1], "v": [None]}
    for folder in ("box/many/data-deep", "box/many/data-deep/"):
        assert lists(account.read(folder)) == {"k": [9], "v": [9]}
    assert account.read("box/many").num_rows == 5
    assert fails(account, "0065", "box/many/none-*").facts["path"] == "box/many/none-*"
    account.put("box/wrong/1.csv", "a,b\n1,2\n")
    account.put("box/wrong/2.csv", "a,c\n1,2\n")
    error = fails(account, "0125", "box/wrong/*.csv")
    assert (error.facts["dataset"], error.facts["reason"]) == (
        "wrong/2.csv",
        "its column 2 is c, and b in the first file",
    )
    account.put("box/bad/1.csv", "a\n1\n")
    account.put("box/bad/2.csv", "a\n1,2\n")
    assert fails(account, "0061", "box/bad/*").facts["path"] == "bad/2.csv"


def test_every_page_of_a_long_list(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        account.put(f"box/pages/{number:02}.csv", f"a\n{number}\n")
    listed = ContainerClient.list_blob_names
    monkeypatch.setattr(
        ContainerClient, "list_blob_names", lambda self, **options: listed(self, **options, results_per_page=5)
    )
    assert lists(account.read("box/pages/*")) == {"a": list(range(12))}
    monkeypatch.setattr(blobs, "MOST_FILES", 11)
    assert "11 files" in str(fails(account, "input-too-large", "box/pages/*"))


def test_a_wide_pattern_takes_no_time(account: Account) -> None:
    account.put(f"box/{'a' * 200}.csv", "a\n1\n")
    fails(account, "0065", f"box/{'*a' * 100}*b")


def test_other_formats(account: Account) -> None:
    account.write("box/t.parquet", format="Parquet")
    assert lists(account.read("box/t.parquet", format="Parquet")) == lists(TABLE)
    account.put("box/t.arff", "@relation x\n@attribute k {b, a}\n@data\na\n")
    account.put("box/t2.arff", "@relation x\n@attribute k {c, b}\n@data\nc\n?\n")
    joined = account.read("box/t*.arff", format="ARFF")
    assert lists(joined) == {"k": ["a", "c", None]}
    assert str(joined.columns[0].type) == "Categorical String"


def test_by_address(account: Account) -> None:
    account.put("box/shared/ä.csv", "a\n1\n")
    uri = account.uri("box/shared/ä.csv", read=True).replace("ä", "%C3%A4")
    address = {"authentication": "PublicOrSas", "uri": uri}
    assert lists(load(account.outside, **address)) == {"a": [1]}
    own = Outside(Path(), private_addresses=True)
    assert lists(load(own, **address)) == {"a": [1]}
    account.put("public/p.csv", "a\n2\n")
    plain = f"{account.azurite.endpoint}/public/p.csv"
    assert lists(load(own, authentication="PublicOrSas", uri=plain)) == {"a": [2]}


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("", "0003"), ("nothing", "0029"), ("ftp://host/box/a", "0029"), ("https://user:hunter2@host/box/a", "0029"),
        ("https://host/box", "0029"), ("https://host/Box!/a", "0029"), ("https://no-such-host.invalid/box/a?sig=hunter2", "0154"),
    ],
)  # fmt: skip
def test_addresses_that_are_none(tmp_path: Path, uri: str, code: str) -> None:
    for work in (load, lambda outside, **told: save(outside, TABLE, authentication="SAS", uri=told["uri"])):
        with pytest.raises(BottegaError) as caught:
            work(Outside(tmp_path, private_addresses=True), authentication="PublicOrSas", uri=uri)
        assert caught.value.code == code
        assert "hunter2" not in f"{caught.value} {caught.value.facts}"


def test_written_whole_and_over_nothing(account: Account) -> None:
    account.write("box/out/new.csv")
    assert account.get("box/out/new.csv").decode().splitlines()[0] == '1.5,1,"a ""b"", c"'
    with pytest.raises(BottegaError) as caught:
        account.write("box/out/new.csv")
    assert (caught.value.code, caught.value.facts["path"]) == ("0057", "box/out/new.csv")
    account.write("box/out/new.csv", write_mode="Overwrite", header=True)
    frame = pd.read_csv(io.BytesIO(account.get("box/out/new.csv")))
    assert list(frame.columns) == ["größe, cm", "n", "s"]
    assert frame["s"][0] == 'a "b", c'


def test_written_by_signature(account: Account) -> None:
    told = {"authentication": "SAS", "uri": account.uri("box/out/signed.csv", write=True, create=True)}
    save(account.outside, TABLE, **told)
    assert account.get("box/out/signed.csv").count(b"\n") == 2
    with pytest.raises(BottegaError) as caught:
        save(account.outside, TABLE, **told)
    assert caught.value.code == "0057"
    reading = {"authentication": "SAS", "uri": account.uri("box/out/signed.csv", read=True)}
    with pytest.raises(BottegaError) as caught:
        save(account.outside, TABLE, **reading, write_mode="Overwrite")
    assert caught.value.code == "0071"
    assert "sig=" not in str(caught.value)


def test_an_account_signature_opens_a_blob(account: Account) -> None:
    account.put("box/by-account.csv", "a\n3\n")
    token = generate_account_sas(
        account.azurite.account, account.azurite.key, ResourceTypes(object=True), AccountSasPermissions(read=True),
        datetime.now(UTC) + timedelta(hours=1),
    )  # fmt: skip
    uri = f"{account.azurite.endpoint}/box/by-account.csv?{token}"
    assert lists(load(account.outside, authentication="PublicOrSas", uri=uri)) == {"a": [3]}


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"account": "No_Account"}, "0009"), ({"account": ""}, "0003"), ({"key": "nonsense!"}, "0052"), ({"key": ""}, "0003"),
        ({"blob_path": ""}, "0003"), ({"blob_path": "b*x/a.csv"}, "0079"), ({"blob_path": "none-such/a.csv"}, "0079"),
        ({"blob_path": "box/none.csv"}, "0065"), ({"blob_path": "box/../a"}, "0065"), ({"blob_path": "box/a\nb"}, "0065"),
        ({"key": base64.b64encode(b"wrong" * 12).decode()}, "0064"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(account: Account, told: dict[str, Any], code: str) -> None:
    fails(account, code, **{"path": told.get("blob_path", "box/a.csv"), **told})


@pytest.mark.parametrize("path", ["box", "box/", "box/folder/", "box/a*.csv"])
def test_paths_that_cannot_be_written(account: Account, path: str) -> None:
    with pytest.raises(BottegaError) as caught:
        account.write(path)
    assert caught.value.code == "0065"


def test_where_it_cannot_be_written(account: Account) -> None:
    with pytest.raises(BottegaError) as caught:
        account.write("none-such/a.csv")
    assert caught.value.code == "0079"
    account.put("box/leased", b"x")
    with account.azurite.client() as client:
        client.get_blob_client("box", "leased").acquire_lease()
    with pytest.raises(BottegaError, match="LeaseIdMissing") as caught:
        account.write("box/leased", write_mode="Overwrite")
    assert caught.value.code == "0066"
    assert account.get("box/leased") == b"x"


def test_an_account_that_does_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(*_: object, **__: object) -> None:
        raise OSError("no such name")

    monkeypatch.setattr("socket.getaddrinfo", lookup)
    told = {"account": "nobody", "key": base64.b64encode(b"key").decode(), "blob_path": "box/a.csv"}
    with pytest.raises(BottegaError) as caught:
        load(Outside(tmp_path), **told)
    assert (caught.value.code, caught.value.facts["account"]) == ("0009", "nobody")


def test_private_addresses_are_refused_unless_named(account: Account, tmp_path: Path) -> None:
    uri = account.uri("box/a.csv", read=True)
    with pytest.raises(BottegaError) as caught:
        load(Outside(tmp_path), authentication="PublicOrSas", uri=uri)
    assert caught.value.code == "access-refused"


def test_too_much_is_cut_off(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "LARGEST", 1000)
    account.put("box/big/1.csv", b"1\n" * 300)
    account.put("box/big/2.csv", b"1\n" * 300)
    fails(account, "input-too-large", "box/big/*")
    assert account.read("box/big/1.csv").num_rows == 299


class Slow(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if "plain" in self.path:
            self.send_error(200)
            return
        self.send_response(206)
        self.send_header("Content-Length", "1000000")
        self.send_header("Content-Range", "bytes 0-999999/1000000")
        self.end_headers()
        self.server.reached.set()  # type: ignore[attr-defined]
        self.server.over.wait(60)  # type: ignore[attr-defined]

    def log_message(self, *_: object) -> None:
        pass


def test_a_transfer_is_canceled(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as slow:
        slow.reached, slow.over = threading.Event(), threading.Event()  # type: ignore[attr-defined]
        threading.Thread(target=slow.serve_forever, args=(0.02,), daemon=True).start()
        cancel = Canceler()
        outside = Outside(tmp_path, private_addresses=True, stop=cancel.descriptor)

        def stop() -> None:
            slow.reached.wait(60)  # type: ignore[attr-defined]
            cancel()

        threading.Thread(target=stop).start()
        with pytest.raises(BottegaError) as caught:
            load(outside, authentication="PublicOrSas", uri=f"http://127.0.0.1:{slow.server_port}/acc/box/a.csv")
        assert caught.value.code == "canceled"
        with pytest.raises(BottegaError, match="no blob storage") as caught:
            load(outside, authentication="PublicOrSas", uri=f"http://127.0.0.1:{slow.server_port}/acc/box/plain.csv")
        slow.over.set()  # type: ignore[attr-defined]
        slow.shutdown()
    os.close(cancel.descriptor)


def test_in_an_experiment_no_secret_is_told(bench: Bench, account: Account) -> None:
    account.put("box/in.csv", "a\n1\n2\n")
    key: dict[str, Any] = {"account": account.azurite.account, "key": account.azurite.key}
    experiment = Experiment().add("in", "import-data", **BLOB, **key, blob_path="box/in.csv")
    experiment = experiment.add(
        "out", "export-data", inputs={"dataset": "in"}, **TO_BLOB, **key, blob_path="box/run.csv"
    )
    run = bench.run(experiment, outside=account.outside)
    assert run.status == "Finished"
    assert account.get("box/run.csv") == b"1\n2\n"
    again = bench.run(experiment, outside=account.outside)
    failed = steps(again)["out"]
    assert failed.error is not None
    assert failed.error["code"] == "0057"
    assert account.azurite.key not in str((run.steps, again.steps))


def test_an_exported_program_asks_for_secrets(
    bench: Bench, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.put("box/in.csv", "a\n1\n2\n")
    told: dict[str, Any] = {"account": account.azurite.account, "key": account.azurite.key, "blob_path": "box/in.csv"}
    experiment = Experiment().add("load-it", "import-data", **BLOB, **told)
    program = tmp_path / "told.py"
    exported(experiment, bench.workspace, program, outside=account.outside)
    assert account.azurite.key not in program.read_text()
    monkeypatch.setenv("LOAD_IT_KEY", account.azurite.key)
    run = bench.run(experiment, outside=account.outside)
    assert digests_of(program) == {"load_it": steps(run)["load-it"].outputs[0].digest}
