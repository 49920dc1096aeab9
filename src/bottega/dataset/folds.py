"""Which fold each row of a table is in: what Partition and Sample assigns and cross-validation goes by.

Folds are no column, so nobody sees them, scripts included. They go with the table through ports and store, until a
module gives out other rows.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HEAD = struct.Struct("<I")


@dataclass(frozen=True, eq=False)
class Folds:
    """The folds of a table's rows.

    count  how many folds there are; some may have no rows
    codes  the fold of each row, counted from 0, in any type of whole numbers

    Raises ValueError where a code is none.
    """

    count: int
    codes: NDArray[Any]

    def __post_init__(self) -> None:
        """Check what a stranger may have told."""
        if self.count < 1 or (len(self.codes) and not 0 <= self.codes.min() <= self.codes.max() < self.count):
            raise ValueError(f"the rows are not in {self.count} folds")

    @property
    def written(self) -> bytes:
        """The folds as bytes: how many there are, then each row's, in as few bytes as hold it."""
        return _HEAD.pack(self.count) + self.codes.astype(_width(self.count)).tobytes()

    @classmethod
    def read(cls, data: bytes) -> Folds:
        """What `written` gave. Raises ValueError for what it did not."""
        if len(data) < _HEAD.size:
            raise ValueError("the folds are cut off")
        (count,) = _HEAD.unpack_from(data)
        return cls(count, np.frombuffer(data, _width(count), offset=_HEAD.size))

    def digest(self, data: str) -> str:
        """The digest of a table with these folds, from that of the table alone."""
        return hashlib.blake2b(data.encode() + self.written, digest_size=32).hexdigest()

    def equals(self, other: Folds | None) -> bool:
        """Tell whether the same rows are in the same folds."""
        return other is not None and self.count == other.count and np.array_equal(self.codes, other.codes)


def _width(count: int) -> str:
    return "<u1" if count <= 1 << 8 else "<u2" if count <= 1 << 16 else "<u4"
