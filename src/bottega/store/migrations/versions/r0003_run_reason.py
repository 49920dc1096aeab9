"""Why a run could not go on, where that was no node."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Runs that are there tell none."""
    op.add_column("run", sa.Column("reason", sa.Text))
