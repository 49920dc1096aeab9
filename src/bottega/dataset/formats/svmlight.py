"""SVMlight (libsvm) text: `label index:value … # comment`, sparse, numbers only.

Read as dense Doubles: features Col1 … ColN, absent ones 0, and the label last, named Labels
and with that role. Indexes count from 1 and rise along the line; a file in which index 0 occurs
counts from 0. A `qid:` after the label is passed over. A value `nan` is missing.

Written: the label is the column of that role, or the last; features are the others in their
order, Boolean as 0 and 1, zeros left out - but for the last feature of the first row, which
tells how many there are - and missing values as `nan`. Names are not kept.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.formats import width
from bottega.dataset.formats.rendering import concatenated, joined, rendered, utf8
from bottega.dataset.formats.source import Text, lines, text
from bottega.dataset.formats.target import target
from bottega.dataset.table import Table
from bottega.dataset.types import ColumnType, Kind, Role
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from pathlib import Path

_LABEL = "Labels"
_ROWS = 1 << 14
_MOST_CELLS = 1 << 29


def read(path: Path, *, encoding: str | None = None) -> Table:
    """Return the table in an SVMlight file.

    Raises `0048`, `0049` with the line, and `0018` where the table would be too large.
    """
    return parsed(text(path, encoding))


def parsed(source: Text) -> Table:
    """The same of text that is there already."""
    entries = _Entries(source)
    features = entries.dense()
    names = [f"Col{number}" for number in range(1, len(features) + 1)]
    columns = [pa.array(feature) for feature in features]
    columns.append(pa.array(np.frombuffer(entries.labels, np.float64)))
    return Table(pa.Table.from_arrays(columns, names=[*names, _LABEL]), roles={_LABEL: Role.LABEL})


def write(table: Table, path: Path) -> None:
    """Write a table in SVMlight format.

    Raises `0017` with the first column that is not numeric, `0018` where there is no column,
    and `0048`.
    """
    for declared in table.columns:
        if not _is_numeric(declared.type):
            raise BottegaError("0017", column=declared.name, type=str(declared.type))
    if not table.columns:
        raise BottegaError("0018", path=str(path), reason="there is no column for the label")
    roles = [column.role for column in table.columns]
    label = roles.index(Role.LABEL) if Role.LABEL in roles else len(roles) - 1
    with target(path) as file:
        for number, batch in enumerate(table.arrow.to_batches(max_chunksize=_ROWS)):
            features = [column for index, column in enumerate(batch.columns) if index != label]
            cells = [_texts(batch.column(label))]
            for index, column in enumerate(features, start=1):
                cells.append(_entries(column, index, keep_first=number == 0 and index == len(features)))
            file.write(utf8(joined(cells, " ", end="\n")))


class _Entries:
    """The numbers of a file: labels by row; rows, indexes and values by entry."""

    def __init__(self, source: Text) -> None:
        self._path = source.path
        self.labels = array("d")
        self._rows = array("q")
        self._indexes = array("q")
        self._values = array("d")
        self._last, self._widest = -1, 0  # the highest index, and its line
        for number, line in enumerate(lines(source), start=1):
            tokens = line.partition("#")[0].split()
            if tokens:
                try:
                    last = self._add(tokens)
                except ValueError as error:
                    raise BottegaError("0049", path=str(self._path), line=number, reason=str(error)) from error
                if last > self._last:
                    self._last, self._widest = last, number

    def _add(self, tokens: list[str]) -> int:
        """Take a line's numbers; its highest index, -1 where it has none."""
        row = len(self.labels)
        self.labels.append(_number(tokens[0]))
        last = -1
        for token in tokens[2 if tokens[1:] and tokens[1].startswith("qid:") else 1 :]:
            index, colon, value = token.partition(":")
            if not (colon and index.isascii() and index.isdigit() and len(index) < 19):
                raise ValueError(f"{token[:40]} is not index:value")
            position = int(index)
            if position <= last:
                raise ValueError(f"index {position} follows {last}; indexes rise along the line")
            last = position
            self._rows.append(row)
            self._indexes.append(position)
            self._values.append(_number(value))
        return last

    def dense(self) -> Any:
        """Return the features by rows, one after the other, zero where there is no entry."""
        indexes = np.frombuffer(self._indexes, np.int64)
        base = 0 if len(indexes) and indexes.min() == 0 else 1
        count = self._last + 1 - base if len(indexes) else 0
        width.check(self._path, self._widest, count + 1)
        if count * len(self.labels) > _MOST_CELLS:
            reason = f"{len(self.labels)} rows of {count} features are too large for a table that keeps zeros"
            raise BottegaError("0018", path=str(self._path), reason=reason)
        features = np.zeros((count, len(self.labels)))
        features[indexes - base, np.frombuffer(self._rows, np.int64)] = np.frombuffer(self._values, np.float64)
        return features


def _number(text: str) -> float:
    if "_" in text:  # Python's own way to write digits
        raise ValueError(f"{text[:40]} is not a number")
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text[:40]} is not a number") from None


def _is_numeric(kind: ColumnType) -> bool:
    return kind.kind in (Kind.INTEGER, Kind.DOUBLE, Kind.BOOLEAN)


def _entries(column: Any, index: int, *, keep_first: bool) -> Any:
    """Return a feature's entries, missing where they are left out."""
    texts = concatenated(f"{index}:", _texts(column))
    kept = pc.call_function("not_equal", [_plain(column), 0]).fill_null(True)  # noqa: FBT003 - pyarrow's own signature
    if keep_first:
        kept = pa.array([row == 0 or keep for row, keep in enumerate(kept.to_pylist())], pa.bool_())
    return pc.if_else(kept, texts, pa.scalar(None, pa.large_string()))


def _texts(column: Any) -> Any:
    return rendered(_plain(column)).fill_null("nan")


def _plain(column: Any) -> Any:
    """Return the numbers of a column of numbers, categories or Booleans."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column.cast(pa.int64()) if pa.types.is_boolean(column.type) else column
