"""Calls of web services: request and response, and batch jobs (fact sheet 5.1 to 5.3, clients.md 2, 6)."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.requests import Request

from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.waits import ELSEWHERE, Steps
from bottega.server.routes import scoring
from bottega.services.endpoints import MOST_CONCURRENT
from tests.server.helpers import Served, listening
from tests.server.published import Service, adder, jobs_written_down, publish

QUERY = "?api-version=2.0"
BODY = {"Inputs": {"input1": {"ColumnNames": ["a", "b", "who"], "Values": [["1", "2.5", "x"]]}}, "GlobalParameters": {}}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Iterator[Service]:
    with adder(tmp_path_factory.mktemp("scoring"), pool) as made:
        yield made


def table(value: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Results": {"output1": {"type": "table", "value": {**value, **more}}}}


def test_a_call_is_answered_with_names_types_and_texts(service: Service) -> None:
    wanted = {"ColumnNames": ["total", "who"], "Values": [["3.5", "x"], [None, "y"]]}
    rows: list[list[Any]] = [["1", "2.5", "x"], [2, None, "y"]]
    assert service.call(*rows) == table(wanted, ColumnTypes=["Double", "String"])
    assert service.call(*rows, query=QUERY) == table(wanted)


def test_records_come_back_as_records(service: Service) -> None:
    asked = {"Inputs": {"input1": [{"who": "x", "a": 1, "b": 2.5}]}}
    url = f"{service.calls}/execute{QUERY}&details=true&format=swagger"
    answer = service.served.client.post(url, json=asked, headers=service.key)
    assert answer.json() == {"Results": {"output1": [{"total": "3.5", "who": "x"}]}}


def test_the_oldest_form_answers_an_array_of_texts(service: Service) -> None:
    asked = {
        "Id": "score00001",
        "Instance": {"FeatureVector": {"a": "1", "b": "2", "who": "y"}, "GlobalParameters": {}},
    }
    answer = service.served.client.post(f"{service.calls}/score", json=asked, headers=service.key)
    assert (answer.status_code, answer.json()) == (200, ["3.0", "y"])


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b'{"Instance": 3}', b'{"Instance": {"FeatureVector": []}}', b"\xff"], ids=repr
)
def test_the_oldest_form_is_checked(service: Service, body: bytes) -> None:
    answer = service.served.client.post(f"{service.calls}/score", content=body, headers=service.key)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadArgument")


def test_later_services_of_subscriptions_are_called_alike(service: Service) -> None:
    url = f"/subscriptions/0a1b-22/services/{service.endpoint}/execute{QUERY}"
    assert service.served.client.post(url, json=BODY, headers=service.key).status_code == 200


@pytest.mark.parametrize("place", [0, 1])
def test_both_keys_are_right(service: Service, place: int) -> None:
    headers = {"authorization": f"bearer  {service.keys[place]}"}
    assert service.served.client.post(f"{service.calls}/execute{QUERY}", json=BODY, headers=headers).status_code == 200


@pytest.mark.parametrize("what", ["none", "wrong", "token", "another"])
@pytest.mark.parametrize("path", ["execute", "score", "jobs", "jobs/x/start"])
def test_only_keys_of_the_endpoint_are_right(service: Service, what: str, path: str) -> None:
    key = {"none": None, "wrong": "A" * 88, "token": service.served.token, "another": publish(service.served).keys[0]}[
        what
    ]
    service.served.context.logins._failed.clear()
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    answer = service.served.client.post(f"{service.calls}/{path}{QUERY}", json=BODY, headers=headers)
    assert answer.status_code == 401
    error = answer.json()["error"]
    assert (error["code"], error["details"][0]["code"]) == ("Unauthorized", "ScoreRequestUnauthorized")
    assert answer.headers["x-ms-request-id"]


def test_a_replaced_key_is_right_no_more(service: Service) -> None:
    mine = publish(service.served)
    mine.call([1, 2, "x"])
    mine.served.workspace.services.rotate_key(mine.endpoint, "primary")
    mine.call([1, 2, "x"], status=401)


@pytest.mark.parametrize("endpoint", ["0" * 32, "x", "%00", "..", "%2e%2e", "a" * 5000])
def test_what_is_no_service_is_not_found(service: Service, endpoint: str) -> None:
    answer = service.served.client.post(
        f"{service.root}/services/{endpoint}/execute{QUERY}", json=BODY, headers=service.key
    )
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "NotFound"


def test_another_workspace_is_not_found(service: Service) -> None:
    url = f"/workspaces/{'0' * 32}/services/{service.endpoint}/execute{QUERY}"
    answer = service.served.client.post(url, json=BODY, headers=service.key)
    assert (answer.status_code, answer.json()["error"]["details"][0]["code"]) == (404, "WorkspaceNotFound")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "BadVersionCall"), ("?api-version=3.0", "BadVersionCall"), ("?api-version=", "BadVersionCall"),
        ("?api-version=2.0&details=perhaps", "InvalidQueryParameter"), ("?api-version=2.0&format=xml", "InvalidQueryParameter"),
    ],
)  # fmt: skip
def test_queries_that_mean_nothing_are_told(service: Service, query: str, code: str) -> None:
    answer = service.call([1, 2, "x"], query=query, status=400)
    assert (answer["error"]["code"], answer["error"]["details"][0]["code"]) == ("BadArgument", code)


@pytest.mark.parametrize(
    "query",
    ["?api-version=2.0&details=True", "?details=1&api-version=2.0&format=", "?api-version=2.0&details=false&x=y"],
)
def test_queries_are_taken_as_clients_write_them(service: Service, query: str) -> None:
    service.call([1, 2, "x"], query=query)


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/json; charset=utf-8", "application/x-www-form-urlencoded", "rubbish"]
)
def test_any_content_type_is_taken(service: Service, kind: str | None) -> None:
    headers = service.key | ({} if kind is None else {"Content-Type": kind})
    answer = service.served.client.post(f"{service.calls}/execute{QUERY}", content=json.dumps(BODY), headers=headers)
    assert answer.status_code == 200


def test_a_chunked_body_is_taken(service: Service) -> None:
    data = json.dumps(BODY).encode()
    pieces = (data[place : place + 7] for place in range(0, len(data), 7))
    answer = service.served.client.post(f"{service.calls}/execute{QUERY}", content=pieces, headers=service.key)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"3", b'"x"', b"\xff\xfe", b"{}", b'{"Inputs": 3}', b'{"Inputs": {"input1": 3}}',
        b"[" * 200_000, b'{"a":' * 5000,
    ],
    ids=lambda body: body[:25].decode("ascii", "replace") or "empty",
)  # fmt: skip
@pytest.mark.parametrize("form", ["", "&format=swagger"])
def test_what_is_no_request_is_refused_in_words(service: Service, body: bytes, form: str) -> None:
    answer = service.served.client.post(f"{service.calls}/execute{QUERY}{form}", content=body, headers=service.key)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] in {"BadArgument", "BadUserArgument"}
    assert error["details"][0]["message"]


def test_a_scripts_failure_is_told_as_classic_did(service: Service) -> None:
    error = service.call([-1, 2, "x"], status=400)["error"]
    (detail,) = error["details"]
    assert (error["code"], error["message"]) == ("ModuleExecutionError", "Module execution encountered an error.")
    assert (detail["code"], detail["target"]) == ("85", "Execute Python Script RRS")
    assert "ValueError: a is negative" in detail["message"]
    assert "bottega/" not in detail["message"]


def test_a_body_too_large_is_refused(service: Service) -> None:
    size = service.served.context.hosting.options.body + 1
    answer = service.served.client.post(f"{service.calls}/execute{QUERY}", content=b" " * size, headers=service.key)
    assert answer.status_code == 413
    assert answer.json()["error"]["details"]


def test_calls_beyond_the_limit_are_told_to_come_again(service: Service) -> None:
    mine = publish(service.served)
    mine.served.workspace.services.change_endpoint(mine.endpoint, max_concurrent=1)
    mine.call([1, 2, "x"])
    waiting = 1 * (1 + mine.served.context.hosting.options.waiting)
    with ThreadPoolExecutor(waiting + 6) as threads:
        slow = [threads.submit(_status, mine, [1500, 2, "x"]) for _ in range(waiting + 6)]
        told = [each.result() for each in slow]
    busy = [headers for status, headers, _ in told if status == 503]
    assert busy
    assert all(int(headers["retry-after"]) >= 1 for headers in busy)
    assert {status for status, _, _ in told} == {200, 503}
    assert {body["error"]["code"] for status, _, body in told if status == 503} == {"ServiceUnavailable"}


def test_a_slow_call_holds_up_no_other(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """While more calls run than a pool of threads usually has, the server answers others."""
    hosting = service.served.context.hosting
    calling, ended, begun = hosting.calling, threading.Event(), threading.Semaphore(0)

    def slow(endpoint: str, body: bytes, **more: Any) -> Steps[bytes]:
        if b"slow" in body:
            yield ELSEWHERE
            begun.release()
            ended.wait()
        return (yield from calling(endpoint, body, **more))

    monkeypatch.setattr(hosting, "calling", slow)
    with ThreadPoolExecutor(100) as threads:
        running = [threads.submit(service.call, [1, 2, "slow"]) for _ in range(100)]
        for _ in running:
            begun.acquire()
        service.call([1, 2, "x"])
        assert service.served.client.get("/healthz").status_code == 200
        assert service.manage("GET")["Name"] == "Adder"
        assert not any(each.done() for each in running)
        ended.set()
        statuses = [each.exception() for each in running]
    assert sum(error is None for error in statuses) >= 20


def test_calls_of_many_clients_get_their_own_answers(service: Service) -> None:
    with listening(service.served) as live, ThreadPoolExecutor(8) as threads:
        import httpx2

        def call(number: int) -> Any:
            body = {"Inputs": {"input1": {"ColumnNames": ["a", "b", "who"], "Values": [[number, 0, str(number)]]}}}
            return httpx2.post(
                f"{live.url}{service.calls}/execute{QUERY}", json=body, headers=service.key, timeout=60
            ).json()

        answers = list(threads.map(call, range(60)))
    assert [each["Results"]["output1"]["value"]["Values"] for each in answers] == [
        [[f"{n}.0", str(n)]] for n in range(60)
    ]


@pytest.fixture
def with_jobs(service: Service) -> Iterator[Service]:
    with jobs_written_down(service):
        yield service


@pytest.mark.parametrize("quote", ["{}", "%22{}%22", "{}/"])
def test_a_job_goes_its_way(with_jobs: Service, quote: str) -> None:
    client, url, key = with_jobs.served.client, f"{with_jobs.calls}/jobs", with_jobs.key
    made = client.post(url + QUERY, json={"Inputs": {}}, headers=key)
    assert made.text == f'"{made.json()}"'
    job = f"{url}/{quote.format(made.json())}"
    begun = client.post(f"{url}/{quote.format(made.json()).rstrip('/')}/start{QUERY}", content=b"", headers=key)
    assert (begun.status_code, begun.content) == (204, b"")
    told = client.get(job + QUERY, headers=key).json()
    assert told == {"StatusCode": "NotStarted", "Results": None, "Details": None}
    assert client.delete(job + QUERY, headers=key).status_code == 204
    assert client.get(job + QUERY, headers=key).json()["StatusCode"] == "Cancelled"


def test_a_job_of_another_endpoint_is_not_found(with_jobs: Service) -> None:
    client = with_jobs.served.client
    made = client.post(f"{with_jobs.calls}/jobs{QUERY}", json={}, headers=with_jobs.key).json()
    other = publish(with_jobs.served)
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/start")):
        answer = client.request(method, f"{other.calls}/jobs/{made}{path}{QUERY}", headers=other.key)
        assert answer.status_code == 404
    assert (
        client.get(f"{with_jobs.calls}/jobs/{made}{QUERY}", headers=with_jobs.key).json()["StatusCode"] == "NotStarted"
    )
    assert client.get(f"{with_jobs.calls}/jobs/{'0' * 32}{QUERY}", headers=with_jobs.key).status_code == 404


def _status(service: Service, row: list[Any]) -> tuple[int, Mapping[str, str], Any]:
    asked = {"Inputs": {"input1": {"ColumnNames": ["a", "b", "who"], "Values": [row]}}}
    answer = service.served.client.post(f"{service.calls}/execute{QUERY}", json=asked, headers=service.key)
    return answer.status_code, answer.headers, answer.json()


def test_an_endpoint_that_has_all_its_calls_waiting_holds_up_no_other(server: Served) -> None:
    request = Request({"type": "http", "app": server.app})
    over = threading.Event()

    async def called() -> int:
        most = MOST_CONCURRENT * (1 + server.context.hosting.options.waiting)
        waiting = [asyncio.ensure_future(scoring._beside(request, over.wait)) for _ in range(most)]
        try:
            return await asyncio.wait_for(scoring._beside(request, lambda: 42), 60)
        finally:
            over.set()
            await asyncio.gather(*waiting)

    assert asyncio.run(called()) == 42
