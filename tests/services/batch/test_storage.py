"""Files in storage, on Azurite: read, written whole, told for reading, and why not."""

from __future__ import annotations

import io
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bottega.errors import BottegaError
from bottega.services.batch.place import Place
from bottega.services.batch.storage import Stopped, Storage
from bottega.services.errors import ServiceError
from bottega.store.workspace import Workspace
from tests.clients.azurite_server import Azurite, azurite

pytestmark = pytest.mark.slow

BOX = "box"
LONG = bytes(range(256)) * 40_000  # more than two blocks


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    with azurite(tmp_path_factory.mktemp("azurite")) as server:
        with server.client() as client:
            client.create_container(BOX)
        yield server


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "workspace") as made:
        yield made


@pytest.fixture
def storage(workspace: Workspace, account: Azurite) -> Storage:
    """Of a workspace whose owner told where the account lies."""
    workspace.settings.set_entry("storage_accounts", account.account, account.endpoint)
    return Storage.of(workspace)


def at(account: Azurite, relative: str) -> Place:
    """A place as old clients tell it: the account's name and key alone."""
    return Place(account.bare_connection_string, None, relative)


def put(account: Azurite, relative: str, data: bytes, **options: Any) -> None:
    """Today's SDK writes a blob."""
    container, _, name = relative.partition("/")
    with account.client() as client:
        client.get_blob_client(container, name).upload_blob(data, overwrite=True, **options)


def get(account: Azurite, relative: str) -> bytes:
    """Today's SDK reads it."""
    container, _, name = relative.partition("/")
    with account.client() as client:
        return client.get_blob_client(container, name).download_blob().readall()


def read(storage: Storage, place: Place) -> bytes:
    file = io.BytesIO()
    size = storage.download(place, file)
    assert size == len(file.getvalue())
    return file.getvalue()


def url(told: dict[str, Any]) -> str:
    """As sample code puts it together."""
    return f"{told['BaseLocation']}{told['RelativeLocation']}{told['SasBlobToken']}"


def refusal(caught: pytest.ExceptionInfo[ServiceError], account: Azurite) -> str:
    """The detail's code, of an error that tells no secret."""
    [detail] = caught.value.details
    assert account.key not in str(caught.value)
    assert "sig=" not in str(caught.value)
    return detail.code


NAMES = ["in.csv", "deep/er/in.csv", "mit Leer, ä & ü.csv", "100%25 %2F#?.csv", "a+b=c.csv"]


@pytest.mark.parametrize("name", NAMES, ids=range(5))
def test_blobs_of_any_name_are_read_written_and_told(storage: Storage, account: Azurite, name: str) -> None:
    relative = f"{BOX}/{name}"
    put(account, relative, b"a\n1\n")
    assert read(storage, at(account, relative)) == b"a\n1\n"
    storage.upload(at(account, relative), [b"a\n", memoryview(b"2\n")], content_type="text/csv")
    assert get(account, relative) == b"a\n2\n"
    told = storage.result(at(account, relative), 60)
    with urllib.request.urlopen(url(told)) as answer:
        assert (answer.read(), answer.headers["Content-Type"]) == (b"a\n2\n", "text/csv")
    back = Place(None, told["BaseLocation"], told["RelativeLocation"], told["SasBlobToken"].lstrip("?"))
    assert read(storage, back) == b"a\n2\n"


@pytest.mark.parametrize("size", [0, 1, 4 << 20, (4 << 20) + 1, len(LONG)])
def test_every_size_goes_there_and_back(storage: Storage, account: Azurite, size: int) -> None:
    data = LONG[:size]
    pieces = [data[start : start + 700_001] for start in range(0, size, 700_001)]
    storage.upload(at(account, f"{BOX}/size.csv"), pieces, content_type="text/csv")
    assert get(account, f"{BOX}/size.csv") == data
    assert read(storage, at(account, f"{BOX}/size.csv")) == data


def test_pieces_of_numbers_are_written_as_bytes(storage: Storage, account: Azurite) -> None:
    storage.upload(at(account, f"{BOX}/n.csv"), [memoryview(b"abcdefgh").cast("I")], content_type="text/csv")
    assert get(account, f"{BOX}/n.csv") == b"abcdefgh"


def test_how_far_it_is_is_told(storage: Storage, account: Azurite) -> None:
    put(account, f"{BOX}/long.csv", LONG)
    told: list[tuple[int, int | None]] = []
    storage.download(at(account, f"{BOX}/long.csv"), io.BytesIO(), told=lambda *each: told.append(each))
    assert [taken for taken, _ in told] == sorted({taken for taken, _ in told})
    assert {total for _, total in told} == {len(LONG)}
    assert told[-1][0] == len(LONG)
    assert len(told) > 2


def test_what_clients_say_of_a_blob_does_not_matter(storage: Storage, account: Azurite) -> None:
    from azure.storage.blob import ContentSettings

    said = ContentSettings(content_type="text.csv", content_encoding="utf-8")  # as azmlclient does (clients.md 2)
    put(account, f"{BOX}/said.csv", b"a\n1\n", content_settings=said)
    assert read(storage, at(account, f"{BOX}/said.csv")) == b"a\n1\n"
    put(account, f"{BOX}/zip.csv", b"no gzip", content_settings=ContentSettings(content_encoding="gzip"))
    assert read(storage, at(account, f"{BOX}/zip.csv")) == b"no gzip"


def test_a_failed_write_leaves_what_was_there(storage: Storage, account: Azurite) -> None:
    put(account, f"{BOX}/kept.csv", b"before")

    def pieces() -> Iterator[bytes]:
        yield LONG
        raise BottegaError("0085", message="the module failed late", line=1)

    with pytest.raises(BottegaError, match="0085"):
        storage.upload(at(account, f"{BOX}/kept.csv"), pieces(), content_type="text/csv")
    assert get(account, f"{BOX}/kept.csv") == b"before"
    storage.upload(at(account, f"{BOX}/kept.csv"), [b"after"], content_type="text/csv")
    assert get(account, f"{BOX}/kept.csv") == b"after"


def test_a_container_is_made_where_there_is_none(storage: Storage, account: Azurite) -> None:
    storage.upload(at(account, "newbox/out.csv"), [b"a\n"], content_type="text/csv")
    assert get(account, "newbox/out.csv") == b"a\n"


def test_explicit_endpoints_and_tokens(storage: Storage, account: Azurite) -> None:
    from azure.storage.blob import AccountSasPermissions, ResourceTypes, generate_account_sas

    token = generate_account_sas(
        account.account, account.key, ResourceTypes(object=True), AccountSasPermissions(read=True, write=True, create=True),
        datetime.now(UTC) + timedelta(hours=1),
    )  # fmt: skip
    token_string = f"BlobEndpoint={account.endpoint}/;SharedAccessSignature={token}"
    by_address = Place(None, f"{account.endpoint}/", f"{BOX}/t.csv", token)
    for place in (
        Place(account.connection_string, None, f"{BOX}/t.csv"),
        Place(token_string, None, f"{BOX}/t.csv"),
        by_address,
    ):
        data = repr(place).encode()
        storage.upload(place, [data], content_type="text/csv")
        assert read(storage, place) == get(account, f"{BOX}/t.csv") == data
    assert storage.result(by_address, 60) == {
        "ConnectionString": None, "RelativeLocation": f"{BOX}/t.csv", "BaseLocation": f"{account.endpoint}/", "SasBlobToken": "",
    }  # fmt: skip


def test_results_are_for_reading_for_a_while(storage: Storage, account: Azurite) -> None:
    put(account, f"{BOX}/out.csv", b"a\n")
    told = url(storage.result(at(account, f"{BOX}/out.csv"), 60))
    write = urllib.request.Request(told, b"b", {"x-ms-blob-type": "BlockBlob"}, method="PUT")
    over = url(storage.result(at(account, f"{BOX}/out.csv"), -60))
    other = told.replace("out.csv", "kept.csv")
    for refused in (write, over, other):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(refused)
        assert caught.value.code == 403
        caught.value.close()
    assert get(account, f"{BOX}/out.csv") == b"a\n"


@pytest.mark.parametrize("relative", [f"{BOX}/none.csv", "nobox/none.csv"])
def test_a_blob_that_is_not_there(storage: Storage, account: Azurite, relative: str) -> None:
    with pytest.raises(ServiceError, match=relative) as caught:
        storage.download(at(account, relative), io.BytesIO())
    assert refusal(caught, account) == "BlobNotFound"


def test_a_wrong_key(storage: Storage, account: Azurite) -> None:
    wrong = Place(account.bare_connection_string.replace("AccountKey=", "AccountKey=aaaa"), None, f"{BOX}/in.csv")
    with pytest.raises(ServiceError) as caught:
        storage.download(wrong, io.BytesIO())
    assert refusal(caught, account) == "InvalidBlobConnectionString"
    with pytest.raises(ServiceError) as caught:
        storage.upload(wrong, [b"a"], content_type="text/csv")
    assert refusal(caught, account) == "InvalidBlobConnectionString"


def test_a_token_for_reading_does_not_write(storage: Storage, account: Azurite) -> None:
    put(account, f"{BOX}/only.csv", b"a\n")
    told = storage.result(at(account, f"{BOX}/only.csv"), 60)
    place = Place(None, told["BaseLocation"], told["RelativeLocation"], told["SasBlobToken"].lstrip("?"))
    with pytest.raises(ServiceError) as caught:
        storage.upload(place, [b"b"], content_type="text/csv")
    assert refusal(caught, account) == "InvalidBlobConnectionString"
    assert get(account, f"{BOX}/only.csv") == b"a\n"


def test_a_blob_of_another_kind_is_not_replaced(storage: Storage, account: Azurite) -> None:
    put(account, f"{BOX}/log.csv", b"a\n", blob_type="AppendBlob")
    assert read(storage, at(account, f"{BOX}/log.csv")) == b"a\n"
    with pytest.raises(ServiceError) as caught:
        storage.upload(at(account, f"{BOX}/log.csv"), [b"b"], content_type="text/csv")
    assert refusal(caught, account) == "InvalidBlob"


def test_private_addresses_are_not_reached_unless_allowed(workspace: Workspace, account: Azurite) -> None:
    put(account, f"{BOX}/in.csv", b"a\n")
    place = Place(account.connection_string, None, f"{BOX}/in.csv")
    for reach in (lambda: read(Storage.of(workspace), place),
                  lambda: Storage.of(workspace).upload(place, [b"b"], content_type="text/csv")):  # fmt: skip
        with pytest.raises(BottegaError, match="is private"):
            reach()
    workspace.settings.set("allow_private_addresses", value=True)
    assert read(Storage.of(workspace), place) == b"a\n"


def test_too_large_a_file_is_not_read_to_its_end(workspace: Workspace, account: Azurite) -> None:
    put(account, f"{BOX}/long.csv", LONG)
    workspace.settings.set("allow_private_addresses", value=True)
    whole = Storage.of(workspace)
    small = Storage(whole.outside, whole.accounts, whole.blobs, largest=1000)
    file = io.BytesIO()
    with pytest.raises(BottegaError, match="more than the limit of 1000 bytes"):
        small.download(Place(account.connection_string, None, f"{BOX}/long.csv"), file)
    assert len(file.getvalue()) <= 1000


def test_a_transfer_stops_when_told(storage: Storage, account: Azurite) -> None:
    put(account, f"{BOX}/kept.csv", b"before")

    def pieces() -> Iterator[bytes]:
        while True:
            yield LONG

    with pytest.raises(Stopped):
        storage.upload(at(account, f"{BOX}/kept.csv"), pieces(), content_type="text/csv", stop=lambda: True)
    assert get(account, f"{BOX}/kept.csv") == b"before"


def test_what_this_server_signed_is_read_from_the_workspace(workspace: Workspace) -> None:
    digest = "ab" * 32
    workspace.blobs.put(digest, LONG)
    here = {"https://studio.example/downloads/ab/out.csv?sig=x": digest}
    storage = Storage.of(workspace, here.get)
    place = Place(None, "https://studio.example/", "downloads/ab/out.csv", "sig=x")
    assert (storage.own_file(place), read(storage, place)) == (digest, LONG)
    assert storage.own_file(Place(None, "https://studio.example/", "downloads/ab/out.csv", "sig=y")) is None
    with pytest.raises(Stopped):
        storage.download(place, io.BytesIO(), stop=lambda: True)


def test_a_full_disk_is_no_fault_of_the_storage(storage: Storage, account: Azurite) -> None:
    class Full(io.BytesIO):
        def write(self, _: Any) -> int:
            raise OSError(28, "No space left on device")

    put(account, f"{BOX}/in.csv", b"a\n")
    with pytest.raises(OSError, match="No space left"):
        storage.download(at(account, f"{BOX}/in.csv"), Full())
