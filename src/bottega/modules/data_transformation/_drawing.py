"""Rows drawn by chance: the generator of a seed, strata, and the share of each that is drawn."""

from __future__ import annotations

import time
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.folds import Folds
from bottega.sdk import BottegaError, Columns, Kind, Table, note


def generator(seed: int) -> np.random.Generator:
    """The generator of a seed; 0 is one from the clock, which a note tells."""
    if not seed:
        seed = time.time_ns() % 2**31 or 1
        note(f"The rows were drawn with the random seed {seed}, from the clock.")
    return np.random.default_rng(seed)


def strata_of(table: Table, key_column: Columns, parameter: str) -> Any:
    """The number of each row's stratum, a missing key being one too.

    Raises `0003` where no column is chosen, `0017` for numbers that are not whole: they are no classes.
    """
    if key_column.is_empty:
        raise BottegaError("0003", parameter=parameter)
    name = key_column.one(table.columns, parameter)
    values = table.column(name)
    if pa.types.is_floating(values.type):
        broken = pc.not_equal(values, pc.trunc(values))
        if pc.any(broken).as_py():
            raise BottegaError("0017", column=name, type=f"{Kind.DOUBLE} with fractions")
    array: Any = values.combine_chunks()
    array = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    return array.indices.fill_null(len(array.dictionary)).to_numpy()


def drawn(strata: Any, order: Any, fraction: float) -> Any:
    """Which rows are drawn: in each stratum those that come first in the order.

    All strata together give the fraction rounded down, each its own share but for less than one
    row: what rounding leaves goes to those that lost most by it (largest remainders).
    """
    sizes = np.bincount(strata)
    # As it is written: 0.29 of 100 rows are 29, though the Double below 0.29 times 100 is less.
    share = Fraction(str(fraction))
    # Of many strata most have the same few sizes.
    different, which = np.unique(sizes, return_inverse=True)
    quotas = [int(size) * share for size in different]
    rests = [quota % 1 for quota in quotas]
    ranks = {rest: rank for rank, rest in enumerate(sorted(set(rests), reverse=True))}
    counts = np.array([int(quota) for quota in quotas])[which]
    lacking = int(len(strata) * share) - int(counts.sum())
    remainders = np.argsort(np.array([ranks[rest] for rest in rests])[which], kind="stable")
    counts[remainders[:lacking]] += 1
    grouped = order[np.argsort(strata[order], kind="stable")]
    starts = np.cumsum(sizes) - sizes
    within = np.arange(len(order)) - np.repeat(starts, sizes)
    chosen = np.zeros(len(strata), dtype=bool)
    chosen[grouped[within < np.repeat(counts, sizes)]] = True
    return chosen


def evenly(strata: Any, order: Any, count: int) -> Folds:
    """So many folds, the rows dealt to one after the other.

    The sizes of two folds differ by one row at most, in all as in each stratum.
    """
    return _dealt(strata, order, np.arange(len(order)) % count, count)


def by_shares(strata: Any, order: Any, shares: Sequence[Fraction]) -> Folds:
    """A fold for each share of the rows, the shares adding up to 1: one fold after the other.

    Each fold has its share of all rows but for less than one, and of each stratum but for one at most.
    """
    counts = _counts(np.bincount(strata), shares)
    turns = np.repeat(np.tile(np.arange(len(shares)), len(counts)), counts.ravel())
    return _dealt(strata, order, turns, len(shares))


def _counts(sizes: Any, shares: Sequence[Fraction]) -> Any:
    """How many rows of each stratum each fold gets (strata x folds)."""
    quotas = [int(sizes.sum()) * share for share in shares]
    totals = np.array([int(quota) for quota in quotas])
    largest = sorted(range(len(shares)), key=lambda fold: quotas[fold] % 1, reverse=True)
    totals[largest[: sizes.sum() - totals.sum()]] += 1
    different, which = np.unique(sizes, return_inverse=True)
    counts = np.array([[int(int(size) * share) for share in shares] for size in different])[which]
    # What rounding leaves of a stratum goes to as many folds, those that lack most; of the strata that leave most first,
    # for then it comes out even (Gale and Ryser).
    rests, lacking = sizes - counts.sum(axis=1), totals - counts.sum(axis=0)
    for stratum in np.argsort(-rests, kind="stable")[: np.count_nonzero(rests)]:
        folds = np.argsort(-lacking, kind="stable")[: rests[stratum]]
        counts[stratum, folds] += 1
        lacking[folds] -= 1
    return counts


def _dealt(strata: Any, order: Any, turns: Any, count: int) -> Folds:
    """The folds of rows that take their turns stratum by stratum, in each in the order given."""
    codes = np.empty(len(order), np.uint32)
    codes[order[np.argsort(strata[order], kind="stable")]] = turns
    return Folds(count, codes)
