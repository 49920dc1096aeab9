"""Modules of the catalogue in each call: one prepared child for a chain of them, with their constants opened in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from bottega.dataset import exchange
from bottega.engine.steps import ALWAYS_PRELOADED
from bottega.errors import BottegaError, sentence
from bottega.sandbox.host.environment import BOTTEGA
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.service import ModuleService, Workers
from bottega.sandbox.host.task import Failure, Outcome
from bottega.sandbox.host.waits import Steps
from bottega.sdk import catalogue
from bottega.sdk.ports import PortType
from bottega.services import environments
from bottega.services.flow import Flow, check, fail, warm
from bottega.services.means import Means
from bottega.services.parameters import Settings
from bottega.services.program import Node, place
from bottega.services.value import Value, received

_TABLES = (PortType.TABLE, PortType.ANY)


class ModulesStage:
    """Some modules that run one after the other in one child."""

    def __init__(
        self, nodes: Sequence[Node], sources: Mapping[str, Mapping[str, str]], settings: Mapping[str, Settings], means: Means,
    ) -> None:  # fmt: skip
        self._nodes = nodes
        self._sources = sources
        own = {f"{node.id}.{port.name}" for node in nodes for port in catalogue.get(node.module).outputs}
        read = list(dict.fromkeys(key for node in nodes for key in sources[node.id].values()))
        # In messages values have numbers: names of web service inputs are any text.
        self._inputs = {key: f"i{n}" for n, key in enumerate(read) if key not in own and key not in means.constants}
        self._constants = {key: f"c{n}" for n, key in enumerate(read) if key in means.constants}
        self._outputs = {key: f"o{n}" for n, key in enumerate(sorted(own & means.needed))}
        self._types = {key: _type(nodes, key) for key in self._outputs}
        self._outside = [(node, self._external(sources[node.id])) for node in nodes]
        service = ModuleService(
            environments.get(BOTTEGA, means.program.environments.get(BOTTEGA)),
            json.dumps(self._settings(settings, means)).encode(),
            {name: means.constants[key].memory for key, name in self._constants.items()},
            tuple(self._outputs.values()),
            means.limits,
            _preload(nodes),
            self._samples(means),
        )
        self._workers = Workers(means.pool, service, reuse=means.reuse, spares=means.spares, most=means.most)

    def warm(self) -> None:
        """Wait until a child is ready. Raises ModuleFailure."""
        warm(self._nodes, self._workers)

    def calling(self, flow: Flow) -> Steps[None]:
        """Run them. Raises ModuleFailure."""
        for node, sources in self._outside:
            flow.given(node, sources)
        inputs = {name: flow.values[key].memory for key, name in self._inputs.items() if key in flow.values}
        changed = {node.id: dict(flow.settings[node.id].plain) for node in self._nodes if node.id in flow.settings}
        settings = json.dumps({"parameters": changed}).encode() if changed else b"{}"
        limits = flow.left()
        outcome = yield from self._workers.calling(
            inputs, settings, limits=limits, printed=flow.printed, cancel=flow.cancel
        )
        self._take(outcome, flow)

    def close(self) -> None:
        """End its children."""
        self._workers.close()

    def _settings(self, settings: Mapping[str, Settings], means: Means) -> dict[str, Any]:
        """The chain, as the runner in the jail reads it."""
        steps = []
        for node in self._nodes:
            spec = catalogue.get(node.module)
            inputs = {port: self._from(key) for port, key in self._sources[node.id].items()}
            steps.append({
                "node": node.id, **catalogue.source(spec),
                "parameters": dict(settings[node.id].plain), "inputs": inputs,
            })  # fmt: skip
        types = {f"constant:{name}": means.constants[key].type.value for key, name in self._constants.items()}
        types |= {f"in:{name}": _carried(means, key).value for key, name in self._inputs.items()}
        return {"steps": steps, "types": types, "outputs": {name: key for key, name in self._outputs.items()}}

    def _external(self, sources: Mapping[str, str]) -> dict[str, str]:
        return {port: key for port, key in sources.items() if key in self._inputs}

    def _from(self, key: str) -> str:
        if key in self._inputs:
            return f"in:{self._inputs[key]}"
        return f"constant:{self._constants[key]}" if key in self._constants else key

    def _samples(self, means: Means) -> dict[str, Memory]:
        """Inputs to try the chain on, where all are known beforehand."""
        if not all(key in means.samples for key in self._inputs):
            return {}
        return {name: means.samples[key].memory for key, name in self._inputs.items()}

    def _take(self, outcome: Outcome, flow: Flow) -> None:
        try:
            flow.notes += outcome.notes
            check(self._nodes, outcome)
            for key, name in self._outputs.items():
                memory = outcome.outputs.get(name)
                if memory is not None:
                    flow.add(key, self._value(key, memory, outcome.described.get(name)))
        finally:
            outcome.close()

    def _value(self, key: str, memory: Memory, described: Any) -> Value:
        kind = self._types[key]
        if kind not in _TABLES:
            return Value(kind, memory=memory.share(), described=described)
        node = next(node for node in self._nodes if node.id == place(key)[0])
        try:
            return received(memory, exchange.read_untrusted(pa.py_buffer(memory.view()), key, roles=True))
        except BottegaError as error:
            fail(node, Failure("1000", "ResultError", sentence(error)))


def _type(nodes: Sequence[Node], key: str) -> PortType:
    """What an output of these modules carries."""
    name, port = place(key)
    node = next(node for node in nodes if node.id == name)
    found = catalogue.get(node.module).output(port)
    return found.type if found is not None else PortType.TABLE


def _carried(means: Means, key: str) -> PortType:
    """What comes in from without: a caller's table, or what another stage makes."""
    return PortType.TABLE if key.startswith("in:") else _type(means.program.nodes, key)


def _preload(nodes: Sequence[Node]) -> tuple[str, ...]:
    libraries = (name for node in nodes for name in catalogue.get(node.module).libraries)
    return tuple(dict.fromkeys((*ALWAYS_PRELOADED, *libraries)))
