"""`bottega check`: every problem of an experiment at once, with node, port and line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottega.cli import exits
from bottega.cli.opened import Opened, add_options, opened
from bottega.cli.stream import Stream, answer
from bottega.cli.terminal import harmless
from bottega.cli.words import count as counted
from bottega.errors import BottegaError, describe, sentence

if TYPE_CHECKING:
    from bottega.graph.reading import Loaded
    from bottega.graph.validation import Problem

_LONGEST = 10_000


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
    code = exits.FAILED if any(problem.severity == "error" for problem in problems) else exits.OK
    if options.json:
        told = {"file": options.file, "nodes": count, "problems": [problem.as_json() for problem in problems]}
        return code if answer("check", told) else exits.FAILED
    show_problems(Path(options.file), problems)
    if not problems:
        Stream(sys.stdout).line(harmless(f"{options.file}: {counted(count, 'node')}, no problems"))
    return code


def show_problems(path: Path, problems: Sequence[Problem]) -> None:
    """One line a problem, as editors read them: file, line, where, what."""
    stream = Stream(sys.stderr)
    for problem in problems:
        place = f"{path.name}:{problem.line}" if problem.line else path.name
        subject = ".".join(part for part in (problem.node, problem.port or problem.parameter) if part)
        number = f"Error {problem.code}: " if problem.code.isdigit() else ""
        word = "" if problem.severity == "error" else f"{problem.severity}: "
        stream.line(harmless(f"{place}: {word}{subject + ': ' if subject else ''}{number}{problem.message}"))
    if problems:
        stream.line(counted(len(problems), "problem"))


def problems_of(experiment: Opened, targets: Sequence[str]) -> list[Problem]:
    """What keeps an experiment, as `--set` changed it, from running: of its file, of the targets and what they need.

    Raises `usage` for an unknown target.
    """
    from bottega.engine.check import check
    from bottega.graph import topology

    document = experiment.experiment
    needed = topology.upstream(document, targets) if targets else set(document.nodes)
    problems = check(_as_set(experiment), experiment.workspace, experiment.name)
    return [each for each in problems if each.severity == "error" and (each.node is None or each.node in needed)]


def _as_set(experiment: Opened) -> Loaded:
    """The file with what `--set` and `--environment` changed, which is not there."""
    loaded, document = experiment.loaded, experiment.experiment
    if document == loaded.experiment:
        return loaded
    before = loaded.experiment.nodes
    texts = {
        (node, name): line
        for (node, name), line in loaded.lines.texts.items()
        if document.nodes[node].parameters.get(name) == before[node].parameters.get(name)
    }
    is_same = document.environment == loaded.experiment.environment
    top = loaded.lines.top if is_same else {}
    return replace(loaded, experiment=document, lines=replace(loaded.lines, texts=texts, top=top))


def problems_json(problems: Sequence[Problem]) -> dict[str, Any]:
    """Problems as the error of a verb that they kept from its work."""
    message = "; ".join(problem.message.rstrip(".") for problem in problems[:5])
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
        told = {
            "code": error.code,
            "type": "BottegaError",
            "message": _bounded(sentence(error)),
            "line": error.facts.get("line"),
        }
        answer(verb, {"error": told})
    else:
        Stream(sys.stderr).line(harmless(_bounded(f"bottega {verb}: {describe(error)}")))
    return exits.of_error(error)


def _bounded(message: str) -> str:
    """A jail, a file's author or a server may be behind a message, and have made it of any length."""
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"
