"""What Bottega is measured against: plain Python, and plain Python in a plain bubblewrap."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bottega.sandbox.host.environment import Environment


def run(command: list[str]) -> None:
    """Run a program to its end; a failure is one of the benchmark's."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def python(environment: Environment, code: str) -> list[str]:
    """The environment's own Python, without Bottega."""
    return [str(environment.python), "-c", code]


def bubblewrap(environment: Environment, code: str) -> list[str]:
    """The same in a fresh bubblewrap with all namespaces."""
    binds = []
    for path in ("/usr", "/etc/ld.so.cache", *environment.interpreter.folders, str(environment.folder)):
        binds += ["--ro-bind", path, path]
    links = []
    for link in ("/lib", "/lib64"):
        if Path(link).is_symlink():
            links += ["--symlink", str(Path(link).readlink()), link]
    shell = ["bwrap", "--unshare-all", "--die-with-parent", *binds, *links, "--proc", "/proc", "--dev", "/dev"]
    return [*shell, "--tmpfs", "/tmp", *python(environment, code)]


NO_OP = (
    "import pandas as pd; f = pd.DataFrame({'a': range(10), 'b': [1.5] * 10, 'c': ['x'] * 10});"
    " g = (f,)[0]; assert len(g) == 10"
)

BOTTEGA = [sys.executable, "-m", "bottega.cli.main"]
