"""Secrets that the command line renews hold at once in a server that runs."""

from __future__ import annotations

from pathlib import Path

from bottega.sandbox.host.pool import Pool
from bottega.store.workspace import Workspace
from tests.server.published import adder

QUERY = "?api-version=2.0"
BODY = {"Inputs": {"input1": {"ColumnNames": ["a", "b", "who"], "Values": [["1", "2.5", "x"]]}}}


def test_the_old_ones_are_refused_and_the_new_ones_taken(tmp_path: Path, pool: Pool) -> None:
    with adder(tmp_path, pool) as service:
        client, token, key = service.served.client, service.served.bearer, service.key

        def statuses() -> list[int]:
            own = client.get("/v1/workspace", headers=token).status_code
            return [own, client.post(f"{service.calls}/execute{QUERY}", json=BODY, headers=key).status_code]

        assert statuses() == [200, 200]
        with Workspace.open(service.served.workspace.folder) as other:
            other.renew_secrets()
            primary, _ = other.services.keys(service.calls.rpartition("/")[2])
        assert statuses() == [401, 401]
        token, key = service.served.bearer, {"Authorization": f"Bearer {primary}"}
        assert statuses() == [200, 200]
