"""What the host is told of a module's run, or of a chain's."""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Iterable, Sequence
from typing import Any

from bottega.dataset.table import Table
from bottega.sandbox.guest import printed
from bottega.sandbox.guest.results import Results
from bottega.sandbox.runner import ports
from bottega.sdk.ports import PortType
from bottega.sdk.values import Device

_MOST_NOTES = 50
_LONGEST_NOTE = 500
_LONGEST_DESCRIPTION = 60_000  # the reply is one message of bounded length


class Reply:
    """The outputs as they are put down, and what is told of them."""

    def __init__(self, results: Results) -> None:
        self._results = results
        self._outputs: dict[str, bool] = {}
        self._described: dict[str, Any] = {}
        self._pictures: list[dict[str, Any]] = []

    def put(self, values: Iterable[tuple[str, PortType, Any]]) -> None:
        """Put down values: each with the name that it goes by and the type of its port; None is nothing."""
        for name, declared, value in values:
            if isinstance(value, Device):
                self.put_pictures(value)
                continue
            self._outputs[name] = value is not None
            if value is not None:
                carried = PortType.TABLE if isinstance(value, Table) else declared
                ports.write(carried, value, self._results, name)
                about = ports.describe(carried, value)
                if about is not None and len(json.dumps(about)) <= _LONGEST_DESCRIPTION:
                    self._described[name] = about

    def put_pictures(self, device: Device) -> None:
        """One after the other, in a file of their own; what was printed is the run's log."""
        with os.fdopen(self._results.file("pictures"), "wb", closefd=False) as file:
            for name, data in device.pictures:
                file.write(data)
                self._pictures.append({"name": name, "length": len(data)})

    def told(self, error: dict[str, Any] | None, notes: Sequence[str]) -> dict[str, Any]:
        """The reply; with an error there are no outputs."""
        printed.flush()
        return {
            "error": error,
            "outputs": self._outputs if error is None else {},
            "described": self._described if error is None else {},
            "pictures": self._pictures,
            "notes": [note[:_LONGEST_NOTE] for note in notes[:_MOST_NOTES]],
            "peak_memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }
