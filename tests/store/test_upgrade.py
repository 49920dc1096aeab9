"""Workspaces that an earlier Bottega made are brought up to date with all that they hold."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import msgspec
import pytest
from alembic import command
from alembic.config import Config

from bottega.store import migration
from bottega.store.database import Database
from bottega.store.records import Output
from bottega.store.workspace import Workspace
from tests.store.helpers import FULL, digest

_RUN = ("20260101-000000-000000-abcdef", "e.yaml", "Title", "bottega: 1", '["a"]', "[]", "Finished", 1.0, 2.0, 0)
_DATASETS = [
    ("1" * 32, "iris", "a" * 32, 1, "d", "iris.csv", 1.5),
    ("2" * 32, "iris", "a" * 32, 2, "", "iris.csv", 2.5),
    ("3" * 32, "età", "b" * 32, 1, "", "", 3.5),
]


def _old(folder: Path) -> Path:
    """A workspace as the first release left it, with a run, a result, three datasets and a setting."""
    (folder / "locks").mkdir(parents=True)
    (folder / "files" / digest(b"x")[:2]).mkdir(parents=True)
    (folder / "files" / digest(b"x")[:2] / digest(b"x")).write_bytes(b"x")
    database = Database(folder / "bottega.db")
    config = Config()
    config.set_main_option("script_location", str(Path(migration.__file__).parent / "migrations"))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    database.close()
    plain = sqlite3.connect(folder / "bottega.db")
    plain.execute("PRAGMA journal_mode = WAL")
    plain.execute("INSERT INTO workspace VALUES (?, NULL, 5.0)", ("f" * 32,))
    plain.execute("INSERT INTO setting VALUES ('allow_local_files', 'true')")
    names = "id, experiment, title, document, target, settings, status, started, ended, interrupted"
    plain.execute(f"INSERT INTO run ({names}) VALUES (?, ?, ?, ?, ?, ?, 'Running', ?, ?, ?)", _RUN[:6] + _RUN[7:])
    step = ("e.yaml", FULL.node, FULL.status, FULL.fingerprint, 0, msgspec.json.encode(FULL).decode())
    plain.execute("INSERT INTO step VALUES (1, 1, ?, ?, ?, ?, ?, ?)", step)
    plain.execute("UPDATE run SET status = 'Finished'")
    body = msgspec.json.encode(Output("data", "Zip", digest(b"x"), 1)).decode()
    for row in _DATASETS:
        plain.execute(
            "INSERT INTO dataset (id, name, family, version, description, source, created, digest, body) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, digest(b"x"), body),
        )
    plain.commit()
    plain.close()
    return folder


def test_all_that_the_first_release_kept_is_there(tmp_path: Path) -> None:
    with Workspace.open(_old(tmp_path / "w"), create=False) as workspace:
        assert workspace.id == "f" * 32
        assert workspace.settings.get("allow_local_files") is True
        (run,) = workspace.runs.list()
        assert (run.id, run.target, run.status, run.steps) == (_RUN[0], ("a",), "Finished", (FULL,))
        assert [(each.name, each.version) for each in workspace.datasets.list()] == [("età", 1), ("iris", 2)]
        first = workspace.datasets.get("iris", 1)
        assert (first.id, first.family, first.description, first.source, first.created) == (
            "1" * 32, "a" * 32, "d", "iris.csv", 1.5,
        )  # fmt: skip
        assert (first.kind, first.data_type, first.raw) == ("dataset", "", None)
        assert first.output == Output("data", "Zip", digest(b"x"), 1)
        assert workspace.trained_models.list() == []


def test_work_goes_on_after_the_upgrade(tmp_path: Path) -> None:
    with Workspace.open(_old(tmp_path / "w")) as workspace:
        third = workspace.datasets.save("iris", Output("data", "Zip", digest(b"x"), 1))
        assert (third.version, third.family) == (3, "a" * 32)
        assert workspace.services.stamp() == 0
        workspace.services.create("s", json.dumps({}), [digest(b"x")])
        assert workspace.services.stamp() > 0
        assert workspace.tokens.is_valid(workspace.tokens.primary)
        problems = workspace.upkeep.verify(lambda *_: None)
        assert [line.split()[0] for line in problems] == ["DataTable", "Device", "Picture"]  # the step's, never stored


def test_what_has_ended_is_still_fixed(tmp_path: Path) -> None:
    folder = _old(tmp_path / "w")
    Workspace.open(folder).close()
    connection = sqlite3.connect(folder / "bottega.db")
    with pytest.raises(sqlite3.IntegrityError, match="fixed"):
        connection.execute("UPDATE run SET title = 'other'")
    connection.close()
