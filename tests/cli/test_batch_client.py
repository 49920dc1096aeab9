"""Calls of a batch job against servers that break off, or are none."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bottega.cli import batch_there
from bottega.cli.batch_client import Client, RefusedError, UnreachableError
from bottega.cli.batch_done import Done
from bottega.errors import BottegaError

JOB = "ab" * 16
TABLE = b"a,b\n1,2\n"


class Desk(ThreadingHTTPServer):
    """Has one job, which is finished; `statuses` are told before that, and `size` of its result."""

    statuses: list[Any]
    size = len(TABLE)
    deleted = 0


class Calls(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        desk = self.server
        assert isinstance(desk, Desk)
        if self.path.startswith("/result"):
            self.send(200, TABLE, desk.size)
        elif "0" * 32 in self.path:
            self.send(404, json.dumps({"error": {"message": "no", "details": [{"code": "JobNotFound"}]}}).encode())
        else:
            told = desk.statuses.pop(0) if len(desk.statuses) > 1 else desk.statuses[0]
            self.send(told, b"{}") if isinstance(told, int) else self.send(200, json.dumps(told).encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.partition("?")[0].endswith("/inputs"):
            self.send(200, json.dumps({"BaseLocation": "http://h/", "RelativeLocation": "in.csv"}).encode())
        else:
            self.send(200, json.dumps(JOB).encode())

    def do_DELETE(self) -> None:
        assert isinstance(self.server, Desk)
        self.server.deleted += 1
        self.send(204, b"")

    def send(self, status: int, data: bytes, size: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data) if size is None else size))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_bytes(TABLE)
    with Desk(("127.0.0.1", 0), Calls) as server:
        server.statuses = [finished(server)]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def finished(desk: Desk) -> dict[str, Any]:
    result = {"BaseLocation": f"http://127.0.0.1:{desk.server_port}/", "RelativeLocation": "result/o.csv"}
    return {"StatusCode": "Finished", "Results": {"o": result}, "Progress": {"RowsRead": 1, "RowsWritten": 1}}


def run(desk: Desk, *outputs: str) -> Done:
    url = f"http://127.0.0.1:{desk.server_port}/workspaces/1/services/2"
    return batch_there.run(url, "key", ["in.csv"], outputs, {}, quiet=True)


def test_a_result_that_breaks_off_is_no_result(desk: Desk, tmp_path: Path) -> None:
    """Nothing is forgotten at the server, and who asked is told where it is."""
    desk.size = 100
    done = run(desk, "out.csv")
    assert (done.exit_code, done.job, desk.deleted) == (1, JOB, 0)
    assert f"broke off after {len(TABLE)} of 100 bytes. The job {JOB} has finished" in (done.error or "")
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_results_that_cannot_be_written_stay_at_the_server(desk: Desk) -> None:
    done = run(desk, "a.csv", "b.csv")
    assert "There is no output for b.csv" in (done.error or "")
    assert (done.exit_code, done.job, desk.deleted) == (1, JOB, 0)


def test_a_server_that_starts_again_is_waited_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_there, "_PAUSE_SECONDS", 0.01)
    desk.statuses = [{"StatusCode": "Running"}, 503, 502, finished(desk)]
    assert run(desk, "out.csv").status == "Finished"
    assert desk.deleted == 1


def test_a_server_that_stays_away_is_not_waited_for_without_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_there, "_PATIENCE_SECONDS", -1)
    desk.statuses = [503]
    with pytest.raises(RefusedError, match=f"the job {JOB} may go on there"):
        run(desk)


@pytest.mark.parametrize(
    "told",
    [
        [1],
        {},
        {"StatusCode": 4},
        {"StatusCode": "Finished", "Results": [1]},
        {"StatusCode": "Finished", "Results": {"o": 5}},
        {"StatusCode": "Finished", "Progress": "x"},
        {"StatusCode": "Finished", "Progress": {"RowsRead": "x"}},
    ],
    ids=str,
)
def test_what_is_no_status(desk: Desk, told: Any) -> None:
    desk.statuses = [told]
    with pytest.raises(BottegaError, match="did not answer as a web service does"):
        run(desk)


@pytest.mark.parametrize("output", ["no/o.csv", "o=no/o.csv", ".", "o.tsv", "o=o.ARFF"])
def test_outputs_are_looked_at_before_anything_is_sent(output: str, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(TABLE)
    with pytest.raises(BottegaError) as told:
        batch_there.run("http://127.0.0.1:9/services/x", "k", [str(tmp_path / "in.csv")], [output], {}, quiet=True)
    assert not isinstance(told.value, UnreachableError)


@pytest.mark.parametrize(
    "url",
    ["http://[/services/x", "http://h/services/é", "http://h/services/a b", "http://h/services/\n", "//h/services/"],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(BottegaError, match="--url is the address of an endpoint"):
        Client(url, "k")


@pytest.mark.parametrize("key", ["secret\nkey", "secretключ"], ids=["line", "letters"])
def test_what_is_no_key_is_not_shown(key: str) -> None:
    with pytest.raises(BottegaError) as told:
        Client("http://h/services/x", key)
    assert "secret" not in str(told.value)
