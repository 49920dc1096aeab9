"""Tables in and out without pyarrow: a JSON head and the plain buffers of each column.

    8 bytes   magic
    8 bytes   length of the head, little-endian
    head      {"rows", "columns": [{"name", "kind", "unit", "zone", "ordered", "rows",
              "categories": column or null, "buffers": {"missing", "values", "offsets"}}]},
              each buffer as [start, length] from the end of the head, padded to 64 bytes
    buffers   missing: a byte a value, 1 where missing; values: int64, float64, int32
              codes, bytes 0 or 1, or the UTF-8 or raw bytes of all cells; offsets: int64,
              one more than values, for String and Bytes

The host's side of it is `bottega.dataset.plain`.
"""

from __future__ import annotations

import io
import json
import os
import struct
from typing import Any

import numpy as np

from .descriptors import mapped
from .vector import Vector

MAGIC = b"BTGPLAIN"
_ALIGNMENT = 64
_DTYPES = {
    "Integer": "<i8",
    "Double": "<f8",
    "Boolean": "|b1",
    "DateTime": "<i8",
    "TimeSpan": "<i8",
    "Categorical": "<i4",
    "String": "|u1",
    "Bytes": "|u1",
}


def read(descriptor: int) -> tuple[int, list[str], list[Vector]]:
    """Rows, names and columns of a table in a file."""
    return read_memory(mapped(descriptor))


def read_memory(buffer: Any) -> tuple[int, list[str], list[Vector]]:
    """The same of a table in memory, which is writable and of nobody else."""
    magic, length = struct.unpack_from("<8sQ", buffer)
    if magic != MAGIC:
        raise ValueError("not a table")
    head = json.loads(buffer[16 : 16 + length].decode("utf-8"))
    memory = np.frombuffer(buffer, np.uint8)[_aligned(16 + length) :]
    columns = head["columns"]
    return head["rows"], [column["name"] for column in columns], [_incoming(column, memory) for column in columns]


def _incoming(column: dict[str, Any], memory: Any) -> Vector:
    kind = column["kind"]

    def buffer(name: str, dtype: str) -> Any:
        start, length = column["buffers"][name]
        return memory[start : start + length].view(dtype)

    missing = buffer("missing", "|b1") if column["buffers"].get("missing") else None
    values = buffer("values", _DTYPES[kind])
    if kind in ("String", "Bytes"):
        values = _cells(values.tobytes(), buffer("offsets", "<i8"), missing, kind == "String")
    categories = _incoming(column["categories"], memory) if column["categories"] else None
    return Vector(
        kind,
        values,
        missing,
        unit=column["unit"],
        zone=column["zone"],
        categories=categories,
        ordered=column["ordered"],
    )


def _cells(data: bytes, offsets: Any, missing: Any, text: bool) -> Any:
    borders = offsets.tolist()
    cells = np.empty(len(borders) - 1, object)
    for row in range(len(cells)) if missing is None else np.flatnonzero(~missing).tolist():
        cell = data[borders[row] : borders[row + 1]]
        cells[row] = cell.decode("utf-8") if text else cell
    return cells


def write(descriptor: int, rows: int, names: list[str], vectors: list[Vector]) -> None:
    """Write columns of `rows` values each to an empty file."""
    with os.fdopen(descriptor, "wb", 1 << 16, closefd=False) as file:
        for part in parts(rows, names, vectors):
            file.write(part)


def dump(rows: int, names: list[str], vectors: list[Vector], most: int) -> Any:
    """The same in memory; None where it would be more than `most` bytes."""
    file = io.BytesIO()
    for part in parts(rows, names, vectors):
        file.write(part)
        if file.tell() > most:
            return None
    return file.getbuffer()


def parts(rows: int, names: list[str], vectors: list[Vector]) -> list[Any]:
    """The same in pieces: the head, then buffers and what fills them up."""
    pieces: list[Any] = []
    place = 0

    def add(array: Any) -> list[int]:
        nonlocal place
        data = np.ascontiguousarray(array).view(np.uint8).reshape(-1)
        start, length = place, int(data.size)
        padding = -length % _ALIGNMENT
        pieces.extend((data, np.zeros(padding, np.uint8)))
        place += length + padding
        return [start, length]

    columns = [dict(_outgoing(vector, add), name=name) for name, vector in zip(names, vectors)]
    head = json.dumps({"rows": rows, "columns": columns}).encode("utf-8")
    start = struct.pack("<8sQ", MAGIC, len(head)) + head
    return [start + bytes(_aligned(len(start)) - len(start)), *pieces]


def _outgoing(vector: Vector, add: Any) -> dict[str, Any]:
    buffers: dict[str, list[int]] = {}
    values, missing = vector.values, vector.missing
    if values is None:  # pyarrow may be there also where this exchange is used
        values = vector.arrow.to_pylist()
        missing = np.array([cell is None for cell in values], bool)
    rows = len(values)
    if vector.kind in ("String", "Bytes"):
        cells = [_encoded(cell) for cell in values]
        offsets = np.zeros(rows + 1, np.int64)
        np.cumsum([len(cell) for cell in cells], out=offsets[1:])
        buffers["offsets"] = add(offsets)
        values = np.frombuffer(b"".join(cells), np.uint8)
    buffers["values"] = add(np.asarray(values, _DTYPES[vector.kind]))
    if missing is not None:
        buffers["missing"] = add(missing)
    return {
        "kind": vector.kind,
        "rows": rows,
        "unit": vector.unit,
        "zone": vector.zone,
        "ordered": vector.ordered,
        "categories": _outgoing(vector.categories, add) if vector.categories is not None else None,
        "buffers": buffers,
    }


def _encoded(cell: Any) -> bytes:
    if cell is None:
        return b""
    return cell.encode("utf-8") if isinstance(cell, str) else bytes(cell)


def _aligned(size: int) -> int:
    return size + -size % _ALIGNMENT
