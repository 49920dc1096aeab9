"""One run of a module inside the jail, from its inputs to its outputs."""

from __future__ import annotations

import importlib
import json
import pkgutil
import resource
import tempfile
from functools import cache
from typing import Any

import pandas as pd
import pyarrow as pa

from bottega.dataset import exchange, frames
from bottega.dataset.table import Table
from bottega.errors import BottegaError, sentence
from bottega.sandbox.guest import printed
from bottega.sandbox.runner import ports
from bottega.sdk.declaration import ModuleSpec, spec_of
from bottega.sdk.notes import collect
from bottega.sdk.ports import PortType

_MOST_NOTES = 50
_LONGEST_NOTE = 500
_LONGEST_DESCRIPTION = 60_000  # the reply is one message of bounded length


def warm_up(_plain: bool, folder: str) -> None:
    """Do once what most jobs do, so that its first time is not the user's."""
    _import_catalogue()
    frame = pd.DataFrame({"a": [1.0, None], "b": ["x", None], "c": [1, 2]})
    table = frames.from_pandas(frame)
    with tempfile.TemporaryFile(dir=folder) as file:
        exchange.write(table, file)
        file.seek(0)
        frames.to_pandas(exchange.read_trusted(pa.py_buffer(file.read())))
    json.dumps({"warm": [1, "a", None]})


@cache
def _import_catalogue() -> None:
    """In the zygote, once: a job would read its module's file anew. Those of other packages are few."""
    package = importlib.import_module("bottega.modules")
    for found in pkgutil.walk_packages(package.__path__, "bottega.modules."):
        importlib.import_module(found.name)


def run(request: dict[str, Any], descriptors: dict[str, int], _folders: Any) -> dict[str, Any]:
    """Run the module; the reply to the host, an error among it where there is one."""
    del request  # all is in the settings
    notes = collect()
    outputs: dict[str, bool] = {}
    described: dict[str, Any] = {}
    error = None
    try:
        outputs, described = _run(descriptors)
    except BaseException as failure:  # noqa: BLE001 - whatever a library raises ends this run, told as its error
        error = _told(failure)
    printed.flush()
    return {
        "error": error,
        "outputs": outputs,
        "described": described,
        "notes": [note[:_LONGEST_NOTE] for note in notes[:_MOST_NOTES]],
        "peak_memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def _run(descriptors: dict[str, int]) -> tuple[dict[str, bool], dict[str, Any]]:
    settings = json.loads(ports.read_bytes(descriptors["settings"]))
    spec = spec_of(getattr(importlib.import_module(settings["place"]), settings["function"]))
    values = spec.convert(settings["parameters"])
    given = [_input(spec, port.name, settings["inputs"].get(port.name), descriptors) for port in spec.inputs]
    returned = spec.function(*given, **values)
    del given
    results = tuple(returned) if len(spec.outputs) > 1 else (returned,)
    told, described = {}, {}
    for port, value in zip(spec.outputs, results, strict=True):
        told[port.name] = value is not None
        if value is not None:
            carried = PortType.TABLE if isinstance(value, Table) else port.type
            ports.write(carried, value, descriptors[f"out:{port.name}"])
            about = ports.describe(carried, value)
            if about is not None and len(json.dumps(about)) <= _LONGEST_DESCRIPTION:
                described[port.name] = about
    return told, described


def _input(spec: ModuleSpec, port: str, carried: str | None, descriptors: dict[str, int]) -> Any:
    """The value at an input port; None where nothing is connected."""
    if carried is None:
        return None
    wanted = next(each for each in spec.inputs if each.name == port)
    value = ports.read(PortType(carried), descriptors[f"in:{port}"], wanted.title)
    return ports.as_table(value) if wanted.type is PortType.TABLE and not isinstance(value, Table) else value


def _told(error: BaseException) -> dict[str, Any]:
    """An error as its user reads it: of the module's own with its number, of a library's with the library's name."""
    if isinstance(error, BottegaError):
        line = error.facts.get("line")
        return _error(error.code, "ModuleError", sentence(error), line if isinstance(line, int) else None)
    if isinstance(error, MemoryError):
        return _error("0138", "MemoryError", sentence(BottegaError("0138", limit="this run's limit")))
    library = _library(error)
    message = f"{type(error).__name__}: {error}"[:2000]
    return _error("1000", "LibraryError", sentence(BottegaError("1000", library=library, message=message)))


def _error(code: str, kind: str, message: str, line: int | None = None) -> dict[str, Any]:
    return {"code": code, "type": kind, "message": message, "line": line, "traceback": ""}


def _library(error: BaseException) -> str:
    """The package whose code raised an error: the innermost frame's."""
    trace = error.__traceback__
    name = "Python"
    while trace is not None:
        name = str(trace.tb_frame.f_globals.get("__name__") or name)
        trace = trace.tb_next
    return name.split(".")[0]
