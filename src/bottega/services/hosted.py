"""One endpoint as it is called: its program, read once, and its jails, made at the first call."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Iterable

from bottega.errors import BottegaError
from bottega.sandbox.host.network import Network
from bottega.sandbox.host.waits import ELSEWHERE, Steps
from bottega.services.errors import ServiceError
from bottega.services.executor import Called, Loaded
from bottega.services.gate import Gate
from bottega.services.options import LOW, Options
from bottega.services.program import Program
from bottega.services.rrs import Call, Codec
from bottega.store.records import Endpoint

# After these nothing of the jails can be counted on, so the next call has new ones.
_LOST = ("pool-lost", "sandbox-unavailable")
Load = Callable[[Program, Endpoint, Network], Loaded]
Close = Callable[[Loaded], None]


class RetiredError(Exception):
    """Another has taken this one's place."""


class Hosted:
    """An endpoint as the workspace had it at a stamp, its program, and the jails that calls of it share."""

    def __init__(
        self, endpoint: Endpoint, program: Program, network: Network, options: Options, load: Load, close: Close
    ) -> None:
        """`load` makes the jails, and may take its time; `close` sees to it that they are closed, and does not."""
        self.endpoint = endpoint
        self.program = program
        self.network = network
        self.codec = Codec(program, plainly=True)
        self.used = time.monotonic()
        self.stamp: int | None = None
        most = at_once(endpoint)
        self.gate = Gate(most, most * options.waiting, options.wait_seconds)
        self._keys: list[str] = []
        self._load = load
        self._close = close
        self._options = options
        self._lock = threading.Lock()
        self._loaded: _Shared | None = None
        self._retired = False
        self._error: Exception | None = None
        self._tried = 0.0

    def refresh(self, endpoint: Endpoint, keys: Iterable[str], stamp: int) -> None:
        """Take in what may change of an endpoint while its jails go on."""
        self.endpoint = endpoint
        self._keys = [_digest(key) for key in keys]
        most = at_once(endpoint)
        self.gate.resize(most, most * self._options.waiting)
        self.stamp = stamp

    def runs(self, endpoint: Endpoint, network: Network) -> bool:
        """Whether an endpoint needs the very jails that this one has."""
        own = self.endpoint
        same_program = (own.service, own.version) == (endpoint.service, endpoint.version)
        same_jails = own.mode == endpoint.mode and network == self.network
        return same_program and same_jails and own.resources == endpoint.resources

    @property
    def is_loaded(self) -> bool:
        """Whether it has jails."""
        return self._loaded is not None

    @property
    def is_idle(self) -> bool:
        """Whether no call of it runs."""
        return self.gate.inside == 0

    def accepts(self, key: str) -> bool:
        """Whether a text is one of its two keys."""
        digest = _digest(key)
        return any(hmac.compare_digest(digest, each) for each in self._keys)

    def calling(self, call: Call, printed: Callable[[str], None] | None, cancel: int | None) -> Steps[Called]:
        """One call, in steps; the first one makes the jails, others wait for that.

        Raises what keeps them from being made, which is told to all who ask within some seconds, then it is tried
        again; `RetiredError` where there is a newer one; and as `Loaded.call` does.
        """
        shared = self._at_hand()
        if shared is None:
            yield ELSEWHERE
            shared = self._take()
        try:
            return (yield from shared.loaded.calling(call.inputs, call.parameters, printed=printed, cancel=cancel))
        except BottegaError as error:
            if error.code in _LOST:
                self._drop(shared)
            raise
        finally:
            shared.leave()

    def _at_hand(self) -> _Shared | None:
        """The program with its jails, where they are there and nobody is about them."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            if self._retired:
                raise RetiredError
            self.used = time.monotonic()
            return None if self._loaded is None else self._loaded.enter()
        finally:
            self._lock.release()

    def _take(self) -> _Shared:
        with self._lock:
            if self._retired:
                raise RetiredError
            self.used = time.monotonic()
            if self._loaded is None:
                if self._error is not None and self.used - self._tried < self._options.retry_seconds:
                    raise self._error.with_traceback(None)  # else it would hold the frames, and bodies, of all calls
                self._error = None
                try:
                    self._loaded = _Shared(self._made(), self._close)
                except (BottegaError, ServiceError) as error:
                    self._error, self._tried = error, time.monotonic()
                    raise
            return self._loaded.enter()

    def _made(self) -> Loaded:
        loaded = self._load(self.program, self.endpoint, self.network)
        try:
            loaded.warm()
        except BaseException:
            loaded.close()
            raise
        return loaded

    def unload(self, *, retire: bool = False) -> None:
        """Give the jails back; calls that run finish first. The next call makes new ones, unless this one is retired."""
        with self._lock:
            self._retired = self._retired or retire
            shared, self._loaded = self._loaded, None
        if shared is not None:
            shared.retire()

    def _drop(self, shared: _Shared) -> None:
        with self._lock:
            if self._loaded is shared:
                self._loaded = None
        shared.retire()


class _Shared:
    """A loaded program that closes when it is retired and the last call has left it."""

    def __init__(self, loaded: Loaded, close: Close) -> None:
        self.loaded = loaded
        self._close = close
        self._users = 0
        self._retired = False
        self._lock = threading.Lock()

    def enter(self) -> _Shared:
        """One more call."""
        with self._lock:
            self._users += 1
        return self

    def leave(self) -> None:
        """One less."""
        with self._lock:
            self._users -= 1
            over = self._retired and not self._users
        if over:
            self._close(self.loaded)

    def retire(self) -> None:
        """No more calls come."""
        with self._lock:
            over = not self._retired and not self._users
            self._retired = True
        if over:
            self._close(self.loaded)


def at_once(endpoint: Endpoint) -> int:
    """Calls of an endpoint that may run at once (fact sheet 5.4)."""
    return LOW if endpoint.throttle == "Low" else max(1, endpoint.max_concurrent)


def _digest(key: str) -> str:
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()
