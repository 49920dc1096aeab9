"""The kernel's doors: calls that make namespaces, trace, load or share are shut, and so is all that is not known."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

import pyseccomp
import pytest

from bottega.sandbox.host import calls
from bottega.sandbox.host.layer import Layer
from tests.attack.hostile import Jail, calling, main

if TYPE_CHECKING:
    from tests.attack.conftest import Open

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers here are those of x86_64")

_LAYERS = (Layer.NAMESPACES, Layer.LANDLOCK)

_PROBES = {
    "unshare user": "call(272, 0x10000000)",
    "unshare mounts": "call(272, 0x00020000)",
    "unshare network": "call(272, 0x40000000)",
    "unshare nothing": "call(272, 0)",
    "setns": 'call(308, os.open("/dev/null", os.O_RDONLY), 0)',
    "mount": 'call(165, b"none", os.getcwd().encode(), b"tmpfs", 0, 0)',
    "remount": 'call(165, b"none", b"/", b"", 0x20 | 0x1000, 0)',
    "unmount": 'call(166, b"/proc", 2)',
    "open_tree": 'call(428, -100, b"/", 1)',
    "fsopen": 'call(430, b"tmpfs", 0)',
    "move_mount": 'call(429, -100, b"/", -100, b"/", 0)',
    "mount_setattr": "call(442, -100, b'/', 0, b'', 0)",
    "pivot_root": 'call(155, b".", b".")',
    "chroot": 'call(161, b".")',
    "ptrace traceme": "call(101, 0, 0, 0, 0)",
    "ptrace attach": "call(101, 16, os.getppid(), 0, 0)",
    "process_vm_readv": "call(310, os.getpid(), 0, 0, 0, 0, 0)",
    "process_vm_writev": "call(311, os.getpid(), 0, 0, 0, 0, 0)",
    "process_madvise": "call(440, 0, 0, 0, 0, 0)",
    "kcmp": "call(312, os.getpid(), os.getpid(), 0, 0, 0)",
    "pidfd_getfd": "call(438, os.pidfd_open(os.getpid()), 1, 0)",
    "bpf": "call(321, 0, b'\\0' * 128, 128)",
    "keyctl": "call(250, 0, -3, 1)",
    "add_key": 'call(248, b"user", b"attack", b"x", 1, -3)',
    "request_key": 'call(249, b"user", b"attack", 0, -3)',
    "userfaultfd": "call(323, 0x801)",
    "io_uring_setup": "call(425, 4, ctypes.create_string_buffer(120))",
    "io_uring_enter": "call(426, 0, 0, 0, 0, 0)",
    "io_setup": "call(206, 1, ctypes.create_string_buffer(8))",
    "perf_event_open": "call(298, b'\\0' * 128, 0, -1, -1, 0)",
    "name_to_handle_at": 'call(303, -100, b"/", b"\\x80" + b"\\0" * 200, ctypes.create_string_buffer(8), 0)',
    "open_by_handle_at": 'call(304, -100, b"\\x08\\0\\0\\0\\x01\\0\\0\\0" + b"\\0" * 8, 0)',
    "fanotify_init": "call(300, 0, 0)",
    "clone into a user namespace": "call(56, 0x10000000 | 17, 0, 0, 0, 0) or os._exit(0)",
    "clone into a time namespace": "call(56, 0x80 | 17, 0, 0, 0, 0) or os._exit(0)",
    "clone3": "call(435, b'\\0' * 88, 88)",
    "memfd_create": 'os.memfd_create("attack")',
    "memfd_secret": "call(447, 0)",
    "shared anonymous memory": "mmap.mmap(-1, 4096)",
    "shared zero memory": 'mmap.mmap(os.open("/dev/zero", os.O_RDWR), 4096)',
    "SysV shared memory": "call(29, 0, 4096, 0o1600)",
    "SysV semaphores": "call(64, 0, 1, 0o1600)",
    "SysV messages": "call(68, 0, 0o1600)",
    "POSIX messages": 'call(240, b"attack", 0o102, 0o600, 0)',
    "setuid": "os.setuid(0) or os.getuid()",
    "setgid": "os.setgid(0) or os.getgid()",
    "setgroups": "os.setgroups([0]) or os.getgroups()",
    "setfsuid": "call(122, 0)",
    "capset": "call(126, struct.pack('Ii', 0x20080522, 0), b'\\xff' * 24)",
    "type into the terminal": "fcntl.ioctl(0, 0x5412, b'x')",
    "type by a long number": "libc.ioctl(ctypes.c_long(0), ctypes.c_long(0x100005412), b'x') and 1 // 0",
    "take the terminal": "fcntl.ioctl(0, 0x540E, 1)",
    "paste a selection": "fcntl.ioctl(0, 0x541C, b'\\x02' + b'\\0' * 16)",
    "personality": "call(135, 0x0040000)",
    "modify_ldt": "call(154, 0, ctypes.create_string_buffer(16), 16)",
    "iopl": "call(172, 3)",
    "ioperm": "call(173, 0x80, 1, 1)",
    "init_module": 'call(175, b"", 0, b"")',
    "finit_module": 'call(313, 0, b"", 0)',
    "delete_module": 'call(176, b"attack", 0)',
    "kexec_load": "call(246, 0, 0, 0, 0)",
    "reboot": "call(169, 0, 0, 0, 0)",
    "swapon": 'call(167, b"/dev/null", 0)',
    "acct": "call(163, 0)",
    "syslog": "call(103, 10, 0, 0)",
    "sethostname": 'socket.sethostname("attack")',
    "settimeofday": "call(164, b'\\0' * 16, 0)",
    "clock_settime": "call(227, 0, b'\\0' * 16)",
    "adjtimex": "call(159, b'\\0' * 208)",
    "quotactl": "call(179, 0, 0, 0, 0)",
    "vhangup": "call(153)",
    "splice": "call(275, 0, 0, 1, 0, 1, 0)",
    "vmsplice": "call(278, 1, 0, 0, 0)",
    "tee": "call(276, 0, 1, 1, 0)",
    "seccomp listener": "call(317, 1, 8, 0)",
    "landlock": "call(444, 0, 0, 1)",
    "set a scheduler": "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)) or 'set'",
    "set I/O priority": "call(251, 1, 0, 0)",
    "set an extended attribute": "os.setxattr('.', 'user.attack', b'x') or 'set'",
    "make a pipe file": "os.mkfifo('pipe') or 'made'",
    "make a device": "os.mknod('device', 0o20666, os.makedev(1, 5)) or 'made'",
    "take a lease": "fcntl.fcntl(os.open('own', os.O_RDONLY | os.O_CREAT), 1024, 0)",
    "watch by descriptor": "fcntl.fcntl(os.open('.', os.O_RDONLY), 1026, 4)",
    "signal by descriptor": "fcntl.fcntl(1, 8, 1)",
    "seal a result": "fcntl.fcntl(memories(0)[0], 1033, 1)",
    "raise a limit": "call(302, 0, 1, struct.pack('2Q', 2**64 - 1, 2**64 - 1), 0)",
    "lower the badness": 'open("/proc/self/oom_score_adj", "w").write("-1000")',
    "leave the filter": "call(157, 22, 0, 0, 0, 0)",
    "regain privileges": "call(157, 38, 0, 0, 0, 0)",
}
# An ordinary process may do these; so it is the jail that keeps a job from them.
_CONTROLS = (
    "unshare nothing", "ptrace traceme", "memfd_create", "shared anonymous memory", "SysV semaphores", "personality",
    "make a pipe file", "kcmp",
)  # fmt: skip
_ONLY_WITH_NAMESPACES = {
    "fork": "os.fork() or os._exit(0)",
    "vfork": "call(58) or os._exit(0)",
    "clone a process": "call(56, 17, 0, 0, 0, 0) or os._exit(0)",
    "run a program": "os.execv(sys.executable, [sys.executable, '-c', ''])",
    "truncate by path": "open('own', 'w').close() or os.truncate('own', 0) or 'cut'",
    "outlive the zygote": "libc.prctl(1, 0, 0, 0, 0) == 0 or 1 // 0",
    "outlive the zygote by a long number": "libc.prctl(ctypes.c_long(0x100000001), 0, 0, 0, 0) == 0 or 1 // 0",
}


@pytest.fixture(scope="module")
def answers(opened: Open) -> dict[Layer, dict[str, str]]:
    """What became of each probe, by layer."""
    return {layer: opened(layer).answers(_PROBES) for layer in _LAYERS}


@pytest.mark.parametrize("layer", _LAYERS, ids=str)
@pytest.mark.parametrize("name", _PROBES)
def test_the_door_is_shut(answers: dict[Layer, dict[str, str]], layer: Layer, name: str) -> None:
    """The call fails, in each layer."""
    assert answers[layer][name].startswith("blocked: ")


def test_without_a_jail_doors_are_open(bare: Jail) -> None:
    """The control: calls that every process may make."""
    answers = bare.answers({name: _PROBES[name] for name in _CONTROLS})
    assert [name for name, answer in answers.items() if not answer.startswith("open: ")] == []


def test_the_weak_layer_has_no_processes(weak: Jail) -> None:
    """Nothing there would end what a job leaves behind."""
    answers = weak.answers(_ONLY_WITH_NAMESPACES)
    assert [name for name, answer in answers.items() if not answer.startswith("blocked: ")] == []


def test_prctl_is_else_whole(weak: Jail) -> None:
    """The one option is shut, not its neighbours."""
    options = {
        "name": "libc.prctl(16, ctypes.create_string_buffer(16), 0, 0, 0)",
        "dumpable": "libc.prctl(3, 0, 0, 0, 0)",
        "keep": "libc.prctl(7, 0, 0, 0, 0)",
        "timer slack": "min(libc.prctl(30, 0, 0, 0, 0), 9)",
    }
    assert "-1" not in str(weak.answers(options))


def _names_allowed(layer: Layer) -> set[str]:
    names = {*calls._ALLOWED, "clone", "mmap", "ioctl", "fcntl", "socketpair"}
    names |= {*calls._MODES.split(), *calls._ANY_PROCESS.split()}
    if layer is Layer.NAMESPACES:
        names |= {*calls._NEW_PROCESSES.split(), *calls._ANY_PATH.split()}
    return names


def test_every_other_call_is_denied(jail: Jail) -> None:
    """By number, those too that this kernel or this library has not heard of."""
    # The kernel lets 335 and 336 past every filter: they end in SIGILL but where a probe of its own stands.
    numbers = {335, 336, *calls._NEWER_CALLS.values()}
    for name in _names_allowed(jail.layer):
        number = pyseccomp.resolve_syscall(pyseccomp.system_arch(), name)
        if number >= 0:
            numbers.add(number)
    others = sorted({*range(700), 1023, 5000} - numbers)
    assert jail.log(main(calling(others))) == "done\n"


@pytest.mark.parametrize("source", [
    "libc.syscall(ctypes.c_long(0x40000000 | 39))",
    "libc.syscall(ctypes.c_long(0x40000000 | 41), 2, 1, 0)",
    """
        code = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7)
        code.write(b"\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3")
        ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
    """,
], ids=["x32 getpid", "x32 socket", "32-bit getpid"])  # fmt: skip
def test_other_call_tables_end_the_job(jail: Jail, source: str) -> None:
    """The same call by another machine's number is not a way around the filter."""
    import textwrap

    failure = jail.failure(main(textwrap.dedent(source) + "\nprint('through')\n"), wall_seconds=5)
    assert failure.type in ("Crash", "Timeout", "Killed"), failure


def test_a_job_has_no_rights(jail: Jail) -> None:
    """No capability, no way to new ones, and a filter."""
    source = """
        header = struct.pack("Ii", 0x20080522, 0)
        data = ctypes.create_string_buffer(24)
        call(125, header, data)
        print(data.raw.count(0), libc.prctl(39, 0, 0, 0, 0), libc.prctl(21, 0, 0, 0, 0), os.getuid() != 0)
    """
    assert jail.log(main(source)) == "24 1 2 True\n"


def test_setuid_programs_give_nothing(full: Jail) -> None:
    """No folder of the jail honours their bit, and a job that runs programs is no more for it."""
    source = """
        import subprocess
        for line in open("/proc/self/mountinfo"):
            if "nosuid" not in line.split()[5]:
                print("honoured in", line.split()[4])
        source = "import os; print(os.getuid(), os.geteuid())"
        done = subprocess.run([sys.executable, "-c", source], capture_output=True)
        print(done.stdout.decode(), end="")
    """
    assert full.log(main(source)) == "1000 1000\n"


@pytest.mark.usefixtures("as_root")
def test_the_host_can_do_what_the_job_cannot() -> None:
    """The control for rights: the tests themselves run with them."""
    assert "CapEff:\t0000000000000000" not in Path("/proc/self/status").read_text()
    assert os.getuid() == 0
