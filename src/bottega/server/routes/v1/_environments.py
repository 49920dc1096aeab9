"""What the native API says of environments and their builds, and how what is there becomes that."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from bottega.sandbox.host import environment as environments
from bottega.sandbox.host import packages, shipped
from bottega.sandbox.host.environment import SHIPPED, Kind
from bottega.server import building, requirements
from bottega.server.routes.v1._shapes import Name

Requirements = Annotated[str, Meta(max_length=requirements.LONGEST)]
State = Literal["ready", "building", "failed", "absent"]


class EnvironmentBuild(Struct):
    """How far a build is, or how it ended. Times in seconds since 1970.

    lines         what it told while it worked, oldest first; a long build keeps the newest
    error         why it failed, in words
    requirements  with `python` and `compatibility` what was asked for, to ask for it again
    """

    id: str
    environment: str
    kind: building.Kind
    state: building.State
    lines: list[str]
    queued: float
    started: float | None
    ended: float | None
    error: str | None
    requirements: str
    python: str | None
    compatibility: bool


class EnvironmentSummary(Struct):
    """An environment; `digest` names its lock and its Python, and is empty, as `python` is, where none is built.

    state          absent: one that comes with Bottega and is not built yet; failed: never built, and the last try failed
    kind           registered: an interpreter of somebody else's, used as it is
    size           bytes on disk, of which some may be shared with others; null where it is not ours or not built
    compatibility  whether names that libraries removed are there again in scripts, unless a run says otherwise
    shipped        whether it comes with Bottega
    build          the newest build of it by this server, if it is remembered
    """

    name: str
    digest: str
    python: str
    state: State
    kind: Kind
    package_count: int
    size: int | None
    compatibility: bool
    shipped: bool
    build: EnvironmentBuild | None


class Environment(EnvironmentSummary):
    """One with the versions of its packages by name, and what it was asked to be made from."""

    packages: dict[str, str]
    requirements: str


class EnvironmentUse(Struct):
    """Who runs in an environment; an endpoint's title is SERVICE/ENDPOINT."""

    kind: str
    id: str
    title: str


class NewEnvironment(Struct, forbid_unknown_fields=True):
    """What to make.

    requirements   packages as in a requirements file, one a line, by name; none for one that comes with Bottega
    python         a version that the server has, such as 3.12; null for Bottega's own. Where the workspace allows local
                   files also the path of an interpreter, which without requirements is used as it is
    compatibility  whether scripts find names that libraries removed
    """

    name: Name
    requirements: Requirements = ""
    python: Annotated[str, Meta(min_length=1, max_length=4096)] | None = None
    compatibility: bool = False


class EnvironmentUpdate(Struct, forbid_unknown_fields=True):
    """What to make it from now on; null for what it was made from, resolved anew."""

    requirements: Requirements | None = None


class PythonFound(Struct):
    """A Python of the server, by its version; `is_own` is the one that it runs on."""

    version: str
    is_own: bool


def summary(name: str, found: environments.Environment | None, newest: building.Build | None) -> EnvironmentSummary:
    """An environment, which may be there, be on its way, both or neither."""
    told = None if newest is None else build(newest)
    state = _state(found, newest)
    if found is None:
        return EnvironmentSummary(
            name, "", "", state, "built", 0, None, shipped.has_old_names(name), name in SHIPPED, told
        )
    size = None if found.kind == "registered" else _size(found.folder)
    return EnvironmentSummary(
        name, found.digest, found.interpreter.version, state, found.kind, len(found.packages), size, found.compatibility,
        name in SHIPPED, told,
    )  # fmt: skip


def environment(name: str, found: environments.Environment | None, newest: building.Build | None) -> Environment:
    """The same with its packages."""
    known = summary(name, found, newest)
    made_from = found.requirements if found else ""
    if name in SHIPPED:
        made_from = made_from or shipped.requirements(name)
    return Environment(
        **{field: getattr(known, field) for field in EnvironmentSummary.__struct_fields__},
        packages=dict(found.packages) if found else {}, requirements=made_from,
    )  # fmt: skip


def build(given: building.Build) -> EnvironmentBuild:
    """A build."""
    return EnvironmentBuild(
        given.id, given.environment, given.kind, given.state, list(given.lines), given.queued, given.started, given.ended,
        given.error, given.wish.requirements, given.wish.python, given.wish.compatibility,
    )  # fmt: skip


def _state(found: environments.Environment | None, newest: building.Build | None) -> State:
    if newest is not None and newest.is_active:
        return "building"
    if found is not None:
        return "ready"
    return "failed" if newest is not None and newest.state == "failed" else "absent"


@lru_cache(maxsize=1000)
def _size(folder: Path) -> int:
    """Counted once: a folder that is named for its content does not change."""
    return packages.size(folder)
