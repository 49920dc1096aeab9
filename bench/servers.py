"""One web service, served by Bottega and by its rivals: eight columns of numbers in, the sum of each row out."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import load, rivals
from bottega.services import code, endpoints
from bottega.store.workspace import Workspace

COLUMNS = [f"c{place}" for place in range(8)]
FIRST_SUM = b"3.5"  # of the first row
_WAIT = 120.0
_SOURCE = """
import pandas as pd

def azureml_main(frame):
    return pd.DataFrame({"score": frame.sum(axis=1)})
"""
_BUNDLE = {
    "Name": "sum", "Type": "Code",
    "CodeBundle": {
        "Language": "python-3", "SourceCode": _SOURCE, "InputSchema": dict.fromkeys(COLUMNS, "double"),
        "OutputSchema": {"score": "double"},
    },
}  # fmt: skip


@dataclass(frozen=True)
class Serving:
    """A service that answers: the request of so many rows, and the process that all others come from."""

    name: str
    port: int
    request: Callable[[int], bytes]
    process: int


@dataclass(frozen=True)
class _Rival:
    """A program of bench/programs, what it needs, where it is called, and the request in its own form."""

    program: str
    path: str
    body: Callable[[int], Any]

    @property
    def requirements(self) -> str:
        return f"serving/{self.program}.txt"


def rows(count: int) -> list[list[float]]:
    """Numbers whose sums are exact."""
    return [[row + place / 8 for place in range(8)] for row in range(count)]


def table(count: int) -> dict[str, Any]:
    """The request of a classic web service."""
    return {"Inputs": {"input1": {"ColumnNames": COLUMNS, "Values": rows(count)}}, "GlobalParameters": {}}


def _columns(count: int) -> dict[str, list[float]]:
    return {name: list(values) for name, values in zip(COLUMNS, zip(*rows(count), strict=True), strict=True)}


def _inputs(count: int) -> dict[str, Any]:
    """The request of the open inference protocol: a column each."""
    told = [
        {"name": name, "shape": [count, 1], "datatype": "FP64", "data": values}
        for name, values in _columns(count).items()
    ]
    return {"parameters": {"content_type": "pd"}, "inputs": told}


RIVALS = {
    "FastAPI by hand": _Rival("fastapi", "/execute", table),
    "azureml-inference-server": _Rival("azureml", "/score", lambda count: {"columns": _columns(count)}),
    "LitServe": _Rival("litserve", "/predict", lambda count: {"columns": _columns(count)}),
    "MLServer": _Rival("mlserver", "/v2/models/scorer/infer", _inputs),
    "BentoML": _Rival("bentoml", "/predict", lambda count: {"frame": [dict(zip(COLUMNS, row, strict=True)) for row in rows(count)]}),
    "mlflow": _Rival("mlflow", "/invocations", lambda count: {"dataframe_split": {"columns": COLUMNS, "data": rows(count)}}),
}  # fmt: skip


@contextmanager
def rival(name: str) -> Iterator[Serving | None]:
    """A rival that answers; None, and a word why, where it cannot be installed or does not answer."""
    chosen = RIVALS[name]
    python = rivals.python(chosen.requirements)
    if python is None:
        yield None
        return
    port = free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [str(python), str(rivals.PROGRAMS / f"serve_{chosen.program}.py"), str(port), folder]
        with _running(command, Path(folder)) as process:
            url = f"http://127.0.0.1:{port}{chosen.path}"
            made = Serving(name, port, lambda count: load.request(url, chosen.body(count)), process.pid)
            answers = _wait(made, process)
            if not answers:
                print(f"\n{name} does not answer: {(Path(folder) / 'log').read_text(errors='replace')[-1500:]}")
            yield made if answers else None


@dataclass(frozen=True)
class Own:
    """Bottega's server over a workspace with the service in each mode, which can be started again."""

    folder: Path
    port: int
    urls: dict[str, str]
    keys: dict[str, str]

    @contextmanager
    def started(self) -> Iterator[subprocess.Popen[bytes]]:
        """The server while it lives; it may not answer yet."""
        command = [sys.executable, "-m", "bottega.cli.main", "serve", "--workspace", str(self.folder / "workspace"),
                   "--port", str(self.port), "--log", "errors"]  # fmt: skip
        with _running(command, self.folder) as process:
            yield process

    def serving(self, mode: str, process: int) -> Serving:
        """The service in one mode."""
        url, key = self.urls[mode], self.keys[mode]
        return Serving(f"Bottega, mode {mode}", self.port, lambda count: load.request(url, table(count), key), process)


@contextmanager
def own() -> Iterator[Own]:
    """The workspace, published to and closed."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder, port = Path(name), free_port()
        urls, keys = {}, {}
        with Workspace.open(folder / "workspace") as workspace:
            for number, mode in enumerate(("request", "service")):
                made = code.publish_code(workspace, f"{number:032x}", _BUNDLE)
                endpoints.change(workspace, made.service.id, "default", mode=mode, max_concurrent=200)
                urls[mode] = (
                    f"http://127.0.0.1:{port}/workspaces/{workspace.id}/services/{made.endpoint.id}/execute?api-version=2.0"
                )
                keys[mode] = workspace.services.keys(made.endpoint.id)[0]
        yield Own(folder, port, urls, keys)


def wait(serving: Serving, process: subprocess.Popen[bytes]) -> None:
    """Until it answers rightly. Raises RuntimeError where it does not."""
    if not _wait(serving, process):
        raise RuntimeError(f"{serving.name} does not answer")


def _wait(serving: Serving, process: subprocess.Popen[bytes]) -> bool:
    data, end = serving.request(1), time.monotonic() + _WAIT
    while time.monotonic() < end and process.poll() is None:
        try:
            status, body = load.ask(serving.port, data)
        except OSError:
            time.sleep(0.05)
            continue
        if status == 200:
            assert FIRST_SUM in body, body[:500]
            return True
        time.sleep(0.1)
    return False


@contextmanager
def _running(command: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A program in a session of its own, ended with all that came from it."""
    variables = {**os.environ, **rivals.QUIET}
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=folder, env=variables, start_new_session=True
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for number, seconds in ((signal.SIGTERM, 15.0), (signal.SIGKILL, 15.0)):
        try:
            os.killpg(process.pid, number)
            process.wait(seconds)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
    process.wait()


def free_port() -> int:
    """One that nobody has at this moment."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
