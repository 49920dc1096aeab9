"""The value on every table port."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from bottega.dataset.canonical import canonical
from bottega.dataset.names import unique_names
from bottega.dataset.types import ColumnType, Role, column_type
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bottega.dataset.folds import Folds

_ROLE = b"bottega.role"


@dataclass(frozen=True)
class Column:
    """One column's declaration."""

    name: str
    type: ColumnType
    role: Role


class Table:
    """An immutable table: named, typed columns of equal length, each with a role.

    The data is Arrow in canonical layout (`canonical.py`); roles live in the Arrow
    schema, so that they go wherever the data goes. Folds are beside the data (`folds.py`):
    a table made of other rows has none.
    """

    _folds: Folds | None = None

    def __init__(self, arrow: pa.Table, *, roles: Mapping[str, Role] | None = None, first_duplicate: int = 1) -> None:
        """Take any Arrow table: names become unique text, columns canonical.

        `roles` go by the unique names and come before roles that the table carries.
        Raises `0017` or `0139`, with the column's name, where a column has no Studio type.
        """
        names = unique_names(arrow.column_names, first=first_duplicate)
        columns = [canonical(column, name) for name, column in zip(names, arrow.columns, strict=True)]
        given = roles or {}
        fields = []
        for field, name, column in zip(arrow.schema, names, columns, strict=True):
            role = given.get(name) or role_of(field)
            fields.append(pa.field(name, column.type, metadata=role_metadata(role)))
        self._arrow = pa.table(columns, schema=pa.schema(fields)) if columns else _rows_alone(arrow.num_rows)

    @classmethod
    def of_canonical(cls, arrow: pa.Table, columns: tuple[Column, ...]) -> Table:
        """Return the table of data that is known to be what `arrow` gives: columns that are canonical, and their declarations."""
        table = cls.__new__(cls)
        table._arrow = arrow  # noqa: SLF001 - its own
        table.__dict__["columns"] = columns
        return table

    def with_folds(self, folds: Folds | None) -> Table:
        """Return the same data with these folds, such as those of the table whose rows it has, each in its place.

        Raises ValueError where they are of another number of rows. A table without columns keeps none.
        """
        if folds is None and self._folds is None:
            return self
        if folds is not None and len(folds.codes) != self.num_rows:
            raise ValueError(f"{len(folds.codes)} rows are in folds, and the table has {self.num_rows}")
        table = Table.of_canonical(self._arrow, self.columns)
        table._folds = folds if self.num_columns else None  # noqa: SLF001 - its own
        return table

    @property
    def arrow(self) -> pa.Table:
        """The data; Arrow tables cannot be changed in place."""
        return self._arrow

    @property
    def folds(self) -> Folds | None:
        """The fold of each row, if they were assigned."""
        return self._folds

    @property
    def num_rows(self) -> int:
        """How many rows."""
        return self._arrow.num_rows

    @property
    def num_columns(self) -> int:
        """How many columns."""
        return self._arrow.num_columns

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns' names, types and roles, in order."""
        return tuple(Column(field.name, column_type(field.type), role_of(field)) for field in self._arrow.schema)

    @cached_property
    def digest(self) -> str:
        """A hash of names, types, roles, values and folds; not of chunks, files or buffers."""
        from bottega.dataset.digest import digest

        data = digest(self._arrow)
        return data if self._folds is None else self._folds.digest(data)

    def column(self, name: str) -> pa.ChunkedArray[Any]:
        """Return the values of one column. Raises `0001` when there is none of that name."""
        index = self._arrow.schema.get_field_index(name)
        if index < 0:
            raise BottegaError("0001", column=name, columns=", ".join(self._arrow.column_names[:20]))
        return self._arrow.column(index)

    def with_roles(self, roles: Mapping[str, Role]) -> Table:
        """Return the same data with other roles for the columns named.

        Raises `0001` when there is no column of a name.
        """
        for name in roles:
            self.column(name)
        return Table(self._arrow, roles=roles).with_folds(self._folds)

    def with_roles_of(self, *sources: Table) -> Table:
        """Return the same data, each column with the role that it has in the first source with one of its name."""
        names = set(self._arrow.column_names)
        roles: dict[str, Role] = {}
        for source in reversed(sources):
            roles |= {
                column.name: column.role
                for column in source.columns
                if column.name in names and column.role is not Role.FEATURE
            }
        return self.with_roles(roles) if roles else self

    def equals(self, other: Table) -> bool:
        """Tell whether names, types, roles, values and folds are the same."""
        same_schema: bool = self._arrow.schema.equals(other.arrow.schema, check_metadata=True)
        same_folds = other.folds is None if self._folds is None else self._folds.equals(other.folds)
        return same_schema and same_folds and bool(self._arrow.equals(other.arrow))

    def __repr__(self) -> str:
        """Return the size and the first columns."""
        columns = ", ".join(f"{column.name}: {column.type}" for column in self.columns[:8])
        return f"Table({self.num_rows} x {self.num_columns}; {columns}{', …' if self.num_columns > 8 else ''})"


def _rows_alone(count: int) -> pa.Table:
    """Return a table of so many rows and no columns; only `select` makes one that keeps its rows."""
    return pa.table({"": pa.nulls(count)}).select([])


def role_metadata(role: Role) -> dict[bytes, bytes] | None:
    """How a field of an Arrow schema tells a role."""
    return None if role is Role.FEATURE else {_ROLE: role.value.encode()}


def role_of(field: pa.Field[Any]) -> Role:
    """The role that a field tells; a feature where it tells none."""
    value = (field.metadata or {}).get(_ROLE)
    try:
        return Role(value.decode()) if value else Role.FEATURE
    except ValueError:
        return Role.FEATURE
