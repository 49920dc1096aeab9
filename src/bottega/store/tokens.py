"""The two tokens by which clients are let into a workspace, and the look of all its keys."""

from __future__ import annotations

import base64
import hmac
import secrets

from sqlalchemy import delete, insert, select

from bottega.store.database import Database
from bottega.store.tables import TOKEN
from bottega.store.vault import Vault

PRIMARY, SECONDARY = NAMES = ("primary", "secondary")
_PURPOSE = "token"
_SIZE = 64


def new_key() -> str:
    """A key in classic's look: 88 characters that nobody can guess."""
    return base64.b64encode(secrets.token_bytes(_SIZE)).decode()


def checked_name(which: str) -> str:
    """Which of two keys is meant. Raises ValueError for anything else."""
    if which not in NAMES:
        raise ValueError(f"there is no {which!r} key")
    return which


class Tokens:
    """Made at first need, both valid, each replaced on demand."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._opened: dict[str, str] = {}  # by what is stored: opening takes longer than to read it

    @property
    def primary(self) -> str:
        """The first."""
        return self._get(PRIMARY)

    @property
    def secondary(self) -> str:
        """The other, for clients that go on while the first is replaced."""
        return self._get(SECONDARY)

    def rotate(self, which: str) -> str:
        """Make another; the one before is valid no more. Durable on return."""
        token = new_key()
        row = {"name": checked_name(which), "value": self._vault.seal(token, _PURPOSE)}
        with self._database.writing() as connection:
            connection.execute(delete(TOKEN).where(TOKEN.c.name == which))
            connection.execute(insert(TOKEN).values(row))
        return token

    def is_valid(self, text: str) -> bool:
        """Whether a text is one of the two, in constant time; not before there are any."""
        given = text.encode("utf-8", "replace")
        return any([hmac.compare_digest(token.encode(), given) for token in self._all().values()])  # noqa: C419  # no shortcut

    def renew(self) -> None:
        """Replace both."""
        for name in NAMES:
            self.rotate(name)

    def _get(self, name: str) -> str:
        found = self._all().get(name)
        if found is None:
            row = {"name": name, "value": self._vault.seal(new_key(), _PURPOSE)}
            with self._database.writing() as connection:
                connection.execute(insert(TOKEN).prefix_with("OR IGNORE").values(row))
            found = self._all()[name]
        return found

    def _all(self) -> dict[str, str]:
        with self._database.reading() as connection:
            sealed = {row.name: row.value for row in connection.execute(select(TOKEN))}
        before = self._opened
        opened = {value: before.get(value) or self._vault.open(value, _PURPOSE) for value in sealed.values()}
        self._opened = opened
        return {name: opened[value] for name, value in sealed.items()}
