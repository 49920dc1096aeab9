"""The jails of a run: opened when the first step needs one, so that a run of stored results needs none."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from bottega.engine import environment_of
from bottega.engine.environment_of import Choice
from bottega.errors import BottegaError
from bottega.sandbox.host import assurance
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.network import NO_NETWORK, Network
from bottega.sandbox.host.pool import Pool

_SPARES = 2
# A warm process for each kind of script, up to so many for an environment.
_MOST_KINDS = 2
_MOST_ZYGOTES = 12


class Jails:
    """A pool and the environments in use. Safe for use from several threads."""

    def __init__(
        self, pool: Pool | None = None, tell: Callable[[str], None] = lambda _: None, cancel: int | None = None
    ) -> None:
        """Use a pool that is there, or open one of one's own at need; `tell` hears what takes time.

        cancel  a descriptor; when it becomes readable no environment is built further
        """
        self._given = pool
        self._own: Pool | None = None
        self._tell = tell
        self._cancel = cancel
        self._lock = threading.Lock()
        self._environments: dict[str, Environment | BottegaError] = {}
        self._shared: dict[str, tuple[str, ...]] = {}

    def environment(self, choice: Choice | str, node: str = "") -> Environment:
        """The environment that is meant; what Bottega ships, and what scripts ask for themselves, is built at need.

        node  for whom, as those read it who follow the run
        Raises `environment-unknown` and as `environment_of.ensure` does; for the same one each time the same, without
        trying anew.
        """
        choice = Choice(choice) if isinstance(choice, str) else choice
        with self._lock:
            found = self._environments.get(choice.name)
            if found is None:
                found = self._environments[choice.name] = self._ensure(choice, node)
        if isinstance(found, BottegaError):
            raise found
        return found

    def _ensure(self, choice: Choice, node: str) -> Environment | BottegaError:
        about = f"environment {choice.name} of {node}: " if node else f"environment {choice.name}: "
        with _event_of(self._cancel) as canceled:
            try:
                return environment_of.ensure(choice, lambda text: self._tell(about + text), canceled)
            except BottegaError as error:
                return error

    def pool(self, environment: Environment, preload: tuple[str, ...]) -> Pool:
        """The pool; the first time, a jail of this kind proves itself. Raises `sandbox-unavailable`."""
        if self._given is not None:
            return self._given
        with self._lock:
            if self._own is None:
                self._own = assurance.open_pool(environment, preload, spares=_SPARES, most_zygotes=_MOST_ZYGOTES)
            return self._own

    def prepare(
        self, environment: Environment, preload: tuple[str, ...], limits: Limits, guest: str | None,
        network: Network = NO_NETWORK,
    ) -> None:  # fmt: skip
        """Start what steps of this kind will need."""
        self.pool(environment, preload).prepare(environment, preload, limits, guest, network)

    def share(self, kinds: Mapping[str, set[tuple[str, ...]]]) -> None:
        """Let scripts that import many different things share one warm process, which imports them all.

        kinds  by the digest of an environment
        """
        for environment, preloads in kinds.items():
            if len(preloads) > _MOST_KINDS:
                self._shared[environment] = tuple(dict.fromkeys(name for each in sorted(preloads) for name in each))

    def shared_preload(self, environment: Environment, own: tuple[str, ...]) -> tuple[str, ...]:
        """What the warm process of a script imports that by itself would want `own`."""
        return self._shared.get(environment.digest, own)

    def is_plain(self, environment: Environment, preload: tuple[str, ...], network: Network = NO_NETWORK) -> bool:
        """Whether the environment has no pyarrow; asks a zygote only where that can be."""
        if "pyarrow" in environment.modules:
            return False
        return self.pool(environment, preload).ready(environment, preload, network).plain

    def close(self) -> None:
        """End the pool, if it was opened here."""
        if self._own is not None:
            self._own.close()
            self._own = None


@contextmanager
def _event_of(descriptor: int | None) -> Iterator[threading.Event]:
    """An event that is set as soon as a descriptor becomes readable."""
    event = threading.Event()
    if descriptor is None:
        yield event
        return
    over = os.eventfd(0, os.EFD_CLOEXEC)

    def watch() -> None:
        poll = select.poll()
        for each in (descriptor, over):
            poll.register(each, select.POLLIN)
        if any(ready == descriptor for ready, _ in poll.poll()):
            event.set()

    watcher = threading.Thread(target=watch, name="cancel", daemon=True)
    watcher.start()
    try:
        yield event
    finally:
        os.eventfd_write(over, 1)
        watcher.join()
        os.close(over)
