"""`bottega check`: every problem of an experiment at once, with node, port and line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottega.cli import exits
from bottega.cli.opened import Opened, add_options, opened
from bottega.cli.terminal import harmless
from bottega.errors import BottegaError, describe

if TYPE_CHECKING:
    from bottega.graph.validation import Problem


def main(arguments: Sequence[str]) -> int:
    """Check one experiment."""
    parser = argparse.ArgumentParser(
        prog="bottega check", description="Find every problem of an experiment without running it.",
        epilog="Exit codes: 0 no problems; 1 problems; 2 the file cannot be read.",
    )  # fmt: skip
    add_options(parser)
    options = parser.parse_args(arguments)
    try:
        with opened(options) as experiment:
            from bottega.engine.check import check

            problems = check(experiment.loaded, experiment.workspace, experiment.name)
            count = len(experiment.experiment.nodes)
    except BottegaError as error:
        return refused("check", error, as_json=options.json)
    if options.json:
        told = {"file": options.file, "nodes": count, "problems": [problem.as_json() for problem in problems]}
        print(json.dumps(told, ensure_ascii=False))
    else:
        show_problems(Path(options.file), problems)
        if not problems:
            print(f"{options.file}: {count} nodes, no problems")
    return exits.FAILED if any(problem.severity == "error" for problem in problems) else exits.OK


def show_problems(path: Path, problems: Sequence[Problem]) -> None:
    """One line a problem, as editors read them: file, line, where, what."""
    for problem in problems:
        place = f"{path.name}:{problem.line}" if problem.line else path.name
        subject = ".".join(part for part in (problem.node, problem.port or problem.parameter) if part)
        number = f"Error {problem.code}: " if problem.code.isdigit() else ""
        word = "" if problem.severity == "error" else f"{problem.severity}: "
        print(harmless(f"{place}: {word}{subject + ': ' if subject else ''}{number}{problem.message}"), file=sys.stderr)
    if problems:
        print(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}", file=sys.stderr)


def problems_of(experiment: Opened, targets: Sequence[str]) -> list[Problem]:
    """What keeps an experiment, as `--set` changed it, from running. Raises `usage` for an unknown target."""
    from bottega.engine.check import check

    for target in targets:
        experiment.experiment.node(target)
    subject = experiment.experiment if experiment.experiment != experiment.loaded.experiment else experiment.loaded
    return [each for each in check(subject, experiment.workspace, experiment.name) if each.severity == "error"]


def problems_json(problems: Sequence[Problem]) -> dict[str, Any]:
    """Problems as the error of a verb that they kept from its work."""
    message = "; ".join(problem.message for problem in problems[:5])
    error = {
        "code": "experiment-problems",
        "type": "Problems",
        "message": message,
        "line": problems[0].line,
        "traceback": "",
    }
    return {"error": error, "problems": [problem.as_json() for problem in problems]}


def refused(verb: str, error: BottegaError, *, as_json: bool) -> int:
    """Tell why a verb could not do its work."""
    if as_json:
        told = {"code": error.code, "type": "BottegaError", "message": describe(error), "line": error.facts.get("line")}
        print(json.dumps({"error": told}, ensure_ascii=False))
    else:
        print(f"bottega {verb}: {describe(error)}", file=sys.stderr)
    return exits.of_error(error)
