"""Exporting an experiment: its program, written as a script or as a notebook, with its data beside it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bottega.engine.export import files
from bottega.engine.export.notebook import notebook
from bottega.engine.export.program import program
from bottega.engine.export.requirements import requirements
from bottega.engine.export.script import script
from bottega.engine.prepared import Prepared
from bottega.engine.reach import Outside
from bottega.errors import BottegaError
from bottega.graph.document import Experiment
from bottega.store.workspace import Workspace


class Form(StrEnum):
    """What to write, by its extension."""

    SCRIPT = ".py"
    NOTEBOOK = ".ipynb"


@dataclass(frozen=True)
class Exported:
    """What was written, and remarks."""

    path: Path
    data: tuple[Path, ...]
    notes: tuple[str, ...]


def export(
    prepared: Prepared, experiment: Experiment, workspace: Workspace, outside: Outside, *, source: str, form: Form,
    path: Path | None = None, force: bool = False, tell: Callable[[str], None] = lambda _: None,
) -> Exported:  # fmt: skip
    """Write what is prepared of an experiment as plain Python.

    source  the experiment's file name
    path    where to write it; None for the current folder, by the source's name
    force   write over what is there

    Raises `usage` where something is there or a node cannot be exported, `0048` where a file
    cannot be read or written, and as building environments does.
    """
    _refuse_own(prepared)
    needed = requirements(prepared, tell)
    target = (path or Path(default_name(source, form, needed.modules))).absolute()
    files.check(target, force=force)
    told = program(
        prepared, experiment, workspace, outside, needed,
        source=source, beside=target.parent, code_in_files=form is Form.SCRIPT,
    )  # fmt: skip
    render = script if form is Form.SCRIPT else notebook
    data = files.write(render(told, files.data_folder(target).name), told.files, target)
    return Exported(target, tuple(data), needed.notes)


def _refuse_own(prepared: Prepared) -> None:
    """What is exported runs without a jail, and code of a workspace runs in none other."""
    for node in prepared.nodes.values():
        if node.spec.own is not None:
            reason = f"Node {node.id} is {node.spec.title}, a module of the workspace's own, which runs in a jail alone"
            raise BottegaError("usage", reason=f"{reason}; name with --to nodes that do without it")


def default_name(source: str, form: Form, modules: frozenset[str]) -> str:
    """A name by the source's; not that of a module, which the program would import in place of the real one."""
    stem = Path(source).stem
    is_module = stem in {"bottega", *sys.stdlib_module_names, *modules}
    return f"{stem}_experiment{form}" if is_module else f"{stem}{form}"
