"""Interpreters of somebody else's as environments: used as they are, nothing is installed into them.

What is in them is read from their folders. Of their programs only the bare Python runs, once, when it is registered:
no package's code, and neither for a list nor to show one.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
from dataclasses import asdict, dataclass
from pathlib import Path

from bottega.errors import BottegaError
from bottega.sandbox.host import environment, fonts, interpreter, packages, shelf
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.folders import home
from bottega.sandbox.host.interpreter import Interpreter
from bottega.sandbox.host.uv_program import Tell

_SETTINGS = "pyvenv.cfg"
_LARGEST_SETTINGS = 64 << 10
_MOST_LINKS = 16
_LEAST_PERSON = 1000  # of the numbers of users; below are those of services


@dataclass(frozen=True)
class Facts:
    """What is known of one.

    program  by the path that it knows itself by, for that leads it to its packages
    sites    the folders of its packages, those that count first in front
    shown    what jails must see beside the Python's own folders
    """

    program: str
    interpreter: Interpreter
    sites: tuple[Path, ...]
    shown: tuple[str, ...]


def register(name: str, python: Path, tell: Tell, *, compatibility: bool = False) -> Environment:
    """Give a name to an interpreter, or to that in the folder of an environment, with what is installed there.

    Raises `environment-invalid`.
    """
    environment.check_name(name)
    tell("looking at what is installed")
    facts = _look(interpreter.program(str(python)))
    return _keep(name, facts, compatibility=compatibility, tell=tell)


def refresh(found: Environment) -> Environment:
    """It as it is now: what was installed or removed since gives it another digest. Runs nothing of it.

    Raises `environment-invalid` where its Python is there no longer.
    """
    facts = _facts(found)
    if _digest(facts, packages.versions(facts.sites), compatibility=found.compatibility) == found.digest:
        return found
    return _keep(found.name, facts, compatibility=found.compatibility, tell=lambda _: None)


def digest(found: Environment) -> str:
    """What it would be called now; as it was where its Python is there no longer, which its use tells."""
    try:
        facts = _facts(found)
    except BottegaError:
        return found.digest
    return _digest(facts, packages.versions(facts.sites), compatibility=found.compatibility)


def _keep(name: str, facts: Facts, *, compatibility: bool, tell: Tell) -> Environment:
    versions = packages.versions(facts.sites)
    named = _digest(facts, versions, compatibility=compatibility)
    meta = {
        "interpreter": asdict(facts.interpreter), "modules": packages.modules(facts.sites), "packages": versions,
        "kind": "registered", "compatibility": compatibility, "program": facts.program, "shown": facts.shown,
        "sites": [str(site) for site in facts.sites],
    }  # fmt: skip
    with shelf.telling(name), shelf.locked(named):
        if environment.at(environment.root() / named, name) is None:
            with shelf.work() as (work, _):
                (work / "whole").mkdir(mode=0o755)
                lock = "".join(f"{package}=={version}\n" for package, version in versions)
                (work / "whole" / shelf.LOCK).write_text(lock)
                shelf.write_whole(work / "whole" / "meta.json", json.dumps(meta))
                shelf.publish(work / "whole", named)
        shelf.write_name(name, named, python=facts.program)
    built = environment.get(name)
    if not built.is_old or environment.find(environment.DEFAULT) is not None:  # which runs what is around old scripts
        tell("listing fonts")
        fonts.make_list(built)
    return built


def _digest(facts: Facts, versions: list[tuple[str, str]], *, compatibility: bool) -> str:
    content = json.dumps(["registered", asdict(facts.interpreter), facts.program, versions, compatibility])
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def _facts(found: Environment) -> Facts:
    """What was kept of it when it was registered."""
    try:
        meta = json.loads((found.folder / "meta.json").read_text())
        sites = tuple(Path(site) for site in meta["sites"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BottegaError("environment-invalid", name=found.name, reason="what is known of it is damaged") from error
    if not os.access(found.program, os.X_OK):
        reason = f"{found.program} is there no longer"
        raise BottegaError("environment-invalid", name=found.name, reason=reason)
    return Facts(found.program, found.interpreter, sites, found.shown)


def _look(program: Path) -> Facts:
    prefix = program.parent.parent
    settings = _settings(prefix)
    under = _under(program, prefix, settings)
    if under is None:  # a Python with its packages beside it; a program in front of it, such as pyenv's, tells which
        python = interpreter.ask(str(program))
        program, own = Path(python.path), []
        prefixes = [Path(python.prefix), Path(python.exec_prefix)]
    else:
        python = interpreter.ask(str(under))
        own = [str(prefix), *_links(program)]
        with_system = settings.get("include-system-site-packages", "").lower() == "true"
        prefixes = [prefix, *([Path(python.prefix)] if with_system else [])]
    sites = tuple(_sites(prefixes, python))
    shown: list[str] = []
    for path in (*own, python.path, *map(str, sites)):
        if not _lies_in(path, (*python.folders, *shown)):
            shown.append(path)
    facts = Facts(str(program), python, sites, tuple(shown))
    _check(facts)
    return facts


def _under(program: Path, prefix: Path, settings: dict[str, str]) -> Path | None:
    """The Python under a virtual environment; None for a Python that is none.

    Newer ones tell it in their settings, virtualenv before its version 20 in a file of the library.
    """
    version = settings.get("version", settings.get("version_info", ""))
    name = "python" + ".".join(version.split(".")[:2])
    named = [settings.get("base-executable"), settings.get("executable"), os.path.realpath(program)]
    if settings:
        named.append(f"{settings.get('home', '')}/{name}")
    for old in sorted(prefix.glob("lib/python*/orig-prefix.txt")):
        named = [f"{_text(old).strip()}/bin/{old.parent.name}"]
        settings = {"home": "of virtualenv"}
    if not settings:
        return None
    outside = [Path(path) for path in named if path and Path(path).is_absolute() and Path(path).is_file()]
    return next((path for path in outside if not path.is_relative_to(prefix)), None)


def _settings(prefix: Path) -> dict[str, str]:
    pairs = (line.partition("=") for line in _text(prefix / _SETTINGS).splitlines())
    return {key.strip().lower(): value.strip() for key, equals, value in pairs if equals}


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST_SETTINGS).decode("utf-8", "replace")
    except OSError:
        return ""


def _links(program: Path) -> list[str]:
    """The files that lead from a program to the Python itself, each of which a jail must have."""
    found, path = [], str(program)
    for _ in range(_MOST_LINKS):
        if not os.path.islink(path):
            break
        path = os.path.join(os.path.dirname(path), os.readlink(path))
        path = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        found.append(path)
    return [path for path in found if not _lies_in(path, (str(program.parent.parent),))]


def _sites(prefixes: list[Path], python: Interpreter) -> list[Path]:
    """The folders of packages of these prefixes, as Python's own `site` finds them, and Debian's."""
    numbers = ".".join(map(str, python.numbers[:2]))
    found = []
    for prefix in dict.fromkeys(prefixes):
        folders = [prefix / lib / f"python{numbers}" / "site-packages" for lib in ("lib", "lib64")]
        if str(prefix) == "/usr":
            folders += [
                Path(f"/usr/local/lib/python{numbers}/dist-packages"),
                Path(f"/usr/lib/python{numbers[0]}/dist-packages"),
                Path(f"/usr/lib/python{numbers}/dist-packages"),
            ]
        found += folders
    real = {os.path.realpath(folder): folder for folder in reversed(found) if folder.is_dir()}
    return list(reversed(real.values()))


def _check(facts: Facts) -> None:
    """Raise `environment-invalid` where jails would see more than an environment."""
    others = [Path(each.pw_dir) for each in pwd.getpwall() if each.pw_uid == 0 or each.pw_uid >= _LEAST_PERSON]
    for folder in (*facts.interpreter.folders, *facts.shown):
        for private in (home(), Path.home(), *(path for path in others if path.is_dir())):
            if private.is_relative_to(folder) or private.resolve().is_relative_to(Path(folder).resolve()):
                reason = (
                    f"it is installed in {folder}, and scripts would be able to read all that is there, {private} too"
                )
                raise BottegaError("environment-invalid", name=facts.program, reason=reason)


def _lies_in(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)
