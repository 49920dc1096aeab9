"""Web services and what belongs to them: endpoints, jobs, stored experiments, saved models, secrets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the new tables, and let datasets be of several kinds and bear the name of their newest version."""
    _widen_datasets()
    op.create_table(
        "token",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    _make_experiments()
    _make_services()
    _make_jobs()
    _count_changes()


def _widen_datasets() -> None:
    """Datasets that are there keep all they have; their families and names stay as they were."""
    op.create_table(
        "dataset_new",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("family", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("digest", sa.String(100), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("data_type", sa.String(40), nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("experiment", sa.Text, nullable=False),
        sa.Column("raw", sa.String(100)),
        sa.Column("raw_size", sa.Integer, nullable=False),
        sa.UniqueConstraint("family", "version", name="uq_dataset_family_version"),
    )
    kept = "id, name, family, version, description, source, digest, body, created"
    op.execute(
        f"INSERT INTO dataset_new ({kept}, kind, data_type, owner, origin, file_name, experiment, raw_size) "  # noqa: S608  # words above
        f"SELECT {kept}, 'dataset', '', '', '', '', '', 0 FROM dataset"
    )
    op.drop_table("dataset")
    op.rename_table("dataset_new", "dataset")
    op.create_index("ix_dataset_name", "dataset", ["kind", "name"])


def _make_experiments() -> None:
    op.create_table(
        "experiment",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("etag", sa.String(32), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("creator", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("parent", sa.Text, nullable=False),
        sa.Column("archived", sa.Boolean, nullable=False),
        sa.Column("last_run", sa.String(40)),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("updated", sa.Float, nullable=False),
        sa.Column("client", sa.JSON, nullable=False),
    )


def _make_services() -> None:
    op.create_table(
        "service",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("experiment", sa.Text),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("default_endpoint", sa.String(200), nullable=False),
    )
    op.create_table(
        "version",
        sa.Column("service", sa.String(32), sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("program", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "version_blob",
        sa.Column("service", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String(100), primary_key=True),
        sa.Column("type", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["service", "number"], ["version.service", "version.number"], ondelete="CASCADE"),
    )
    _make_endpoints()


def _make_endpoints() -> None:
    op.create_table(
        "endpoint",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("service", sa.String(32), sa.ForeignKey("service.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("updated", sa.Float, nullable=False),
        sa.Column("throttle", sa.String(16), nullable=False),
        sa.Column("max_concurrent", sa.Integer, nullable=False),
        sa.Column("prevent_update", sa.Boolean, nullable=False),
        sa.Column("sample_data", sa.Boolean, nullable=False),
        sa.Column("diagnostics", sa.String(16), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("resources", sa.JSON, nullable=False),
        sa.Column("primary_key", sa.Text, nullable=False),
        sa.Column("secondary_key", sa.Text, nullable=False),
        sa.UniqueConstraint("service", "name", name="uq_endpoint_service_name"),
    )
    op.create_table(
        "endpoint_blob",
        sa.Column("endpoint", sa.String(32), sa.ForeignKey("endpoint.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("digest", sa.String(100), primary_key=True),
        sa.Column("type", sa.String(40), nullable=False),
    )


def _make_jobs() -> None:
    op.create_table(
        "job",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        sa.Column("endpoint", sa.String(32), nullable=False, index=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("place", sa.Integer),
        sa.Column("cancel", sa.Boolean, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("results", sa.Text),
        sa.Column("details", sa.Text),
        sa.Column("progress", sa.JSON, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("started", sa.Float),
        sa.Column("ended", sa.Float),
        sa.Index("ix_job_queue", "status", "endpoint", "place"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "job_blob",
        sa.Column("job", sa.Integer, sa.ForeignKey("job.number", ondelete="CASCADE"), primary_key=True),
        sa.Column("digest", sa.String(100), primary_key=True),
        sa.Column("type", sa.String(40), nullable=False),
    )


def _count_changes() -> None:
    """Triggers: each change of services, versions and endpoints is counted, whoever makes it."""
    op.add_column("workspace", sa.Column("key_check", sa.String(64)))
    op.add_column("workspace", sa.Column("services_stamp", sa.Integer, nullable=False, server_default="0"))
    for table in ("service", "version", "endpoint"):
        for action in ("INSERT", "UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_counted_{action.lower()} AFTER {action} ON {table} "  # noqa: S608  # words above
                "BEGIN UPDATE workspace SET services_stamp = services_stamp + 1; END"
            )
