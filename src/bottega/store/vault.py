"""Secrets at rest: what seals and signs for a workspace, with a key that lies beside the database."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bottega.errors import BottegaError
from bottega.store.database import Database
from bottega.store.files import Files, write_whole
from bottega.store.locks import KEY, Locks
from bottega.store.tables import WORKSPACE

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_FILE = "secret.key"
_SIZE = 32
_NONCE = 12
_SEALED = "v1."


@dataclass(frozen=True)
class _Held:
    """The key as it was read from a file of these marks."""

    key: bytes = field(repr=False)
    mark: tuple[int, int, int] | None


class Vault:
    """Seals texts so that the database alone tells nothing of them, and signs messages.

    Each purpose has a key of its own, derived from the one in the file, which is made at first
    need. When that file is gone or is not the one that sealed, `usage` tells what to do;
    what is not sealed can be read all the same.
    """

    def __init__(self, folder: Path, database: Database, locks: Locks, files: Files) -> None:
        self._path = folder / KEY_FILE
        self._database = database
        self._locks = locks
        self._files = files
        self._held: _Held | None = None

    def seal(self, text: str, purpose: str) -> str:
        """A text that only this workspace can open, for the same purpose."""
        nonce = secrets.token_bytes(_NONCE)
        cipher = _aes(self._derived(f"seal:{purpose}"))
        return _SEALED + base64.urlsafe_b64encode(nonce + cipher.encrypt(nonce, text.encode(), None)).decode()

    def open(self, sealed: str, purpose: str) -> str:
        """What was sealed. Raises `usage` for what this key did not seal for this purpose."""
        from cryptography.exceptions import InvalidTag

        cipher = _aes(self._derived(f"seal:{purpose}"))
        try:
            data = base64.b64decode(sealed.removeprefix(_SEALED), altchars=b"-_", validate=True)
            return cipher.decrypt(data[:_NONCE], data[_NONCE:], None).decode()
        except (InvalidTag, ValueError) as error:
            raise self._lost("did not seal what is to be opened") from error

    def sign(self, message: bytes, purpose: str) -> str:
        """A signature that fits into a URL."""
        signature = hmac.digest(self._derived(f"sign:{purpose}"), message, "sha256")
        return base64.urlsafe_b64encode(signature).decode().rstrip("=")

    def is_signed(self, message: bytes, signature: str, purpose: str) -> bool:
        """Whether this workspace signed a message for this purpose, in constant time."""
        return hmac.compare_digest(self.sign(message, purpose).encode(), signature.encode("utf-8", "replace"))

    def renew(self) -> None:
        """Make another key; what was sealed with the one before can be opened no more."""
        with self._locks.alone(KEY):
            self._record(self._make())
        self._held = None

    def _derived(self, purpose: str) -> bytes:
        return hmac.digest(self._key(), purpose.encode(), "sha256")

    def _key(self) -> bytes:
        mark = self._mark()
        held = self._held
        if held is None or mark is None or held.mark != mark:
            # The mark of before it was read, lest it is replaced meanwhile; that of now where it was only made.
            held = self._held = _Held(self._found(), mark or self._mark())
        return held.key

    def _found(self) -> bytes:
        """The key that the database knows; made where it knows none."""
        key = self._read()
        if key is not None and self._recorded() == _check(key):
            return key
        with self._locks.alone(KEY):  # another process may be making it
            key, recorded = self._read(), self._recorded()
            if key is None and recorded is None:
                key = self._make()
            if key is None or recorded not in {None, _check(key)}:
                raise self._lost("is gone" if key is None else "is not the one that sealed this workspace's secrets")
            if recorded is None:
                self._settle()
                self._record(key)
        return key

    def _read(self) -> bytes | None:
        """The key in the file, empty where it holds none; None where there is no file."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BottegaError("0048", path=str(self._path), reason=error.strerror or str(error)) from error
        with contextlib.suppress(binascii.Error):
            key = base64.b64decode(content.strip(), validate=True)
            return key if len(key) == _SIZE else b""
        return b""

    def _make(self) -> bytes:
        key = secrets.token_bytes(_SIZE)
        with self._told():
            write_whole(self._files, str(self._path), base64.b64encode(key) + b"\n")
        return key

    def _settle(self) -> None:
        """See that the file outlives a crash, for whoever made it may have failed to; before anything relies on it."""
        with self._told():
            self._files.fsync_folder(str(self._path.parent))

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            raise BottegaError("store-failed", path=str(self._path.parent), reason=reason) from error

    def _recorded(self) -> str | None:
        with self._database.reading() as connection:
            found: str | None = connection.execute(select(WORKSPACE.c.key_check)).scalar_one()
        return found

    def _record(self, key: bytes) -> None:
        with self._database.writing() as connection:
            connection.execute(update(WORKSPACE).values(key_check=_check(key)))

    def _mark(self) -> tuple[int, int, int] | None:
        """Changes when another file takes the place of the one that was read."""
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _lost(self, what: str) -> BottegaError:
        reason = (
            f"The key file {self._path} {what}: put it back from a backup of the workspace, or give up its tokens, keys "
            "and waiting jobs for new ones with `bottega workspace renew-secrets`"
        )
        return BottegaError("usage", reason=reason)


def _aes(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # late: most commands seal nothing

    return AESGCM(key)


def _check(key: bytes) -> str:
    """Tells a key from any other, and nothing of it."""
    return hashlib.sha256(b"check:" + key).hexdigest()
