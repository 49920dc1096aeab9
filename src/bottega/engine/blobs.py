"""Blobs as modules read and write them: those that a path with wildcards means, and one that its own address opens."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from azure.core.exceptions import AzureError, HttpResponseError, ResourceExistsError
from azure.storage.blob import ContainerClient, ContentSettings, ExponentialRetry

from bottega.engine.line import CONNECT_SECONDS, SILENT_SECONDS, Line, reason
from bottega.engine.reach import Outside, Stopped
from bottega.errors import BottegaError
from bottega.store import places

LARGEST = 2 << 30
MOST_FILES = 10_000
_LIST_BYTES = 16 << 20
_LONGEST_NAME = 1024
_CONTAINER = re.compile(r"\$(root|web|logs)|(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*")
_WILD = re.compile(r"[*?]")
_DENIED = (401, 403)
_NOT_FOUND = 404
# Known to all storage servers of the last years; the SDK's own is often too new for Azurite.
_VERSION = "2021-12-02"


@dataclass(frozen=True)
class _Target:
    """What is asked for.

    endpoint  of the account, without a slash at its end
    path      below the container
    named     the owner of the workspace told that an account lies there
    """

    endpoint: str
    container: str
    path: str
    named: bool
    account: str = ""
    key: str | None = field(default=None, repr=False)
    sas: str | None = field(default=None, repr=False)

    @property
    def shown(self) -> str:
        """As messages name it."""
        return f"{self.container}/{self.path}"[:200]


class Blobs:
    """The blobs that a target means; see `bottega.sdk.reach.Blobs`."""

    def __init__(self, line: Line, target: _Target) -> None:
        self._line = line
        self._target = target
        self._taken = 0
        self._client = ContainerClient(
            target.endpoint, target.container,
            credential={"account_name": target.account, "account_key": target.key} if target.key else target.sas,
            transport=line.transport, api_version=_VERSION, permit_redirects=False,
            retry_policy=ExponentialRetry(initial_backoff=1, increment_base=2, retry_total=3),
            connection_timeout=CONNECT_SECONDS, read_timeout=SILENT_SECONDS,
        )  # fmt: skip

    def names(self) -> list[str]:
        """The names of the blobs that there are, sorted, at least one."""
        path = self._target.path
        if self._target.key is None:  # the address is of one blob, and may open no more than that
            return [path]
        fits = _fitting(path)
        found: list[str] = []
        with self._told():
            for name in self._client.list_blob_names(name_starts_with=_WILD.split(path, maxsplit=1)[0]):
                if name == path:
                    return [name]
                if not name.endswith("/") and fits(name):
                    found.append(name)
                if len(found) > MOST_FILES:
                    limit = f"{MOST_FILES:,} files"
                    raise BottegaError(
                        "input-too-large", input=self._target.shown, size=f"more than {limit}", limit=limit
                    )
        if not found:
            raise BottegaError("0065", path=self._target.shown)
        return sorted(found)

    def download(self, name: str, into: Path) -> None:
        """Read a blob into a file; all that are read with this object together are bounded."""
        with self._told(name), into.open("wb") as file:
            for piece in self._pieces(name):
                self._taken += len(piece)
                if self._taken > LARGEST:
                    limit = f"{LARGEST:,} bytes"
                    raise BottegaError(
                        "input-too-large", input=self._target.shown, size=f"more than {limit}", limit=limit
                    )
                file.write(piece)

    def upload(self, file: Path, *, overwrite: bool) -> None:
        """Write the blob that the path names, whole or not at all."""
        name = self._target.path
        if not name or name.endswith("/") or _WILD.search(name):
            raise BottegaError("0065", path=self._target.shown)
        kind = ContentSettings(content_type="application/octet-stream")
        with self._told(name, writing=True), file.open("rb") as data:
            try:
                self._client.upload_blob(
                    name, data, length=file.stat().st_size, overwrite=overwrite, content_settings=kind
                )
            except ResourceExistsError as error:
                if overwrite:  # of another kind, or somebody has a lease on it
                    raise
                raise BottegaError("0057", path=self._target.shown) from error

    def _pieces(self, name: str) -> Iterator[bytes]:
        try:
            yield from self._client.download_blob(name).chunks()
        except ValueError as error:  # a header that every storage sends
            shown = f"{self._target.container}/{name}"[:200]
            raise BottegaError("0030", url=shown, reason="what answered is no blob storage") from error

    @contextmanager
    def _told(self, name: str = "", *, writing: bool = False) -> Iterator[None]:
        try:
            yield
        except Stopped as error:
            raise BottegaError("canceled") from error
        except AzureError as error:
            try:
                self._line.check()
            except Stopped as stopped:
                raise BottegaError("canceled") from stopped
            raise self._refusal(error, name, writing=writing) from error

    def _refusal(self, error: AzureError, name: str, *, writing: bool) -> BottegaError:
        """What an answer, or the lack of one, means."""
        target = self._target
        shown = f"{target.container}/{name}"[:200] if name else target.shown
        status = error.status_code if isinstance(error, HttpResponseError) else None
        code = getattr(error, "error_code", None) or ""
        word = str(getattr(code, "value", code))  # one that the SDK knows is an Enum
        if status in _DENIED:
            return BottegaError("0064", account=target.account) if target.key else BottegaError("0071", resource=shown)
        if word == "ContainerNotFound":
            return BottegaError("0079", container=target.container)
        if status == _NOT_FOUND:
            return BottegaError("0065", path=shown)
        why = reason(error) if status is None else f"the storage answered {word or status}"
        return BottegaError("0066", path=shown, reason=why) if writing else BottegaError("0030", url=shown, reason=why)


@contextmanager
def account_blobs(outside: Outside, account: str, key: str, path: str) -> Iterator[Blobs]:
    """The blobs of an account: container, folders and a name, in which `*` and `?` stand for what is in one folder.

    A path that is no blob's is a folder, or a whole container, of which all blobs are meant.
    Raises `0009`, `0052`, `0065` and `0079` for what cannot be.
    """
    container, _, name = path.strip().lstrip("/").partition("/")
    if places.account_fault(account):
        raise BottegaError("0009", account=account[:60] or "without a name", container=container[:60])
    if not _is_base64(key):
        raise BottegaError("0052", account=account)
    if not _CONTAINER.fullmatch(container):
        raise BottegaError("0079", container=container[:60] or "without a name")
    _check_name(name)
    base = outside.accounts.get(account)
    endpoint = (base or f"https://{account}.blob.core.windows.net").rstrip("/")
    target = _Target(endpoint, container, name, base is not None, account=account, key=key)
    try:
        with _line(outside, target) as line:
            yield Blobs(line, target)
    except BottegaError as error:
        if error.code == "0154":  # every account has a host of its own
            raise BottegaError("0009", account=account, container=container) from error
        raise


@contextmanager
def shared_blob(outside: Outside, uri: str) -> Iterator[Blobs]:
    """The blob at an address that anybody may read, or that has a signature. Raises `0029` for what is none."""
    plain, _, query = uri.strip().partition("?")
    if places.url_fault(plain):
        raise BottegaError("0029", url=_shown(plain))
    base = next(
        (each.rstrip("/") for each in outside.accounts.values() if plain.startswith(f"{each.rstrip('/')}/")), None
    )
    parts = urlsplit(plain)
    endpoint = base or f"{parts.scheme}://{parts.netloc}"
    steps = plain.removeprefix(f"{endpoint}/").split("/")
    if base is None and _has_account_in_path(parts.hostname or ""):
        endpoint = f"{endpoint}/{steps.pop(0)}"
    container, name = unquote(steps[0]), unquote("/".join(steps[1:]))
    if not _CONTAINER.fullmatch(container) or not name:
        raise BottegaError("0029", url=_shown(plain))
    _check_name(name)
    target = _Target(endpoint, container, name, base is not None, sas=query or None)
    with _line(outside, target) as line:
        yield Blobs(line, target)


@contextmanager
def _line(outside: Outside, target: _Target) -> Iterator[Line]:
    rules = replace(outside, private_addresses=True) if target.named else outside
    with Line(rules, lambda: outside.is_stopped, outside.seconds, kept=_LIST_BYTES) as line:
        yield line


def _fitting(path: str) -> Callable[[str], bool]:
    """Whether a blob is one that the path means."""
    if not _WILD.search(path):
        folder = path.rstrip("/") + "/" if path else ""
        return lambda name: name.startswith(folder)
    first, *rest = ("".join("[^/]" if sign == "?" else re.escape(sign) for sign in part) for part in path.split("*"))
    # Each star takes as little as it can, for good: so a pattern of many takes no more time.
    between = "".join(f"(?>[^/]*?{part})" for part in rest[:-1])
    pattern = re.compile(first + between + (f"[^/]*{rest[-1]}" if rest else ""), re.DOTALL)
    return lambda name: pattern.fullmatch(name) is not None


def _check_name(name: str) -> None:
    steps = name.replace("\\", "/").split("/")
    if len(name) > _LONGEST_NAME or not name.isprintable() or {".", ".."} & set(steps):
        raise BottegaError("0065", path=name[:200].encode("unicode_escape").decode())


def _has_account_in_path(host: str) -> bool:
    """Whether a host is one of no name of its own, as those that stand for Azure's storage have it."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return True


def _shown(address: str) -> str:
    """An address without user and password."""
    return address.rpartition("@")[2][:200].encode("unicode_escape").decode()


def _is_base64(key: str) -> bool:
    try:
        return bool(base64.b64decode(key, validate=True))
    except (binascii.Error, ValueError):
        return False
