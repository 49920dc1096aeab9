"""Runs of experiments in this server: so many at once, the others in order; followed live or from their records."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from bottega.engine import check as checking
from bottega.engine import place
from bottega.engine import run as engine
from bottega.engine.events import Event, NodeEnded, RunEnded, RunStarted
from bottega.engine.prepared import Prepared, prepare
from bottega.errors import BottegaError, describe
from bottega.graph import override, reading, topology, writing
from bottega.graph.document import Experiment
from bottega.graph.problem import Problem
from bottega.sdk import catalogue
from bottega.server.errors import HttpError
from bottega.server.feed import Feed, Numbered
from bottega.server.logs import LOG

if TYPE_CHECKING:
    from bottega.sandbox.host.pool import Pool
    from bottega.store.records import Run, StoredExperiment
    from bottega.store.workspace import Workspace

_MOST_WAITING = 1000
_MOST_KEPT = 32  # feeds of runs that are over
_LOOK_SECONDS = 1.0
_UNNAMED = "experiment"


@dataclass(frozen=True)
class _Job:
    """A run that waits or goes on."""

    run: str
    request: engine.Request
    prepared: Prepared
    fresh: bool
    fail_fast: bool
    feed: Feed
    cancel: int = field(default_factory=lambda: os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK))


class RunManager:
    """Starts runs and knows those that it started. Safe for use from several threads."""

    def __init__(self, workspace: Workspace, pool: Pool, *, at_once: int = 2) -> None:
        self._workspace = workspace
        self._pool = pool
        self._lock = threading.Lock()
        self._jobs: dict[str, _Job] = {}
        self._feeds: OrderedDict[str, Feed] = OrderedDict()
        self._threads = ThreadPoolExecutor(at_once, "run")
        self._closing = False

    def recover(self) -> list[Run]:
        """Runs whose process ended before they did: Failed from now on."""
        found = self._workspace.runs.interrupted()
        for run in found:
            self._mark(run.experiment, run.id, run.status)
        return found

    def start(self, given: StoredExperiment | str, targets: Iterable[str] = (), settings: Sequence[str] = (), *,
              name: str | None = None, fresh: bool = False, fail_fast: bool = False) -> str:  # fmt: skip
        """Begin a run, now or when its turn comes; its id.

        given     a stored experiment, or the text of a document, which the workspace then knows by `name`
        targets   the nodes asked for; none for all
        settings  other values for this run alone, as `NODE.PARAMETER=VALUE`
        fresh     reuse nothing

        Raises `experiment-invalid`, `usage` where the experiment has problems, and HttpError 503 where too many wait.
        """
        text, name, title = (given, name, None) if isinstance(given, str) else (given.document, given.id, given.title)
        loaded = reading.loads(text)
        experiment = loaded.experiment
        targets = tuple(targets)
        if settings:
            experiment = override.apply(experiment, settings, catalogue.find)
            text = writing.dumps(experiment)
        name = name or experiment.title.strip() or _UNNAMED
        self._refuse(checking.check(experiment if settings else loaded, self._workspace, name), experiment, targets)
        prepared = prepare(experiment, targets)
        request = engine.Request(name, title or experiment.title, text, targets, tuple(settings))
        return self._queue(request, prepared, fresh=fresh, fail_fast=fail_fast)

    def cancel(self, run: str) -> bool:
        """End a run of this server; False where none of this id waits or goes on here."""
        with self._lock:
            job = self._jobs.get(run)
            if job is not None:
                os.eventfd_write(job.cancel, 1)
        return job is not None

    def is_active(self, run: str) -> bool:
        """Whether a run waits or goes on in this server."""
        with self._lock:
            return run in self._jobs

    def running_nodes(self, run: str) -> list[str]:
        """The nodes of a run that work at this moment."""
        with self._lock:
            job = self._jobs.get(run)
        return job.feed.running if job is not None else []

    @property
    def active(self) -> int:
        """How many runs wait or go on."""
        with self._lock:
            return len(self._jobs)

    async def events(self, run: str, after: int = 0) -> AsyncIterator[Numbered]:
        """What a run tells after the event of that number, until its end. Raises `usage` for an unknown run.

        Where the run is not this server's, or is long over, the events are made from its record.
        """
        with self._lock:
            feed = self._feeds.get(run)
        if feed is not None:
            async for each in feed.after(after):
                yield each
            return
        told: set[str] = set()
        while not self._closing:
            record = await run_in_threadpool(self._workspace.runs.get, run)
            for event in _events(record, told, first=not told):
                after += 1
                yield after, event
            if record.ended is not None:
                return
            await asyncio.sleep(_LOOK_SECONDS)

    def release(self) -> None:
        """Let go of all who follow events, for the server is about to end."""
        self._closing = True
        with self._lock:
            feeds = list(self._feeds.values())
        for feed in feeds:
            feed.end()

    def close(self) -> None:
        """Cancel all runs and wait for their end; what they finished is kept, so that the next run goes on from there."""
        self.release()
        with self._lock:
            for job in self._jobs.values():
                os.eventfd_write(job.cancel, 1)
        self._threads.shutdown()

    def _queue(self, request: engine.Request, prepared: Prepared, *, fresh: bool, fail_fast: bool) -> str:
        with self._lock:
            if self._closing or len(self._jobs) >= _MOST_WAITING:
                message = "The server is ending." if self._closing else "Too many runs wait; try again later."
                raise HttpError(503, message=message, headers={"retry-after": "10"})
        run = self._workspace.runs.start(
            request.name, request.title, request.document, request.target, request.settings
        )
        job = _Job(run, request, prepared, fresh, fail_fast, Feed())
        with self._lock:
            self._jobs[run] = self._feeds_of(job)
        self._mark(request.name, run, "Running")
        try:
            self._threads.submit(self._run, job)
        except RuntimeError as error:  # closed meanwhile
            self._end(job, engine.CANCELED)
            raise HttpError(503, message="The server is ending.") from error
        return run

    def _feeds_of(self, job: _Job) -> _Job:
        self._feeds[job.run] = job.feed
        for old in [run for run in self._feeds if run not in self._jobs and run != job.run][:-_MOST_KEPT]:
            del self._feeds[old]
        return job

    def _run(self, job: _Job) -> None:
        status, reason, is_told = engine.FAILED, None, False
        try:
            if _is_canceled(job):
                status = engine.CANCELED
                return
            folder = self._workspace.folder.parent
            request = replace(job.request, run=job.run)
            options = engine.Options(fail_fast=job.fail_fast, fresh=job.fresh, cancel=job.cancel, pool=self._pool)
            outside = place.outside(folder, self._workspace)
            status = engine.run(job.prepared, request, self._workspace, outside, options, job.feed.add).status
            is_told = True
        except BottegaError as error:
            reason = describe(error)
            LOG.error("a run could not go on", run=job.run, code=error.code, reason=reason)
        except Exception:  # noqa: BLE001 # whatever it is, it ends this run alone
            reason = "The server failed at this run; its log tells more."
            LOG.exception("a run could not go on", run=job.run)
        finally:
            self._end(job, status, reason, is_told=is_told)

    def _end(self, job: _Job, status: str, reason: str | None = None, *, is_told: bool = False) -> None:
        """Whatever happened, a run has an end: in its record, for those who follow it, and for its experiment."""
        seconds = 0.0
        with suppress(BottegaError):
            if self._workspace.runs.get(job.run).ended is None:
                self._workspace.runs.finish(job.run, status, reason)
            record = self._workspace.runs.get(job.run)
            seconds, reason = (record.ended or record.started) - record.started, record.reason
        if not is_told:
            job.feed.add(RunEnded(job.run, status, seconds, reason))
        self._mark(job.request.name, job.run, status)
        with self._lock:
            self._jobs.pop(job.run, None)
            os.close(job.cancel)
        job.feed.end()

    def _mark(self, experiment: str, run: str, status: str) -> None:
        """Let a stored experiment tell of its newest run; one that is none, or gone, needs no mark."""
        with suppress(BottegaError):
            stored = self._workspace.experiments.find(experiment)
            if stored is not None and (status == "Running" or stored.last_run == run):
                self._workspace.experiments.update(experiment, last_run=run, status=status)

    @staticmethod
    def _refuse(problems: Iterable[Problem], experiment: Experiment, targets: Sequence[str]) -> None:
        needed = topology.upstream(experiment, targets) if targets else frozenset(experiment.nodes)
        wrong = [each for each in problems if each.severity == "error" and (each.node is None or each.node in needed)]
        if wrong:
            told = "; ".join(f"{each.node}: {each.message}" if each.node else each.message for each in wrong[:10])
            count = "a problem" if len(wrong) == 1 else f"{len(wrong)} problems"
            raise BottegaError("usage", reason=f"The experiment has {count}: {told}")


def _is_canceled(job: _Job) -> bool:
    try:
        return os.eventfd_read(job.cancel) > 0
    except BlockingIOError:
        return False


def _events(record: Run, told: set[str], *, first: bool) -> Iterable[Event]:
    """What a record tells that was not told before."""
    if first:
        told.add("")
        yield RunStarted(record.id, tuple(step.node for step in record.steps))
    for step in record.steps:
        if step.node not in told:
            told.add(step.node)
            yield NodeEnded(step)
    if record.ended is not None:
        yield RunEnded(record.id, record.status, record.ended - record.started, record.reason)
