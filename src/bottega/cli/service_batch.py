"""`bottega service batch`: files through a web service, in this process or by a server."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottega.cli import exits
from bottega.cli.stream import Stream, answer
from bottega.cli.terminal import harmless
from bottega.cli.words import count
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.cli.batch_done import Done

KEY = "BOTTEGA_KEY"


def add_arguments(verb: argparse.ArgumentParser) -> None:
    """What may be told."""
    verb.usage = (
        "bottega service batch SERVICE FILE… [-o FILE]… [--set NAME=VALUE]… [--endpoint NAME] [--workspace DIR]\n"
        "       bottega service batch --url URL [--key KEY] FILE… [-o FILE]… [--set NAME=VALUE]…"
    )
    verb.add_argument("words", metavar="SERVICE FILE", nargs="*", help="the service, by its id or name, and a file for each of "
                      "its inputs, CSV, TSV or ARFF by its extension; NAME=FILE where there are several")  # fmt: skip
    verb.add_argument("-o", "--output", metavar="FILE", action="append", default=[], help="where an output goes, in the format of "
                      "the extension; NAME=FILE where there are several (default: a file named for the output)")  # fmt: skip
    verb.add_argument(
        "--set", metavar="NAME=VALUE", action="append", default=[], help="a web service parameter (again for more)"
    )
    verb.add_argument("--endpoint", metavar="NAME", help="which endpoint of the service (default: its default one)")
    verb.add_argument("--url", metavar="URL", help="let a server do it: where its endpoint is called, as `bottega service endpoint "
                      "keys` tells")  # fmt: skip
    verb.add_argument("--key", metavar="KEY", help=f"a key of that endpoint (default: {KEY} of the environment)")
    verb.add_argument(
        "--timeout", metavar="S", type=float, help="seconds that the modules may take (default 3600); without --url"
    )
    verb.add_argument("--memory", metavar="SIZE", help="memory that a module may use (default 4G); without --url")


def batch(options: argparse.Namespace) -> int:
    """Run a job and tell what came of it."""
    since = time.monotonic()
    parameters = _parameters(options.set)
    if options.url is not None:
        done = _there(options, parameters)
    else:
        done = _here(options, parameters)
    return _tell(done, time.monotonic() - since, as_json=options.json)


def _here(options: argparse.Namespace, parameters: dict[str, Any]) -> Done:
    from bottega.cli import batch_here

    if options.key is not None:
        raise BottegaError("usage", reason="--key is of a server's endpoint and needs --url")
    if not options.words:
        raise BottegaError("usage", reason="Name the service, then a file for each of its inputs")
    service, *files = options.words
    return batch_here.run(service, files, parameters, options)


def _there(options: argparse.Namespace, parameters: dict[str, Any]) -> Done:
    from bottega.cli import batch_there

    for name in ("endpoint", "workspace", "timeout", "memory"):
        if getattr(options, name) is not None:
            raise BottegaError("usage", reason=f"--{name} is for a service of a workspace here, not with --url")
    key = options.key or os.environ.get(KEY)
    if not key:
        raise BottegaError("usage", reason=f"--url needs --key, or {KEY} in the environment")
    return batch_there.run(options.url, key, options.words, options.output, parameters, quiet=options.json)


def _parameters(settings: Sequence[str]) -> dict[str, Any]:
    """Values as a request has them: text, or JSON where it is an object or a list."""
    import json

    found: dict[str, Any] = {}
    for each in settings:
        name, separator, text = each.partition("=")
        if not separator or not name:
            raise BottegaError("usage", reason=f"--set {each[:100]}: write NAME=VALUE")
        try:
            found[name] = json.loads(text) if text[:1] in {"{", "["} else text
        except ValueError:
            found[name] = text
    return found


def named(texts: Sequence[str], names: Sequence[str], what: str, plural: str) -> dict[str, Path]:
    """Files by the names of inputs or outputs; without names in their order. Raises `usage` for what does not fit."""
    found: dict[str, Path] = {}
    for text in texts:
        name, separator, path = text.partition("=")
        if separator and name in names:
            if name in found:
                raise BottegaError("usage", reason=f"There are two files for the {what} {name}")
            found[name] = Path(path)
            continue
        free = next((each for each in names if each not in found), None)
        if free is None:
            there = f"its {plural} are {', '.join(names)}" if names else f"it has no {plural}"
            raise BottegaError("usage", reason=f"There is no {what} for {text[:200]}: {there}")
        found[free] = Path(text)
    return found


def _tell(done: Done, seconds: float, *, as_json: bool) -> int:
    if as_json:
        told = {**done.as_json(), "seconds": round(seconds, 3)}
        return done.exit_code if answer("service", told) else exits.FAILED
    err, out = Stream(sys.stderr), Stream(sys.stdout)
    for each in done.log:
        err.line(harmless(each))
    if done.error:
        err.line(f"bottega service batch: {harmless(done.error)}")
    extent = (
        f": {count(done.rows_read, 'row')} read, {count(done.rows_written, 'row')} written" if not done.error else ""
    )
    out.line(f"{done.status} in {seconds:.2f} s{extent}")
    for path in done.written:
        out.line(harmless(f"written  {path}"))
    return done.exit_code
