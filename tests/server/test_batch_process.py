"""Batch jobs of a real `bottega serve`: killed in the middle, and with many rows."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bottega.sandbox.host.environment import Environment
from bottega.store.workspace import Workspace
from tests.clients.azurite_server import Azurite, azurite
from tests.server.helpers import until
from tests.server.published import program
from tests.server.test_serve import ended, process

pytestmark = pytest.mark.slow
QUERY = {"api-version": "2.0"}
TARDY = """
import time
def azureml_main(df):
    time.sleep(2)
    return df
"""
# Of the server's own memory, for ten times the rows.
MOST_GROWTH = 64 << 20
_ANONYMOUS = re.compile(r"RssAnon:\s+(\d+) kB")


@dataclass(frozen=True)
class Caller:
    """Somebody who has a key of the endpoint, and blobs."""

    jobs: str
    key: str
    azurite: Azurite

    def ask(self, method: str, path: str = "", **more: Any) -> Any:
        """The answer's JSON."""
        answer = httpx2.request(
            method,
            f"{self.jobs}{path}",
            params=QUERY,
            headers={"Authorization": f"Bearer {self.key}"},
            timeout=30,
            **more,
        )
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def create(self, source: str, target: str) -> str:
        """A job from blob to blob."""
        told = {"ConnectionString": self.azurite.bare_connection_string}
        inputs = {"input1": {**told, "RelativeLocation": f"data/{source}"}}
        outputs = {"output1": {**told, "RelativeLocation": f"/data/{target}"}}
        made = self.ask("POST", json={"Inputs": inputs, "Outputs": outputs, "GlobalParameters": {}})
        assert isinstance(made, str)
        return made

    def run(self, source: str, target: str) -> dict[str, Any]:
        """How a job ends."""
        job = self.create(source, target)
        self.ask("POST", f"/{job}/start")
        until(lambda: self.status(job) not in {"NotStarted", "Running"}, 300)
        found: dict[str, Any] = self.ask("GET", f"/{job}")
        return found

    def status(self, job: str) -> str:
        """The word for it."""
        return str(self.ask("GET", f"/{job}")["StatusCode"])


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    with azurite(tmp_path_factory.mktemp("azurite")) as server:
        with server.client() as client:
            client.create_container("data")
        yield server


def published(folder: Path, storage: Azurite, source: str) -> tuple[str, str]:
    """A workspace with a service; path and key of its endpoint."""
    with Workspace.open(folder) as workspace:
        workspace.settings.set("storage_accounts", {storage.account: storage.endpoint})
        made = program(source)
        service = workspace.services.create("Test", made.dumps(), made.digests(), kind="code")
        endpoint = workspace.services.endpoint(service.id, "default")
        return f"/workspaces/{workspace.id}/services/{endpoint.id}/jobs", workspace.services.keys(endpoint.id)[0]


@contextmanager
def caller(folder: Path, where: tuple[str, str], storage: Azurite) -> Iterator[tuple[Any, Caller]]:
    """A server's process, and who calls it."""
    with process(folder) as (started, url):
        yield started, Caller(f"{url}{where[0]}", where[1], storage)


def test_no_job_is_lost_with_the_server(tmp_path: Path, environment: Environment, storage: Azurite) -> None:
    folder = tmp_path / "workspace"
    where = published(folder, storage, TARDY)
    with storage.client() as client:
        for number in range(5):
            client.get_blob_client("data", f"in{number}.csv").upload_blob(f"who,a,b\nAnn,{number},0.5\n".encode())
    with caller(folder, where, storage) as (started, before):
        waiting = before.create("in0.csv", "never.csv")
        jobs = [before.create(f"in{number}.csv", f"out{number}.csv") for number in range(5)]
        for job in jobs:
            before.ask("POST", f"/{job}/start")
        until(lambda: "Running" in [before.status(job) for job in jobs])
        began = {job: before.ask("GET", f"/{job}")["StartTime"] for job in jobs if before.status(job) == "Running"}
        started.kill()
        started.wait()
    with caller(folder, where, storage) as (started, after):
        until(lambda: all(after.status(job) in {"Finished", "Failed"} for job in jobs), 120)
        told = [after.ask("GET", f"/{job}") for job in jobs]
        assert [each["StatusCode"] for each in told] == ["Finished"] * 5, [each["Details"] for each in told]
        assert all(each["StartTime"] > began[job] for job, each in zip(jobs, told, strict=True) if job in began)
        assert after.status(waiting) == "NotStarted"
        assert ended(started)[0] == 0
    with storage.client() as client:
        contents = [client.get_blob_client("data", f"out{number}.csv").download_blob().readall() for number in range(5)]
    assert contents == [f"a,b,who\n{number},0.5,Ann\n".encode() for number in range(5)]


def test_a_server_that_ends_in_order_leaves_its_jobs_to_the_next(
    tmp_path: Path, environment: Environment, storage: Azurite
) -> None:
    folder = tmp_path / "workspace"
    where = published(folder, storage, TARDY)
    with storage.client() as client:
        client.get_blob_client("data", "in.csv").upload_blob(b"who,a,b\nAnn,1,0.5\n", overwrite=True)
    with caller(folder, where, storage) as (started, before):
        job = before.create("in.csv", "out.csv")
        before.ask("POST", f"/{job}/start")
        until(lambda: (before.ask("GET", f"/{job}")["Progress"] or {}).get("Phase") == "Running")
        code, _, log = ended(started)
    assert code == 0
    assert '"job interrupted"' in log
    assert before.key not in log
    assert storage.key not in log
    with caller(folder, where, storage) as (_, after):
        until(lambda: after.status(job) in {"Finished", "Failed"})
        assert after.status(job) == "Finished"


def test_memory_does_not_grow_with_the_file(tmp_path: Path, environment: Environment, storage: Azurite) -> None:
    folder = tmp_path / "workspace"
    where = published(folder, storage, "def azureml_main(df):\n    df['b'] = df.b * 2\n    return df\n")
    sizes = {"few": 100_000, "many": 1_000_000}
    with storage.client() as client:
        for name, rows in sizes.items():
            client.get_blob_client("data", f"{name}.csv").upload_blob(lines(rows), overwrite=True)
    peaks = {}
    with caller(folder, where, storage) as (started, called):
        for name in ("few", "few", "many"):
            with watched(started.pid) as seen:
                told = called.run(f"{name}.csv", f"{name}-out.csv")
            assert told["StatusCode"] == "Finished", told["Details"]
            assert told["Progress"]["RowsWritten"] == sizes[name]
            peaks[name] = max(seen)
    with storage.client() as client:
        written = client.get_blob_client("data", "many-out.csv").download_blob().readall()
    assert written.count(b"\n") == sizes["many"] + 1
    assert written.splitlines()[-1] == b'999999,1999999.0,"999999, name"'
    assert peaks["many"] - peaks["few"] < MOST_GROWTH, peaks


def lines(rows: int) -> bytes:
    """A table of so many rows."""
    return b"who,a,b\n" + b"".join(b'"%d, name",%d,%d.5\n' % (n, n, n) for n in range(rows))


@contextmanager
def watched(process_id: int) -> Iterator[list[int]]:
    """The bytes of a process's own memory, looked at often."""
    import threading

    seen: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            found = _ANONYMOUS.search(Path(f"/proc/{process_id}/status").read_text())
            assert found is not None
            seen.append(int(found[1]) * 1024)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        time.sleep(0.1)
        yield seen
    finally:
        over.set()
        thread.join()
