"""Runs a story that a client's own Python tells."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any


def tell(python: Path, calls: Path, story: str, facts: dict[str, Any], home: Path, **variables: str) -> None:
    """Run it with a home of its own, where no settings of a user are; what goes wrong in it is what the test says."""
    command = [str(python), str(calls), story, json.dumps(facts)]
    known = {"HOME": str(home), "LC_ALL": "C.UTF-8", **variables}
    ended = subprocess.run(command, capture_output=True, text=True, cwd=home, env=known, check=False)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-3000:]
