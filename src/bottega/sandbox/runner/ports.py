"""Values of ports as the bytes that travel between jails; the one place that unpickles models."""

from __future__ import annotations

import mmap
import os
import pickle
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from bottega.dataset import exchange, formats
from bottega.dataset.table import Table
from bottega.errors import BottegaError
from bottega.sdk.ports import PortType
from bottega.sdk.values import CsvFile, TrainedModel, Transform, UntrainedModel, Zip

_PICKLED: Mapping[PortType, type] = {
    PortType.UNTRAINED_MODEL: UntrainedModel,
    PortType.TRAINED_MODEL: TrainedModel,
    PortType.TRANSFORM: Transform,
}
_FILES: Mapping[PortType, Callable[[bytes], Any]] = {PortType.CSV: CsvFile, PortType.ZIP: Zip}


def read(carried: PortType, descriptor: int, title: str) -> Any:
    """The value of an input. Raises `0082` for a model that cannot be opened here."""
    if carried is PortType.TABLE:
        return exchange.read_trusted(pa.py_buffer(_mapped(descriptor)))
    if carried in _FILES:
        return _FILES[carried](read_bytes(descriptor))
    wanted = _PICKLED[carried]
    try:
        value = pickle.loads(_mapped(descriptor))  # noqa: S301 - inside the jail, which is what it is for
    except Exception as error:
        raise BottegaError("0082", name=title, reason=f"{type(error).__name__}: {error}"[:300]) from error
    if not isinstance(value, wanted):
        raise BottegaError("0013", found=type(value).__name__, expected=wanted.__name__)
    return value


def as_table(value: CsvFile) -> Table:
    """A table that came as a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.csv")
        path.write_bytes(value.data)
        return formats.read(path, "csv")


def write(carried: PortType, value: Any, descriptor: int) -> None:
    """Write the value of an output to an empty file."""
    with os.fdopen(descriptor, "wb", 1 << 20, closefd=False) as file:
        if carried is PortType.TABLE:
            exchange.write(value, file)
        elif carried in _FILES:
            file.write(value.data)
        else:
            pickle.dump(value, file, protocol=5)


def describe(carried: PortType, value: Any) -> Any:
    """What a model tells of itself to those who may not open it; None for what can be looked at."""
    return value.describe() if carried in _PICKLED else None


def read_bytes(descriptor: int) -> bytes:
    """All of a file."""
    return bytes(_mapped(descriptor))


def _mapped(descriptor: int) -> Any:
    size = os.fstat(descriptor).st_size
    return mmap.mmap(descriptor, size, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ) if size else b""
