"""`bottega serve` as a process: its start, its end, and what it refuses."""

from __future__ import annotations

import json
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bottega.errors import BottegaError
from bottega.sandbox.host.environment import Environment
from bottega.server.listening import Listening
from bottega.store.workspace import Workspace
from tests.server.helpers import until
from tests.server.v1.test_runs import SLOW


@contextmanager
def process(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server of its own, and its address."""
    command = [sys.executable, "-m", "bottega.cli.main", "serve", "--workspace", str(folder), "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        try:
            assert started.stdout is not None
            first = started.stdout.readline()
            assert first.startswith("Bottega at  "), started.stderr.read() if started.stderr else first
            yield started, first.split()[-1]
        finally:
            started.kill()


def ended(started: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[int, str, str]:
    started.send_signal(number)
    out, err = started.communicate(timeout=60)
    return started.returncode, out, err


def refused(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "bottega.cli.main", "serve", "--workspace", str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_from_start_to_end(tmp_path: Path, environment: Environment, number: int) -> None:
    folder = tmp_path / "workspace"
    with process(folder) as (started, url):
        noted = json.loads((folder / "server.json").read_text())
        assert noted == {"url": url, "pid": started.pid}
        assert (folder / "server.json").stat().st_mode & 0o777 == 0o600
        until(lambda: httpx2.get(f"{url}/readyz").status_code == 200)
        with Workspace.open(folder) as workspace:
            headers = {"Authorization": f"Bearer {workspace.tokens.primary}"}
            secrets = [workspace.tokens.primary, workspace.tokens.secondary]
            assert httpx2.get(f"{url}/v1/workspace", headers=headers).json()["id"] == workspace.id
        assert f"process {started.pid} at {url}" in refused(folder, "--port", "0")
        assert started.stdout is not None
        told = started.stdout.readline()
        code, out, err = ended(started, number)
    assert (code, (folder / "server.json").exists()) == (0, False)
    assert told == f"workspace   {workspace.id}\n"
    assert not [secret for secret in secrets if secret in out + err]
    lines = [json.loads(line) for line in err.splitlines()]
    assert {line["route"] for line in lines if line["event"] == "request"} == {"/readyz", "/v1/workspace"}


@pytest.mark.slow
def test_a_workspace_that_a_dead_server_had(tmp_path: Path, environment: Environment) -> None:
    folder = tmp_path / "workspace"
    with process(folder) as (started, url):
        with Workspace.open(folder) as workspace:
            headers = {"Authorization": f"Bearer {workspace.tokens.primary}"}
        made = httpx2.post(f"{url}/v1/experiments", content=SLOW, headers=headers).json()["id"]
        run = httpx2.post(f"{url}/v1/experiments/{made}/runs", json={}, headers=headers, timeout=60).json()["id"]
        until(lambda: httpx2.get(f"{url}/v1/runs/{run}", headers=headers).json()["running"] == ["a"])
        started.kill()
        started.wait()
    assert (folder / "server.json").exists()
    with process(folder) as (started, url):
        told = httpx2.get(f"{url}/v1/runs/{run}", headers=headers).json()
        assert (told["status"], told["interrupted"]) == ("Failed", True)
        assert httpx2.get(f"{url}/v1/experiments/{made}", headers=headers).json()["status"] == "Failed"
        assert ended(started)[0] == 0


@pytest.mark.slow
def test_running_requests_finish_and_followers_are_let_go(tmp_path: Path, environment: Environment) -> None:
    folder = tmp_path / "workspace"
    with process(folder) as (started, url):
        with Workspace.open(folder) as workspace:
            token = workspace.tokens.primary
        headers = {"Authorization": f"Bearer {token}"}
        made = httpx2.post(f"{url}/v1/experiments", content=SLOW, headers=headers).json()["id"]
        run = httpx2.post(f"{url}/v1/experiments/{made}/runs", json={}, headers=headers, timeout=60).json()["id"]
        port = int(url.rpartition(":")[2])
        with (
            httpx2.stream("GET", f"{url}/v1/runs/{run}/events", headers=headers, timeout=60) as events,
            socket.create_connection(("127.0.0.1", port), 60) as link,
        ):
            lines = events.iter_lines()
            assert next(lines) == "id: 1"
            head = f"POST /v1/check HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 22\r\n\r\n"
            link.sendall(head.encode() + b"bottega: 1\n")
            time.sleep(0.3)
            started.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            link.sendall(b"nodes: {}\n\n")
            assert link.recv(4096).startswith(b"HTTP/1.1 200 ")
            assert [line for line in lines if "run-ended" in line] == []
        started.wait(60)
    assert started.returncode == 0
    with Workspace.open(folder) as workspace:
        assert workspace.runs.get(run).status == "Canceled"


@pytest.mark.slow
def test_tls(tmp_path: Path, environment: Environment) -> None:
    certificate, key = own_certificate(tmp_path)
    with process(tmp_path / "ws", "--host", "localhost", "--tls-certificate", certificate, "--tls-key", key) as (
        started,
        url,
    ):
        assert url.startswith("https://localhost:")
        context = ssl.create_default_context(cafile=certificate)
        assert httpx2.get(f"{url}/healthz", verify=context).json() == {"status": "alive"}
        assert ended(started)[0] == 0


def own_certificate(folder: Path) -> tuple[str, str]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    subprocess.run([*command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return str(certificate), str(key)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--host", "0.0.0.0"), "--insecure-listen"), (("--host", "::"), "--insecure-listen"),
        (("--tls-certificate", "none.pem"), "both a certificate and a key"),
        (("--tls-certificate", "none.pem", "--tls-key", "none.pem"), "cannot be used"),
        (("--public-url", "example.org"), "is example.org; it is"), (("--public-url", "https://u:p@x.org/"), "it is an address"),
        (("--port", "99999"), "not between"), (("--host", "nowhere.invalid"), "cannot be listened at"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)  # fmt: skip
def test_refused(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    assert words in refused(tmp_path / "workspace", *arguments)


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        message = refused(tmp_path / "workspace", "--port", str(taken.getsockname()[1]))
    assert "cannot be listened at: another program listens there. Say --port N" in message
    assert "Errno" not in message


@pytest.mark.parametrize(
    "how", [{}, {"host": "::1"}, {"host": "localhost"}, {"host": "0.0.0.0", "insecure": True}], ids=str
)
def test_where_it_may_listen(how: dict[str, Any]) -> None:
    Listening(**how).check()


def test_elsewhere_needs_a_word() -> None:
    with pytest.raises(BottegaError, match="other machines"):
        Listening(host="0.0.0.0").check()
