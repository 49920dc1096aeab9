"""`bottega serve`: the studio server over one workspace."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bottega.cli import exits
from bottega.cli.open import studio_address
from bottega.cli.opened import refuse_pandas
from bottega.cli.stream import Stream
from bottega.engine import place
from bottega.errors import BottegaError, describe

_PORT = 8080


def main(arguments: Sequence[str]) -> int:
    """Serve until a signal comes."""
    options = _parser().parse_args(arguments)
    refuse_pandas()
    from bottega.server import logs
    from bottega.server.listening import Listening
    from bottega.server.options import Options
    from bottega.server.serve import serve

    out = Stream(sys.stdout)

    def announce(url: str, workspace: str, code: str) -> None:
        out.line(f"Bottega at  {url}\nworkspace   {workspace}\nits tokens  bottega workspace show --workspace {folder}")
        out.line(f"studio      {studio_address(url, code)}\n            (signs in once, within ten minutes; then: bottega open "
                 f"--workspace {folder})")  # fmt: skip

    folder = place.workspace_folder(options.workspace, Path.cwd())
    listening = Listening(
        options.host, options.port, options.tls_certificate, options.tls_key, insecure=options.insecure_listen,
        connections=options.connections, grace=options.grace, proxies=tuple(options.trusted_proxy),
    )  # fmt: skip
    logs.configure(level=_LEVELS[options.log])
    try:
        chosen = Options(public_url=_url(options.public_url), runs_at_once=options.runs, jobs_at_once=options.jobs,
                         endpoint_jobs=options.endpoint_jobs)  # fmt: skip
        serve(folder, listening, chosen, announce, lambda text: Stream(sys.stderr).line(text))
    except BottegaError as error:
        Stream(sys.stderr).line(f"bottega serve: {describe(error)}")
        return exits.of_error(error)
    return exits.OK


_LEVELS = {"all": 20, "errors": 40}  # of Python's logging, whose import would cost every start


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bottega serve", description="Serve a workspace: the studio's API, its web services and their pages.",
        epilog="The log goes to standard error, one JSON object a line. Exit codes: 0 ended by a signal; 2 it cannot be served "
        "so; 4 no jail.",
    )  # fmt: skip
    add = parser.add_argument
    add(
        "--workspace",
        metavar="DIR",
        help="what to serve (default: BOTTEGA_WORKSPACE, else .bottega here); made where there is none",
    )
    add(
        "--host", metavar="ADDRESS", default="127.0.0.1", help="where to listen (default 127.0.0.1: this machine alone)"
    )
    add(
        "--port",
        metavar="N",
        type=_number(0, 65535),
        default=_PORT,
        help=f"port (default {_PORT}; 0 for any that is free)",
    )
    add(
        "--public-url",
        metavar="URL",
        help="where clients reach it, for the links in answers (default: as each of them asks)",
    )
    add("--tls-certificate", metavar="FILE", help="certificate and chain, in PEM")
    add("--tls-key", metavar="FILE", help="its private key, in PEM")
    add(
        "--insecure-listen",
        action="store_true",
        help="listen beyond this machine without TLS: a proxy in front speaks it",
    )
    add("--trusted-proxy", metavar="ADDRESS", action="append", default=[],
        help="take a client's address from this proxy's headers (again for more)")  # fmt: skip
    add("--runs", metavar="N", type=_number(1, 1000), default=2, help="experiments that run at once (default 2)")
    add("--jobs", metavar="N", type=_number(1, 1000), help="batch jobs whose modules run at once (default: one a core)")
    add("--endpoint-jobs", metavar="N", type=_number(1, 1000), default=40,
        help="batch jobs of one endpoint under way at once (default 40)")  # fmt: skip
    add("--connections", metavar="N", type=_number(2, 100_000), default=1000, help="connections at once (default 1000)")
    add(
        "--grace",
        metavar="S",
        type=_number(0, 86_400),
        default=30,
        help="seconds that running requests have when it ends (default 30)",
    )
    add("--log", choices=tuple(_LEVELS), default="all", help="lines of the log (default all)")
    return parser


def _number(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{value} is not between {least} and {most}")
        return value

    return number


def _url(text: str | None) -> str | None:
    """An address without a slash at its end. Raises `usage`."""
    from urllib.parse import urlsplit

    if text is None:
        return None
    try:
        parts = urlsplit(text)
        right = (
            parts.scheme in {"http", "https"}
            and parts.hostname
            and not (parts.query or parts.fragment or parts.username)
        )
    except ValueError:
        right = False
    if not right:
        raise BottegaError(
            "usage", reason=f"--public-url is {text}; it is an address such as https://studio.example.org"
        )
    return text.rstrip("/")
