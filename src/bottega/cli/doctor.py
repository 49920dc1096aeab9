"""`bottega doctor`: what this machine offers, layer by layer, and how to get what is missing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from bottega.cli import exits
from bottega.cli.terminal import Progress
from bottega.sandbox.host import diagnosis

_MARKS = {True: "ok  ", False: "FAIL", None: "--  "}


def main(arguments: Sequence[str]) -> int:
    """Print every finding; the exit code tells whether a jail can be made."""
    parser = argparse.ArgumentParser(
        prog="bottega doctor", description="What jail this machine can make, layer by layer."
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    options = parser.parse_args(arguments)
    progress = Progress(quiet=options.json)
    try:
        findings, layer = diagnosis.diagnose(progress.phase)
    finally:
        progress.close()
    if options.json:
        told = [{"name": each.name, "ok": each.ok, "detail": each.detail, "fix": each.fix} for each in findings]
        print(json.dumps({"jail": layer.value if layer else None, "findings": told}))
    else:
        for each in findings:
            print(f"{_MARKS[each.ok]} {each.name}: {each.detail}")
            if each.fix:
                print(f"     → {each.fix}")
        print(f"\nscripts run in: {layer.value if layer else 'NO jail can be made; scripts are refused'}")
    return exits.OK if layer else exits.NO_SANDBOX
