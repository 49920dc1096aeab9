"""`bottega migrate`: what of old scripts would break today, and the same scripts rewritten where that is safe."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottega.cli import exits
from bottega.cli.check import refused
from bottega.cli.opened import refuse_pandas
from bottega.cli.terminal import Progress, harmless
from bottega.cli.words import count
from bottega.errors import BottegaError, describe

if TYPE_CHECKING:
    from bottega.migration.finding import Finding
    from bottega.migration.plan import Plan, Planner, Rewriting, Script

_WORK_LEFT = 1


def main(arguments: Sequence[str]) -> int:
    """Look, tell, and write where that is asked for."""
    options = _parser().parse_args(arguments)
    refuse_pandas()
    progress = Progress(quiet=options.json)
    try:
        planner, made = _planner(options, progress)
        plan = planner.plan()
        progress.close()
        written = _write(options, plan, made) if options.write or options.output else {}
    except BottegaError as error:
        progress.close()
        return refused("migrate", error, as_json=options.json)
    except BaseException:
        progress.close()
        raise
    if options.json:
        print(json.dumps(_as_json(options, plan, written), ensure_ascii=False))
    else:
        _tell(options, plan, written)
    return _exit(plan, written)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bottega migrate",
        description="Tell what of old Python scripts would break with today's libraries: Python 2, and what libraries have removed. "
        "What means the same whatever the data is rewritten, shown as a difference; the rest is told with its line. Nothing is run.",
        epilog="Nothing is written without --write or -o. Exit codes: 0 nothing is left to do; 1 there is something to do; "
        "2 bad usage or unreadable input.",
    )
    parser.add_argument(
        "path", metavar="SCRIPT|FOLDER|GRAPH",
        help="a script; a folder with scripts, experiments and bundles; an experiment; the classic Studio's JSON",
    )  # fmt: skip
    parser.add_argument(
        "--to", metavar="NAME", default="default",
        help="the environment to run in from now on: default, classic (which restores removed names), or one of yours",
    )  # fmt: skip
    parser.add_argument(
        "--write", action="store_true", help="rewrite files in place; each is kept beside itself as FILE.orig"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write here instead: of a script, or an experiment")
    parser.add_argument("--no-diff", action="store_true", help="the report alone")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    return parser


def _planner(options: argparse.Namespace, progress: Progress) -> tuple[Planner, Path | None]:
    """What gathered the scripts, and the file of an experiment that is to be made of classic's JSON."""
    from bottega.migration.plan import Planner
    from bottega.migration.targets import target

    path = Path(options.path)
    if options.output and path.is_dir():
        raise BottegaError("usage", reason="-o is for a single file; --write rewrites those of a folder")
    planner = Planner(target(options.to), options.to, progress.phase)
    if path.suffix.lower() != ".json":
        planner.add(path)
        return planner, None
    from bottega.cli import import_

    wanted = argparse.Namespace(
        file=options.path, output=options.output, module=[], asset=[], workspace=None, force=False
    )
    made, experiment, _ = import_.decoded(wanted)
    planner.add_experiment(made, "", experiment)
    return planner, made


def _write(options: argparse.Namespace, plan: Plan, made: Path | None) -> dict[Path, Path | None]:
    """What was written, with where its original is kept."""
    from bottega.migration import sources

    written: dict[Path, Path | None] = {}
    if options.output and made is None:
        path = Path(options.path)
        target = Path(options.output)
        if target.exists():
            raise BottegaError("0057", path=str(target))
        found = next((each for each in plan.rewritings if each.path == path), None)
        sources.write(target, found.data if found is not None else path.read_bytes())
        return {target: None}
    for each in plan.rewritings:
        place = each.path.resolve()  # a link stays one
        kept = sources.keep_original(place) if place.exists() else None
        sources.write(place, each.data)
        written[each.path] = kept
    return written


def _exit(plan: Plan, written: dict[Path, Path | None]) -> int:
    if plan.is_done:
        return exits.OK
    left = any(script.migrated.findings for script in plan.scripts) or plan.refused
    in_zip = any(
        script.part and script.migrated.is_changed and script.path.suffix.lower() == ".zip" for script in plan.scripts
    )
    return exits.OK if written and not left and not in_zip else _WORK_LEFT


def _differences(plan: Plan) -> dict[Path, list[str]]:
    from bottega.migration.difference import difference

    return {each.path: difference(each.old, each.new, str(each.path), f"{each.path} today") for each in plan.rewritings}


def _tell(options: argparse.Namespace, plan: Plan, written: dict[Path, Path | None]) -> None:
    if not options.no_diff:
        for lines in _differences(plan).values():
            print(harmless("\n".join(lines)))
            print()
    for script in plan.scripts:
        if not script.migrated.is_current:
            _tell_script(script)
    for path, error in plan.refused:
        print(harmless(f"{path}: {describe(error)}"))
    for path, kept in written.items():
        print(harmless(f"{path} written" + (f"; as it was: {kept}" if kept is not None else "")))
    _summary(options, plan, written)


def _tell_script(script: Script) -> None:
    made = script.migrated
    where = f"{script.path}" + (f", {script.part}" if script.part else "")
    print(harmless(where))
    if made.python2:
        print("  it is Python 2; converted to Python 3")
    for finding in made.fixed:
        print(harmless(f"  {finding.line}: rewritten: {finding.message}"))
    for finding in made.findings:
        print(harmless(f"  {finding.line}: for you: {finding.message}"))
    for note in made.notes:
        print(harmless(f"  look at {note}"))


def _summary(options: argparse.Namespace, plan: Plan, written: dict[Path, Path | None]) -> None:
    scripts = [script.migrated for script in plan.scripts]
    old = sum(not each.is_current for each in scripts)
    if plan.is_done:
        print(f"nothing to do for {options.to}: {count(len(scripts), 'script')} looked at")
        return
    fixed = sum(len(each.fixed) + each.python2 for each in scripts)
    left = sum(len(each.findings) for each in scripts)
    told = f"{old} of {count(len(scripts), 'script')} would break in {options.to}: "
    told += f"{count(fixed, 'place')} rewritten safely, {left} for a person"
    if plan.refused:
        told += f"; {count(len(plan.refused), 'file')} not read"
    print(told)
    if plan.rewritings and not written:
        print("nothing was written; --write rewrites in place and keeps each file as FILE.orig")


def _as_json(options: argparse.Namespace, plan: Plan, written: dict[Path, Path | None]) -> dict[str, Any]:
    differences = {} if options.no_diff else _differences(plan)
    return {
        "to": options.to,
        "scripts": [_script_json(script) for script in plan.scripts],
        "files": [_file_json(each, differences.get(each.path, [])) for each in plan.rewritings],
        "written": [
            {"path": str(path), "original": None if kept is None else str(kept)} for path, kept in written.items()
        ],
        "refused": [
            {"path": str(path), "code": error.code, "message": describe(error)} for path, error in plan.refused
        ],
        "done": _exit(plan, written) == exits.OK,
    }


def _script_json(script: Script) -> dict[str, Any]:
    made = script.migrated
    return {
        "path": str(script.path), "part": script.part, "python2": made.python2, "changed": made.is_changed,
        "fixed": [_finding_json(each) for each in made.fixed], "findings": [_finding_json(each) for each in made.findings],
        "notes": list(made.notes),
    }  # fmt: skip


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "line": finding.line, "column": finding.column, "name": finding.name, "message": finding.message,
        "library": finding.library, "since": finding.since, "suggestion": finding.fix.title if finding.fix is not None else None,
    }  # fmt: skip


def _file_json(each: Rewriting, lines: list[str]) -> dict[str, Any]:
    return {"path": str(each.path), "diff": lines}
