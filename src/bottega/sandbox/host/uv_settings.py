"""The user's settings of uv, as far as they tell where packages come from.

What else they can say would let packages' code run on the host: to build some from source, or to compile with the
environment's own Python, which runs its packages' .pth files. Settings of a project that a folder lies in do not count.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = "uv.toml"
_LARGEST = 1 << 20
_KEPT = frozenset(
    {
        "allow-insecure-host", "exclude-newer", "extra-index-url", "find-links", "index", "index-strategy", "index-url",
        "keyring-provider", "native-tls", "no-index", "offline", "system-certs",
    }
)  # fmt: skip


def write(folder: Path) -> Path:
    """The file with the settings that count, in a folder."""
    path = folder / FILE
    path.touch(mode=0o600)  # an index's password may stand in it
    path.write_text("".join(f"{key} = {_toml(value)}\n" for key, value in _kept().items()))
    return path


def _kept() -> dict[str, Any]:
    """Of the user's file before the machine's; lists have the entries of both."""
    kept: dict[str, Any] = {}
    for path in _files():
        table = _read(path)
        for part in (table.get("pip"), table):
            for key, value in part.items() if isinstance(part, dict) else ():
                if key in _KEPT and isinstance(value, list) and isinstance(kept.get(key, []), list):
                    kept[key] = [*kept.get(key, []), *value]
                elif key in _KEPT:
                    kept.setdefault(key, value)
    return kept


def _files() -> Iterator[Path]:
    named = os.environ.get("UV_CONFIG_FILE")
    if named:
        yield Path(named)
    elif not os.environ.get("UV_NO_CONFIG"):
        own = os.environ.get("XDG_CONFIG_HOME")
        yield (Path(own) if own and Path(own).is_absolute() else Path.home() / ".config") / "uv" / FILE
        yield Path("/etc/uv") / FILE


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.loads(file.read(_LARGEST).decode())
    except (OSError, ValueError, RecursionError):
        return {}


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(str(key))} = {_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, (str, bool, int)):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value.isoformat() if hasattr(value, "isoformat") else str(value))
