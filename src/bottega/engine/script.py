"""One Execute Python Script step from files to files."""

from __future__ import annotations

import contextlib
import mmap
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from bottega.dataset import exchange, formats, plain
from bottega.dataset.table import Table
from bottega.engine import source_text
from bottega.engine.outputs import OutputFiles, check_output
from bottega.engine.request import ScriptRequest
from bottega.errors import BottegaError, describe
from bottega.sandbox.host.assurance import LOST
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import Failure, Outcome, PortMapping, Task

_LARGEST_BUNDLE = 1 << 30
_LARGEST_SCRIPT = 16 << 20
# As the module declares them, whose catalogue is not loaded for a single script.
_PORTS = {"result": "Result Dataset", "result2": "Result Dataset 2"}


class Listener(Protocol):
    """Who follows a run while it goes on."""

    def printed(self, text: str) -> None:
        """The script printed something."""

    def phase(self, text: str) -> None:
        """What is being done now."""


@dataclass(frozen=True)
class Report:
    """What a run gave, ready for `--json` and for people.

    `preview` holds, by port, the first rows as text; it is no part of the JSON object.
    """

    results: tuple[dict[str, Any], ...]
    pictures: tuple[str, ...]
    files: str | None
    log: str
    notes: tuple[str, ...]
    error: dict[str, Any] | None
    jail: str
    seconds: float
    peak_memory: int
    preview: Mapping[str, list[list[str]]]
    variables: list[dict[str, Any]] | None = None

    def as_json(self) -> dict[str, Any]:
        """The object that `bottega script --json` prints."""
        return {
            "status": "ok" if self.error is None else "failed",
            "results": list(self.results),
            "pictures": list(self.pictures),
            "files": self.files,
            "log": self.log,
            "notes": list(self.notes),
            "error": self.error,
            "jail": self.jail,
            "seconds": round(self.seconds, 6),
            "peak_memory_bytes": self.peak_memory,
            **({"variables": self.variables} if self.variables is not None else {}),
        }


def run(request: ScriptRequest, pool: Pool, environment: Environment, preload: tuple[str, ...], listener: Listener,
        cancel: int | None = None) -> Report:  # fmt: skip
    """Run a script as asked.

    What the script does wrong is in the report. Raises BottegaError for what the caller
    did wrong (unreadable input, unknown format, an output that cannot be written) and
    when there is no jail.
    """
    for path, is_table in ((request.out, True), (request.out2, True), (request.files, False)):
        if path is not None:
            check_output(path, is_table=is_table)
    limits = Limits(**{name: _whole(name, value) for name, value in request.limits.items()})
    with contextlib.ExitStack() as held:
        source, encoding = _script(request.script)
        tables = _tables(request, listener)
        inputs = {port: held.enter_context(_memory(table, plain_form=_is_plain(pool, environment, preload)))
                  for port, table in tables.items()}  # fmt: skip
        if request.bundle is not None:
            inputs["bundle"] = held.enter_context(_file_memory(request.bundle, "Script Bundle", _LARGEST_BUNDLE))
        mapping = PortMapping(request.mapping)
        name, told = file_name(request.script), request.variables
        old = environment.compatibility if request.old_names is None else request.old_names
        task = Task(environment, name, source, inputs, mapping, limits, preload, old_names=old, variables=told)
        listener.phase("running")
        outcome = pool.run(task, printed=listener.printed, cancel=cancel)
    try:
        return _report(request, outcome, pool, tables, listener, encoding)
    finally:
        outcome.close()


def _whole(name: str, value: float) -> Any:
    return value if name == "wall_seconds" else int(value)


def _is_plain(pool: Pool, environment: Environment, preload: tuple[str, ...]) -> bool:
    """Whether the environment has no pyarrow; asks the zygote only where that can be."""
    return "pyarrow" not in environment.modules and pool.ready(environment, preload).plain


def _script(path: str) -> tuple[bytes, str | None]:
    """The source as Python can read it, UTF-16 and what is no UTF-8 as UTF-8; and the encoding that was guessed."""
    try:
        with open(path, "rb") as file:
            source = file.read(_LARGEST_SCRIPT + 1)
    except OSError as error:
        raise BottegaError("0048", path=path, reason=error.strerror or str(error)) from error
    if len(source) > _LARGEST_SCRIPT:
        raise BottegaError("input-too-large", input=path, size=os.path.getsize(path), limit=_LARGEST_SCRIPT)
    head = b"\n".join(source.splitlines()[:2])
    try:
        source.decode("utf-8")
    except UnicodeDecodeError:
        if b"coding" in head:
            return source, None  # the script says what it is in, and Python obeys
    else:
        return source, None
    text, encoding = source_text.decoded(source)
    return text.encode(), encoding


def file_name(path: str) -> str:
    """The script's file name inside the jail."""
    name = os.path.basename(path)
    safe = "".join(letter if letter.isprintable() and letter not in '\\/:*?"<>|' else "_" for letter in name)[:100]
    return safe if safe.endswith(".py") else f"{safe or 'script'}.py"


def _tables(request: ScriptRequest, listener: Listener) -> dict[str, Table]:
    tables = {}
    for port, path in (("dataset1", request.dataset1), ("dataset2", request.dataset2)):
        if path is not None:
            listener.phase(f"reading {os.path.basename(path)}")
            tables[port] = formats.read(Path(path))
    return tables


def _memory(table: Table, *, plain_form: bool) -> Memory:
    write = plain.write if plain_form else exchange.write
    return Memory.sealed("table", lambda file: write(table, file))


def _file_memory(path: str, what: str, largest: int) -> Memory:
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > largest:
                raise BottegaError("input-too-large", input=what, size=size, limit=largest)
            return Memory.sealed("file", lambda target: shutil.copyfileobj(file, target, 1 << 20))
    except OSError as error:
        raise BottegaError("0048", path=path, reason=error.strerror or str(error)) from error


def _report(
    request: ScriptRequest,
    outcome: Outcome,
    pool: Pool,
    inputs: dict[str, Table],
    listener: Listener,
    encoding: str | None,
) -> Report:
    failure, notes, output = outcome.failure, list(outcome.notes), OutputFiles(request.umask)
    if encoding is not None:
        notes.insert(
            0, f"The script is no UTF-8 and does not say what it is in; it was read as {encoding}. Save it as UTF-8."
        )
    results: list[dict[str, Any]] = []
    preview: dict[str, list[list[str]]] = {}
    files = None
    if LOST[pool.layer]:
        notes.insert(0, LOST[pool.layer])
    if failure is None:
        listener.phase("writing results")
        try:
            tables = {name: _result(name, outcome, inputs, request) for name in _PORTS if name in outcome.outputs}
        except BottegaError as error:
            failure, tables = Failure("0085", "ResultError", describe(error)), {}
        for name, table in tables.items():
            path = request.out if name == "result" else request.out2
            if path is not None:
                output.write_table(table, path)
            results.append(_described(table, _PORTS[name], path))
            preview[_PORTS[name]] = _rows(table, request.preview_rows)
        files = _write_files(request, outcome, output, notes)
        if request.out2 is not None and "result2" not in tables:
            notes.append("The script returned no second frame, so nothing was written to --out2.")
    pictures = _write_device(request, outcome, output, notes)
    return Report(
        results=tuple(results),
        pictures=pictures,
        files=files,
        log=outcome.log,
        notes=tuple(notes),
        error=asdict(failure) if failure is not None else None,
        jail=pool.layer.value,
        seconds=outcome.seconds,
        peak_memory=outcome.peak_memory,
        preview=preview,
        variables=_variables(outcome) if request.variables else None,
    )


def _result(name: str, outcome: Outcome, inputs: dict[str, Table], request: ScriptRequest) -> Table:
    """A result as a table; a column keeps its role as long as it keeps its name."""
    memory = outcome.outputs[name]
    mapped = mmap.mmap(memory.descriptor, memory.size, prot=mmap.PROT_READ) if memory.size else b""
    read = plain.read_untrusted if outcome.plain else exchange.read_untrusted
    table = read(pa.py_buffer(mapped), _PORTS[name], first_duplicate=request.first_duplicate)
    return table.with_roles_of(*inputs.values())


def _variables(outcome: Outcome) -> list[dict[str, Any]]:
    """What the variables held of a script that failed, as plain values."""
    import msgspec

    return [msgspec.to_builtins(frame) for frame in outcome.variables]


def _described(table: Table, port: str, path: str | None) -> dict[str, Any]:
    columns = [{"name": column.name, "type": str(column.type)} for column in table.columns]
    return {"port": port, "rows": table.num_rows, "columns": columns, "path": path}


def _rows(table: Table, count: int) -> list[list[str]]:
    """The first rows as text, for a preview."""
    if not count:
        return []
    columns = [_values(column.slice(0, count)) for column in table.arrow.columns]
    return [[_cell(column[row]) for column in columns] for row in range(min(count, table.num_rows))]


def _values(column: pa.ChunkedArray[Any]) -> list[object]:
    """The values as Python has them; times as text, for Python has none after the year 9999."""
    if pa.types.is_timestamp(column.type):
        column = pa.chunked_array([chunk.view(pa.timestamp(column.type.unit)) for chunk in column.chunks])
        return list(column.cast(pa.string()).to_pylist()) if column.num_chunks else []
    return list(column.to_pylist())


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)[:80]


def _write_files(request: ScriptRequest, outcome: Outcome, output: OutputFiles, notes: list[str]) -> str | None:
    memory = outcome.outputs.get("files")
    if memory is None:
        if request.files is not None:
            notes.append("The script left nothing in ./outputs, so no file was written to --files.")
        return None
    if request.files is None:
        notes.append("The script left files in ./outputs; --files ZIP keeps them.")
        return None
    output.write_memory(memory, request.files)
    return request.files


def _write_device(request: ScriptRequest, outcome: Outcome, output: OutputFiles, notes: list[str]) -> tuple[str, ...]:
    """The Python device: the pictures and, as log.txt, the printed text."""
    if request.device is None:
        if outcome.pictures:
            notes.append(f"The script made {len(outcome.pictures)} picture(s); --device DIR keeps them.")
        return ()
    return output.write_device(outcome.pictures, outcome.log, request.device)
