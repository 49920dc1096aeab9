"""Running one node: in the jail as a module or as a script, on this side where it must reach out, or as data."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from bottega.dataset import exchange, formats, plain
from bottega.dataset.table import Table
from bottega.engine.data_files import DataFiles
from bottega.engine.environment_of import has_old_names
from bottega.engine.jails import Jails
from bottega.engine.made import Made
from bottega.engine.prepared import Ready
from bottega.engine.reach import Outside
from bottega.engine.request import preload
from bottega.engine.trust import keeps_trust
from bottega.engine.values import Values, mapped
from bottega.errors import BottegaError, sentence
from bottega.sandbox.host import variables
from bottega.sandbox.host.environment import BOTTEGA, Environment
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.network import NO_NETWORK, Network
from bottega.sandbox.host.task import Failure, Job, ModuleTask, Outcome, PortMapping, Task
from bottega.sdk import catalogue
from bottega.sdk.declaration import Isolation, ModuleSpec
from bottega.sdk.notes import collect
from bottega.sdk.ports import TABLE_FILES, Port, PortType
from bottega.store.records import Output

ALWAYS_PRELOADED = ("numpy", "pandas", "pyarrow")
_LARGEST_FILE = 4 << 30
# The ports of Execute Python Script, and what the guest of scripts calls them.
SCRIPT_INPUTS = {"dataset1": "dataset1", "dataset2": "dataset2", "script_bundle": "bundle"}
SCRIPT_TABLES = {"result_dataset": "result", "result_dataset2": "result2"}


@dataclass(frozen=True)
class Steps:
    """What every step of a run shares."""

    jails: Jails
    values: Values
    outside: Outside
    limits: Limits
    cancel: int | None = None

    files: DataFiles = field(default_factory=DataFiles)
    network: Network = NO_NETWORK  # of scripts

    def make(self, node: Ready, inputs: Mapping[str, Output], printed: Callable[[str], None]) -> Made:
        """Run a node on these inputs; what goes wrong in it is the result's `error`."""
        started = time.monotonic()
        try:
            made = self._make(node, inputs, printed)
        except BottegaError as error:
            made = Made(error=told(error), canceled=error.code == "canceled")
        made.seconds = made.seconds or time.monotonic() - started
        if keeps_trust(node.spec, inputs.values()):
            made.outputs = [replace(output, trusted=True) for output in made.outputs]
        return made

    def _make(self, node: Ready, inputs: Mapping[str, Output], printed: Callable[[str], None]) -> Made:
        for port in node.spec.inputs:
            if port.name in inputs and not PortType(inputs[port.name].type).fits(port.type):
                kind = inputs[port.name].type
                raise BottegaError(
                    "0018", path=f"What comes in at {port.title}", reason=f"it is a {kind}, and a {port.type} is needed"
                )
        if node.file is not None:
            return self._data_file(node, node.file)
        if node.spec.isolation is Isolation.HOST:
            return self._host(node, inputs)
        if node.spec.guest == "script":
            return self._script(node, inputs, printed)
        return self._module(node, inputs, printed)

    def _data_file(self, node: Ready, path: Path) -> Made:
        """A data file beside the experiment: a table in any format, or an archive."""
        port = node.spec.outputs[0].name
        made = Made()
        if formats.is_archive(path):
            with file_memory(path) as memory:
                made.add_memory(port, PortType.ZIP, memory, None, self.values)
        else:
            made.add_table(port, formats.read(path), self.values)
        self.files.check(path)
        return made

    def _host(self, node: Ready, inputs: Mapping[str, Output]) -> Made:
        given = [self._table(inputs[port.name]) if port.name in inputs else None for port in node.spec.inputs]
        outside = replace(self.outside, seconds=self.limits.wall_seconds, stop=self.cancel)
        returned, notes = run_outside(node.spec, given, node.values, outside)
        made = Made(notes=notes)
        if node.spec.outputs:
            made.add_table(node.spec.outputs[0].name, returned, self.values)
        return made

    def _module(self, node: Ready, inputs: Mapping[str, Output], printed: Callable[[str], None]) -> Made:
        spec = node.spec
        settings = {
            **catalogue.source(spec),
            "parameters": dict(node.plain),
            "inputs": {port: output.type for port, output in inputs.items()},
        }
        with self._borrowed({port: output.digest for port, output in inputs.items()}) as given:
            task = ModuleTask(
                environment=self.jails.environment(BOTTEGA),
                settings=json.dumps(settings).encode(),
                outputs=tuple(port.name for port in spec.outputs if port.type is not PortType.DEVICE),
                required=tuple(
                    port.name for port in spec.outputs if port.type is not PortType.DEVICE and not port.optional
                ),
                inputs=given,
                limits=self.limits,
                preload=module_preload(node),
            )
            outcome = self._run(task, printed)
        try:
            made = _words(outcome)
            if outcome.failure is None:
                with _reading(made, "1000"):
                    for port in spec.outputs:
                        if port.name in outcome.outputs:
                            self._add(made, port, outcome)
            for port in spec.outputs:
                if port.type is PortType.DEVICE:
                    made.add_device(port.name, outcome.log, outcome.pictures)
            return made
        finally:
            outcome.close()

    def _add(self, made: Made, port: Port, outcome: Outcome) -> None:
        memory = outcome.outputs[port.name]
        if port.type in (PortType.TABLE, PortType.ANY):
            content = mapped(memory)
            table = exchange.read_untrusted(content, port.title, roles=True)
            made.add_table(port.name, table, self.values, (memory, content))
        else:
            made.add_memory(port.name, port.type, memory, outcome.described.get(port.name), self.values)

    def _script(self, node: Ready, inputs: Mapping[str, Output], printed: Callable[[str], None]) -> Made:
        source = str(node.values["script"]).encode("utf-8", "surrogatepass")
        environment, modules = self.script_jail(node)
        tables = {port: self._table(inputs[port]) for port in ("dataset1", "dataset2") if port in inputs}
        is_plain = self.jails.is_plain(environment, modules, self.network)
        with contextlib.ExitStack() as held:
            given: dict[str, Memory] = {}
            for port, output in inputs.items():
                as_stored = port not in tables or (output.type == PortType.TABLE and not is_plain)
                memory = self.values.borrow(output.digest) if as_stored else _memory(tables[port], is_plain=is_plain)
                given[SCRIPT_INPUTS[port]] = held.enter_context(memory)
            mapping = PortMapping(str(node.values["port_mapping"]))
            task = Task(
                environment, f"{node.id}.py", source, given, mapping, self.limits, modules, self.network,
                old_names=has_old_names(str(node.values["old_names"]), environment.compatibility), variables=True,
            )  # fmt: skip
            outcome = self._run(task, printed)
        try:
            return self._script_made(node, outcome, tables)
        finally:
            outcome.close()

    def _script_made(self, node: Ready, outcome: Outcome, tables: Mapping[str, Table]) -> Made:
        made = _words(outcome)
        made.add_device("python_device", outcome.log, outcome.pictures)
        if outcome.failure is not None:
            if outcome.variables:
                made.add_variables(variables.written(outcome.variables))
            return made
        read = plain.read_untrusted if outcome.plain else exchange.read_untrusted
        with _reading(made, "0085"):
            for port, name in SCRIPT_TABLES.items():
                if name in outcome.outputs:
                    memory = outcome.outputs[name]
                    content = mapped(memory)
                    table = read(content, port, first_duplicate=node.values["first_duplicate"])
                    made.add_table(port, table.with_roles_of(*tables.values()), self.values, (memory, content))
            if "files" in outcome.outputs:
                made.add_memory("files", PortType.ZIP, outcome.outputs["files"], None, self.values)
        places = {port.name: place for place, port in enumerate(node.spec.outputs)}
        made.outputs.sort(key=lambda output: places[output.port])
        return made

    def script_jail(self, node: Ready) -> tuple[Environment, tuple[str, ...]]:
        """The environment of a script, and what its zygote imports."""
        environment = self.jails.environment(node.choice, node.id)
        source = str(node.values["script"]).encode("utf-8", "surrogatepass")
        own = preload(source, environment.modules, shared=True)
        return environment, self.jails.shared_preload(environment, own)

    def _run(self, task: Job, printed: Callable[[str], None]) -> Outcome:
        return self.jails.pool(task.environment, task.preload).run(task, printed=printed, cancel=self.cancel)

    def _table(self, output: Output) -> Table:
        """An input as a table, for those who get no file of one."""
        with self.values.borrow(output.digest) as memory:
            if output.type == PortType.TABLE:
                return exchange.read_trusted(mapped(memory))
            return formats.read(Path(f"/proc/self/fd/{memory.descriptor}"), TABLE_FILES[PortType(output.type)])

    @contextlib.contextmanager
    def _borrowed(self, digests: Mapping[str, str]) -> Iterator[dict[str, Memory]]:
        with contextlib.ExitStack() as held:
            yield {port: held.enter_context(self.values.borrow(digest)) for port, digest in digests.items()}


@contextlib.contextmanager
def _reading(made: Made, code: str) -> Iterator[None]:
    """What a jail gave may be none of what it should: then that is the step's error, and its words are kept."""
    try:
        yield
    except BottegaError as error:
        made.error = asdict(Failure(code, "ResultError", sentence(error)))


def run_outside(
    spec: ModuleSpec, given: Sequence[Table | None], values: Mapping[str, Any], outside: Outside
) -> tuple[Any, tuple[str, ...]]:
    """Run a module that must reach out, on this side: what it returns, and its notes.

    given  by its input ports, in their order
    """
    notes = collect()
    reach = {spec.reach: outside} if spec.reach else {}
    return spec.function(*given, **reach, **values), tuple(notes)


def module_preload(node: Ready) -> tuple[str, ...]:
    """What the zygote of a module imports."""
    return tuple(dict.fromkeys((*ALWAYS_PRELOADED, *node.spec.libraries)))


def told(error: BottegaError) -> dict[str, Any]:
    """An error as records and reports hold it."""
    line = error.facts.get("line")
    failure = Failure(error.code, "BottegaError", sentence(error), line if isinstance(line, int) else None)
    return asdict(failure)


def file_memory(path: Path) -> Memory:
    """A file's content, sealed. Raises `0048` or `input-too-large`."""
    try:
        size = path.stat().st_size
        if size > _LARGEST_FILE:
            raise BottegaError("input-too-large", input=path.name, size=size, limit=_LARGEST_FILE)
        with path.open("rb") as file:
            return Memory.sealed(
                "file", lambda target: [target.write(block) for block in iter(lambda: file.read(1 << 20), b"")]
            )
    except OSError as error:
        raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error


def _memory(table: Table, *, is_plain: bool) -> Memory:
    write = plain.write if is_plain else exchange.write
    return Memory.sealed("table", lambda file: write(table, file))


def _words(outcome: Outcome) -> Made:
    """What an outcome says, without its outputs."""
    failure = outcome.failure
    return Made(
        log=outcome.log,
        notes=outcome.notes,
        error=asdict(failure) if failure is not None else None,
        canceled=failure is not None and failure.code == "canceled",
        seconds=outcome.seconds,
        peak_memory=outcome.peak_memory,
    )
