"""A process of its own for hostile texts: a Python with little memory and time, which reads scripts and runs none."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

import bottega
from bottega.sandbox.host import interpreter

Question = Literal["convert", "examine", "findings", "difference"]
SECONDS = 60  # half a megabyte of Python 2 takes some ten
_MEMORY = 2 << 30
_LARGEST_BATCH = 1 << 20
# It limits itself before it reads a text: a function between fork and exec may wait for ever in a server of many threads.
_PROGRAM = """
import resource, sys
for kind, most in (("AS", int(sys.argv[2])), ("CPU", int(sys.argv[3])), ("FSIZE", 0), ("NOFILE", 32), ("CORE", 0)):
    resource.setrlimit(getattr(resource, "RLIMIT_" + kind), (most, most))
sys.path[:0] = sys.argv[4:]
from bottega.migration.reading import main
main.main(sys.argv[1])
"""
_T = TypeVar("_T")


def ask(question: Question, texts: Sequence[str], kind: type[_T], **more: object) -> list[_T | None]:
    """The answer for each text, with what `more` tells; None for one that was the process's end, or its memory's or time's."""
    answers: list[_T | None] = []
    for batch in _batches(texts):
        told = _ask(question, batch, kind, more)
        if told is None and len(batch) > 1:  # one of them is at fault: find it alone
            answers += [alone[0] if (alone := _ask(question, [text], kind, more)) else None for text in batch]
        else:
            answers += told or [None] * len(batch)
    return answers


def _batches(texts: Sequence[str]) -> list[list[str]]:
    batches: list[list[str]] = []
    room = 0
    for text in texts:
        if not batches or len(text) > room:
            batches.append([])
            room = _LARGEST_BATCH
        batches[-1].append(text)
        room -= len(text)
    return batches


def _ask(question: str, texts: Sequence[str], kind: type[_T], more: Mapping[str, object]) -> list[_T] | None:
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the scripts are its input
            [interpreter.base().path, "-I", "-S", "-B", "-X", "utf8", "-c", _PROGRAM, question, str(_MEMORY), str(SECONDS), *_places()],
            input=json.dumps({"texts": texts, **more}).encode(), capture_output=True, timeout=SECONDS, check=True, env={}, cwd="/",
        )  # fmt: skip
        told = msgspec.json.decode(done.stdout, type=list[kind])  # type: ignore[valid-type]
    except (subprocess.SubprocessError, OSError, msgspec.MsgspecError, RecursionError):
        return None
    return told if len(told) == len(texts) else None


@cache
def _places() -> tuple[str, ...]:
    """Where our own package and the converter's are; nothing of the user's folders is among them."""
    found = [Path(bottega.__file__).parent.parent]
    for name in ("fissix", "appdirs"):
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            place = Path(spec.origin).parent
            found.append(place.parent if spec.submodule_search_locations is not None else place)
    return tuple(dict.fromkeys(str(place) for place in found))
