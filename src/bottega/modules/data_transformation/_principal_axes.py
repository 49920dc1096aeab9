"""What Principal Component Analysis learned: the axes along which rows vary most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from bottega.modules.data_transformation._columns import Added, changed, doubles, is_numeric
from bottega.sdk import BottegaError, Column, Role, Table, Transform, note

_Array = np.ndarray[Any, Any]
# Above so many rows and columns a few axes are found without the others.
_MANY = 1_000
_TOLD = 20


@dataclass(frozen=True, eq=False)
class PrincipalAxes(Transform):
    """Columns, of which each row becomes its places along the axes.

    names    the columns, in the order of the matrix
    centre   what is subtracted from each
    axes     one row for each axis, of length 1, the one of most variance first
    shares   the part of the variance that lies along each
    """

    names: tuple[str, ...]
    centre: _Array
    axes: _Array
    shares: _Array

    @classmethod
    def learn(cls, table: Table, names: list[str], count: int, *, centred: bool) -> PrincipalAxes:
        """Learn from the rows without missing values.

        Raises `0007` for more axes than columns, `0021` for fewer rows, `0033`, and `0083` for numbers whose squares overflow.
        """
        if count > len(names):
            raise BottegaError("0007", parameter="Number of dimensions to reduce to", value=count, upper=len(names))
        matrix, known = _matrix(table, names)
        if known.sum() < count:
            raise BottegaError("0021", dataset="Dataset", found=int(known.sum()), lower=count)
        if not known.all():
            note(
                f"{int((~known).sum())} of {len(known)} rows have missing values: they are not learned from and get no places"
            )
            matrix = matrix[known]
        with np.errstate(over="ignore", invalid="ignore"):
            centre = matrix.mean(axis=0) if centred else np.zeros(len(names))
            matrix = matrix - centre
        size = float(np.abs(matrix).max()) or 1.0
        if not np.isfinite(size):
            raise BottegaError("0083", reason="there are numbers so large that their sums overflow")
        values, axes = _singular(matrix / size, count)
        total = float(((matrix / size) ** 2).sum())
        shares = values**2 / total if total else np.zeros(count)
        # Which way an axis points is chance: its largest part shall be positive.
        signs = np.sign(axes[np.arange(count), np.abs(axes).argmax(axis=1)])
        return cls(tuple(names), centre, axes * np.where(signs == 0, 1.0, signs)[:, None], shares)

    def apply(self, table: Table) -> Table:
        """The table without the columns and with Col1 and so on at its end, missing where a row misses a value.

        Raises `0001`, `0016` and `0033`.
        """
        columns = {column.name: column for column in table.columns}
        for name in self.names:
            table.column(name)  # raises 0001
            if not is_numeric(columns[name]):
                raise BottegaError("0016", column=name, found=str(columns[name].type), expected="numeric")
        matrix, known = _matrix(table, list(self.names))
        places = (np.where(known[:, None], matrix, 0.0) - self.centre) @ self.axes.T
        gone = set(self.names)
        kept = [column for column in table.columns if column.name not in gone]
        names = new_names(kept, len(self.axes))
        more = [
            Added(name, Role.FEATURE, pa.chunked_array([pa.array(each, mask=~known)]))
            for name, each in zip(names, places.T, strict=True)
        ]
        return changed(table, {}, more, dropped=gone)

    def describe(self) -> dict[str, Any]:
        """The part of the variance along each axis, and how much the columns count in it, those that count most first."""
        order = np.argsort(-np.abs(self.axes).max(axis=0), kind="stable")[:_TOLD]
        axes = list(enumerate(self.axes[:_TOLD], 1))
        weights = [
            {"column": self.names[place]} | {f"axis {number}": float(axis[place]) for number, axis in axes}
            for place in order
        ]
        shares = [{"axis": number, "share": float(self.shares[number - 1])} for number, _ in axes]
        return {"kind": "Principal Component Analysis", "shares of variance": shares, "axes": weights}


def new_names(kept: list[Column], count: int) -> list[str]:
    """Col1 and so on, with a number behind where a column of the table has that name."""
    taken = {column.name for column in kept}
    names = []
    for place in range(1, count + 1):
        free, number = f"Col{place}", 1
        while free in taken:
            free, number = f"Col{place} ({number})", number + 1
        taken.add(free)
        names.append(free)
    return names


def told(kept: list[Column], count: int, kind: Any) -> tuple[Column, ...]:
    """The columns of a table of places, before it is made."""
    return (*kept, *(Column(name, kind, Role.FEATURE) for name in new_names(kept, count)))


def _matrix(table: Table, names: list[str]) -> tuple[_Array, _Array]:
    """Rows x columns, and which rows have all values. Raises `0033`, with the row counted from 1."""
    matrix = np.empty((table.num_rows, len(names)))
    for place, name in enumerate(names):
        matrix[:, place] = doubles(table.column(name)).to_numpy()
        infinite = np.flatnonzero(np.isinf(matrix[:, place]))
        if infinite.size:
            raise BottegaError("0033", column=name, row=int(infinite[0]) + 1)
    return matrix, np.asarray(~np.isnan(matrix).any(axis=1))


def _singular(matrix: _Array, count: int) -> tuple[_Array, _Array]:
    """The largest singular values and their right vectors."""
    if min(matrix.shape) > _MANY and count < min(matrix.shape) // 10:
        from sklearn.utils.extmath import randomized_svd

        _, values, axes = randomized_svd(matrix, count, n_iter=7, random_state=0)
        return np.asarray(values), np.asarray(axes)
    if matrix.shape[0] > matrix.shape[1]:
        matrix = np.asarray(np.linalg.qr(matrix, mode="r"))
    _, values, axes = np.linalg.svd(matrix, full_matrices=False)
    return values[:count], axes[:count]
