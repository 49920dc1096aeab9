"""The fixtures of the server, for clients that live outside of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bottega.sandbox.host.environment import Environment
from tests.clients.azurite_server import azurite
from tests.clients.deployed import deployed
from tests.server.conftest import live, server

__all__ = ["live", "served", "server"]
_CONTAINER = "visits"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, environment: Environment) -> Iterator[dict[str, Any]]:
    """What a client knows of a web service of a `bottega serve`, and of a storage account whose place is set there."""
    folder = tmp_path_factory.mktemp("served")
    with azurite(folder / "blobs") as storage, deployed(folder, **{storage.account: storage.endpoint}) as service:
        with storage.client() as client:
            client.create_container(_CONTAINER)
        yield {
            "api": service.api, "help": service.help, "key": service.key, "account": storage.account,
            "account_key": storage.key, "endpoint": storage.endpoint, "port": storage.port,
            "connection": storage.connection_string, "container": _CONTAINER,
        }  # fmt: skip
