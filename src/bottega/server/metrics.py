"""Numbers for Prometheus. Labels come from our own routes and ids alone, so their count is bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bottega.errors import BottegaError
from bottega.server.minutes import Minutes

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_MOST_ENDPOINTS = 200
_OTHER = "other"
_FIRST_ERROR = 400


class Metrics:
    """The numbers of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "bottega_requests", "Requests answered", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "bottega_request_seconds", "Time until an answer was complete", ("route",), buckets=_SECONDS,
            registry=self._registry,
        )  # fmt: skip
        self.running = Gauge("bottega_requests_running", "Requests being answered", registry=self._registry)
        self._calls = Histogram(
            "bottega_call_seconds", "Request-response calls of web services", ("endpoint", "status"), buckets=_SECONDS,
            registry=self._registry,
        )  # fmt: skip
        self._endpoints: set[str] = set()
        self.minutes = Minutes()

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def called(self, endpoint: str, status: int, seconds: float) -> None:
        """Count a call of a web service; beyond so many endpoints the others count as one."""
        self.minutes.add(endpoint, seconds, is_error=status >= _FIRST_ERROR)
        if endpoint not in self._endpoints:
            if len(self._endpoints) < _MOST_ENDPOINTS:
                self._endpoints.add(endpoint)
            else:
                endpoint = _OTHER
        self._calls.labels(endpoint, str(status)).observe(seconds)

    def watch(self, name: str, text: str, value: Callable[[], float]) -> None:
        """A number that is asked for when somebody reads."""
        Gauge(f"bottega_{name}", text, registry=self._registry).set_function(value)

    def watch_each(self, name: str, text: str, label: str, values: Callable[[], Mapping[str, float]]) -> None:
        """Numbers by a label, asked for likewise."""
        self._registry.register(_Asked(f"bottega_{name}", text, label, values))

    def text(self) -> bytes:
        """All of them, as Prometheus reads them."""
        return generate_latest(self._registry)


class _Asked(Collector):
    """Numbers that are looked up when they are read; none where that fails."""

    def __init__(self, name: str, text: str, label: str, values: Callable[[], Mapping[str, float]]) -> None:
        self._about = name, text
        self._label = label
        self._values = values

    def collect(self) -> Iterator[Metric]:
        """The numbers now."""
        family = GaugeMetricFamily(*self._about, labels=[self._label])
        with suppress(BottegaError):
            for name, value in self._values().items():
                family.add_metric([name], value)
        yield family

    def describe(self) -> Iterator[Metric]:
        """The name alone, so that registering asks for nothing."""
        yield GaugeMetricFamily(*self._about, labels=[self._label])
