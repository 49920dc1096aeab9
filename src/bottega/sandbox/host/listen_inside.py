"""Run by the host: enter the network namespace of a jail, open listeners there, hand them over, end.

A program of its own, for only a process with one thread can enter a user namespace:
`python -I -S listen_inside.py CONTROL NAMESPACE UID GID ADDRESS:PORT…`. It becomes the
jail's user (UID -1: it is that already), for whom the namespace is its own, and so may
listen on low ports in it. Nothing of the jail has run yet, and what runs in it later
sees neither this process nor the listeners.
"""

import ctypes
import fcntl
import os
import socket
import sys

_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_OWNER_OF, _KIND_OF = 0xB701, 0xB703
_BACKLOG = 16

_libc = ctypes.CDLL(None, use_errno=True)


def _enter(descriptor: int, kind: int) -> None:
    if _libc.setns(descriptor, kind):
        number = ctypes.get_errno()
        raise OSError(number, f"setns: {os.strerror(number)}")


def _listener(place: str) -> int:
    address, _, port = place.rpartition(":")
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind((address, int(port)))
    listener.listen(_BACKLOG)
    return listener.detach()


def main() -> None:
    """Send the listeners, in their order."""
    control, namespace, uid, gid = (int(argument) for argument in sys.argv[1:5])
    if fcntl.ioctl(namespace, _KIND_OF) != _NEWNET:
        raise OSError("this is no network namespace")
    if os.fstat(namespace).st_ino == os.stat("/proc/self/ns/net").st_ino:
        raise OSError("the jail shares the network of the host")
    if uid >= 0:
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
    _enter(fcntl.ioctl(namespace, _OWNER_OF), _NEWUSER)
    _enter(namespace, _NEWNET)
    listeners = [_listener(place) for place in sys.argv[5:]]
    socket.send_fds(socket.socket(fileno=control), [b"listening"], listeners)


main()
