"""Nothing of the host's files can be read or changed, nor its devices or variables."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bottega.sandbox.host import launch
from bottega.sandbox.host.layer import Layer
from tests.attack.conftest import SECRET, Open

if TYPE_CHECKING:
    from tests.attack.hostile import Jail

_TOKEN = "the-host's-own-words"

# Each reaches a file, or a folder, that the file permissions of the host leave open.
_READS = {
    "read": 'open(OUTSIDE + "/secret").read()',
    "read by descriptor of the folder": """
        folder = os.open(OUTSIDE, os.O_RDONLY | os.O_DIRECTORY)
        return os.read(os.open("secret", os.O_RDONLY, dir_fd=folder), 99)
    """,
    "read by a path descriptor": """
        handle = os.open(OUTSIDE + "/secret", os.O_PATH)
        return open("/proc/self/fd/%d" % handle).read()
    """,
    "read through a link of one's own": """
        os.symlink(OUTSIDE + "/secret", "link")
        return open("link").read()
    """,
    "read from inside the folder": """
        os.chdir(OUTSIDE)
        try:
            return open("secret").read()
        finally:
            os.chdir(HOME)
    """,
    "read up and down": 'open("../" * 12 + OUTSIDE[1:] + "/secret").read()',
    "read the root of the first process": 'open("/proc/1/root" + OUTSIDE + "/secret").read()',
    "list": "os.listdir(OUTSIDE)",
    "hard link": """
        os.link(OUTSIDE + "/secret", "hard")
        return open("hard").read()
    """,
    "map": """
        handle = os.open(OUTSIDE + "/secret", os.O_RDONLY)
        return mmap.mmap(handle, 4, prot=mmap.PROT_READ)[:4]
    """,
}
_WRITES = {
    "overwrite": 'open(OUTSIDE + "/open", "w").write("x")',
    "append": 'open(OUTSIDE + "/open", "a").write("x")',
    "create": 'open(OUTSIDE + "/new", "w").write("x")',
    "make a folder": 'os.mkdir(OUTSIDE + "/folder") or "made"',
    "make a link": 'os.symlink("/etc/passwd", OUTSIDE + "/link") or "made"',
    "make a hard link": 'open("own", "w").close() or os.link("own", OUTSIDE + "/hard") or "made"',
    "make a pipe": 'os.mkfifo(OUTSIDE + "/pipe") or "made"',
    "make a device": 'os.mknod(OUTSIDE + "/device", 0o20666, os.makedev(1, 3)) or "made"',
    "move in": 'open("own", "w").close() or os.rename("own", OUTSIDE + "/moved") or "moved"',
    "move away": 'os.rename(OUTSIDE + "/other", "own") or "moved"',
    "rename": 'os.rename(OUTSIDE + "/third", OUTSIDE + "/renamed") or "renamed"',
    "remove": 'os.remove(OUTSIDE + "/removable") or "removed"',
    "cut": 'os.truncate(OUTSIDE + "/open", 1) or "cut"',
}
# These the weak layer answers as if done; what they did is looked at from outside.
_QUIET_WRITES = {
    "change the mode": 'os.chmod(OUTSIDE + "/mine", 0) or "changed"',
    "change the mode by descriptor": """
        handle = os.open(OUTSIDE, os.O_PATH)
        os.chmod("mine", 0o4777, dir_fd=handle)
        return "changed"
    """,
    "change the times": 'os.utime(OUTSIDE + "/mine", (1, 1)) or "changed"',
    "change the owner": 'os.chown(OUTSIDE + "/mine", os.getuid(), os.getgid()) or "changed"',
}
_NOTICES = {
    "watch": 'call(254, call(294, 0), (OUTSIDE + "/").encode(), 0xFFF)',
    "extended attributes": 'os.listxattr(OUTSIDE + "/secret") or "none"',
}

_SYSTEM = {
    "/etc/shadow": 'open("/etc/shadow").read()',
    "/etc/hostname": 'open("/etc/hostname").read() or "read"',
    "/etc/group": 'open("/etc/group").read()',
    "/etc/ssl": 'os.listdir("/etc/ssl")',
    "/root": 'os.listdir("/root/.cache") or "listed"',
    "/home": 'os.listdir("/home") and "listed" or 1 // 0',
    "/var": 'os.listdir("/var/log") or "listed"',
    "/sys": 'os.listdir("/sys/kernel")',
    "/sys/fs/cgroup": 'os.listdir("/sys/fs/cgroup")',
    "/proc/kmsg": 'os.open("/proc/kmsg", os.O_RDONLY | os.O_NONBLOCK)',
    "/proc/kallsyms": 'open("/proc/kallsyms").readline()',
    "/proc/meminfo": 'open("/proc/meminfo").readline()',
    "/proc/mounts of the host": 'open("/proc/%d/mounts" % HOST).readline()',
    "variables of the host": 'open("/proc/%d/environ" % HOST, "rb").read(1)',
    "memory of the host": 'os.open("/proc/%d/mem" % HOST, os.O_RDWR)',
    "descriptors of the host": 'os.listdir("/proc/%d/fd" % HOST)',
    "/proc/sys": 'open("/proc/sys/kernel/hostname").read()',
    "/proc/sys for writing": 'os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY)',
    "/proc/sysrq-trigger": 'os.open("/proc/sysrq-trigger", os.O_WRONLY)',
    "/dev/mem": 'os.open("/dev/mem", os.O_RDONLY)',
    "/dev/kmsg": 'os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)',
    "/dev/kvm": 'os.open("/dev/kvm", os.O_RDONLY)',
    "/dev/fuse": 'os.open("/dev/fuse", os.O_RDWR)',
    "write to the Python": 'open(os.path.join(os.path.dirname(os.__file__), "attack.py"), "w")',
    "write to the packages": """
        import pandas
        return open(pandas.__file__, "a")
    """,
    "write to /usr": 'open("/usr/lib/attack", "w")',
    "write to /": 'open("/attack", "w")',
    "write to /dev": 'open("/dev/attack", "w")',
    "write to /bottega": 'open("/bottega/attack", "w")',
}
# Where this machine has them at all, a process without a jail reaches these.
_CONTROLS = (
    "/etc/shadow",
    "/etc/hostname",
    "/etc/group",
    "/sys",
    "/proc/meminfo",
    "variables of the host",
    "/proc/sys",
    "/dev/kmsg",
)


def _prepare(folder: Path) -> None:
    """Files that anybody may read, write or, in the jail's own name, change."""
    for name in ("secret", "open", "mine", "other", "third", "removable"):
        (folder / name).write_text(_TOKEN)
        (folder / name).chmod(0o666)
        os.utime(folder / name, (1000, 1000))
        user = launch.jail_user()
        if user is not None:
            os.chown(folder / name, *user)


def _state(folder: Path) -> dict[str, object]:
    """All that can be seen of a folder's files."""
    told: dict[str, object] = {}
    for path in sorted(folder.iterdir()):
        status = path.lstat()
        content = path.read_text() if stat.S_ISREG(status.st_mode) else ""
        told[path.name] = (stat.filemode(status.st_mode), status.st_uid, status.st_nlink, status.st_mtime, content)
    return told


def _asked(jail: Jail, folder: Path, sources: dict[str, str]) -> dict[str, str]:
    return jail.answers(sources, f"OUTSIDE = {str(folder)!r}\nHOST = {os.getpid()}\nHOME = os.getcwd()\n")


@pytest.mark.parametrize("group", [_READS, _WRITES], ids=["reads", "writes"])
def test_open_files_of_the_host_are_out_of_reach(jail: Jail, outside: Path, group: dict[str, str]) -> None:
    """What the host's own permissions would allow, the jail does not; and nothing there has changed."""
    _prepare(outside)
    before = _state(outside)
    answers = _asked(jail, outside, group)
    assert [name for name, answer in answers.items() if not answer.startswith("blocked: ")] == []
    assert _state(outside) == before


def test_modes_owners_and_times_outside_stay(jail: Jail, outside: Path) -> None:
    """Landlock lets these through to any file, so the call filter must not."""
    _prepare(outside)
    before = _state(outside)
    answers = _asked(jail, outside, _QUIET_WRITES)
    if jail.layer is Layer.NAMESPACES:
        assert [name for name, answer in answers.items() if not answer.startswith("blocked: ")] == []
    assert _state(outside) == before


def test_a_folder_of_the_host_cannot_be_watched(jail: Jail, outside: Path) -> None:
    """Who reads or writes what there is nobody's business."""
    _prepare(outside)
    answers = _asked(jail, outside, _NOTICES)
    assert [name for name, answer in answers.items() if not answer.startswith("blocked: ")] == []


def test_without_a_jail_they_are_in_reach(bare: Jail, outside: Path) -> None:
    """The control: each of these attacks is a real one."""
    _prepare(outside)
    quiet = _asked(bare, outside, {"change the mode": _QUIET_WRITES["change the mode"], **_NOTICES})
    assert stat.S_IMODE((outside / "mine").stat().st_mode) == 0
    # What stands at the first process's root is this machine's affair.
    reads = _asked(bare, outside, {name: source for name, source in _READS.items() if "first process" not in name})
    writes = _asked(bare, outside, {name: source for name, source in _WRITES.items() if name != "make a device"})
    answers = quiet | reads | writes
    assert [name for name, answer in answers.items() if not answer.startswith("open: ")] == []
    assert (outside / "new").exists()
    assert not (outside / "removable").exists()


@pytest.fixture(scope="module")
def system(opened: Open, tmp_path_factory: pytest.TempPathFactory) -> dict[Layer, dict[str, str]]:
    """What became of each probe of the system's files, by layer."""
    folder = tmp_path_factory.mktemp("system")
    layers = (Layer.NAMESPACES, Layer.LANDLOCK)
    return {layer: _asked(opened(layer), folder, _SYSTEM) for layer in layers}


@pytest.mark.parametrize("layer", [Layer.NAMESPACES, Layer.LANDLOCK], ids=str)
@pytest.mark.parametrize("name", _SYSTEM)
def test_the_system_is_out_of_reach(system: dict[Layer, dict[str, str]], layer: Layer, name: str) -> None:
    """System files, devices, the kernel's own file systems, other processes, and all installed software."""
    assert system[layer][name].startswith("blocked: ")


@pytest.mark.usefixtures("as_root")
def test_without_a_jail_the_system_is_in_reach(bare: Jail, outside: Path) -> None:
    """The control."""
    wanted = {name: _SYSTEM[name] for name in _CONTROLS}
    missing = [name for name in wanted if name.startswith("/") and not Path(name).exists()]
    answers = _asked(bare, outside, wanted)
    assert [name for name in answers if not answers[name].startswith("open: ") and name not in missing] == []


def test_the_host_leaves_no_trace_in_the_environment(jail: Jail) -> None:
    """Neither in the variables nor in what the process inherited in memory."""
    log = jail.log("import os\ndef azureml_main():\n    print(dict(os.environ), open('/proc/self/environ').read())\n"
                   if jail.layer is Layer.NAMESPACES
                   else "import os\ndef azureml_main():\n    print(dict(os.environ))\n")  # fmt: skip
    assert "BOTTEGA_ATTACK_SECRET" not in log
    assert SECRET not in log
    assert "PATH" in log


def test_only_a_jobs_own_descriptors_are_open(jail: Jail) -> None:
    """No folder, no socket but its own, nothing of the zygote's."""
    log = jail.log("""
import os, stat
def azureml_main():
    for number in range(0, 2000):
        try:
            mode = os.fstat(number).st_mode
        except OSError:
            continue
        print(number, "folder" if stat.S_ISDIR(mode) else "socket" if stat.S_ISSOCK(mode) else "other")
""")
    assert [line for line in log.splitlines() if line.endswith("folder")] == []
    assert [line for line in log.splitlines() if line.endswith("socket")] == ["100 socket"]


def test_the_jail_has_its_own_passwd(full: Jail) -> None:
    """The host's users are not told."""
    assert full.log("def azureml_main():\n    print(open('/etc/passwd').read())\n").count(":x:") == 1


def test_only_own_processes_are_seen(full: Jail) -> None:
    """A job is the first process of its own numbers."""
    log = full.log("import os\ndef azureml_main():\n    print([n for n in os.listdir('/proc') if n.isdigit()])\n")
    assert log == "['1']\n"
