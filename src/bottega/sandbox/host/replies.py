"""What a job tells of itself beside its outputs, made harmless."""

from __future__ import annotations

import json
import time
from typing import Any

from bottega.sandbox.host import messages, pictures
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.task import Picture

_MOST_NOTES = 50
_MOST_PICTURES = 200
_PICTURE_SECONDS = 10.0
_LONGEST_NAME = 200  # bytes; file systems take 255


def described(reply: dict[str, Any]) -> dict[str, Any]:
    """What the job tells of its models: plain values, for their reader only."""
    told = reply.get("described")
    if not isinstance(told, dict):
        return {}
    # Lone surrogates, NaN and infinities could be stored nowhere.
    try:
        text = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
        return dict(json.loads(text, parse_constant=lambda _: None))
    except RecursionError:  # as deep as it could just be read
        return {}


def texts(value: object) -> list[str]:
    """Notes: a bounded number of bounded texts."""
    if not isinstance(value, list):
        return []
    return [text.encode("utf-8", "replace").decode()[:500] for text in value[:_MOST_NOTES] if isinstance(text, str)]


def taken_pictures(reply: dict[str, Any], memory: Memory, notes: list[str]) -> tuple[Picture, ...]:
    """The pictures that are what their names say; of the others a note."""
    told = reply.get("pictures")
    taken: list[Picture] = []
    place = 0
    give_up = time.monotonic() + _PICTURE_SECONDS
    for entry in told[:_MOST_PICTURES] if isinstance(told, list) else []:
        if not isinstance(entry, dict):
            continue
        if time.monotonic() > give_up:
            notes.append("The pictures take too long to check; the last ones are left out.")
            break
        length = messages.whole_number(entry, "length") or 0
        name = _file_name(messages.text(entry, "name", _LONGEST_NAME))
        data = memory.read(place, min(length, max(0, memory.size - place))) if length <= pictures.LARGEST else b""
        place += length
        if pictures.is_picture(name, data):
            taken.append(Picture(name, data))
        else:
            notes.append(f"{name} is no picture, or not a whole one; it is left out.")
    return tuple(taken)


def _file_name(name: str) -> str:
    """A name that is safe as a file's on any system."""
    safe = "".join(letter if letter.isprintable() and letter not in '/\\:*?"<>|' else "_" for letter in name)
    while len(safe.encode()) > _LONGEST_NAME:
        safe = safe[1:]  # the end is what tells its kind
    return safe.lstrip(".") or "picture.png"
