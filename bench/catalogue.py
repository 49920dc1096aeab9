"""Loading the catalogue of modules in a new process, against importing pandas and against its limit."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile

from bench import measure
from bottega.sandbox.host.environment import Environment
from bottega.sdk import catalogue

_LIMIT = 0.2  # seconds for a hundred modules
_ALL, _BASE, _PANDAS = "every module of the catalogue", "of that, what they all import", "import pandas"
_CODE = {
    _ALL: "from bottega.sdk import catalogue\ncatalogue.every()\n",
    _BASE: "import bottega.sdk\nfrom bottega.sdk import catalogue\n",
    _PANDAS: "import pandas\n",
}


def load(_environment: Environment) -> None:
    """Seconds inside a new process, that is without Python's own start; compiled once before, as an installed one is."""
    times: dict[str, list[float]] = {name: [] for name in _CODE}
    with tempfile.TemporaryDirectory() as folder:
        for code in _CODE.values():
            _seconds(code, folder)
        for _ in range(10):
            for name, code in _CODE.items():
                times[name].append(_seconds(code, folder))
    measure.table("The catalogue in a new process", times, _PANDAS)
    count = len(catalogue.names())
    limit = _LIMIT * count / 100
    whole, base = (statistics.median(times[name]) for name in (_ALL, _BASE))
    print(
        f"\n{count} modules; {_LIMIT} s for a hundred are {limit * 1e3:.0f} ms for them: {limit / whole:.2f} times the whole,"
        f" {limit / max(whole - base, 1e-9):.2f} times what the modules add"
    )


def _seconds(code: str, compiled: str) -> float:
    program = f"import time\nstarted = time.perf_counter()\n{code}print(time.perf_counter() - started)"
    variables = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True, capture_output=True, text=True, env={**variables, "PYTHONPYCACHEPREFIX": compiled},
    )  # fmt: skip
    return float(done.stdout)
