"""A web service that is there to be called."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from bottega.sandbox.host.pool import Pool
from bottega.services import code
from bottega.services.program import Program
from bottega.store.digest import bytes_digest
from bottega.store.workspace import Workspace
from tests.server.helpers import BASE, Served, serving

SOURCE = """
import time
import pandas as pd

def azureml_main(df):
    if (df.a < 0).any():
        raise ValueError("a is negative")
    if (df.a > 1000).any():
        time.sleep(float(df.a.max()) / 1000)
    return pd.DataFrame({"total": df.a + df.b, "who": df.who})
"""
CODE: dict[str, Any] = {
    "Name": "Adder",
    "Description": "Adds <two> numbers.",
    "Type": "Code",
    "CodeBundle": {
        "Language": "python-3",
        "InputSchema": {
            "a": {"type": "integer", "format": "int64"},
            "b": {"type": "number", "format": "double"},
            "who": {"type": "string"},
        },
        "OutputSchema": {"total": {"type": "number", "format": "double"}, "who": {"type": "string"}},
        "SourceCode": SOURCE,
    },
}
ROWS = (("1", "2.5", "Ann's secret"), ("2", None, '<i>"Bob"</i>'))


@dataclass(frozen=True)
class Service:
    """The service of a server, and its default endpoint."""

    served: Served
    id: str
    endpoint: str
    keys: tuple[str, str]

    @property
    def root(self) -> str:
        """The workspace's path."""
        return f"/workspaces/{self.served.workspace.id}"

    @property
    def path(self) -> str:
        """Where it is managed."""
        return f"{self.root}/webservices/{self.id}"

    @property
    def calls(self) -> str:
        """Where it is called."""
        return f"{self.root}/services/{self.endpoint}"

    @property
    def help(self) -> str:
        """Where its pages are."""
        return f"{self.path}/endpoints/{self.endpoint}"

    @property
    def key(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[0]}"}

    def call(self, *rows: list[Any], query: str = "?api-version=2.0&details=true", status: int = 200) -> Any:
        """Call it with rows of a, b and who."""
        asked = {"Inputs": {"input1": {"ColumnNames": ["a", "b", "who"], "Values": list(rows)}}, "GlobalParameters": {}}
        response = self.served.client.post(f"{self.calls}/execute{query}", json=asked, headers=self.key)
        assert response.status_code == status, response.text
        return response.json()

    def manage(self, method: str, path: str = "", status: int = 200, **more: Any) -> Any:
        """Ask the management API; the JSON of its answer, if it has some."""
        headers = self.served.bearer | more.pop("headers", {})
        response = self.served.client.request(method, f"{self.path}{path}", headers=headers, **more)
        assert response.status_code == status, response.text
        return response.json() if response.content else None


def program(source: str = SOURCE, **more: Any) -> Program:
    """The adder with rows to show, and other parts where told."""
    made = code.program(code.Bundle.read({**CODE, "CodeBundle": {**CODE["CodeBundle"], "SourceCode": source}}))
    inputs = tuple(msgspec.structs.replace(each, samples=ROWS) for each in made.inputs)
    return msgspec.structs.replace(made, **{"inputs": inputs, **more})


def publish(served: Served, made: Program | None = None, name: str = "Adder") -> Service:
    """Put it into the workspace."""
    made = made or program()
    services = served.workspace.services
    service = services.create(name, made.dumps(), made.digests(), description="Adds <two> numbers.", kind="code")
    endpoint = services.endpoint(service.id, "default")
    return Service(served, service.id, endpoint.id, services.keys(endpoint.id))


def keep(served: Served, content: bytes) -> str:
    """Store a file; its digest."""
    digest = bytes_digest(content)
    served.workspace.blobs.put(digest, content)
    return digest


@contextmanager
def adder(folder: Path, pool: Pool, **more: Any) -> Iterator[Service]:
    """A server with the service, with other parts of its program where told."""
    with serving(folder / "workspace", pool) as served:
        yield publish(served, program(**more))


class _Jobs:
    """Jobs that are only written down."""

    def __init__(self, workspace: Workspace) -> None:
        self._jobs = workspace.jobs

    def create(self, endpoint: str, body: bytes) -> str:
        return self._jobs.create(endpoint, json.loads(body)).id

    def keep_input(self, file: BinaryIO) -> str:
        raise NotImplementedError

    def start(self, job: str) -> None:
        self._jobs.queue(job)

    def status(self, job: str, link: object) -> Mapping[str, Any]:
        del link
        found = self._jobs.get(job)
        return {"StatusCode": found.status, "Results": found.results, "Details": found.details}

    def cancel(self, job: str) -> None:
        self._jobs.ask_cancel(job)

    def delete(self, job: str) -> None:
        self.cancel(job)

    def close(self) -> None:
        pass


@contextmanager
def jobs_written_down(service: Service) -> Iterator[None]:
    """While in this block the server takes jobs, which nobody does."""
    app = service.served.app
    before = app.state.context
    before.jobs.close()  # else it would take them
    app.state.context = replace(before, jobs=_Jobs(service.served.workspace))
    try:
        yield
    finally:
        app.state.context = before


__all__ = ["BASE", "CODE", "ROWS", "Service", "adder", "jobs_written_down", "keep", "program", "publish"]
