"""An output file that takes its place only when it is complete."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

from bottega.errors import BottegaError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def target(path: Path) -> Iterator[IO[bytes]]:
    """Return a file to write, which replaces `path` at the end and leaves nothing after an error.

    So a table that is mapped from a file can be written to that same file. Raises `0048`
    where the file cannot be written.
    """
    temporary = None
    try:
        place, mode = _place(path)
        temporary = place.with_name(f".{place.name[:200]}.{secrets.token_hex(6)}")
        with temporary.open("xb") as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            yield file
        temporary.replace(place)
        temporary = None
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
        reason = getattr(error, "strerror", None) or str(error)
        raise BottegaError("0048", path=str(path), reason=reason) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


def _place(path: Path) -> tuple[Path, int | None]:
    """Where links lead to, and the permissions of the file there, or None where there is none."""
    try:
        place = path.resolve()
        mode = place.stat().st_mode
    except FileNotFoundError:
        return place, None
    except ValueError as error:  # a NUL in the path
        raise OSError(None, str(error)) from error
    if not stat.S_ISREG(mode):
        raise OSError(None, "it is a directory" if stat.S_ISDIR(mode) else "it is not a regular file")
    return place, stat.S_IMODE(mode)
