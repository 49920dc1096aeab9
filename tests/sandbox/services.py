"""Services of scripts and of modules for the tests, and what their calls give as plain Python values."""

from __future__ import annotations

import io
import json
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import pyarrow as pa

from bottega.dataset import exchange
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.memory import Inline, Memory
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.service import ModuleService, ScriptService, Workers
from bottega.sandbox.host.task import Outcome
from bottega.sdk import catalogue
from tests.conftest import PRELOAD
from tests.sandbox.helpers import LIMITS, Columns, table

Serve = Callable[..., Workers]

# A script that counts the calls that its process has had.
STATE = """
    import pandas as pd
    calls = []
    def azureml_main(dataframe1=None):
        calls.append(1)
        return pd.DataFrame({"calls": [len(calls)]}),
"""


@contextmanager
def started(pool: Pool, environment: Environment) -> Iterator[Serve]:
    """Makes services of scripts; they are closed at the end."""
    with ExitStack() as stack:

        def made(source: str | bytes, *, reuse: bool, spares: int = 1, most: int = 8, **options: Any) -> Workers:
            workers = Workers(pool, script(environment, source, **options), reuse=reuse, spares=spares, most=most)
            stack.callback(workers.close)
            return workers

        yield made


def script(environment: Environment, source: str | bytes, **options: Any) -> ScriptService:
    """A service of a script, its text dedented."""
    text = source if isinstance(source, bytes) else textwrap.dedent(source).lstrip("\n").encode()
    return ScriptService(environment, "script.py", text, **{"limits": LIMITS, "preload": PRELOAD, **options})


def inline(columns: Columns) -> Inline:
    """A table as it is given to a call, without a file."""
    file = io.BytesIO()
    exchange.write(table(columns), file)
    return Inline(file.getvalue())


def read(memory: Memory) -> dict[str, list[Any]]:
    """The columns of a table that came out."""
    return exchange.read_untrusted(pa.py_buffer(memory.view()), "result").arrow.to_pydict()


def columns(outcome: Outcome, output: str = "result") -> dict[str, list[Any]]:
    """The columns of a call's result; the outcome is closed."""
    assert outcome.failure is None, (outcome.failure, outcome.log)
    found = read(outcome.outputs[output])
    outcome.close()
    return found


def value(outcome: Outcome) -> Any:
    """The one cell of a call's result; the outcome is closed."""
    ((found,),) = columns(outcome).values()
    return found


def step(node: str, name: str, inputs: Mapping[str, str] | None = None, **parameters: Any) -> dict[str, Any]:
    """A step of a chain: a module of the catalogue by its name."""
    return {
        "node": node,
        "place": catalogue.place(name),
        "function": catalogue.get(name).function.__name__,
        "parameters": parameters,
        "inputs": dict(inputs or {}),
    }


def chain(
    environment: Environment, steps: Sequence[Mapping[str, Any]], outputs: Mapping[str, str],
    types: Mapping[str, str] | None = None, constants: Mapping[str, Memory] | None = None, **options: Any,
) -> ModuleService:  # fmt: skip
    """A service of modules."""
    told = {"in:data": "DataTable", **(types or {})}
    settings = json.dumps({"steps": list(steps), "types": told, "outputs": dict(outputs)}).encode()
    given = {"limits": LIMITS, "preload": ("numpy", "pandas", "pyarrow"), **options}
    return ModuleService(environment, settings, constants or {}, tuple(outputs), **given)
