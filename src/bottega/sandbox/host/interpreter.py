"""What the jail must know of a Python: where it lives and what it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache

from bottega.errors import BottegaError

_QUESTION = (
    "import json, os, sys; print(json.dumps([os.path.realpath(sys.executable), sys.base_prefix,"
    " sys.base_exec_prefix, '%d.%d.%d' % sys.version_info[:3], sys.implementation.cache_tag]))"
)
_SECONDS = 30


@dataclass(frozen=True)
class Interpreter:
    """A Python by its real path; `folders` is what must be readable for it to run."""

    path: str
    prefix: str
    exec_prefix: str
    version: str
    tag: str

    @property
    def folders(self) -> tuple[str, ...]:
        """Its installation: the whole prefix, or of a shared one such as /usr the Python in it."""
        folders: list[str] = []
        for prefix in dict.fromkeys((self.prefix, self.exec_prefix)):
            if prefix in ("/usr", "/usr/local"):
                folders += [f"{prefix}/lib", self.path]
            else:
                folders.append(prefix)
        return tuple(dict.fromkeys(folders))


def base() -> Interpreter:
    """The Python under the one that runs Bottega; asks nobody."""
    path = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Interpreter(path, sys.base_prefix, sys.base_exec_prefix, version, sys.implementation.cache_tag or "")


@cache
def ask(path: str) -> Interpreter:
    """Any other Python, by path. Raises `environment-invalid` when it does not answer."""
    try:
        answer = subprocess.run(  # noqa: S603 - the user's own interpreter, named by them
            [path, "-I", "-S", "-c", _QUESTION], capture_output=True, timeout=_SECONDS, check=True
        )
        facts = json.loads(answer.stdout)
        return Interpreter(*(str(fact) for fact in facts))
    except (OSError, subprocess.SubprocessError, ValueError, TypeError) as error:
        raise BottegaError("environment-invalid", name=path, reason=f"it does not run as a Python: {error}") from error
