"""Which system calls a job may make: policy as data, compiled by libseccomp.

Default-deny. What is not named fails with EPERM, as a missing right would; the few that
libraries fall back from only on "no such call" fail with ENOSYS.
"""

from __future__ import annotations

import errno
import os
import tempfile

import pyseccomp

_FILES = """
read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 open openat creat close
close_range stat fstat lstat newfstatat statx access faccessat faccessat2 lseek getdents getdents64 getcwd
chdir fchdir mkdir mkdirat rmdir rename renameat renameat2 link linkat symlink symlinkat unlink
unlinkat readlink readlinkat umask
ftruncate fallocate fsync fdatasync sync_file_range msync
statfs fstatfs dup dup2 dup3 flock pipe pipe2 sendfile copy_file_range fadvise64 readahead
"""
# Landlock lets these through to any file: they need mounts that are read-only.
_MODES = """
chmod fchmod fchmodat fchmodat2 chown lchown fchown fchownat utime utimes utimensat futimesat
"""
_ANY_PATH = """
truncate getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr
inotify_init inotify_init1 inotify_add_watch inotify_rm_watch
"""
# Those that may name another process: they need a process namespace.
_ANY_PROCESS = "setpriority sched_setaffinity prlimit64 prctl"
_MEMORY = """
munmap mremap mprotect madvise brk mincore mlock munlock membarrier get_mempolicy set_mempolicy
"""
_PROCESSES = """
exit exit_group wait4 waitid kill tkill tgkill getpid getppid gettid getpgid setpgid getpgrp getsid setsid
getpriority sched_yield sched_getaffinity sched_getparam
sched_getscheduler sched_get_priority_max sched_get_priority_min sched_rr_get_interval
set_tid_address set_robust_list get_robust_list futex futex_waitv rseq restart_syscall arch_prctl
getrusage getrlimit setrlimit times capget getuid geteuid getgid getegid getgroups
getresuid getresgid pidfd_open pidfd_send_signal
"""
_SIGNALS = """
rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend rt_sigqueueinfo
sigaltstack pause alarm getitimer setitimer signalfd signalfd4
"""
_TIME = """
clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time timer_create timer_settime
timer_gettime timer_getoverrun timer_delete timerfd_create timerfd_settime timerfd_gettime
"""
_WAITING = """
poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_wait epoll_wait_old
epoll_pwait epoll_pwait2 eventfd eventfd2
"""
# Only connected pairs can be made (no datagrams, see below), so these reach nothing else.
_PAIRS = "sendto recvfrom sendmsg recvmsg shutdown getsockopt setsockopt getsockname getpeername"
_FACTS = "uname sysinfo getcpu getrandom"
_NEW_PROCESSES = "fork vfork execve"

_GROUPS = (_FILES, _MEMORY, _PROCESSES, _SIGNALS, _TIME, _WAITING, _PAIRS, _FACTS)
_ALLOWED = tuple(name for group in _GROUPS for name in group.split())

# libc and Python try these and fall back only when told that there is no such call.
_ABSENT = ("clone3", "openat2", "io_uring_setup", "memfd_secret")

_CLONE_NAMESPACES = 0x7E020080  # every CLONE_NEW… flag
_CLONE_THREAD = 0x00010000
_MAP_SHARED_OR_PRIVATE = 0x03
_MAP_PRIVATE = 0x02
_MAP_ANONYMOUS = 0x20
_AF_UNIX = 1
_AF_INET = 2
_AF_INET6 = 10
_AF_NETLINK = 16  # the highest that name resolution asks for
_STREAM = 1
_PROTOCOLS = (0, 6)  # of a stream: by default, or TCP by name
# With a network these of the pairs' go to it too, and are held to what its clients need.
_SENDING = {"sendto": 3, "sendmsg": 2}  # where the flags stand
_OPTIONS = ("getsockopt", "setsockopt")
# A connection that is made by sending goes past Landlock; pages lent to the network are attack surface.
_FORBIDDEN_FLAGS = 0x20000000 | 0x04000000
# What may be asked and set of a socket, by level: no filters, devices, other protocols on top, repairs.
_SOCKET_OPTIONS = {
    # REUSEADDR, TYPE, ERROR, SNDBUF, RCVBUF, KEEPALIVE, OOBINLINE, LINGER, PASSCRED, PEERCRED, RCVLOWAT,
    # RCVTIMEO, SNDTIMEO, ACCEPTCONN, PROTOCOL, DOMAIN, RCVTIMEO_NEW, SNDTIMEO_NEW
    1: (2, 3, 4, 7, 8, 9, 10, 13, 16, 17, 18, 20, 21, 30, 38, 39, 66, 67),
    # NODELAY, MAXSEG, CORK, KEEPIDLE, KEEPINTVL, KEEPCNT, SYNCNT, LINGER2, INFO, QUICKACK, USER_TIMEOUT
    6: (1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 18),
    0: (1,),  # TOS
}
# A datagram socket sends to any path that it is given, also one of a pair.
_SOCKET_TYPES = {"STREAM": 1, "SEQPACKET": 5}
_SOCKET_TYPE = 0x0F
_UNCONNECTED = (2, 3)  # DGRAM, and RAW, which is the same of a local socket
_TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
_FORBIDDEN_IN_BUILDS = """
unshare setns mount umount2 pivot_root move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr
bpf perf_event_open userfaultfd keyctl add_key request_key kexec_load kexec_file_load init_module finit_module delete_module
name_to_handle_at open_by_handle_at io_uring_enter io_uring_register personality acct quotactl swapon swapoff reboot
"""
_INT = 0xFFFFFFFF
_PR_SET_PDEATHSIG = 1
# No leases, no notices on folders, no signals on files, no seals.
_HARMLESS_FCNTLS = {
    "DUPFD": 0,
    "GETFD": 1,
    "SETFD": 2,
    "GETFL": 3,
    "SETFL": 4,
    "GETLK": 5,
    "SETLK": 6,
    "SETLKW": 7,
    "OFD_GETLK": 36,
    "OFD_SETLK": 37,
    "OFD_SETLKW": 38,
    "DUPFD_CLOEXEC": 1030,
    "SETPIPE_SZ": 1031,
    "GETPIPE_SZ": 1032,
    "GET_SEALS": 1034,
}
_HARMLESS_IOCTLS = {
    "TCGETS": 0x5401,
    "TIOCGPGRP": 0x540F,
    "TIOCGWINSZ": 0x5413,
    "FIONREAD": 0x541B,
    "FIONBIO": 0x5421,
    "FIONCLEX": 0x5450,
    "FIOCLEX": 0x5451,
}


def program(*, new_processes: bool = True, network: bool = False) -> bytes:
    """The filter as BPF instructions for this machine's architecture, 8 bytes each.

    Without `new_processes` a job has threads only: where no process namespace would end
    what a job leaves behind. With `network` it may connect by TCP over IPv4, wherever its
    namespace leads.
    """
    policy = pyseccomp.SyscallFilter(defaction=pyseccomp.ERRNO(errno.EPERM))
    policy.set_attr(pyseccomp.Attr.CTL_OPTIMIZE, 2)
    everywhere = f"{_NEW_PROCESSES} {_MODES} {_ANY_PATH} {_ANY_PROCESS}" if new_processes else ""
    held = (*_SENDING, *_OPTIONS) if network else ()
    for name in [*_ALLOWED, *everywhere.split()]:
        if name not in held:
            _add(policy, pyseccomp.ALLOW, name)
    if not new_processes:
        _weaken(policy)
    for name in _ABSENT:
        _add(policy, pyseccomp.ERRNO(errno.ENOSYS), name)
    masked = pyseccomp.MASKED_EQ
    if new_processes:
        _add(policy, pyseccomp.ALLOW, "clone", pyseccomp.Arg(0, masked, _CLONE_NAMESPACES, 0))
    else:
        flags = _CLONE_NAMESPACES | _CLONE_THREAD
        _add(policy, pyseccomp.ALLOW, "clone", pyseccomp.Arg(0, masked, flags, _CLONE_THREAD))
    # Shared anonymous memory can outlive the process that filled it, unseen by its limits.
    _add(policy, pyseccomp.ALLOW, "mmap", pyseccomp.Arg(3, masked, _MAP_ANONYMOUS, 0))
    _add(policy, pyseccomp.ALLOW, "mmap", pyseccomp.Arg(3, masked, _MAP_SHARED_OR_PRIVATE, _MAP_PRIVATE))
    for kind in _SOCKET_TYPES.values():
        family = pyseccomp.Arg(0, pyseccomp.EQ, _AF_UNIX)
        _add(policy, pyseccomp.ALLOW, "socketpair", family, pyseccomp.Arg(1, masked, _SOCKET_TYPE, kind))
    if network:
        _connect(policy)
    for request in _HARMLESS_IOCTLS.values():
        _add(policy, pyseccomp.ALLOW, "ioctl", pyseccomp.Arg(1, masked, _INT, request))
    for command in _HARMLESS_FCNTLS.values():
        _add(policy, pyseccomp.ALLOW, "fcntl", pyseccomp.Arg(1, masked, _INT, command))
    return _exported(policy)


def build_program() -> bytes:
    """The filter of a jail that has the machine's network, in which packages are built, by any tools.

    All but what leads past its namespaces: local sockets, which by an abstract name reach the user's session, sockets
    other than the internet's, further namespaces, and rarely used parts of the kernel.
    """
    policy = pyseccomp.SyscallFilter(defaction=pyseccomp.ALLOW)
    refused, absent = pyseccomp.ERRNO(errno.EPERM), pyseccomp.ERRNO(errno.ENOSYS)
    for name in _FORBIDDEN_IN_BUILDS.split():
        _add(policy, refused, name)
    for name in ("clone3", "io_uring_setup"):
        _add(policy, absent, name)
    for bit in (1 << place for place in range(32) if _CLONE_NAMESPACES >> place & 1):
        _add(policy, refused, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, bit, bit))
    for family in range(_AF_NETLINK):
        if family not in (_AF_INET, _AF_INET6):
            _add(policy, refused, "socket", pyseccomp.Arg(0, pyseccomp.EQ, family))
    _add(policy, refused, "socket", pyseccomp.Arg(0, pyseccomp.GT, _AF_NETLINK))
    for kind in _UNCONNECTED:
        _add(policy, refused, "socketpair", pyseccomp.Arg(1, pyseccomp.MASKED_EQ, _SOCKET_TYPE, kind))
    for request in _TERMINAL_INPUT:
        _add(policy, refused, "ioctl", pyseccomp.Arg(1, pyseccomp.MASKED_EQ, _INT, request))
    return _exported(policy)


def _exported(policy: pyseccomp.SyscallFilter) -> bytes:
    with tempfile.TemporaryFile() as file:
        policy.export_bpf(file)
        file.seek(0, os.SEEK_SET)
        return file.read()


def _connect(policy: pyseccomp.SyscallFilter) -> None:
    """TCP clients: no datagrams, no listeners, no options of the kernel's finer kinds."""
    masked, equal = pyseccomp.MASKED_EQ, pyseccomp.EQ
    for protocol in _PROTOCOLS:
        _add(
            policy, pyseccomp.ALLOW, "socket", pyseccomp.Arg(0, equal, _AF_INET),
            pyseccomp.Arg(1, masked, _SOCKET_TYPE, _STREAM), pyseccomp.Arg(2, equal, protocol),
        )  # fmt: skip
    _add(policy, pyseccomp.ALLOW, "connect")
    for name, place in _SENDING.items():
        _add(policy, pyseccomp.ALLOW, name, pyseccomp.Arg(place, masked, _FORBIDDEN_FLAGS, 0))
    for name in _OPTIONS:
        for level, options in _SOCKET_OPTIONS.items():
            of_level = pyseccomp.Arg(1, masked, _INT, level)
            for option in options:
                _add(policy, pyseccomp.ALLOW, name, of_level, pyseccomp.Arg(2, masked, _INT, option))


def _weaken(policy: pyseccomp.SyscallFilter) -> None:
    """Take the edge off calls that would reach files and processes outside, where no namespace hides those."""
    masked = pyseccomp.MASKED_EQ
    # As if done: libraries that copy a file's mode and times go on.
    for name in _MODES.split():
        _add(policy, pyseccomp.ERRNO(0), name)
    own = pyseccomp.Arg(0, masked, _INT, 0)
    for name in ("sched_setaffinity", "prlimit64"):
        _add(policy, pyseccomp.ALLOW, name, own)
    _add(policy, pyseccomp.ALLOW, "setpriority", own, pyseccomp.Arg(1, masked, _INT, 0))
    # Every option but to outlive the zygote: the even ones, and those with a higher bit.
    for bit in (1, *(1 << place for place in range(1, 32))):
        value = 0 if bit == _PR_SET_PDEATHSIG else bit
        _add(policy, pyseccomp.ALLOW, "prctl", pyseccomp.Arg(0, masked, bit, value))


def _add(policy: pyseccomp.SyscallFilter, action: int, name: str, *conditions: pyseccomp.Arg) -> None:
    """Add a rule; a call that this architecture or libseccomp does not know stays denied."""
    try:
        policy.add_rule(action, name, *conditions)
    except (OSError, ValueError, TypeError):
        number = _NEWER_CALLS.get(name)
        if number is not None:
            policy.add_rule(action, number, *conditions)


# Newer than some libseccomp; such calls have one number on every architecture.
_NEWER_CALLS = {"futex_waitv": 449, "fchmodat2": 452, "memfd_secret": 447}
