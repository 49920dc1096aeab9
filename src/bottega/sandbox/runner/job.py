"""One run of a module inside the jail, from its inputs to its outputs."""

from __future__ import annotations

import importlib
import json
import pkgutil
import tempfile
from functools import cache
from typing import Any

import pandas as pd
import pyarrow as pa

from bottega.dataset import exchange, frames
from bottega.sandbox.guest.results import Results
from bottega.sandbox.runner import ports
from bottega.sandbox.runner.chain import prepare
from bottega.sandbox.runner.declared import declared
from bottega.sandbox.runner.errors import told
from bottega.sandbox.runner.replies import Reply
from bottega.sdk.notes import collect
from bottega.sdk.plain import as_plain
from bottega.sdk.ports import PortType
from bottega.sdk.values import CsvFile, Device

__all__ = ["prepare", "run", "warm_up"]


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
    reply = Reply(Results({name[4:]: number for name, number in descriptors.items() if name.startswith("out:")}))
    error = None
    try:
        _run(descriptors, reply)
    except BaseException as failure:  # noqa: BLE001 - whatever a library raises ends this run, told as its error
        error = told(failure)
        device = getattr(failure, "device", None)
        if isinstance(device, Device):  # what a script drew before it failed
            reply.put_pictures(device)
    return reply.told(error, notes)


def _run(descriptors: dict[str, int], reply: Reply) -> None:
    settings = json.loads(bytes(ports.memory(descriptors["settings"])))
    spec = declared(settings)
    if settings.get("declare"):
        reply.put([("declaration", PortType.CSV, CsvFile(json.dumps(as_plain(spec)).encode("utf-8", "replace")))])
        return
    values = spec.convert(settings["parameters"])
    given = [
        ports.read_as(PortType(settings["inputs"][port.name]), ports.memory(descriptors[f"in:{port.name}"]), port)
        if settings["inputs"].get(port.name) is not None
        else None
        for port in spec.inputs
    ]
    returned = spec.function(*given, **values)
    del given
    results = tuple(returned) if len(spec.outputs) > 1 else (returned,)
    reply.put((port.name, port.type, value) for port, value in zip(spec.outputs, results, strict=True))
