"""Batch jobs over HTTP, with Azurite for Azure's storage (clients.md 2, fact sheet 5.3)."""

from __future__ import annotations

import json
import os
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bottega.sandbox.host.pool import Pool
from bottega.services.program import Field, Input
from tests.clients.azurite_server import Azurite, azurite
from tests.server.helpers import BASE, Served, serving, until
from tests.server.published import SOURCE, Service, program, publish

QUERY = "?api-version=2.0"
SLOW = """
import time
def azureml_main(df):
    print("slowly")
    time.sleep(60)
    return df
"""

IDENTITY = "def azureml_main(df):\n    return df\n"
OTHER = (Input("input1", ("code.dataset1",), (Field("total", "Double"), Field("who", "String"))),)


@dataclass(frozen=True)
class Batch:
    """A service, and blob storage that its server knows."""

    service: Service
    azurite: Azurite

    def blob(self, name: str, content: str | None = None) -> dict[str, str]:
        """A reference to a blob, which has this content then."""
        if content is not None:
            with self.azurite.client() as client:
                client.get_blob_client("data", name).upload_blob(content.encode(), overwrite=True)
        return {"ConnectionString": self.azurite.bare_connection_string, "RelativeLocation": f"data/{name}"}

    def content(self, name: str) -> str:
        """What a blob holds."""
        with self.azurite.client() as client:
            return client.get_blob_client("data", name).download_blob().readall().decode()

    def post(self, path: str, status: int, **more: Any) -> Any:
        """Ask about jobs."""
        response = self.service.served.client.post(
            f"{self.service.calls}/jobs{path}{QUERY}", headers=self.service.key, **more
        )
        assert response.status_code == status, response.text
        return response.json() if response.content else None

    def create(self, inputs: Mapping[str, Any], outputs: Mapping[str, Any], **more: Any) -> str:
        """A job that is not started."""
        made = self.post("", 200, json={"Inputs": inputs, "Outputs": outputs, "GlobalParameters": {}, **more})
        assert isinstance(made, str)
        return made

    def look(self, job: str) -> dict[str, Any]:
        """How a job stands."""
        response = self.service.served.client.get(f"{self.service.calls}/jobs/{job}{QUERY}", headers=self.service.key)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    def delete(self, job: str) -> None:
        """Cancel it, or forget it."""
        response = self.service.served.client.delete(
            f"{self.service.calls}/jobs/{job}{QUERY}", headers=self.service.key
        )
        assert response.status_code == 204, response.text

    def wait(self, job: str, *words: str) -> dict[str, Any]:
        """How it stands when it stands in one of these ways."""
        end = time.monotonic() + 60
        while (found := self.look(job))["StatusCode"] not in words:
            assert time.monotonic() < end, found
            time.sleep(0.02)
        return found

    def run(self, inputs: Mapping[str, Any], outputs: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        """Create, start, and wait for its end."""
        job = self.create(inputs, outputs, **more)
        assert self.look(job) | {"CreatedAt": None, "Progress": None} == {
            "StatusCode": "NotStarted", "Results": None, "Details": None, "CreatedAt": None, "StartTime": None,
            "EndTime": None, "Progress": None,
        }  # fmt: skip
        self.post(f"/{job}/start", 204, content=b"")
        return self.wait(job, "Finished", "Failed", "Cancelled")


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    with azurite(tmp_path_factory.mktemp("azurite")) as server:
        with server.client() as client:
            client.create_container("data")
        yield server


@pytest.fixture
def batch(server: Served, storage: Azurite) -> Batch:
    server.workspace.settings.set("storage_accounts", {storage.account: storage.endpoint})
    return Batch(publish(server), storage)


def test_a_job_from_blob_to_blob(batch: Batch) -> None:
    told = batch.run(
        {"input1": batch.blob("in.csv", 'who,a,b\nAnn,1,0.5\n"Bob, junior",2,\n')}, {"output1": batch.blob("out.csv")}
    )
    assert (told["StatusCode"], told["Details"]) == ("Finished", None), told["Details"]
    assert batch.content("out.csv") == 'total,who\n1.5,Ann\n,"Bob, junior"\n'
    result = told["Results"]["output1"]
    assert result["ConnectionString"] is None
    assert result["BaseLocation"].endswith("/")
    assert result["SasBlobToken"].startswith("?")
    whole = result["BaseLocation"] + result["RelativeLocation"] + result["SasBlobToken"]
    with urllib.request.urlopen(whole) as answer:  # as the generated samples do, without a key
        assert answer.read().decode() == batch.content("out.csv")
    assert told["StartTime"] <= told["EndTime"]
    assert (told["Progress"]["RowsRead"], told["Progress"]["RowsWritten"], told["Progress"]["Fraction"]) == (2, 2, 1.0)


def fetched(batch: Batch, result: dict[str, Any]) -> str:
    """What an address of our own gives to who has it."""
    assert result["ConnectionString"] is None
    url = result["BaseLocation"] + result["RelativeLocation"] + result["SasBlobToken"]
    assert url.startswith(BASE)
    answer = batch.service.served.client.get(url.removeprefix(BASE))
    assert answer.status_code == 200, answer.text
    return answer.text


def test_without_outputs_results_are_kept_here_and_feed_other_jobs(batch: Batch) -> None:
    told = batch.run({"input1": batch.blob("in.csv", "who,a,b\nAnn,1,0.5\n")}, {})
    assert told["StatusCode"] == "Finished", told["Details"]
    result = told["Results"]["output1"]
    assert result["RelativeLocation"].endswith(".csv")
    assert fetched(batch, result) == "total,who\n1.5,Ann\n"
    changed = {**result, "SasBlobToken": result["SasBlobToken"].replace("sig=", "sig=x")}
    assert batch.service.served.client.get(changed["RelativeLocation"] + changed["SasBlobToken"]).status_code == 403
    other = publish(batch.service.served, program(IDENTITY, inputs=OTHER), "Other")
    again = Batch(other, batch.azurite).run({"input1": result}, {})
    assert again["StatusCode"] == "Finished", again["Details"]
    assert fetched(batch, again["Results"]["output1"]) == "total,who\n1.5,Ann\n"
    refused = Batch(other, batch.azurite).run({"input1": changed}, {})
    assert refused["StatusCode"] == "Failed"


def test_the_oldest_form_has_one_input(batch: Batch) -> None:
    job = batch.post("", 200, json={"Input": batch.blob("in.csv", "who,a,b\nAnn,1,0.5\n"), "GlobalParameters": {}})
    batch.post(f"/{job}/start", 204, json="")
    assert batch.wait(job, "Finished", "Failed")["StatusCode"] == "Finished"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("who,a\nAnn,1\n", "it has no column b"),
        ("who,a,b,c\nAnn,1,2,3\n", "the service has no column c"),
        ("who,a,b\nAnn,x,0.5\n", "column a is Integer; 'x' in row 1 cannot be read as that"),
        ("", "it has no column a, b, who"),
        ('who,a,b\n"Ann,1,0.5\n', "a quote is not closed"),
        ("who,a,b\nAnn,1,2,3\n", "3"),
    ],
    ids=["missing", "unknown", "cell", "empty", "quote", "long"],
)
def test_a_file_that_does_not_fit_is_told(batch: Batch, content: str, said: str) -> None:
    told = batch.run({"input1": batch.blob("in.csv", content)}, {"output1": batch.blob("never.csv")})
    assert (told["StatusCode"], told["Results"]) == ("Failed", None)
    assert said in told["Details"]
    assert "Read input" in told["Details"]
    with batch.azurite.client() as client:
        assert not client.get_blob_client("data", "never.csv").exists()


def test_the_error_of_a_script_is_told_with_what_it_printed(batch: Batch) -> None:
    source = SOURCE.replace("def azureml_main(df):", "def azureml_main(df):\n    print('before the fall')")
    other = Batch(publish(batch.service.served, program(source), "Other"), batch.azurite)
    told = other.run({"input1": batch.blob("in.csv", "who,a,b\nAnn,-1,0.5\n")}, {})
    assert told["StatusCode"] == "Failed"
    head, *lines = told["Details"].split("\n")
    assert head.startswith("Execute Python Script (")
    facts = json.loads(head[head.index("{") :])["Exception"]
    assert (facts["ErrorCode"], facts["ErrorId"]) == ("0085", "ModuleExecutionError")
    assert facts["Message"].startswith("Error 0085: ")
    assert "ValueError: a is negative" in facts["Message"]
    assert "[ModuleOutput] before the fall" in lines
    assert "taskStatusCode=400" in head


def test_a_blob_that_is_not_there_is_told_without_the_key(batch: Batch) -> None:
    told = batch.run({"input1": batch.blob("nowhere.csv")}, {})
    assert told["StatusCode"] == "Failed"
    assert "BlobNotFound" in told["Details"]
    assert batch.azurite.key not in told["Details"]


def test_a_job_that_was_not_started_can_be_cancelled(batch: Batch) -> None:
    job = batch.create({"input1": batch.blob("in.csv", "who,a,b\n")}, {})
    batch.delete(job)
    assert batch.look(job)["StatusCode"] == "Cancelled"
    error = batch.post(f"/{job}/start", 400)["error"]
    assert (error["code"], error["details"][0]["code"]) == ("InvalidOperation", "CannotStartJob")
    batch.delete(job)
    answer = batch.service.served.client.get(f"{batch.service.calls}/jobs/{job}{QUERY}", headers=batch.service.key)
    assert answer.status_code == 404


def test_a_running_job_ends_when_it_is_cancelled(batch: Batch) -> None:
    other = Batch(publish(batch.service.served, program(SLOW), "Slow"), batch.azurite)
    job = other.create({"input1": batch.blob("in.csv", "who,a,b\nAnn,1,2\n")}, {"output1": batch.blob("never.csv")})
    other.post(f"/{job}/start", 204)
    until(lambda: (other.look(job)["Progress"] or {}).get("Node") == "Execute Python Script")
    assert other.look(job)["StatusCode"] == "Running"
    other.delete(job)
    told = other.wait(job, "Cancelled", "Finished", "Failed")
    assert (told["StatusCode"], told["Results"]) == ("Cancelled", None)
    other.delete(job)


def test_parameters_are_those_of_request_response(batch: Batch) -> None:
    error = batch.post("", 400, json={"Inputs": {"input1": batch.blob("in.csv")}, "GlobalParameters": {"x": 1}})[
        "error"
    ]
    assert error["details"][0]["code"] == "UnexpectedParameter"


def test_more_jobs_than_may_run_wait_in_order(batch: Batch) -> None:
    jobs = [
        batch.create({"input1": batch.blob("in.csv", "who,a,b\nAnn,1100,0.5\n")}, {"output1": batch.blob(f"{n}.csv")})
        for n in range(5)
    ]
    for job in (*jobs, *jobs):  # to start twice is to start
        batch.post(f"/{job}/start", 204)
    ends = [batch.wait(job, "Finished", "Failed") for job in jobs]
    assert [each["StatusCode"] for each in ends] == ["Finished"] * 5
    began = [each["StartTime"] for each in ends]
    assert began == sorted(began)
    batch.post(f"/{jobs[0]}/start", 400)


def upload(batch: Batch, content: bytes, name: str = "in.csv", status: int = 200, **headers: str) -> Any:
    """A file that is sent to the server."""
    answer = batch.service.served.client.post(
        f"{batch.service.calls}/jobs/inputs", params={"api-version": "2.0", "name": name}, content=content,
        headers=batch.service.key | headers,
    )  # fmt: skip
    assert answer.status_code == status, answer.text
    return answer.json()


def test_who_has_no_storage_sends_the_file_here(batch: Batch) -> None:
    reference = upload(batch, b"who,a,b\nAnn,1,0.5\n", "../rows of\r\n'me'.CSV")
    assert ".." not in reference["RelativeLocation"].split("/")
    job = batch.create({"input1": reference}, {})
    batch.service.served.workspace.upkeep.prune()  # what a job names is kept
    batch.post(f"/{job}/start", 204)
    told = batch.wait(job, "Finished", "Failed")
    assert told["StatusCode"] == "Finished", told["Details"]
    assert fetched(batch, told["Results"]["output1"]) == "total,who\n1.5,Ann\n"


def test_a_file_that_was_sent_and_pruned_is_told(batch: Batch) -> None:
    reference = upload(batch, b"who,a,b\nAnn,1,0.5\n")
    batch.service.served.workspace.upkeep.prune()
    told = batch.run({"input1": reference}, {})
    assert told["StatusCode"] == "Failed"


@pytest.mark.parametrize(
    "name", ["", "in.txt", "in", "in.csv.zip", "x" * 5000], ids=["none", "txt", "bare", "zip", "long"]
)
def test_a_file_whose_name_tells_no_format_is_refused(batch: Batch, name: str) -> None:
    assert upload(batch, b"a\n", name, 400)["error"]["details"][0]["code"] == "InvalidBlobExtension"


def test_of_a_long_name_the_ending_counts(batch: Batch) -> None:
    sent = upload(batch, b"who,a,b\nAnn,1,0.5\n", "n" * 300 + ".csv")
    assert sent["RelativeLocation"].endswith("n.csv")
    assert batch.run({"input1": sent}, {})["StatusCode"] == "Finished"


@pytest.mark.parametrize("method", ["start", "status", "delete"])
def test_a_job_that_goes_while_it_is_asked_about_is_not_found(
    batch: Batch, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """As when two delete it at the same time."""
    served = batch.service.served
    job, jobs = batch.create({"input1": batch.blob("in.csv", "who,a,b\n")}, {}), served.workspace.jobs
    find = jobs.find

    def gone(wanted: str) -> Any:
        found = find(wanted)
        if found is not None:
            jobs.delete(wanted)
        return found

    monkeypatch.setattr(jobs, "find", gone)
    path = f"{batch.service.calls}/jobs/{job}{'/start' if method == 'start' else ''}{QUERY}"
    verb = {"start": "POST", "status": "GET", "delete": "DELETE"}[method]
    response = served.client.request(verb, path, headers=batch.service.key)
    assert (response.status_code, response.json()["error"]["details"][0]["code"]) == (404, "JobNotFound")


def test_files_are_taken_for_a_key_alone_and_bounded(
    server: Served, storage: Azurite, tmp_path: Path, pool: Pool
) -> None:
    with serving(tmp_path / "small", pool, largest_upload=10) as small:
        batch = Batch(publish(small), storage)
        upload(batch, b"x" * 10)
        assert "error" in upload(batch, b"x" * 11, status=413)
        assert "error" in upload(batch, b"x", status=401, Authorization="Bearer no")
        assert [path.name for path in small.workspace.folder.iterdir() if "input" in path.name] == []


def test_the_native_api_sees_and_cancels_jobs(batch: Batch) -> None:
    slow = Batch(publish(batch.service.served, program(SLOW), "Slow"), batch.azurite)
    job = slow.create({"input1": slow.blob("in.csv", "who,a,b\nAnn,1,2\n")}, {})
    slow.post(f"/{job}/start", 204)
    slow.wait(job, "Running")
    batch.service.served.v1("POST", f"/jobs/{job}/cancel", 202)
    assert slow.wait(job, "Cancelled", "Failed")["StatusCode"] == "Cancelled"


def test_how_many_jobs_run_at_once_is_told_at_the_start(tmp_path: Path, pool: Pool) -> None:
    with serving(tmp_path / "w", pool, jobs_at_once=3, endpoint_jobs=2, link_seconds=60.0) as served:
        options = getattr(served.context.jobs, "options")  # noqa: B009 - the routes know no more than a protocol
        assert (options.modules, options.per_endpoint, options.result_seconds) == (3, 2, 60.0)
    with serving(tmp_path / "w", pool) as served:
        options = getattr(served.context.jobs, "options")  # noqa: B009
        assert (options.modules, options.per_endpoint) == (os.cpu_count(), 40)
