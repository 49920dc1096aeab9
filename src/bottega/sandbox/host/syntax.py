"""Whether scripts parse, told by a Python of their own: a hostile script's syntax meets no parser of the host's."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from bottega.sandbox.host import interpreter

_SECONDS = 20
_MEMORY = 1 << 30
# It limits itself before it reads a text: a function between fork and exec may wait for ever in a server of many threads.
_PROGRAM = f"""
import ast, json, resource, sys, warnings
for kind, most in (("AS", {_MEMORY}), ("NOFILE", 16), ("CORE", 0)):
    resource.setrlimit(getattr(resource, "RLIMIT_" + kind), (most, most))
warnings.simplefilter("ignore")
told = []
for text in json.load(sys.stdin):
    try:
        compile(text, "script.py", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        told.append(None)
    except SyntaxError as error:
        told.append([error.lineno or 1, f"{{type(error).__name__}}: {{error.msg}}"])
    except (ValueError, RecursionError, MemoryError) as error:
        told.append([1, f"{{type(error).__name__}}: {{error}}"])
json.dump(told, sys.stdout)
"""


def check(scripts: Mapping[str, str]) -> dict[str, tuple[int, str] | None]:
    """By key: the line and what is wrong there, or None for a script that parses.

    All are read by one process without rights to more memory or time than that takes.
    """
    if not scripts:
        return {}
    told = _ask(list(scripts.values()))
    if len(told) != len(scripts):  # one of them is the parser's end: find it alone
        told = [each[0] if len(each := _ask([text])) == 1 else [1, "it is too deeply nested for Python"]
                for text in scripts.values()]  # fmt: skip
    return {key: (int(wrong[0]), str(wrong[1])) if wrong else None for key, wrong in zip(scripts, told, strict=True)}


def _ask(texts: Sequence[str]) -> list[Any]:
    """What Python says of each; nothing when it came to an end over one."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the scripts are its input
            [interpreter.base().path, "-I", "-S", "-X", "utf8", "-c", _PROGRAM],
            input=json.dumps(texts).encode("utf-8", "backslashreplace"),
            capture_output=True, timeout=_SECONDS, check=True, env={},
        )  # fmt: skip
        told = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        return []
    return told if isinstance(told, list) else []
