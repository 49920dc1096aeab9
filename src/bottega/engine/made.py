"""What one step made: its outputs as records, with the data that has to be stored for them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from bottega.dataset import exchange
from bottega.dataset.table import Table
from bottega.engine.as_written import is_as_written
from bottega.engine.values import Values
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.task import Picture as JailPicture
from bottega.sdk.ports import PortType
from bottega.store.digest import bytes_digest
from bottega.store.records import Column, Output, Picture

_CHUNK = 1 << 20


@dataclass
class Made:
    """Outputs, pictures and words of one step; `blobs` are what is to be stored, each by its digest.

    The descriptors among the blobs belong to whoever stores them.
    """

    outputs: list[Output] = field(default_factory=list)
    pictures: tuple[Picture, ...] = ()
    blobs: list[tuple[str, bytes | int]] = field(default_factory=list)
    log: str = ""
    notes: tuple[str, ...] = ()
    error: Mapping[str, Any] | None = None
    canceled: bool = False
    seconds: float = 0.0
    peak_memory: int = 0
    variables: str | None = None  # their digest

    def add_table(
        self, port: str, table: Table, values: Values, source: tuple[Memory, pa.Buffer] | None = None
    ) -> None:
        """A table at a port.

        source  the sealed file that it was read from and where that lies; kept if it is what would be written
        """
        digest = table.digest
        if source is not None and is_as_written(table, source[1]):
            memory = source[0].share()
        else:
            memory = Memory.sealed("table", lambda file: exchange.write(table, file))
        columns = tuple(Column(column.name, str(column.type), column.role.value) for column in table.columns)
        self.outputs.append(
            Output(
                port=port, type=PortType.TABLE.value, digest=digest, size=memory.size,
                rows=table.num_rows, columns=columns, described=None,
            )
        )  # fmt: skip
        self._keep(digest, memory, values)

    def add_memory(self, port: str, kind: PortType, memory: Memory, described: Any, values: Values) -> None:
        """A model, transform or file at a port, as the bytes that a jail wrote; never opened here."""
        digest = _digest(memory)
        self.outputs.append(
            Output(
                port=port,
                type=kind.value,
                digest=digest,
                size=memory.size,
                rows=None,
                columns=None,
                described=described,
            )
        )
        self._keep(digest, memory.share(), values)

    def add_device(self, port: str, log: str, pictures: tuple[JailPicture, ...]) -> None:
        """Printed text and pictures at a port."""
        self.add_pictures(pictures)
        told = {"log": log, "pictures": [[picture.name, picture.digest] for picture in self.pictures]}
        data = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
        digest = bytes_digest(data)
        kind = PortType.DEVICE.value
        self.outputs.append(
            Output(port=port, type=kind, digest=digest, size=len(data), rows=None, columns=None, described=None)
        )
        self.blobs.append((digest, data))

    def add_pictures(self, pictures: tuple[JailPicture, ...]) -> None:
        """The pictures that came out of the jail, in their order."""
        digests = [bytes_digest(picture.data) for picture in pictures]
        self.pictures = tuple(Picture(each.name, digest) for each, digest in zip(pictures, digests, strict=True))
        self.blobs += [(digest, each.data) for each, digest in zip(pictures, digests, strict=True)]

    def add_variables(self, data: bytes) -> None:
        """What the variables of a script held when it failed."""
        self.variables = bytes_digest(data)
        self.blobs.append((self.variables, data))

    def _keep(self, digest: str, memory: Memory, values: Values) -> None:
        self.blobs.append((digest, os.dup(memory.descriptor)))  # whose owner is the list
        values.keep(digest, memory)


def _digest(memory: Memory) -> str:
    import hashlib

    state = hashlib.blake2b(digest_size=32)
    place = 0
    while block := memory.read(place, min(_CHUNK, memory.size - place)):
        state.update(block)
        place += len(block)
    return state.hexdigest()
