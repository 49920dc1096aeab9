"""The listeners of a jail's network namespace, held by the host."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bottega.errors import BottegaError
from bottega.sandbox.host import launch
from bottega.sandbox.host.network import Door

_PROGRAM = Path(__file__).with_name("listen_inside.py")
_SECONDS = 30


def listen(namespace: int, doors: Sequence[Door]) -> list[socket.socket]:
    """Listen at each door inside a network namespace; the sockets in the doors' order.

    namespace  its descriptor. Raises `sandbox-unavailable` where that cannot be done.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    uid, gid = launch.jail_user() or (-1, -1)
    python = getattr(sys, "_base_executable", sys.executable)
    places = [f"{door.inside}:{door.port}" for door in doors]
    command = [python, "-I", "-S", str(_PROGRAM), *map(str, (theirs.fileno(), namespace, uid, gid)), *places]
    with ours:
        try:
            with theirs:
                ended = subprocess.run(  # noqa: S603
                    command, pass_fds=(theirs.fileno(), namespace), env={}, cwd="/", timeout=_SECONDS,
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
                )  # fmt: skip
        except (OSError, subprocess.SubprocessError) as error:
            raise _unavailable(str(error)) from error
        data, descriptors, _, _ = socket.recv_fds(ours, 100, len(places))
    if ended.returncode or not data or len(descriptors) != len(places):
        for descriptor in descriptors:
            os.close(descriptor)
        raise _unavailable(ended.stderr.decode("utf-8", "replace").strip()[-500:] or "nobody listens in it")
    return [socket.socket(fileno=descriptor) for descriptor in descriptors]


def _unavailable(reason: str) -> BottegaError:
    reason = f"the jail's network cannot be set up: {reason}"
    return BottegaError("sandbox-unavailable", reason=reason, advice="Run: bottega doctor")
