"""The one exception that Bottega raises for what a user can mend."""

from __future__ import annotations


class BottegaError(Exception):
    """A failure with a code of the catalogue and the facts that fill its sentence.

    `code` is a classic module error number as four digits ("0085") or, for what classic
    had no number for, a word ("sandbox-unavailable"). `facts` are plain values: names,
    numbers, short texts; never secrets.
    """

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        # Imported here because the catalogue is text: raising and catching need none of it.
        from bottega.errors.text import describe

        return describe(self)
