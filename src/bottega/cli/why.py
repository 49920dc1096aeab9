"""`bottega why`: why a node would run or be reused, part by part."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bottega.cli import exits
from bottega.cli.check import refused
from bottega.cli.opened import Opened, add_options, opened
from bottega.cli.terminal import harmless
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.engine.why import Explanation

_WORDS = {"reuse": "would be reused", "run": "would run", "wait": "would wait"}


def main(arguments: Sequence[str]) -> int:
    """Explain one node with all its parts, or every node with what changed."""
    parser = argparse.ArgumentParser(
        prog="bottega why", description="Tell what a run would do with a node and why, against its last result.",
        epilog="Exit codes: 0 told; 2 the experiment cannot be read, or the node cannot run as it is.",
    )  # fmt: skip
    add_options(parser)
    parser.add_argument("node", metavar="NODE", nargs="?", help="default: every node, with what changed")
    options = parser.parse_args(arguments)
    try:
        with opened(options) as experiment:
            if options.node is None:
                _every(experiment, as_json=options.json)
            else:
                _one(experiment, options.node, as_json=options.json)
    except BottegaError as error:
        return refused("why", error, as_json=options.json)
    return exits.OK


def _one(experiment: Opened, spelling: str, *, as_json: bool) -> None:
    from bottega.engine.plan import Planner
    from bottega.engine.prepared import prepare
    from bottega.engine.why import why
    from bottega.graph.spelling import same_key

    document = experiment.experiment
    node = document.node(same_key(spelling, document.nodes) or spelling).id
    explanation = why(prepare(document, [node]), node, Planner(experiment.workspace, experiment.name))
    if as_json:
        print(json.dumps(explanation.as_json(), ensure_ascii=False))
    else:
        _show(explanation, every_part=True)


def _every(experiment: Opened, *, as_json: bool) -> None:
    from bottega.engine.plan import Planner
    from bottega.engine.prepared import prepare
    from bottega.engine.why import why

    prepared = prepare(experiment.experiment, lenient=True)
    planner = Planner(experiment.workspace, experiment.name)
    decisions = planner.plan(prepared)
    told: list[dict[str, Any]] = []
    for node in experiment.experiment.nodes:
        if node not in prepared.nodes:
            told.append({"node": node, "action": None, "reason": "cannot run as it is: see bottega check"})
            if not as_json:
                print(f"{node}: {told[-1]['reason']}")
            continue
        explanation = why(prepared, node, planner, decisions)
        told.append(explanation.as_json())
        if not as_json:
            _show(explanation, every_part=False)
    if as_json:
        print(json.dumps({"nodes": told}, ensure_ascii=False))


def _show(explanation: Explanation, *, every_part: bool) -> None:
    decision = explanation.decision
    print(harmless(f"{decision.node}: {_WORDS[decision.action.value]}: {decision.reason}"))
    lines = [line for line in explanation.lines if every_part or line.changed]
    width = max((len(line.part) for line in lines), default=0)
    for line in lines:
        print(harmless(f"  {'*' if line.changed else ' '} {line.part:<{width}}  {line.text}"))
