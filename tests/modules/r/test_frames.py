"""What R answers, read without trust."""

from __future__ import annotations

import struct

import pytest

from bottega.modules.r_language_modules import _frames


@pytest.mark.parametrize("kind", [0, -1, -9, len(_frames.KINDS) + 1, 99])
def test_a_kind_that_is_none(kind: int) -> None:
    names = struct.pack("<id", 1, 2) + b"x\0"
    answer = struct.pack("<i", 1) + names + struct.pack("<i", kind) + b"\0" * 8
    with pytest.raises(ValueError, match=f"kind {kind}, which is none"):
        _frames.read(_frames.Answer(answer), ())
