"""The folder of all environments: their names, work under way, and what is to go."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from bottega.errors import BottegaError
from bottega.sandbox.host import environment, packages, removal
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.folders import private

LOCK = "requirements.lock"
_GUARD = ".building.lock"
_WORK = ".work-"
_DIGEST = 32
_FULL = (errno.ENOSPC, errno.EDQUOT)


def folder() -> Path:
    """Where environments are kept, made where it is not there."""
    return private(environment.root())


@contextlib.contextmanager
def telling(name: str) -> Iterator[None]:
    """Let what the disk refuses be told. Raises `environment-build-failed`."""
    try:
        yield
    except OSError as error:
        reason = f"{error.filename or environment.root()}: {error.strerror or error}"
        if error.errno in _FULL:
            reason = f"the disk is full; make room there (bottega environment prune, uv cache prune). {reason}"
        raise BottegaError("environment-build-failed", name=name, reason=reason) from error


@contextlib.contextmanager
def locked(digest: str) -> Iterator[None]:
    """Two processes neither build nor remove the same folder at once."""
    with (folder() / f"{digest}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def work() -> Iterator[tuple[Path, int]]:
    """A folder to build in, beside those that are whole, and the descriptor whose owners it belongs to.

    It goes with the block, and that of a process that was killed goes when the next one works here: its lock
    is free once nobody has the descriptor any more, neither the process nor what it started.
    """
    root = folder()
    with (root / _GUARD).open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        _sweep(root)
        place = root / f"{_WORK}{secrets.token_hex(8)}"
        place.mkdir(mode=0o755)
        owner = os.open(place / "owner", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(owner, fcntl.LOCK_EX)
    try:
        yield place, owner
    finally:
        removal.remove(str(place))
        os.close(owner)


def publish(unfinished: Path, digest: str) -> Path:
    """Move a folder that is whole to where its content is looked for; called under its lock."""
    place = folder() / digest
    removal.remove(str(place))
    unfinished.rename(place)
    return place


def write_name(name: str, digest: str, **made: Any) -> None:
    """Let a name stand for what is in a folder; `made` tells how it was."""
    write_whole(private(folder() / "names") / f"{name}.json", json.dumps({"digest": digest, **made}))


def write_whole(path: Path, text: str) -> None:
    """Write a file that others see with all of its text, or not."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    temporary.write_text(text)
    temporary.replace(path)


def remove(name: str) -> int:
    """Forget a name, and remove its folder where no other has it; the bytes that this gave back.

    Raises `environment-unknown`.
    """
    path = folder() / "names" / f"{environment.check_name(name)}.json"
    digest = str(environment.named(name).get("digest", ""))
    try:
        path.unlink()
    except FileNotFoundError as error:
        there = ", ".join(environment.names()) or "none yet"
        raise BottegaError("environment-unknown", name=name, names=there) from error
    return 0 if digest in _named() else _remove_folder(digest)


def prune(keep: Collection[str] = ()) -> dict[str, int]:
    """Remove the folders that no name stands for; bytes given back by digest.

    keep  digests of folders that stay, or of their locks, as a published service has them
    """
    with (folder() / _GUARD).open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        _sweep(folder())
    return {digest: _remove_folder(digest) for digest in unnamed(keep)}


def unnamed(keep: Collection[str] = ()) -> list[str]:
    """The folders that no name stands for: older builds of what was made anew. Those in `keep` are not among them."""
    named = _named()
    found = [path for path in sorted(folder().iterdir()) if _is_built(path) and path.name not in named]
    return [path.name for path in found if path.name not in keep and lock_digest(path) not in keep]


def lock_digest(place: Path) -> str:
    """Names the lock of an environment's folder, the same on any machine; empty where it has none."""
    try:
        return hashlib.blake2b((place / LOCK).read_bytes(), digest_size=16).hexdigest()
    except OSError:
        return ""


def size(built: Environment) -> int:
    """The bytes of an environment on disk; of a registered one only what Bottega keeps of it.

    Files that it shares with other environments and with uv's cache count whole.
    """
    return built.disk or packages.size(built.folder)  # to look takes seconds where there are many files


def lock_text(built: Environment) -> str:
    """Its exact packages as a requirements file, with hashes unless it is registered, and how to make it elsewhere."""
    head = f"# bottega: python={'.'.join(map(str, built.interpreter.numbers[:2]))}\n"
    head += "# bottega: old-names\n" if built.compatibility else ""
    if built.kind == "registered":
        return head + "".join(f"{name}=={version}\n" for name, version in built.packages)
    try:
        return head + (built.folder / LOCK).read_text()
    except OSError as error:
        reason = f"its lock cannot be read: {error}"
        raise BottegaError("environment-invalid", name=built.name, reason=reason) from error


def _named() -> set[str]:
    return {str(environment.named(name).get("digest", "")) for name in environment.names()}


def _is_built(path: Path) -> bool:
    return len(path.name) == _DIGEST and path.name.isalnum() and path.is_dir() and not path.is_symlink()


def _remove_folder(digest: str) -> int:
    place = folder() / digest
    if not _is_built(place):
        return 0
    with locked(digest):
        if digest in _named():  # somebody gave it a name meanwhile
            return 0
        freed = packages.freed(place)
        gone = place.with_name(f"{_WORK}{secrets.token_hex(8)}")
        place.rename(gone)  # at once: what is half removed is not taken for whole
        removal.remove(str(gone))
    return freed


def _sweep(root: Path) -> None:
    """Remove what killed processes left."""
    for place in root.glob(f"{_WORK}*"):
        try:
            owner = os.open(place / "owner", os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            removal.remove(str(place))
            continue
        try:
            fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
            removal.remove(str(place))
        except BlockingIOError:
            pass  # somebody builds there
        finally:
            os.close(owner)
    for old in root.glob(".[0-9a-f]*.[0-9]*"):  # of builds by older versions
        if old.is_dir() and not Path("/proc", old.name.rpartition(".")[2]).exists():
            removal.remove(str(old))
