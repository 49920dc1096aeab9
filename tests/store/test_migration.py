"""The migrations give the tables that the code works with."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from bottega.store import migration
from bottega.store.database import Database
from bottega.store.tables import METADATA, REVISION
from bottega.store.workspace import Workspace


def test_the_constant_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migration.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


def test_migrated_tables_are_those_of_the_code(workspace: Workspace) -> None:
    with workspace._database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with contextlib.closing(Database(tmp_path / "d.db")) as database:
        with monkeypatch.context() as patch:
            patch.setattr(migration, "_MIGRATIONS", _failing(tmp_path))
            with pytest.raises(ZeroDivisionError):
                migration.upgrade(database, "d")
        with database.reading() as connection:
            assert inspect(connection).get_table_names() == []
        migration.upgrade(database, "d")
        with database.reading() as connection:
            assert migration.revision(connection) == REVISION


def test_nothing_is_kept_in_the_migrations_that_the_wheel_leaves_out() -> None:
    folder = Path(migration.__file__).parent / "migrations"
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {"env.py", "versions/r0001_workspace.py", "versions/r0002_services.py"} <= there
    assert {Path(name).suffix for name in there} <= {".py", ".pyc"}


def _failing(folder: Path) -> Path:
    """The migrations, and one more that fails midway."""
    copy = Path(shutil.copytree(Path(migration.__file__).parent / "migrations", folder / "migrations"))
    (copy / "versions" / "r9_failing.py").write_text(
        f"from alembic import op\nimport sqlalchemy as sa\nrevision = '9'\ndown_revision = {REVISION!r}\n"
        "def upgrade():\n    op.create_table('half', sa.Column('a', sa.Integer))\n    1 / 0\n"
    )
    return copy
