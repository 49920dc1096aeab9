"""The native API against its own description: whatever is sent, no fault of ours, and answers as they are described."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import checks

from bottega.sandbox.host import build
from bottega.sandbox.host.pool import Pool
from bottega.server.api import Operation
from bottega.server.routes.v1.openapi import declared
from tests.server.helpers import Served, serving
from tests.server.packages import Index
from tests.server.v1.test_data import uploaded
from tests.server.v1.test_runs import ran
from tests.server.v1.test_services import published

pytestmark = pytest.mark.slow
CHECKS = [
    checks.not_a_server_error, checks.status_code_conformance, checks.content_type_conformance, checks.response_schema_conformance,
    checks.response_headers_conformance,
]  # fmt: skip


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Iterator[Served]:
    """A server whose workspace holds some of everything, and that can build no environment: its index is empty."""
    build.ensure("bottega", lambda _: None)
    folder = tmp_path_factory.mktemp("full")
    with pytest.MonkeyPatch.context() as patch, serving(folder / "workspace", pool) as served:
        patch.setenv("UV_DEFAULT_INDEX", Index(folder / "index").url)
        ran(served)
        uploaded(served)
        published(served)
        yield served


@pytest.fixture(scope="module")
def there(full: Served) -> dict[str, str]:
    """What there was before anything else was made."""
    return {
        "experiment": full.v1("GET", "/experiments")[0]["id"], "run": full.v1("GET", "/runs")[0]["id"],
        "dataset": full.v1("GET", "/datasets")[0]["id"], "service": full.v1("GET", "/services")[0]["id"],
        "node": "some", "port": "results_dataset", "name": "split-data", "endpoint": "default",
    }  # fmt: skip


@pytest.fixture(scope="module")
def described(full: Served, there: dict[str, str]) -> schemathesis.BaseSchema:
    assert there
    return schemathesis.openapi.from_asgi("/v1/openapi.json", full.app)


# What only scripts, failures, debuggers, pictures, zips and Evaluate Model have, none of which is there.
_OF_OTHERS = ("/entries", "/entry", "/debug", "/debugger", "/variables", "/evaluation", "/pictures/{name}")


@pytest.mark.parametrize("operation", declared(), ids=lambda each: each.function.__name__)
def test_as_described(operation: Operation, described: schemathesis.BaseSchema, full: Served) -> None:
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=described[operation.path][operation.method].as_strategy())
    def holds(case: Any) -> None:
        case.call_and_validate(headers=full.bearer, checks=CHECKS)

    holds()


def test_with_what_is_there(described: schemathesis.BaseSchema, full: Served, there: dict[str, str]) -> None:
    """Every reading operation on things that are there conforms, too."""
    experiment, run, dataset = there["experiment"], there["run"], full.v1("GET", f"/datasets/{there['dataset']}")
    output, first = "/v1/runs/{run}/outputs/{node}/{port}", dataset["output"]["columns"][0]["name"]
    asked = {
        "/v1/experiments/{experiment}/diff": {"other": experiment},
        "/v1/used-by": {"kind": "dataset", "name": dataset["name"]},
        "/v1/runs/{run}/compare": {"other": run},
        "/v1/datasets/{dataset}/compare": {"x": first, "y": first}, "/v1/datasets/{dataset}/column": {"name": first},
        f"{output}/compare": {"x": "age", "y": "age"}, f"{output}/column": {"name": "age"},
    }  # fmt: skip
    seen = 0
    for result in described.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]
        places = [each.name for each in operation.path_parameters]
        if operation.method.upper() == "GET" and set(places) <= set(there) and "events" not in operation.path:
            query = asked.get(operation.path, {})
            case = operation.Case(path_parameters={name: there[name] for name in places}, query=query)
            if "environments/{name}" in operation.path:
                case.path_parameters["name"] = "default"
            answer = case.call_and_validate(headers=full.bearer, checks=CHECKS)
            assert answer.status_code == 200 or operation.path.endswith(_OF_OTHERS), operation.path
            seen += 1
    assert seen > 25
