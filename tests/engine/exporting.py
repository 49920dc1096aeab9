"""Exporting experiments, and running what was exported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bottega.dataset.table import Table
from bottega.engine.export.export import Exported, Form, export
from bottega.engine.made import Made
from bottega.engine.prepared import prepare
from bottega.engine.reach import Outside
from bottega.engine.values import Values
from bottega.graph.document import Experiment
from bottega.store.workspace import Workspace

# Runs a program and prints the digest of every table that it has under a name. It waits at its end: Arrow's
# threaded CSV reader can crash a process that ends right after reading, which is no matter of exports.
_DRIVER = """
import json, runpy, sys
from bottega.sdk import Table
if sys.argv[1].endswith(".py"):
    space = runpy.run_path(sys.argv[1], run_name="exported")
else:
    space = {"__name__": "__main__"}
    for cell in json.load(open(sys.argv[1], encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), "cell", "exec"), space)
found = {}
for name, value in space.items():
    fields = {f"{name}.{field}": each for field, each in value._asdict().items()} if hasattr(value, "_asdict") else {name: value}
    found |= {place: each.digest for place, each in fields.items() if isinstance(each, Table)}
print("\\n" + json.dumps(found), flush=True)
"""


def exported(experiment: Experiment, workspace: Workspace, path: Path, *targets: str, **options: Any) -> Exported:
    outside = options.pop("outside", Outside(experiment.folder or path.parent))
    form = Form(path.suffix)
    prepared = prepare(experiment, targets)
    return export(prepared, experiment, workspace, outside, source="test.yaml", form=form, path=path, **options)


def digests_of(path: Path) -> dict[str, str]:
    """What the program gives, in a process that knows nothing of this one."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _DRIVER, str(path)],
        capture_output=True, text=True, timeout=100, check=False, cwd=path.parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


def code_of(path: Path) -> str:
    if path.suffix == ".py":
        return path.read_text(encoding="utf-8")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def save(workspace: Workspace, name: str, table: Table) -> None:
    """A dataset of the workspace."""
    values, made = Values(workspace), Made()
    made.add_table("dataset", table, values)
    workspace.datasets.save(name, made.outputs[0], blobs=made.blobs)
    values.close()


def typed_in(text: str = "a,b\n1,2\n", comment: str = "") -> Experiment:
    return Experiment("Typed in").add("typed", "enter-data-manually", data=text, comment=comment)
