"""Values of ports as the bytes that travel between jails; the one place that unpickles models."""

from __future__ import annotations

import mmap
import os
import pickle
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from bottega.dataset import exchange, formats
from bottega.dataset.table import Table
from bottega.errors import BottegaError
from bottega.sandbox.guest.results import Results
from bottega.sandbox.runner import own
from bottega.sdk.ports import Port, PortType
from bottega.sdk.values import FILES, RawFile, TableFile, TrainedModel, Transform, UntrainedModel

_PICKLED: Mapping[PortType, type] = {
    PortType.UNTRAINED_MODEL: UntrainedModel,
    PortType.TRAINED_MODEL: TrainedModel,
    PortType.TRANSFORM: Transform,
}


def read_as(carried: PortType, memory: Any, port: Port) -> Any:
    """The value of an input port from the bytes that came for it. Raises `0082` for a model that cannot be opened here."""
    value = _read(carried, memory, port.title)
    return as_table(value) if port.type is PortType.TABLE and not isinstance(value, Table) else value


def _read(carried: PortType, memory: Any, title: str) -> Any:
    if carried is PortType.TABLE:
        return exchange.read_trusted(pa.py_buffer(memory))
    if carried is PortType.FILE:
        return RawFile(memoryview(memory))
    if carried in FILES:
        return FILES[carried](bytes(memory))
    wanted = _PICKLED[carried]
    try:
        value = pickle.loads(memory)  # noqa: S301 - inside the jail, which is what it is for
    except Exception as error:
        raise BottegaError("0082", name=title, reason=f"{type(error).__name__}: {error}"[:300]) from error
    if not isinstance(value, wanted):
        raise BottegaError("0013", found=type(value).__name__, expected=wanted.__name__)
    return value


def as_table(value: TableFile) -> Table:
    """A table that came as a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"table.{value.format}")
        path.write_bytes(value.data)
        return formats.read(path, value.format)


def write(carried: PortType, value: Any, results: Results, name: str) -> None:
    """Put down the value of an output: in the reply where it is small, else in its file."""
    if carried in FILES:
        results.put(name, value.data)
    elif carried is PortType.TABLE and value.arrow.nbytes <= results.room:
        sink: Any = pa.BufferOutputStream()
        exchange.write(value, sink)
        results.put(name, sink.getvalue())
    else:
        with os.fdopen(results.file(name), "wb", 1 << 20, closefd=False) as file:
            if carried is PortType.TABLE:
                exchange.write(value, file)
            else:
                own.dump(value, file)


def describe(carried: PortType, value: Any) -> Any:
    """What a model tells of itself to those who may not open it; None for what can be looked at."""
    if carried not in _PICKLED:
        return None
    return value.describe()


def memory(descriptor: int) -> Any:
    """All of a file, where it lies."""
    size = os.fstat(descriptor).st_size
    return mmap.mmap(descriptor, size, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ) if size else b""
