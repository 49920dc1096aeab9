"""A batch job of a workspace's service, in this process: no server is needed."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from bottega.cli.bar import Bar
from bottega.cli.batch_done import Done
from bottega.cli.run import cancel_on_signals
from bottega.cli.service_batch import named
from bottega.cli.service_found import find
from bottega.cli.stream import Stream
from bottega.cli.workspace import existing
from bottega.dataset.formats.target import target
from bottega.engine.jails import Jails
from bottega.engine.outputs import check_output
from bottega.engine.own_shelf import shelved
from bottega.engine.place import network_of
from bottega.errors import BottegaError
from bottega.sandbox.host.environment import DEFAULT
from bottega.sandbox.host.limits import Limits, parse_size
from bottega.services import parameters as given
from bottega.services.batch.details import reason
from bottega.services.batch.ends import Asked, Pieces, Told
from bottega.services.batch.execution import Execution, Work, extension_of
from bottega.services.batch.options import Options
from bottega.services.batch.request import TABLES, endings
from bottega.services.batch.stop import Stop
from bottega.services.batch.storage import Stopped
from bottega.services.errors import ServiceError
from bottega.services.program import Program
from bottega.store.records import Endpoint
from bottega.store.workspace import Workspace


@dataclass(frozen=True)
class LocalFile:
    """A file of this machine."""

    path: Path

    @property
    def extension(self) -> str:
        """What tells its format."""
        return self.path.suffix.lower()

    @property
    def shown(self) -> str:
        """As messages name it."""
        return str(self.path)

    def fetch(self, file: BinaryIO, told: Told, stop: Asked) -> None:
        """Copy it. Raises `0048`."""
        try:
            with self.path.open("rb") as source:
                size = self.path.stat().st_size
                while block := source.read(1 << 20):
                    if stop():
                        raise Stopped
                    file.write(block)
                    told(file.tell(), size)
        except OSError as error:
            raise BottegaError("0048", path=str(self.path), reason=error.strerror or str(error)) from error

    def take(self, pieces: Pieces, content_type: str, stop: Asked) -> None:
        """Write it, whole or not at all. Raises `0048`."""
        del content_type
        with target(self.path) as file:
            for piece in pieces:
                if stop():
                    raise Stopped
                file.write(piece)


def run(service: str, files: Sequence[str], parameters: Mapping[str, Any], options: argparse.Namespace) -> Done:
    """Run it. Raises `usage` and `0048` for what can be told beforehand, and what opening jails does."""
    with existing(options) as workspace, shelved(workspace):
        endpoint = _endpoint(workspace, service, options.endpoint)
        program = Program.loads(workspace.services.version(endpoint.service, endpoint.version).program)
        sources, sinks = _sources(files, program), _sinks(options.output, program)
        given.resolve(program, parameters)
        network = network_of(workspace, workspace.services.get(endpoint.service).experiment)
        work = Work(program, sources, sinks, parameters, endpoint.resources, network)
        with _jails(quiet=options.json) as jails, cancel_on_signals() as cancel:
            pool = jails.pool(jails.environment(DEFAULT), ())
            execution = Execution(workspace, pool, Options(limits=_limits(options)), Stop(cancel))
            with Bar(execution.progress.told, quiet=options.json):
                return _done(execution, work, [str(each.path) for each in sinks.values()])


def _done(execution: Execution, work: Work, written: Sequence[str]) -> Done:
    try:
        execution.run(work)
    except Stopped:
        return Done("Cancelled", error="canceled")
    except (BottegaError, ServiceError) as error:
        return Done("Failed", error=reason(error), log=tuple(execution.log.lines()))
    told = execution.progress.told()
    return Done("Finished", told["RowsRead"], told["RowsWritten"], tuple(written))


def _endpoint(workspace: Workspace, service: str, name: str | None) -> Endpoint:
    found = find(workspace, service)
    known = {each.name: each for each in workspace.services.endpoints(found.id)}
    wanted = name or found.default_endpoint
    if wanted not in known:
        raise BottegaError("usage", reason=f"{found.name} has no endpoint {wanted[:60]}; there are: {', '.join(known)}")
    return known[wanted]


def _sources(files: Sequence[str], program: Program) -> dict[str, LocalFile]:
    found = named(files, [each.name for each in program.inputs], "input", "inputs")
    missing = [each.name for each in program.inputs if each.name not in found]
    if missing:
        raise BottegaError("usage", reason=f"A file for the input {', '.join(missing)} is missing")
    for path in found.values():
        if path.suffix.lower() not in TABLES:
            raise BottegaError(
                "usage", reason=f"The name of {path} tells no format; the extensions are {', '.join(TABLES)}"
            )
        if not path.is_file():
            raise BottegaError("0048", path=str(path), reason="there is no such file")
    return {name: LocalFile(path) for name, path in found.items()}


def _sinks(outputs: Sequence[str], program: Program) -> dict[str, LocalFile]:
    found = named(outputs, [each.name for each in program.outputs], "output", "outputs")
    for output in program.outputs:
        path = found.get(output.name)
        if path is None:
            path = found[output.name] = Path(f"{Path(output.name).name or 'output'}{extension_of(output)}")
            if path.exists():
                raise BottegaError(
                    "usage", reason=f"The file {path} is there already; name it by --output to replace it"
                )
        allowed = endings(output.type)
        if allowed and path.suffix.lower() not in allowed:
            raise BottegaError(
                "usage",
                reason=f"The file {path} cannot hold the output {output.name}; its extensions are {', '.join(allowed)}",
            )
        check_output(str(path), is_table=False)
    return {name: LocalFile(path) for name, path in found.items()}


def _limits(options: argparse.Namespace) -> Limits:
    from dataclasses import replace

    changed: dict[str, Any] = {}
    if options.timeout is not None:
        changed["wall_seconds"] = options.timeout
    if options.memory is not None:
        changed["memory"] = parse_size(options.memory)
    return replace(Options().limits, **changed)


@contextlib.contextmanager
def _jails(*, quiet: bool) -> Iterator[Jails]:
    import sys

    err = Stream(sys.stderr)
    jails = Jails(tell=(lambda _: None) if quiet else err.line)
    try:
        yield jails
    finally:
        jails.close()
