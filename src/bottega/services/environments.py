"""The packages of a service: those that it was published with, as long as they are here."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bottega.errors import BottegaError
from bottega.sandbox.host import build, environment
from bottega.sandbox.host.environment import BOTTEGA, Environment

_LOCK = "requirements.lock"


def pinned(name: str) -> str:
    """Names the exact packages that an environment has now; the same on any machine. Raises `environment-unknown`."""
    return _digest(build.ensure(name, lambda _: None).folder)


def get(name: str, digest: str | None) -> Environment:
    """The environment of a name with these packages, or of an older build of it that has them; None for any.

    Bottega's own follows Bottega: where the older one is gone, today's runs the modules. Raises `environment-unknown`
    and `environment-invalid`.
    """
    found = environment.find(name)
    if digest is not None and (found is None or _digest(found.folder) != digest):
        older = _with_lock(name, digest)
        if older is not None:
            return older
    today = build.ensure(name, lambda _: None)
    if digest is None or name == BOTTEGA or _digest(today.folder) == digest:
        return today
    reason = "it has other packages now than when the service was published, and those are gone; publish it again"
    raise BottegaError("environment-invalid", name=name, reason=reason)


def _with_lock(name: str, digest: str) -> Environment | None:
    for folder in sorted(environment.root().iterdir() if environment.root().is_dir() else ()):
        if (folder / _LOCK).is_file() and _digest(folder) == digest:
            found = environment.at(folder, name)
            if found is not None:
                return found
    return None


def _digest(folder: Path) -> str:
    try:
        content = (folder / _LOCK).read_bytes()
    except OSError:
        return ""
    return hashlib.blake2b(content, digest_size=16).hexdigest()
