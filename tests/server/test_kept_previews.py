"""What is kept of previews: so many bytes, whatever their number."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from bottega.dataset.table import Table
from bottega.engine import look
from bottega.server import previews
from bottega.server.previews import Previews
from bottega.store.records import Output

ONE = Output("results", "DataTable", "a" * 64, 12)


def asked(kept: Previews, *names: str, length: int = 100) -> list[str]:
    """Which of these answers had to be made."""
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return "x" * length

    for name in names:
        kept.answer(ONE, name, partial(make, name))
    return made


def test_the_longest_unused_answers_go_when_there_are_too_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "_ANSWER_BYTES", 350)
    kept = Previews()
    assert asked(kept, "a", "b", "c", "a") == ["a", "b", "c"]
    assert asked(kept, "d", "a", "b") == ["d", "b"]
    asked(kept, "large", length=1000)
    assert asked(kept, "large", "a") == ["a"]
    assert asked(kept, "a", "a") == []


@pytest.mark.parametrize(
    ("kind", "path", "made"), [("CSV", "/there", 4), ("DataTable", None, 4), ("DataTable", "/there", 2)]
)
def test_tables_in_memory_are_weighed_and_mapped_ones_are_not(
    monkeypatch: pytest.MonkeyPatch, kind: str, path: str | None, made: int
) -> None:
    monkeypatch.setattr(previews, "_TABLE_BYTES", 100_000)
    opened: list[str] = []

    def table(_: Any, output: Output) -> Table:
        opened.append(output.digest)
        return Table(pa.table({"x": list(range(10_000))}))

    monkeypatch.setattr(look, "table", table)
    workspace: Any = SimpleNamespace(blobs=SimpleNamespace(path=lambda _: path))
    kept = Previews()
    for name in "abab":
        kept.table(workspace, Output("dataset", kind, name, 1))
    assert len(opened) == made


def test_a_failure_is_not_kept() -> None:
    kept = Previews()
    with pytest.raises(ZeroDivisionError):
        kept.answer(ONE, "x", lambda: 1 // 0)
    assert asked(kept, "x", "x") == ["x"]
