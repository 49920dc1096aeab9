"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them, and the rule that runs which have ended do not change."""
    _make_workspace()
    _make_runs()
    _make_datasets()
    for statement in _guards():
        op.execute(statement)


def _make_workspace() -> None:
    op.create_table(
        "workspace",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("files_url", sa.Text),
        sa.Column("created", sa.Float, nullable=False),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("value", sa.JSON, nullable=False),
    )


def _make_runs() -> None:
    op.create_table(
        "run",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(40), nullable=False, unique=True),
        sa.Column("experiment", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("target", sa.JSON, nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("status", sa.String(16), nullable=False, index=True),
        sa.Column("started", sa.Float, nullable=False),
        sa.Column("ended", sa.Float),
        sa.Column("interrupted", sa.Boolean, nullable=False),
        sa.Index("ix_run_experiment", "experiment", "number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "step",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run", sa.Integer, sa.ForeignKey("run.number", ondelete="CASCADE"), nullable=False),
        sa.Column("experiment", sa.Text, nullable=False),
        sa.Column("node", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("fingerprint", sa.String(100), nullable=False, index=True),
        sa.Column("cacheable", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("run", "node", name="uq_step_run_node"),
        sa.Index("ix_step_newest", "experiment", "status", "node", "id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "step_blob",
        sa.Column("step", sa.Integer, sa.ForeignKey("step.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("digest", sa.String(100), primary_key=True),
    )
    op.create_table(
        "result",
        sa.Column("fingerprint", sa.String(100), primary_key=True),
        sa.Column("step", sa.Integer, sa.ForeignKey("step.id", ondelete="CASCADE"), nullable=False, index=True),
    )
    op.create_table("pruning", sa.Column("run", sa.Integer, primary_key=True, autoincrement=False))


def _make_datasets() -> None:
    op.create_table(
        "dataset",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("family", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("digest", sa.String(100), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.UniqueConstraint("name", "version", name="uq_dataset_name_version"),
    )


def _guards() -> list[str]:
    """Triggers: what belongs to a run that has ended is fixed; it can only be deleted, by pruning, which says so."""
    of_step = "(SELECT run FROM step WHERE id = {row}.step)"
    return [
        _guard("run", "UPDATE", "OLD.number"),
        _guard("run", "DELETE", "OLD.number"),
        _guard("step", "INSERT", "NEW.run"),
        _guard("step", "UPDATE", "OLD.run"),
        _guard("step", "DELETE", "OLD.run"),
        _guard("step_blob", "INSERT", of_step.format(row="NEW")),
        _guard("step_blob", "UPDATE", of_step.format(row="OLD")),
        _guard("step_blob", "DELETE", of_step.format(row="OLD")),
    ]


def _guard(table: str, action: str, run: str) -> str:
    ended = f"EXISTS (SELECT 1 FROM run WHERE number = {run} AND status <> 'Running')"  # noqa: S608  # words above
    spared = f" AND {run} NOT IN (SELECT run FROM pruning)" if action == "DELETE" else ""  # noqa: S608  # the same
    return f"""
        CREATE TRIGGER {table}_fixed_{action.lower()} BEFORE {action} ON "{table}" WHEN {ended}{spared}
        BEGIN SELECT RAISE(ABORT, 'a run that has ended is fixed'); END
    """
