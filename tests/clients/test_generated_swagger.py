"""The descriptions of several web services: calls made from them break nothing, and are answered as described."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bottega.sandbox.host.pool import Pool
from tests.clients.well_formed import published, visits
from tests.server.helpers import Live, Served, listening, serving
from tests.server.published import Service

pytestmark = pytest.mark.slow
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance,
]  # fmt: skip
EXAMPLES = 40
TWO = """bottega: 1
title: Two of each
nodes:
  left: {module: enter-data-manually, parameters: {data: "id,when,on\\n1,2016-01-01T00:00:00,True\\n"}}
  typed: {module: edit-metadata, inputs: {dataset: left}, parameters: {columns: [when], data_type: DateTime}}
  right: {module: enter-data-manually, parameters: {data: "id,größe\\n1,0.5\\n"}}
  joined:
    module: join-data
    inputs: {dataset1: typed, dataset2: right}
    parameters: {left_keys: [id], right_keys: [id]}
  kept: {module: select-columns-in-dataset, inputs: {dataset: joined}, parameters: {columns: [id]}}
web_service:
  inputs: {first: joined.dataset1, second input: joined.dataset2}
  outputs: {all: joined, kept: kept}
  parameters:
    columns: kept.columns
    kind: {sets: [joined.join_type], required: true}
"""
FIXED = """bottega: 1
title: Nothing goes in
nodes:
  data: {module: enter-data-manually, parameters: {data: "a\\n1\\n"}}
  some: {module: select-columns-in-dataset, inputs: {dataset: data}, parameters: {columns: [a]}}
web_service:
  outputs: {output1: some}
  parameters: {columns: some.columns}
"""
SERVICES: dict[str, Callable[[Served], Service]] = {
    "visits": visits, "two": lambda served: published(served, TWO), "fixed": lambda served: published(served, FIXED),
}  # fmt: skip
OPERATIONS = ("execute", "createJob", "startJob", "getJob", "deleteJob")
Described = tuple[str, Service, Any]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Iterator[Live]:
    with serving(tmp_path_factory.mktemp("swagger") / "workspace", pool) as served, listening(served) as found:
        yield found


@pytest.fixture(scope="module", params=SERVICES)
def described(request: pytest.FixtureRequest, live: Live) -> Described:
    service = SERVICES[request.param](live.served)
    return request.param, service, schemathesis.openapi.from_url(f"{live.url}{service.calls}/swagger.json")


@pytest.mark.parametrize("name", OPERATIONS)
def test_calls_as_described_are_answered_as_described(described: Described, name: str) -> None:
    _, service, schema = described
    statuses: Counter[int] = Counter()

    @given(case=schema.find_operation_by_id(name).as_strategy())
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def call(case: Any) -> None:
        response = case.call(headers=service.key)
        statuses[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    call()
    assert sum(statuses.values()) >= EXAMPLES / 2


def test_the_example_is_one_that_can_be_sent(described: Described, live: Live) -> None:
    """What the description shows as a request is answered, as a page that is made of it does."""
    _, service, schema = described
    example = schema.raw_schema["definitions"]["ExecutionRequest"]["example"]
    url = f"{service.calls}/execute?api-version=2.0&details=true&format=swagger"
    answer = live.served.client.post(url, json=example, headers=service.key)
    assert answer.status_code == 200, answer.text
    outputs = {each.name for each in live.served.context.hosting.endpoint(service.endpoint).program.outputs}  # type: ignore[union-attr]
    assert set(answer.json()["Results"]) == outputs
