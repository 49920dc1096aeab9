"""Which environment a script runs in: the one home of that rule, for experiments, services and the command line.

Its node's own parameter, else what the script says itself (PEP 723), else the experiment's, else `default`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bottega.engine.inline_metadata import Inline, read
from bottega.errors import BottegaError
from bottega.sandbox.host import build, environment, interpreter
from bottega.sandbox.host.environment import CLASSIC, DEFAULT, Environment

Origin = Literal["node", "script", "experiment", "default"]
# Values of the parameter `old_names` that say themselves; any other is as the environment has it.
_ON, _OFF = "On", "Off"


@dataclass(frozen=True)
class Choice:
    """An environment by name, who chose it, and what it is built from where the script says so itself."""

    name: str
    origin: Origin = "default"
    inline: Inline | None = None


def of(script: str | bytes, own: str = "", experiment: str = "") -> Choice:
    """The environment of a script.

    own         what its node or command line names; empty for nothing
    experiment  what its experiment names
    Raises `inline-metadata` for a script whose own words cannot be read, unless they do not count.
    """
    if own.strip():
        return Choice(own.strip(), "node")
    inline = read(script)
    if inline is not None:
        return Choice(inline.name, "script", inline)
    if experiment.strip():
        return Choice(experiment.strip(), "experiment")
    return Choice(DEFAULT)


def ensure(choice: Choice, tell: Callable[[str], None], cancelled: threading.Event | None = None) -> Environment:
    """The environment, built where it is not there: what Bottega ships, and what a script asks for itself.

    Raises `environment-unknown`, `environment-build-failed`, `environment-invalid`, `inline-python` where no Python here
    will do, and `canceled`.
    """
    found = _ensured(choice, tell, cancelled)
    if found.is_old:  # the default one's Python runs what is around its scripts
        build.ensure(DEFAULT, lambda text: tell(f"{DEFAULT}: {text}"), cancelled)
    return found


def _ensured(choice: Choice, tell: Callable[[str], None], cancelled: threading.Event | None) -> Environment:
    if choice.inline is None:
        return build.ensure(choice.name, tell, cancelled)
    found = built(choice)
    if found is not None:
        return found
    wanted = build.Recipe(choice.name, choice.inline.requirements, python_for(choice.inline))
    tell("building it, as the script asks")
    return build.make(wanted, tell, cancelled)


def digest(choice: Choice) -> str | None:
    """What the environment is or, of a shipped one, would be once built; None where that is not known."""
    if choice.inline is None:
        return build.digest(choice.name)
    found = built(choice)
    return found.digest if found is not None else None


def compatibility(choice: Choice) -> bool:
    """Whether an environment has the names that libraries have removed, unless a script's node says otherwise."""
    if choice.name in environment.SHIPPED:
        return choice.name == CLASSIC
    found = environment.find(choice.name)
    return found is not None and found.compatibility


def has_old_names(setting: str, compatibility: bool) -> bool:
    """Whether a script finds names that libraries have removed: as its node says, else as its environment does."""
    return {_ON: True, _OFF: False}.get(setting, compatibility)


def built(choice: Choice) -> Environment | None:
    """The environment, where it is there; one that a script asks for only if it was made of just that."""
    found = environment.find(choice.name)
    if choice.inline is None or found is None:
        return found
    # Names are short enough to be made to collide.
    return found if found.requirements == choice.inline.requirements else None


def python_for(inline: Inline) -> str | None:
    """The path of a Python that will do; None for the one that runs Bottega. Raises `inline-python`."""
    if inline.takes(interpreter.base().version):
        return None
    there = interpreter.found()
    for each in there:
        if inline.takes(each.version):
            return each.path
    versions = sorted({each.version for each in (interpreter.base(), *there)}, key=_numbers)
    raise BottegaError("inline-python", wanted=inline.python, versions=", ".join(versions))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
