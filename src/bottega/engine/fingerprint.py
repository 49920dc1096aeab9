"""What a step's result depends on, part by part, and its name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from bottega.engine.prepared import Ready
from bottega.sdk import catalogue

# Raised whenever the same module on the same input would give another table because of
# what runs around it: column conversion, roles, the rules of calling a script.
RULES = 1
_LONGEST_VALUE = 200
Parts = dict[str, Any]


def parts(node: Ready, inputs: Mapping[str, str], environment: str, data: str | None = None) -> Parts:
    """The parts of a node's fingerprint.

    inputs       digest by input port
    environment  names the exact packages that it runs with
    data         the digest of the data file that it is
    """
    told: Parts = {
        "module": f"{node.spec.name} {node.spec.version}",
        "code": f"{catalogue.code_digest(node.spec.name)}.{RULES}",
        "environment": environment,
        "parameters": {name: _short(value) for name, value in sorted(node.plain.items())},
        "inputs": dict(sorted(inputs.items())),
    }
    return told if data is None else told | {"data": data}


def fingerprint(told: Parts) -> str:
    """The name of a result: equal parts, equal name."""
    return hashlib.blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=32).hexdigest()


def _short(value: Any) -> Any:
    """A value as it is; of a long text its digest and length, which is enough to tell it from another."""
    if isinstance(value, str) and len(value) > _LONGEST_VALUE:
        digest = hashlib.blake2b(value.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()
        return {"text": digest, "lines": len(value.splitlines())}
    return value
