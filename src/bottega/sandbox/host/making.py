"""Making environments: install what a lock names beside its place, and move it there whole."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bottega.errors import BottegaError
from bottega.sandbox.host import build_jail, environment, fonts, lock, packages, shelf, uv_program
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.interpreter import Interpreter
from bottega.sandbox.host.limits import size_text
from bottega.sandbox.host.uv_program import Tell, Work

_LAYOUT = "1"  # part of the digest: a change of what a build makes builds anew
_OLDEST = (3, 8)  # that uv installs for
_WHEELS_ONLY = ("--only-binary", ":all:")
# Hostile sources are but read by the compiler, with bounds; what it fails on is compiled at its import, in the jail.
_COMPILE = (
    "import compileall, re, resource, sys;"
    " resource.setrlimit(resource.RLIMIT_DATA, (4 << 30, 4 << 30));"
    " resource.setrlimit(resource.RLIMIT_CPU, (600, 600));"
    " tests = re.compile('/site-packages/.*/tests?/');"  # a quarter of all, and imported by nobody
    " compileall.compile_dir(sys.argv[1], quiet=2, workers=0, stripdir=sys.argv[2], prependdir=sys.argv[3], rx=tests)"
)


@dataclass(frozen=True)
class Source:
    """Where packages come from: an index, or a folder of wheels and no index; wheels alone, or built where there is none.

    indexes  options of uv that requirements name beside packages, which no lock has
    local    whether a lock may name files and addresses
    """

    wheels: Path | None = None
    from_source: bool = False
    indexes: tuple[str, ...] = ()
    local: bool = False

    @property
    def options(self) -> tuple[str, ...]:
        """What uv is told of it."""
        offline = () if self.wheels is None else ("--no-index", "--find-links", str(self.wheels))
        return (*offline, *(() if self.from_source else _WHEELS_ONLY))


def digest(lock_text: str, python: Interpreter, *, compatibility: bool = False) -> str:
    """Names what a lock gives on a Python."""
    content = json.dumps([_LAYOUT, lock_text, asdict(python), *(["old names"] if compatibility else [])])
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def resolve(
    name: str, requirements: str, python: Interpreter, source: Source, tell: Tell,
    cancelled: threading.Event | None = None,
) -> str:  # fmt: skip
    """Resolve requirements to exact versions with hashes; the lock's text.

    Raises `environment-build-failed` with the resolver's own words, and `canceled`.
    """
    tell("resolving packages")
    check_python(name, python)
    with (
        shelf.telling(name),
        shelf.work() as (place, owner),
        build_jail.opened(
            Work(name, place, owner, tell, cancelled), python, source.wheels, wanted=source.from_source
        ) as work,
    ):
        (work.folder / "requirements.in").write_text(requirements)
        return uv_program.run(
            work, "pip", "compile", "--generate-hashes", "--no-header", "--no-annotate", *source.options,
            "--no-emit-index-url", "--no-emit-find-links", "--python", python.path, work.seen("requirements.in"),
        )  # fmt: skip


def create(
    name: str, lock_text: str, python: Interpreter, tell: Tell, cancelled: threading.Event | None = None, *,
    source: Source | None = None, compatibility: bool = False, made: Mapping[str, Any] | None = None,
) -> Environment:  # fmt: skip
    """Build the environment of a lock, unless its content is there, and give it the name.

    Unless the source says otherwise only wheels are installed, so no package's code runs. The folder appears
    whole or not at all: it is built beside its place and moved there. `made` is kept with the name.

    Raises `environment-build-failed`, `environment-invalid` for what is no lock, wherever it comes from, and `canceled`
    with nothing left behind.
    """
    environment.check_name(name)
    check_python(name, python)
    lock.check(lock_text, name, local=(source or Source()).local)
    named = digest(lock_text, python, compatibility=compatibility)
    with shelf.telling(name), shelf.locked(named):
        place = environment.root() / named
        if environment.at(place, name) is None:
            meta = {"interpreter": asdict(python), "kind": "built", "compatibility": compatibility}
            with shelf.work() as (folder, owner):
                work = Work(name, folder, owner, tell, cancelled)
                _build(work, place, lock_text, python, source or Source(), meta)
                shelf.publish(folder / "whole", named)
        shelf.write_name(name, named, **(made or {}))
    built = environment.get(name)
    tell("listing fonts")
    fonts.make_list(built)
    return built


def check_python(name: str, python: Interpreter) -> None:
    """Raise `environment-invalid` for a Python that nothing can be installed for."""
    if python.numbers < _OLDEST:
        reason = (
            f"packages can be installed for Python {'.'.join(map(str, _OLDEST))} and newer, and this is {python.version}; "
            "an interpreter that has its packages already can be registered: --python PATH alone"
        )
        raise BottegaError("environment-invalid", name=name, reason=reason)


def _build(work: Work, place: Path, lock_text: str, python: Interpreter, source: Source, meta: dict[str, Any]) -> None:
    whole = work.folder / "whole"
    whole.mkdir(mode=0o755)
    (whole / shelf.LOCK).write_text(lock_text)
    venv = whole / "venv"
    uv_program.run(work, "venv", "--no-project", "--relocatable", "--python", python.path, str(venv))
    installed = environment.site_packages(venv)
    work.tell("installing packages")
    if source.from_source:
        _build_in_jail(work, installed, lock_text, python, source)
    else:
        uv_program.run(
            work, "pip", "sync", "--require-hashes", *source.options, *source.indexes, "--link-mode", "hardlink",
            "--python", str(venv / "bin" / "python"), str(whole / shelf.LOCK),
        )  # fmt: skip
    packages.check_shape(work.name, whole)
    found = packages.versions([installed])
    work.tell(f"compiling {len(found)} packages")
    _compile(work, installed, whole, place, python)
    _make_readable(whole)
    disk = packages.size(whole)
    meta |= {"modules": packages.modules([installed]), "packages": found, "disk": disk}
    shelf.write_whole(whole / "meta.json", json.dumps(meta))
    work.tell(f"{len(found)} packages, {size_text(disk)} on disk")


def _build_in_jail(work: Work, installed: Path, lock_text: str, python: Interpreter, source: Source) -> None:
    """Packages' own code builds them: in the jail, whose folder alone it can write; from there files are copied."""
    with build_jail.opened(work, python, source.wheels, wanted=True) as jailed:
        (jailed.folder / shelf.LOCK).write_text(lock_text)
        uv_program.run(
            jailed, "pip", "sync", "--require-hashes", *source.options, *source.indexes, "--python", python.path,
            "--target", jailed.seen("target"), jailed.seen(shelf.LOCK),
        )  # fmt: skip
        build_jail.take(work.name, jailed.folder / "target", installed)


def _compile(work: Work, installed: Path, whole: Path, place: Path, python: Interpreter) -> None:
    # By the bare interpreter: the environment's own would run its packages' .pth files.
    process = subprocess.Popen(  # noqa: S603
        [python.path, "-I", "-S", "-c", _COMPILE, str(installed), str(whole), str(place)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, umask=0o022,
        start_new_session=True, pass_fds=(work.owner,), cwd=work.folder,
    )  # fmt: skip
    uv_program.finish(process, work)


def _make_readable(folder: Path) -> None:
    """The jail may run as another user, and wheels may come from a cache made under any umask."""
    for path, folders, files in os.walk(folder):
        for entry in (*folders, *files):
            full = os.path.join(path, entry)
            if not os.path.islink(full):
                mode = os.stat(full).st_mode
                wanted = mode | (0o555 if mode & 0o100 or entry in folders else 0o444)
                if wanted != mode:
                    os.chmod(full, wanted)
