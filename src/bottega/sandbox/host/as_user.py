"""Run by root in front of the jail: make its folders reachable, then become its user for good.

A program of its own that imports next to nothing, for every jail's start waits for it:
`python -I -S as_user.py UID GID COUNT FOLDER… COMMAND…`, with COUNT folders. The jail's
user need not be able to walk to the folders (root's home is shut to others): in a
mount namespace of this process alone, a folder that is shut on the way is covered by an
empty one that is open and holds nothing but the way to them.
"""

import ctypes
import os
import stat
import sys

_NEWNS = 0x00020000
_MS_BIND, _MS_REC, _MS_PRIVATE = 4096, 16384, 1 << 18

_libc = ctypes.CDLL(None, use_errno=True)


def _mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    if _libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), data.encode()):
        number = ctypes.get_errno()
        raise OSError(number, f"mount {target}: {os.strerror(number)}")


def _shut(path: str, uid: int, gid: int) -> str | None:
    """The first folder above a path that the user may not walk through."""
    parts = path.split("/")
    for end in range(2, len(parts)):
        folder = "/".join(parts[:end])
        status = os.stat(folder)
        if status.st_uid == uid:
            right = stat.S_IXUSR
        elif status.st_gid == gid:
            right = stat.S_IXGRP
        else:
            right = stat.S_IXOTH
        if not status.st_mode & right:
            return folder
    return None


def _open_ways(folders: list[str], uid: int, gid: int) -> None:
    shut = {folder: _shut(folder, uid, gid) for folder in folders}
    hidden = [folder for folder in folders if shut[folder] is not None]
    if not hidden or _libc.unshare(_NEWNS):
        return  # nothing to do, or no right to do it: the jail's start will tell
    _mount("", "/", "", _MS_REC | _MS_PRIVATE)
    descriptors = [os.open(folder, os.O_PATH) for folder in hidden]
    for cover in sorted({folder for folder in shut.values() if folder is not None}):
        _mount("tmpfs", cover, "tmpfs", 0, "mode=755,size=64k")
    for folder, descriptor in zip(hidden, descriptors, strict=True):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            os.makedirs(folder, 0o755, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(folder), 0o755, exist_ok=True)
            os.close(os.open(folder, os.O_CREAT | os.O_WRONLY, 0o644))
        _mount(f"/proc/self/fd/{descriptor}", folder, "", _MS_BIND | _MS_REC)
        os.close(descriptor)


def main() -> None:
    """Become the user and run the command; never returns."""
    uid, gid, count = (int(argument) for argument in sys.argv[1:4])
    folders, command = sys.argv[4 : 4 + count], sys.argv[4 + count :]
    os.umask(0o022)
    _open_ways(folders, uid, gid)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    os.chdir("/")
    os.execv(command[0], command)  # noqa: S606 - the point of this program


main()
