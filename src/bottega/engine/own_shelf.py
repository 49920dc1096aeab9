"""The modules of an open workspace, by name: what the catalogue has of them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from bottega.engine import own_declarations
from bottega.errors import BottegaError
from bottega.sdk import catalogue
from bottega.sdk.declaration import ModuleSpec, Own
from bottega.store.digest import is_digest
from bottega.store.workspace import Workspace

_LARGEST = 8 << 20
_LOOK_AGAIN_SECONDS = 1.0


class _Parcel(Struct, forbid_unknown_fields=True):
    """A stored file of a module: what it declares, checked by `own_declarations`, and its files as the runner reads them."""

    declaration: dict[str, Any]
    code: Annotated[str, Meta(max_length=_LARGEST)]


class Shelf:
    """The modules of an open workspace, for the catalogue. Safe for use from several threads."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._by_digest: dict[str, ModuleSpec] = {}
        self._now: dict[str, str] = {}  # digests by name
        self._looked = float("-inf")

    def find(self, name: str) -> ModuleSpec | None:
        """The module of that name, or of `name@digest`."""
        bare, pinned, digest = name.partition("@")
        found = digest if pinned else self._digests().get(bare)
        if not found or (pinned and not self._is_recorded(digest)):
            return None
        spec = self._spec(found)
        return spec if spec is not None and spec.name == bare else None

    def every(self) -> Sequence[ModuleSpec]:
        """Those that can be read."""
        found = map(self._spec, self._digests().values())
        return [spec for spec in found if spec is not None]

    def look_again(self) -> None:
        """Forget what was there a moment ago."""
        self._looked = float("-inf")

    def _digests(self) -> dict[str, str]:
        """Another process may add one at any time; the database is asked once a second at most."""
        with self._lock:
            if time.monotonic() - self._looked > _LOOK_AGAIN_SECONDS:
                self._now = {each.name: each.output.digest for each in self._workspace.modules.list()}
                self._looked = time.monotonic()
            return self._now

    def _is_recorded(self, digest: str) -> bool:
        """Whether it is the file of a module, or of what a service was published with, and no other stored file."""
        if digest in self._by_digest:
            return True
        space = self._workspace
        return is_digest(digest) and (space.modules.has_file(digest) or space.services.has_file(digest))

    def _spec(self, digest: str) -> ModuleSpec | None:
        """None where the file is gone, or a Bottega that is no more wrote it."""
        if not is_digest(digest):
            return None
        if digest not in self._by_digest:
            try:
                with self._workspace.blobs.open(digest) as file:
                    spec = opened(file.read(_LARGEST + 1), digest)
            except (BottegaError, ValueError):
                return None
            if spec.name in catalogue.shipped_names():  # an own one would pass for it
                return None
            self._by_digest[digest] = spec
        return self._by_digest[digest]


@contextmanager
def shelved(workspace: Workspace) -> Iterator[Shelf]:
    """While in this block the catalogue has the workspace's modules, too."""
    shelf = Shelf(workspace)
    catalogue.put_up(shelf)
    try:
        yield shelf
    finally:
        catalogue.take_down(shelf)


def frozen(spec: ModuleSpec) -> str:
    """The name under which exactly this module is found for as long as its file is kept."""
    return spec.name if spec.own is None else f"{spec.name}@{spec.own.digest}"


def digests(modules: Iterable[str]) -> set[str]:
    """The stored files that such names mean."""
    return {name.partition("@")[2] for name in modules} - {""}


def opened(parcel: bytes, digest: str) -> ModuleSpec:
    """The module of a stored file. Raises `0113`, and as `own_declarations.spec`, for what is none."""
    if len(parcel) > _LARGEST:
        raise BottegaError("0113", reason=f"a module takes at most {_LARGEST >> 20} MiB")
    try:
        told = msgspec.json.decode(parcel, type=_Parcel)
        name = msgspec.convert(told.declaration.get("name"), str)
        text = json.dumps(told.declaration).encode()
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise BottegaError("0113", reason=f"the file of the module cannot be read: {error}") from error
    return own_declarations.spec(text, name, Own(digest, told.code), libraries())


def libraries() -> frozenset[str]:
    """What the warm processes of modules import anyway."""
    return frozenset(library for spec in catalogue.shipped() for library in spec.libraries)
