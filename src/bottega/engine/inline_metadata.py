"""What a script says itself of the packages that it needs: the block `# /// script` of PEP 723.

The text is a user's: it is cut into lines, and its block read as TOML within bounds, nothing more.
"""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from bottega.errors import BottegaError

BEGIN = "# /// script"
_END = "# ///"
_LONGEST_BLOCK = 32_000  # characters
_LONGEST_SCRIPT = 16 << 20


@dataclass(frozen=True)
class Inline:
    """What a script asks for.

    dependencies  as pip reads them, normalised and in order, with what its ports need
    python        which Pythons will do, such as `<3.12,>=3.9`; empty for any
    """

    dependencies: tuple[str, ...]
    python: str = ""

    @property
    def name(self) -> str:
        """The environment's: equal wishes share one."""
        content = json.dumps([self.dependencies, self.python])
        return f"script-{hashlib.blake2b(content.encode(), digest_size=6).hexdigest()}"

    @property
    def requirements(self) -> str:
        """The text of a requirements file."""
        return "".join(f"{each}\n" for each in self.dependencies)

    def takes(self, version: str) -> bool:
        """Whether a Python of this version will do."""
        from packaging.specifiers import SpecifierSet  # late, as all that few scripts need

        return SpecifierSet(self.python).contains(version, prereleases=True)


def read(script: str | bytes) -> Inline | None:
    """What a script's block asks for; None for a script without one. Raises `inline-metadata` with the line."""
    text = _text(script)
    if BEGIN not in text:
        return None
    lines = text.split("\n")
    blocks = _blocks(lines)
    if not blocks:
        return None
    begin, end = blocks[0]
    if len(blocks) > 1:
        raise wrong(blocks[1][0] + 1, "it is the second of its kind, and a script has one")
    content = [line[2:] if line.startswith("# ") else line[1:] for line in lines[begin + 1 : end]]
    if sum(map(len, content)) > _LONGEST_BLOCK:
        raise wrong(begin + 1, f"it has more than {_LONGEST_BLOCK:,} characters")
    from bottega.engine import inline_table

    return inline_table.read(content, begin + 2)


def wrong(line: int, reason: str) -> BottegaError:
    """The error at a line of the script, from 1."""
    return BottegaError("inline-metadata", line=line, reason=reason)


def _text(script: str | bytes) -> str:
    """With lines that end as Python's do; bytes in the encodings that scripts come in."""
    if isinstance(script, bytes):
        is_wide = script.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        script = script[:_LONGEST_SCRIPT].decode("utf-16" if is_wide else "utf-8", "replace")
    return script.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _blocks(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Where blocks begin and end: what the specification's regular expression finds, but in one pass.

    A block reaches to the last closing line among the comment lines that follow its beginning without a gap.
    """
    found = []
    place = 0
    while place < len(lines):
        begin, end = place, None
        place += 1
        if lines[begin] != BEGIN:
            continue
        while place < len(lines) and (lines[place] == "#" or lines[place].startswith("# ")):
            if lines[place] == _END and place > begin + 1:
                end = place
            place += 1
        if end is not None:
            found.append((begin, end))
            place = end + 1
    return found
