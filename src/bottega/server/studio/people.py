"""Whom the owner of a workspace has invited: a list for people, for what lets one in is a token.

Kept beside the workspace's database; backups leave it out.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from bottega.errors import BottegaError
from bottega.server.errors import HttpError, missing
from bottega.store.files import Files, write_whole

if TYPE_CHECKING:
    from bottega.store.workspace import Workspace

_FILE = "people.json"
_MOST = 1000
_ROLES = ("User", "Owner")
# The body is JSON but for its keys, which PowerShell sends without quotes (clients.md 0, rule 3).
_ROLE = re.compile(r"""\bRole["']?\s*:\s*["']?([A-Za-z]{1,20})""", re.IGNORECASE)
_EMAILS = re.compile(r"""\bEmails?["']?\s*:\s*(?:\[\s*)?["']([^"'\]]*)""", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>\"'(),:;\[\]\\]{1,64}@[A-Za-z0-9.-]{1,253}")
_WRITING = threading.Lock()


class Person(msgspec.Struct, frozen=True):
    """Somebody who was invited."""

    email: str
    role: str

    @property
    def id(self) -> str:
        """What clients know somebody by."""
        return hashlib.blake2b(self.email.lower().encode(), digest_size=16).hexdigest()


def listed(workspace: Workspace) -> list[dict[str, Any]]:
    """The owner, then who was invited."""
    owner = _told("Active", "", "Owner", "Owner", workspace.id)
    return [owner, *(_told("Invited", each.email, each.email, each.role, each.id) for each in _read(workspace))]


def invite(workspace: Workspace, body: bytes) -> list[dict[str, Any]]:
    """Note who is told in a body that is almost JSON. Raises HttpError 400."""
    text = body.decode("utf-8", "replace")
    role, emails = _ROLE.search(text), _EMAILS.search(text)
    word = role[1].capitalize() if role else "User"
    if word not in _ROLES:
        raise HttpError(400, message=f"There is no role {word}; there are: {', '.join(_ROLES)}.")
    found = [each.strip() for each in re.split("[,;]", emails[1]) if each.strip()] if emails else []
    wrong = [each for each in found if not _EMAIL.fullmatch(each)]
    if wrong or not found:
        reason = f"{wrong[0][:100]!r} is no e-mail address." if wrong else "The body names nobody: it needs Emails."
        raise HttpError(400, message=reason)
    with _WRITING:
        people = {each.id: each for each in (*_read(workspace), *(Person(email, word) for email in found))}
        if len(people) > _MOST:
            raise HttpError(400, message=f"No more than {_MOST:,} people can be invited.")
        _write(workspace, list(people.values()))
    return listed(workspace)


def remove(workspace: Workspace, given: str) -> None:
    """Forget somebody, by id or e-mail address. Raises HttpError 404."""
    with _WRITING:
        people = _read(workspace)
        rest = [each for each in people if given.lower() not in (each.id, each.email.lower())]
        if len(rest) == len(people):
            raise missing("person", given)
        _write(workspace, rest)


def _told(status: str, email: str, name: str, role: str, user: str) -> dict[str, Any]:
    return {"Status": status, "User": {"Email": email, "Name": name, "Role": role, "UserId": user}}


def _read(workspace: Workspace) -> list[Person]:
    with contextlib.suppress(FileNotFoundError, msgspec.DecodeError):
        return msgspec.json.decode((workspace.folder / _FILE).read_bytes(), type=list[Person])
    return []


def _write(workspace: Workspace, people: list[Person]) -> None:
    path = Path(workspace.folder, _FILE)
    try:
        write_whole(Files(), str(path), msgspec.json.encode(people))
    except OSError as error:
        raise BottegaError("store-failed", path=str(path), reason=error.strerror or str(error)) from error
