"""What a lock may say: exact packages with their hashes, a line each, and nothing else.

A lock comes from a colleague, a workspace's copy or a jail. As a requirements file it could do more: include files,
name another index, and let packages be built by their own code.
"""

from __future__ import annotations

import re

from bottega.errors import BottegaError

LARGEST = 16 << 20  # characters
_LONGEST_LINE = 4000
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_HASH = r"--hash[= ]\w+:[0-9a-fA-F]+"
_WHAT = rf"{_NAME}(?: ?\[{_NAME}(?: ?, ?{_NAME})*\])?"
_MARKER = r"(?: ?; ?(?:(?!--)[\w .,<>=!~'\"()*+-])+?)?"
_REST = rf"{_MARKER}(?: {_HASH})*(?: ?\\)?"
_LINE = re.compile(rf"{_WHAT} ?===? ?[A-Za-z0-9.*+!_-]+{_REST}|{_HASH}(?: {_HASH})*(?: ?\\)?", re.ASCII)
# On the command line a package may come from a file or an address; no variable stands in it, to be sent there.
_PLACED = re.compile(
    rf"(?:{_WHAT} @ (?:file|https?)://[^\s$;\\#]+(?:#[^\s$\\]*)?|(?:/|\./|\.\./|https?://)[^\s$;\\#]+\.whl){_REST}"
)
_CREDENTIALS = re.compile(r"://[^/\s]*@")
_COMMENT = re.compile(r"(?:^|\s)#.*")


def check(text: str, name: str, *, local: bool) -> None:
    """Raise `environment-invalid`, with the line, for what is no lock; `local` ones may name files and addresses.

    Each line is looked at by itself, at every character that may end one, and means the same wherever a line goes on.
    """
    if len(text) > LARGEST:
        raise BottegaError("environment-invalid", name=name, reason=f"its lock is longer than {LARGEST:,} characters")
    for number, raw in enumerate(text.splitlines(), 1):
        line = " ".join(_COMMENT.sub("", raw).split())
        if _CREDENTIALS.search(line):
            reason = (
                f"line {number} of its lock has an address with a password, which every script could read there; uv takes "
                "passwords from ~/.netrc and from its settings"
            )
            raise BottegaError("environment-invalid", name=name, reason=reason)
        well = len(line) <= _LONGEST_LINE and (_LINE.fullmatch(line) or (local and _PLACED.fullmatch(line)))
        if line and not well:
            reason = (
                f"line {number} of its lock is {raw.strip()[:100]!r}; a lock names exact packages with their hashes and has "
                "no options; give anything else as --requirements"
            )
            raise BottegaError("environment-invalid", name=name, reason=reason)
