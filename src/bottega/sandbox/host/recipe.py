"""What an environment is made from, and making it, anew too."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bottega.errors import BottegaError
from bottega.sandbox.host import environment, interpreter, making, shipped
from bottega.sandbox.host.environment import SHIPPED, Environment
from bottega.sandbox.host.interpreter import Interpreter
from bottega.sandbox.host.making import Source
from bottega.sandbox.host.registered import register
from bottega.sandbox.host.shelf import lock_text, prune, remove, size
from bottega.sandbox.host.uv_program import Tell

__all__ = ["Recipe", "lock_text", "make", "prune", "register", "remove", "size", "update"]

_LARGEST = 4 << 20  # characters of requirements or of a lock
_LONGEST_LINE = 4000
# Of the Python a version and no path, which would be run.
_TOLD = re.compile(r"#\s*bottega:\s*(?P<key>[a-z-]+)(?:=(?P<value>\d+(?:\.\d+){0,2}))?\s*")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_UNREAD = re.compile(r"-e|--editable|-r|--requirement")
_HASH = re.compile(r"--hash[= ]")
# A package by name, with what may stand behind it; not a file, a folder, an address or an option.
_PACKAGE = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\s*(?:\[[\w\s,.-]*\])?\s*[(]?(?:(?:===|[=!<>~]=|[<>])\s*[\w.*+!-]+,?\s*)*[)]?"
    r"\s*(?:;\s*[^#\s][^#]*?)?(?:\s+--hash[= ]\w+:[0-9a-f]+)*\s*(?:\s#.*)?"
)
_FILE = re.compile(r"(?i)\S*\.(whl|zip|tar|tar\.\w+|tgz|txt|toml|egg)\s*(?:;.*)?")
_INDEX = re.compile(
    r"(?P<option>--no-index|-i|--index-url|--extra-index-url|-f|--find-links)(?:(?:\s+|=)(?P<value>\S.*?))?\s*(?:\s#.*)?"
)


@dataclass(frozen=True)
class Recipe:
    """What to make.

    requirements   packages as a requirements file names them; may be empty where a lock is given or a shipped one is meant
    python         a path, a version such as "3.12", or None for the Python that runs Bottega
    wheels         a folder that packages come from instead of any index
    from_source    whether packages that have no wheel are built, by their own code in a jail
    compatibility  whether scripts find names that libraries have removed
    lock           exact packages with hashes, as exported; nothing is resolved
    local          whether requirements may name files, folders and indexes: on the command line, of which they are
    """

    name: str
    requirements: str = ""
    python: str | None = None
    wheels: Path | None = None
    from_source: bool = False
    compatibility: bool = False
    lock: str = ""
    local: bool = False


def make(recipe: Recipe, tell: Tell, cancelled: threading.Event | None = None) -> Environment:
    """Build the environment of a recipe and give it the name, or a shipped one, on another Python too.

    Raises `environment-build-failed`, `environment-invalid`, `usage`, and `canceled`.
    """
    environment.check_name(recipe.name)
    source = Source(_wheels(recipe.wheels), recipe.from_source, _indexes(recipe), recipe.local)
    if recipe.name in SHIPPED:
        if recipe.requirements.strip() or recipe.lock or recipe.compatibility:
            reason = f"Environment {recipe.name} is one that Bottega ships; choose another name for one of your own"
            raise BottegaError("usage", reason=reason)
        return shipped.build(recipe.name, _python(recipe.python), tell, cancelled, source)
    if recipe.lock:
        return _from_lock(recipe, source, tell, cancelled)
    _check(recipe)
    python = _python(recipe.python)
    lock = making.resolve(recipe.name, recipe.requirements, python, source, tell, cancelled)
    return making.create(
        recipe.name, lock, python, tell, cancelled, source=source, compatibility=recipe.compatibility, made=_made(recipe)
    )  # fmt: skip


def update(
    name: str, tell: Tell, cancelled: threading.Event | None = None, *, requirements: str | None = None,
    local: bool = False,
) -> Environment:  # fmt: skip
    """Make an environment anew from what it was made from, or from other requirements, with today's versions.

    local  of other requirements, as a recipe has it

    What runs in the older build keeps it, until `prune`. A registered one is looked at anew; a shipped one is what
    this Bottega ships. Raises as `make`, and `environment-unknown`.
    """
    found = environment.get(name) if name not in SHIPPED else environment.find(name)
    if found is not None and found.kind == "registered":
        return register(name, found.python, tell, compatibility=found.compatibility)
    if found is None or name in SHIPPED:
        return shipped.ensure(name, tell, cancelled)
    made = environment.named(name)
    wheels, python = made.get("wheels"), made.get("python")
    given = str(made.get("requirements", "")) if requirements is None else requirements
    if not given.strip():
        reason = (
            f"Environment {name} was made from a lock, and nothing tells what to resolve anew: "
            "create it with --requirements"
        )
        raise BottegaError("usage", reason=reason)
    recipe = Recipe(
        name, given, str(python) if python else found.interpreter.path, Path(str(wheels)) if wheels else None,
        from_source=made.get("from_source") is True, compatibility=found.compatibility,
        local=local if requirements is not None else made.get("local") is True,
    )  # fmt: skip
    return make(recipe, tell, cancelled)


def _from_lock(recipe: Recipe, source: Source, tell: Tell, cancelled: threading.Event | None) -> Environment:
    told, lock = _read(recipe.lock)
    if not _HASH.search(lock):
        reason = "the lock has no hashes, so it is none; packages without them are given as --requirements"
        raise BottegaError("usage", reason=reason)
    python = _python(recipe.python or told.get("python"))
    return making.create(
        recipe.name, lock, python, tell, cancelled, source=source,
        compatibility=recipe.compatibility or "old-names" in told, made=_made(recipe),
    )  # fmt: skip


def _read(text: str) -> tuple[dict[str, str], str]:
    """What an exported lock tells of itself, and the lock as it was."""
    told = {}
    lines = text.splitlines(keepends=True)
    while lines and (match := _TOLD.fullmatch(lines[0].rstrip("\r\n"))):
        told[match["key"]] = match["value"] or ""
        lines.pop(0)
    return told, "".join(lines)


def _made(recipe: Recipe) -> dict[str, object]:
    """What is kept with the name, for `update` and for who looks at it."""
    made: dict[str, object] = {"requirements": recipe.requirements, "python": recipe.python}
    made |= {"wheels": str(recipe.wheels.absolute()) if recipe.wheels else None, "from_source": recipe.from_source}
    return {key: value for key, value in {**made, "local": recipe.local}.items() if value}


def _check(recipe: Recipe) -> None:
    """Raise `usage` for requirements that are empty, too long or, from elsewhere than here, more than names."""
    lines = list(_lines(recipe.requirements[: _LARGEST + 1]))
    if not lines:
        raise BottegaError("usage", reason="Name the packages: --requirements FILE, --packages NAME… or --lock FILE")
    if len(recipe.requirements) > _LARGEST:
        raise BottegaError("usage", reason=f"The requirements are longer than {_LARGEST:,} characters")
    for line in lines:
        if _UNREAD.match(line):  # of the first uv runs the code, wheels alone or not
            reason = f"{line[:100]!r}: folders installed in place, and files to include, cannot be requirements here"
            raise BottegaError("usage", reason=reason)
        if recipe.local:
            continue
        if len(line) > _LONGEST_LINE or not _PACKAGE.fullmatch(line) or _FILE.fullmatch(line):
            reason = (
                f"{line[:100]!r} names no package: files, folders, addresses and options are taken on the command line "
                "alone (bottega environment create --requirements)"
            )
            raise BottegaError("usage", reason=reason)


def _lines(text: str) -> Iterator[str]:
    """The requirements, continued lines as one; a comment ends with its line. One space for many, or patterns take long."""
    pending = ""
    for raw in text.splitlines():
        line = _COMMENT.sub("", raw).strip()
        if line.endswith("\\"):
            pending += line[:-1] + " "
            continue
        if whole := " ".join((pending + line).split()):
            yield whole
        pending = ""
    if pending.strip():
        yield " ".join(pending.split())


def _indexes(recipe: Recipe) -> tuple[str, ...]:
    """The options of requirements that tell where packages come from, for the installation too."""
    found = (_INDEX.fullmatch(line.strip()) for line in recipe.requirements.splitlines()) if recipe.local else ()
    return tuple(word for match in found if match for word in (match["option"], match["value"]) if word)


def _python(wanted: str | None) -> Interpreter:
    return interpreter.base() if wanted is None else interpreter.find(wanted)


def _wheels(folder: Path | None) -> Path | None:
    if folder is None:
        return None
    if not folder.is_dir():
        raise BottegaError("0048", path=str(folder), reason="there is no such folder of wheels")
    if not any(folder.glob("*.whl")) and not any(folder.glob("*.tar.gz")):
        raise BottegaError("0048", path=str(folder), reason="no wheel (*.whl) is in this folder")
    return folder.absolute()
