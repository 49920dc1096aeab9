"""Which rows of two tables go together, by their keys' codes."""

from __future__ import annotations

from typing import Any

import numpy as np


def matched(left: Any, right: Any, count: int, *, outer: bool) -> tuple[Any, Any]:
    """The rows of both sides, pairwise; an outer join has -1 beside a left row without a partner."""
    known = np.flatnonzero(right >= 0)
    # A missing key has the last place: no partners.
    partners = np.append(np.bincount(right[known], minlength=count), 0)
    first = np.concatenate(([0], np.cumsum(partners)))[:-1]
    order = _ordered(known, right[known], partners, first)
    found = partners[left]
    times = np.maximum(found, 1) if outer else found
    lefts = np.repeat(np.arange(len(left)), times)
    within = np.arange(len(lefts)) - np.repeat(np.cumsum(times) - times, times)
    alone = np.repeat(found == 0, times)
    places = np.where(alone, 0, np.repeat(first[left], times) + within)
    rights = np.where(alone, -1, order[places]) if len(order) else np.full(len(lefts), -1)
    return lefts, rights


def _ordered(rows: Any, codes: Any, partners: Any, first: Any) -> Any:
    """The rows by their codes, and in their own order where codes are equal."""
    if partners.max() > 1:
        return rows[np.argsort(codes, kind="stable")]
    order = np.empty_like(rows)
    order[first[codes]] = rows
    return order


def with_unmatched(rows: tuple[Any, Any], count: int) -> tuple[Any, Any]:
    """Then the right rows that no left row has."""
    lefts, rights = rows
    alone = np.ones(count, dtype=bool)
    alone[rights[rights >= 0]] = False
    rest = np.flatnonzero(alone)
    return np.concatenate((lefts, np.full(len(rest), -1))), np.concatenate((rights, rest))
