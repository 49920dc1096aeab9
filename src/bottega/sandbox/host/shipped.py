"""The environments that Bottega ships as locks: built where they are asked for, and anew where Bottega brings others."""

from __future__ import annotations

import threading
from pathlib import Path

from bottega.sandbox.host import environment, interpreter, making, registered
from bottega.sandbox.host.environment import CLASSIC, SHIPPED, Environment
from bottega.sandbox.host.interpreter import Interpreter
from bottega.sandbox.host.uv_program import Tell

_DEFINITIONS = Path(__file__).parent.parent / "environments"
_WITH_OLD_NAMES = (CLASSIC,)


def ensure(name: str, tell: Tell, cancelled: threading.Event | None = None) -> Environment:
    """The environment of that name; a shipped one is built if it is not there, or is of another Bottega.

    Raises `environment-unknown`, `environment-invalid`, and as building does.
    """
    if name not in SHIPPED:
        found = environment.get(name)
        return registered.refresh(found) if found.kind == "registered" else found
    known = environment.find(name)
    if known is not None and known.digest == _digest(name, known.interpreter):
        return known
    return build(name, interpreter.base(), tell, cancelled)


def build(
    name: str, python: Interpreter, tell: Tell, cancelled: threading.Event | None = None,
    source: making.Source | None = None,
) -> Environment:  # fmt: skip
    """A shipped environment on a Python. Raises as `making.create`."""
    return making.create(
        name, lock(name), python, tell, cancelled, source=source, compatibility=has_old_names(name),
        made={"requirements": requirements(name)},
    )  # fmt: skip


def digest(name: str) -> str | None:
    """What the environment of that name is or, of a shipped one, would be once built; None where there is none."""
    found = environment.find(name)
    if name in SHIPPED:
        return _digest(name, found.interpreter if found is not None else interpreter.base())
    if found is None:
        return None
    return registered.digest(found) if found.kind == "registered" else found.digest


def lock(name: str) -> str:
    """The lock of a shipped environment."""
    return (_DEFINITIONS / f"{name}.lock").read_text()


def requirements(name: str) -> str:
    """What the lock of a shipped environment was made from."""
    return (_DEFINITIONS / f"{name}.in").read_text()


def has_old_names(name: str) -> bool:
    """Whether scripts in a shipped environment find names that libraries have removed."""
    return name in _WITH_OLD_NAMES


def _digest(name: str, python: Interpreter) -> str:
    return making.digest(lock(name), python, compatibility=has_old_names(name))
