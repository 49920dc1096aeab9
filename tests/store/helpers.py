"""Steps and outputs as an engine would record them."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bottega.errors import BottegaError
from bottega.store.records import Column, Output, Picture, Step
from bottega.store.workspace import Workspace


def digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def output(data: bytes, port: str = "dataset", kind: str = "Zip") -> Output:
    return Output(port, kind, digest(data), len(data))


def blob(data: bytes) -> tuple[str, bytes]:
    return digest(data), data


def step(node: str, *contents: bytes, **changes: Any) -> Step:
    """A finished step with an output for each of the contents, and a fingerprint of its own."""
    outputs = tuple(output(data, f"port{place}") for place, data in enumerate(contents))
    values: dict[str, Any] = {
        "status": "Finished",
        "cached": False,
        "fingerprint": f"f-{node}",
        "parts": {"node": node},
    }
    return Step(**{"node": node, "module": "clip", "outputs": outputs, **values, **changes})


FULL = Step(
    node="rank",
    module="execute-python-script",
    status="Finished",
    cached=False,
    fingerprint="f" * 64,
    parts={"module": "1", "parameters": {"n": [1, 2.5, None, True], "è": "\0\n"}},
    outputs=(
        Output("results", "DataTable", "a" * 64, 12, 3, (Column("età", "Integer", "label"),)),
        Output("device", "Device", "b" * 64 + ".device", 5, described={"pictures": 1}),
    ),
    error={"code": "0085", "facts": {"message": "x"}},
    log="line\nline",
    notes=("one", "two"),
    pictures=(Picture("plot.png", "c" * 64),),
    seconds=1.25,
    peak_memory=1 << 40,
    started=1.5,
    ended=2.75,
    because="skipped because of patients",
    cacheable=False,
)


def code_of(caught: pytest.ExceptionInfo[BottegaError]) -> str:
    return caught.value.code


def start(workspace: Workspace, experiment: str = "e") -> str:
    return workspace.runs.start(experiment, "Title", "bottega: 1", (), ())


def past_run(workspace: Workspace, *steps: Step, experiment: str = "e", contents: tuple[bytes, ...] = ()) -> str:
    """A run that has finished with these steps."""
    run_id = start(workspace, experiment)
    workspace.runs.record(run_id, steps, [blob(data) for data in contents])
    workspace.runs.finish(run_id, "Finished")
    return run_id


@dataclass(frozen=True)
class Made:
    """A published service and the id of its default endpoint."""

    id: str
    default: str


def publish(workspace: Workspace, *contents: bytes, name: str = "Score [predictive exp.]", **more: Any) -> Made:
    """A web service whose program names these stored files."""
    workspace.blobs.put_many([blob(data) for data in contents])
    constants = {f"n{place}.out": {"digest": digest(data), "type": "Zip", "size": len(data)}
                 for place, data in enumerate(contents)}  # fmt: skip
    program = json.dumps({"title": "T", "constants": constants})
    service = workspace.services.create(name, program, {digest(data) for data in contents}, **more)
    return Made(service.id, workspace.services.endpoint(service.id, "default").id)


def rows(workspace: Workspace, query: str) -> list[Any]:
    """What SQLite itself reads from the file."""
    connection = sqlite3.connect(workspace.folder / "bottega.db")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
