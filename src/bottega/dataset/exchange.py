"""Tables to and from Arrow IPC streams: the form between processes and on disk.

What comes out of a jail is read as hostile: nothing compressed, no type but the few that
a job may answer with, every buffer validated, no metadata kept but roles and folds where
they are asked for. Reading copies nothing:
the table lies in the memory that it is read from.
"""

from __future__ import annotations

import re
import struct
import zoneinfo
from typing import IO, Any

import pyarrow as pa

from bottega.dataset.folds import Folds
from bottega.dataset.table import Table, role_metadata, role_of
from bottega.dataset.types import Role
from bottega.errors import BottegaError

MOST_ROWS = (1 << 31) - 1
MOST_COLUMNS = 100_000
_MOST_MESSAGES = 1_000_000
_FOLDS = b"bottega.folds"
_OFFSET = re.compile(r"[+-](?:[01]\d|2[0-3]):[0-5]\d")
_ZONE = re.compile(r"[A-Za-z0-9_+:-][A-Za-z0-9_+:/-]{0,63}")

# Where the flat buffers of a message keep what is looked at here (Arrow's Message.fbs).
_HEADER_TYPE, _HEADER = 1, 2
_DICTIONARY_BATCH, _RECORD_BATCH = 2, 3
_DICTIONARY_DATA = 1
_BATCH_COMPRESSION = 3


def write(table: Table, file: IO[bytes]) -> None:
    """Write a table as one batch, so that each column is one piece of memory for its reader."""
    arrow = table.arrow.combine_chunks()
    if table.folds is not None:
        arrow = arrow.replace_schema_metadata({_FOLDS: table.folds.written})
    sink: Any = file
    with pa.ipc.new_stream(sink, arrow.schema) as stream:
        if arrow.num_rows or not arrow.num_columns:
            stream.write_table(arrow)
        else:  # as a table, no rows would be no batch, and categories lost
            stream.write_batch(pa.RecordBatch.from_arrays(list(map(_no_rows, arrow.columns)), schema=arrow.schema))


def _no_rows(column: pa.ChunkedArray[Any]) -> Any:
    return column.chunk(0) if column.num_chunks else pa.nulls(0, column.type)


def read_trusted(buffer: pa.Buffer, digest: str = "of an input", *, full: bool = False) -> Table:
    """A table that Bottega itself wrote, roles and folds included. Raises `blob-damaged` for what no longer is one.

    digest  names it in the error
    full    look at every value, not at the extent of the columns alone
    """
    try:
        arrow = pa.ipc.open_stream(buffer).read_all()
        arrow.validate(full=full)
        return Table(arrow).with_folds(_folds(arrow))
    except (pa.ArrowException, OSError, ValueError, BottegaError) as error:
        raise BottegaError("blob-damaged", digest=digest) from error


def read_untrusted(buffer: pa.Buffer, port: str, *, first_duplicate: int = 1, roles: bool = False) -> Table:
    """A table that a jail wrote. Raises `result-invalid` for anything that is not one.

    roles  keep the roles and folds that it tells; all other metadata goes
    """
    try:
        _check_messages(buffer)
        stream = pa.ipc.open_stream(buffer)
        _check_schema(stream.schema)
        arrow = stream.read_all()
        check_rows(arrow.num_rows)
        arrow.validate(full=True)
        folds = _folds(arrow) if roles else None
        told = [role_of(field) if roles else Role.FEATURE for field in arrow.schema]
        bare = pa.schema([pa.field(field.name, field.type, metadata=role_metadata(role))
                          for field, role in zip(arrow.schema, told, strict=True)])  # fmt: skip
        if arrow.num_columns:  # without columns a new schema would cost the rows
            arrow = pa.Table.from_arrays(arrow.columns, schema=bare)
        return Table(arrow, first_duplicate=first_duplicate).with_folds(folds)
    except (pa.ArrowException, ValueError, OSError, struct.error, IndexError, TypeError, OverflowError) as error:
        raise BottegaError("result-invalid", port=port, reason=str(error)[:300]) from error


def _folds(arrow: pa.Table) -> Folds | None:
    """The folds that the metadata tells. Raises ValueError for what are none."""
    told = (arrow.schema.metadata or {}).get(_FOLDS)
    return None if told is None else Folds.read(told)


def check_rows(rows: int) -> None:
    """Raise ValueError for a number of rows that no table has."""
    if type(rows) is not int or not 0 <= rows <= MOST_ROWS:
        raise ValueError(f"a table cannot have {rows} rows")


def check_zone(zone: str | None) -> None:
    """Raise ValueError for what is no name of a time zone, such as a path, or of none that is known here."""
    if zone is None or _OFFSET.fullmatch(zone):
        return
    try:
        if not _ZONE.fullmatch(zone):
            raise ValueError
        zoneinfo.ZoneInfo(zone)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError) as error:
        raise ValueError(f"{zone[:80]!r} is no time zone that is known here") from error


def _check_schema(schema: pa.Schema) -> None:
    if len(schema) > MOST_COLUMNS:
        raise ValueError(f"a table cannot have {len(schema)} columns")
    for field in schema:
        kind = field.type
        if pa.types.is_dictionary(kind) and kind.index_type == pa.int32():
            kind = kind.value_type
        if not _is_allowed(kind):
            raise ValueError(f"a result cannot hold the type {kind}")


def _is_allowed(kind: pa.DataType) -> bool:
    if isinstance(kind, pa.BaseExtensionType):
        return False
    if pa.types.is_timestamp(kind):
        check_zone(kind.tz)
        return True
    simple = (pa.large_string(), pa.large_binary(), pa.int64(), pa.float64(), pa.bool_())
    return kind in simple or pa.types.is_duration(kind)


def _check_messages(buffer: pa.Buffer) -> None:
    """Refuse compressed messages before anything unpacks them: they may be bombs."""
    for count, message in enumerate(pa.ipc.MessageReader.open_stream(buffer), start=1):
        if count > _MOST_MESSAGES:
            raise ValueError("too many messages")
        if message.type not in ("schema", "record batch", "dictionary"):
            raise ValueError(f"a stream cannot hold a {message.type}")
        if _is_compressed(message.metadata.to_pybytes()):
            raise ValueError("a result cannot be compressed")


def _is_compressed(metadata: bytes) -> bool:
    root = struct.unpack_from("<I", metadata, 0)[0]
    type_place, header_place = _field(metadata, root, _HEADER_TYPE), _field(metadata, root, _HEADER)
    if type_place is None or header_place is None:
        return False
    kind = metadata[type_place]
    batch = _table_at(metadata, header_place)
    if kind == _DICTIONARY_BATCH:
        data_place = _field(metadata, batch, _DICTIONARY_DATA)
        if data_place is None:
            return False
        batch = _table_at(metadata, data_place)
    elif kind != _RECORD_BATCH:
        return False
    return _field(metadata, batch, _BATCH_COMPRESSION) is not None


def _field(data: bytes, table: int, index: int) -> int | None:
    """Where a flat buffer's table keeps a field; None where it has it not."""
    vtable = table - struct.unpack_from("<i", data, table)[0]
    size = struct.unpack_from("<H", data, vtable)[0]
    entry = 4 + 2 * index
    offset = struct.unpack_from("<H", data, vtable + entry)[0] if entry < size else 0
    return table + offset if offset else None


def _table_at(data: bytes, place: int) -> int:
    return int(place + struct.unpack_from("<I", data, place)[0])
