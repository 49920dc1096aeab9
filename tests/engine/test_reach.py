"""What modules on this side may reach: a real web server on this machine, real refusals."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bottega.engine import reach
from bottega.engine.reach import Outside
from bottega.errors import BottegaError
from bottega.graph.document import Experiment
from tests.engine.helpers import Bench, people, statuses, steps


class Site(ThreadingHTTPServer):
    """Serves one table, and counts who asked."""

    asked = 0
    body = b"a,b\n1,x\n"


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site = self.server
        assert isinstance(site, Site)
        site.asked += 1
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", "/table.csv")
            self.end_headers()
        elif self.path.startswith("/table.csv"):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(site.body)
        else:
            self.send_error(404)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def address(site: Site, path: str = "/table.csv") -> str:
    return f"http://127.0.0.1:{site.server_port}{path}"


def imported(site: Site, path: str = "/table.csv", **parameters: Any) -> Experiment:
    return Experiment().add("web", "import-data", url=address(site, path), header=True, **parameters)


def test_a_table_is_read_from_the_web_anew_each_time(bench: Bench, site: Site, tmp_path: Path) -> None:
    outside = Outside(tmp_path, private_addresses=True)
    experiment = imported(site).add("pick", "select-columns-in-dataset", inputs={"dataset": "web"}, columns=["a"])
    first = bench.run(experiment, outside=outside)
    assert bench.rows(first, "web") == {"a": [1], "b": ["x"]}
    assert statuses(bench.run(experiment, outside=outside)) == {"web": "Finished", "pick": "reused"}
    assert site.asked == 2


def test_cached_results_are_used_where_that_is_asked_for(bench: Bench, site: Site, tmp_path: Path) -> None:
    outside = Outside(tmp_path, private_addresses=True)
    experiment = imported(site, use_cached_results=True)
    bench.run(experiment, outside=outside)
    assert statuses(bench.run(experiment, outside=outside)) == {"web": "reused"}
    assert site.asked == 1


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"]
)
def test_this_machine_is_refused_by_every_name(site: Site, tmp_path: Path, host: str) -> None:
    with pytest.raises(BottegaError) as told:
        Outside(tmp_path).fetch(f"http://{host}:{site.server_port}/table.csv", tmp_path / "into")
    assert told.value.code in ("access-refused", "0154")
    assert site.asked == 0


@pytest.mark.parametrize("host", ["10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "[fd00::1]", "[fe80::1]",
                                  "224.0.0.1"])  # fmt: skip
def test_private_networks_are_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(BottegaError) as told:
        Outside(tmp_path).fetch(f"http://{host}/", tmp_path / "into")
    assert told.value.code == "access-refused"


def test_the_address_that_was_checked_is_the_one_used(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that turns private after the check reaches nothing: it is resolved once."""
    answers = iter([[(0, 0, 0, "", ("203.0.113.7", 80))], [(0, 0, 0, "", ("127.0.0.1", site.server_port))]])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: next(answers))
    monkeypatch.setattr(reach, "is_public", lambda address: address != "127.0.0.1")
    used: list[str] = []

    def connect(to: tuple[str, int], _timeout: float) -> None:
        used.append(to[0])
        raise OSError("not in a test")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(BottegaError) as told:
        Outside(tmp_path).fetch("http://example.test/table.csv", tmp_path / "into")
    assert told.value.code == "0030"
    assert used == ["203.0.113.7"]
    assert site.asked == 0


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://example.org/x", "0029"),
        ("file:///etc/passwd", "0029"),
        ("http://", "0029"),
        ("http://host:port/", "0029"),
        ("http://[half/", "0029"),
        ("nothing", "0029"),
        ("http://no-such-host.invalid/x", "0154"),
        ("http://" + "a" * 300 + ".org/", "0154"),
    ],
    ids=["ftp", "file", "no host", "no port", "half a host", "no address", "unknown host", "endless host"],
)
def test_addresses_that_are_none(tmp_path: Path, url: str, code: str) -> None:
    with pytest.raises(BottegaError) as told:
        Outside(tmp_path, private_addresses=True).fetch(url, tmp_path / "into")
    assert told.value.code == code


def test_redirects_and_missing_pages(site: Site, tmp_path: Path) -> None:
    outside = Outside(tmp_path, private_addresses=True)
    for path, code in (("/moved", "0078"), ("/nothing", "0030")):
        with pytest.raises(BottegaError) as told:
            outside.fetch(address(site, path), tmp_path / "into")
        assert told.value.code == code


@pytest.mark.parametrize("end", ["", " x", "\x01", "é", "#hunter4"])
def test_secrets_of_an_address_are_in_no_message(site: Site, tmp_path: Path, end: str) -> None:
    url = f"http://user:hunter2@127.0.0.1:{site.server_port}/nothing?sig=hunter3{end}"
    with pytest.raises(BottegaError) as told:
        Outside(tmp_path, private_addresses=True).fetch(url, tmp_path / "into")
    assert "hunter" not in str(told.value)
    assert "/nothing" in str(told.value)


def test_an_address_as_people_write_it(site: Site, tmp_path: Path) -> None:
    Outside(tmp_path, private_addresses=True).fetch(address(site, "/table.csv?name=a b é&of=a%20b"), tmp_path / "into")
    assert (tmp_path / "into").read_bytes() == site.body


def test_what_is_no_table_is_told_without_our_files_or_secrets(bench: Bench, site: Site, tmp_path: Path) -> None:
    site.body = b"\x00\x01\x02 not a parquet file"
    experiment = imported(site, "/table.csv?sig=hunter3", format="Parquet")
    error = steps(bench.run(experiment, outside=Outside(tmp_path, private_addresses=True)))["web"].error
    assert error is not None
    assert error["code"] in ("0018", "0049")
    assert "hunter3" not in error["message"]
    assert "fetched" not in error["message"]


def test_too_large_an_answer_is_cut_off(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site.body = b"x" * 5000
    monkeypatch.setattr(reach, "_LARGEST", 4000)
    with pytest.raises(BottegaError) as told:
        Outside(tmp_path, private_addresses=True).fetch(address(site), tmp_path / "into")
    assert told.value.code == "input-too-large"


def test_local_files_need_leave(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "here.csv").write_text("a\n1\n")
    experiment = Experiment(folder=tmp_path).add(
        "local", "import-data", source="Local file", path="here.csv", header=True
    )
    error = steps(bench.run(experiment))["local"].error
    assert error is not None
    assert error["code"] == "access-refused"
    run = bench.run(experiment, outside=Outside(tmp_path, local_files=True))
    assert bench.rows(run, "local") == {"a": [1]}


def test_a_table_is_exported_whole_and_over_nothing(bench: Bench, tmp_path: Path) -> None:
    experiment = people(tmp_path).add("out", "export-data", inputs={"dataset": "people"}, path="out.csv", header=True)
    assert bench.run(experiment).status == "Failed"
    outside = Outside(tmp_path, local_files=True)
    assert bench.run(experiment, outside=outside).status == "Finished"
    assert (tmp_path / "out.csv").read_text().splitlines()[0] == "name,age"
    error = steps(bench.run(experiment, outside=outside))["out"].error
    assert error is not None
    assert error["code"] == "0057"
    again = experiment.set("out", "write_mode", "Overwrite")
    assert bench.run(again, outside=outside).status == "Finished"


def test_this_machine_is_not_reached_by_a_public_address_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Servers behind its firewall would take who comes from there for one of theirs."""
    monkeypatch.setattr(reach, "is_public", lambda _: True)
    with pytest.raises(BottegaError, match=r"127\.0\.0\.1 is this machine's own"):
        Outside(tmp_path).addresses("127.0.0.1", 80)
    assert Outside(tmp_path, private_addresses=True).addresses("127.0.0.1", 80) == ["127.0.0.1"]
