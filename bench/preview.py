"""A stored table of 1M x 20 looked at as the studio's page does, against pandas reading and describing the same file."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from bench import data, measure, servers
from bottega.dataset import formats
from bottega.dataset.table import Table
from bottega.engine.keep import keep
from bottega.sandbox.host.environment import Environment
from bottega.store.workspace import Workspace

_ROUNDS = 3
_ROWS = 1_000_000
_START = 30.0
_READ = "pandas reads it, first 100 rows"
# What the page asks for when a port is clicked: what there is; then rows and statistics at once.
_SIZE = "rows?limit=0"
_SHOWN = ("rows?offset=0&limit=100&column=0&columns=50&text=2000", "profile?bins=20&column=0&columns=50")


@dataclass(frozen=True)
class _Server:
    """A server over a workspace, and the sources of tables that nobody has looked at."""

    port: int
    token: str
    sources: list[str]

    def get(self, path: str) -> Any:
        """A JSON answer. Raises RuntimeError for an error."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers={"authorization": f"Bearer {self.token}"})
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {body[:200]!r}")
        return json.loads(body)

    def look(self, source: str) -> float:
        """Open the preview; the seconds until the rows are there, while the statistics still come."""
        started = time.perf_counter()
        assert self.get(f"{source}/{_SIZE}")["total"] == _ROWS
        with ThreadPoolExecutor(len(_SHOWN)) as threads:
            rows, profile = (threads.submit(self.get, f"{source}/{asked}") for asked in _SHOWN)
            assert len(rows.result()["rows"]) == 100
            taken = time.perf_counter() - started
            assert len(profile.result()["columns"]) == 20
        return taken


def look(_environment: Environment) -> None:
    """First and later looks; each first one at a table of its own, since the server remembers."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        file = _write(folder / "rows.parquet", 0)
        with _server(folder) as server:
            unseen = iter(server.sources)
            seen: list[str] = []
            until_rows: list[float] = []

            def first() -> None:
                seen.append(next(unseen))
                until_rows.append(server.look(seen[-1]))

            actions: dict[str, Callable[[], object]] = {
                "Bottega, first look, with statistics": first,
                "Bottega, a later look": lambda: server.look(seen[-1]),
                "Bottega, 100 rows from 900,000 on": lambda: server.get(f"{seen[-1]}/rows?offset=900000&limit=100"),
                _READ: lambda: pd.read_parquet(file).head(100),
                "pandas reads and describes it, with histograms": lambda: _described(pd.read_parquet(file)),
            }
            times = measure.interleaved(actions, _ROUNDS)
        measure.table("A preview of 1M x 20", {"Bottega, first look, rows": until_rows, **times}, _READ)


def _described(frame: pd.DataFrame) -> None:
    """The same statistics by hand."""
    frame.describe(include="all")
    frame.isna().sum()
    for column in frame.columns:
        if pd.api.types.is_numeric_dtype(frame[column]):
            np.histogram(frame[column], bins=20)
        else:
            frame[column].value_counts().head(10)


def _write(path: Path, number: int) -> Path:
    """The table, in one column unlike those of other numbers."""
    arrow = data.large(_ROWS).arrow
    changed = pa.array(arrow["f0"].to_numpy() + number)
    formats.write(Table(arrow.set_column(0, "f0", changed)), path)
    return path


@contextmanager
def _server(folder: Path) -> Iterator[_Server]:
    """One that answers, over a workspace with a table a round."""
    port, workspace = servers.free_port(), folder / "workspace"
    with Workspace.open(workspace) as opened:
        kept = [keep(opened, f"rows-{each}", _write(folder / f"{each}.parquet", each)) for each in range(_ROUNDS)]
        token = opened.tokens.primary
    made = _Server(port, token, [f"/v1/datasets/{each.id}" for each in kept])
    command = [sys.executable, "-m", "bottega.cli.main", "serve", "--workspace", str(workspace), "--port", str(port),
               "--log", "errors"]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        _wait(made, process)
        yield made
    finally:
        process.terminate()
        process.wait(_START)


def _wait(server: _Server, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START
    while time.monotonic() < end and process.poll() is None:
        try:
            server.get("/v1/workspace")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server does not answer")
