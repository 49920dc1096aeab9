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
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

# The newest migration, so that opening a workspace that is up to date needs no alembic.
REVISION = "0001"

METADATA = MetaData()

WORKSPACE = Table(
    "workspace",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("files_url", Text),  # None: in the workspace's own folder
    Column("created", Float, nullable=False),
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

DATASET = Table(
    "dataset",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("family", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("description", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("digest", String(100), nullable=False),
    Column("body", Text, nullable=False),
    Column("created", Float, nullable=False),
    UniqueConstraint("name", "version", name="uq_dataset_name_version"),
)

# Runs that pruning is about to delete: rows of runs that have ended can be deleted while they stand here, else never.
PRUNING = Table("pruning", METADATA, Column("run", Integer, primary_key=True, autoincrement=False))
