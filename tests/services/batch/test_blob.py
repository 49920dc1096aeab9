"""Which blob a reference means, with every way to tell an account, and every way to tell it wrong."""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.services.batch.blob import find
from bottega.services.batch.place import Place
from bottega.services.errors import ServiceError

KEY = base64.b64encode(b"very secret").decode()
PLAIN = f"DefaultEndpointsProtocol=https;AccountName=anna;AccountKey={KEY}"


def refusal(place: Place) -> str:
    with pytest.raises(ServiceError) as caught:
        find(place, {}, "input1")
    [detail] = caught.value.details
    assert (caught.value.status, caught.value.code, detail.target) == (400, "BadArgument", "input1")
    assert KEY not in detail.message
    return detail.code


@pytest.mark.parametrize(
    ("connection", "url"),
    [
        (PLAIN, "https://anna.blob.core.windows.net/box/a/b.csv"),
        (f"{PLAIN};", "https://anna.blob.core.windows.net/box/a/b.csv"),
        (f"AccountName=anna;AccountKey={KEY}", "https://anna.blob.core.windows.net/box/a/b.csv"),
        (f"{PLAIN};EndpointSuffix=core.usgovcloudapi.net", "https://anna.blob.core.usgovcloudapi.net/box/a/b.csv"),
        (f"{PLAIN};BlobEndpoint=http://h.example:1/anna/", "http://h.example:1/anna/box/a/b.csv"),
        ("UseDevelopmentStorage=true", "http://127.0.0.1:10000/devstoreaccount1/box/a/b.csv"),
        ("BlobEndpoint=https://h.example;SharedAccessSignature=sv=1&sig=x", "https://h.example/box/a/b.csv"),
    ],
    ids=["plain", "semicolon", "bare", "another-cloud", "endpoint", "emulator", "token"],
)
def test_connection_strings(connection: str, url: str) -> None:
    assert find(Place(connection, None, "box/a/b.csv"), {}).url == url


@pytest.mark.parametrize(
    ("base", "relative", "url"),
    [
        ("https://h.example/", "box/a.csv", "https://h.example/box/a.csv"),
        ("https://h.example", "box/a/b.csv", "https://h.example/box/a/b.csv"),
        ("https://h.example:1/anna/", "box/a.csv", "https://h.example:1/anna/box/a.csv"),
        ("https://h.example/box/", "a.csv", "https://h.example/box/a.csv"),
        ("https://h.example", "box/a%20b%2Fc.csv", "https://h.example/box/a%20b/c.csv"),
        ("https://h.example", "box/a b.csv", "https://h.example/box/a%20b.csv"),
    ],
)
def test_addresses(base: str, relative: str, url: str) -> None:
    found = find(Place(None, base, relative, "sig=x"), {})
    assert (found.url, found.token(), found.key) == (url, "sig=x", None)


def test_an_account_lies_where_the_workspace_says() -> None:
    there = {"anna": "http://127.0.0.1:9/anna/", "devstoreaccount1": "http://127.0.0.1:9/dev"}
    by_name = find(Place(PLAIN, None, "box/a.csv"), there)
    assert (by_name.url, by_name.named) == ("http://127.0.0.1:9/anna/box/a.csv", True)
    by_address = find(Place(None, "https://anna.blob.core.windows.net/", "box/a.csv", "sig=x"), there)
    assert (by_address.url, by_address.named) == ("http://127.0.0.1:9/anna/box/a.csv", True)
    assert find(Place("UseDevelopmentStorage=true", None, "box/a.csv"), there).url == "http://127.0.0.1:9/dev/box/a.csv"
    told = find(Place(f"{PLAIN};BlobEndpoint=http://127.0.0.1:9/anna", None, "box/a.csv"), there)
    assert (told.url, told.named) == ("http://127.0.0.1:9/anna/box/a.csv", True)


@pytest.mark.parametrize(
    "endpoint",
    ["http://127.0.0.1:9/annab", "http://127.0.0.1:9", "http://127.0.0.1:91/anna", "https://127.0.0.1:9/anna"],
)
def test_what_lies_beside_a_named_account_is_not_named(endpoint: str) -> None:
    there = {"anna": "http://127.0.0.1:9/anna"}
    assert not find(Place(f"{PLAIN};BlobEndpoint={endpoint}", None, "box/a.csv"), there).named


def test_no_key_or_token_is_shown() -> None:
    assert KEY not in repr(find(Place(PLAIN, None, "box/a.csv"), {}))
    assert "hidden" not in repr(find(Place(None, "https://h.example", "box/a.csv", "sig=hidden"), {}))


def test_a_token_lets_read_that_blob_alone() -> None:
    token = parse_qs(find(Place(PLAIN, None, "box/a.csv"), {}).token(60))
    assert (token["sp"], token["sr"]) == (["r"], ["b"])
    assert set(token) == {"se", "sp", "sv", "sr", "sig"}


@pytest.mark.parametrize(
    "connection",
    [
        "", "nothing", ";;", "AccountName=anna", f"AccountKey={KEY}", "AccountName=anna;AccountKey=",
        "AccountName=anna;AccountKey=no base64", "AccountName=anna;AccountKey=é", f"AccountName=a/b;AccountKey={KEY}",
        f"AccountName=evil.example?;AccountKey={KEY}", f"{PLAIN};BlobEndpoint=ftp://h.example",
        f"{PLAIN};BlobEndpoint=https://u:p@h.example", f"{PLAIN};BlobEndpoint=https://h.example/anna/../bob",
        f"{PLAIN};BlobEndpoint=https://h.example/anna/%2e%2e/bob", "BlobEndpoint=https://h.example",
        f"{PLAIN};BlobEndpoint=http://[", f"{PLAIN};BlobSecondaryEndpoint=https://h.example", "UseDevelopmentStorage=false",
    ],
)  # fmt: skip
def test_connection_strings_that_are_none(connection: str) -> None:
    assert refusal(Place(connection, None, "box/a.csv")) == "InvalidBlobConnectionString"


@pytest.mark.parametrize(
    "base", ["", "h.example", "file:///etc", "https://u:p@h.example", "https://h.example/?sig=x", "https://["]
)
def test_addresses_that_are_none(base: str) -> None:
    assert refusal(Place(None, base, "box/a.csv")) == "InvalidBlob"


@pytest.mark.parametrize("container", ["", "Box", "a", "a--b", "-ab", "ab-", "a_b", "a" * 64, "..", "$other"])
def test_containers_that_are_none(container: str) -> None:
    assert refusal(Place(PLAIN, None, f"{container}/a.csv")) == "ContainerSegmentInvalid"


@pytest.mark.parametrize("container", ["box", "a-b", "$root", "0" * 63])
def test_containers(container: str) -> None:
    assert find(Place(PLAIN, None, f"{container}/a.csv"), {}).container == container


@pytest.mark.parametrize(
    "name", ["", "a/", "../a.csv", "a/./b.csv", "a/%2e%2e/b.csv", "a\\..\\b.csv", "a\n.csv", "a\x00.csv"]
)
def test_names_that_are_none(name: str) -> None:
    assert refusal(Place(PLAIN, None, f"box/{name}")) == "InputBlobRelativeLocationInvalid"


def test_a_name_may_be_long_but_not_too_long() -> None:
    assert find(Place(PLAIN, None, "box/" + "a" * 1024), {}).name == "a" * 1024
    assert refusal(Place(PLAIN, None, "box/" + "a" * 1025)) == "BlobNameTooLong"


@pytest.mark.parametrize(
    "relative", ["a.csv", "../bob/a.csv", "%2e%2E/bob/a.csv", "..%2fbob/a.csv", "./a.csv", "box%2F/a.csv"]
)
def test_an_address_needs_a_container(relative: str) -> None:
    assert refusal(Place(None, "https://h.example", relative, "sig=x")) == "ContainerSegmentInvalid"


ADDRESSES = st.just("https://h.example/anna") | st.text(max_size=40)
LOCATIONS = st.text(max_size=40) | st.lists(
    st.sampled_from(["..", "%2e", ".", "/", "%2f", "\\", "box", "%"]), max_size=8
).map("".join)


@given(connection=st.just(PLAIN) | st.text(max_size=60), base=ADDRESSES, relative=LOCATIONS, by_name=st.booleans())
def test_whatever_comes_is_a_blob_or_refused(connection: str, base: str, relative: str, by_name: bool) -> None:
    place = Place(connection, None, relative) if by_name else Place(None, base, relative)
    try:
        found = find(place, {})
    except ServiceError:
        return
    assert found.url.startswith(f"{found.endpoint}/")
    assert not {".", ".."} & set(unquote(found.path).split("/"))
    assert found.path.isascii()
