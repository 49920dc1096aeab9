"""A table from a file that somebody sent, with the columns that were declared: done in the jail, for the file is hostile."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa

from bottega.dataset.cells import MisfitError, reader
from bottega.dataset.formats import delimited
from bottega.dataset.formats.rendering import rendered
from bottega.dataset.formats.source import decoded
from bottega.dataset.table import Table, role_metadata
from bottega.dataset.types import Kind, Role, column_type
from bottega.errors import BottegaError
from bottega.sdk.declaration import module
from bottega.sdk.values import RawFile

_SEPARATORS = {"csv": ",", "tsv": "\t"}
# What a reader of files tells from text by itself, and as pandas does.
_GUESSED = (Kind.INTEGER, Kind.DOUBLE, Kind.BOOLEAN)
# What `reader` takes as they are; all else goes through text.
_PLAIN = (Kind.STRING, *_GUESSED)
_MOST_NAMED = 10


@dataclass(frozen=True)
class Declared:
    """A column that has to be there; see `services.program.Field`."""

    name: str
    type: str
    role: str = "feature"
    categories: tuple[str, ...] = ()
    ordered: bool = False
    zone: str | None = None
    known: bool = True

    @property
    def kind(self) -> Kind:
        """Its type without the categories."""
        return Kind(self.type.removeprefix("Categorical "))


@module(title="Read a file", category="Batch jobs")
def read_file(file: RawFile, *, name: str, format: str, columns: str = "[]") -> Table:  # noqa: A002 - as `formats` has it
    """Read a table whose columns were declared.

    name     of the file, for messages
    format   csv, tsv, arff or svmlight
    columns  JSON: a list of `Declared`; where it is empty the columns are those of the file

    The columns may stand in any order, and leave in the declared one. Raises as `formats.read` does, and `0018`
    for columns or cells that do not fit.
    """
    declared = [Declared(**{**each, "categories": tuple(each.get("categories", ()))}) for each in json.loads(columns)]
    texts = {each.name for each in declared if each.known and each.kind not in _GUESSED}
    source = decoded(Path(name), file.data)
    separator = _SEPARATORS.get(format)
    if separator is None:
        # ARFF's library is slow to load.
        table = import_module(f"bottega.dataset.formats.{format}").parsed(source)
    else:
        table = delimited.parsed(source, separator=separator, header=True, texts=texts)
    return _fitted(table, declared, name) if declared else table


def _fitted(table: Table, declared: Sequence[Declared], name: str) -> Table:
    _check_names(table.arrow.column_names, [each.name for each in declared], name)
    arrays = [_column(table.column(each.name), each, name) for each in declared]
    fields = [
        pa.field(each.name, array.type, metadata=role_metadata(Role(each.role)))
        for each, array in zip(declared, arrays, strict=True)
    ]
    return Table(pa.Table.from_arrays(arrays, schema=pa.schema(fields)))


def _check_names(given: Sequence[str], declared: Sequence[str], name: str) -> None:
    missing = [each for each in declared if each not in given]
    unknown = [each for each in given if each not in declared]
    told = []
    if missing:
        told.append(f"it has no column {_listed(missing)}")
    if unknown:
        told.append(f"the service has no column {_listed(unknown)}")
    if told:
        raise BottegaError("0018", path=name, reason="; ".join(told))


def _column(column: pa.ChunkedArray[Any], declared: Declared, name: str) -> Any:
    kind = column_type(column.type).kind
    if declared.type == declared.kind == kind and declared.zone == getattr(column.type, "tz", None):
        return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
    if not declared.known and column.null_count < len(column):
        return column
    cells = column if kind in _PLAIN and not pa.types.is_dictionary(column.type) else rendered(column)
    try:
        return reader(declared)(cells.to_pylist())
    except MisfitError as misfit:
        reason = (
            f"column {declared.name} is {declared.type}; {misfit.value!r} in row {misfit.row} cannot be read as that"
        )
        raise BottegaError("0018", path=name, reason=reason) from misfit


def _listed(names: Sequence[str]) -> str:
    told = ", ".join(each[:80] for each in names[:_MOST_NAMED])
    return told if len(names) <= _MOST_NAMED else f"{told} and {len(names) - _MOST_NAMED} more"
