"""Calls made from a web service's own description: none breaks the server, each answer is as described."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bottega.sandbox.host.pool import Pool
from tests.server.helpers import listening
from tests.server.published import Service, adder, jobs_written_down

pytestmark = pytest.mark.slow
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SOURCE = """
import pandas as pd

def azureml_main(df):
    return pd.DataFrame({"total": df.a + df.b, "who": df.who})
"""
OPERATIONS = ["execute", "createJob", "startJob", "getJob", "deleteJob"]


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Iterator[tuple[Service, Any]]:
    made = adder(tmp_path_factory.mktemp("described"), pool, source=SOURCE)
    with made as service, listening(service.served) as live, jobs_written_down(service):
        yield service, schemathesis.openapi.from_url(f"{live.url}{service.calls}/swagger.json")


@pytest.mark.parametrize("name", OPERATIONS)
def test_calls_as_described_are_answered_as_described(described: tuple[Service, Any], name: str) -> None:
    service, schema = described
    operation = schema.find_operation_by_id(name)
    statuses = set()

    @given(case=operation.as_strategy())
    @settings(max_examples=100, suppress_health_check=list(HealthCheck), database=None)
    def call(case: Any) -> None:
        response = case.call(headers=service.key)
        assert "?api-version=2.0" in response.request.url
        statuses.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    call()
    assert name != "execute" or 200 in statuses  # it was really called


def test_all_operations_are_tried(described: tuple[Service, Any]) -> None:
    _, schema = described
    told = [operation.ok().definition.raw["operationId"] for operation in schema.get_all_operations()]
    assert told == OPERATIONS
