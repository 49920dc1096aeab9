"""The host's side of one zygote: its process, its children, its end."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottega.errors import BottegaError
from bottega.sandbox.host import cgroup, launch, messages, removal, usage
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.network import NO_NETWORK, Network

if TYPE_CHECKING:
    from bottega.sandbox.host.forwarder import Forwarder, Gate

_START_SECONDS = 120.0
_SPAWN_SECONDS = 30.0
_LISTENER_SECONDS = 5.0
_LONGEST_COMPLAINT = 4000
# What our own code uses of its Python where scripts have another.
_OLD_NAMES = ("bottega_guest.compatibility.of_numpy", "bottega_guest.compatibility.of_pandas")
_FOR_OLD = ("numpy", "pandas", "pyarrow")


@dataclass(frozen=True)
class Exit:
    """How a child ended: its exit code, or minus the signal; and what it used."""

    status: int
    cpu_seconds: float


@dataclass
class Child:
    """A confined process that waits for one job."""

    number: int
    link: socket.socket
    handle: int
    disk: int
    folder: Path | None
    group: cgroup.Group | None
    exited: threading.Event
    exit: Exit | None = None

    def take_in(self) -> None:
        """Put into its control group what it has started itself before its job comes."""
        process = usage.process_id(self.handle)
        if self.group is not None and process is not None:
            self.group.take(usage.family(process))

    def kill(self) -> None:
        """End it and, being the first of its process namespace, all that it started."""
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)

    def close(self) -> None:
        """Kill it and let go of it."""
        self.kill()
        self.link.close()
        if self.handle >= 0:
            os.close(self.handle)
            self.handle = -1


class Zygote:
    """A warm process of one environment, with some modules imported, that jobs are cloned from."""

    def __init__(
        self, environment: Environment, preload: tuple[str, ...], layer: Layer, *, guest: str | None = None, warm: bool,
        network: Network = NO_NETWORK, forwarder: Forwarder | None = None,
    ) -> None:  # fmt: skip
        """Start it; `ready` waits until it can clone.

        guest: what runs around its jobs, None for the guest of scripts.
        warm: run what every job runs once, in the zygote and in each child; worth it
        where more than one job will come.
        network: what its jobs may reach, by way of the forwarder.
        """
        self.environment = environment
        self.layer = layer
        self.gate: Gate | None = None
        self._network = network
        self._forwarder = forwarder
        self._fault = ""
        self.plain = False
        self.facts: Mapping[str, Any] = {}
        self._lock = threading.Lock()
        self._numbers = 0
        self._arrivals: dict[int, queue.SimpleQueue[Child | str]] = {}
        self._children: dict[int, Child] = {}
        self._disks: dict[int, int] = {}
        self._ready = threading.Event()
        self.dead = threading.Event()
        self._work = _work_folder() if layer is not Layer.NAMESPACES else None
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `close`
        self._process, self._link = self._start(preload, guest, warm=warm)
        self._listener = threading.Thread(target=self._listen, name="zygote", daemon=True)
        self._listener.start()

    def _start(
        self, preload: tuple[str, ...], guest: str | None, *, warm: bool
    ) -> tuple[subprocess.Popen[bytes], socket.socket]:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        started = launch.command(
            self.environment, self.layer, theirs.fileno(), self._work, modules=guest is not None, network=self._network
        )
        try:
            # The jail ends with the *thread* that started it, so a thread that stays starts them all.
            process = (
                _starter()
                .submit(
                    subprocess.Popen[bytes],
                    started.command,
                    env=started.variables,
                    pass_fds=(theirs.fileno(), *started.descriptors),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=self._complaints,
                    cwd="/",
                    start_new_session=True,
                )
                .result()
            )
        except OSError as error:
            ours.close()
            raise BottegaError("sandbox-unavailable", reason=str(error), advice="Run: bottega doctor") from error
        finally:
            theirs.close()
            for descriptor in started.descriptors:
                os.close(descriptor)
        self._send_config(ours, preload, guest, warm=warm)
        return process, ours

    def _send_config(self, link: socket.socket, preload: tuple[str, ...], guest: str | None, *, warm: bool) -> None:
        seen = launch.seen_folder(self.environment, self.layer)
        fonts = sorted(
            f"{seen}/matplotlib/{path.name}" for path in (self.environment.folder / "matplotlib").glob("*.json")
        )
        own = launch.carrier(self.environment)
        config = {
            "layer": self.layer.value,
            "preload": [
                *(preload if own is self.environment else _FOR_OLD),
                *(_OLD_NAMES if self._restores(guest) else ()),
            ],
            "old": launch.old(self.environment, self.layer, preload),
            "guest": guest,
            "modules": launch.seen_modules(self.environment, self.layer) if guest is not None else None,
            "warm": warm,
            "plain": False,
            "readable": launch.readable(self.environment, modules=guest is not None),
            "environment": launch.constants(own, self.layer, modules=guest is not None),
            "home_links": fonts,
            "ports": self._network.ports,
        }
        with contextlib.suppress(OSError):
            link.send(json.dumps(config).encode())
            with Memory.of("calls", _program(self.layer, network=bool(self._network))) as program:
                socket.send_fds(link, [b"filter"], [program.descriptor])

    def _restores(self, guest: str | None) -> bool:
        """Whether its scripts will want the names that libraries have removed."""
        return guest is None and self.environment.compatibility and launch.carrier(self.environment) is self.environment

    def ready(self) -> None:
        """Wait until it can clone. Raises `sandbox-unavailable` with what it complained of."""
        if not self._ready.wait(_START_SECONDS) or self.dead.is_set():
            self._process.kill()
            self._process.wait()
            reason = self._complaint()
            self.close()
            raise BottegaError("sandbox-unavailable", reason=reason, advice="Run: bottega doctor")

    def _complaint(self) -> str:
        if self._fault:
            return self._fault
        with contextlib.suppress(OSError, ValueError):
            self._complaints.seek(0)
            text = self._complaints.read(_LONGEST_COMPLAINT).decode("utf-8", "replace").strip()
            if text:
                return text
        return "the sandbox process ended without a word"

    def order(self, disk: int) -> int:
        """Ask for a child whose folder holds `disk` bytes; its number, for `collect`."""
        with self._lock:
            self._numbers += 1
            number = self._numbers
            self._arrivals[number] = queue.SimpleQueue()
            self._disks[number] = disk
        config: dict[str, Any] = {"disk": disk}
        if self._work is not None:
            config["folder"] = str(self._work / str(number))
        try:
            self._link.send(json.dumps({"spawn": number, "config": config}).encode())
        except OSError:
            self._arrivals[number].put("the sandbox process is gone")
        return number

    def collect(self, number: int) -> Child:
        """Wait for the child ordered. Raises `pool-lost` when it does not come."""
        self.ready()
        try:
            arrival = self._arrivals[number].get(timeout=_SPAWN_SECONDS)
        except queue.Empty:
            arrival = "no child came in time"
        self._arrivals.pop(number, None)
        if isinstance(arrival, str):
            raise BottegaError("pool-lost", reason=arrival)
        return arrival

    def _listen(self) -> None:
        """Take in what the zygote says until it is gone."""
        while True:
            try:
                message, descriptors = messages.receive(self._link, 2)
            except OSError:
                break
            if message is None:
                break
            self._take(message, descriptors)
        self.dead.set()
        self._ready.set()
        with self._lock:
            waiting, children = list(self._arrivals.values()), list(self._children.values())
        for arrival in waiting:
            arrival.put("the sandbox process is gone")
        for child in children:
            child.exited.set()
            if child.group is not None:
                child.group.remove()

    def _take(self, message: dict[str, Any], descriptors: list[int]) -> None:
        if "spawned" in message and len(descriptors) == 2:
            self._arrive(message["spawned"], descriptors)
        elif "exited" in message:
            child = self._children.pop(message["exited"], None)
            if child is not None:
                status = message["status"] if isinstance(message.get("status"), int) else -signal.SIGKILL
                child.exit = Exit(status, float(message.get("cpu_seconds", 0)))
                child.exited.set()
                self._clean(child)
        elif "failed" in message:
            arrival = self._arrivals.get(message["failed"])
            if arrival is not None:
                arrival.put(messages.text(message, "reason"))
        elif message.get("ready"):
            self.facts = message
            self.plain = bool(message.get("plain"))
            self._open_gate(descriptors)
            self._ready.set()

    def _open_gate(self, namespaces: list[int]) -> None:
        """Make the way out, where there is one, before any job comes; without it this is no jail for its jobs."""
        try:
            if self._network and self._forwarder is not None:
                from bottega.sandbox.host.listeners import listen

                if len(namespaces) != 1:
                    raise BottegaError("sandbox-unavailable", reason="the jail gave no network namespace")
                self.gate = self._forwarder.open(self._network, listen(namespaces[0], self._network.doors))
        except (BottegaError, OSError) as error:
            self._fault = str(error.facts.get("reason", error)) if isinstance(error, BottegaError) else str(error)
            self.dead.set()
        finally:
            for namespace in namespaces:
                os.close(namespace)

    def refusals(self) -> Callable[[], tuple[str, ...]]:
        """Tells, when called, which places its jobs could not reach from now on, and why."""
        gate = self.gate
        if gate is None:
            return tuple
        mark = gate.mark()
        return lambda: gate.since(mark)

    def _arrive(self, number: int, descriptors: list[int]) -> None:
        folder = self._work / str(number) if self._work is not None else None
        link = socket.socket(fileno=descriptors[0])
        process = usage.process_id(descriptors[1]) if self.layer is not Layer.NONE else None
        group = cgroup.join(process) if process is not None else None
        child = Child(number, link, descriptors[1], self._disks.pop(number, 0), folder, group, threading.Event())
        self._children[number] = child
        arrival = self._arrivals.get(number)
        if arrival is None:
            child.close()
        else:
            arrival.put(child)

    def _clean(self, child: Child) -> None:
        if child.group is not None:
            child.group.remove()
        if child.folder is not None:
            # A script may leave a million files; the other jobs do not wait for that.
            threading.Thread(target=removal.remove, args=(str(child.folder),), name="removal", daemon=True).start()

    def close(self) -> None:
        """End it with all its children."""
        self.dead.set()
        with contextlib.suppress(OSError):
            self._link.shutdown(socket.SHUT_RDWR)
        self._process.kill()
        self._process.wait()
        if threading.current_thread() is not self._listener:
            self._listener.join(_LISTENER_SECONDS)
        if self.gate is not None:
            self.gate.close()
        for arrival in list(self._arrivals.values()):
            with contextlib.suppress(queue.Empty):
                while True:
                    nobodys = arrival.get_nowait()
                    if isinstance(nobodys, Child):
                        nobodys.close()
        self._link.close()
        self._complaints.close()
        if self._work is not None:
            removal.remove(str(self._work))

    @property
    def process_id(self) -> int:
        """Of the outermost process."""
        return self._process.pid


@cache
def _program(layer: Layer, *, network: bool) -> bytes:
    # Imported late: finding libseccomp takes longer than starting the zygote's process.
    from bottega.sandbox.host import calls

    return calls.program(new_processes=layer is Layer.NAMESPACES, network=network)


@cache
def _starter() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="zygote-starter")


def _work_folder() -> Path:
    for old in Path(tempfile.gettempdir()).glob("bottega-jobs-*"):
        # Left by a process that was killed before it could clean up.
        owner = old.name.split("-")[2]
        if owner.isdigit() and not Path("/proc", owner).exists():
            removal.remove(str(old))
    folder = Path(tempfile.mkdtemp(prefix=f"bottega-jobs-{os.getpid()}-"))
    user = launch.jail_user()
    if user is not None:
        os.chown(folder, *user)
    return folder
