"""One table out of several files of the same columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from bottega.sdk import BottegaError, Table

_SEPARATORS = {"csv": ",", "tsv": "\t"}
_TEXT = pa.large_string()


def read(files: Sequence[tuple[str, Path]], file_format: str) -> Table:
    """The rows of all files, each with its name for messages, in this order.

    A column that is text in one file is text in all of them, as they stand there; without that a type is that
    of one file alone. Raises as `formats.read` does, `0125` for other columns, and `0016` for other types.
    """
    tables = [_read(name, path, file_format) for name, path in files]
    if len(tables) == 1:
        return tables[0]
    first = tables[0].arrow.column_names
    for (name, _), table in zip(files, tables, strict=True):
        if table.arrow.column_names != first:
            raise BottegaError("0125", dataset=name, reason=_difference(first, table.arrow.column_names))
    texts = _mixed(tables)
    if texts and file_format.partition("-")[0] in _SEPARATORS:
        tables = [_read(name, path, file_format, texts) for name, path in files]
    columns = [_joined(name, [table.arrow.column(place) for table in tables]) for place, name in enumerate(first)]
    roles = {column.name: column.role for column in tables[0].columns}
    return Table(pa.Table.from_arrays(columns, names=first), roles=roles)


def _read(name: str, path: Path, file_format: str, texts: Sequence[str] = ()) -> Table:
    from bottega.dataset import formats
    from bottega.dataset.formats import delimited
    from bottega.dataset.formats.source import text

    try:
        if texts:
            separator = _SEPARATORS[file_format.partition("-")[0]]
            header = not file_format.endswith("-no-header")
            return delimited.parsed(text(path), separator=separator, header=header, texts=texts)
        return formats.read(path, file_format)
    except BottegaError as error:
        # The file that it names is nobody's but ours.
        facts = {**error.facts, "path": name} if "path" in error.facts else error.facts
        raise BottegaError(error.code, **facts) from error


def _mixed(tables: Sequence[Table]) -> list[str]:
    """The columns that are text in some file and something else in another."""
    columns = zip(*(table.arrow.columns for table in tables), strict=True)
    names = tables[0].arrow.column_names
    return [
        name for name, each in zip(names, columns, strict=True) if len(kinds := _kinds(each)) > 1 and _TEXT in kinds
    ]


def _kinds(columns: Sequence[Any]) -> set[Any]:
    """The types that have a value; where none has one, that of the first."""
    return {column.type for column in columns if column.null_count < len(column)} or {columns[0].type}


def _joined(name: str, columns: Sequence[Any]) -> Any:
    kinds = _kinds(columns)
    if kinds == {pa.int64(), pa.float64()}:
        kinds = {pa.float64()}
    decoded = {kind.value_type if pa.types.is_dictionary(kind) else kind for kind in kinds}
    if len(decoded) > 1:
        found, expected, *_ = sorted(map(str, decoded))
        raise BottegaError("0016", column=name, found=found, expected=expected)
    kind = kinds.pop() if len(kinds) == 1 else decoded.pop()
    if pa.types.is_dictionary(kind):
        return _categories(kind, columns)
    chunks = [chunk for column in columns for chunk in column.cast(kind).chunks]
    return pa.chunked_array(chunks, kind)


def _categories(kind: Any, columns: Sequence[Any]) -> Any:
    """Categories of all files together, those of the first first."""
    alike = [column if pa.types.is_dictionary(column.type) else column.cast(kind) for column in columns]
    return pa.chunked_array([chunk for column in alike for chunk in column.chunks]).unify_dictionaries()


def _difference(expected: Sequence[str], found: Sequence[str]) -> str:
    if len(expected) != len(found):
        return f"it has {len(found):,} columns, and the first file {len(expected):,}"
    place, name = next((place, name) for place, name in enumerate(found) if name != expected[place])
    return f"its column {place + 1} is {name[:100]}, and {expected[place][:100]} in the first file"
