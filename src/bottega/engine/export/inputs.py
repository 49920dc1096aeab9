"""What an experiment starts from, as files beside the exported program that keep types, roles and bytes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bottega.dataset import formats
from bottega.engine import stored
from bottega.engine.prepared import Ready
from bottega.engine.saved import saved
from bottega.sdk.ports import TABLE_FILES, PortType
from bottega.store.records import Output
from bottega.store.workspace import Workspace

_EXTENSIONS = {
    PortType.TABLE: ".arrows", PortType.ZIP: ".zip", **{kind: f".{name}" for kind, name in TABLE_FILES.items()},
}  # fmt: skip
_PICKLE = ".pickle"


@dataclass(frozen=True)
class Input:
    """A dataset that is kept in a file: what it is, the file's extension, and how to write it."""

    type: PortType
    extension: str
    write: Callable[[Path], object]


def input_of(node: Ready, workspace: Workspace) -> Input | None:
    """The dataset that a node stands for; None for a sample, which needs no file."""
    if node.file is not None:
        return _data_file(node.file)
    kept = saved(node, workspace)
    return None if kept is None else _saved(workspace, kept.output)


def _data_file(path: Path) -> Input:
    if formats.is_archive(path):
        return Input(PortType.ZIP, path.suffix, lambda target: shutil.copyfile(path, target))
    return Input(PortType.TABLE, ".arrows", lambda target: formats.write(formats.read(path), target))


def _saved(workspace: Workspace, output: Output) -> Input:
    kind = PortType(output.type)
    return Input(kind, _EXTENSIONS.get(kind, _PICKLE), lambda target: stored.write(workspace, output, target))
