"""Signed addresses, and what is downloaded from them."""

from __future__ import annotations

import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bottega.server.errors import HttpError
from bottega.server.signing import Signer
from tests.server.helpers import BASE, Served
from tests.server.v1.test_runs import ran

DATA = bytes(range(256)) * 5000


def stored(server: Served, data: bytes = DATA) -> str:
    digest = hashlib.blake2b(data, digest_size=32).hexdigest()
    server.workspace.blobs.put(digest, data)
    return digest


def link(server: Served, digest: str, name: str, seconds: float = 60) -> str:
    return str(server.context.signer.url(BASE, f"downloads/{digest}/{name}", seconds=seconds))


@pytest.mark.parametrize(
    "name", ["a.bin", "my file.csv", "ünïcode €.csv", "100%.csv", "a%2Fb.csv", "a?b#c&d=e.csv", "q'u\"o.csv"]
)
def test_bytes_as_they_are(server: Served, name: str) -> None:
    url = server.context.signer.url(BASE, f"downloads/{stored(server)}/{name}")
    assert url.base == f"{BASE}/"
    assert not url.location.startswith("/")
    assert url.credential.startswith("?")
    answer = server.client.get(str(url), headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.content) == (200, DATA)
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-length"] == str(len(DATA))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(name=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/"), min_size=1, max_size=30))
def test_whatever_the_name(server: Served, name: str) -> None:
    if name.strip(".") == "":
        return  # an HTTP client takes `..` as a step up
    assert server.client.get(link(server, stored(server, b"x"), name)).content == b"x"


def test_changed_in_any_part(server: Served) -> None:
    digest, other = stored(server), stored(server, b"secret")
    url = link(server, digest, "a.bin")
    parts = urlsplit(url)
    fields = {name: values[0] for name, values in parse_qs(parts.query).items()}
    path = parts.path
    for wrong_path, wrong in (
        (path.replace(digest, other), fields),
        (path.replace("a.bin", "b.bin"), fields),
        (path, fields | {"se": str(int(fields["se"]) + 1)}),
        (path, fields | {"sp": "rw"}),
        (path, fields | {"sig": fields["sig"][:-1] + ("A" if fields["sig"][-1] != "A" else "B")}),
        (path, fields | {"sig": ""}),
        (path, fields | {"sig": "ü" * 43}),
        (path, fields | {"se": "never"}),
        (path, {}),
        (path.replace("/downloads/", "/downloads/table/"), fields),
    ):
        answer = server.client.get(wrong_path, params=wrong)
        assert (answer.status_code, b"secret" in answer.content) == (403, False)


def test_expired(server: Served) -> None:
    assert server.client.get(link(server, stored(server), "a.bin", seconds=-1)).status_code == 403


def test_reading_alone(server: Served) -> None:
    now = [1000.0]
    signer = Signer(server.workspace.vault, lambda: now[0])
    for read_only in (True, False):
        url = signer.url(BASE, "x/y", read_only=read_only)
        fields = {name: values[0] for name, values in parse_qs(url.credential[1:]).items()}
        given_ = ("/x/y", fields["se"], fields["sp"], fields["sig"])
        signer.check_path(*given_)
        if read_only:
            with pytest.raises(HttpError, match="reading alone"):
                signer.check_path(*given_, writes=True)
        else:
            signer.check_path(*given_, writes=True)
    now[0] += 3601
    with pytest.raises(HttpError, match="expired"):
        signer.check_path(*given_)


def test_another_workspace_signs_otherwise(server: Served) -> None:
    url = link(server, stored(server), "a.bin")
    server.workspace.vault.renew()
    assert server.client.get(url).status_code == 403


def test_the_signature_is_in_no_repr(server: Served) -> None:
    url = server.context.signer.url(BASE, "x")
    assert url.credential.partition("sig=")[2] not in repr(url)


@pytest.mark.parametrize(
    ("asked", "status", "begin", "end"),
    [
        ("bytes=0-9", 206, 0, 10), ("bytes=5-", 206, 5, None), ("bytes=-7", 206, len(DATA) - 7, None), ("bytes=0-99999999", 206, 0, None),
        ("bytes=10-2", 416, 0, 0), (f"bytes={len(DATA)}-", 416, 0, 0), ("bytes=-0", 416, 0, 0),
        ("bytes=a-b", 200, 0, None), ("bytes=-", 200, 0, None), ("bytes=0-1,5-6", 200, 0, None), ("lines=0-1", 200, 0, None),
    ],
)  # fmt: skip
def test_parts(server: Served, asked: str, status: int, begin: int, end: int | None) -> None:
    answer = server.client.get(link(server, stored(server), "a.bin"), headers={"Range": asked})
    assert answer.status_code == status
    if status == 416:
        assert answer.headers["content-range"] == f"bytes */{len(DATA)}"
    else:
        assert answer.content == DATA[begin:end]
        assert answer.headers["content-length"] == str(len(DATA[begin:end]))


def test_a_part_of_what_it_was(server: Served) -> None:
    url = link(server, stored(server), "a.bin")
    etag = server.client.head(url).headers["etag"]
    part = {"Range": "bytes=0-9"}
    assert server.client.get(url, headers=part | {"If-Range": etag}).status_code == 206
    assert server.client.get(url, headers=part | {"If-Range": '"other"'}).status_code == 200


def test_head(server: Served) -> None:
    answer = server.client.head(link(server, stored(server), "a.csv"))
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", str(len(DATA)))
    assert answer.headers["content-type"].startswith("text/csv")


def test_what_is_not_there(server: Served) -> None:
    assert server.client.get(link(server, "0" * 64, "a.bin")).status_code == 404
    assert server.client.get(link(server, "etc", "passwd")).status_code == 404


def test_browsers_run_nothing_of_it(server: Served) -> None:
    answer = server.client.get(link(server, stored(server, b"<script>alert(1)</script>"), "page.html"))
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


def test_tables_in_formats(server: Served) -> None:
    run = ran(server)["id"]
    path = f"/runs/{run}/outputs/people/dataset"
    url = server.v1("GET", f"{path}/link")["url"]
    assert server.client.get(url).text == "name,age\nAnn,31\nCleo,27\n"
    url = server.v1("GET", f"{path}/link", params={"format": "tsv"})["url"]
    assert server.client.get(url).text == "name\tage\nAnn\t31\nCleo\t27\n"
    url = server.v1("GET", f"{path}/link", params={"format": "parquet"})["url"]
    assert server.client.get(url).content[:4] == b"PAR1"
    assert server.v1("GET", f"{path}/link", 400, params={"format": "exe"})["code"] == "usage"
