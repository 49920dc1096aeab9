"""The packages of a service: those that it was published with, found again by their lock, or built from it once more."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from bottega.engine import environment_of
from bottega.engine.environment_of import Choice
from bottega.errors import BottegaError
from bottega.sandbox.host import build, environment, registered, shelf
from bottega.sandbox.host.environment import BOTTEGA, Environment
from bottega.sandbox.host.recipe import Recipe
from bottega.services.program import Lock, Program
from bottega.store.digest import bytes_digest
from bottega.store.workspace import Workspace

_REGISTERED = "registered "  # what a pin of somebody else's Python begins with
_LONGEST_LOCK = 16 << 20
_MOST_TOLD = 5
_NUMBER = re.compile(r"\d+")


def pinned(choice: Choice | str) -> str:
    """Names the exact packages that an environment has now, the same on any machine; a registered one's on this one.

    Raises `environment-unknown`, and what building one that the script asks for can raise.
    """
    return _pin(_ensured(choice))


def kept(workspace: Workspace, program: Program) -> Program:
    """The program with the locks of its environments, which are put into the workspace."""
    locks = dict(program.locks)
    for name, digest in program.environments.items():
        found = None if name == BOTTEGA or digest.startswith(_REGISTERED) else get(name, digest)
        content = _lock(found.folder) if found is not None else b""
        if found is not None and content:
            locks[name] = Lock(bytes_digest(content), found.interpreter.version, found.compatibility)
            workspace.blobs.put(locks[name].digest, content)
    return msgspec.structs.replace(program, locks=locks)


def restore(workspace: Workspace, program: Program) -> None:
    """Build environments of a program that are gone from the locks that came with it.

    Raises `blob-missing`, and as building does.
    """
    for name, lock in program.locks.items():
        digest = program.environments.get(name, "")
        if digest and _there(name, digest) is None:
            with workspace.blobs.open(lock.digest) as file:
                text = file.read(_LONGEST_LOCK).decode("utf-8", "replace")
            _rebuild(f"service-{digest[:12]}", text, lock)


def get(name: str, digest: str | None) -> Environment:
    """The environment of a name with these packages, or of an older build of it that has them; None for any.

    Bottega's own follows Bottega: where the older one is gone, today's runs the modules. Raises `environment-unknown`
    and `environment-invalid`.
    """
    if digest is None:
        return build.ensure(name, lambda _: None)
    if digest.startswith(_REGISTERED):
        return _registered(name, digest.removeprefix(_REGISTERED))
    found = _there(name, digest)
    if found is not None:
        return found
    today = build.ensure(name, lambda _: None)
    if name == BOTTEGA or _pin(today) == digest:
        return today
    reason = "it has other packages now than when the service was published, and those are gone; publish it again"
    raise BottegaError("environment-invalid", name=name, reason=reason)


def _ensured(choice: Choice | str) -> Environment:
    choice = Choice(choice) if isinstance(choice, str) else choice
    return environment_of.ensure(choice, lambda _: None)


def _there(name: str, digest: str) -> Environment | None:
    """The environment with these packages, under its name or any other."""
    found = environment.find(name)
    return found if found is not None and _pin(found) == digest else _with_lock(name, digest)


def _registered(name: str, digest: str) -> Environment:
    """Somebody else's Python, if it is what it was: nobody keeps older states of those."""
    found = environment.find(name)
    if found is None or found.kind != "registered":
        reason = (
            f"no Python is registered by that name any more; bottega environment create {name} --python … registers one"
        )
        raise BottegaError(
            "environment-invalid", name=name, reason=f"{reason}, and then the service can be published again"
        )
    now = registered.refresh(found)
    if now.digest == digest:
        return now
    change = _change(environment.at(environment.root() / digest, name), now)
    reason = f"its Python is not what it was when the service was published: {change}; undo that, or publish again"
    raise BottegaError("environment-invalid", name=name, reason=reason)


def _change(before: Environment | None, now: Environment) -> str:
    """What is different of a registered Python, in some words."""
    if before is None:
        return f"it is {now.program} with Python {now.interpreter.version} now"
    if (before.program, before.interpreter) != (now.program, now.interpreter):
        return (
            f"it was {before.program} ({before.interpreter.version}), and is {now.program} ({now.interpreter.version})"
        )
    old, new = dict(before.packages), dict(now.packages)
    told = [f"{name} was {old.get(name, 'not there')} and is {new.get(name, 'gone')}"
            for name in sorted({*old, *new}) if old.get(name) != new.get(name)]  # fmt: skip
    more = f" and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
    return (
        "; ".join(told[:_MOST_TOLD]) + more
        if told
        else "old names of libraries are restored in the one, and not in the other"
    )


def _rebuild(name: str, text: str, lock: Lock) -> None:
    python = ".".join(_NUMBER.findall(lock.python)[:2])  # a version: a path would be run
    build.make(Recipe(name, python=python, lock=text, compatibility=lock.compatibility), lambda _: None)


def _with_lock(name: str, digest: str) -> Environment | None:
    if not digest:
        return None
    for folder in sorted(environment.root().iterdir() if environment.root().is_dir() else ()):
        if shelf.lock_digest(folder) == digest:
            found = environment.at(folder, name)
            if found is not None and found.kind == "built":
                return found
    return None


def _pin(found: Environment) -> str:
    return f"{_REGISTERED}{found.digest}" if found.kind == "registered" else shelf.lock_digest(found.folder)


def _lock(folder: Path) -> bytes:
    try:
        return (folder / shelf.LOCK).read_bytes()
    except OSError:
        return b""
