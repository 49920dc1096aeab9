"""A workspace for each test, and the jails that all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bottega.sandbox.host.pool import Pool
from bottega.store.workspace import Workspace
from tests.engine.helpers import Bench


@pytest.fixture
def bench(tmp_path: Path, pool: Pool) -> Iterator[Bench]:
    with Workspace.open(tmp_path / "workspace") as workspace:
        yield Bench(workspace, pool)
