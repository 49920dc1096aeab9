"""What of a script today's libraries have no more, and the script without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from bottega.migration import process
from bottega.migration.finding import Examination, Finding, Target
from bottega.migration.python2 import check_length

_ENDED = "This is too long or too deeply nested to be read"
TODAY = Target()


def examine(text: str, target: Target = TODAY) -> list[Finding]:
    """All that would break there, in the order of the text; nothing is rewritten. Raises `script-too-large`."""
    check_length(text)
    told = process.ask("findings", [text], Examination, **asdict(target))[0]
    return list(told.findings) if told is not None else [_unreadable()]


def rewritten(texts: Sequence[str], target: Target = TODAY) -> list[Examination]:
    """Each script with every safe fix made. Raises `script-too-large`."""
    for text in texts:
        check_length(text)
    told = process.ask("examine", texts, Examination, **asdict(target))
    return [each or Examination(text, (), (_unreadable(),)) for text, each in zip(texts, told, strict=True)]


def _unreadable() -> Finding:
    return Finding(1, 0, 1, 0, "syntax", _ENDED)
