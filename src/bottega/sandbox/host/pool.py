"""Warm jails, kept ready: a task goes in, an outcome comes out."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from bottega.errors import BottegaError
from bottega.sandbox.host import messages
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.network import NO_NETWORK, Network
from bottega.sandbox.host.task import Job, Outcome
from bottega.sandbox.host.zygote import Child, Zygote

if TYPE_CHECKING:
    from bottega.sandbox.host.forwarder import Forwarder

_NO_NAMESPACE = "a script that may reach a network needs a network namespace, which this machine does not give"
_READY_SECONDS = 60.0
_Key = tuple[str, tuple[str, ...], str | None, Network]


class Pool:
    """Zygotes by environment, preloaded modules, guest and network, each with spare children.

    Safe for use from several threads at once. Close it, or use it as a context.
    """

    def __init__(self, *, layer: Layer = Layer.NAMESPACES, spares: int = 2, most_zygotes: int = 4) -> None:
        """`spares` children wait ready in each zygote; with 0 they are made on demand, for a single task."""
        self.layer = layer
        self._spares = spares
        self._most_zygotes = most_zygotes
        self._lock = threading.Lock()
        self._nurseries: OrderedDict[_Key, Nursery] = OrderedDict()
        self._forwarder: Forwarder | None = None
        self._refills = ThreadPoolExecutor(max_workers=1, thread_name_prefix="refill")

    def prepare(
        self,
        environment: Environment,
        preload: tuple[str, ...] = (),
        limits: Limits | None = None,
        guest: str | None = None,
        network: Network = NO_NETWORK,
    ) -> None:
        """Start what a task of this kind will need; returns at once."""
        nursery = self._nursery(environment, preload, guest, network)
        nursery.stock((limits or Limits()).disk, max(1, self._spares))

    def ready(self, environment: Environment, preload: tuple[str, ...] = (), network: Network = NO_NETWORK) -> Zygote:
        """The zygote for this kind of task, once it can clone."""
        zygote = self._nursery(environment, preload, None, network).zygote
        zygote.ready()
        return zygote

    def hold(
        self, environment: Environment, preload: tuple[str, ...], guest: str | None, network: Network = NO_NETWORK
    ) -> Nursery:
        """The nursery of this kind, which stays until it is let go of, or its zygote dies."""
        return self._nursery(environment, preload, guest, network, use=True)

    def let_go(self, nursery: Nursery) -> None:
        """Undo `hold`."""
        with self._lock:
            nursery.users -= 1

    def run(self, task: Job, *, printed: Callable[[str], None] | None = None, cancel: int | None = None) -> Outcome:
        """Run a task in a fresh jail.

        printed  called with text as the script prints it
        cancel   a descriptor; when it becomes readable the run ends as canceled

        What the script does wrong is the outcome's `failure`. Raises
        `sandbox-unavailable` or `pool-lost` when there is no jail to run it in.
        """
        nursery = self._nursery(task.environment, task.preload, task.guest, task.network, use=True)
        # Late: what watches a run and checks its results loads while the zygote starts.
        from bottega.sandbox.host.run import Run

        try:
            child = nursery.take(task.limits.disk)
            refused = nursery.zygote.refusals()
            try:
                outcome = Run(child, task, plain=nursery.zygote.plain, layer=self.layer).run(printed, cancel)
                return replace(outcome, notes=(*outcome.notes, *refused()))
            finally:
                child.close()
                # Cloning just when a job starts would take the processor from it.
                if self._spares:
                    self._refills.submit(nursery.stock, task.limits.disk, self._spares)
        finally:
            self.let_go(nursery)

    def _nursery(
        self, environment: Environment, preload: tuple[str, ...], guest: str | None, network: Network, *,
        use: bool = False,
    ) -> Nursery:  # fmt: skip
        """The nursery of this kind; with `use` it is kept until its user is done with it."""
        if network and self.layer is not Layer.NAMESPACES:
            raise BottegaError("sandbox-unavailable", reason=_NO_NAMESPACE, advice="Run: bottega doctor")
        key = (environment.digest, preload, guest, network)
        with self._lock:
            nursery = self._nurseries.get(key)
            lost = [nursery] if nursery is not None and nursery.zygote.dead.is_set() else []
            if nursery is None or lost:
                zygote = Zygote(
                    environment, preload, self.layer, guest=guest, warm=self._spares > 0,
                    network=network, forwarder=self._way_out() if network else None,
                )  # fmt: skip
                nursery = self._nurseries[key] = Nursery(zygote)
            self._nurseries.move_to_end(key)
            nursery.users += use
            idle = [old for old, each in self._nurseries.items() if not each.users and old != key]
            surplus = [self._nurseries.pop(old) for old in idle[: max(0, len(self._nurseries) - self._most_zygotes)]]
        for each in (*lost, *surplus):
            each.close()
        return nursery

    def _way_out(self) -> Forwarder:
        """What all gates share; with the lock held."""
        if self._forwarder is None:
            from bottega.sandbox.host.forwarder import Forwarder

            self._forwarder = Forwarder()
        return self._forwarder

    def close(self) -> None:
        """End all jails."""
        self._refills.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            nurseries = list(self._nurseries.values())
            self._nurseries.clear()
        for nursery in nurseries:
            nursery.close()
        if self._forwarder is not None:
            self._forwarder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Nursery:
    """A zygote and its children that wait."""

    def __init__(self, zygote: Zygote) -> None:
        self.zygote = zygote
        self.users = 0  # of the pool, under its lock
        self._lock = threading.Lock()
        self._ordered: deque[tuple[int, int]] = deque()

    def stock(self, disk: int, count: int) -> None:
        """Order children until `count` wait that have this much disk."""
        with self._lock:
            waiting = sum(1 for _, size in self._ordered if size == disk)
            for _ in range(count - waiting):
                self._ordered.append((self.zygote.order(disk), disk))

    def take(self, disk: int) -> Child:
        """A child that is ready; a fresh one where none waits."""
        with self._lock:
            found = next((entry for entry in self._ordered if entry[1] == disk), None)
            if found is not None:
                self._ordered.remove(found)
        return self._ready(found[0] if found is not None else self.zygote.order(disk))

    def fresh(self, disk: int) -> Child:
        """A child that is made for the caller, and is ready; those that wait stay for others."""
        return self._ready(self.zygote.order(disk))

    def _ready(self, number: int) -> Child:
        child = self.zygote.collect(number)
        child.link.settimeout(_READY_SECONDS)
        try:
            message, _ = messages.receive(child.link)
        except OSError:
            message = None
        child.link.settimeout(None)
        if message is None or not message.get("ready"):
            child.close()
            reason = messages.text(message or {}, "broken") or "a job's process ended before its job came"
            raise BottegaError("sandbox-unavailable", reason=reason, advice="Run: bottega doctor")
        if self.zygote.environment.is_old:
            child.take_in()
        return child

    def close(self) -> None:
        """End them all."""
        self.zygote.close()
