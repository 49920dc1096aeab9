"""The tables of the workspace's database.

Steps and outputs are read and written whole, as JSON in `body`; the columns beside it are
there to be searched by. Steps of a run that has ended never change, so neither can drift.
A change here needs a migration: a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

# The newest migration, so that opening a workspace that is up to date needs no alembic.
REVISION = "0003"

METADATA = MetaData()

WORKSPACE = Table(
    "workspace",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("files_url", Text),  # None: in the workspace's own folder
    Column("created", Float, nullable=False),
    Column(
        "key_check", String(64)
    ),  # tells the key file that sealed the secrets from any other; None: nothing is sealed
    Column("services_stamp", Integer, nullable=False, server_default="0"),  # counted by triggers
)

# Of the workspace itself, sealed.
TOKEN = Table(
    "token",
    METADATA,
    Column("name", String(16), primary_key=True),
    Column("value", Text, nullable=False),
)

SETTING = Table(
    "setting",
    METADATA,
    Column("name", String(100), primary_key=True),
    Column("value", JSON, nullable=False),
)

RUN = Table(
    "run",
    METADATA,
    Column("number", Integer, primary_key=True),  # the order of runs, whatever the clock did
    Column("id", String(40), nullable=False, unique=True),
    Column("experiment", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("target", JSON, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("status", String(16), nullable=False, index=True),
    Column("started", Float, nullable=False),
    Column("ended", Float),
    Column("interrupted", Boolean, nullable=False),
    Column("reason", Text),
    Index("ix_run_experiment", "experiment", "number"),
    sqlite_autoincrement=True,
)

STEP = Table(
    "step",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run", Integer, ForeignKey("run.number", ondelete="CASCADE"), nullable=False),
    Column("experiment", Text, nullable=False),
    Column("node", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("fingerprint", String(100), nullable=False, index=True),
    Column("cacheable", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("run", "node", name="uq_step_run_node"),
    Index("ix_step_newest", "experiment", "status", "node", "id"),
    sqlite_autoincrement=True,
)

# The stored files that a step names.
STEP_BLOB = Table(
    "step_blob",
    METADATA,
    Column("step", Integer, ForeignKey("step.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", String(100), primary_key=True),
)

# The step whose outputs stand for a fingerprint.
RESULT = Table(
    "result",
    METADATA,
    Column("fingerprint", String(100), primary_key=True),
    Column("step", Integer, ForeignKey("step.id", ondelete="CASCADE"), nullable=False, index=True),
)

# Datasets, trained models and transforms, told apart by `kind`. A family's name is that of its newest version.
DATASET = Table(
    "dataset",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", String(200), nullable=False),
    Column("family", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("description", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("digest", String(100), nullable=False),
    Column("body", Text, nullable=False),
    Column("created", Float, nullable=False),
    Column("data_type", String(40), nullable=False),
    Column("owner", Text, nullable=False),
    Column("origin", String(40), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("experiment", Text, nullable=False),
    Column("raw", String(100)),
    Column("raw_size", Integer, nullable=False),
    UniqueConstraint("family", "version", name="uq_dataset_family_version"),
    Index("ix_dataset_name", "kind", "name"),
)

# Runs that pruning is about to delete: rows of runs that have ended can be deleted while they stand here, else never.
PRUNING = Table("pruning", METADATA, Column("run", Integer, primary_key=True, autoincrement=False))

EXPERIMENT = Table(
    "experiment",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("etag", String(32), nullable=False),
    Column("status", String(16), nullable=False),
    Column("creator", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("parent", Text, nullable=False),
    Column("archived", Boolean, nullable=False),
    Column("last_run", String(40)),
    Column("created", Float, nullable=False),
    Column("updated", Float, nullable=False),
    Column("client", JSON, nullable=False),
)

SERVICE = Table(
    "service",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("description", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("experiment", Text),
    Column("created", Float, nullable=False),
    Column("default_endpoint", String(200), nullable=False),
)

VERSION = Table(
    "version",
    METADATA,
    Column("service", String(32), ForeignKey("service.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("program", Text, nullable=False),
    Column("created", Float, nullable=False),
    Column("note", Text, nullable=False),
)

# The stored files that a version's program names, and as what.
VERSION_BLOB = Table(
    "version_blob",
    METADATA,
    Column("service", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("digest", String(100), primary_key=True),
    Column("type", String(40), nullable=False),
    ForeignKeyConstraint(["service", "number"], ["version.service", "version.number"], ondelete="CASCADE"),
)

# Both keys are sealed.
ENDPOINT = Table(
    "endpoint",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("service", String(32), ForeignKey("service.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("description", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created", Float, nullable=False),
    Column("updated", Float, nullable=False),
    Column("throttle", String(16), nullable=False),
    Column("max_concurrent", Integer, nullable=False),
    Column("prevent_update", Boolean, nullable=False),
    Column("sample_data", Boolean, nullable=False),
    Column("diagnostics", String(16), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("resources", JSON, nullable=False),
    Column("primary_key", Text, nullable=False),
    Column("secondary_key", Text, nullable=False),
    UniqueConstraint("service", "name", name="uq_endpoint_service_name"),
)

# The stored files that an endpoint has in place of its version's.
ENDPOINT_BLOB = Table(
    "endpoint_blob",
    METADATA,
    Column("endpoint", String(32), ForeignKey("endpoint.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", String(100), primary_key=True),
    Column("type", String(40), nullable=False),
)

# Request and results are sealed, for they hold account keys and signatures. A job outlives its endpoint while it runs.
JOB = Table(
    "job",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("endpoint", String(32), nullable=False, index=True),
    Column("status", String(16), nullable=False),
    Column("place", Integer),  # in the queue, given when it is started; None before
    Column("cancel", Boolean, nullable=False),
    Column("request", Text, nullable=False),
    Column("results", Text),
    Column("details", Text),
    Column("progress", JSON, nullable=False),
    Column("created", Float, nullable=False),
    Column("started", Float),
    Column("ended", Float),
    Index("ix_job_queue", "status", "endpoint", "place"),
    sqlite_autoincrement=True,
)

# The stored files that a job's results name.
JOB_BLOB = Table(
    "job_blob",
    METADATA,
    Column("job", Integer, ForeignKey("job.number", ondelete="CASCADE"), primary_key=True),
    Column("digest", String(100), primary_key=True),
    Column("type", String(40), nullable=False),
)
