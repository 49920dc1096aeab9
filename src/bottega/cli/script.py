"""`bottega script`: one script over files, in the jail."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from bottega.cli import exits
from bottega.cli.opened import refuse_pandas
from bottega.cli.terminal import Progress
from bottega.engine.request import ScriptRequest
from bottega.errors import BottegaError, describe

_PREVIEW_ROWS = 10


def main(arguments: Sequence[str]) -> int:
    """Parse, run in a warm pool where one is, else in one of our own; show what came out."""
    options = parser().parse_args(arguments)
    progress = Progress(quiet=options.json)
    try:
        with converted_where_asked(options) as told:
            report = {**_run(request_of(options), progress), **told}
    except BottegaError as error:
        progress.close()
        return _refused(error, as_json=options.json)
    except BaseException:
        progress.close()
        raise
    progress.close()
    if options.json:
        print(json.dumps({key: value for key, value in report.items() if key != "preview"}, ensure_ascii=False))
    else:
        show(report)
    if options.variables is not None:
        try:
            _variables(report, options)
        except BottegaError as error:
            print(f"bottega script: {describe(error)}", file=sys.stderr)
            return exits.of_error(error)
    failure = report["error"]
    return exits.OK if failure is None else exits.of_failure(failure["code"])


def parser() -> argparse.ArgumentParser:
    """The options of a script's run."""
    parser = argparse.ArgumentParser(
        prog="bottega script",
        description="Run FILE's function azureml_main over tables, in the jail.",
        epilog="Tables are read and written by extension: csv, nh.csv, tsv, nh.tsv, arff, svmlight, parquet, arrow, feather, "
        "jsonl, xlsx. Sizes may end in K, M, G or T. Exit codes: 0 done; 1 the script failed or broke a limit; 2 bad usage "
        "or unreadable input; 4 the jail cannot be set up.",
    )
    parser.add_argument("file", metavar="FILE", help="the script: plain Python that defines azureml_main")
    ports = parser.add_argument_group("ports")
    ports.add_argument("--dataset1", metavar="F", help="table for the port Dataset1")
    ports.add_argument("--dataset2", metavar="F", help="table for the port Dataset2")
    ports.add_argument("--bundle", metavar="ZIP", help="modules and data, unpacked to ./Script Bundle")
    ports.add_argument("--out", metavar="F", help="where the port Result Dataset goes")
    ports.add_argument("--out2", metavar="F", help="where a second returned frame goes")
    ports.add_argument("--files", metavar="ZIP", help="where the files that the script leaves in ./outputs go")
    ports.add_argument("--device", metavar="DIR", help="where the pictures and the printed text (log.txt) go")
    rules = parser.add_argument_group("rules")
    rules.add_argument(
        "--environment",
        metavar="NAME",
        default="",
        help="the packages to run with (default: what a `# /// script` block in FILE asks for, else default)",
    )
    rules.add_argument(
        "--old-names", action=argparse.BooleanOptionalAction, default=None,
        help="restore what pandas, NumPy, scikit-learn, SciPy and matplotlib have removed, each with a line that says what "
        "to write today (default: as the environment says; `classic` does)",
    )  # fmt: skip
    rules.add_argument("--mapping", choices=("connected", "slots"), default="connected",
                       help="connected ports in order are the arguments, or each port has its own parameter")  # fmt: skip
    rules.add_argument(
        "--first-duplicate",
        type=int,
        choices=(1, 2),
        default=1,
        help="the number that a first duplicate column name gets",
    )
    limits = parser.add_argument_group("limits")
    limits.add_argument("--timeout", metavar="S", type=_seconds, help="seconds from start to result (default 3600)")
    limits.add_argument(
        "--cpu", metavar="S", type=_whole_seconds, help="processor seconds of each process (default 3600)"
    )
    limits.add_argument("--memory", metavar="SIZE", help="of all its processes (default 4G)")
    limits.add_argument("--disk", metavar="SIZE", help="of its folder (default 512M)")
    limits.add_argument("--processes", metavar="N", type=int, help="processes and threads at once (default 64)")
    limits.add_argument("--output-size", metavar="SIZE", help="of each result (default 1G)")
    parser.add_argument(
        "--no-jail",
        action="store_true",
        help="run WITHOUT a jail, with your own rights; for scripts that you trust as yourself",
    )
    parser.add_argument(
        "--python2", action="store_true", help="convert FILE from Python 2 first, and show what that changes"
    )
    parser.add_argument("--save", metavar="FILE.py", help="with --python2: where the converted script is kept")
    parser.add_argument(
        "--variables", metavar="FILE.json", nargs="?", const="",
        help="where it fails, what the variables of its frames held: printed, or written to a file",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    return parser


@contextlib.contextmanager
def converted_where_asked(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The script to run, converted first where that is asked for; what to tell of that."""
    if not options.python2:
        if options.save is not None:
            raise BottegaError("usage", reason="--save keeps what --python2 makes, which is not asked for")
        yield {}
        return
    from bottega.cli.conversion import converted

    with converted(options.file, options.save, quiet=options.json) as (path, told):
        options.file = path
        yield {"conversion": told}


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError(text)
    return value


def _whole_seconds(text: str) -> int:
    return max(1, round(_seconds(text)))


def limits_of(options: argparse.Namespace) -> dict[str, float]:
    """The limits that were asked for. Raises `usage` for those that cannot be."""
    from bottega.sandbox.host.limits import Limits, parse_size

    limits: dict[str, float] = {}
    if options.timeout is not None:
        limits["wall_seconds"] = options.timeout
    if options.cpu is not None:
        limits["cpu_seconds"] = options.cpu
    if options.processes is not None:
        limits["processes"] = options.processes
    for name, given in (("memory", options.memory), ("disk", options.disk), ("output", options.output_size)):
        if given is not None:
            limits[name] = parse_size(given)
    Limits(**limits)  # type: ignore[arg-type]  # whole numbers where fields are; wrong values are told here
    return limits


def request_of(options: argparse.Namespace) -> ScriptRequest:
    """What is asked for. Raises `usage`."""

    def path(value: str | None) -> str | None:
        return None if value is None else os.path.abspath(value)

    return ScriptRequest(
        script=os.path.abspath(options.file),
        environment=options.environment,
        old_names=options.old_names,
        dataset1=path(options.dataset1),
        dataset2=path(options.dataset2),
        bundle=path(options.bundle),
        out=path(options.out),
        out2=path(options.out2),
        files=path(options.files),
        device=path(options.device),
        mapping=options.mapping,
        first_duplicate=options.first_duplicate,
        jail=not options.no_jail,
        preview_rows=0 if options.json else _PREVIEW_ROWS,
        umask=_umask(),
        variables=options.variables is not None,
        limits=limits_of(options),
    )


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _run(request: ScriptRequest, progress: Progress) -> dict[str, Any]:
    """The report as plain values, from a warm pool if there is one."""
    from bottega.cli import pool_client

    if request.jail:
        report = pool_client.run(request, progress)
        if report is not None:
            return report
    return _run_here(request, progress)


def _run_here(request: ScriptRequest, progress: Progress) -> dict[str, Any]:
    """Start a jail at once, and read the inputs while it starts."""
    from bottega.engine import environment_of
    from bottega.engine.request import head, preload
    from bottega.sandbox.host import assurance
    from bottega.sandbox.host.layer import Layer
    from bottega.sandbox.host.limits import Limits
    from bottega.sandbox.host.pool import Pool

    source = head(request.script)
    environment = environment_of.ensure(environment_of.of(source, request.environment), progress.phase)
    modules = preload(source, environment.modules, shared=False)
    if request.jail:
        pool = assurance.open_pool(environment, modules, spares=0)
    else:
        pool = Pool(layer=Layer.NONE, spares=0)
    try:
        pool.prepare(environment, modules, Limits(**request.limits))  # type: ignore[arg-type]  # checked when it was made
        refuse_pandas()
        from bottega.engine import script  # late: pyarrow loads while the jail starts

        report = script.run(request, pool, environment, modules, progress)
    finally:
        pool.close()
    return report.as_json() | {"preview": report.preview}


def _refused(error: BottegaError, *, as_json: bool) -> int:
    """Tell why nothing ran."""
    code = exits.of_error(error)
    if as_json:
        told = {"code": error.code, "type": "BottegaError", "message": describe(error), "line": None, "traceback": ""}
        empty: dict[str, Any] = {
            "status": "failed",
            "results": [],
            "pictures": [],
            "files": None,
            "log": "",
            "notes": [],
        }
        print(
            json.dumps(
                {**empty, "error": told, "jail": None, "seconds": 0.0, "peak_memory_bytes": 0}, ensure_ascii=False
            )
        )
    else:
        print(f"bottega script: {describe(error)}", file=sys.stderr)
    return code


def _variables(report: dict[str, Any], options: argparse.Namespace) -> None:
    """What the variables held, printed or in the file asked for; nothing where the script did not fail."""
    from bottega.cli import variables

    frames = report.get("variables") or []
    if options.variables:
        variables.write(frames, options.variables)
    elif not options.json:
        variables.show(frames)


def show(report: dict[str, Any]) -> None:
    """The result as text: tables, pictures, notes or the error, time and memory."""
    from bottega.cli import preview

    for result in report["results"]:
        preview.table(result, report["preview"].get(result["port"], []))
    for path in report["pictures"]:
        print(f"picture  {path}")
    if report["files"]:
        print(f"files    {report['files']}")
    for note in report["notes"]:
        print(f"note: {note}", file=sys.stderr)
    if report["error"] is not None:
        preview.error(report["error"])
    memory = report["peak_memory_bytes"] / (1 << 20)
    print(
        f"{'done' if report['error'] is None else 'failed'} in {report['seconds']:.3f} s, peak memory {memory:.0f} MB"
    )
