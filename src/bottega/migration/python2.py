"""From Python 2 to Python 3, by a process that only reads."""

from __future__ import annotations

from collections.abc import Sequence

from bottega.errors import BottegaError
from bottega.migration import process
from bottega.migration.finding import Answer, Conversion

LONGEST = 512 << 10  # characters
_ENDED = "it is too long or too deeply nested to be read"


def convert(text: str) -> Conversion:
    """The script for Python 3. Raises `conversion-failed` for what is no Python 2 either, and `script-too-large`."""
    check_length(text)
    answer = read([text])[0]
    if answer.conversion is None:
        raise BottegaError("conversion-failed", line=answer.line, reason=answer.reason)
    return answer.conversion


def is_python2(text: str) -> bool:
    """Whether it parses as Python 2 and not as Python 3."""
    if len(text) > LONGEST:
        return False
    answer = read([text])[0]
    return not answer.python3 and answer.conversion is not None


def read(texts: Sequence[str]) -> list[Answer]:
    """What each of several scripts is."""
    told = process.ask("convert", texts, Answer)
    return [each if each is not None else Answer(python3=False, reason=_ENDED) for each in told]


def check_length(text: str) -> None:
    """Raise `script-too-large` for a script that nobody wrote."""
    if len(text) > LONGEST:
        raise BottegaError("script-too-large", size=len(text), limit=LONGEST)
