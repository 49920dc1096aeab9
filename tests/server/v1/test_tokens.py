"""The two tokens of the workspace."""

from __future__ import annotations

from tests.server.helpers import Served


def test_told_to_who_bears_one(server: Served) -> None:
    answer = server.client.get("/v1/workspace/tokens", headers=server.bearer)
    assert answer.json() == {"primary": server.workspace.tokens.primary, "secondary": server.workspace.tokens.secondary}
    assert answer.headers["cache-control"] == "no-store"
    assert server.client.get("/v1/workspace/tokens").status_code == 401


def test_the_renewed_one(server: Served) -> None:
    made = server.v1("POST", "/workspace/tokens/secondary/rotate")["token"]
    assert server.v1("GET", "/workspace/tokens")["secondary"] == made
