"""Where a model that was trained again is fetched from: this server's own storage, a storage account, or the web."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from bottega.engine import place
from bottega.errors import BottegaError
from bottega.server.context import Context
from bottega.server.errors import HttpError
from bottega.services.retraining import Fetch
from bottega.store.workspace import Workspace

_DOWNLOADS = "/downloads/"
_BLOB_HOST = ".blob.core.windows.net"
_SECONDS = 300.0
_PIECE = 1 << 20


@contextmanager
def fetching(context: Context, own: str) -> Iterator[Fetch]:
    """What fetches an address into a file that is gone after the block; `own` is where clients reach this server.

    Addresses that this server signed are read from its storage without going through the network, whatever
    host they name. Others may not be private, unless the owner of the workspace has allowed that or
    has told that a storage account lies there. Raises what `Outside.fetch` does, `usage`, and HttpError 403.
    """
    with tempfile.TemporaryDirectory(prefix="bottega-model-") as folder:

        def fetch(url: str, most: int) -> Path:
            digest = _signed(context, url, own)
            target = Path(tempfile.mkdtemp(dir=folder), "model")
            if digest is not None:
                _copied(context.workspace, digest, target, most)
            else:
                _fetched(context.workspace, url, target, most)
            return target

        yield fetch


def _signed(context: Context, url: str, own: str) -> str | None:
    """The stored file that an address of ours stands for; None for an address elsewhere."""
    try:
        parts = urlsplit(url)
        mine = urlsplit(own)
    except ValueError:
        return None
    path = unquote(parts.path.removeprefix(mine.path.rstrip("/")))
    if not path.startswith(_DOWNLOADS):
        return None
    given = {name: values[0] for name, values in parse_qs(parts.query).items()}
    try:
        context.signer.check_path(path, given.get("se", ""), given.get("sp", ""), given.get("sig", ""))
    except HttpError:
        if (parts.scheme, parts.netloc) == (mine.scheme, mine.netloc):
            raise
        return None
    return path.removeprefix(_DOWNLOADS).partition("/")[0]


def _copied(workspace: Workspace, digest: str, target: Path, most: int) -> None:
    size = 0
    with workspace.blobs.open(digest) as source, target.open("wb") as file:
        while piece := source.read(_PIECE):
            size += len(piece)
            _check_size(size, most)
            file.write(piece)


def _fetched(workspace: Workspace, url: str, target: Path, most: int) -> None:
    accounts: dict[str, str] = workspace.settings.get("storage_accounts")
    outside = replace(place.outside(target.parent, workspace), seconds=_SECONDS)
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    blobs = accounts.get(host.removesuffix(_BLOB_HOST)) if host.endswith(_BLOB_HOST) else None
    if blobs is not None:
        parts = urlsplit(url)
        url = f"{blobs.rstrip('/')}{parts.path}{'?' + parts.query if parts.query else ''}"
    if any(url.startswith(f"{base.rstrip('/')}/") for base in accounts.values()):
        outside = replace(outside, private_addresses=True)
    outside.fetch(url, target)
    _check_size(target.stat().st_size, most)


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise BottegaError("input-too-large", input="the model", size=f"more than {most}", limit=most)
