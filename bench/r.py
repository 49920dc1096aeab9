"""1M x 10 into R and out again, by the module and by CSV files, whose reading and writing base R does itself."""

from __future__ import annotations

import resource
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv

from bench import measure
from bottega.dataset.table import Table
from bottega.modules.r_language_modules import _process
from bottega.modules.r_language_modules.execute_r_script import execute_r_script
from bottega.sandbox.host.environment import Environment

_ROUNDS = 3
_ROWS = 1_000_000
_SCRIPT = 'd <- maml.mapInputPort(1)\nmaml.mapOutputPort("d")\n'
_BY_CSV = 'd <- read.csv("in.csv"); write.csv(d, "out.csv", row.names = FALSE)'


def tables(_environment: Environment) -> None:
    """Both with the start of an R, for the CSV way has no other; and what a job costs where R waits for it."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        print("\nR is not installed, so it is not measured")
        return
    table = _table()
    numbers = Table(table.arrow.drop(["few", "many"]))
    most = measure.memory(lambda: _in_and_out(table))
    _in_and_out(table)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024  # before any other child
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def by_csv() -> None:
            pa.csv.write_csv(table.arrow, folder / "in.csv")
            subprocess.run([rscript, "-e", _BY_CSV], cwd=folder, check=True)
            pa.csv.read_csv(folder / "out.csv")

        times = measure.interleaved(
            {"the module": lambda: _in_and_out(table), "8 columns of numbers": lambda: _in_and_out(numbers), "CSV files": by_csv},
            _ROUNDS,
        )  # fmt: skip
    measure.table(f"1M x 10 ({table.arrow.nbytes / 1e6:.0f} MB) into R and out again", times, "the module")
    print(f"\nMost memory: {most / 1e6:,.0f} MB in the module's process beside the table, {largest / 1e6:,.0f} MB in R")
    execute_r_script(script="x <- 1")
    waiting = measure.interleaved(
        {"R that waits": lambda: execute_r_script(script="x <- 1"), "R that starts": _started}, 10
    )
    measure.table("A script that does nothing", waiting, "R that waits")


def _in_and_out(table: Table) -> None:
    execute_r_script(table, script=_SCRIPT)
    _process.end()


def _started() -> None:
    _process.end()
    execute_r_script(script="x <- 1")


def _table() -> Table:
    random = np.random.default_rng(1)
    columns: dict[str, Any] = {f"d{place}": random.normal(size=_ROWS) for place in range(4)}
    columns |= {f"i{place}": random.integers(0, 1000, _ROWS) for place in range(3)}
    columns["flag"] = random.random(_ROWS) > 0.5
    columns["few"] = random.integers(0, 500, _ROWS).astype(str)
    columns["many"] = [f"name {number}" for number in range(_ROWS)]
    return Table(pa.table(columns))
