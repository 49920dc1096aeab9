"""A script in this very process, by the rules of the jail's guest but without the jail.

For experiments that were exported as a notebook or as plain Python: there the script is
its reader's own, and so are the process and the printed text.
"""

from __future__ import annotations

import os
import sys
import tempfile
from typing import Any

import pandas as pd

from bottega.dataset import frames
from bottega.dataset.table import Table
from bottega.errors import BottegaError
from bottega.sandbox.guest import artefacts, bundle, call
from bottega.sandbox.guest.failure import JobError
from bottega.sdk.notes import note
from bottega.sdk.values import Device, Zip

_MOST_UNPACKED = 1 << 32


def run(
    tables: tuple[Table | None, ...], archive: Zip | None, script: str, mapping: str, first_duplicate: int
) -> tuple[Table, Device, Table | None, Zip | None]:
    """The outputs of the script; its exceptions are its caller's."""
    inputs = tuple(table for table in tables if table is not None)
    notes: list[str] = []
    given = [None if table is None else frames.to_pandas(table) for table in tables]
    try:
        returned, files = _call(given, archive, script, mapping)
        first, second = call.frames(returned, pd.DataFrame, notes)
    except JobError as error:
        raise BottegaError("usage", reason=error.message) from None

    def table(frame: Any) -> Table:
        made = frames.from_pandas(frame, inputs=inputs, notes=notes, first_duplicate=first_duplicate)
        return made.with_roles_of(*inputs)

    result = table(pd.DataFrame() if first is None else first)
    result2 = None if second is None else table(second)
    for text in notes:
        note(text)
    return result, Device(log=""), result2, files


def _call(given: list[Any], archive: Zip | None, script: str, mapping: str) -> tuple[Any, Zip | None]:
    space: dict[str, Any] = {"__name__": "azureml_script"}
    before, path = os.getcwd(), list(sys.path)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as file:
        os.chdir(folder)
        try:
            if archive is not None:
                file.write(archive.data)
                file.flush()
                bundle.unpack(os.dup(file.fileno()), folder, _MOST_UNPACKED)
            exec(compile(script, "script.py", "exec", dont_inherit=True), space)  # noqa: S102 - its reader's own script
            entry = space.get(call.ENTRY)
            if not callable(entry):
                raise JobError("0085", "MissingFunction", f"The script defines no function {call.ENTRY}.")
            positional, named = call.arguments(call.parameters(entry), given, mapping)
            return entry(*positional, **named), _left(folder)
        finally:
            os.chdir(before)
            sys.path[:] = path


def _left(folder: str) -> Zip | None:
    """What the script left in `./outputs`."""
    with tempfile.TemporaryFile() as file:
        if not artefacts.collect_files(file.fileno(), folder):
            return None
        file.seek(0)
        return Zip(file.read())
