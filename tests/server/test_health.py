"""Whether the server lives, whether it is ready, and its numbers."""

from __future__ import annotations

from bottega.server.metrics import Metrics
from tests.server.helpers import Live, Served


def test_it_lives_and_is_ready(server: Served) -> None:
    assert server.client.get("/healthz").json() == {"status": "alive"}
    assert server.client.get("/readyz").json() == {"status": "ready"}
    server.context.ready.clear()
    waiting = server.client.get("/readyz")
    assert (waiting.status_code, waiting.headers["retry-after"]) == (503, "1")


def test_numbers_by_route(server: Served) -> None:
    server.client.get("/healthz")
    server.client.get("/no/such/path")
    text = server.client.get("/metrics").text
    assert 'bottega_requests_total{method="GET",route="/healthz",status="200"} 1.0' in text
    assert 'bottega_requests_total{method="GET",route="(none)",status="404"} 1.0' in text
    assert "/no/such/path" not in text
    assert 'bottega_jobs{status="Running"} 0.0' in text
    assert 'bottega_jail{layer="namespaces"} 1.0' in text


def test_calls_by_endpoint_are_bounded() -> None:
    metrics = Metrics()
    for number in range(500):
        metrics.called(f"{number:032x}", 200, 0.01)
    text = metrics.text().decode()
    assert text.count("bottega_call_seconds_count{") == 201
    assert 'bottega_call_seconds_count{endpoint="other",status="200"} 300.0' in text


def test_live(live: Live) -> None:
    answer = live.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nx-ms-request-id: " in answer
    assert b"\r\ndate: " in answer
