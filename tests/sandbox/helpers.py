"""Running scripts in jails, and reading what came out as plain Python values."""

from __future__ import annotations

import ast
import io
import textwrap
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from bottega.dataset import exchange
from bottega.dataset.table import Table
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import Failure, Outcome, Picture, PortMapping, Task

MIB = 1 << 20
# A run that hangs shall fail its test within this time.
LIMITS = Limits(wall_seconds=60)

Columns = Mapping[str, Sequence[Any]]
Entries = Mapping[str, bytes | str]


def table(columns: Columns) -> Table:
    """A table of these columns."""
    return Table(pa.table({name: pa.array(values) for name, values in columns.items()}))


def sealed(columns: Columns) -> Memory:
    """The memory file of a table."""
    return Memory.sealed("dataset", lambda file: exchange.write(table(columns), file))


def zipped(entries: Entries) -> bytes:
    """A zip of these entries, their names as given."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries.items():
            archive.writestr(entry_named(name), content)
    return file.getvalue()


def entry_named(name: str) -> zipfile.ZipInfo:
    """An entry whose name is kept as it is, backslashes too."""
    entry = zipfile.ZipInfo("entry", (2020, 1, 1, 0, 0, 0))
    entry.filename = name
    return entry


@dataclass(frozen=True)
class Ended:
    """What came out of a run."""

    result: Table | None
    result2: Table | None
    zip: bytes | None
    pictures: tuple[Picture, ...]
    log: str
    notes: tuple[str, ...]
    failure: Failure | None
    seconds: float

    @property
    def columns(self) -> dict[str, list[Any]]:
        """The result's columns, of a run that gave one."""
        assert self.failure is None, (self.failure, self.log)
        assert self.result is not None
        return self.result.arrow.to_pydict()

    @property
    def value(self) -> Any:
        """The one cell of the result."""
        ((value,),) = self.columns.values()
        return value

    @property
    def values(self) -> list[Any]:
        """The one column of the result."""
        (values,) = self.columns.values()
        return values

    @property
    def error(self) -> Failure:
        """The failure, of a run that has one."""
        assert self.failure is not None, (self.result, self.log)
        return self.failure

    @property
    def files(self) -> dict[str, bytes]:
        """The entries of the port Files; none where it has nothing."""
        assert self.failure is None, (self.failure, self.log)
        if self.zip is None:
            return {}
        with zipfile.ZipFile(io.BytesIO(self.zip)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    @property
    def picture_names(self) -> list[str]:
        """The pictures' names, in order."""
        return [picture.name for picture in self.pictures]


@dataclass(frozen=True)
class Runner:
    """Runs scripts in the jails of a pool."""

    pool: Pool
    environment: Environment
    preload: tuple[str, ...]

    def __call__(
        self,
        source: str | bytes,
        *,
        dataset1: Columns | Memory | None = None,
        dataset2: Columns | Memory | None = None,
        bundle: Entries | bytes | None = None,
        mapping: PortMapping = PortMapping.CONNECTED,
        limits: Limits = LIMITS,
        file_name: str = "script.py",
        printed: Callable[[str], None] | None = None,
        cancel: int | None = None,
    ) -> Ended:
        """Run a script, its text dedented, over tables and a bundle."""
        inputs: dict[str, Memory] = {}
        for port, given in (("dataset1", dataset1), ("dataset2", dataset2)):
            if given is not None:
                inputs[port] = given if isinstance(given, Memory) else sealed(given)
        if bundle is not None:
            inputs["bundle"] = Memory.of("bundle", bundle if isinstance(bundle, bytes) else zipped(bundle))
        script = source if isinstance(source, bytes) else textwrap.dedent(source).lstrip("\n").encode()
        task = Task(
            self.environment, file_name, script, inputs=inputs, mapping=mapping, limits=limits, preload=self.preload
        )
        try:
            return _ended(self.pool.run(task, printed=printed, cancel=cancel))
        finally:
            for memory in inputs.values():
                if memory is not dataset1 and memory is not dataset2:
                    memory.close()

    def value(self, expression: str, statements: str = "", **options: Any) -> Any:
        """What an expression is inside the jail, by its `repr`; `statements` come before it."""
        source = (
            "import pandas as pd\n\n\ndef azureml_main(dataframe1=None, dataframe2=None):\n"
            + textwrap.indent(textwrap.dedent(statements).strip("\n"), "    ")
            + f"\n    return pd.DataFrame({{'value': [repr({expression})]}}),\n"
        )
        return ast.literal_eval(self(source, **options).value)


def _ended(outcome: Outcome) -> Ended:
    try:
        return Ended(
            result=_table(outcome, "result"),
            result2=_table(outcome, "result2"),
            zip=outcome.outputs["files"].read() if "files" in outcome.outputs else None,
            pictures=outcome.pictures,
            log=outcome.log,
            notes=outcome.notes,
            failure=outcome.failure,
            seconds=outcome.seconds,
        )
    finally:
        outcome.close()


def _table(outcome: Outcome, port: str) -> Table | None:
    memory = outcome.outputs.get(port)
    return None if memory is None else exchange.read_untrusted(pa.py_buffer(memory.read()), port)
