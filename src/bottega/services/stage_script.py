"""Execute Python Script in each call: in a prepared child of its own environment, or as an ordinary run.

An ordinary run, which takes longer, is what a script gets whose own parameters differ from call to call, or whose
bundle another module makes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from bottega.dataset import exchange, few, plain
from bottega.dataset.few import Few
from bottega.engine.environment_of import has_old_names
from bottega.engine.request import preload
from bottega.engine.steps import SCRIPT_INPUTS, SCRIPT_TABLES
from bottega.errors import BottegaError, sentence
from bottega.sandbox.host.environment import DEFAULT, Environment
from bottega.sandbox.host.memory import Inline, Memory
from bottega.sandbox.host.service import ScriptService, Workers
from bottega.sandbox.host.task import Failure, Outcome, PortMapping, Task
from bottega.sandbox.host.waits import ELSEWHERE, Steps
from bottega.sdk.ports import PortType
from bottega.services import environments
from bottega.services.flow import Flow, check, fail, warm
from bottega.services.means import Means
from bottega.services.parameters import Settings
from bottega.services.program import Node, Program, place
from bottega.services.value import Value, packed, received

_BUNDLE = "script_bundle"


def is_fixed(node: Node, sources: Mapping[str, str], means: Means) -> bool:
    """Whether a script and its bundle are the same in all calls."""
    set_by_calls = {place(each)[0] for parameter in means.program.parameters for each in parameter.sets}
    return node.id not in set_by_calls and (_BUNDLE not in sources or sources[_BUNDLE] in means.constants)


class ScriptStage:
    """A script that is the same in all calls."""

    def __init__(self, node: Node, sources: Mapping[str, str], settings: Settings, means: Means) -> None:
        self._node = node
        self._sources = {port: key for port, key in sources.items() if port != _BUNDLE}
        self._settings = settings
        script = _Script.of(node, settings, means.program)
        bundle = means.constants[sources[_BUNDLE]].memory if _BUNDLE in sources else None
        service = ScriptService(
            script.environment, f"{node.id}.py", script.source, script.mapping, means.limits, script.preload, bundle,
            means.network, script.old_names,
        )  # fmt: skip
        self._workers = Workers(means.pool, service, reuse=means.reuse, spares=means.spares, most=means.most)

    def warm(self) -> None:
        """Wait until a child is ready. Raises ModuleFailure."""
        warm((self._node,), self._workers)

    def calling(self, flow: Flow) -> Steps[None]:
        """Run it, in steps. Raises ModuleFailure."""
        given = flow.given(self._node, self._sources)
        inputs = _inputs(given, is_plain=self._workers.plain, takes_few=True)
        outcome = yield from self._workers.calling(inputs, limits=flow.left(), printed=flow.printed, cancel=flow.cancel)
        _take(self._node, outcome, given, self._settings, flow)

    def close(self) -> None:
        """End its children."""
        self._workers.close()


class TaskStage:
    """A script that calls change."""

    def __init__(self, node: Node, sources: Mapping[str, str], settings: Settings, means: Means) -> None:
        self._node = node
        self._sources = sources
        self._settings = settings
        self._means = means

    def warm(self) -> None:
        """Nothing is known beforehand."""

    def calling(self, flow: Flow) -> Steps[None]:
        """Run it. Raises ModuleFailure."""
        yield ELSEWHERE
        given = flow.given(self._node, self._sources)
        settings = flow.settings.get(self._node.id, self._settings)
        script = _Script.of(self._node, settings, self._means.program)
        pool, network = self._means.pool, self._means.network
        lacks_arrow = "pyarrow" not in script.environment.modules
        is_plain = lacks_arrow and pool.ready(script.environment, script.preload, network).plain
        inputs = _inputs(given, is_plain=is_plain)
        task = Task(
            script.environment,
            f"{self._node.id}.py",
            script.source,
            inputs,
            script.mapping,
            flow.left(),
            script.preload,
            network,
            script.old_names,
        )
        outcome = pool.run(task, printed=flow.printed, cancel=flow.cancel)
        _take(self._node, outcome, given, settings, flow)

    def close(self) -> None:
        """Nothing is held."""


@dataclass(frozen=True)
class _Script:
    """What runs, and where."""

    source: bytes
    environment: Environment
    mapping: PortMapping
    preload: tuple[str, ...]
    old_names: bool

    @classmethod
    def of(cls, node: Node, settings: Settings, program: Program) -> _Script:
        # A call that sets it to nothing means what was published, whatever the text of its script asks for.
        name = str(settings.values["environment"]).strip() or str(node.parameters.get("environment") or DEFAULT)
        environment = environments.get(name, program.environments.get(name))
        old_names = has_old_names(str(settings.values["old_names"]), environment.compatibility)
        source = str(settings.values["script"]).encode("utf-8", "surrogatepass")
        mapping = PortMapping(str(settings.values["port_mapping"]))
        return cls(source, environment, mapping, preload(source, environment.modules, shared=True), old_names)


def _inputs(given: Mapping[str, Value], *, is_plain: bool, takes_few: bool = False) -> dict[str, Memory]:
    """The values as the guest takes them: CSV as a table, and tables in the form that it can read.

    takes_few  the child was prepared, so it takes few rows in their own form
    """
    found: dict[str, Memory] = {}
    for port, value in given.items():
        if value.few is not None and takes_few:
            found[SCRIPT_INPUTS[port]] = Inline(value.few.written())
            continue
        as_it_is = port == _BUNDLE or (value.type is PortType.TABLE and not is_plain)
        found[SCRIPT_INPUTS[port]] = value.memory if as_it_is else packed(value.table, is_plain=is_plain)
    return found


def _read(memory: Memory, port: str, given: Sequence[Value], first_duplicate: int, *, is_plain: bool) -> Value:
    """One table that came out. Raises `result-invalid`."""
    if isinstance(memory, Inline) and memory.view().startswith(few.START):
        found = Few.read_untrusted(memory.view(), port, first_duplicate=first_duplicate)
        return Value(PortType.TABLE, few=found.with_roles_of(*(value.roles for value in given)))
    read = plain.read_untrusted if is_plain else exchange.read_untrusted
    table = read(pa.py_buffer(memory.view()), port, first_duplicate=first_duplicate)
    return received(memory, table.with_roles_of(*(value.table for value in given)))


def _take(node: Node, outcome: Outcome, given: Mapping[str, Value], settings: Settings, flow: Flow) -> None:
    """Read what came out, as hostile; roles are those that columns of the same names had."""
    try:
        flow.notes += outcome.notes
        check((node,), outcome)
        values = [value for port, value in given.items() if port != _BUNDLE]
        for port, name in SCRIPT_TABLES.items():
            memory = outcome.outputs.get(name)
            if memory is not None:
                first = settings.values["first_duplicate"]
                flow.add(f"{node.id}.{port}", _read(memory, port, values, first, is_plain=outcome.plain))
        if "files" in outcome.outputs:
            flow.add(f"{node.id}.files", Value(PortType.ZIP, memory=outcome.outputs["files"].share()))
    except BottegaError as error:
        if error.code != "result-invalid":
            raise
        fail(node, Failure("0085", "ResultError", sentence(error)))
    finally:
        outcome.close()
