"""Bringing a database to the tables of this Bottega; the one place that knows alembic."""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bottega.errors import BottegaError
from bottega.store.database import Database

_MIGRATIONS = Path(__file__).parent / "migrations"
# Alembic keeps what it works on in one variable of the process.
_ONE_AT_A_TIME = threading.Lock()


def revision(connection: Connection) -> str | None:
    """The migration that a database stands at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def upgrade(database: Database, place: str) -> None:
    """Run the migrations that are missing, all or none. Raises `usage` for a database that is not ours to change."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with database.writing() as connection:
        found = revision(connection)
        if found is None and inspect(connection).get_table_names():
            raise BottegaError("usage", reason=f"The database in {place} is not one of a workspace")
        if found is not None and found not in known:
            reason = (
                f"The workspace {place} was made by a newer Bottega than this one; open it with that or a later one"
            )
            raise BottegaError("usage", reason=reason)
        config.attributes["connection"] = connection
        with _ONE_AT_A_TIME:
            command.upgrade(config, "head")
