"""The Studio API of a fresh server."""

from __future__ import annotations

import pytest

from tests.server.helpers import Served
from tests.server.studio.helpers import Api


@pytest.fixture
def api(server: Served) -> Api:
    """Calls with the workspace's token."""
    return Api(server)
