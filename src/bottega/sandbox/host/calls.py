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
unlinkat readlink readlinkat chmod fchmod fchmodat fchmodat2 chown lchown fchown fchownat umask
truncate ftruncate fallocate fsync fdatasync sync_file_range msync utime utimes utimensat futimesat
statfs fstatfs dup dup2 dup3 fcntl flock pipe pipe2 sendfile copy_file_range fadvise64 readahead
getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr
inotify_init inotify_init1 inotify_add_watch inotify_rm_watch
"""
_MEMORY = """
munmap mremap mprotect madvise brk mincore mlock munlock membarrier get_mempolicy set_mempolicy
"""
_PROCESSES = """
exit exit_group wait4 waitid kill tkill tgkill getpid getppid gettid getpgid setpgid getpgrp getsid setsid
getpriority setpriority sched_yield sched_getaffinity sched_setaffinity sched_getparam
sched_getscheduler sched_get_priority_max sched_get_priority_min sched_rr_get_interval
set_tid_address set_robust_list get_robust_list futex futex_waitv rseq restart_syscall prctl arch_prctl
getrusage getrlimit setrlimit prlimit64 times capget getuid geteuid getgid getegid getgroups
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
# Only pairs of local sockets can be made, so these reach nothing else.
_PAIRS = "sendto recvfrom sendmsg recvmsg shutdown getsockopt setsockopt getsockname getpeername"
_FACTS = "uname sysinfo getcpu getrandom"
_NEW_PROCESSES = "fork vfork execve"

_ALLOWED = " ".join((_FILES, _MEMORY, _PROCESSES, _SIGNALS, _TIME, _WAITING, _PAIRS, _FACTS)).split()

# libc and Python try these and fall back only when told that there is no such call.
_ABSENT = ("clone3", "openat2", "io_uring_setup", "memfd_secret")

_CLONE_NAMESPACES = 0x7E020080  # every CLONE_NEW… flag
_CLONE_THREAD = 0x00010000
_MAP_SHARED_OR_PRIVATE = 0x03
_MAP_PRIVATE = 0x02
_MAP_ANONYMOUS = 0x20
_AF_UNIX = 1
_HARMLESS_IOCTLS = {
    "TCGETS": 0x5401,
    "TIOCGPGRP": 0x540F,
    "TIOCGWINSZ": 0x5413,
    "FIONREAD": 0x541B,
    "FIONBIO": 0x5421,
    "FIONCLEX": 0x5450,
    "FIOCLEX": 0x5451,
}


def program(*, new_processes: bool = True) -> bytes:
    """The filter as BPF instructions for this machine's architecture, 8 bytes each.

    Without `new_processes` a job has threads only: where no process namespace would end
    what a job leaves behind.
    """
    policy = pyseccomp.SyscallFilter(defaction=pyseccomp.ERRNO(errno.EPERM))
    policy.set_attr(pyseccomp.Attr.CTL_OPTIMIZE, 2)
    for name in [*_ALLOWED, *(_NEW_PROCESSES.split() if new_processes else ())]:
        _add(policy, pyseccomp.ALLOW, name)
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
    _add(policy, pyseccomp.ALLOW, "socketpair", pyseccomp.Arg(0, pyseccomp.EQ, _AF_UNIX))
    for request in _HARMLESS_IOCTLS.values():
        _add(policy, pyseccomp.ALLOW, "ioctl", pyseccomp.Arg(1, masked, 0xFFFFFFFF, request))
    with tempfile.TemporaryFile() as file:
        policy.export_bpf(file)
        file.seek(0, os.SEEK_SET)
        return file.read()


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
