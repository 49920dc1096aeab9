"""The web services of a workspace, as they are called: each endpoint loaded at its first call, and kept while it is used."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self

from bottega.dataset.cells import shown
from bottega.engine.place import network_of
from bottega.errors import BottegaError
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.network import NO_NETWORK, Network
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.waits import ELSEWHERE, Steps, finish
from bottega.services.errors import RRS, as_service_error, refused
from bottega.services.executor import Loaded
from bottega.services.hosted import Hosted, RetiredError, at_once
from bottega.services.options import Options
from bottega.services.program import Program
from bottega.store.records import Endpoint
from bottega.store.workspace import Workspace

_SWEEP_SECONDS = 15.0
# Bytes of a body or an answer that is read or written in a thread: up to here that holds nobody up for long.
_LARGE = 192 << 10


class Hosting:
    """Endpoints by id. Safe for use from several threads at once.

    What any process changes in the workspace is in effect with the next call: its stamp is
    looked at before each. Calls that run finish on what they began with.
    """

    def __init__(
        self, workspace: Workspace, pool: Pool, *, limits: Limits | None = None, options: Options | None = None
    ) -> None:
        """`limits` are those of `options` where only they are to be told."""
        self.options = options or (Options(limits=limits) if limits is not None else Options())
        self._workspace = workspace
        self._pool = pool
        self._reading = threading.Lock()
        self._hosted: dict[str, Hosted] = {}
        self._closed = False
        self._closing = ThreadPoolExecutor(1, "close")
        self._wake = threading.Event()
        self._sweeper = threading.Thread(target=self._sweep, name="hosting", daemon=True)
        self._sweeper.start()

    def endpoint(self, endpoint_id: str) -> Hosted | None:
        """An endpoint as it is now; None where there is none. Starts no jail."""
        if not (endpoint_id.isascii() and endpoint_id.isalnum()):
            return None
        stamp = self._workspace.services.stamp()
        found = self._hosted.get(endpoint_id)
        return found if found is not None and found.stamp == stamp else self._read(endpoint_id, stamp)

    def execute(
        self, endpoint_id: str, body: bytes, *, details: bool = False, swagger: bool = False,
        printed: Callable[[str], None] | None = None, cancel: int | None = None,
    ) -> bytes:  # fmt: skip
        """Answer a request-response call. Raises ServiceError for all that can go wrong with one."""
        steps = self.calling(endpoint_id, body, details=details, swagger=swagger, printed=printed, cancel=cancel)
        return finish(steps)

    def calling(
        self, endpoint_id: str, body: bytes, *, details: bool = False, swagger: bool = False,
        printed: Callable[[str], None] | None = None, cancel: int | None = None,
    ) -> Steps[bytes]:  # fmt: skip
        """The same in steps."""
        if len(body) > self.options.body:
            message = (
                f"The body has {len(body)} bytes; {self.options.body} are allowed. Send fewer rows, or a batch job."
            )
            raise refused("BadArgument", "RequestBodyInvalid", message, status=413)
        if len(body) > _LARGE:
            yield ELSEWHERE
        while True:
            try:
                hosted = self._at_hand(endpoint_id)
                if hosted is None:
                    yield ELSEWHERE
                    hosted = self._there(endpoint_id)
                yield from hosted.gate.entering()  # decoding takes memory, too
                try:
                    call = yield from hosted.codec.decoding(body)
                    called = yield from hosted.calling(call, printed, cancel)
                    try:
                        size = hosted.codec.size(called)
                        if size > _LARGE:
                            yield ELSEWHERE
                        self._check_answer(size)
                        return hosted.codec.encode(called, details=details, swagger=swagger)
                    finally:
                        called.close()
                finally:
                    hosted.gate.leave()
            except BottegaError as error:
                raise as_service_error(error, RRS) from error
            except RetiredError:  # changed while this call waited
                continue

    def close(self) -> None:
        """Give back all jails; calls that run finish first, and no more are taken."""
        with self._reading:
            self._closed = True
            every, self._hosted = list(self._hosted.values()), {}
        self._wake.set()
        for hosted in every:
            hosted.unload(retire=True)
        for hosted in every:
            hosted.gate.drain(self.options.limits.wall_seconds)
        self._closing.shutdown(wait=True)
        self._sweeper.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_answer(self, size: int) -> None:
        """Raise ServiceError for an answer that would be too large."""
        most = self.options.answer
        if size > most:
            message = f"The answer would have more than {size} characters; {most} are allowed. Call it as a batch job."
            raise refused("ModuleExecutionError", "AnswerTooLarge", message)

    def _at_hand(self, endpoint_id: str) -> Hosted | None:
        """An endpoint that was called before and has not been changed since."""
        found = self._hosted.get(endpoint_id)
        return found if found is not None and found.stamp == self._workspace.services.stamp() else None

    def _there(self, endpoint_id: str) -> Hosted:
        hosted = None if self._closed else self.endpoint(endpoint_id)
        if self._closed:
            raise refused("ServiceUnavailable", "NoMoreResources", "The server is shutting down.", retry_after=1)
        if hosted is None:
            message = f"There is no web service endpoint {shown(endpoint_id)!r} in this workspace."
            raise refused("NotFound", "WebServiceNotFound", message)
        return hosted

    def _read(self, endpoint_id: str, stamp: int) -> Hosted | None:
        """From the workspace. One that needs the jails that there are keeps them, another gets new ones."""
        services = self._workspace.services
        with self._reading:
            found = self._hosted.get(endpoint_id)
            if found is not None and found.stamp == stamp:
                return found
            endpoint = services.endpoint_by_id(endpoint_id)
            network = self._network(endpoint)
            fits = found is not None and endpoint is not None and found.runs(endpoint, network)
            if not fits and found is not None:
                del self._hosted[endpoint_id]
            if endpoint is None or self._closed:
                hosted = None
            else:
                hosted = found if fits and found is not None else self._new(endpoint, network)
                hosted.refresh(endpoint, services.keys(endpoint_id), stamp)
                self._hosted[endpoint_id] = hosted
        if not fits and found is not None:
            found.unload(retire=True)
        return hosted

    def _network(self, endpoint: Endpoint | None) -> Network:
        """What its scripts may reach: as the experiment's that it was published from, as that is now."""
        service = self._workspace.services.find(endpoint.service) if endpoint is not None else None
        return network_of(self._workspace, service.experiment) if service is not None else NO_NETWORK

    def _new(self, endpoint: Endpoint, network: Network) -> Hosted:
        version = self._workspace.services.version(endpoint.service, endpoint.version)
        return Hosted(endpoint, Program.loads(version.program), network, self.options, self._load, self._give_back)

    def _load(self, program: Program, endpoint: Endpoint, network: Network) -> Loaded:
        self._wake.set()  # there may be too many now
        most = min(at_once(endpoint), self.options.children)
        return Loaded.load(
            program, self._workspace, self._pool, mode=endpoint.mode, limits=self.options.limits, most=most,
            spares=min(self.options.spares, most), resources=endpoint.resources, network=network,
        )  # fmt: skip

    def _give_back(self, loaded: Loaded) -> None:
        """Close what nobody calls any more, which takes its time."""
        try:
            self._closing.submit(loaded.close)
        except RuntimeError:  # of a call that outlived even the server's patience
            loaded.close()

    def sweep(self) -> None:
        """Give back the jails of endpoints that are gone, or that nobody calls; done by itself every some seconds."""
        stamp = self._workspace.services.stamp()
        for endpoint_id, hosted in list(self._hosted.items()):
            if hosted.stamp != stamp and hosted.is_loaded:
                self._read(endpoint_id, stamp)
        loaded = [hosted for hosted in list(self._hosted.values()) if hosted.is_loaded]
        idle = sorted((hosted for hosted in loaded if hosted.is_idle), key=lambda each: each.used)
        surplus = len(loaded) - self.options.most_loaded
        for place, hosted in enumerate(idle):
            if place < surplus or time.monotonic() - hosted.used > self.options.idle_seconds:
                hosted.unload()

    def _sweep(self) -> None:
        while not self._closed:
            self._wake.wait(_SWEEP_SECONDS)
            self._wake.clear()
            with contextlib.suppress(BottegaError):  # a workspace that cannot be read is told to who calls
                self.sweep()
