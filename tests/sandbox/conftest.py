"""What the tests of running scripts share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.pool import Pool
from tests.conftest import PRELOAD
from tests.sandbox.helpers import Runner
from tests.sandbox.sites import Serve, serving


@pytest.fixture(scope="session")
def run(pool: Pool, environment: Environment) -> Runner:
    """Runs scripts in warm jails."""
    return Runner(pool, environment, PRELOAD)


@pytest.fixture(scope="session")
def draw(pool: Pool, environment: Environment) -> Runner:
    """Runs scripts in jails that have matplotlib imported already."""
    return Runner(pool, environment, (*PRELOAD, "matplotlib.pyplot"))


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers on the host's loopback."""
    with serving() as start:
        yield start
