"""Files of a folder as the inputs and outputs of a job."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from bottega.services.batch.ends import Asked, Pieces, Told
from bottega.services.batch.execution import Execution, Work
from bottega.services.batch.options import Options
from bottega.services.batch.stop import Stop
from bottega.services.batch.storage import Stopped
from bottega.services.program import Program
from tests.engine.helpers import Bench


@dataclass(frozen=True)
class LocalFile:
    """A file that a job reads or writes."""

    path: Path

    @property
    def extension(self) -> str:
        return self.path.suffix

    @property
    def shown(self) -> str:
        return self.path.name

    def fetch(self, file: BinaryIO, told: Told, stop: Asked) -> None:
        if stop():
            raise Stopped
        with self.path.open("rb") as source:
            shutil.copyfileobj(source, file)
        size = self.path.stat().st_size
        told(size, size)

    def take(self, pieces: Pieces, content_type: str, stop: Asked) -> None:
        assert content_type
        with self.path.open("wb") as file:
            for piece in pieces:
                if stop():
                    raise Stopped
                file.write(piece)


def execute(
    bench: Bench, program: Program, inputs: Mapping[str, Path], outputs: Mapping[str, Path], stop: Stop | None = None,
    options: Options | None = None, parameters: Mapping[str, Any] | None = None,
) -> Execution:  # fmt: skip
    """Run a job; what it leaves is to be asked."""
    assert bench.pool is not None
    execution = Execution(bench.workspace, bench.pool, options or Options(), stop or Stop())
    sources = {name: LocalFile(path) for name, path in inputs.items()}
    sinks = {name: LocalFile(path) for name, path in outputs.items()}
    execution.run(Work(program, sources, sinks, parameters or {}))
    return execution
