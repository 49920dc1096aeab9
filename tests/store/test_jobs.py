"""Batch jobs: their life, their queue, and processes that die under them."""

from __future__ import annotations

import itertools
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE

import pytest

from bottega.errors import BottegaError
from bottega.store.records import Job
from bottega.store.workspace import Workspace
from tests.store.helpers import blob, code_of, digest, publish, rows

WORKER = Path(__file__).with_name("worker.py")


@pytest.fixture
def endpoint(workspace: Workspace) -> str:
    return publish(workspace).default


def _queued(workspace: Workspace, endpoint: str, count: int = 1) -> list[str]:
    """The ids of jobs that wait, in order."""
    jobs = [workspace.jobs.create(endpoint, {"n": number}) for number in range(count)]
    return [workspace.jobs.queue(job.id).id for job in jobs]


def _taken(workspace: Workspace, most: Callable[[str], int] | int = 40) -> str | None:
    job = workspace.jobs.take(most)
    return None if job is None else job.id


def test_the_life_of_a_job(workspace: Workspace, endpoint: str) -> None:
    request = {"Inputs": {"è": [1, None, {"x": "y"}]}, "GlobalParameters": {}}
    job = workspace.jobs.create(endpoint, request)
    assert workspace.jobs.get(job.id) == workspace.jobs.find(job.id) == job
    assert (job.endpoint, job.status, job.queued, job.request, job.results) == (
        endpoint, "NotStarted", False, request, None,
    )  # fmt: skip
    assert workspace.jobs.take() is None
    queued = workspace.jobs.queue(job.id)
    assert (queued.status, queued.queued, queued.started) == ("NotStarted", True, None)
    taken = workspace.jobs.take()
    assert taken is not None
    assert taken == workspace.jobs.get(job.id)
    assert (taken.id, taken.status, taken.queued, taken.request) == (job.id, "Running", False, request)
    assert workspace.jobs.progress(job.id, {"rows": 5}) is False
    assert workspace.jobs.get(job.id).progress == {"rows": 5}
    workspace.jobs.finish(job.id, "Finished", results={"o": {"RelativeLocation": "c/ò.csv"}})
    ended = workspace.jobs.get(job.id)
    assert (ended.status, ended.results, ended.details) == ("Finished", {"o": {"RelativeLocation": "c/ò.csv"}}, None)
    assert ended.started is not None
    assert ended.ended is not None
    assert ended.created <= ended.started <= ended.ended
    assert ended.has_ended
    assert not taken.has_ended
    assert workspace.jobs.take() is None
    assert list((workspace.folder / "locks").glob("job-*")) == []


def test_the_first_started_is_the_first_taken(workspace: Workspace, endpoint: str) -> None:
    jobs = [workspace.jobs.create(endpoint, {}) for _ in range(4)]
    order = [jobs[place].id for place in (2, 0, 3, 1)]
    for job_id in order:
        workspace.jobs.queue(job_id)
    workspace.jobs.queue(order[0])  # again: it keeps its place
    assert [_taken(workspace) for _ in range(5)] == [*order, None]


def test_an_endpoint_runs_so_many_at_once_and_others_go_on(workspace: Workspace, endpoint: str) -> None:
    other = publish(workspace).default
    first, second, third = _queued(workspace, endpoint, 3)
    (fourth,) = _queued(workspace, other)
    assert _taken(workspace, 1) == first
    assert _taken(workspace, 1) == fourth
    assert _taken(workspace, 1) is None
    workspace.jobs.finish(first, "Failed", details="x")
    assert _taken(workspace, lambda name: 1 if name == endpoint else 0) == second
    assert _taken(workspace, lambda name: 2 if name == endpoint else 0) == third


def test_forty_run_at_once_unless_told(workspace: Workspace, endpoint: str) -> None:
    ids = _queued(workspace, endpoint, 42)
    assert [_taken(workspace, 1_000) for _ in range(3)] == ids[:3]
    assert [workspace.jobs.take() is not None for _ in range(39)] == [True] * 37 + [False] * 2


def test_threads_take_each_job_once(workspace: Workspace, endpoint: str) -> None:
    ids = _queued(workspace, endpoint, 30)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: _taken(workspace, 100), range(60)))
    assert sorted(filter(None, taken)) == sorted(ids)


def test_a_job_that_does_not_run_yet_is_cancelled_at_once(workspace: Workspace, endpoint: str) -> None:
    waiting, later = _queued(workspace, endpoint, 2)
    fresh = workspace.jobs.create(endpoint, {}).id
    for job_id in (fresh, waiting):
        cancelled = workspace.jobs.ask_cancel(job_id)
        assert (cancelled.status, cancelled.queued, cancelled.ended is not None) == ("Cancelled", False, True)
        assert workspace.jobs.queue(job_id).status == "Cancelled"
    assert _taken(workspace) == later
    assert workspace.jobs.ask_cancel(waiting) == workspace.jobs.get(waiting)


def test_a_running_job_is_asked(folder: Path) -> None:
    with Workspace.open(folder) as workspace, Workspace.open(folder) as other:
        (job_id,) = _queued(workspace, publish(workspace).default)
        workspace.jobs.take()
        asked = other.jobs.ask_cancel(job_id)
        assert (asked.status, asked.cancel) == ("Running", True)
        assert workspace.jobs.progress(job_id, {}) is True
        workspace.jobs.finish(job_id, "Cancelled")
        ended = other.jobs.ask_cancel(job_id)
        assert ended.status == "Cancelled"


def test_what_has_ended_does_not_change(workspace: Workspace, endpoint: str) -> None:
    (job_id,) = _queued(workspace, endpoint)
    workspace.jobs.take()
    workspace.jobs.finish(job_id, "Failed", details="because")
    ended = workspace.jobs.get(job_id)
    for work in (
        lambda: workspace.jobs.finish(job_id, "Finished"),
        lambda: workspace.jobs.progress(job_id, {"x": 1}),
    ):
        with pytest.raises(BottegaError) as caught:
            work()
        assert code_of(caught) == "usage"
    workspace.jobs.queue(job_id)
    assert workspace.jobs.get(job_id) == ended
    assert ended.details == "because"


@pytest.mark.parametrize("status", ["Running", "NotStarted", "Canceled", "", "finished"])
def test_a_job_ends_in_three_ways(workspace: Workspace, endpoint: str, status: str) -> None:
    (job_id,) = _queued(workspace, endpoint)
    with pytest.raises(ValueError, match="does not end"):
        workspace.jobs.finish(job_id, status)


def test_unknown_jobs_are_told(workspace: Workspace) -> None:
    no = "f" * 32
    for work in (
        lambda: workspace.jobs.create(no, {}),
        lambda: workspace.jobs.get(no),
        lambda: workspace.jobs.queue(no),
        lambda: workspace.jobs.ask_cancel(no),
        lambda: workspace.jobs.progress(no, {}),
        lambda: workspace.jobs.finish(no, "Failed"),
        lambda: workspace.jobs.delete("'; --"),
    ):
        with pytest.raises(BottegaError) as caught:
            work()
        assert code_of(caught) == "usage"
    assert workspace.jobs.find(no) is None
    assert workspace.jobs.list() == []


def test_the_list_is_the_newest_first(workspace: Workspace, endpoint: str) -> None:
    other = publish(workspace).default
    ids = [workspace.jobs.create(each, {}).id for each in (endpoint, other, endpoint)]
    assert [job.id for job in workspace.jobs.list()] == ids[::-1]
    assert [job.id for job in workspace.jobs.list(endpoint)] == [ids[2], ids[0]]
    assert [job.id for job in workspace.jobs.list(limit=1)] == [ids[2]]


def test_the_counts(workspace: Workspace, endpoint: str) -> None:
    nothing = {"NotStarted": 0, "Running": 0, "Failed": 0, "Cancelled": 0, "Finished": 0, "Queued": 0}
    assert workspace.jobs.counts() == nothing
    workspace.jobs.create(endpoint, {})
    _queued(workspace, endpoint, 3)
    workspace.jobs.take()
    assert workspace.jobs.counts() == {**nothing, "NotStarted": 1, "Queued": 2, "Running": 1}


def test_results_keep_their_files(workspace: Workspace, endpoint: str) -> None:
    (job_id,) = _queued(workspace, endpoint)
    workspace.jobs.take()
    with pytest.raises(BottegaError) as caught:
        workspace.jobs.finish(job_id, "Finished", digests={digest(b"gone"): "Zip"})
    assert code_of(caught) == "blob-missing"
    assert workspace.jobs.get(job_id).status == "Running"
    workspace.jobs.finish(job_id, "Finished", results={}, digests={digest(b"out"): "Zip"}, blobs=[blob(b"out")])
    assert workspace.jobs.get(job_id).results == {}
    assert workspace.upkeep.prune()["files"] == 0
    workspace.jobs.delete(job_id)
    assert workspace.upkeep.prune()["files"] == 1


def test_a_running_job_is_not_deleted(workspace: Workspace, endpoint: str) -> None:
    running, waiting = _queued(workspace, endpoint, 2)
    workspace.jobs.take()
    with pytest.raises(BottegaError, match="cancel it first"):
        workspace.jobs.delete(running)
    workspace.jobs.delete(waiting)
    assert [job.id for job in workspace.jobs.list()] == [running]


def test_old_ended_jobs_are_swept(workspace: Workspace, endpoint: str) -> None:
    ended, running, _ = _queued(workspace, endpoint, 3)
    workspace.jobs.take()
    workspace.jobs.take()
    workspace.jobs.finish(ended, "Finished")
    moment = workspace.jobs.get(ended).ended or 0.0
    assert workspace.jobs.sweep(moment) == 0
    assert workspace.jobs.sweep(moment + 1) == 1
    assert workspace.jobs.find(ended) is None
    assert len(workspace.jobs.list()) == 2
    assert workspace.jobs.get(running).status == "Running"


def test_jobs_of_a_living_process_are_left_alone(folder: Path) -> None:
    with Workspace.open(folder) as workspace, Workspace.open(folder) as other:
        (job_id,) = _queued(workspace, publish(workspace).default)
        workspace.jobs.take()
        assert workspace.jobs.recover() == other.jobs.recover() == 0
        assert other.jobs.take() is None
        assert other.upkeep.prune()["locks"] == 0
        assert other.jobs.get(job_id).status == "Running"


def test_closing_lets_jobs_wait_again_in_their_old_place(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        ids = _queued(workspace, publish(workspace).default, 4)
        assert [_taken(workspace), _taken(workspace)] == ids[:2]
        workspace.jobs.ask_cancel(ids[1])
        workspace.jobs.progress(ids[0], {"rows": 1})
    with Workspace.open(folder) as workspace:
        assert _taken(workspace) == ids[2]
        assert workspace.jobs.recover() == 1
        first = workspace.jobs.get(ids[0])
        assert (first.status, first.queued, first.started, first.progress) == ("NotStarted", True, None, {})
        assert workspace.jobs.get(ids[1]).status == "Cancelled"
        assert workspace.jobs.recover() == 0
        assert [_taken(workspace) for _ in range(3)] == [ids[0], ids[3], None]


def _worker(folder: Path, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(WORKER), "jobs", str(folder), *map(str, arguments)]
    return subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True)


def _lines(worker: subprocess.Popen[str]) -> Iterator[str]:
    assert worker.stdout
    for line in worker.stdout:
        yield line.strip()


def test_two_processes_take_each_job_once_and_in_order(workspace: Workspace, endpoint: str) -> None:
    ids = _queued(workspace, endpoint, 40)
    workers = [_worker(workspace.folder, 3) for _ in range(2)]
    told = [worker.communicate(timeout=120) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], told
    taken = [output.split() for output, _ in told]
    assert sorted(itertools.chain(*taken)) == sorted(ids)
    for each in taken:
        assert each == sorted(each, key=ids.index)
    assert {job.status for job in workspace.jobs.list()} == {"Finished"}
    started = sorted((job.started or 0.0, ids.index(job.id)) for job in workspace.jobs.list())
    assert [place for _, place in started] == list(range(40))
    assert workspace.upkeep.prune()["locks"] == 0


def test_jobs_of_a_killed_process_are_taken_by_another(folder: Path) -> None:
    """Whatever the moment: each job ends once, and none is lost."""
    with Workspace.open(folder) as workspace:
        ids = _queued(workspace, publish(workspace).default, 12)
    finished: list[str] = []
    for count in (1, 3):
        worker = _worker(folder, 2)
        lines = _lines(worker)
        finished += [next(lines) for _ in range(count)]
        worker.send_signal(signal.SIGKILL)
        finished += lines
        worker.communicate()
    with Workspace.open(folder) as workspace:
        assert workspace.upkeep.prune()["locks"] == 0  # those of jobs that will be taken again stay
        statuses = {job.id: job.status for job in workspace.jobs.list()}
        assert set(finished) <= {job_id for job_id, status in statuses.items() if status == "Finished"}
        workspace.jobs.recover()
        while job := workspace.jobs.take(1):
            assert statuses[job.id] != "Finished"
            workspace.jobs.finish(job.id, "Finished")
        assert {job.status for job in workspace.jobs.list()} == {"Finished"}
        assert len(workspace.jobs.list()) == len(ids)
        assert list((folder / "locks").glob("job-*")) == []


def test_a_request_that_is_none_of_ours_is_told(workspace: Workspace, endpoint: str) -> None:
    job = workspace.jobs.create(endpoint, {})
    with workspace._database.plain() as connection:
        connection.execute("UPDATE job SET request = 'v1.AAAA'")
    with pytest.raises(BottegaError) as caught:
        workspace.jobs.get(job.id)
    assert code_of(caught) == "usage"


def test_a_job_shows_neither_request_nor_results(workspace: Workspace, endpoint: str) -> None:
    job: Job = workspace.jobs.create(endpoint, {"key": "TheKey"})
    assert "TheKey" not in repr(job)
    assert "TheKey" not in str(rows(workspace, "SELECT * FROM job"))


def test_jobs_that_nobody_started_are_forgotten_in_the_end(workspace: Workspace, endpoint: str) -> None:
    """One that waits for its turn is not, however long it waits."""
    jobs = workspace.jobs
    left, waits = jobs.create(endpoint, {}).id, jobs.create(endpoint, {}).id
    jobs.queue(waits)
    assert jobs.sweep(time.time() - 60) == 0
    assert jobs.sweep(time.time() + 60) == 1
    assert (jobs.find(left), jobs.get(waits).id) == (None, waits)
