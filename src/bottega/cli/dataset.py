"""`bottega dataset list|add|show|remove`: the workspace's saved datasets, and the samples."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottega.cli import exits
from bottega.cli.check import refused
from bottega.cli.opened import add_options, opened_workspace, refuse_pandas
from bottega.cli.terminal import Progress, harmless
from bottega.cli.words import moment
from bottega.engine.place import workspace_folder
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.store.records import Dataset
    from bottega.store.workspace import Workspace


def main(arguments: Sequence[str]) -> int:
    """List, add, show or remove datasets."""
    options = _parser().parse_args(arguments)
    refuse_pandas()
    try:
        options.run(options)
    except BottegaError as error:
        return refused("dataset", error, as_json=options.json)
    return exits.OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bottega dataset", description="Datasets that experiments of a workspace name as `dataset: NAME`.",
        epilog="Exit codes: 0 done; 2 there is no such dataset, or the file cannot be read.",
    )  # fmt: skip
    verbs = parser.add_subparsers(required=True, metavar="list|add|show|remove")
    listing = verbs.add_parser("list", help="all datasets, and the samples")
    listing.set_defaults(run=_list)
    add = verbs.add_parser("add", help="save a file under a name; a name that is there gets its next version")
    add.add_argument("name", metavar="NAME")
    add.add_argument("file", metavar="FILE", help="a table, its format told by the extension, or a zip")
    add.add_argument("--description", metavar="TEXT", default="", help="what it is")
    add.set_defaults(run=_add)
    show = verbs.add_parser("show", help="rows, types and profile of a dataset")
    show.add_argument("name", metavar="NAME")
    show.add_argument("--version", metavar="N", type=int, help="an earlier version (default: the newest)")
    show.add_argument("--rows", metavar="N", type=int, default=10, help="how many first rows (default 10)")
    show.add_argument("--columns", metavar="A,B", action="append", default=[], help="only these columns, in this order")
    show.add_argument("--profile", action=argparse.BooleanOptionalAction, default=True,
                      help="statistics of each column (default: yes)")  # fmt: skip
    show.add_argument("--output", metavar="FILE", help="write it to a file")
    show.set_defaults(run=_show)
    remove = verbs.add_parser("remove", help="remove all versions of a dataset; results of runs stay")
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(run=_remove)
    for verb in (listing, add, show, remove):
        add_options(verb, file=False)
    return parser


@contextmanager
def _workspace(options: argparse.Namespace) -> Iterator[Workspace | None]:
    """The workspace, or None where there is none: looking makes none."""
    from bottega.store.backup import DATABASE

    if not (workspace_folder(options.workspace, Path.cwd()) / DATABASE).exists():
        yield None
        return
    with opened_workspace(options.workspace, Path.cwd()) as workspace:
        yield workspace


def _list(options: argparse.Namespace) -> None:
    from bottega.modules.data_input_and_output._samples import TITLES

    with _workspace(options) as workspace:
        saved = workspace.datasets.list() if workspace is not None else []
    if options.json:
        samples = [{"name": name, "title": title} for name, title in TITLES.items()]
        print(json.dumps({"datasets": [_facts(each) for each in saved], "samples": samples}, ensure_ascii=False))
        return
    from bottega.cli.grid import WIDE, grid
    from bottega.cli.output import shape

    if saved:
        rows = [[each.name, str(each.version), shape(each.output), moment(each.created), each.description]
                for each in saved]  # fmt: skip
        grid(["dataset", "version", "holds", "saved", "description"], rows, [False, True], widest=WIDE)
    else:
        print("no dataset is saved yet; `bottega dataset add NAME FILE` saves one")
    print()
    grid(
        ["sample", "description"],
        [[name, title] for name, title in TITLES.items() if not _is_in(name, saved)],
        widest=WIDE,
    )


def _is_in(name: str, saved: Sequence[Dataset]) -> bool:
    return any(each.name == name for each in saved)


def _add(options: argparse.Namespace) -> None:
    from bottega.engine.keep import keep

    progress = Progress(quiet=options.json)
    try:
        progress.phase(f"reading {options.file}")
        with opened_workspace(options.workspace, Path.cwd()) as workspace:
            saved = keep(workspace, options.name, Path(options.file), options.description)
    finally:
        progress.close()
    if options.json:
        print(json.dumps(_facts(saved), ensure_ascii=False))
        return
    from bottega.cli.output import shape

    print(harmless(f"{saved.name}, version {saved.version}: {shape(saved.output)}"))


def _show(options: argparse.Namespace) -> None:
    from bottega.cli import output as outputs
    from bottega.modules.data_input_and_output._samples import TITLES

    if options.rows < 0:
        raise BottegaError("usage", reason=f"--rows is {options.rows}; it cannot be less than 0")
    with _workspace(options) as workspace:
        found = workspace.datasets.find(options.name, options.version) if workspace is not None else None
        if found is None and options.name in TITLES and options.version is None and options.output is None:
            _show_sample(options.name, TITLES[options.name], as_json=options.json)
            return
        if workspace is None:
            raise _unknown(options.name)
        found = workspace.datasets.get(options.name, options.version)
        written = outputs.write(workspace, found.output, options.output) if options.output is not None else []
        how: dict[str, Any] = {"rows": options.rows, "columns": options.columns, "profile": options.profile}
        if options.json:
            told = _facts(found) | outputs.as_json(workspace, found.output, **how) | {"written": written}
            print(json.dumps(told, ensure_ascii=False))
            return
        print(harmless(f"{found.name}, version {found.version}: {outputs.shape(found.output)}"))
        print(harmless(f"saved {moment(found.created)} from {found.source}"))
        if found.description:
            print(harmless(found.description))
        print()
        outputs.show(workspace, found.output, **how)
        for path in written:
            print(f"written  {path}")


def _show_sample(name: str, title: str, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"name": name, "sample": True, "title": title}, ensure_ascii=False))
    else:
        print(f"{title}\nA sample; an experiment has it as `dataset: {name}`, and `bottega show` its rows after a run.")


def _remove(options: argparse.Namespace) -> None:
    with _workspace(options) as workspace:
        if workspace is None:
            raise _unknown(options.name)
        gone = workspace.datasets.get(options.name)
        workspace.datasets.delete(options.name)
    if options.json:
        print(json.dumps({"removed": gone.name, "versions": gone.version}, ensure_ascii=False))
    else:
        print(harmless(f"{gone.name} is removed; `bottega workspace prune` frees what nothing else uses"))


def _facts(dataset: Dataset) -> dict[str, Any]:
    output = dataset.output
    return {
        "name": dataset.name,
        "version": dataset.version,
        "type": output.type,
        "shape": None if output.rows is None else [output.rows, len(output.columns or ())],
        "bytes": output.size,
        "description": dataset.description,
        "source": dataset.source,
        "created": dataset.created,
    }


def _unknown(name: str) -> BottegaError:
    from bottega.modules.data_input_and_output._samples import NAMES

    return BottegaError("dataset-unknown", name=name, names=", ".join(NAMES))
