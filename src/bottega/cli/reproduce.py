"""`bottega reproduce`: a folder in which a script of a run gives the same results again, without Bottega."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bottega.cli import exits
from bottega.cli.check import refused
from bottega.cli.opened import add_options
from bottega.cli.run_node import step_of
from bottega.cli.terminal import harmless
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.dataset.table import Table
    from bottega.store.workspace import Workspace


def main(arguments: Sequence[str]) -> int:
    """Write the folder; tell the command that uses it."""
    options = _parser().parse_args(arguments)
    try:
        folder = _write(options)
    except BottegaError as failure:
        return refused("reproduce", failure, as_json=options.json)
    if options.json:
        print(json.dumps({"folder": str(folder)}, ensure_ascii=False))
    else:
        print(harmless(f"written  {folder}\nrun it   python {folder / 'reproduce.py'}"))
    return exits.OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bottega reproduce",
        description="Write a folder with a script as it ran, its exact inputs as Parquet, the lock of its packages, and a command "
        "that runs it and compares the digests of its results. FILE NODE means the newest run; RUN.NODE a run by its id, "
        "the beginning of that, or last.",
        epilog="Exit codes: 0 written; 2 it cannot be.",
    )
    add_options(parser)
    parser.add_argument("node", metavar="NODE", nargs="?", help="a script of the experiment FILE")
    parser.add_argument(
        "-o", "--output", metavar="DIR", help="where; not there yet, or empty (default: NODE-reproduce)"
    )
    parser.add_argument("--notebook", action="store_true", help="the same steps as a notebook, too")
    return parser


def _write(options: argparse.Namespace) -> Path:
    from bottega.engine.export import reproduce
    from bottega.engine.prepared import prepare
    from bottega.graph import reading

    with step_of(options) as (workspace, run, step):
        node = prepare(reading.loads(run.document, workspace.folder.parent).experiment, [step.node]).nodes[step.node]
        folder = Path(options.output or f"{step.node}-reproduce").absolute()
        reproduce.fill(_Folder(folder, workspace), workspace, run, node, notebook=options.notebook)
    return folder


class _Folder:
    """A folder that is filled. Raises `0057` for one that holds something, and `0048`."""

    def __init__(self, folder: Path, workspace: Workspace) -> None:
        self._folder = folder
        self._workspace = workspace
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BottegaError("0057", path=str(folder))

    def text(self, name: str, text: str) -> None:
        """A file of text."""
        try:
            self._path(name).write_bytes(text.encode("utf-8", "surrogatepass"))
        except OSError as error:
            raise BottegaError("0048", path=name, reason=error.strerror or str(error)) from error

    def blob(self, name: str, digest: str) -> None:
        """A stored file. Raises `blob-missing` and `blob-damaged`."""
        from bottega.engine import stored

        try:
            self._path(name).write_bytes(stored.read(self._workspace, digest))
        except OSError as error:
            raise BottegaError("0048", path=name, reason=error.strerror or str(error)) from error

    def table(self, name: str, table: Table) -> None:
        """A table as Parquet."""
        from bottega.dataset import formats

        formats.write(table, self._path(name), "parquet")

    def _path(self, name: str) -> Path:
        path = self._folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BottegaError("0048", path=str(path.parent), reason=error.strerror or str(error)) from error
        return path
