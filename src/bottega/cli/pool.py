"""`bottega pool start|status|stop`: jails kept warm for this user."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence

from bottega.cli import exits, pool_client

_IDLE_SECONDS = 900.0


def main(arguments: Sequence[str]) -> int:
    """Start, ask or stop the pool."""
    parser = argparse.ArgumentParser(
        prog="bottega pool", description="Keep warm jails ready; `bottega script` finds and uses them."
    )
    parser.add_argument("action", choices=("start", "status", "stop"))
    parser.add_argument("--idle", type=float, default=_IDLE_SECONDS, metavar="S",
                        help=f"end by itself after so many seconds without a run (default {_IDLE_SECONDS:.0f})")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    options = parser.parse_args(arguments)
    if options.action == "start":
        return _start(options.idle, as_json=options.json)
    facts = pool_client.ask(options.action)
    if options.json:
        print(json.dumps({"running": facts is not None, **(facts or {})}))
    elif facts is None:
        print("no pool is running")
    else:
        done = "stopping" if options.action == "stop" else "running"
        print(f"pool {done}: process {facts['pid']}, jail {facts['jail']}, {facts['runs']} runs so far")
    return exits.OK


def _start(idle: float, *, as_json: bool) -> int:
    facts = pool_client.ask("status")
    problem = ""
    if not facts:
        problem = _spawn(idle)
        facts = pool_client.ask("status")
    if as_json:
        print(json.dumps({"running": bool(facts), **(facts or {}), **({"error": problem} if problem else {})}))
    elif facts:
        print(
            f"pool running: process {facts['pid']}, jail {facts['jail']}; ends after {facts['idle_seconds']:.0f} s without a run"
        )
    else:
        print(f"bottega pool: {problem or 'the pool did not start'}", file=sys.stderr)
    return exits.OK if facts else exits.NO_SANDBOX


def _spawn(idle: float) -> str:
    """Start the server on its own and wait until it listens; what is wrong, or nothing."""
    output, input_ = os.pipe()
    with os.fdopen(output) as told:
        subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "bottega.cli.pool_server", str(idle), str(input_)],
            pass_fds=(input_,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )
        os.close(input_)
        return told.read()
