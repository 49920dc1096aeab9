"""`bottega open`: the studio of a server that runs, in a browser, signed in."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from bottega.cli import exits
from bottega.cli.opened import refuse_pandas
from bottega.cli.stream import Stream
from bottega.errors import BottegaError, describe

_ANYWHERE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104 - what a server listens at is no address to go to


def main(arguments: Sequence[str]) -> int:
    """Open it, or print its address."""
    options = _parser().parse_args(arguments)
    refuse_pandas()
    try:
        address = _address(options)
    except BottegaError as error:
        Stream(sys.stderr).line(f"bottega open: {describe(error)}")
        return exits.of_error(error)
    if options.print or not _opened(address):
        Stream(sys.stdout).line(address)
    return exits.OK


def studio_address(url: str, code: str) -> str:
    """Where a browser finds the studio, with a code to sign in; in the fragment, which is sent to nobody."""
    parts = urlsplit(url)
    host, colon, port = parts.netloc.rpartition(":") if parts.port else (parts.netloc, "", "")
    return f"{parts.scheme}://{_ANYWHERE.get(host, host)}{colon}{port}{parts.path}/#code={code}"


def _address(options: argparse.Namespace) -> str:
    """Raises `usage` where no server runs."""
    from bottega.cli.workspace import existing
    from bottega.server.claim import FILE
    from bottega.server.sessions import sign_in_code

    with existing(options) as workspace:
        try:
            url = str(json.loads((Path(workspace.folder) / FILE).read_text("utf-8"))["url"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            reason = f"No server has the workspace {workspace.folder}; start one with `bottega serve --workspace {workspace.folder}`"
            raise BottegaError("usage", reason=reason) from error
        return studio_address(url, sign_in_code(workspace.vault))


def _opened(address: str) -> bool:
    import webbrowser

    try:
        return webbrowser.open(address)
    except webbrowser.Error:
        return False


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bottega open", description="Open the studio of a server that runs, signed in for thirty days.",
        epilog="The address has a code that holds for ten minutes and is used up by the first who opens it. Without a browser it is "
        "printed. Exit codes: 0 opened or printed; 2 there is no workspace, or no server for it.",
    )  # fmt: skip
    parser.add_argument("--workspace", metavar="DIR", help="which one (default: BOTTEGA_WORKSPACE, else .bottega here)")
    parser.add_argument("--print", action="store_true", help="only print the address")
    return parser
