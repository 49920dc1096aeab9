"""The process's own program: texts come as JSON, and what is found in them goes back so."""

from __future__ import annotations

import difflib
import json
import sys
import warnings
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from bottega.migration.finding import Difference

_DEEP = 20_000


def main(question: str) -> None:
    """Answer about each text."""
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(_DEEP)
    asked = json.load(sys.stdin)
    answer = _answering(question, asked)
    json.dump([asdict(answer(text)) for text in asked["texts"]], sys.stdout)


def _answering(question: str, asked: dict[str, Any]) -> Callable[[str], Any]:
    if question == "convert":
        from bottega.migration.reading.conversion import answer  # late: the converter takes its time

        return answer
    if question == "difference":
        return _difference
    from bottega.migration.finding import Target
    from bottega.migration.reading.examining import examine, findings

    target = Target(asked["versions"], asked["old_names"])
    answering = examine if question == "examine" else findings
    return lambda text: answering(text, target)


def _difference(text: str) -> Difference:
    old, new, old_name, new_name = json.loads(text)
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), old_name, new_name, lineterm="")
    return Difference(tuple(lines))
