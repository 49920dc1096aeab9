"""Running `bottega` as a user does: as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

_SECONDS = 120
EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def bottega(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command line; its exit code and both outputs."""
    return subprocess.run(
        [sys.executable, "-m", "bottega.cli.main", *[str(argument) for argument in arguments]],
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **variables},
    )


def script_json(*arguments: object, code: int = 0, **variables: str) -> dict[str, Any]:
    """The object that `bottega script --json` prints, its exit code checked."""
    done = bottega("script", *arguments, "--json", **variables)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    told = json.loads(done.stdout)
    assert isinstance(told, dict)
    return told
