"""Hands on what a jail with an allowance sends: from its listeners to the places allowed, by one thread for all.

Whoever connects inside the jail may be hostile: connections are counted, none stays that
moves nothing, and all together move a bounded number of bytes an hour. Nothing that is
sent is looked at.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
import struct
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from bottega.sandbox.host import addresses
from bottega.sandbox.host.network import Door, Network

_BLOCK = 1 << 16
_RESOLVERS = 8
_MOST_ADDRESSES = 4
_MOST_NOTES = 100
_CLOSE_SECONDS = 10.0
_HOUR = 3600.0
_BACKOFF_SECONDS = 0.2
_AT_ONCE_A_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Bounds:
    """How much one jail may do: connections at once, seconds to connect and of silence, bytes both ways in an hour.

    ended_seconds  of silence once one side has ended: it may be gone, which looks the same
    """

    connections: int = 64
    connect_seconds: float = 15.0
    idle_seconds: float = 240.0
    ended_seconds: float = 60.0
    bytes_an_hour: int = 64 << 30


class RefusedError(Exception):
    """Why a connection was not made or did not stay."""


class Gate:
    """The way out of one jail. Safe for use from several threads."""

    def __init__(
        self, network: Network, listeners: Sequence[socket.socket], forwarder: Forwarder, bounds: Bounds
    ) -> None:
        """Use `Forwarder.open`. The listeners, one for each door, are the gate's from now on."""
        self._forwarder = forwarder
        self._bounds = bounds
        self._listeners = list(listeners)
        self._room = asyncio.Semaphore(bounds.connections)
        self._tasks: set[asyncio.Task[None]] = set()
        self._lock = threading.Lock()
        self._notes: dict[str, int] = {}
        self._count = 0
        self._moved = 0
        self._hour = float("-inf")
        for door, listener in zip(network.doors, self._listeners, strict=True):
            listener.settimeout(0)
            self._start(self._accept(door, listener), listener.close)

    def mark(self) -> int:
        """A point in time, for `since`."""
        with self._lock:
            return self._count

    def since(self, mark: int) -> tuple[str, ...]:
        """What was refused since then, and why."""
        with self._lock:
            return tuple(text for text, number in self._notes.items() if number > mark)

    def close(self) -> None:
        """End all connections and listen no more."""
        self._forwarder.shut(self)

    async def shut(self) -> None:
        """The same, in the forwarder's own thread."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None], *ends: Callable[[], None]) -> None:
        """Do it; the ends come whatever becomes of it, also when it never began."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)

        def over(done: asyncio.Task[None]) -> None:
            self._tasks.discard(done)
            for end in ends:
                end()

        task.add_done_callback(over)

    def _note(self, text: str) -> None:
        with self._lock:
            self._count += 1
            if text in self._notes or len(self._notes) < _MOST_NOTES:
                self._notes[text] = self._count

    async def _accept(self, door: Door, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            # Those that find no room wait in the listener's short queue, inside the jail.
            await self._room.acquire()
            self._room.release()
            try:
                near, _ = await loop.sock_accept(listener)
            except OSError:  # such as no descriptors left
                await asyncio.sleep(_BACKOFF_SECONDS)
                continue
            try:
                await self._room.acquire()
            except BaseException:
                near.close()
                raise
            self._start(self._serve(door, near), near.close, self._room.release)

    async def _serve(self, door: Door, near: socket.socket) -> None:
        """One connection, to its end. One that cannot be handed on is reset."""
        try:
            near.settimeout(0)
            self._spend(0)
            with contextlib.closing(await self._connect(door)) as far:
                for link in (near, far):
                    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                await self._relay(near, far)
        except RefusedError as refused:
            self._note(f"{door.name} was not reached: {refused}")
            _reset(near)
        except (OSError, ExceptionGroup):  # one side broke off, or both were silent for too long
            _reset(near)

    async def _connect(self, door: Door) -> socket.socket:
        loop = asyncio.get_running_loop()
        last: OSError | None = None
        try:
            async with asyncio.timeout(self._bounds.connect_seconds):
                for address, port in await self._forwarder.places(door):
                    far = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
                    far.settimeout(0)
                    try:
                        await loop.sock_connect(far, (address, port))
                    except BaseException as error:
                        far.close()
                        if not isinstance(error, OSError):
                            raise
                        last = error
                    else:
                        return far
        except TimeoutError:
            raise RefusedError(f"there was no answer in {self._bounds.connect_seconds:g} seconds") from None
        raise RefusedError("its name leads nowhere" if last is None else os.strerror(last.errno or errno.EIO))

    async def _relay(self, near: socket.socket, far: socket.socket) -> None:
        """Bytes both ways until both sides have ended, or nothing moves any more."""
        seconds = self._bounds.idle_seconds
        now = asyncio.get_running_loop().time

        def moved(*, ended: bool = False) -> None:
            nonlocal seconds
            seconds = self._bounds.ended_seconds if ended else seconds
            patience.reschedule(now() + seconds)

        async with asyncio.timeout(seconds) as patience, asyncio.TaskGroup() as both:
            for source, target in ((near, far), (far, near)):
                both.create_task(self._pump(source, target, moved))

    async def _pump(self, source: socket.socket, target: socket.socket, moved: Callable[..., None]) -> None:
        loop = asyncio.get_running_loop()
        while data := await loop.sock_recv(source, _BLOCK):
            try:
                self._spend(len(data))
            except RefusedError as refused:
                self._note(f"a connection was ended: {refused}")
                raise
            moved()
            await loop.sock_sendall(target, data)
        moved(ended=True)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def _spend(self, count: int) -> None:
        """Count bytes against the hour. Raises RefusedError when it has had all that it may have."""
        now = asyncio.get_running_loop().time()
        if now - self._hour > _HOUR:
            self._hour, self._moved = now, 0
        self._moved += count
        if self._moved > self._bounds.bytes_an_hour:
            raise RefusedError(f"more than {self._bounds.bytes_an_hour >> 20} MiB were moved within an hour")


class Forwarder:
    """One thread that serves the gates of a pool; it starts with the first of them."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._resolvers = ThreadPoolExecutor(_RESOLVERS, thread_name_prefix="resolve")
        self._gates: set[Gate] = set()

    def open(self, network: Network, listeners: Sequence[socket.socket]) -> Gate:
        """Serve the listeners, one for each of the network's doors."""

        async def made() -> Gate:
            return Gate(network, listeners, self, self._bounds)

        with self._lock:
            if self._loop is None:
                self._loop = asyncio.SelectorEventLoop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="forwarder", daemon=True)
                self._thread.start()
            gate = asyncio.run_coroutine_threadsafe(made(), self._loop).result(_CLOSE_SECONDS)
            self._gates.add(gate)
        return gate

    def shut(self, gate: Gate) -> None:
        """End a gate, if it has not ended."""
        with self._lock:
            if gate in self._gates and self._loop is not None:
                self._gates.discard(gate)
                asyncio.run_coroutine_threadsafe(gate.shut(), self._loop).result(_CLOSE_SECONDS)

    async def places(self, door: Door) -> list[tuple[str, int]]:
        """Where a door leads. Raises RefusedError for a place that nobody from a jail may reach.

        The addresses are checked and used as they are: the name is not asked for again.
        """
        if door.mapped is not None:
            return [door.mapped]
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._resolvers, resolved, door)
        except (OSError, UnicodeError) as error:
            raise RefusedError(f"its name is not known ({getattr(error, 'strerror', None) or error})") from None

    def close(self) -> None:
        """End all gates and the thread."""
        for gate in tuple(self._gates):
            self.shut(gate)
        self._resolvers.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            if self._loop is not None and self._thread is not None:
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._thread.join()
                self._loop.close()
                self._loop = None


def resolved(door: Door) -> list[tuple[str, int]]:
    """The addresses of a door's name. Raises RefusedError when one is not of the public network, and OSError."""
    found = socket.getaddrinfo(door.host, door.port, type=socket.SOCK_STREAM)
    places = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in places:
        if not addresses.is_public(address):
            raise RefusedError(f"its address {address} is private or a metadata address")
        if addresses.is_own(address):
            raise RefusedError(f"its address {address} is this machine's own")
    return [(address, door.port) for address in places[:_MOST_ADDRESSES]]


def _reset(link: socket.socket) -> None:
    """Let the other side see at once that nothing comes."""
    with contextlib.suppress(OSError):
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE_A_RESET)
