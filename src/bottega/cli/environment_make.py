"""`bottega environment create` and `update`."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from bottega.cli import exits, requirements_file
from bottega.cli.terminal import Progress
from bottega.cli.words import count, size
from bottega.errors import BottegaError
from bottega.sandbox.host import build, environment
from bottega.sandbox.host.environment import SHIPPED, Environment
from bottega.sandbox.host.uv_program import Tell

Verb = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
_NOTHING = (
    "Name the packages: --requirements FILE, --packages NAME… or --lock FILE; or an interpreter that has them: "
    "--python PATH or --conda-prefix DIR"
)


def add(verb: Verb) -> None:
    """Add both to the parser."""
    create = verb("create", _create, "make an environment of packages, or register an interpreter that has its own")
    create.add_argument("name", metavar="NAME", help="a new one, or one that Bottega ships to build it now")
    create.add_argument("--requirements", metavar="FILE", help="as pip reads it; - reads what is piped in")
    create.add_argument(
        "--packages", metavar="PACKAGE", nargs="+", default=[], help="such as humanize 'scikit-learn<1.6'"
    )
    create.add_argument("--lock", metavar="FILE", help="what `bottega environment export` wrote; nothing is resolved")
    create.add_argument(
        "--python", metavar="PATH|VERSION",
        help="the Python to build on, by path or as 3.12 (default: the one that runs Bottega); without packages it is "
        "registered as it is, a virtual environment's too",
    )  # fmt: skip
    create.add_argument("--conda-prefix", metavar="DIR", help="register the conda environment in this folder")
    create.add_argument("--wheels", metavar="DIR", help="take packages from the wheels in this folder and no index")
    create.add_argument(
        "--from-source", action="store_true",
        help="build packages that have no wheel; their own code then runs, in a jail that has a network",
    )  # fmt: skip
    create.add_argument(
        "--old-names", action="store_true", help="let scripts find names that libraries have removed, as in `classic`"
    )
    update = verb("update", _update, "resolve its requirements anew; what is published with it keeps the older build")
    update.add_argument("name", metavar="NAME")
    update.add_argument("--add", metavar="PACKAGE", nargs="+", default=[], help="with these packages, too")


def _create(options: argparse.Namespace) -> int:
    environment.check_name(options.name)
    make = _registering(options) or _building(options)
    return _made(make, options)


def _registering(options: argparse.Namespace) -> Callable[[Tell], Environment] | None:
    """How to register an interpreter, if that is what is asked for. Raises `usage` for what does not go together."""
    packages = options.requirements or options.packages or options.lock
    if options.conda_prefix is None and (options.python is None or packages or options.name in SHIPPED):
        return None
    also = [name for name in ("requirements", "packages", "lock", "wheels", "from_source") if getattr(options, name)]
    if options.conda_prefix is not None and options.python is not None:
        also.append("python")
    if also:
        given = ", ".join(f"--{name.replace('_', '-')}" for name in also)
        reason = f"An interpreter is registered with the packages that it has: {given} cannot go with it"
        raise BottegaError("usage", reason=reason)
    if options.name in SHIPPED:
        reason = f"Environment {options.name} is one that Bottega ships; choose another name for one of your own"
        raise BottegaError("usage", reason=reason)
    if options.conda_prefix is not None and not Path(options.conda_prefix, "conda-meta").is_dir():
        raise BottegaError("usage", reason=f"{options.conda_prefix} is no environment of conda: it has no conda-meta")
    given = os.path.abspath(options.conda_prefix) if options.conda_prefix else options.python
    return lambda tell: build.register(options.name, given, tell, compatibility=options.old_names)


def _building(options: argparse.Namespace) -> Callable[[Tell], Environment]:
    if options.lock and (options.requirements or options.packages):
        raise BottegaError("usage", reason="A lock names all packages: --requirements and --packages cannot go with it")
    if options.name not in SHIPPED and not (options.lock or options.requirements or options.packages):
        raise BottegaError("usage", reason=_NOTHING)
    lines = [requirements_file.read(options.requirements)] if options.requirements else []
    recipe = build.Recipe(
        options.name,
        "\n".join([*lines, *map(requirements_file.line, options.packages)]),
        options.python,
        Path(options.wheels) if options.wheels else None,
        from_source=options.from_source,
        compatibility=options.old_names,
        lock=requirements_file.text(options.lock) if options.lock else "",
        local=True,
    )
    return lambda tell: build.make(recipe, tell)


def _update(options: argparse.Namespace) -> int:
    before = environment.find(options.name)
    wanted = _with(options.name, before, options.add) if options.add else None
    local = environment.named(options.name).get("local") is True  # what was made on the server has names alone
    return _made(lambda tell: build.update(options.name, tell, requirements=wanted, local=local), options, before)


def _with(name: str, before: Environment | None, packages: Sequence[str]) -> str:
    """The requirements of an environment of one's own, and more packages. Raises `usage`, and `environment-unknown`."""
    if name in SHIPPED:
        reason = f"Environment {name} is one that Bottega ships; make one of your own with: create NAME --packages …"
        raise BottegaError("usage", reason=reason)
    found = before if before is not None else environment.get(name)
    if found.kind == "registered" or not found.requirements.strip():
        where = "install them in its Python" if found.kind == "registered" else "create it with --requirements"
        raise BottegaError("usage", reason=f"Nothing tells what {name} was made from, so nothing is added: {where}")
    whole = str(environment.named(name).get("requirements", ""))  # with the credentials of its index
    return "\n".join((whole.rstrip("\n"), *map(requirements_file.line, packages))) + "\n"


def _made(make: Callable[[Tell], Environment], options: argparse.Namespace, before: Environment | None = None) -> int:
    from bottega.cli.environment import facts

    progress = Progress(quiet=options.json)
    try:
        built = make(progress.phase)
    finally:
        progress.close()
    changes = _changes(before, built)
    if options.json:
        print(json.dumps(facts(built) | ({"changes": changes} if before is not None else {})))
        return exits.OK
    disk = f", {size(build.size(built))}" if built.kind == "built" else f", {built.program}"
    print(
        f"environment {built.name}: {count(len(built.packages), 'package')} on Python {built.interpreter.version}{disk}"
    )
    if before is not None:
        print(*([f"  {line}" for line in changes] or ["  nothing has changed"]), sep="\n")
    return exits.OK


def _changes(before: Environment | None, after: Environment) -> list[str]:
    """What an update changed, a package a line."""
    old, new = dict(before.packages) if before is not None else {}, dict(after.packages)
    gone = [f"- {name} {old[name]}" for name in sorted(old.keys() - new.keys())]
    come = [f"+ {name} {new[name]}" for name in sorted(new.keys() - old.keys())]
    other = [f"{name} {old[name]} → {new[name]}" for name in sorted(old.keys() & new.keys()) if old[name] != new[name]]
    return [*other, *come, *gone] if before is not None else []
