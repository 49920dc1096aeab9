"""`bottega import`: an experiment of the classic Studio becomes an experiment file, with a report of what was mapped."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bottega.cli import exits
from bottega.cli.check import refused
from bottega.cli.opened import opened_workspace, refuse_pandas
from bottega.cli.terminal import harmless
from bottega.cli.words import count
from bottega.engine.place import workspace_folder
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.graph.classic import Assets
    from bottega.graph.classic.report import ModuleFate, Report
    from bottega.graph.document import Experiment
    from bottega.store.workspace import Workspace

_SUFFIX = ".yaml"
_FAMILY = re.compile(r"[0-9a-f]{32}")


def main(arguments: Sequence[str]) -> int:
    """Read, write, report."""
    options = _parser().parse_args(arguments)
    refuse_pandas()
    try:
        path, experiment, report = _imported(options)
    except BottegaError as error:
        return refused("import", error, as_json=options.json)
    if options.json:
        told = {"file": str(path), "title": experiment.title, **report.as_json()}
        print(json.dumps(told, ensure_ascii=False))
    else:
        _tell(path, report)
    return exits.OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bottega import",
        description="Make an experiment file of what the classic Studio exported: an experiment's JSON, or its graph alone. "
        "What cannot be mapped is kept as a placeholder, and the report tells why.",
        epilog="Exit codes: 0 written, placeholders or not; 2 the file cannot be read, or something is there already.",
    )
    parser.add_argument("file", metavar="FILE", help="the JSON")
    parser.add_argument("-o", "--output", metavar="PATH", help="where to write it (default: here, by the file's name)")
    parser.add_argument("--module", metavar="ID=NAME", action="append", default=[],
                        help="the module that an id, or the family in it, stands for (again for more)")  # fmt: skip
    parser.add_argument("--asset", metavar="ID=NAME", action="append", default=[],
                        help="the dataset, model or transform that an id stands for (again for more)")  # fmt: skip
    where = "whose datasets and models are known by their ids (default: BOTTEGA_WORKSPACE, else .bottega here)"
    parser.add_argument("--workspace", metavar="DIR", help=where)
    parser.add_argument("--force", action="store_true", help="write over what is there")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    return parser


def _imported(options: argparse.Namespace) -> tuple[Path, Experiment, Report]:
    """Raises `experiment-invalid`, `0048`, `0057` and `usage`."""
    path, experiment, told = decoded(options)
    _save(path, experiment)
    return path, experiment, told


def decoded(options: argparse.Namespace) -> tuple[Path, Experiment, Report]:
    """The experiment and where it belongs, not written yet. Raises as `_imported`."""
    from bottega.graph import classic
    from bottega.graph.classic import data_files, exported, python_versions, recognising
    from bottega.graph.classic.report import report
    from bottega.sdk import catalogue

    source = Path(options.file)
    path = Path(options.output) if options.output else Path(source.stem + _SUFFIX)
    if path.exists() and not options.force:
        raise BottegaError("0057", path=str(path))
    found = exported.read(_read(source, exported.MAX_BYTES), str(source))
    with _assets(options) as assets:
        chosen = {name: _module(module) for name, module in _pairs(options.module, "--module")}
        graph = recognising.renamed(found.graph, chosen)
        taken = recognising.recognised(graph, catalogue.every())
        decoded = classic.decode(
            recognising.renamed(graph, taken), found.web_service, assets, description=found.description,
            title=found.title or source.stem,
        )  # fmt: skip
        settled, notes = python_versions.settled(decoded, found, graph)
        experiment = replace(data_files.filed(settled), folder=path.absolute().parent)
        assets.bring(experiment)
        told = report(experiment, taken.values(), lambda kind, name: assets.id_of(kind, name) is not None)
    return path, experiment, replace(told, notes=notes)


def _save(path: Path, experiment: Experiment) -> None:
    """What is there is replaced as a whole: `file.save` would edit it."""
    from bottega.graph import file

    made = path.with_name(f".{path.name}.new")
    file.save(made, experiment)
    try:
        made.replace(path)
    except OSError as error:
        made.unlink()
        raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error


def _module(name: str) -> str:
    from bottega.graph.document import check_not_pinned
    from bottega.sdk import catalogue

    check_not_pinned(name)
    return catalogue.get(name).name


def _read(path: Path, most: int) -> bytes:
    from bottega.graph.references import open_regular

    try:
        with open_regular(path) as source:
            return source.read(most + 1)
    except OSError as error:
        raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error


def _pairs(given: Sequence[str], option: str) -> Iterator[tuple[str, str]]:
    for each in given:
        name, sign, value = each.partition("=")
        name = name.strip()
        if not sign or not name or not value.strip():
            raise BottegaError("usage", reason=f"{option} takes ID=NAME, not {each}")
        yield (name.lower() if _FAMILY.fullmatch(name.lower()) else name), value.strip()


@contextmanager
def _assets(options: argparse.Namespace) -> Iterator[_Assets]:
    """What ids mean: as told on the command line, in the workspace where there is one, and of samples."""
    from bottega.store.backup import DATABASE

    told = dict(_pairs(options.asset, "--asset"))
    if not (workspace_folder(options.workspace, Path.cwd()) / DATABASE).exists():
        yield _Assets(told, None)
        return
    from bottega.engine.own_shelf import shelved

    with opened_workspace(options.workspace, Path.cwd()) as workspace, shelved(workspace):
        yield _Assets(told, workspace)


@dataclass(frozen=True)
class _Assets:
    """`told` are names by ids."""

    told: Mapping[str, str]
    workspace: Workspace | None

    def id_of(self, kind: str, name: str) -> str | None:
        """The id; a dataset that comes along is known, too."""
        from bottega.modules.data_input_and_output._samples import NAMES

        found = next((told for told, each in self.told.items() if each == name), None)
        if found is None and self.workspace is not None:
            found = _kept(self.workspace).id_of(kind, name)
        return name if found is None and kind == "dataset" and name in NAMES else found

    def name_of(self, kind: str, id: str) -> str | None:  # noqa: A002 # as in Assets
        """The name."""
        if id in self.told or self.workspace is None:
            return self.told.get(id)
        return _kept(self.workspace).name_of(kind, id)

    def bring(self, experiment: Experiment) -> None:
        """Save those samples in the workspace that the experiment names and a server alone has."""
        if self.workspace is not None:
            from bottega.server.studio.saving import bring_samples

            bring_samples(self.workspace, experiment)


def _kept(workspace: Workspace) -> Assets:
    from bottega.server.studio.assets import WorkspaceAssets

    return WorkspaceAssets(workspace)


def _tell(path: Path, report: Report) -> None:
    from bottega.graph.classic.report import ASSET_WORDS, Fate

    placeholders = report.of(Fate.PLACEHOLDER)
    known = [each for each in report.assets if each.known]
    mapped = len(report.modules) - len(placeholders)
    counts = f"{mapped} of {count(len(report.modules), 'module')} mapped"
    if report.assets:
        counts += f", {len(known)} of {count(len(report.assets), 'dataset or model', 'datasets and models')} found"
    print(harmless(f"{path} written: {counts}"))
    _section("mapped", [_mapped(each) for each in report.of(Fate.MAPPED)])
    recognised = [f"{_mapped(each)}: its id is unknown, its parameters fit this module alone"
                  for each in report.of(Fate.RECOGNISED)]  # fmt: skip
    _section("recognised", recognised)
    _section("placeholders; --module ID=NAME says what an id stands for", [_placeholder(each) for each in placeholders])
    _section("found", [f"{each.node}  {ASSET_WORDS[each.kind]} {each.name}" for each in known])
    missing = [f"{each.node}  {ASSET_WORDS[each.kind]} {each.name}" for each in report.assets if not each.known]
    _section("not found; --asset ID=NAME says what one is, or save one of that name", missing)
    problems = [f"{'.'.join(filter(None, (each.node, each.port or each.parameter)))}  {each.message}".lstrip()
                for each in report.problems]  # fmt: skip
    _section("to be settled before it runs", problems)
    _section("chosen", report.notes)


def _section(head: str, lines: Sequence[str]) -> None:
    if lines:
        print(f"\n{head}")
        for line in lines:
            print(harmless(f"  {line}"))


def _mapped(fate: ModuleFate) -> str:
    return f"{fate.node}  {fate.title}"


def _placeholder(fate: ModuleFate) -> str:
    kept = f"; {count(fate.kept, 'parameter')} kept" if fate.kept else ""
    return f"{fate.node}  {fate.title}: {fate.reason}{kept}"
