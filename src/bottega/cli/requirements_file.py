"""Requirements as a user's files have them, in one text that means the same anywhere on this machine."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from bottega.errors import BottegaError

_LARGEST = 4 << 20
_DEEPEST = 10
_INCLUDE = re.compile(r"(?:-r|--requirement)(?:\s+|=)(?P<path>\S.*?)\s*(?:\s#.*)?")
_FOLDER = re.compile(r"(?P<option>-c|--constraint|-f|--find-links)(?:\s+|=)(?P<path>\S.*?)\s*(?:\s#.*)?")
_EDITABLE = re.compile(r"(?:-e|--editable)\b.*")


def text(path: str) -> str:
    """What is in a file, or in what is piped in for `-`. Raises `0048`."""
    try:
        if path == "-":
            return sys.stdin.read(_LARGEST)
        if not Path(path).is_file():
            raise BottegaError("0048", path=path, reason="no such file")
        with Path(path).open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise BottegaError("0048", path=path, reason=f"it is larger than {_LARGEST >> 20} MB")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BottegaError("0048", path=path, reason="it is no text in UTF-8") from error
    except OSError as error:
        raise BottegaError("0048", path=path, reason=error.strerror or str(error)) from error


def read(path: str, depth: int = 0) -> str:
    """The requirements of a file with those of the files that it includes, all paths whole.

    Raises `0048`, and `usage` for a folder that is installed in place, which no lock can name.
    """
    if depth > _DEEPEST:
        raise BottegaError("0048", path=path, reason=f"files include files more than {_DEEPEST} deep")
    base = Path.cwd() if path == "-" else Path(path).absolute().parent
    lines = []
    for each in text(path).splitlines():
        include = _INCLUDE.fullmatch(each.strip())
        if include is not None:
            lines.append(read(str(base / include["path"]), depth + 1))
        else:
            lines.append(line(each, base))
    return "\n".join(lines)


def line(given: str, base: Path | None = None) -> str:
    """A line with the path of its file or folder whole. Raises `usage` for one that is installed in place."""
    base = base or Path.cwd()
    told = given.strip()
    if _EDITABLE.fullmatch(told):
        reason = f"{told[:100]!r} is installed in place, and what it has tomorrow no lock can tell; build a wheel of it"
        raise BottegaError("usage", reason=reason)
    option = _FOLDER.fullmatch(told)
    if option is not None and "://" not in option["path"]:
        return f"{option['option']} {base / option['path']}"
    if told.startswith(("./", "../")) or (
        told.split(";")[0].strip().endswith(".whl") and "://" not in told and "@" not in told
    ):
        return str(base / told)
    return given
