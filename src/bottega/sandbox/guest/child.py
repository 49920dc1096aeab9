"""A child of the zygote: confine, wait for a job, run it, reply, end; or serve the calls of a published service."""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import socket
import sys
from typing import Any

from . import old, pages, printed, script, service
from .confine import Folders, confine, limit
from .results import encoded

_SOCKET = 100
_LONGEST_REQUEST = 1 << 16
_MOST_DESCRIPTORS = 253  # the kernel takes no more in one message


def main(link: socket.socket, config: dict[str, Any], outer_uid: int, outer_gid: int) -> None:
    """Never returns."""
    status = 1
    try:
        os.dup2(link.fileno(), _SOCKET)
        link.detach()
        _close_inherited()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        folders = confine(config, outer_uid, outer_gid, lambda folders, calls: _start_old(config, folders, calls))
        _set_environment(folders, config["environment"])
        link_into(folders.home, config["home_links"])
        status = _serve(socket.socket(fileno=_SOCKET), folders, guest(config), pages.Ahead(config.get("pages", ())))
    except BaseException as error:  # noqa: BLE001 - the host learns of it by the exit, and what by this line
        _report(error)
    finally:
        os._exit(status)


def _start_old(config: dict[str, Any], folders: Folders, calls: bytes | None) -> None:
    """Where the script's Python is too old for this code, start that one beside it."""
    if config.get("old") is not None:
        guest(config).start(config["old"], folders, _SOCKET, calls)


def _close_inherited() -> None:
    """Nothing of the zygote's survives: not its control socket, nor its other children's."""
    null = os.open("/dev/null", os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(3, _SOCKET)
    os.closerange(_SOCKET + 1, 65536)


def _set_environment(folders: Folders, constants: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(constants, HOME=folders.home, TMPDIR=folders.temporary, MPLCONFIGDIR=folders.home)


def link_into(folder: str, paths: list[str]) -> None:
    """Make read-only files of the environment, such as matplotlib's font list, findable in a home."""
    for path in paths:
        os.symlink(path, os.path.join(folder, os.path.basename(path)))


def _report(error: BaseException) -> None:
    """Tell the host why this child is of no use, if it still listens."""
    try:
        os.write(_SOCKET, json.dumps({"broken": f"{type(error).__name__}: {error}"[:2000]}).encode())
    except OSError:
        pass


def guest(config: dict[str, Any]) -> Any:
    """What runs around the job: the guest of scripts, or a module that the host names."""
    if config["guest"] is not None:
        return sys.modules[config["guest"]]
    return script if config.get("old") is None else old.guest()


def _serve(link: socket.socket, folders: Folders, runner: Any, ahead: pages.Ahead) -> int:
    printed.prepare()
    faulthandler.enable(2, all_threads=False)
    link.send(b'{"ready": true}')
    ahead.take(link)
    data, descriptors, _, _ = socket.recv_fds(link, _LONGEST_REQUEST, _MOST_DESCRIPTORS)
    if not data:  # the host needs no more children
        return 0
    request = json.loads(data)
    names: list[str] = request["descriptors"]
    given = dict(zip(names, descriptors))
    printed.redirect(given.pop("log"))
    limit(request["limits"])
    if "reuse" in request:
        service.serve(link, request, given, folders, runner, ahead)
        return 0
    reply = runner.run(request, given, folders)
    link.send(encoded(reply))
    # The host ends this process when it has read the reply, or the result was sealed.
    return 0
