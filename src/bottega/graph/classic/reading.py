"""Foreign JSON, value by value: each knows where it stands, and nothing is taken for what it is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from bottega.errors import BottegaError
from bottega.graph.document import FileRef, plain
from bottega.graph.web_service import MAX_NAME, Source

MAX_LIST = 100_000
MAX_TEXT = 16 << 20  # as much as an experiment file
_HUGE = 10**300


@dataclass(frozen=True)
class At:
    """A value of a JSON document, and the path to it."""

    value: Any
    path: str

    def get(self, key: str) -> At:
        """What an object has by that name; None where it has nothing. Raises for what is no object."""
        if not isinstance(self.value, dict):
            self.refuse("it is no object", cut=True)
        return At(self.value.get(key), f"{self.path}.{key}")

    def items(self) -> Iterator[At]:
        """The entries of a list. None and "" are an empty one; a single object stands for a list of it (PowerShell)."""
        value = self.value
        if value is None or value == "":
            return
        if isinstance(value, dict):
            yield At(value, f"{self.path}[0]")
            return
        if not isinstance(value, list):
            self.refuse("it is no list", cut=True)
        if len(value) > MAX_LIST:
            self.refuse(f"it has more than {MAX_LIST:,} entries")
        for place, each in enumerate(value):
            yield At(each, f"{self.path}[{place}]")

    @property
    def is_object(self) -> bool:
        """Whether it is an object; optional ones may be anything else, which counts as nothing."""
        return isinstance(self.value, dict)

    def text(self, *, most: int = MAX_TEXT) -> str:
        """A text; numbers and booleans count as theirs, nothing as an empty one."""
        value = self.value
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, str | int | float):
            self.refuse("it is no text")
        if isinstance(value, int) and abs(value) >= _HUGE:
            self.refuse("it is too large a number")
        told = value if isinstance(value, str) else repr(value)
        if len(told) > most:
            self.refuse(f"it has more than {most:,} characters")
        self._check_characters(told)
        return told

    def name(self) -> str:
        """A text that can be a name in a document."""
        told = self.text(most=MAX_NAME)
        if not told.strip() or "\n" in told:
            self.refuse("it is no name")
        return told

    def flag(self, *, otherwise: bool) -> bool:
        """True or false, also as a text or number; anything else counts as what is given."""
        told = {"true": True, "1": True, "false": False, "0": False}
        return told.get(self.text(most=20).strip().lower(), otherwise) if not self._is_nested else otherwise

    def literal(self) -> Any:
        """A parameter's value: None, text, or JSON in place of its text, not nested too deep."""
        if not self._is_nested:
            return None if self.value is None else self.text()
        try:
            told = plain(self.value)
        except (BottegaError, RecursionError):
            self.refuse("it is nested too deep, or holds what is no value")
        if isinstance(told, FileRef):
            self.refuse("a client names no files")
        self._check_characters(json.dumps(told, ensure_ascii=False))
        return told

    def port(self, *, most: int) -> Source:
        """`<node id>:<port name>`."""
        node, colon, port = self.text(most=most + MAX_NAME + 1).partition(":")
        if not node or not colon or "\n" in port or len(port) > MAX_NAME:
            self.refuse("it is not of the form <node id>:<port name>", cut=True)
        return Source(node, port or None)

    def refuse(self, reason: str, *, cut: bool = False) -> NoReturn:
        """Raise `experiment-invalid`; `cut` where PowerShell may have put a text in place of an object."""
        if cut and isinstance(self.value, str) and self.value.startswith("@{"):
            reason = "it was cut off when the JSON was written; give ConvertTo-Json a larger -Depth"
        raise BottegaError("experiment-invalid", path=self.path, line=1, reason=reason)

    def _check_characters(self, text: str) -> None:
        try:
            text.encode()
        except UnicodeEncodeError:
            self.refuse("it holds half of a character")

    @property
    def _is_nested(self) -> bool:
        return isinstance(self.value, dict | list)
