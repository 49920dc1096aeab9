"""A folder that gives a script's results again elsewhere: the script, its exact inputs, the lock of its packages, and one command.

What runs there needs no Bottega: the code by which tables become frames and frames tables,
and by which a table gets its digest, goes along as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import bottega
from bottega.dataset.table import Table
from bottega.engine import debugging, look
from bottega.engine.prepared import Ready
from bottega.errors import BottegaError
from bottega.sandbox.host import environment as environments
from bottega.sandbox.host import shelf
from bottega.sandbox.host.environment import Environment
from bottega.sdk.ports import PortType
from bottega.store.records import Output, Run, Step
from bottega.store.workspace import Workspace

_TABLES = ("dataset1", "dataset2")
_OLDEST = (3, 10)
_PACKAGE = Path(bottega.__file__).parent
_TEMPLATE = Path(__file__).with_name("reproduce_here.py")
# Of Bottega's code what a table on its way through a script needs; the packages between are empty.
_RULES = (
    "errors/*.py", "sandbox/guest/*.py", "sandbox/guest/compatibility/*.py",
    *(f"dataset/{name}.py" for name in ("canonical", "digest", "folds", "frames", "names", "table", "types")),
    *(f"dataset/formats/{name}.py" for name in ("parquet", "source", "target", "untrusted")),
)  # fmt: skip
_EMPTY = ("", "dataset", "dataset/formats", "sandbox")
_README = """# {node}, as it ran in {run}

    python reproduce.py

makes an environment from `requirements.txt` (with uv where it is installed, else with this Python, which then has to be
{python}), runs the script on what came in at it in that run, and tells whether the digests of its results are those
recorded. `python reproduce.py --here` uses the Python and the packages that are there already.

| | |
|---|---|
| `script/{script}` | the script as it was: edit it, debug it, paste it back |
| `inputs/` | the tables that came in, as Parquet, and the bundle |
| `requirements.txt` | the packages of the environment `{environment}`, each in its version |
| `recorded.json` | the settings, and the digests of what went in and came out |
| `reproduce.py`, `rules/` | what calls the script as the module does, and makes and compares tables |
| `results/` | what comes out here |

The script runs with your own rights here, not in a jail. One that draws random numbers without a seed, looks at the clock or
at a network gives something else each time, here as there.
"""


class Parcel(Protocol):
    """Where the files go: a folder, or a zip."""

    def text(self, name: str, text: str) -> None:
        """A file of text."""
        ...

    def blob(self, name: str, digest: str) -> None:
        """A stored file."""
        ...

    def table(self, name: str, table: Table) -> None:
        """A table as Parquet."""
        ...


def fill(parcel: Parcel, workspace: Workspace, run: Run, node: Ready, *, notebook: bool = False) -> None:
    """Put everything into a parcel; with `notebook` the same steps as cells beside it.

    Raises `usage` for a node that is no script, for inputs that are not part of the run and for an environment that is too
    old, `environment-unknown`, and as the parcel does.
    """
    debugging.refuse_other(node)
    inputs = debugging.inputs_in(run, node)
    environment = _environment(run, node)
    tables = {port: output for port, output in inputs.items() if port in _TABLES}
    name = f"{node.id}.py"
    parcel.text(f"script/{name}", str(node.values["script"]))
    for port, output in tables.items():
        table = look.table(workspace, output)
        if table is not None:
            parcel.table(f"inputs/{port}.parquet", table)
    bundle = inputs.get("script_bundle")
    if bundle is not None and bundle.type == PortType.ZIP:
        parcel.blob("inputs/bundle.zip", bundle.digest)
    parcel.text("requirements.txt", _requirements(environment))
    parcel.text("recorded.json", json.dumps(_recorded(run, node, environment, tables), indent=1, ensure_ascii=False))
    parcel.text("reproduce.py", _TEMPLATE.read_text(encoding="utf-8"))
    for path, text in _rules():
        parcel.text(f"rules/bottega/{path}", text)
    python = _python(environment)
    parcel.text("README.md", _README.format(
        node=node.id, run=f"run {run.id}", script=name, environment=environment.name, python=python
    ))  # fmt: skip
    if notebook:
        parcel.text(f"{node.id}.ipynb", _notebook(node))


def _environment(run: Run, node: Ready) -> Environment:
    """The environment that a script ran in, also where its name means another one by now.

    Raises `environment-unknown`, and `usage` for one that is not kept and for a Python that is too old.
    """
    digest, name = _packages(run, node)[0], node.choice.name
    environment = environments.at(environments.root() / digest, name) if digest.isalnum() else None
    environment = environment or environments.get(name)
    if digest and environment.digest != digest:
        reason = f"Environment {name} is not what it was in run {run.id}, and that one is not kept; run {node.id} again"
        raise BottegaError("usage", reason=reason)
    if environment.interpreter.numbers[:2] < _OLDEST:
        told = f"Environment {environment.name} has Python {environment.interpreter.version}"
        raise BottegaError("usage", reason=f"{told}; from 3.10 on a script can be reproduced elsewhere")
    return environment


def _python(environment: Environment) -> str:
    return ".".join(map(str, environment.interpreter.numbers[:2]))


def _requirements(environment: Environment) -> str:
    """The lock, with hashes where there are; with pyarrow, which the rules need, where the environment has none."""
    if any(name.lower() == "pyarrow" for name, _ in environment.packages):
        return shelf.lock_text(environment)
    return "".join(f"{name}=={version}\n" for name, version in environment.packages) + "pyarrow\n"


def _packages(run: Run, node: Ready) -> tuple[str, bool]:
    """The digest of the environment in which a node ran, empty where that is not known, and whether old names were there."""
    told = next((str(step.parts.get("environment", "")) for step in run.steps if step.node == node.id), "")
    digest, _, more = told.partition(", ")
    return digest, more == "old names"


def _recorded(run: Run, node: Ready, environment: Environment, tables: Mapping[str, Output]) -> dict[str, Any]:
    step = next((each for each in run.steps if each.node == node.id), None)
    return {
        "run": run.id,
        "node": node.id,
        "script": f"{node.id}.py",
        "mapping": str(node.values["port_mapping"]),
        "first_duplicate": node.values["first_duplicate"],
        "old_names": _packages(run, node)[1],
        "environment": {
            "name": environment.name,
            "digest": environment.digest,
            "python": _python(environment),
        },
        "inputs": {port: output.digest for port, output in tables.items()},
        "outputs": _outputs(step),
        "error": None
        if step is None or step.error is None
        else f"{step.error.get('type')}: {step.error.get('message')}",
    }


def _outputs(step: Step | None) -> dict[str, str]:
    """The digests of the tables that came out, by port."""
    outputs = step.outputs if step is not None else ()
    return {output.port: output.digest for output in outputs if output.type == PortType.TABLE}


def _rules() -> Iterator[tuple[str, str]]:
    """Paths and texts of the code that goes along."""
    for folder in _EMPTY:
        yield f"{folder}/__init__.py".lstrip("/"), ""
    for pattern in _RULES:
        for path in sorted(_PACKAGE.glob(pattern)):
            yield path.relative_to(_PACKAGE).as_posix(), path.read_text(encoding="utf-8")


def _notebook(node: Ready) -> str:
    """The steps of reproduce.py as cells, with the script in one of its own."""
    cells = [
        _cell(
            "about",
            "markdown",
            f"# {node.id}\n\nStart this in the folder's environment: `python reproduce.py` makes it.",
        ),
        _cell("prepare", "code", "import sys\n\nsys.path.insert(0, '.')\nimport reproduce\n\nreproduce.prepare()"),
        _cell("inputs", "code", "dataframe1, dataframe2 = reproduce.frames()\ndataframe1"),
        _cell("script", "code", str(node.values["script"])),
        _cell("call", "code", "made = reproduce.call(azureml_main)"),
        _cell("check", "code", "reproduce.check(made)"),
        _cell("results", "code", "reproduce.to_pandas(made['result_dataset'])"),
    ]
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def _cell(name: str, kind: str, source: str) -> dict[str, Any]:
    more: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": {}, "source": source.splitlines(keepends=True), **more}
