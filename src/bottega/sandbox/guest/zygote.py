"""The warm process that every job of an environment is cloned from.

It imports the environment's packages once, then only clones and reaps. It speaks with
the host alone, and no byte of a user's reaches it. It has one thread, for a clone has
only the thread that made it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import socket
import sys
import tempfile
import time
from typing import Any

from . import child, figures, linux, pages
from .confine import CLONE_FLAGS
from .descriptors import read_all

_LONGEST_MESSAGE = 1 << 16


def main(control: int) -> None:
    """Serve the host on a SEQPACKET socket until it closes it."""
    started = time.monotonic()
    gc.disable()  # imports make much that stays, and collecting in between finds nothing
    link = socket.socket(fileno=control)
    config = _receive_config(link)
    child.link_into(os.environ["HOME"], config["home_links"])
    if sys.version_info >= (3, 14):
        # Its default would start a server that listens on a socket, which no jail may.
        import multiprocessing

        multiprocessing.set_start_method("fork")
    if config["guest"] is None:
        figures.install()
    else:
        sys.path.insert(0, config["modules"])
        importlib.import_module(config["guest"])
    missing = _preload(config["preload"])
    config["filter"] = _receive_filter(link)
    config["plain"] = config["plain"] or not _has_pyarrow()
    if config["warm"]:
        _warm_up(config)
        gc.collect()
    # What is here now stays: no collection in a child shall touch, and so copy, all of it.
    gc.freeze()
    gc.enable()
    if config["warm"]:
        config["pages"] = pages.scouted(lambda: _warm_up(config))
    ready = {
        "ready": True,
        "threads": len(os.listdir("/proc/self/task")),
        "plain": config["plain"],
        "missing": missing,
        "seconds": time.monotonic() - started,
        "python": sys.version.split()[0],
        "landlock": linux.landlock_abi(),
    }
    _tell_ready(link, ready, network=bool(config["ports"]))
    _Zygote(link, config).serve()


def _warm_up(config: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        child.guest(config).warm_up(config["plain"], folder)


def _receive_config(link: socket.socket) -> dict[str, Any]:
    data = link.recv(_LONGEST_MESSAGE)
    if not data:
        os._exit(0)
    config: dict[str, Any] = json.loads(data)
    return config


def _receive_filter(link: socket.socket) -> bytes:
    """The compiled call filter; it comes second, for the host makes it while imports run here."""
    data, descriptors, _, _ = socket.recv_fds(link, _LONGEST_MESSAGE, 1)
    if not data:
        os._exit(0)
    return read_all(descriptors[0])


def _tell_ready(link: socket.socket, ready: dict[str, Any], network: bool) -> None:
    """Tell the host; where there is a way out, it makes that in the network namespace that it gets with this."""
    namespaces = [os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)] if network else []
    socket.send_fds(link, [json.dumps(ready).encode()], namespaces)
    for namespace in namespaces:
        os.close(namespace)


def _preload(names: list[str]) -> list[str]:
    """Import the modules named; those that cannot be."""
    missing = []
    for name in names:
        try:
            importlib.import_module(name)
        except Exception:  # noqa: BLE001 - a broken package is the script's to meet, if it imports it
            missing.append(name)
    return missing


def _has_pyarrow() -> bool:
    try:
        import pyarrow  # noqa: F401, ICN001
    except ImportError:
        return False
    return True


class _Zygote:
    """Clones on request, reaps, tells the host of both."""

    def __init__(self, link: socket.socket, config: dict[str, Any]) -> None:
        self._link = link
        self._config = config
        self._identity = (os.getuid(), os.getgid())
        self._poll = select.poll()
        self._poll.register(link, select.POLLIN)
        self._children: dict[int, tuple[int, int]] = {}

    def serve(self) -> None:
        while True:
            for descriptor, _ in self._poll.poll():
                if descriptor == self._link.fileno():
                    self._clone()
                else:
                    self._reap(descriptor)

    def _clone(self) -> None:
        data = self._link.recv(_LONGEST_MESSAGE)
        if not data:  # the host is gone: end, and take the children along
            os._exit(0)
        request = json.loads(data)
        config = dict(self._config, **request["config"])
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            pid = linux.clone(CLONE_FLAGS[config["layer"]])
        except OSError as error:
            self._tell({"failed": request["spawn"], "reason": str(error)})
            ours.close()
            theirs.close()
            return
        if pid == 0:
            child.main(theirs, config, *self._identity)
        theirs.close()
        handle = os.pidfd_open(pid)
        self._children[handle] = (pid, request["spawn"])
        self._poll.register(handle, select.POLLIN)
        self._tell({"spawned": request["spawn"]}, [ours.fileno(), handle])
        ours.close()

    def _reap(self, handle: int) -> None:
        pid, number = self._children.pop(handle)
        self._poll.unregister(handle)
        os.close(handle)
        _, status, usage = os.wait4(pid, 0)
        self._tell(
            {
                "exited": number,
                "status": os.waitstatus_to_exitcode(status),
                "cpu_seconds": usage.ru_utime + usage.ru_stime,
            }
        )

    def _tell(self, message: dict[str, Any], descriptors: list[int] | None = None) -> None:
        try:
            socket.send_fds(self._link, [json.dumps(message).encode()], descriptors or [])
        except OSError:  # the host is gone
            os._exit(0)
