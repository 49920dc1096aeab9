"""The few calls to the operating system on which durability rests, in one place so that tests can make them fail."""

from __future__ import annotations

import contextlib
import errno
import os

_PIECE = 1 << 24


class Files:
    """Calls that change a file system; all raise OSError.

    Nothing is durable before `fsync` (a file's content) and `fsync_folder` (the names in
    a folder) have returned.
    """

    def make_folder(self, path: str) -> None:
        """A folder for this user alone; one that is there already is left as it is."""
        with contextlib.suppress(FileExistsError):
            os.mkdir(path, 0o700)

    def create(self, path: str) -> int:
        """A descriptor of a new file that is read-only to everyone else. Raises when the path is taken."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)

    def write(self, descriptor: int, data: memoryview) -> int:
        """Append; the number of bytes taken, which may be fewer than given."""
        return os.write(descriptor, data)

    def copy(self, source: int, target: int, offset: int) -> int:
        """Append a piece of another file from this offset on; its size, 0 at the end.

        The source's own position is neither used nor moved.
        """
        try:
            return os.sendfile(target, source, offset, _PIECE)
        except OSError as error:
            if error.errno not in {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP}:
                raise
        piece = os.pread(source, _PIECE, offset)  # a file system between which the kernel does not copy
        return self.write(target, memoryview(piece)) if piece else 0

    def fsync(self, descriptor: int) -> None:
        """Make a file's content durable."""
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        """Close what `create` opened."""
        os.close(descriptor)

    def replace(self, source: str, target: str) -> None:
        """Rename, over what is there."""
        os.replace(source, target)

    def fsync_folder(self, path: str) -> None:
        """Make the names in a folder durable."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno != errno.EINVAL:  # some network file systems have no such call
                raise
        finally:
            os.close(descriptor)

    def remove(self, path: str) -> None:
        """Remove a file."""
        os.unlink(path)

    def names(self, path: str) -> list[str]:
        """The names in a folder, sorted."""
        return sorted(os.listdir(path))


def length(source: bytes | int) -> int:
    """The size of bytes, or of the file behind a descriptor. Raises OSError."""
    return os.fstat(source).st_size if isinstance(source, int) else len(source)


def write_all(files: Files, descriptor: int, source: bytes | int) -> int:
    """Append bytes, or all of the file behind a descriptor; the size."""
    if isinstance(source, int):
        done = 0
        while taken := files.copy(source, descriptor, done):
            done += taken
        return done
    view = memoryview(source)
    while view:
        view = view[files.write(descriptor, view) :]
    return len(source)


def write_whole(files: Files, path: str, data: bytes) -> None:
    """Write a small file whole or not at all; durable on return."""
    temporary = f"{path}.new"
    with contextlib.suppress(FileNotFoundError):
        files.remove(temporary)
    descriptor = files.create(temporary)
    try:
        write_all(files, descriptor, data)
        files.fsync(descriptor)
    finally:
        files.close(descriptor)
    files.replace(temporary, path)
    files.fsync_folder(os.path.dirname(path))
