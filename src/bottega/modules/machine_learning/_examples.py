"""The rows that a learner trains on: those with a label, a weight and, where it asks for that, all features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from bottega.modules.machine_learning._values import NUMBERS, known_rows, numbers, plain, refuse_infinite
from bottega.sdk import BottegaError, Column, Role, Table, note


@dataclass(frozen=True, eq=False)
class Examples:
    """Rows of training.

    table     the rows used, with all columns
    features  the columns of role feature but the label
    weights   one number above 0 for each row, None where no column is marked as weight
    """

    table: Table
    features: tuple[Column, ...]
    weights: np.ndarray[Any, Any] | None

    @classmethod
    def of(cls, table: Table, label: str, *, takes_missing: bool) -> Examples:
        """Choose the rows; what is left out is told in a note.

        Raises `0001`, `0021`, `0047`, `0033`, `0122`, `0124`, `0134`, `0130` or `0083`.
        """
        features = _features(table, label)
        names = [column.name for column in features]
        weight = _weight(table, label)
        refuse_infinite(table, [label, *([] if takes_missing else names), *([weight] if weight else [])])
        chosen = _kept(np.ones(table.num_rows, dtype=bool), known_rows(table, [label]), "no label")
        if not chosen.any():
            raise BottegaError("0134", found=0, lower=1)
        if weight:
            chosen = _kept(chosen, known_rows(table, [weight]), "no weight")
        if not takes_missing:
            chosen = _kept(chosen, known_rows(table, names), "missing values")
        if not chosen.any():
            raise BottegaError("0130")
        used = _rows(table, chosen)
        if not weight:
            return cls(used, features, None)
        weights = _weights(used, weight)
        heavy = _kept(np.ones(used.num_rows, dtype=bool), weights > 0, "weight 0")
        return cls(_rows(used, heavy), features, weights[heavy])


def _rows(table: Table, chosen: np.ndarray[Any, Any]) -> Table:
    return table if chosen.all() else Table(table.arrow.filter(pa.array(chosen)))


def _features(table: Table, label: str) -> tuple[Column, ...]:
    table.column(label)  # raises 0001
    if table.num_rows == 0:
        raise BottegaError("0021", dataset="Dataset", found=0, lower=1)
    features = tuple(column for column in table.columns if column.role is Role.FEATURE and column.name != label)
    if not features:
        raise BottegaError("0047", dataset="Dataset", found=0, lower=1)
    return features


def _weight(table: Table, label: str) -> str | None:
    found = [column for column in table.columns if column.role is Role.WEIGHT and column.name != label]
    if len(found) > 1:
        raise BottegaError("0122", columns=", ".join(column.name for column in found))
    if not found:
        return None
    if found[0].type.kind not in NUMBERS:
        raise BottegaError("0124", column=found[0].name, type=found[0].type)
    return found[0].name


def _weights(table: Table, weight: str) -> np.ndarray[Any, Any]:
    weights = numbers(plain(table, weight))
    with np.errstate(over="ignore"):
        total = weights.sum()
    if weights.min() < 0 or total == 0:
        raise BottegaError("0083", reason=f"the weights in column {weight} have to be at least 0, and some above it")
    if np.isinf(total):
        raise BottegaError("0083", reason=f"the weights in column {weight} are too large to be summed")
    return weights


def _kept(chosen: np.ndarray[Any, Any], known: np.ndarray[Any, Any], reason: str) -> np.ndarray[Any, Any]:
    kept: np.ndarray[Any, Any] = chosen & known
    left_out = int(chosen.sum() - kept.sum())
    if left_out:
        note(f"{left_out} of {len(chosen)} rows are left out of training: {reason}")
    return kept
