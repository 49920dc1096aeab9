"""A blob that a reference means: its account's address, its name there, and what opens it."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NoReturn
from urllib.parse import quote, unquote, urlsplit

from bottega.services.batch.place import Place
from bottega.services.errors import refused
from bottega.store import places

_CONTAINER = re.compile(r"\$(root|web|logs)|(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NAME = 1024
_SECONDS = 24 * 3600.0
# The host of an account where nobody said another, in any of Azure's clouds.
_HOST = re.compile(r"([a-z0-9]{3,24})\.blob\.core\.[a-z0-9.-]+")
# What `UseDevelopmentStorage=true` means.
_EMULATED = {"http://127.0.0.1:10000/devstoreaccount1": "devstoreaccount1"}
_CONNECTION = (
    "Its ConnectionString cannot be read; it looks like "
    "DefaultEndpointsProtocol=https;AccountName=ACCOUNT;AccountKey=KEY, and BlobEndpoint=URL for storage elsewhere"
)


@dataclass(frozen=True)
class Blob:
    """A blob.

    endpoint  of the account, without a slash at its end
    named     the owner of the workspace told that an account lies there
    key       of `account`; or `sas`, a token without a question mark
    """

    endpoint: str
    container: str
    name: str
    named: bool = False
    account: str = ""
    key: str | None = field(default=None, repr=False)
    sas: str | None = field(default=None, repr=False)

    @property
    def path(self) -> str:
        """Container and name as they stand in an address."""
        return quote(f"{self.container}/{self.name}", safe="/~")

    @property
    def url(self) -> str:
        """The address without what opens it."""
        return f"{self.endpoint}/{self.path}"

    def token(self, seconds: float = _SECONDS) -> str:
        """What, after a question mark, lets the blob be read: made for so many seconds, or as it was told."""
        if self.key is None:
            return self.sas or ""
        from azure.storage.blob import BlobSasPermissions, generate_blob_sas

        until = datetime.now(UTC) + timedelta(seconds=seconds)
        return generate_blob_sas(
            self.account, self.container, self.name,
            account_key=self.key, permission=BlobSasPermissions(read=True), expiry=until,
        )  # fmt: skip


def check(place: Place, target: str) -> None:
    """Raise ServiceError for what cannot be a blob, before anybody looks for it; `target` is what it is for."""
    find(place, {}, target)


def find(place: Place, accounts: Mapping[str, str], target: str = "") -> Blob:
    """The blob that a reference means.

    accounts  where accounts lie that are not Azure's own: name to address

    Raises ServiceError: InvalidBlobConnectionString, InvalidBlob, ContainerSegmentInvalid, BlobNameTooLong,
    InputBlobRelativeLocationInvalid.
    """
    told = _by_connection(place, target) if place.connection is not None else _by_address(place, target)
    _check_name(told.name, target)
    endpoint = _mapped(told, accounts)
    named = any(_is_below(endpoint, each) for each in accounts.values())
    return Blob(endpoint, told.container, told.name, named, told.account, told.key, told.sas)


def _by_connection(place: Place, target: str) -> Blob:
    container, _, name = place.relative.partition("/")
    if not _CONTAINER.fullmatch(container):
        _refuse(
            "ContainerSegmentInvalid",
            "RelativeLocation begins with the name of a container: 3 to 63 lower-case letters, digits and hyphens",
            target,
        )
    endpoint, account, key, sas = _connected(place.connection or "", target)
    return Blob(endpoint, container, name, account=account, key=key, sas=sas)


def _connected(connection: str, target: str) -> tuple[str, str, str | None, str | None]:
    """Endpoint, account, key and token of a connection string. What is wrong is told without its words: they are secret."""
    from azure.storage.blob import BlobServiceClient

    try:
        with BlobServiceClient.from_connection_string(connection) as client:
            url, credential = urlsplit(str(client.url)), client.credential
    except (ValueError, TypeError, AttributeError, KeyError):
        _refuse("InvalidBlobConnectionString", _CONNECTION, target)
    account, key = getattr(credential, "account_name", ""), getattr(credential, "account_key", None)
    endpoint = f"{url.scheme}://{url.netloc}{url.path}".rstrip("/")
    if places.url_fault(endpoint) or not _is_plain(url.path) or "//" in url.path:
        _refuse("InvalidBlobConnectionString", "The address in its ConnectionString cannot be one", target)
    if key is not None and (places.account_fault(account) or not _is_base64(key)):
        _refuse(
            "InvalidBlobConnectionString", "AccountName or AccountKey in its ConnectionString cannot be one", target
        )
    if key is None and "sig=" not in url.query:
        _refuse("InvalidBlobConnectionString", _CONNECTION, target)
    return endpoint, account, key, None if key else url.query


def _by_address(place: Place, target: str) -> Blob:
    base = (place.base or "").rstrip("/")
    parts = urlsplit(base) if not places.url_fault(base) else None
    if parts is None or not _is_plain(parts.path):
        _refuse("InvalidBlob", "Its BaseLocation is no plain address that begins with https:// or http://", target)
    above = [step for step in parts.path.split("/") if step]
    container, slash, name = place.relative.partition("/")
    if not slash:  # the base holds the container too
        container, name = above.pop() if above else "", place.relative
    container = unquote(container)
    if not container or "/" in container or not _is_plain(container):
        _refuse("ContainerSegmentInvalid", "Its address has no container before the name of the blob", target)
    endpoint = "/".join([f"{parts.scheme}://{parts.netloc}", *above])
    return Blob(endpoint, container, unquote(name), sas=place.sas or "")


def _check_name(name: str, target: str) -> None:
    if not name or not _is_plain(name) or name.endswith("/"):
        _refuse("InputBlobRelativeLocationInvalid", "RelativeLocation has to be CONTAINER/NAME of a file", target)
    if len(name) > _LONGEST_NAME:
        _refuse("BlobNameTooLong", f"The name of a blob has at most {_LONGEST_NAME} characters", target)


def _is_plain(path: str) -> bool:
    """Whether a path means what it says: no steps up, nothing that cannot be seen."""
    steps = unquote(path, errors="replace").replace("\\", "/").split("/")
    seen = all(unicodedata.category(each) not in {"Cc", "Cs"} for each in path)
    return seen and not {".", ".."} & set(steps)


def _mapped(blob: Blob, accounts: Mapping[str, str]) -> str:
    """The endpoint in truth."""
    found = _HOST.fullmatch(urlsplit(blob.endpoint).hostname or "")
    account = found[1] if found else _EMULATED.get(blob.endpoint, "")
    return accounts[account].rstrip("/") if account in accounts else blob.endpoint


def _is_below(endpoint: str, base: str) -> bool:
    return f"{endpoint}/".startswith(f"{base.rstrip('/')}/")


def _is_base64(key: str) -> bool:
    try:
        return bool(base64.b64decode(key, validate=True))
    except (binascii.Error, ValueError):
        return False


def _refuse(code: str, message: str, target: str) -> NoReturn:
    raise refused("BadArgument", code, f"{target}: {message}." if target else f"{message}.", target)
