"""Who may build, convert and debug: who has the workspace's token, and neither who has a key of an endpoint nor a stranger."""

from __future__ import annotations

from pathlib import Path

import pytest

from bottega.sandbox.host.pool import Pool
from tests.server.helpers import Served
from tests.server.published import adder

_OPERATIONS = (
    ("GET", "/environments"),
    ("POST", "/environments"),
    ("GET", "/environments/default/lock"),
    ("POST", "/environments/default/update"),
    ("DELETE", "/environments/default"),
    ("GET", "/builds"),
    ("GET", "/pythons"),
    ("POST", "/language/conversion"),
    ("POST", "/language/module"),
    ("GET", "/runs/last/nodes/a/variables"),
    ("GET", "/runs/last/nodes/a/debug"),
    ("POST", "/runs/last/nodes/a/debugger"),
    ("DELETE", "/runs/last/nodes/a/debugger"),
)
_WISH = {"name": "mine", "requirements": "small", "text": "print 1", "module": "small"}


@pytest.mark.slow
def test_a_key_of_an_endpoint_builds_and_debugs_nothing(tmp_path: Path, pool: Pool) -> None:
    with adder(tmp_path / "workspace", pool) as service:
        for method, path in _OPERATIONS:
            body = _WISH if method == "POST" else None
            answer = service.served.client.request(method, f"/v1{path}", headers=service.key, json=body)
            assert answer.status_code == 401, (method, path)
        assert service.served.v1("GET", "/builds") == []


def test_a_stranger_neither(server: Served) -> None:
    for method, path in _OPERATIONS:
        body = _WISH if method == "POST" else None
        assert server.client.request(method, f"/v1{path}", json=body).status_code == 401, (method, path)
    assert server.v1("GET", "/builds") == []
