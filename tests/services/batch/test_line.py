"""The line to a storage that does not behave: it breaks, stalls, sends on, talks too much, or lies beside the address."""

from __future__ import annotations

import base64
import io
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bottega.engine.reach import Outside
from bottega.errors import BottegaError
from bottega.services.batch.place import Place
from bottega.services.batch.storage import Stopped, Storage
from bottega.services.errors import ServiceError
from bottega.store.workspace import Workspace
from tests.server.test_serve import own_certificate

DATA = bytes(range(256)) * 1000
KEY = base64.b64encode(b"very secret").decode()
Handle = Callable[["Server"], None]


class Server(BaseHTTPRequestHandler):
    """Answers as a test says; `server.seen` are the requests."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._handle()

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self._handle()

    def _handle(self) -> None:
        seen: list[tuple[str, str, dict[str, str]]] = self.server.seen  # type: ignore[attr-defined]
        seen.append((self.command, self.path, {name.lower(): value for name, value in self.headers.items()}))
        self.server.handle(self)  # type: ignore[attr-defined]

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving(handle: Handle) -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.daemon_threads = True
    server.seen = []  # type: ignore[attr-defined]
    server.handle = handle  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    """One that may reach this machine, and that waits for nothing between its tries."""
    from bottega.engine.line import Line

    monkeypatch.setattr(Line, "sleep", lambda line, _: line.check())
    with Workspace.open(tmp_path / "workspace") as workspace:
        yield Storage(Outside(tmp_path, private_addresses=True), {}, workspace.blobs)


def by_address(server: ThreadingHTTPServer) -> Place:
    return Place(None, f"http://127.0.0.1:{server.server_port}/anna", "box/a.csv", "sig=hidden")


def by_key(server: ThreadingHTTPServer) -> Place:
    endpoint = f"http://127.0.0.1:{server.server_port}/anna"
    return Place(f"AccountName=anna;AccountKey={KEY};BlobEndpoint={endpoint}", None, "box/a.csv")


def seen(server: ThreadingHTTPServer) -> list[tuple[str, str, dict[str, str]]]:
    found: list[tuple[str, str, dict[str, str]]] = server.seen  # type: ignore[attr-defined]
    return found


def detail(caught: pytest.ExceptionInfo[ServiceError]) -> str:
    assert "hidden" not in str(caught.value)
    assert KEY not in str(caught.value)
    return caught.value.details[0].code


def test_a_broken_line_goes_on_where_it_broke(storage: Storage) -> None:
    def handle(request: Server) -> None:
        start = int(request.headers.get("Range", "bytes=0-")[6:-1])
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(DATA) - start))
        request.send_header("ETag", '"one"')
        request.end_headers()
        request.wfile.write(DATA[start : start + 100_000])
        request.close_connection = True

    told: list[tuple[int, int | None]] = []
    with serving(handle) as server:
        file = io.BytesIO()
        assert storage.download(by_address(server), file, told=lambda *each: told.append(each)) == len(DATA)
    assert file.getvalue() == DATA
    assert [each[2].get("range") for each in seen(server)] == [None, "bytes=100000-", "bytes=200000-"]
    assert [each[2].get("if-match") for each in seen(server)] == [None, '"one"', '"one"']
    assert {total for _, total in told} == {len(DATA)}


def test_a_blob_that_changes_meanwhile_is_not_mixed(storage: Storage) -> None:
    def handle(request: Server) -> None:
        if "Range" in request.headers:
            request.answer(412, x_ms_error_code="ConditionNotMet")
            return
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.send_header("ETag", '"one"')
        request.end_headers()
        request.wfile.write(b"half")
        request.close_connection = True

    with serving(handle) as server, pytest.raises(ServiceError, match="changed while it was read") as caught:
        storage.download(by_address(server), io.BytesIO())
    assert detail(caught) == "InvalidBlob"


def test_a_storage_that_ignores_where_to_go_on_is_not_read_twice(storage: Storage) -> None:
    def handle(request: Server) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.send_header("ETag", '"one"')
        request.end_headers()
        request.wfile.write(b"half")
        request.close_connection = True

    file = io.BytesIO()
    with serving(handle) as server, pytest.raises(ServiceError) as caught:
        storage.download(by_address(server), file)
    assert detail(caught) == "InvalidBlob"
    assert file.getvalue() == b"half"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_storage_that_is_busy_is_asked_again(storage: Storage, status: int) -> None:
    def handle(request: Server) -> None:
        if len(seen(server)) < 3:
            request.answer(status)
        else:
            request.answer(200, DATA)

    with serving(handle) as server:
        assert storage.download(by_address(server), io.BytesIO()) == len(DATA)


def test_nobody_asks_for_ever(storage: Storage) -> None:
    with serving(lambda request: request.answer(503)) as server:
        with pytest.raises(ServiceError) as reading:
            storage.download(by_address(server), io.BytesIO())
        reads = len(seen(server))
        with pytest.raises(ServiceError) as writing:
            storage.upload(by_key(server), [b"a"], content_type="text/csv")
    assert (detail(reading), detail(writing)) == ("InvalidBlob", "InvalidBlob")
    assert (reads, len(seen(server)) - reads) == (4, 4)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(storage: Storage, status: int) -> None:
    with serving(lambda request: request.answer(200, DATA)) as other:
        target = f"http://127.0.0.1:{other.server_port}/anna/box/a.csv"
        with serving(lambda request: request.answer(status, Location=target)) as server:
            for transfer in (
                lambda: storage.download(by_key(server), io.BytesIO()),
                lambda: storage.upload(by_key(server), [b"a"], content_type="text/csv"),
            ):
                with pytest.raises(ServiceError, match="not followed") as caught:
                    transfer()
                assert detail(caught) == "InvalidBlob"
        assert seen(other) == []


def test_a_redirect_to_nowhere_is_one(storage: Storage) -> None:
    with serving(lambda request: request.answer(302, Location="http://[bad")) as server:
        with pytest.raises(ServiceError, match="not followed") as caught:
            storage.download(by_key(server), io.BytesIO())
        assert detail(caught) == "InvalidBlob"


def test_an_answer_without_end_is_not_kept(storage: Storage) -> None:
    def handle(request: Server) -> None:
        request.send_response(400)
        request.send_header("Content-Length", str(1 << 40))
        request.end_headers()
        try:
            while True:
                request.wfile.write(bytes(1 << 16))
        except OSError:
            request.close_connection = True

    with serving(handle) as server:
        with pytest.raises(ServiceError) as caught:
            storage.upload(by_key(server), [b"a"], content_type="text/csv")
        assert detail(caught) == "InvalidBlob"
        with pytest.raises(ServiceError, match="answered 400"):
            storage.download(by_key(server), io.BytesIO())


def test_what_is_packed_stays_packed(storage: Storage) -> None:
    with serving(lambda request: request.answer(200, DATA, Content_Encoding="gzip")) as server:
        file = io.BytesIO()
        storage.download(by_address(server), file)
    assert file.getvalue() == DATA


@pytest.mark.parametrize("kind", ["reading", "writing"])
def test_a_silent_storage_does_not_hold_a_job_that_is_to_end(storage: Storage, kind: str) -> None:
    silent, stop = threading.Event(), threading.Event()

    def handle(request: Server) -> None:
        stop.set()  # from now on the job is to end
        silent.wait(60)
        request.close_connection = True

    def transfer(server: ThreadingHTTPServer) -> None:
        if kind == "reading":
            storage.download(by_address(server), io.BytesIO(), stop=stop.is_set)
        else:
            storage.upload(by_key(server), [b"a"], content_type="text/csv", stop=stop.is_set)

    try:
        with serving(handle) as server, pytest.raises(Stopped):
            transfer(server)
    finally:
        silent.set()


def test_a_transfer_has_its_time(storage: Storage) -> None:
    silent = threading.Event()
    hasty = Storage(storage.outside, {}, storage.blobs, seconds=0.1)

    def handle(request: Server) -> None:
        silent.wait(60)
        request.close_connection = True

    try:
        with serving(handle) as server, pytest.raises(BottegaError, match="No answer came from the storage"):
            hasty.download(by_address(server), io.BytesIO())
    finally:
        silent.set()


HOSTILE = [
    {"body": b"\xff\x80", "Content_Type": "text/plain; charset=utf-8"},
    {"body": b"<a", "Content_Type": "application/xml"},
    {"body": b"{", "Content_Type": "application/json"},
    {"Last_Modified": "never", "Content_MD5": "?", "x_ms_request_server_encrypted": "?", "Retry_After": "9" * 400},
    {"ETag": "x" * 60_000},
]


@pytest.mark.parametrize("said", HOSTILE, ids=range(5))
@pytest.mark.parametrize("status", [201, 400])
def test_what_else_a_storage_says_is_not_read(storage: Storage, status: int, said: dict[str, Any]) -> None:
    with serving(lambda request: request.answer(status, **said)) as server:
        if status == 201:
            storage.upload(by_key(server), [b"a"], content_type="text/csv")
        else:
            with pytest.raises(ServiceError, match="answered 400"):
                storage.upload(by_key(server), [b"a"], content_type="text/csv")


def test_words_of_a_storage_are_not_passed_on(storage: Storage) -> None:
    word = "<b>hidden</b>"
    with serving(lambda request: request.answer(400, b"hidden", x_ms_error_code=word)) as server:
        for transfer in (
            lambda: storage.download(by_address(server), io.BytesIO()),
            lambda: storage.upload(by_key(server), [b"a"], content_type="text/csv"),
        ):
            with pytest.raises(ServiceError, match="answered 400") as caught:
                transfer()
            assert detail(caught) == "InvalidBlob"


def test_no_proxy_and_no_password_file_is_used(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("default login anna password hidden\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with serving(lambda request: request.answer(201 if request.command == "PUT" else 200, DATA)) as server:
        storage.download(by_address(server), io.BytesIO())
        storage.upload(by_key(server), [b"a"], content_type="text/csv")
    reading, *writing = seen(server)
    assert "authorization" not in reading[2]
    assert all(each[2]["authorization"].startswith("SharedKey anna:") for each in writing)


def test_the_address_that_was_checked_is_the_one_that_is_used(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *arguments: Any, **options: Any) -> Any:
        if host != "storage.example":
            return real(host, port, *arguments, **options)
        asked.append(host)
        return real("127.0.0.1", port, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with serving(lambda request: request.answer(200, DATA)) as server:
        place = Place(None, f"http://storage.example:{server.server_port}/anna", "box/a.csv", "sig=hidden")
        storage.download(place, io.BytesIO())
        careful = Storage(Outside(Path()), {}, storage.blobs)
        with pytest.raises(BottegaError, match="private"):
            careful.download(place, io.BytesIO())
        named = Storage(Outside(Path()), {"anna": f"http://storage.example:{server.server_port}/anna"}, storage.blobs)
        named.download(place, io.BytesIO())
    assert len(asked) == 3
    assert [each[2]["host"] for each in seen(server)] == [f"storage.example:{server.server_port}"] * 2


@pytest.mark.parametrize("name", ["localhost", "other.example"])
def test_tls_is_with_the_host_that_was_named(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    certificate, key = own_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    monkeypatch.setattr(Outside, "addresses", lambda *_: ["127.0.0.1"])
    with serving(lambda request: request.answer(200, DATA)) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        place = Place(None, f"https://{name}:{server.server_port}/anna", "box/a.csv", "sig=hidden")
        if name == "localhost":
            assert storage.download(place, io.BytesIO()) == len(DATA)
            return
        with pytest.raises(ServiceError, match="certificate") as caught:
            storage.download(place, io.BytesIO())
        assert detail(caught) == "InvalidBlob"
        assert seen(server) == []


def test_another_address_of_a_host_is_tried(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Outside, "addresses", lambda *_: ["127.0.0.2", "127.0.0.1"])
    with serving(lambda request: request.answer(200, DATA)) as server:
        place = Place(None, f"http://storage.example:{server.server_port}/anna", "box/a.csv", "sig=hidden")
        assert storage.download(place, io.BytesIO()) == len(DATA)


def test_a_name_that_nobody_knows(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(BottegaError, match=r"nobody\.example cannot be resolved"):
        storage.download(Place(None, "https://nobody.example/anna", "box/a.csv", "sig=x"), io.BytesIO())


def test_a_port_where_nobody_listens(storage: Storage) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = Place(None, f"http://127.0.0.1:{free.getsockname()[1]}/anna", "box/a.csv", "sig=hidden")
        with pytest.raises(ServiceError) as caught:
            storage.download(place, io.BytesIO())
    assert detail(caught) == "InvalidBlob"


def test_nothing_is_left_open(storage: Storage) -> None:
    before = {thread.name for thread in threading.enumerate()}
    with serving(lambda request: request.answer(200, DATA)) as server:
        storage.download(by_address(server), io.BytesIO())
    assert {thread.name for thread in threading.enumerate()} <= before
