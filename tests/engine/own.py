"""Modules of one's own for tests, and adding them to a workspace."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bottega.engine import own_modules
from bottega.engine.own_shelf import Shelf, shelved
from bottega.sdk.declaration import ModuleSpec
from tests.engine.helpers import Bench

IMPORTS = """
    from typing import Annotated, NamedTuple
    from enum import StrEnum

    from bottega.sdk import *

    """

GROW = """
    from _sums import plus


    @module(title="Grow", category="Mine", former=("Old Grow",))
    def grow(
        dataset: Annotated[Table, Label("Dataset")],
        *,
        column: Annotated[Columns, Label("Column"), Of("dataset"), Single()],
        by: Annotated[float, Label("By how much", ("step",)), Range(minimum=0)] = 1.0,
    ) -> Annotated[Table, Label("Results dataset")]:
        '''Add to a column.

        Missing values stay missing.
        '''
        arrow = dataset.arrow
        for name in column.select(dataset.columns, "Column"):
            place = arrow.schema.get_field_index(name)
            arrow = arrow.set_column(place, name, plus(arrow.column(place), by))
        return Table(arrow)
    """
SUMS = """
    def plus(values, by):
        from ._later import add

        return add(values, by)
    """
LATER = """
    import pyarrow.compute as pc


    def add(values, by):
        return pc.add(values.cast("float64"), by)
    """

LEARNER = """
    import pyarrow as pa


    class Most(UntrainedModel):
        def fit(self, table, label):
            values = table.arrow.column(label).to_pylist()
            return MostTrained(max(sorted(set(values)), key=values.count), Held(label))

        def describe(self):
            return {"learner": "most"}


    class Held:
        def __init__(self, label):
            self.label = label


    class MostTrained(TrainedModel):
        def __init__(self, value, held):
            self.value, self.held = value, held

        def score(self, table):
            return Table(table.arrow.append_column("Scored Labels", pa.array([self.value] * table.num_rows, pa.string())))

        def describe(self):
            return {"label": self.held.label, "value": self.value}


    @module(title="Most Frequent", category="Mine")
    def most_frequent() -> Annotated[UntrainedModel, Label("Untrained model")]:
        "Predict what is there most often."
        return Most()
    """


def source(text: str, head: str = IMPORTS) -> str:
    """A file's text, with what all of them import."""
    return textwrap.dedent(head).lstrip("\n") + textwrap.dedent(text).lstrip("\n")


def write(folder: Path, **files: str) -> Path:
    """Files of modules by name; names that begin with _ are helpers and import nothing by themselves."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(source(text, "" if name.startswith("_") else IMPORTS))
    return folder


def grow(folder: Path) -> Path:
    """The module of this file, with its helpers; its folder."""
    return write(folder / "modules", grow=GROW, _sums=SUMS, _later=LATER)


def added(bench: Bench, path: Path) -> list[ModuleSpec]:
    """Added to the bench's workspace."""
    return own_modules.add(bench.workspace, path, pool=bench.pool)


@contextmanager
def shelf(bench: Bench, path: Path) -> Iterator[Shelf]:
    """Added, and in the catalogue meanwhile."""
    added(bench, path)
    with shelved(bench.workspace) as found:
        yield found
