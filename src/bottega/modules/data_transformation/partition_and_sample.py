"""Partition and Sample (fact sheet 2.7)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

import numpy as np
import pyarrow as pa

from bottega.modules.data_transformation._conversion import double
from bottega.modules.data_transformation._drawing import by_shares, drawn, evenly, generator, strata_of
from bottega.sdk import BottegaError, Column, Columns, Help, Label, Of, Range, Single, Table, When, module, note


class Mode(StrEnum):
    """What is given out."""

    FOLDS = "Assign to Folds"
    PICK = "Pick Fold"
    SAMPLING = "Sampling"
    HEAD = "Head"


class Partitioner(StrEnum):
    """How large the folds are."""

    EVENLY = "Partition evenly"
    PROPORTIONS = "Partition with customized proportions"


_EVEN, _CUSTOM = When("method", Partitioner.EVENLY), When("method", Partitioner.PROPORTIONS)
_FOLDS, _PICK, _SAMPLING, _HEAD = (When("mode", mode) for mode in Mode)
_KEY = "Stratification key column"
_CUSTOM_KEY = "Stratification key column for customized fold assignment"
_SAMPLING_KEY = "Stratification key column for sampling"
_PROPORTIONS = "List of proportions separated by comma"
_COUNT = "Specify number of folds to split evenly into"
_PICKED = "Specify which fold to be sampled from"
_NO_COLUMN = Columns()


def _foretell(inputs: Mapping[str, tuple[Column, ...]], _parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {"odataset": inputs["dataset"]}


@module(
    title="Partition and Sample",
    category="Data Transformation/Sample and Split",
    foretell=_foretell,
    training_only=True,
)
def partition_and_sample(
    dataset: Annotated[Table, Label("Dataset")],
    *,
    mode: Annotated[Mode, Label("Partition or sample mode")] = Mode.SAMPLING,
    replacement: Annotated[bool, Label("Use replacement in the partitioning"), _FOLDS] = False,
    randomized: Annotated[bool, Label("Randomized split"), _FOLDS] = True,
    seed: Annotated[int, Label("Random seed"), Range(0), Help("0 takes it from the clock."), _FOLDS] = 0,
    method: Annotated[Partitioner, Label("Specify the partitioner method"), _FOLDS] = Partitioner.EVENLY,
    folds: Annotated[int, Label(_COUNT), Range(1), _FOLDS, _EVEN] = 5,
    stratified: Annotated[bool, Label("Stratified split"), _FOLDS, _EVEN] = False,
    key_column: Annotated[
        Columns, Label(_KEY), Of("dataset"), Single(), _FOLDS, _EVEN, When("stratified", True)  # noqa: FBT003 - the value that counts
    ] = _NO_COLUMN,
    proportions: Annotated[str, Label(_PROPORTIONS), _FOLDS, _CUSTOM] = "",
    stratified_custom: Annotated[
        bool, Label("Stratified split for customized fold assignment"), _FOLDS, _CUSTOM
    ] = False,
    key_column_custom: Annotated[
        Columns, Label(_CUSTOM_KEY), Of("dataset"), Single(), _FOLDS, _CUSTOM, When("stratified_custom", True)  # noqa: FBT003 - as above
    ] = _NO_COLUMN,
    fold: Annotated[int, Label(_PICKED), Range(1), _PICK] = 1,
    complement: Annotated[bool, Label("Pick complement of the selected fold"), _PICK] = False,
    rate: Annotated[float, Label("Rate of sampling"), Range(0, 1), _SAMPLING] = 0.01,
    sampling_seed: Annotated[
        int, Label("Random seed for sampling"), Range(0), Help("0 takes it from the clock."), _SAMPLING
    ] = 0,
    stratified_sampling: Annotated[bool, Label("Stratified split for sampling"), _SAMPLING] = False,
    key_column_sampling: Annotated[
        Columns, Label(_SAMPLING_KEY), Of("dataset"), Single(), _SAMPLING, When("stratified_sampling", True)  # noqa: FBT003 - as above
    ] = _NO_COLUMN,
    rows: Annotated[int, Label("Number of rows to select"), Range(0), _HEAD] = 10,
) -> Annotated[Table, Label("oDataset")]:  # fmt: skip
    """Take a sample of a table's rows, or put each of them in a fold.

    Sampling draws its rate of the rows, rounded down, without repetition; they keep their order.
    Stratified, each value of the key column has its share, missing ones being a value too. Head gives the first rows.

    Assign to Folds gives out the same rows and remembers of each in which fold it is. The folds are no column; a
    later Pick Fold, Cross-Validate Model and Tune Model Hyperparameters go by them. They last until a module gives
    out other rows or a file. Evenly, the sizes of folds differ by one row at most, stratified also within each value of
    the key column. By proportions, such as `0.5, 0.3, 0.2`, each fold has its share; where they add up to
    less than 1, one more fold has the rest. Not randomized, rows go to even folds in turn, and to others one fold after
    the other. With replacement as many rows as there are are drawn, some several times and some not at all, in
    the order of the table; the same row may then be in several folds.

    Pick Fold gives the rows of one fold, counted from 1, or those of all others, without folds. The seed 0 stands for
    one from the clock, which a note tells; that result is kept and used again for the same rows and parameters.

    It is for training: setting up a predictive web service leaves it out, in all modes.

    Error 0021: there are fewer rows than folds. 0003: proportions or a key column are not given. 0002: a proportion is no number.
    0004, 0007: one is not above 0, or they add up to more than 1. 0017: the key column has the wrong type. 0007: there is no such
    fold. folds-missing: the rows are in no folds.
    """
    if mode is Mode.HEAD:
        return Table(dataset.arrow.slice(0, min(rows, dataset.num_rows)))
    if mode is Mode.PICK:
        return _picked(dataset, fold, complement=complement)
    if mode is Mode.SAMPLING:
        strata = _strata(dataset, key_column_sampling if stratified_sampling else None, _SAMPLING_KEY)
        order = generator(sampling_seed).permutation(dataset.num_rows)
        return Table(dataset.arrow.filter(pa.array(drawn(strata, order, rate))))
    chance = generator(seed) if randomized or replacement else None
    if chance is not None and replacement:
        dataset = _with_replacement(dataset, chance)
    order = chance.permutation(dataset.num_rows) if chance is not None and randomized else np.arange(dataset.num_rows)
    if method is Partitioner.EVENLY:
        strata = _strata(_at_least(dataset, folds), key_column if stratified else None, _KEY)
        return dataset.with_folds(evenly(strata, order, folds))
    shares = _shares(proportions)
    strata = _strata(_at_least(dataset, len(shares)), key_column_custom if stratified_custom else None, _CUSTOM_KEY)
    return dataset.with_folds(by_shares(strata, order, shares))


def _strata(table: Table, key_column: Columns | None, parameter: str) -> Any:
    """The stratum of each row: one for all without a key."""
    return np.zeros(table.num_rows, np.int64) if key_column is None else strata_of(table, key_column, parameter)


def _with_replacement(table: Table, chance: np.random.Generator) -> Table:
    """As many rows, each drawn from all."""
    rows: Any = np.sort(chance.integers(0, max(1, table.num_rows), table.num_rows))
    return Table(table.arrow.take(rows))


def _at_least(table: Table, folds: int) -> Table:
    """The table. Raises `0021` where it has fewer rows than there shall be folds."""
    if table.num_rows < folds:
        raise BottegaError("0021", dataset="Dataset", found=table.num_rows, lower=folds)
    return table


def _picked(table: Table, fold: int, *, complement: bool) -> Table:
    if table.folds is None:
        raise BottegaError("folds-missing", dataset="Dataset")
    if fold > table.folds.count:
        raise BottegaError("0007", parameter=_PICKED, value=fold, upper=table.folds.count)
    rows = pa.array((table.folds.codes == fold - 1) != complement)
    if not rows.true_count:
        note(f"Fold {fold} has no rows." if not complement else f"Only fold {fold} has rows.")
    return Table(table.arrow.filter(rows))


def _shares(text: str) -> list[Fraction]:
    """The proportions, and the rest where they leave one. Raises `0002`, `0003`, `0004`, `0007`."""
    if not text.strip():
        raise BottegaError("0003", parameter=_PROPORTIONS)
    shares = [_share(part.strip()) for part in text.split(",")]
    whole = sum(shares, Fraction())
    if whole > 1:
        raise BottegaError("0007", parameter=_PROPORTIONS, value=float(whole), upper=1)
    return [*shares, 1 - whole] if whole < 1 else shares


def _share(text: str) -> Fraction:
    value = double(text)
    if value is None or not math.isfinite(value):
        raise BottegaError("0002", value=repr(text)[:200], parameter=_PROPORTIONS, type="numbers from 0 to 1")
    # As it is written, so that 0.1, 0.2 and 0.7 are 1.
    share = Fraction(repr(value))
    if share <= 0:
        raise BottegaError("0004", parameter=_PROPORTIONS, value=text, lower=0)
    return share
