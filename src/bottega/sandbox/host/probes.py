"""Attacks that every jail must withstand: run inside one, as a script, before it is trusted.

Not imported by the host: its text is the script of the boot self-test. Each probe tries
one thing and prints `blocked NAME` or `OPEN NAME detail`. The full set of attacks, with
those that take long, is `tests/attack`.
"""

import ctypes
import os
import signal
import socket
import sys


def _file(path):
    with open(path, "rb") as file:
        return file.read(1)


def _passwd():
    text = open("/etc/passwd").read()
    if "root" in text:
        return text
    raise PermissionError


def _folder(path):
    names = os.listdir(path)
    if not names:
        raise PermissionError
    return names


def _write(path):
    with open(path, "w") as file:
        file.write("x")
    os.remove(path)


def _internet(family, kind, address):
    with socket.socket(family, kind) as link:
        link.settimeout(0.2)
        link.connect(address)


def _call(name, *arguments):
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


def _other_processes():
    own = {os.getpid(), os.getppid()}
    others = [name for name in os.listdir("/proc") if name.isdigit() and int(name) not in own]
    if not others:
        raise PermissionError
    return others


def _signal_others():
    hits = []
    for number in range(2, 400):
        try:
            os.kill(number, 0)
        except OSError:
            continue
        if number != os.getpid():
            hits.append(number)
    if not hits:
        raise PermissionError
    return hits


def _host_variables():
    leaked = [name for name in os.environ if name.startswith(("BOTTEGA_", "AWS_", "SSH_", "SUDO_"))]
    if not leaked:
        raise PermissionError
    return leaked


def _descriptors():
    open_ones = []
    for number in range(3, 256):
        try:
            os.fstat(number)
        except OSError:
            continue
        open_ones.append(number)
    kinds = [number for number in open_ones if os.path.isdir("/proc/self/fd/%d" % number)]
    if not kinds:
        raise PermissionError
    return kinds


PROBES = {
    "read /etc/shadow": lambda: _file("/etc/shadow"),
    "read the host's /etc/passwd": _passwd,
    "list /root": lambda: _folder("/root/.ssh"),
    "list /home": lambda: _folder("/home"),
    "list /sys": lambda: _folder("/sys"),
    "write beside the jail's folder": lambda: _write("/bottega-probe"),
    "write to the packages": lambda: _write(os.path.join(os.path.dirname(os.__file__), "bottega_probe.py")),
    "write to /usr": lambda: _write("/usr/lib/bottega-probe"),
    "reach IPv4 loopback": lambda: _internet(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 9)),
    "reach IPv6 loopback": lambda: _internet(socket.AF_INET6, socket.SOCK_STREAM, ("::1", 9)),
    "send UDP": lambda: _internet(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 9)),
    "open a local socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).close() or "open",
    "open a VM socket": lambda: socket.socket(40, socket.SOCK_STREAM).close() or "open",
    "open a netlink socket": lambda: socket.socket(16, socket.SOCK_RAW).close() or "open",
    "make namespaces": lambda: _call("unshare", 0x10000000) or "made",
    "mount": lambda: _call("mount", b"tmpfs", os.getcwd().encode(), b"tmpfs", 0, None) or "mounted",
    "trace": lambda: _call("ptrace", 0, 0, 0, 0) or "traced",
    "change root": lambda: _call("chroot", b".") or "changed",
    "make memory files": lambda: os.memfd_create("probe"),
    "see other processes": _other_processes,
    "signal other processes": _signal_others,
    "see the host's variables": _host_variables,
    "hold a folder of the host": _descriptors,
    "become root": lambda: os.setuid(0) or "root",
}

# A refused connection means that a socket could be made, which the call filter must not allow.
_BLOCKED = (PermissionError, FileNotFoundError, ProcessLookupError)


def azureml_main():
    """Run all probes; what they find goes to the printed text."""
    signal.signal(signal.SIGSYS, signal.SIG_IGN)
    for name, probe in PROBES.items():
        try:
            found = probe()
        except _BLOCKED:
            print("blocked", name)
        except OSError as error:
            # EROFS: nothing can be written there; EINVAL and ENOSYS: the call is not there.
            blocked = error.errno in (1, 2, 13, 22, 30, 38)
            print("blocked" if blocked else "OPEN", name, "" if blocked else repr(error))
        else:
            print("OPEN", name, repr(found)[:100])
    print("done", len(PROBES))
    sys.stdout.flush()
