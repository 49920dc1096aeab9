"""What a step's result depends on, part by part, and its name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bottega.engine import environment_of
from bottega.engine.prepared import Ready
from bottega.sandbox.host import r_runtime
from bottega.sdk import catalogue

_LONGEST_VALUE = 200
_SOURCES = Path(__file__).parent.parent
# What runs around every module and script, and so makes their tables too.
_AROUND = ("dataset", "sdk", "sandbox/guest", "sandbox/runner")
_CHOICES = frozenset({"environment", "old_names"})
Parts = dict[str, Any]


def parts(node: Ready, inputs: Mapping[str, str], environment: str, data: str | None = None) -> Parts:
    """The parts of a node's fingerprint.

    inputs       digest by input port
    environment  names the exact packages that it runs with
    data         the digest of the data file that it is
    """
    secret = {parameter.name for parameter in node.spec.parameters if parameter.secret}
    # Which packages those come to is told by `environment`; by what name, or who chose them, changes no result.
    told_elsewhere = _CHOICES if node.spec.guest == "script" else frozenset()
    told: Parts = {
        "module": f"{node.spec.name} {node.spec.version}",
        "code": f"{catalogue.digest(node.spec)} in {around()}",
        "environment": environment,
        "parameters": {
            name: _short(value, secret=name in secret)
            for name, value in sorted(node.plain.items())
            if name not in told_elsewhere
        },
        "inputs": dict(sorted(inputs.items())),
    }
    return told if data is None else told | {"data": data}


def packages(node: Ready) -> str:
    """Names what a node runs with: its environment, and of a module in R also the machine's R with its packages.

    An environment that is not there goes by its name; a script's is told with whether removed names are there.
    """
    choice = node.choice
    environment = environment_of.digest(choice) or f"{choice.name}, which is not there"
    if node.spec.guest == "script":
        old_names = environment_of.has_old_names(str(node.values["old_names"]), environment_of.compatibility(choice))
        return f"{environment}, old names" if old_names else environment
    if node.spec.guest == "r":
        r = r_runtime.find()
        return f"{environment}, {'no R' if r is None else r.name}"
    return environment


@cache
def around() -> str:
    """Names the code around modules and scripts: column conversion, roles, file formats, the rules of calling."""
    state = hashlib.blake2b(digest_size=8)
    for folder in _AROUND:
        for path in sorted((_SOURCES / folder).rglob("*.py")):
            state.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return state.hexdigest()


def fingerprint(told: Parts) -> str:
    """The name of a result: equal parts, equal name."""
    return hashlib.blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=32).hexdigest()


def _short(value: Any, *, secret: bool) -> Any:
    """A value as it is; of a long or secret text digest and length, which is enough to tell it from another."""
    if isinstance(value, str) and (secret or len(value) > _LONGEST_VALUE):
        digest = hashlib.blake2b(value.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()
        return {"text": digest, "lines": len(value.splitlines())}
    return value
