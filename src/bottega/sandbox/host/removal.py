"""Removing a folder that a hostile script filled."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator


def remove(folder: str) -> None:
    """Remove all of it that can be: however deep, whatever its modes, without following a link.

    `shutil.rmtree` recurses, and raises on what is nested deeper than Python's stack.
    """
    _open_up(folder)
    unused = secrets.token_hex(8)  # no name of the script's own
    number = 0
    while inner := list(_folders_left(folder)):
        for path in inner:
            _open_up(path)
            for deeper in _folders_left(path):
                _open_up(deeper)
                number += 1
                with contextlib.suppress(OSError):
                    os.rename(deeper, os.path.join(folder, f"{unused}-{number}"))
        if not sum(_removed(path) for path in inner):  # nothing more can be done here
            break
    _removed(folder)


def _folders_left(folder: str) -> Iterator[str]:
    """The folders in a folder, once all else in it is removed."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield entry.path
            else:
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)


def _open_up(folder: str) -> None:
    with contextlib.suppress(OSError):
        os.chmod(folder, 0o700)


def _removed(folder: str) -> bool:
    try:
        os.rmdir(folder)
    except OSError:
        return False
    return True
