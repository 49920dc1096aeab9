"""Apply Transformation: does to a table what was learned from another."""

from __future__ import annotations

import pyarrow as pa
import pytest

from bottega.modules.data_transformation.clean_missing_data import Mode, clean_missing_data
from bottega.modules.machine_learning.apply_transformation import apply_transformation
from bottega.sdk import BottegaError, Columns, Table


def table(*values: float | None) -> Table:
    """One column of numbers."""
    return Table(pa.table({"x": pa.array(values, pa.float64())}))


def test_it_uses_what_was_learned_and_nothing_of_the_table() -> None:
    learned = clean_missing_data(table(1, 2, 6, None), columns=Columns.parse(["x"]), mode=Mode.MEDIAN)
    done = apply_transformation(learned.cleaning_transformation, table(100, None))
    assert done.arrow.to_pydict() == {"x": [100.0, 2.0]}
    assert (
        apply_transformation(learned.cleaning_transformation, table(1, 2, 6, None)).arrow
        == learned.cleaned_dataset.arrow
    )


def test_what_does_not_fit_is_told() -> None:
    learned = clean_missing_data(table(1, None), columns=Columns.parse(["x"]), mode=Mode.MEAN)
    other = Table(pa.table({"y": pa.array([1.0])}))
    with pytest.raises(BottegaError) as caught:
        apply_transformation(learned.cleaning_transformation, other)
    assert caught.value.code == "0001"
    with pytest.raises(BottegaError) as caught:
        apply_transformation(other, other)  # type: ignore[arg-type]
    assert caught.value.code == "0013"
