"""What the owner of a workspace allows in it, and how it is connected to the world."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bottega.errors import BottegaError
from bottega.store import places
from bottega.store.database import Database
from bottega.store.tables import SETTING, WORKSPACE

# Every setting, with its value until it is set.
KNOWN: Mapping[str, Any] = MappingProxyType(
    {
        "allow_local_files": False,  # modules may read files of this machine by their path
        "allow_private_addresses": False,  # modules may reach addresses of the local network
        "storage_accounts": {},  # where the blobs of a storage account lie: account name to URL
        "network": {},  # what the scripts of an experiment may reach: experiment to host:port
        "addresses": {},  # where a host:port lies in truth: to address:port
    }
)
# What scripts may reach: of the web services that run as well.
_OF_SERVICES = ("network", "addresses")
# What the entries of a setting may be; each returns why not.
_CHECKS: Mapping[str, Callable[[str, Any], str]] = MappingProxyType(
    {
        "storage_accounts": lambda name, value: places.account_fault(name) or places.url_fault(value),
        "network": lambda _, value: places.doors_fault(value),
        "addresses": lambda name, value: places.door_fault(name) or places.address_fault(value),
    }
)


class Settings:
    """The settings of a workspace. A name that is not known is `usage`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> Any:
        """The value of a setting."""
        _check_name(name)
        return self.all()[name]

    def set(self, name: str, value: Any) -> None:
        """Change a setting. Raises `usage` for a value that it cannot have."""
        _check(name, value)
        with self._database.writing() as connection:
            _write(connection, name, value)

    def set_entry(self, name: str, key: str, value: Any) -> None:
        """Change one entry of a setting that has several, leaving the others as they are; None removes it."""
        _check_name(name)
        if not isinstance(KNOWN[name], dict):
            raise BottegaError("usage", reason=f"Setting {name} has no entries")
        if value is not None:
            _check(name, {key: value})
        with self._database.writing() as connection:
            entries = {**_read(connection)[name]}
            entries.pop(key, None)
            _write(connection, name, entries if value is None else {**entries, key: value})

    def all(self) -> dict[str, Any]:
        """The values of all settings."""
        with self._database.reading() as connection:
            return _read(connection)


def _read(connection: Connection) -> dict[str, Any]:
    changed = {row.name: row.value for row in connection.execute(select(SETTING))}
    return {name: changed.get(name, copy.copy(value)) for name, value in KNOWN.items()}


def _write(connection: Connection, name: str, value: Any) -> None:
    connection.execute(delete(SETTING).where(SETTING.c.name == name))
    connection.execute(insert(SETTING).values(name=name, value=value))
    if name in _OF_SERVICES:
        connection.execute(update(WORKSPACE).values(services_stamp=WORKSPACE.c.services_stamp + 1))


def _check(name: str, value: Any) -> None:
    _check_name(name)
    if not isinstance(value, type(KNOWN[name])):
        wanted = "true or false" if isinstance(KNOWN[name], bool) else "names with a value each"
        raise BottegaError("usage", reason=f"Setting {name} is {wanted}, not {value!r}")
    if isinstance(value, dict):
        for key, entry in value.items():
            fault = _CHECKS[name](key, entry) if isinstance(key, str) and key else "its name is no text"
            if fault:
                raise BottegaError("usage", reason=f"Setting {name} cannot have {key!r}: {fault}")


def _check_name(name: str) -> None:
    if name not in KNOWN:
        raise BottegaError("usage", reason=f"There is no setting {name}; there are: {', '.join(KNOWN)}")
