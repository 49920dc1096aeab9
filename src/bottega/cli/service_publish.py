"""`bottega service publish` and `set-up`: from an experiment to a web service."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottega.cli import exits
from bottega.cli.opened import Opened, opened
from bottega.cli.service_run import run_whole, say
from bottega.cli.stream import answer
from bottega.cli.terminal import harmless
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.graph.document import Experiment, FileRef
    from bottega.services.publish import Published
    from bottega.services.set_up import SetUp
    from bottega.store.records import Service
    from bottega.store.workspace import Workspace


def publish(options: argparse.Namespace) -> int:
    """Run an experiment and publish it; one without web service inputs and outputs is set up first."""
    from bottega.services import publish as services

    with opened(options, environment=options.environment) as experiment:
        workspace, name, document = experiment.workspace, experiment.name, experiment.experiment
        run = run_whole(experiment, document, name, quiet=options.json)
        made: SetUp | None = None
        if not document.web_service.inputs and not document.web_service.outputs:
            made = services.set_up(document, run, workspace, model=options.model)
            _tell_set_up(made, quiet=options.json)
            document, name = made.experiment, _set_up_name(name, made)
            run = run_whole(experiment, document, name, quiet=options.json)
        elif options.model is not None:
            raise BottegaError(
                "usage", reason="--model is for setting up, and this experiment has its web service inputs and outputs"
            )
        published = services.publish(
            workspace, document, run, name=options.name, service_id=_service_id(workspace, name, options),
            description=options.description, mode=options.mode,
        )  # fmt: skip
        return _tell(workspace, published, options, made)


def set_up(options: argparse.Namespace) -> int:
    """Run an experiment, show what it becomes, and write that when the user agrees."""
    from bottega.cli.diff import show_changes
    from bottega.graph import file
    from bottega.services import set_up as services

    with opened(options) as experiment:
        target = _target(experiment, options)
        run = run_whole(experiment, experiment.experiment, experiment.name, quiet=options.json)
        kind: Any = "retraining" if options.retraining else "predictive"
        made = services.propose(experiment.experiment, run, experiment.workspace, kind=kind, model=options.model)
        if not options.json:
            meant = [change for change in made.changes if change.kind != "moved"]
            show_changes(meant, len(made.changes) - len(meant))
            for asset in made.saved:
                stands = "is saved with it" if asset.is_new else "is in the workspace already"
                print(harmless(f"{asset.what} {asset.name!r} {stands}"))
            for text in made.notes:
                print(harmless(f"note: {text}"))
        agreed = options.yes or (bool(made.changes) and not options.json and _agrees(target))
        if agreed:
            services.keep(made, experiment.workspace)
            file.save(target, made.experiment)
    if options.json:
        told = {
            "changes": [change.as_json() for change in made.changes],
            "saved": [{"kind": each.what, "name": each.name, "node": each.node, "new": each.is_new} for each in made.saved],
            "notes": list(made.notes), "document": file.dumps(made.experiment), "written": str(target) if agreed else None,
        }  # fmt: skip
        return exits.OK if answer("service", told) else exits.FAILED
    unwritten = "nothing is written; --yes writes without asking" if made.changes else "it is set up as it stands"
    print(harmless(f"written  {target}" if agreed else unwritten))
    return exits.OK


def _tell_set_up(made: SetUp, *, quiet: bool) -> None:
    service = made.experiment.web_service
    for asset in made.saved:
        say(harmless(f"note: saved the {asset.what} {asset.name!r}, which {asset.node} stands for"), quiet=quiet)
    for text in made.notes:
        say(harmless(f"note: {text}"), quiet=quiet)
    inputs = (
        "; ".join(f"{name} into {', '.join(map(str, ports))}" for name, ports in service.inputs.items()) or "no input"
    )
    outputs = "; ".join(f"{name} from {source}" for name, source in service.outputs.items()) or "no output"
    what = "set up as a predictive experiment" if made.saved else "no web_service section is there; one is set up"
    say(harmless(f"note: {what}: {inputs}; {outputs}. `bottega service set-up` shows and writes it"), quiet=quiet)


def _set_up_name(name: str, made: SetUp) -> str:
    """How the workspace knows what was set up: a predictive experiment is another one than that which trains."""
    from bottega.services.set_up import SUFFIX

    return f"{name} {SUFFIX}" if made.saved else name


def _service_id(workspace: Workspace, experiment: str, options: argparse.Namespace) -> str | None:
    """The service that gets another version: as told, else the one that this experiment was published as."""
    from bottega.cli.service_found import find

    if options.service is not None:
        return find(workspace, options.service).id
    mine: list[Service] = [] if options.new else [
        each for each in workspace.services.list()
        if each.experiment == experiment and each.kind == "experiment" and options.name in (None, each.name)
    ]  # fmt: skip
    if len(mine) > 1:
        ids = ", ".join(f"{each.id} ({each.name})" for each in mine)
        raise BottegaError(
            "usage",
            reason=f"This experiment has {len(mine)} web services: {ids}. Name one with --service, or --new for another",
        )
    return mine[0].id if mine else None


def _tell(workspace: Workspace, published: Published, options: argparse.Namespace, made: SetUp | None) -> int:
    from bottega.cli.service_found import call, places
    from bottega.services import links

    service, endpoint = published.service, published.endpoint
    where = places(workspace, service, endpoint)
    if options.json:
        told = {
            "service_id": service.id, "name": service.name, "endpoint": endpoint.name, "endpoint_id": endpoint.id,
            "version": published.version.number, **where, "workspace_id": workspace.id,
            "saved": [each.name for each in made.saved] if made is not None else [],
        }  # fmt: skip
        return exits.OK if answer("service", told) else exits.FAILED
    print(harmless(f"{service.name}, version {published.version.number}"))
    print(f"service  {service.id}")
    print(f"call     {call(where)}")
    print(f"key      {where['primary_key']}")
    print(f"help     {where['help_location']}")
    if not links.is_served(workspace.folder):
        say(
            harmless(f"note: no server answers calls yet; start one: bottega serve --workspace {workspace.folder}"),
            quiet=False,
        )
    return exits.OK


def _target(experiment: Opened, options: argparse.Namespace) -> Path:
    """Where the set-up experiment is written. Raises `usage` where its files would not be found from there."""
    word = "retraining" if options.retraining else "predictive"
    path = experiment.path
    target = Path(options.output).absolute() if options.output else path.with_name(f"{path.stem}-{word}{path.suffix}")
    same_folder = target.parent.resolve() == path.parent.resolve()
    if not same_folder and (names := _files(experiment.experiment)):
        raise BottegaError(
            "usage",
            reason=f"The experiment uses files beside it ({names[0].path}), so what is set up has to be written to {path.parent}, too",
        )
    return target


def _files(experiment: Experiment) -> list[FileRef]:
    from bottega.graph.document import FileRef

    return [
        value for node in experiment.nodes.values() for value in node.parameters.values() if isinstance(value, FileRef)
    ]


def _agrees(target: Path) -> bool:
    """Whether the user at the terminal wants it written."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    word = "Change" if target.exists() else "Write"
    return input(f"{word} {harmless(str(target))}? [y/N] ").strip().casefold() in ("y", "yes")
