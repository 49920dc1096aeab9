"""What the owner of a workspace allows in it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import delete, insert, select

from bottega.errors import BottegaError
from bottega.store.database import Database
from bottega.store.tables import SETTING

# Every setting, with its value until it is set.
KNOWN: Mapping[str, bool] = MappingProxyType(
    {
        "allow_local_files": False,  # modules may read files of this machine by their path
        "allow_private_addresses": False,  # modules may reach addresses of the local network
    }
)


class Settings:
    """The settings of a workspace. A name that is not known is `usage`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> bool:
        """The value of a setting."""
        _check(name)
        return self.all()[name]

    def set(self, name: str, value: bool) -> None:
        """Change a setting. Raises `usage` for a value of the wrong type."""
        _check(name)
        if not isinstance(value, type(KNOWN[name])):
            raise BottegaError("usage", reason=f"Setting {name} is true or false, not {value!r}")
        with self._database.writing() as connection:
            connection.execute(delete(SETTING).where(SETTING.c.name == name))
            connection.execute(insert(SETTING).values(name=name, value=value))

    def all(self) -> dict[str, bool]:
        """The values of all settings."""
        with self._database.reading() as connection:
            changed = {row.name: row.value for row in connection.execute(select(SETTING))}
        return {name: changed.get(name, value) for name, value in KNOWN.items()}


def _check(name: str) -> None:
    if name not in KNOWN:
        raise BottegaError("usage", reason=f"There is no setting {name}; there are: {', '.join(KNOWN)}")
