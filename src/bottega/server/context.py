"""What the handlers of a server share."""

from __future__ import annotations

import re
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, Self, cast

from starlette.requests import Request

from bottega.engine.own_shelf import Shelf
from bottega.sandbox.host.pool import Pool
from bottega.sdk import catalogue
from bottega.server.jobs import runner
from bottega.server.keys import Keys
from bottega.server.logins import Logins
from bottega.server.metrics import Metrics
from bottega.server.options import Options
from bottega.server.previews import Previews
from bottega.server.runs import RunManager
from bottega.server.sessions import Sessions
from bottega.server.signing import Signer
from bottega.store.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bottega.services.hosting import Hosting

_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


class Jobs(Protocol):
    """Batch jobs of web services, as their routes use them."""

    def create(self, endpoint: str, body: bytes) -> str:
        """A new job that is not started; its id."""

    def keep_input(self, file: BinaryIO) -> str:
        """Store a file that jobs may read; its digest."""

    def start(self, job: str) -> None:
        """Let it run when its turn comes."""

    def status(self, job: str, link: Callable[[str, str], tuple[str, str, str]]) -> Mapping[str, Any]:
        """What classic's clients poll; `link` makes the three parts of a stored file's address, by digest and name."""

    def cancel(self, job: str) -> None:
        """End it, at once where it runs here."""

    def delete(self, job: str) -> None:
        """End it; forget one that has ended."""

    def close(self) -> None:
        """Run no more; what was not done is done another time."""


@dataclass(frozen=True)
class Context:
    """One workspace being served.

    shelf  the modules that the workspace has of its own
    ready  set as soon as the jails are warm, so that a first request is as fast as any
    """

    workspace: Workspace
    pool: Pool
    hosting: Hosting
    runs: RunManager
    signer: Signer
    options: Options
    keys: Keys
    jobs: Jobs
    sessions: Sessions
    shelf: Shelf
    logins: Logins = field(default_factory=Logins)
    metrics: Metrics = field(default_factory=Metrics)
    previews: Previews = field(default_factory=Previews)
    ready: threading.Event = field(default_factory=threading.Event)
    _ends: ExitStack = field(default_factory=ExitStack)

    @classmethod
    def of(cls, workspace: Workspace, pool: Pool, options: Options) -> Self:
        """Everything around a workspace and jails that are there; `close` ends what this began, not those two."""
        from bottega.services.hosting import Hosting  # late: it takes the sandbox in

        runs = RunManager(workspace, pool, at_once=options.runs_at_once)
        signer, keys = Signer(workspace.vault), Keys(workspace.services)
        hosting = Hosting(workspace, pool)
        jobs = runner(workspace, hosting, pool, signer, options)
        sessions = Sessions(workspace.vault, workspace.tokens)
        shelf = Shelf(workspace)
        made = cls(workspace, pool, hosting, runs, signer, options, keys, jobs, sessions, shelf)
        catalogue.put_up(shelf)
        made.metrics.watch("runs_active", "Runs of experiments that wait or go on", lambda: runs.active)
        made.metrics.watch_each("jobs", "Batch jobs", "status", workspace.jobs.counts)
        made.metrics.watch_each("jail", "The jail that scripts run in", "layer", lambda: {pool.layer.value: 1})
        made.metrics.watch("ready", "1 when the jails are warm", made.ready.is_set)
        jobs.begin()
        return made

    def when_closed(self, end: Callable[[], None]) -> None:
        """Let something that a route file began for itself end with the server; the last begun ends first."""
        self._ends.callback(end)

    def close(self) -> None:
        """End runs and jobs, and let web services finish their calls."""
        self.ready.clear()
        self._ends.close()
        self.jobs.close()
        self.runs.close()
        self.hosting.close()
        catalogue.take_down(self.shelf)


def context_of(request: Request) -> Context:
    """The context of the server that got a request."""
    return cast("Context", request.app.state.context)


def base_url(request: Request) -> str:
    """Where clients reach this server, without a slash at its end: as set, else as this request's client does."""
    options = context_of(request).options
    if options.public_url is not None:
        return options.public_url
    host = request.headers.get("host", "")
    scheme = "https" if request.url.scheme in {"https", "wss"} else "http"
    return f"{scheme}://{host if _HOST.fullmatch(host) else options.address}"
