r"""Split Data (fact sheet 2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bottega.modules.data_transformation import _expressions
from bottega.modules.data_transformation._drawing import drawn, generator, strata_of
from bottega.sdk import BottegaError, Column, Columns, Help, Label, Of, Range, Single, Table, When, module


class Mode(StrEnum):
    """How the rows are told apart."""

    ROWS = "Split Rows"
    REGULAR = "Regular Expression"
    RELATIVE = "Relative Expression"


class Halves(NamedTuple):
    """Both outputs; each row is in one of them."""

    results_dataset1: Annotated[Table, Label("Results dataset1")]
    results_dataset2: Annotated[Table, Label("Results dataset2")]


_KEY = "Stratification key column"
_NO_COLUMN = Columns()


def _foretell(inputs: Mapping[str, tuple[Column, ...]], _parameters: Mapping[str, Any]) -> dict[str, Any]:
    return dict.fromkeys(Halves._fields, inputs["dataset"])


@module(
    title="Split Data",
    category="Data Transformation/Sample and Split",
    former=("Split",),
    foretell=_foretell,
    training_only=When("mode", Mode.ROWS),
)
def split_data(
    dataset: Annotated[Table, Label("Dataset")],
    *,
    mode: Annotated[Mode, Label("Splitting mode")] = Mode.ROWS,
    fraction: Annotated[
        float, Label("Fraction of rows in the first output dataset"), Range(0, 1), When("mode", Mode.ROWS)
    ] = 0.5,
    randomized: Annotated[bool, Label("Randomized split"), When("mode", Mode.ROWS)] = True,
    seed: Annotated[
        int, Label("Random seed"), Range(0), Help("0 takes it from the clock."),
        When("mode", Mode.ROWS), When("randomized", True),  # noqa: FBT003 - the value that counts
    ] = 0,
    stratified: Annotated[bool, Label("Stratified split"), When("mode", Mode.ROWS)] = False,
    key_column: Annotated[
        Columns, Label(_KEY), Of("dataset"), Single(),
        When("mode", Mode.ROWS), When("stratified", True),  # noqa: FBT003 - the value that counts
    ] = _NO_COLUMN,
    regular_expression: Annotated[str, Label(_expressions.REGULAR), When("mode", Mode.REGULAR)] = "",
    relative_expression: Annotated[
        str, Label(_expressions.RELATIVE, ("relative expression",)), When("mode", Mode.RELATIVE)
    ] = "",
) -> Halves:  # fmt: skip
    r"""Divide the rows of a table between two outputs.

    Split Rows gives the first output its fraction of the rows, rounded down; the second has the
    rest. Randomized, they are drawn with the seed, and else they are the first ones. Stratified, each value of
    the key column has its share in both, missing ones being a value too. Rows keep their order. The seed 0
    stands for one from the clock, which a note tells; that result is kept and used again for the same rows and
    parameters, as with any other seed.

    Regular Expression gives the first output the rows in which a text column matches a pattern, such as
    `\"Text" Gryphon`, or `(\1) ^[a-f]` for the second column. Relative Expression compares a
    numeric or a time column, such as `\"Year" > 2010`, `(\0)<=30 & !=20` or `\"Date" > 1/31/2010`;
    & binds closer than |. A row without a value goes to the second output.

    Error 0021: there are fewer than two rows. 0002: an expression cannot be read. 0003: it is
    blank. 0001: it names no column. 0017: its column, or the key column, has the wrong type.
    """
    if dataset.num_rows < 2:
        raise BottegaError("0021", dataset="Dataset", found=dataset.num_rows, lower=2)
    if mode is Mode.REGULAR:
        return _halves(dataset, _expressions.matching(dataset, _given(regular_expression, _expressions.REGULAR)))
    if mode is Mode.RELATIVE:
        return _halves(dataset, _expressions.meeting(dataset, _given(relative_expression, _expressions.RELATIVE)))
    strata = strata_of(dataset, key_column, _KEY) if stratified else np.zeros(dataset.num_rows, np.int64)
    order = generator(seed).permutation(dataset.num_rows) if randomized else np.arange(dataset.num_rows)
    return _halves(dataset, pa.array(drawn(strata, order, fraction)))


def _given(expression: str, parameter: str) -> str:
    if not expression.strip():
        raise BottegaError("0003", parameter=parameter)
    return expression


def _halves(table: Table, first: Any) -> Halves:
    return Halves(Table(table.arrow.filter(first)), Table(table.arrow.filter(pc.invert(first))))
