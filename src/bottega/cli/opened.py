"""An experiment's file and the workspace that remembers its runs, as the command line names them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bottega.engine import place

if TYPE_CHECKING:
    from bottega.engine.reach import Outside
    from bottega.graph.document import Experiment
    from bottega.graph.reading import Loaded
    from bottega.store.workspace import Workspace


@dataclass(frozen=True)
class Opened:
    """An experiment file, read, and its workspace.

    loaded      the file as it is
    experiment  with what `--set` and `--environment` changed for this time
    name        of the experiment in the workspace
    """

    path: Path
    loaded: Loaded
    experiment: Experiment
    workspace: Workspace
    name: str

    def outside(self) -> Outside:
        """What its modules may reach of the world."""
        return place.outside(self.path.parent, self.workspace)


def add_options(parser: argparse.ArgumentParser, *, file: bool = True) -> None:
    """The options that all verbs on experiments share."""
    if file:
        parser.add_argument("file", metavar="FILE", help="the experiment, in YAML")
    parser.add_argument(
        "--workspace",
        metavar="DIR",
        help="where runs and data are kept (default: BOTTEGA_WORKSPACE, else .bottega beside the file)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")


@contextmanager
def opened_workspace(given: str | None, beside: Path, *, make_room: bool = False) -> Iterator[Workspace]:
    """The workspace alone. Runs that a crash cut short are told once, or as long as that cannot be written down.

    make_room  for a verb that prunes: use what was kept for it on a full disk
    """
    from bottega.store.workspace import Workspace

    with Workspace.open(place.workspace_folder(given, beside)) as workspace:
        if make_room:
            workspace.upkeep.make_room()
        for run in workspace.runs.interrupted():
            done = sum(step.status == "Finished" for step in run.steps)
            print(
                f"note: run {run.id} of {run.experiment} was interrupted; its {done} finished step(s) are kept",
                file=sys.stderr,
            )
        yield workspace


@contextmanager
def opened(
    options: argparse.Namespace, settings: Sequence[str] = (), environment: str | None = None
) -> Iterator[Opened]:
    """The experiment and its workspace. Raises `0048`, `experiment-invalid` or `usage`.

    environment  in place of the one that the file names
    """
    from bottega.engine.own_shelf import shelved
    from bottega.graph import file, override
    from bottega.sdk import catalogue

    refuse_pandas()
    path = Path(options.file).absolute()
    loaded = file.load(path)
    with opened_workspace(options.workspace, path.parent) as workspace, shelved(workspace):
        experiment = override.apply(loaded.experiment, settings, catalogue.find) if settings else loaded.experiment
        if environment is not None:
            experiment = replace(experiment, environment=environment.strip())
        yield Opened(path, loaded, experiment, workspace, place.experiment_name(path, workspace.folder))


def refuse_pandas() -> None:
    """Pyarrow imports pandas if it can, for conversions that nothing here makes; this spares the wait."""
    if not any(isinstance(finder, _NoPandas) for finder in sys.meta_path):
        sys.meta_path.insert(0, _NoPandas())


class _NoPandas:
    """Refuses pandas, leaves the rest to the other finders."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> None:
        """Raise for pandas."""
        if name == "pandas":
            raise ModuleNotFoundError(name)
