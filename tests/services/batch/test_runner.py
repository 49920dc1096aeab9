"""Jobs in order, cut short, asked about; storage is the workspace's own."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bottega.errors import BottegaError
from bottega.sandbox.host.pool import Pool
from bottega.services.batch.execution import Execution, Work
from bottega.services.batch.options import Options
from bottega.services.batch.runner import JobRunner
from bottega.services.batch.stop import Stop
from bottega.services.errors import ModuleFailure, ServiceError
from bottega.services.hosting import Hosting
from bottega.store.digest import bytes_digest
from bottega.store.workspace import Workspace
from tests.server.helpers import until
from tests.server.published import program

HERE = "http://here/downloads/"
WAITS = """
import time
def azureml_main(df):
    if df.a.max() > 5:
        time.sleep(60)
    time.sleep(0.3)
    return df
"""


class Desk:
    """A workspace whose jobs run, and whose files are inputs by address."""

    def __init__(self, workspace: Workspace, runner: JobRunner, endpoint: str) -> None:
        self.workspace = workspace
        self.runner = runner
        self.endpoint = endpoint
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def create(self, content: str = "who,a,b\nAnn,1,0.5\n") -> str:
        """A job with this input."""
        data = content.encode()
        digest = bytes_digest(data)
        self.workspace.blobs.put(digest, data)
        place = {"BaseLocation": HERE, "RelativeLocation": f"{digest}/in.csv", "SasBlobToken": "?sig=1"}
        return self.runner.create(self.endpoint, json.dumps({"Inputs": {"input1": place}}).encode())

    def started(self, content: str = "who,a,b\nAnn,1,0.5\n") -> str:
        """The same, and it is its turn some time."""
        job = self.create(content)
        self.runner.start(job)
        return job

    def status(self, job: str) -> dict[str, Any]:
        """What clients see."""
        return self.runner.status(job, lambda digest, name: ("base/", f"{digest}/{name}", "?c"))

    def wait(self, job: str, *words: str) -> dict[str, Any]:
        """Until it stands so."""
        end = time.monotonic() + 60
        while (found := self.status(job))["StatusCode"] not in (words or ("Finished", "Failed", "Cancelled")):
            assert time.monotonic() < end, found
            time.sleep(0.02)
        return found


def own(url: str) -> str | None:
    """The digest in an address."""
    return url.removeprefix(HERE).partition("/")[0] if url.startswith(HERE) else None


@contextmanager
def running(folder: Path, pool: Pool, source: str = WAITS, **options: Any) -> Iterator[Desk]:
    """Jobs of a service in a workspace, which is made where there is none."""
    told: list[tuple[str, dict[str, Any]]] = []
    with Workspace.open(folder) as workspace, Hosting(workspace, pool) as hosting:
        found = workspace.services.list()
        made = program(source)
        service = found[0] if found else workspace.services.create("Test", made.dumps(), made.digests(), kind="code")
        endpoint = workspace.services.endpoint(service.id, "default").id

        def tell(event: str, **facts: Any) -> None:
            told.append((event, facts))

        with JobRunner(workspace, hosting, pool, options=Options(**options), own=own, tell=tell) as runner:
            runner.begin()
            desk = Desk(workspace, runner, endpoint)
            desk.lines = told
            yield desk


def test_a_job_from_first_to_last(tmp_path: Path, pool: Pool) -> None:
    with running(tmp_path / "w", pool) as desk:
        job = desk.create()
        assert desk.status(job)["StatusCode"] == "NotStarted"
        time.sleep(0.5)
        assert desk.status(job)["StatusCode"] == "NotStarted"  # nobody started it
        desk.runner.start(job)
        told = desk.wait(job)
        digest = bytes_digest(b"a,b,who\n1,0.5,Ann\n")
        assert told["Results"] == {
            "output1": {
                "ConnectionString": None,
                "BaseLocation": "base/",
                "RelativeLocation": f"{digest}/output1.csv",
                "SasBlobToken": "?c",
            }
        }
        assert desk.workspace.blobs.read(digest) == b"a,b,who\n1,0.5,Ann\n"
        desk.workspace.upkeep.prune()  # what jobs name stays
        assert desk.workspace.blobs.has(digest)
        desk.runner.delete(job)
        desk.workspace.upkeep.prune()
        assert not desk.workspace.blobs.has(digest)
        until(lambda: not desk.runner.active)
        events = [event for event, facts in desk.lines if facts["job"] == job]
    assert events == ["job created", "job started", "job ended"]


def test_the_inputs_that_a_job_names_are_not_pruned(tmp_path: Path, pool: Pool) -> None:
    with running(tmp_path / "w", pool) as desk:
        job = desk.create()
        desk.workspace.upkeep.prune()
        desk.runner.start(job)
        assert desk.wait(job)["StatusCode"] == "Finished"


def test_the_order_is_that_of_starting_and_so_many_run_at_once(tmp_path: Path, pool: Pool) -> None:
    with running(tmp_path / "w", pool, workers=3, per_endpoint=2) as desk:
        jobs = [desk.create(f"who,a,b\nAnn,{n},1\n") for n in range(5)]
        for job in reversed(jobs):
            desk.runner.start(job)
        most = 0
        while any(desk.status(job)["StatusCode"] in {"NotStarted", "Running"} for job in jobs):
            most = max(most, desk.workspace.jobs.counts()["Running"])
            time.sleep(0.01)
        ends = [desk.status(job) for job in jobs]
    assert most == 2
    assert [each["StatusCode"] for each in ends] == ["Finished"] * 5
    began = [each["StartTime"] for each in ends]
    assert began == sorted(began, reverse=True)


def test_more_are_under_way_than_use_the_processors(tmp_path: Path, pool: Pool) -> None:
    """Files come in ahead, for one job in each lane; cancelling does not wait for a turn."""
    with running(tmp_path / "w", pool, modules=1, per_endpoint=4) as desk:
        long = desk.started("who,a,b\nAnn,9,1\n")
        others = [desk.started(f"who,a,b\nAnn,{n},1\n") for n in range(4)]
        until(lambda: (desk.status(long)["Progress"] or {}).get("Phase") == "Running")
        until(lambda: desk.workspace.jobs.counts()["Running"] == 4)
        phases = [(desk.status(job)["Progress"] or {}).get("Phase") for job in others[:3]]
        assert set(phases) <= {"Waiting", "Downloading"}
        assert desk.status(others[3])["StatusCode"] == "NotStarted"
        desk.runner.cancel(others[0])
        assert desk.wait(others[0])["StatusCode"] == "Cancelled"
        desk.runner.cancel(long)
        assert [desk.wait(job)["StatusCode"] for job in others[1:]] == ["Finished"] * 3


def test_a_running_job_is_cancelled_at_once(tmp_path: Path, pool: Pool) -> None:
    with running(tmp_path / "w", pool) as desk:
        job = desk.started("who,a,b\nAnn,9,1\n")
        while (desk.status(job)["Progress"] or {}).get("Phase") != "Running":
            time.sleep(0.02)
        desk.runner.cancel(job)
        told = desk.wait(job)
        assert (told["StatusCode"], told["Results"], told["Details"]) == ("Cancelled", None, None)
        desk.runner.cancel(job)
        assert desk.status(job)["StatusCode"] == "Cancelled"
        with pytest.raises(ServiceError, match="cannot be started again"):
            desk.runner.start(job)
        desk.runner.delete(job)
        with pytest.raises(BottegaError):
            desk.status(job)


def test_another_process_may_ask_to_cancel(tmp_path: Path, pool: Pool) -> None:
    with running(tmp_path / "w", pool) as desk, Workspace.open(tmp_path / "w") as other:
        job = desk.started("who,a,b\nAnn,9,1\n")
        desk.wait(job, "Running")
        other.jobs.ask_cancel(job)
        assert desk.wait(job)["StatusCode"] == "Cancelled"


def test_what_was_cut_short_is_begun_anew_in_its_old_place(tmp_path: Path, pool: Pool) -> None:
    with running(tmp_path / "w", pool, workers=1) as desk:
        first = desk.started("who,a,b\nAnn,5,1\n")
        second = desk.started("who,a,b\nAnn,4,1\n")
        desk.wait(first, "Running")
    assert [event for event, facts in desk.lines if facts["job"] == first][-1] == "job interrupted"
    with running(tmp_path / "w", pool, workers=1) as desk:
        ends = [desk.wait(job) for job in (first, second)]
    assert [each["StatusCode"] for each in ends] == ["Finished"] * 2
    assert ends[0]["EndTime"] <= ends[1]["StartTime"]


def test_a_job_that_was_to_be_cancelled_is_not_begun_anew(tmp_path: Path, pool: Pool) -> None:
    with running(tmp_path / "w", pool) as desk:
        job = desk.started("who,a,b\nAnn,9,1\n")
        desk.wait(job, "Running")
        desk.workspace.jobs.ask_cancel(job)
    with running(tmp_path / "w", pool) as desk:
        assert desk.wait(job)["StatusCode"] == "Cancelled"


def test_an_endpoint_that_is_gone_takes_no_jobs(tmp_path: Path, pool: Pool) -> None:
    with running(tmp_path / "w", pool) as desk:
        with pytest.raises(ServiceError) as caught:
            desk.runner.create("0" * 32, b"{}")
        assert caught.value.status == 404
        job = desk.started("who,a,b\nAnn,9,1\n")
        while (desk.status(job)["Progress"] or {}).get("Phase") != "Running":
            time.sleep(0.02)
        desk.workspace.services.delete(desk.workspace.services.list()[0].id)
        until(lambda: not desk.runner.active, 30)


def test_a_job_that_was_given_up_ends(tmp_path: Path, pool: Pool) -> None:
    with running(tmp_path / "w", pool) as desk:
        job = desk.started("who,a,b\nAnn,9,1\n")
        while (desk.status(job)["Progress"] or {}).get("Phase") != "Running":
            time.sleep(0.02)
        desk.workspace.jobs.give_up("The secrets were renewed.")
        until(lambda: not desk.runner.active, 30)
        told = desk.status(job)
        assert (told["StatusCode"], told["Details"]) == ("Failed", "The secrets were renewed.")


def test_old_jobs_are_forgotten(tmp_path: Path, pool: Pool) -> None:
    with running(tmp_path / "w", pool) as desk:
        job = desk.started()
        desk.wait(job)
    with running(tmp_path / "w", pool, keep_seconds=0.0) as desk:
        end = time.monotonic() + 30
        while desk.workspace.jobs.find(job) is not None:
            assert time.monotonic() < end
            time.sleep(0.02)


def test_results_that_cannot_be_kept_fail_the_job(tmp_path: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bottega.services.batch.running._PAUSE_SECONDS", 0.01)
    with running(tmp_path / "w", pool) as desk:
        real, failed = desk.workspace.jobs.finish, threading.Event()

        def finish(job: str, status: str, **more: Any) -> None:
            if not failed.is_set():
                failed.set()
                raise BottegaError("store-failed", path="x", reason="the disk is full")
            real(job, status, **more)

        monkeypatch.setattr(desk.workspace.jobs, "finish", finish)
        job = desk.started()
        assert desk.wait(job)["StatusCode"] == "Finished"  # it was tried again
    assert failed.is_set()


def test_a_job_whose_end_cannot_be_written_down_is_begun_anew(
    tmp_path: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By this very process: it waits for no restart."""
    monkeypatch.setattr("bottega.services.batch.running._PAUSE_SECONDS", 0.01)
    monkeypatch.setattr("bottega.services.batch.runner._RECOVER_SECONDS", 0.05)
    with running(tmp_path / "w", pool) as desk:
        real, left = desk.workspace.jobs.finish, [10]  # as Finished and as Failed

        def finish(job: str, status: str, **more: Any) -> None:
            if left[0]:
                left[0] -= 1
                raise BottegaError("store-failed", path="x", reason="the disk is full")
            real(job, status, **more)

        monkeypatch.setattr(desk.workspace.jobs, "finish", finish)
        assert desk.wait(desk.started())["StatusCode"] == "Finished"
    assert [event for event, _ in desk.lines].count("job started") == 2


@pytest.mark.parametrize("what", ["Stop", "threading.Thread.start"])
def test_a_machine_that_gives_nothing_for_a_while_is_asked_again(
    tmp_path: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Too few descriptors, too many threads: the job is not lost, nor are those after it."""
    monkeypatch.setattr("bottega.services.batch.runner._RECOVER_SECONDS", 0.05)
    monkeypatch.setattr("bottega.services.batch.runner._PAUSE_SECONDS", 0.05)
    failed = threading.Event()
    with running(tmp_path / "w", pool) as desk:
        real: Callable[..., Any] = Stop if what == "Stop" else threading.Thread.start

        def once(*arguments: Any) -> Any:
            is_job = what == "Stop" or arguments[0].name.startswith("job-")
            if is_job and not failed.is_set():
                failed.set()
                raise OSError(24, "Too many open files")
            return real(*arguments)

        monkeypatch.setattr(f"bottega.services.batch.running.{what}", once)
        first, second = desk.started(), desk.started()
        assert [desk.wait(job)["StatusCode"] for job in (first, second)] == ["Finished", "Finished"]
    assert failed.is_set()
    assert any("Too many open files" in str(facts.get("reason")) for _, facts in desk.lines)


@pytest.mark.parametrize(
    ("content", "code"),
    [("who,a,b\nAnn,x,1\n", "0018"), ("", "0018")],
    ids=["cell", "empty"],
)
def test_the_log_has_no_data_of_a_failed_job(tmp_path: Path, pool: Pool, content: str, code: str) -> None:
    with running(tmp_path / "w", pool) as desk:
        job = desk.started(content)
        told = desk.wait(job)
        assert told["StatusCode"] == "Failed"
        until(lambda: not desk.runner.active)
        line = desk.lines[-1][1]
    assert (line["status"], line["code"], line["job"]) == ("Failed", code, job)
    assert "Ann" not in str(desk.lines)


@pytest.mark.parametrize(
    ("error", "times", "status"),
    [
        (BottegaError("pool-lost", reason="ended"), 2, "Finished"),
        (ModuleFailure("code", "Script", "0085", "ended by SIGKILL", type="Killed"), 2, "Finished"),
        (BottegaError("pool-lost", reason="ended"), 3, "Failed"),
        (ModuleFailure("code", "Script", "0085", "no", type="ValueError"), 1, "Failed"),
    ],
    ids=["zygote", "child", "thrice", "own"],
)
def test_a_job_whose_jail_was_ended_from_outside_is_begun_anew(
    tmp_path: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch, error: BottegaError, times: int, status: str
) -> None:
    run, left = Execution.run, [times]

    def failing(execution: Execution, work: Work) -> None:
        if left[0]:
            left[0] -= 1
            raise error
        run(execution, work)

    monkeypatch.setattr(Execution, "run", failing)
    with running(tmp_path / "w", pool) as desk:
        job = desk.started()
        assert desk.wait(job)["StatusCode"] == status
    assert [event for event, _ in desk.lines].count("job begun anew") == (times if status == "Finished" else times - 1)


def test_jails_that_are_killed_cost_time_alone(tmp_path: Path, pool: Pool) -> None:
    """All processes that this one started, zygotes among them, are killed while the script sleeps."""
    with running(tmp_path / "w", pool, source=WAITS.replace("0.3", "2")) as desk:
        job = desk.started()
        until(lambda: (desk.status(job)["Progress"] or {}).get("Node") == "Execute Python Script")
        time.sleep(0.5)
        for task in Path("/proc/self/task").iterdir():
            for child in (task / "children").read_text().split():
                os.kill(int(child), signal.SIGKILL)
        told = desk.wait(job)
        assert told["StatusCode"] == "Finished", told["Details"]
    assert "job begun anew" in [event for event, _ in desk.lines]
