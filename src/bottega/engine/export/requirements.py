"""The packages that an exported program needs, each in the version that the experiment runs with."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bottega import __version__
from bottega.engine.prepared import Prepared
from bottega.engine.request import imports
from bottega.sandbox.host import build
from bottega.sandbox.host.environment import BOTTEGA, Environment


@dataclass(frozen=True)
class Requirements:
    """Packages as `name==version`, the version of Python, and remarks where one process cannot have all."""

    python: str
    packages: tuple[str, ...]
    notes: tuple[str, ...] = ()
    modules: frozenset[str] = frozenset()

    def lines(self) -> list[str]:
        """As a comment that runners of scripts understand (PEP 723)."""
        packages = [f'#     "{package}",' for package in self.packages]
        return ["# /// script", f'# requires-python = "{self.python}"', "# dependencies = [", *packages, "# ]", "# ///"]


def requirements(prepared: Prepared, tell: Callable[[str], None] = lambda _: None) -> Requirements:
    """What the modules run with, and what the scripts need beside that.

    Raises `environment-unknown`, and as building a shipped environment does.
    """
    own = build.ensure(BOTTEGA, tell)
    versions = dict(own.packages)
    notes = []
    for name, sources in _scripts(prepared).items():
        environment = build.ensure(name, tell)
        for package, version in environment.packages:
            if package in versions and versions[package] != version:
                notes.append(
                    f"In environment {name} {package} is {version}; here modules and scripts share {versions[package]}"
                )
        if _needs_more(sources, environment, own):
            versions = {**dict(environment.packages), **versions}
    versions["bottega"] = __version__
    python = ".".join(own.interpreter.version.split(".")[:2])
    packages = tuple(f"{name}=={version}" for name, version in sorted(versions.items()))
    return Requirements(f"=={python}.*", packages, tuple(notes), own.modules)


def _scripts(prepared: Prepared) -> Mapping[str, list[bytes]]:
    """The users' scripts, by the environment that they run in."""
    found: dict[str, list[bytes]] = {}
    for node in prepared.nodes.values():
        if node.spec.guest == "script":
            source = str(node.values["script"]).encode("utf-8", "surrogatepass")
            found.setdefault(str(node.values["environment"]), []).append(source)
    return found


def _needs_more(sources: list[bytes], environment: Environment, own: Environment) -> bool:
    """Whether a script imports what its environment has and Bottega's has not; then it gets all of it."""
    named = {name.split(".")[0] for source in sources for name in imports(source)}
    return bool((named & environment.modules) - own.modules - sys.stdlib_module_names)
