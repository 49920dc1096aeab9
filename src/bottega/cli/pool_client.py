"""Running a script in the warm pool of this user, if there is one."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from typing import Any

from bottega import __version__
from bottega.cli import pool_address
from bottega.cli.terminal import Progress
from bottega.engine.request import ScriptRequest
from bottega.errors import BottegaError


def run(request: ScriptRequest, progress: Progress) -> dict[str, Any] | None:
    """The report of a run in the pool; None where there is no pool that can do it.

    The pool opens the files itself, so pipes and the like, which only this process has,
    are no case for it. A pool that ends before the script has printed anything is none
    either: what a script leaves is written whole at its end, so it can be run again.
    """
    if any(_is_special(path) for path in (request.script, request.dataset1, request.dataset2, request.bundle)):
        return None
    link = pool_address.connect()
    if link is None:
        return None
    printed = False
    with link, link.makefile("rw", encoding="utf-8") as stream:
        for message in _messages(stream, request):
            if "printed" in message:
                printed = True
                progress.printed(message["printed"])
            elif "phase" in message:
                progress.phase(message["phase"])
            elif "report" in message:
                return dict(message["report"])
            elif "error" in message:
                raise BottegaError(message["error"]["code"], **message["error"]["facts"])
            elif "declined" in message:
                return None
    if printed:
        raise BottegaError("pool-lost", reason="the pool ended during the run; see `bottega pool status`")
    return None


def _messages(stream: Any, request: ScriptRequest) -> Iterator[dict[str, Any]]:
    """Ask for a run and yield what the pool says, until it ends."""
    try:
        stream.write(json.dumps({"version": __version__, "run": request.as_json()}) + "\n")
        stream.flush()
        for line in stream:
            yield json.loads(line)
    except OSError:
        return


def ask(question: str) -> dict[str, Any] | None:
    """The pool's answer to "status" or "stop"; None where there is no pool."""
    link = pool_address.connect()
    if link is None:
        return None
    with link, link.makefile("rw", encoding="utf-8") as stream:
        stream.write(json.dumps({"version": __version__, "ask": question}) + "\n")
        stream.flush()
        line = stream.readline()
    return dict(json.loads(line)) if line else {}


def _is_special(path: str | None) -> bool:
    if path is None:
        return False
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False  # the error is told in the same way by the pool
