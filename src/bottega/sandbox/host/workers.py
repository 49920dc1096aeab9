"""The prepared children of one published service: made before a call comes, watched while they wait, replaced."""

from __future__ import annotations

import select
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from bottega.errors import BottegaError
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.pool import Nursery, Pool
from bottega.sandbox.host.task import Failure, Job, Outcome
from bottega.sandbox.host.verdict import BY_NOUN
from bottega.sandbox.host.waits import Steps, Turn, finish
from bottega.sandbox.host.worker import NotStarted, Worker, was_ended

_CLOSED = "the service was closed"
# What could not be prepared is tried again after this long, when a call asks for it.
_RETRY_SECONDS = 5.0
_LOST_SECONDS = 0.5  # a jail that is lost may be there again sooner
_MOST_TRIES = 5
_NOTICE_SECONDS = 0.2  # after which a zygote that is gone is known to be
_PASSING = ("pool-lost", "sandbox-unavailable")
_LOOK_SECONDS = 0.5
_IDLE_SECONDS = 60.0
_CANCEL_SECONDS = 0.1  # so often a call that waits for a child looks whether it is canceled
_LONG_SECONDS = 3600.0
_LEAST_SECONDS = 0.01
_MOST_CALLS = 10_000  # of a child that is reused
_WORN_LOOK = 256
# Children that wait and do not rest are replaced so often; then, for a time, they are made when a call comes.
_MOST_RESTLESS = 3
_RESTLESS_SECONDS = 600.0


class PreparationFailed(BottegaError):  # noqa: N818 - it is told as the failure that a run would have
    """A service that cannot be prepared: `failure` tells why, as a run's would; `log` what it printed."""

    def __init__(self, failure: Failure, log: str) -> None:
        super().__init__(failure.code, message=failure.traceback or f"{failure.type}: {failure.message}")
        self.failure = failure
        self.log = log

    def __str__(self) -> str:
        code = self.failure.code
        text = self.failure.traceback or self.failure.message
        return f"Error {code}: {text}" if code.isdigit() else text


class Workers:
    """The prepared children of one service. Safe for use from several threads at once."""

    def __init__(self, pool: Pool, service: Job, *, reuse: bool, spares: int = 2, most: int = 8) -> None:
        """Nothing is made yet: `warm` or the first call does that.

        service  a `ScriptService` or a `ModuleService`
        reuse    a child takes call after call
        spares   children that wait ready for a call each; of those that are reused one does
        most     calls that run at once; others wait for their turn
        """
        self._pool = pool
        self._service = service
        self._reuse = reuse
        self._spares = 1 if reuse else spares
        self._most = most
        self._lock = threading.Lock()
        self._line: deque[Turn] = deque()  # calls that wait for a child, each told when it is its turn
        self._settled = threading.Condition(self._lock)  # the first is ready, the last has ended
        self._ready: deque[Worker] = deque()
        self._preparing = 0
        self._unprepared: set[Worker] = set()
        self._running = 0
        self._warming = 0  # who else waits for one
        self._broken: Outcome | BottegaError | None = None
        self._broken_since = 0.0
        self._closed = False
        self._plain: bool | None = None
        self._nursery: Nursery | None = None
        self._holding = threading.Lock()
        self._hands = ThreadPoolExecutor(max_workers=min(4, most + 1), thread_name_prefix="prepare")
        self._restless: deque[float] = deque(maxlen=_MOST_RESTLESS)  # when they were found
        self._stop = threading.Event()
        self._watchman: threading.Thread | None = None

    @property
    def plain(self) -> bool:
        """Whether tables travel in the plain form, for want of pyarrow in the environment."""
        if self._plain is None:
            zygote = self._held().zygote
            zygote.ready()
            self._plain = zygote.plain
        return self._plain

    def warm(self) -> None:
        """Wait until a child is ready. Raises `PreparationFailed`, `sandbox-unavailable` or `pool-lost`."""
        since = time.monotonic()
        with self._lock:
            self._warming += 1
            try:
                while not self._ready and not self._running:
                    if self._closed:
                        raise BottegaError("pool-lost", reason=_CLOSED)
                    broken = self._told_broken(since)
                    if broken is not None and broken.failure is not None:
                        raise PreparationFailed(broken.failure, broken.log)
                    self._stock()
                    self._settled.wait()
            finally:
                self._warming -= 1

    def call(
        self, inputs: Mapping[str, Memory], settings: bytes = b"{}", *,
        limits: Limits | None = None, printed: Callable[[str], None] | None = None, cancel: int | None = None,
    ) -> Outcome:  # fmt: skip
        """One call. What goes wrong in it, or went wrong in preparing, is the outcome's `failure`.

        Inputs and outputs of together less than 64 kB travel in the message itself: give
        `memory.Inline(data)` for small ones, that costs no file; small outputs are `Inline` too
        (`read()` and `view()` cost nothing, `descriptor` makes a file).
        limits  those of this call: time, processor time and printed text count; the rest is the service's.
                The time begins now: waiting for a child is part of the call
        Raises `sandbox-unavailable` or `pool-lost`.
        """
        return finish(self.calling(inputs, settings, limits=limits, printed=printed, cancel=cancel))

    def calling(
        self, inputs: Mapping[str, Memory], settings: bytes = b"{}", *,
        limits: Limits | None = None, printed: Callable[[str], None] | None = None, cancel: int | None = None,
    ) -> Steps[Outcome]:  # fmt: skip
        """The same in steps."""
        limits = limits or self._service.limits
        over = time.monotonic() + limits.wall_seconds
        for _ in range(self._most + self._spares + _MOST_TRIES):
            worker = self._at_hand()
            if worker is None:
                found = yield from self._taking(over, cancel)
                if isinstance(found, Outcome):
                    return found
                worker = found
                limits = replace(limits, wall_seconds=max(_LEAST_SECONDS, over - time.monotonic()))
            try:
                return (yield from worker.calling(inputs, settings, limits, printed, cancel))
            except NotStarted:
                continue
            finally:
                self._give_back(worker)
        raise BottegaError("pool-lost", reason="one process after the other ended before the call reached it")

    def close(self) -> None:
        """End the children; calls that run finish first, those that wait for their turn are told."""
        with self._lock:
            self._closed = True
            self._call_next()
            self._settled.notify_all()
            for worker in self._unprepared:  # an import may take for ever
                worker.kill()
            while self._running:
                self._settled.wait()
            waiting = list(self._ready)
            self._ready.clear()
        self._stop.set()
        for worker in waiting:
            worker.close()
        self._hands.shutdown(wait=True)
        if self._watchman is not None:
            self._watchman.join()
        with self._holding:
            if self._nursery is not None:
                self._pool.let_go(self._nursery)
                self._nursery = None

    def _at_hand(self) -> Worker | None:
        """A child that waits, where no call waits for one."""
        with self._lock:
            return None if self._line or self._closed else self._waiting()

    def _waiting(self) -> Worker | None:
        """A child that waits, from now on running; with the lock held."""
        while self._ready and self._running < self._most:
            worker = self._ready.pop() if self._reuse else self._ready.popleft()
            if worker.is_waiting():
                self._running += 1
                return worker
            self._discard(worker)
        return None

    def _taking(self, over: float, cancel: int | None) -> Steps[Worker | Outcome]:
        """A child that waits; or the failure of all attempts to prepare one, or of waiting for one.

        over    when the time of the call is
        cancel  becomes readable when nobody waits any more
        """
        since = time.monotonic()
        turn = Turn()
        with self._lock:
            self._line.append(turn)
        try:
            while True:
                with self._lock:
                    found = self._found(turn, since, over, cancel)
                    if found is not None:
                        return found
                    self._stock()
                    look = _CANCEL_SECONDS if cancel is not None else _LONG_SECONDS
                    wait = turn.again(min(look, max(0.0, over - time.monotonic())))
                yield wait
        finally:
            with self._lock:
                self._line.remove(turn)
                self._call_next()  # who finds what this call found

    def _found(self, turn: Turn, since: float, over: float, cancel: int | None) -> Worker | Outcome | None:
        """What ends a wait for a child, if it has come; with the lock held."""
        if self._closed:
            raise BottegaError("pool-lost", reason=_CLOSED)
        failure = self._given_up(over, cancel)
        if failure is not None:
            return _nothing(failure, time.monotonic() - since)
        if self._line[0] is not turn or self._running >= self._most:
            return None
        return self._waiting() or self._told_broken(since)

    def _call_next(self) -> None:
        """Have the first in the line look again; with the lock held."""
        if self._line:
            self._line[0].tell()

    @property
    def _wanting(self) -> int:
        return len(self._line) + self._warming

    def _given_up(self, over: float, cancel: int | None) -> Failure | None:
        """Why a call waits no longer, if so."""
        if cancel is not None and _is_readable(cancel):
            return Failure("canceled", "Canceled", "The run was canceled.")
        if time.monotonic() < over:
            return None
        return Failure(BY_NOUN[self._service.noun], "Timeout", "No process was free to take the call within its time.")

    def _told_broken(self, since: float) -> Outcome | None:
        """Why no child can be prepared, if that was found `since` then or lately. Raises the jail's own errors."""
        if self._broken is None or (self._broken_since < since and self._is_retry_due()):
            return None
        if isinstance(self._broken, BottegaError):
            raise BottegaError(self._broken.code, **self._broken.facts)
        return self._broken

    def _is_retry_due(self) -> bool:
        kept = _RETRY_SECONDS if isinstance(self._broken, Outcome) else _LOST_SECONDS
        return time.monotonic() - self._broken_since > kept

    def _give_back(self, worker: Worker) -> None:
        with self._lock:
            self._running -= 1
            if self._reuse and worker.is_sound and not self._closed and not self._is_worn(worker):
                self._ready.append(worker)
            else:
                self._discard(worker)
            self._stock()
            self._call_next()
            if not self._running:
                self._settled.notify_all()

    def _is_worn(self, worker: Worker) -> bool:
        """Whether a child has grown, or has served so long that it had better make room for another."""
        if worker.calls % _WORN_LOOK == 0 and worker.rest is not None and worker.rest.has_grown():
            return True
        if worker.calls < _MOST_CALLS:
            return False
        if not self._ready and not self._preparing and self._running + 1 < self._most:
            self._make()
        return bool(self._ready) or not self._preparing  # it serves on until the other is there

    def _discard(self, worker: Worker) -> None:
        worker.kill()
        self._hands.submit(worker.close)

    def _stock(self) -> None:
        """Have children made until as many wait, or are made, as are wanted. With the lock held."""
        if self._closed:
            return
        spares = 0 if self._is_restless() else self._spares
        if self._reuse:
            wanted = min(max(self._wanting, spares - self._running), self._most - self._running)
        else:
            wanted = min(max(self._wanting, spares), self._most - self._running + spares)
        if self._broken is not None:
            wanted = int(self._wanting > 0 and self._is_retry_due())
        for _ in range(wanted - len(self._ready) - self._preparing):
            self._make()

    def _is_restless(self) -> bool:
        """Whether the last children that were left to wait did not rest."""
        found = self._restless
        return len(found) == _MOST_RESTLESS and time.monotonic() - found[0] < _RESTLESS_SECONDS

    def _make(self) -> None:
        self._preparing += 1
        self._hands.submit(self._prepare)

    def _prepare(self) -> None:
        made: Worker | Outcome | BottegaError
        try:
            made = self._made()
        except BottegaError as error:
            made = error
        except Exception as error:  # noqa: BLE001 - such as no descriptors left: whoever waits has to be told
            made = BottegaError("pool-lost", reason=f"{type(error).__name__}: {error}")
        with self._lock:
            self._preparing -= 1
            if not isinstance(made, Worker):
                self._broken, self._broken_since = made, time.monotonic()
            elif self._closed:
                made.close()
            else:
                self._broken = None
                self._ready.append(made)
                self._watch()
            self._call_next()
            self._settled.notify_all()

    def _made(self) -> Worker | Outcome:
        """A prepared child, or the failure of preparing it. One that somebody ended meanwhile is made anew."""
        for attempt in range(1, _MOST_TRIES + 1):
            if self._closed:
                raise BottegaError("pool-lost", reason=_CLOSED)
            worker = None
            nursery = self._held()
            try:
                worker = Worker(nursery, self._service, reuse=self._reuse)
                failed = self._prepared(worker)
            except BaseException as error:
                if worker is not None:
                    worker.close()
                if attempt < _MOST_TRIES and isinstance(error, BottegaError) and error.code in _PASSING:
                    nursery.zygote.dead.wait(_NOTICE_SECONDS)
                    continue
                raise
            if failed is None:
                return worker
            worker.close()
            if attempt == _MOST_TRIES or failed.failure is None or not was_ended(failed.failure):
                return failed
        raise AssertionError

    def _prepared(self, worker: Worker) -> Outcome | None:
        """Why a child cannot be prepared. Raises `pool-lost` when nobody needs it any more."""
        with self._lock:
            if self._closed:
                raise BottegaError("pool-lost", reason=_CLOSED)
            self._unprepared.add(worker)
        try:
            return worker.prepare()
        finally:
            with self._lock:
                self._unprepared.discard(worker)

    def _held(self) -> Nursery:
        """The nursery of this kind of service, with a zygote that lives."""
        with self._holding:
            if self._nursery is None or self._nursery.zygote.dead.is_set():
                if self._nursery is not None:
                    self._pool.let_go(self._nursery)
                service = self._service
                self._nursery = self._pool.hold(service.environment, service.preload, service.guest, service.network)
            return self._nursery

    def _watch(self) -> None:
        if self._watchman is None:
            self._watchman = threading.Thread(target=self._look_after, name="service-watch", daemon=True)
            self._watchman.start()

    def _look_after(self) -> None:
        """Replace children that die, compute or grow while they wait; end those that nobody needs any more."""
        while not self._stop.wait(_LOOK_SECONDS):
            with self._lock:
                for worker in list(self._ready):
                    restless = worker.rest is not None and worker.rest.is_restless(worker.calls)
                    if restless:
                        self._restless.append(time.monotonic())
                    if restless or not worker.is_waiting():
                        self._ready.remove(worker)
                        self._discard(worker)
                longest = self._ready[0] if self._reuse and len(self._ready) > self._spares else None
                if longest is not None and time.monotonic() - longest.last_used > _IDLE_SECONDS:
                    self._ready.remove(longest)
                    self._discard(longest)
                self._stock()


def _nothing(failure: Failure, seconds: float) -> Outcome:
    """Of a call that no child had."""
    return Outcome({}, (), "", (), failure, seconds, 0, plain=False)


def _is_readable(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
