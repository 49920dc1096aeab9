"""Folds stay with the rows through modules that leave each in its place, and go with those that do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bottega.dataset.folds import Folds
from bottega.dataset.table import Table
from tests.modules.data.helpers import run, table

_BEFORE = table(x=[1.0, None, 3.0], s=["a", "b", "a"]).with_folds(Folds(2, np.array([0, 1, 1])))


def _result(name: str, *others: Table, **parameters: Any) -> Table:
    made = run(name, _BEFORE, *others, **parameters)
    return made[0] if isinstance(made, tuple) else made  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("select-columns-in-dataset", {"columns": "s"}),
        ("edit-metadata", {"columns": "s", "categorical": "Make categorical"}),
        ("clean-missing-data", {"mode": "Replace with mean", "columns": "x", "indicator": True}),
        ("clean-missing-data", {"mode": "Remove entire column"}),
        ("clean-missing-data", {"mode": "Remove entire row", "columns": "s"}),
        ("normalize-data", {}),
        ("clip-values", {}),
        ("group-data-into-bins", {"bins": 2}),
    ],
)
def test_kept_with_the_rows(name: str, parameters: dict[str, Any]) -> None:
    assert _result(name, **parameters).folds is _BEFORE.folds


@pytest.mark.parametrize(
    ("name", "others", "parameters"),
    [
        ("clean-missing-data", [], {"mode": "Remove entire row"}),
        ("add-rows", [_BEFORE], {}),
        ("join-data", [_BEFORE], {"left_keys": "s", "right_keys": "s"}),
        ("remove-duplicate-rows", [], {"columns": "s"}),
        ("split-data", [], {"seed": 1}),
    ],
)
def test_gone_with_other_rows(name: str, others: list[Table], parameters: dict[str, Any]) -> None:
    assert _result(name, *others, **parameters).folds is None
