"""Reading what a zygote or a job says: bounded, and believed in nothing but its form."""

from __future__ import annotations

import json
import os
import socket
from typing import Any

LONGEST = 1 << 18


def receive(link: socket.socket, most_descriptors: int = 0) -> tuple[dict[str, Any] | None, list[int]]:
    """One message and its descriptors; None when the other side is gone or speaks nonsense."""
    if most_descriptors:
        data, descriptors, flags, _ = socket.recv_fds(link, LONGEST, most_descriptors)
    else:
        # Without room for descriptors the kernel drops those that a job may send.
        data, _, flags, _ = link.recvmsg(LONGEST)
        descriptors = []
    message = decode(data) if data and not flags & socket.MSG_TRUNC else None
    if message is None:
        for descriptor in descriptors:
            os.close(descriptor)
        return None, []
    return message, list(descriptors)


def decode(data: bytes) -> dict[str, Any] | None:
    """The object that a JSON text holds, or None."""
    try:
        message = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def text(message: dict[str, Any], key: str, longest: int = 4000) -> str:
    """A text of a message, made printable and bounded; empty where there is none."""
    value = message.get(key)
    if not isinstance(value, str):
        return ""
    return value[:longest].encode("utf-8", "replace").decode("utf-8")


def whole_number(message: dict[str, Any], key: str) -> int | None:
    """A whole number of a message that is not negative, or None."""
    value = message.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 62 else None
