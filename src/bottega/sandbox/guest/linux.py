"""The Linux calls that a jail is made of, by ctypes: `os` has most of them only from 3.12."""

from __future__ import annotations

import ctypes
import os
import platform
import struct

NEWNS = 0x00020000
NEWIPC = 0x08000000
NEWUSER = 0x10000000
NEWPID = 0x20000000

MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_BIND = 4096

_SIGCHLD = 17
_SIGKILL = 9
_CHILD_CLEARTID = 0x00200000
_CHILD_SETTID = 0x01000000

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_CAPBSET_DROP = 24
_PR_SET_SECUREBITS = 28
_PR_SET_NO_NEW_PRIVS = 38
_PR_GET_TID_ADDRESS = 40
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_LAST_CAPABILITY = 63
_MADV_POPULATE_READ, _MADV_POPULATE_WRITE = 22, 23
# NOROOT, NO_SETUID_FIXUP and KEEP_CAPS, the first two set, all three locked.
_SECUREBITS = 0x2F

# Numbers per architecture; the Landlock calls have the same number on all.
_CALLS = {
    "x86_64": {"clone": 56, "capset": 126, "seccomp": 317},
    "aarch64": {"clone": 220, "capset": 91, "seccomp": 277},
}
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446

_ARCHITECTURE = platform.machine()
_NUMBERS = _CALLS.get(_ARCHITECTURE, {})

# PyDLL keeps the interpreter lock during a call, so a cloned child never has to take it anew.
_libc = ctypes.PyDLL(None, use_errno=True)
_syscall = _libc.syscall
_syscall.restype = ctypes.c_long


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _prctl(option: int, *values: int) -> int:
    padded = (*values, 0, 0, 0, 0)[:4]
    return int(_libc.prctl(option, *[ctypes.c_ulong(value) for value in padded]))


_tid_address = ctypes.c_ulong(0)
_prctl(_PR_GET_TID_ADDRESS, ctypes.addressof(_tid_address))

_madvise = _libc.madvise
_madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)


def clone(flags: int) -> int:
    """Fork into new namespaces in one step: 0 in the child, its process id in the parent.

    One raw call copies the page tables once, where `unshare` and two forks copy them
    twice. glibc keeps the thread id that the kernel writes on `fork`; the two TID flags
    do the same here. No `pthread_atfork` handler runs: the caller must be single-threaded.
    """
    _before_fork()
    all_flags = flags | _SIGCHLD | _CHILD_SETTID | _CHILD_CLEARTID
    tid = _tid_address.value
    # The last two arguments stand the other way round on ARM.
    rest = (0, 0, tid, 0) if _ARCHITECTURE == "x86_64" else (0, 0, 0, tid)
    pid = _syscall(_NUMBERS["clone"], ctypes.c_ulong(all_flags), *[ctypes.c_ulong(value) for value in rest])
    if pid == 0:
        _after_fork_child()
    else:
        _after_fork_parent()
    return _checked(pid, "clone")


_before_fork = ctypes.pythonapi.PyOS_BeforeFork
_after_fork_parent = ctypes.pythonapi.PyOS_AfterFork_Parent
_after_fork_child = ctypes.pythonapi.PyOS_AfterFork_Child
for _function in (_before_fork, _after_fork_parent, _after_fork_child):
    _function.restype = None
    _function.argtypes = []


def mount(source: str, target: str, kind: str, flags: int = 0, data: str = "") -> None:
    """Mount, as mount(2)."""
    result = _libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), data.encode())
    _checked(result, f"mount {target}")


def map_ids(uid: int, gid: int, outer_uid: int, outer_gid: int) -> None:
    """In a new user namespace, be `uid`/`gid` and stand for the outer ones."""
    lines = (("setgroups", "deny"), ("uid_map", f"{uid} {outer_uid} 1"), ("gid_map", f"{gid} {outer_gid} 1"))
    for name, line in lines:
        descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)


def drop_capabilities() -> None:
    """Give up every capability for good."""
    for capability in range(_LAST_CAPABILITY + 1):
        if _prctl(_PR_CAPBSET_DROP, capability) < 0:  # EINVAL: past the kernel's last one
            break
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    _prctl(_PR_SET_SECUREBITS, _SECUREBITS)
    header = struct.pack("Ii", 0x20080522, 0)
    _checked(_syscall(_NUMBERS["capset"], header, bytes(24)), "capset")


def hide() -> None:
    """Let no other process look into this one's memory or take its open files, as of the same user it could."""
    _checked(_prctl(_PR_SET_DUMPABLE, 0), "dumpable")


def end_with_parent() -> None:
    """Die with the zygote, where no process namespace sees to it."""
    _checked(_prctl(_PR_SET_PDEATHSIG, _SIGKILL), "pdeathsig")


def forbid_new_privileges() -> None:
    """No setuid program or file capability gives anything from here on."""
    _checked(_prctl(_PR_SET_NO_NEW_PRIVS, 1), "no_new_privs")


class _FilterProgram(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def filter_calls(program: bytes) -> None:
    """Install a compiled seccomp filter: 8 bytes an instruction."""
    pointer = _FilterProgram(len(program) // 8, program)
    _checked(_syscall(_NUMBERS["seccomp"], 1, 0, ctypes.byref(pointer)), "seccomp")


# Landlock's file rights, by the ABI that brought them.
def populate(begin: int, length: int, *, write: bool) -> None:
    """Have pages of memory at hand, copied where they will be written to; where that cannot be, they come when used."""
    _madvise(begin, length, _MADV_POPULATE_WRITE if write else _MADV_POPULATE_READ)


_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1, 2, 4, 8, 1 << 14
_FILE_RIGHTS_BY_ABI = ((1, (1 << 13) - 1), (2, 1 << 13), (3, _TRUNCATE), (5, 1 << 15))
_READ_RIGHTS = _EXECUTE | _READ_FILE | _READ_DIR
_CONNECT_TCP = 2
_RIGHTS_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE


def landlock_abi() -> int:
    """The kernel's Landlock version; 0 where there is none."""
    return max(0, int(_syscall(_LANDLOCK_CREATE, None, 0, 1)))


def restrict(readable: list[str], writable: list[str], devices: list[str], ports: list[int]) -> None:
    """Landlock: read and execute below `readable`, all below `writable`, read and write `devices`.

    Where the kernel can, TCP but for connections to `ports`, abstract sockets and signals to
    outside are shut as well.
    Rules stand on what is mounted now, so this comes after all mounts.
    """
    abi = landlock_abi()
    if not abi:
        return
    every_right = 0
    for since, rights in _FILE_RIGHTS_BY_ABI:
        if abi >= since:
            every_right |= rights
    tcp = 3 if abi >= 4 else 0
    scopes = 3 if abi >= 6 else 0
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    attributes = struct.pack("QQQ", every_right, tcp, scopes)[:size]
    ruleset = _checked(_syscall(_LANDLOCK_CREATE, attributes, size, 0), "landlock_create_ruleset")
    device_rights = (_WRITE_FILE | _READ_FILE | _TRUNCATE) & every_right
    for paths, rights in ((readable, _READ_RIGHTS), (writable, every_right), (devices, device_rights)):
        for path in paths:
            _allow_beneath(ruleset, path, rights)
    for port in ports if tcp else ():
        _checked(
            _syscall(_LANDLOCK_ADD, ruleset, 2, struct.pack("QQ", _CONNECT_TCP, port), 0), "landlock_add_rule port"
        )
    _checked(_syscall(_LANDLOCK_RESTRICT, ruleset, 0), "landlock_restrict_self")
    os.close(ruleset)


def _allow_beneath(ruleset: int, path: str, rights: int) -> None:
    if not os.path.exists(path):
        return
    if not os.path.isdir(path):
        rights &= _RIGHTS_OF_A_FILE
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", rights, descriptor)
        _checked(_syscall(_LANDLOCK_ADD, ruleset, 1, rule, 0), f"landlock_add_rule {path}")
    finally:
        os.close(descriptor)
