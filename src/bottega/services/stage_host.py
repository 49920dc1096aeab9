"""A module that must reach out, in each call, on this side of the jail and within the workspace's rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bottega.engine.reach import Outside
from bottega.engine.steps import run_outside
from bottega.errors import BottegaError, sentence
from bottega.sandbox.host.task import Failure
from bottega.sandbox.host.waits import ELSEWHERE, Steps
from bottega.sdk import catalogue
from bottega.sdk.ports import PortType
from bottega.services.flow import Flow, fail
from bottega.services.parameters import Settings
from bottega.services.program import Node
from bottega.services.value import Value


class HostStage:
    """One such module."""

    def __init__(self, node: Node, sources: Mapping[str, str], settings: Settings, outside: Outside) -> None:
        self._node = node
        self._sources = sources
        self._settings = settings
        self._outside = outside
        self._spec = catalogue.get(node.module)

    def warm(self) -> None:
        """Nothing is to be prepared."""

    def calling(self, flow: Flow) -> Steps[None]:
        """Run it. Raises ModuleFailure."""
        yield ELSEWHERE
        given = flow.given(self._node, self._sources)
        values = flow.settings.get(self._node.id, self._settings).values
        outside = replace(self._outside, seconds=flow.left().wall_seconds, stop=flow.cancel)
        try:
            tables = [given[port.name].table if port.name in given else None for port in self._spec.inputs]
            returned, notes = run_outside(self._spec, tables, values, outside)
        except BottegaError as error:
            # 0072 is also an address that is slow to answer, while the call has time left.
            kind = "Timeout" if error.code == "0072" and flow.is_over else "ModuleError"
            fail(self._node, Failure(error.code, kind, sentence(error)))
        except Exception as error:  # noqa: BLE001 - what a library raises over what it read is the module's error
            told = BottegaError("1000", library=self._spec.title, message=f"{type(error).__name__}: {error}"[:300])
            fail(self._node, Failure("1000", "LibraryError", sentence(told)))
        flow.notes += notes
        if self._spec.outputs:
            port: Any = self._spec.outputs[0].name
            flow.add(f"{self._node.id}.{port}", Value(PortType.TABLE, table=returned))

    def close(self) -> None:
        """Nothing is held."""
