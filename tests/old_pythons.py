"""Environments of old Pythons for the tests, as registering one makes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bottega.sandbox.host import packages, registered
from bottega.sandbox.host.environment import Environment
from tests.clients import venv

# Name, Python, and what is in it.
OLD_27 = ("old_27", "2.7")  # pandas 0.24, matplotlib 2.2
OLDEST_27 = ("oldest_27", "2.7")  # pandas 0.19
OLD_36 = ("old_36", "3.6")  # pandas 0.20
OLD_38 = ("old_38", "3.8")  # pandas 1.5


def environment(kind: tuple[str, str], folder: Path) -> Environment:
    """The environment, its own folder being `folder`; skips where this machine lacks the Python."""
    name, version = kind
    python = venv.interpreter(version)
    if python is None:
        pytest.skip(f"this machine has no Python {version}")
    facts = registered._look(venv.virtual_with(f"{name}.lock", python))
    folder.chmod(0o755)
    return Environment(
        name=name,
        digest=name,
        folder=folder,
        interpreter=facts.interpreter,
        modules=frozenset(packages.modules(facts.sites)),
        packages=tuple(packages.versions(facts.sites)),
        kind="registered",
        program=facts.program,
        shown=facts.shown,
    )
