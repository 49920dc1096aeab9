"""From a fresh clone of the zygote to a process that can do no harm.

Two ways, named by what they need of the machine:

`namespaces`  the clone has its own user, mount, process and IPC namespaces inside the
              outer jail: a tmpfs of its own, its own process numbers
`landlock`    no namespaces to be had: Landlock, the call filter and limits alone, on a
              folder that the host made and removes
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from typing import Any

from . import linux

CLONE_FLAGS = {
    "namespaces": linux.NEWUSER | linux.NEWNS | linux.NEWPID | linux.NEWIPC,
    "landlock": 0,
    "none": 0,
}

# Inside the outer jail these paths are free; without namespaces the host names a folder.
JAIL_FOLDER = "/job"
_JAIL_ID = 1000
_INODES = 16384
_SIGNAL_SCOPE = 6  # the Landlock ABI that keeps signals inside


class Folders:
    """The folders that a job may write, all below one."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.work = root + "/work"
        self.home = root + "/home"
        self.temporary = root + "/tmp"  # noqa: S108 - below the job's own folder
        self.shared_memory = root + "/shm"
        self.script = root + "/script"

    def make(self) -> None:
        """Create them, for the owner alone."""
        for path in (self.work, self.home, self.temporary, self.shared_memory, self.script):
            os.mkdir(path, 0o700)


def confine(
    config: dict[str, Any], outer_uid: int, outer_gid: int, start: Callable[[Folders, bytes | None], None]
) -> Folders:
    """Take away everything that the script does not need; once done it cannot be undone.

    `start` is called when a process may still be started and the folders are all that it can write to. It gets the
    filter of system calls where such a process has to take that itself, for afterwards this layer has none.
    """
    layer = config["layer"]
    # A process group of its own: a signal or a priority for the group shall not reach the zygote.
    os.setsid()
    folders = Folders(JAIL_FOLDER if layer == "namespaces" else config["folder"])
    if layer == "namespaces":
        _own_mounts(folders, config["disk"], outer_uid, outer_gid)
    else:
        os.mkdir(folders.root, 0o700)
        folders.make()
    os.chdir(folders.work)
    # If the machine itself runs out of memory, the kernel shall take the job first.
    _write_if_allowed("/proc/self/oom_score_adj", "1000")
    if layer == "none":
        start(folders, b"")
        return folders
    if layer == "namespaces":
        linux.drop_capabilities()
    else:
        linux.end_with_parent()
        if linux.landlock_abi() < _SIGNAL_SCOPE:
            raise OSError("without namespaces a jail needs Landlock's signal scope (ABI 6, Linux 6.12)")
    linux.forbid_new_privileges()
    if layer == "namespaces":
        linux.restrict(["/"], [JAIL_FOLDER, "/dev/shm"], ["/dev/null"], config["ports"])  # noqa: S108
    else:
        linux.restrict(config["readable"], [folders.root], ["/dev/null"], [])
    if layer == "landlock":
        start(folders, config["filter"])
    linux.filter_calls(config["filter"])
    if layer == "namespaces":
        start(folders, None)
    return folders


def _own_mounts(folders: Folders, disk: int, outer_uid: int, outer_gid: int) -> None:
    linux.map_ids(_JAIL_ID, _JAIL_ID, outer_uid, outer_gid)
    options = f"size={disk},nr_inodes={_INODES},mode=700"
    linux.mount("tmpfs", folders.root, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, options)
    folders.make()
    # Semaphores and shared memory count against the same tmpfs.
    linux.mount(folders.shared_memory, "/dev/shm", "", linux.MS_BIND)  # noqa: S108
    proc = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
    linux.mount("proc", "/proc", "proc", proc, "subset=pid")


def _write_if_allowed(path: str, text: str) -> None:
    try:
        with open(path, "w") as file:
            file.write(text)
    except OSError:
        pass


def limit(limits: dict[str, tuple[int, int]]) -> None:
    """Set the limits of one job: {"DATA": (soft, hard), "CPU": …}, in the units of setrlimit(2)."""
    for name, (soft, hard) in limits.items():
        number = getattr(resource, "RLIMIT_" + name, None)
        if number is not None:
            resource.setrlimit(number, (soft, hard))
