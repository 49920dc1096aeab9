"""Delimited bytes on their way to Arrow's parser."""

from __future__ import annotations

import io


class Stream(io.RawIOBase):
    """Records and an end record, handed out by the block; what matters later is noted in passing."""

    def __init__(self, data: memoryview, end: bytes) -> None:
        """Start before `data`; `end` follows its last line."""
        super().__init__()
        self._data = data
        self._end = end
        self._position = 0
        self._previous = b"\n"
        self.hexadecimal = False
        """Whether "0x" occurs, which Arrow takes for the beginning of a number."""
        self.plus = False
        """Whether a plus sign occurs, with which Arrow takes no integer for one."""
        self.quotes = False
        """Whether the records have a quote."""
        self.lines = 0
        """How many line ends there were."""

    def readable(self) -> bool:
        """Return that one can read here."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return the next block, empty at the end."""
        block = bytes(self._data[self._position : self._position + size])
        self._position += len(block)
        if self._previous == b"\r" and block == b"\n":
            # Half a line end as a block of its own: Arrow takes that for the end of the file.
            block, self._previous = b"", b"\n"
        if block:
            self._note(block)
        elif self._previous not in b"\r\n":
            # The last line's end is not of the end record's block: within the last block Arrow
            # takes what stands before the first line end for complete, even in quotes.
            block = self._previous = b"\n"
            self.lines += 1
        else:
            block, self._end = self._end, b""
            self.lines += len(block[-1:])
        return block

    def _note(self, block: bytes) -> None:
        # The search for one byte is much the faster. An "0x" across two blocks starts one with "x".
        self.plus = self.plus or b"+" in block
        if not self.hexadecimal and (b"x" in block or b"X" in block):
            self.hexadecimal = b"0x" in block or b"0X" in block or block[:1] in (b"x", b"X")
        self.quotes = self.quotes or b'"' in block
        self.lines += block.count(b"\n")
        if b"\r" in block:
            self.lines += block.count(b"\r") - block.count(b"\r\n")
        if self._previous == b"\r" and block.startswith(b"\n"):
            self.lines -= 1
        self._previous = block[-1:]
