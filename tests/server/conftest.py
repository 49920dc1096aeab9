"""A server for each test, over jails that all share."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bottega.sandbox.host.pool import Pool
from bottega.server import logs
from tests.server.helpers import Live, Served, listening, serving


@pytest.fixture(scope="session", autouse=True)
def quiet() -> None:
    """Of the log only what is an error of the server."""
    logs.configure(level=logging.ERROR)


@pytest.fixture
def server(tmp_path: Path, pool: Pool) -> Iterator[Served]:
    """A server without a socket, over a fresh workspace."""
    with serving(tmp_path / "workspace", pool) as served:
        yield served


@pytest.fixture
def live(server: Served) -> Iterator[Live]:
    """The same at a real port."""
    with listening(server) as served:
        yield served
