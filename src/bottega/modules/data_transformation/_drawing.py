"""Rows drawn by chance: the generator of a seed, strata, and the share of each that is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.folds import Folds
from bottega.modules.data_transformation._columns import one_zero
from bottega.modules.machine_learning._chance import seeded
from bottega.sdk import BottegaError, Columns, Kind, Table


def generator(seed: int) -> np.random.Generator:
    """The generator of a seed; 0 is one from the clock, which a note tells."""
    return np.random.default_rng(seeded(seed))


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
    array: Any = one_zero(values).combine_chunks()
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
    return _dealt(strata, order, _turns(np.bincount(strata), shares), len(shares))


def _turns(sizes: Any, shares: Sequence[Fraction]) -> Any:
    """The folds of the rows of each stratum, one stratum after the other, in each ascending."""
    quotas = [int(sizes.sum()) * share for share in shares]
    totals = np.array([int(quota) for quota in quotas])
    largest = sorted(range(len(shares)), key=lambda fold: quotas[fold] % 1, reverse=True)
    totals[largest[: sizes.sum() - totals.sum()]] += 1
    rests, lacking = sizes.copy(), totals
    owners, folds = [], []
    # Of many strata most have the same few sizes.
    for alike in _alike(sizes):
        counts = np.array([int(int(sizes[alike[0]]) * share) for share in shares])
        rests[alike] -= counts.sum()
        lacking = lacking - counts * len(alike)
        owners.append(np.repeat(alike, counts.sum()))
        folds.append(np.tile(np.repeat(np.arange(len(shares)), counts), len(alike)))
    # What rounding leaves of a stratum goes to as many folds, those that lack most; of the strata that leave most first,
    # for then it comes out even (Gale and Ryser).
    for alike in reversed(_alike(rests)):
        given = _levelled(lacking, int(rests[alike[0]]) * len(alike), len(alike))
        lacking = lacking - given
        # Dealt in turn, no more than once to each: no fold is given more often than there are strata.
        owners.append(np.resize(alike, given.sum()))
        folds.append(np.repeat(np.arange(len(shares)), given))
    turns = np.concatenate([np.zeros(0, np.int64), *folds])
    return turns[np.lexsort((turns, np.concatenate([np.zeros(0, np.int64), *owners])))]


def _alike(numbers: Any) -> list[Any]:
    """The places of equal numbers, ascending by number."""
    _, counts = np.unique(numbers, return_counts=True)
    return np.split(np.argsort(numbers, kind="stable"), np.cumsum(counts)[:-1]) if len(numbers) else []


def _levelled(lacking: Any, units: int, most: int) -> Any:
    """So many units for those that lack most, at most so many for each, after which they lack as equally as can be."""
    low, high = -most, int(lacking.max())  # what is given down to these levels: enough, and nothing
    while high - low > 1:
        middle = (low + high) // 2
        enough = np.clip(lacking - middle, 0, most).sum() >= units
        low, high = (middle, high) if enough else (low, middle)
    given = np.clip(lacking - high, 0, most)
    more = np.flatnonzero(np.clip(lacking - low, 0, most) > given)
    given[more[: units - given.sum()]] += 1
    return given


def _dealt(strata: Any, order: Any, turns: Any, count: int) -> Folds:
    """The folds of rows that take their turns stratum by stratum, in each in the order given."""
    codes = np.empty(len(order), np.uint32)
    codes[order[np.argsort(strata[order], kind="stable")]] = turns
    return Folds(count, codes)
