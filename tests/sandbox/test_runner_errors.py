"""What the user of a module reads of an exception in it."""

from __future__ import annotations

from bottega.sandbox.runner.errors import told


def test_want_of_memory_tells_whose_limit_it_is() -> None:
    error = told(MemoryError(), "train")
    assert (error["code"], error["node"]) == ("0138", "train")
    assert "its limit is what this run may use" in error["message"]
