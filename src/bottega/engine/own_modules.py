"""The modules that a workspace has of its own: added from files, declared by a jail.

Their code is never imported on this side. A jail reads the declaration from it, and each run has a jail to itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bottega.engine import own_declarations, own_shelf
from bottega.engine.jails import Jails
from bottega.engine.steps import ALWAYS_PRELOADED
from bottega.errors import BottegaError, sentence
from bottega.graph import references
from bottega.sandbox.host.environment import BOTTEGA
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import Failure, ModuleTask
from bottega.sdk import catalogue
from bottega.sdk.declaration import ModuleSpec, Own
from bottega.sdk.ports import folded
from bottega.store.digest import bytes_digest
from bottega.store.records import Dataset, Output
from bottega.store.workspace import Workspace

TYPE = "Module"
VERBS = ("add", "list", "new", "remove")  # of `bottega modules`
_LARGEST_FILE, _LARGEST, _MOST_FILES = 1 << 20, 4 << 20, 200
_LARGEST_DECLARATION = 1 << 20
_LONGEST_MESSAGE = 2000
_LIMITS = Limits(wall_seconds=60, cpu_seconds=60)
_NO_MODULES = ("conftest.py", "setup.py", "__init__.py")


@dataclass(frozen=True)
class Files:
    """The files of one module: its own and the helpers beside it, by name."""

    file: str
    sources: dict[str, str]

    @property
    def function(self) -> str:
        """What the module's function has to be called."""
        return self.file.removesuffix(".py")

    @property
    def code(self) -> str:
        """As the runner reads it; equal files give equal texts."""
        return json.dumps({"file": self.file, "sources": self.sources}, sort_keys=True)


def found(path: Path) -> list[Files]:
    """The modules in a file or a folder, each with the helpers (`_*.py`) beside it.

    Raises `0048`, `input-too-large`, and `usage` where there is none or too many.
    """
    folder = path if path.is_dir() else path.parent
    paths = [path] if not path.is_dir() else sorted(each for each in path.glob("*.py") if _is_module(each.name))
    if not paths:
        reason = f"{path} holds no module: files that end in .py, and begin neither with _ nor with test_"
        raise BottegaError("usage", reason=reason)
    helpers = sorted(each for each in folder.glob("_*.py") if each.name not in _NO_MODULES)
    if len(paths) + len(helpers) > _MOST_FILES:
        raise BottegaError("usage", reason=f"{folder} holds more than {_MOST_FILES} files")
    shared = {each.name: _source(each, folder) for each in helpers}
    every = [Files(each.name, {**shared, each.name: _source(each, folder)}) for each in paths]
    for each in every:
        size = len(each.code)
        if size > _LARGEST:
            raise BottegaError("input-too-large", input=each.file, size=size, limit=_LARGEST)
    return every


def add(
    workspace: Workspace, path: Path, tell: Callable[[str], None] = lambda _: None, pool: Pool | None = None
) -> list[ModuleSpec]:
    """Add the modules in a file or a folder: all, or none where one cannot be. Those that are there get another version.

    Raises as `found` does, `0113` and `0114` for a module that is wrong, `usage` for a name that is taken, and as runs
    do where there is no jail.
    """
    given = found(path)
    jails = Jails(pool, tell)
    try:
        made = [_declared(each, jails) for each in given]
    finally:
        jails.close()
    specs = [spec for spec, _ in made]
    _check_names(specs, workspace)
    for spec, parcel in made:
        before = workspace.modules.find(spec.name)
        if before is None or before.output.digest != _own(spec).digest:
            output = Output("module", TYPE, _own(spec).digest, len(parcel))
            workspace.modules.save(
                spec.name, output, description=spec.title, source=str(path), blobs=[(output.digest, parcel)]
            )
    return specs


def remove(workspace: Workspace, name: str) -> Dataset:
    """Take a module away: experiments have it no more; services that were published with it go on. Raises `usage`."""
    gone = workspace.modules.get(name)
    workspace.modules.delete(name)
    return gone


def _declared(files: Files, jails: Jails) -> tuple[ModuleSpec, bytes]:
    """The module, and the file that the workspace keeps of it."""
    text = _declaration(files, jails)
    name = files.function.replace("_", "-")
    own_declarations.spec(text, name, Own("", files.code), frozenset())  # refused before anything is stored
    parcel = json.dumps({"declaration": json.loads(text), "code": files.code}, sort_keys=True).encode()
    return own_shelf.opened(parcel, bytes_digest(parcel)), parcel


def _declaration(files: Files, jails: Jails) -> bytes:
    """What a jail that imports the files says of the module. Raises `0113` and `0114`."""
    settings = {"code": files.code, "function": files.function, "declare": True}
    task = ModuleTask(
        environment=jails.environment(BOTTEGA),
        settings=json.dumps(settings).encode(),
        outputs=("declaration",),
        required=("declaration",),
        limits=_LIMITS,
        preload=ALWAYS_PRELOADED,
    )
    outcome = jails.pool(task.environment, task.preload).run(task)
    try:
        if outcome.failure is not None:
            raise _refused(files.file, outcome.failure)
        memory = outcome.outputs["declaration"]
        if memory.size > _LARGEST_DECLARATION:
            raise BottegaError("0113", reason=f"{files.file}: its declaration is larger than 1 MiB")
        return memory.read(0, memory.size)
    finally:
        outcome.close()


def _refused(file: str, failure: Failure) -> BottegaError:
    if failure.code == "0113":
        before, _, after = sentence(BottegaError("0113", reason="\0")).partition("\0")  # what is said again here
        message = failure.message.removeprefix(before).removesuffix(after)
        return BottegaError("0113", reason=_bounded(message))
    place = file if failure.line is None else f"{file}, line {failure.line}"
    reason = f"{place}: {failure.type:.100}: {_bounded(failure.message)}"
    return BottegaError("0114", reason=reason, line=failure.line)


def _bounded(message: str) -> str:
    return message if len(message) <= _LONGEST_MESSAGE else f"{message[:_LONGEST_MESSAGE]}…"


def _check_names(specs: Sequence[ModuleSpec], workspace: Workspace) -> None:
    """Raise `usage` for a module that would be called as another is."""
    names = {spec.name for spec in specs}
    taken = {folded(word): spec.title for spec in catalogue.shipped() for word in (spec.name, spec.title, *spec.former)}
    taken |= {word: f"the verb `bottega modules {word}`" for word in VERBS}
    for spec in own_shelf.Shelf(workspace).every():
        if spec.name not in names:
            taken |= {folded(word): f"{spec.title} of this workspace" for word in (spec.name, spec.title)}
    for spec in specs:
        words = {folded(word) for word in (spec.name, spec.title, *spec.former)}
        for word in words & taken.keys():
            raise BottegaError("usage", reason=f"The module {spec.name} would be called as {taken[word]} is: {word}")
        taken |= dict.fromkeys(words, spec.name)


def _own(spec: ModuleSpec) -> Own:
    assert spec.own is not None  # noqa: S101 # `_opened` gave it
    return spec.own


def _is_module(name: str) -> bool:
    return not name.startswith(("_", ".", "test_")) and not name.endswith("_test.py") and name not in _NO_MODULES


def _source(path: Path, folder: Path) -> str:
    """Its text. Links may lead within the folder alone: what they name would be stored and shown to a jail."""
    found = references.path(references.FileRef(path.name), folder)
    try:
        with references.open_regular(found) as file:
            data = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error
    if len(data) > _LARGEST_FILE:
        raise BottegaError("input-too-large", input=path.name, size=len(data), limit=_LARGEST_FILE)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BottegaError("0048", path=str(path), reason="it is no text in UTF-8") from error
