"""Where an old script is to run from now on."""

from __future__ import annotations

from bottega.migration.finding import Target
from bottega.sandbox.host import environment
from bottega.sandbox.host.environment import SHIPPED


def target(name: str) -> Target:
    """What the environment of a name has; every removed name is told of a shipped one that is not built yet.

    Raises `environment-unknown`.
    """
    found = environment.find(name)
    if found is not None:
        return Target(dict(found.packages), found.compatibility)
    if name not in SHIPPED:
        environment.get(name)
    return Target({}, name == environment.CLASSIC)
