"""Remove Duplicate Rows (fact sheet 2.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from bottega.modules.data_transformation._columns import chosen
from bottega.sdk import BottegaError, Column, Columns, Label, Of, Table, module

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments
_KEYS = "Key column selection filter expression"


def _foretell(inputs: Mapping[str, tuple[Column, ...]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    chosen(parameters["columns"], inputs["dataset"], _KEYS)
    return {"results_dataset": inputs["dataset"]}


@module(title="Remove Duplicate Rows", category="Data Transformation/Manipulation", foretell=_foretell)
def remove_duplicate_rows(
    dataset: Annotated[Table, Label("Dataset")],
    *,
    columns: Annotated[Columns, Label(_KEYS), Of("dataset")],
    retain_first: Annotated[bool, Label("Retain first duplicate row")] = True,
) -> Annotated[Table, Label("Results dataset")]:
    """Keep one row of those that are equal in the key columns.

    Of equal rows the first one stays, or the last one; rows keep their order. A missing key equals another
    missing one, and 0.0 equals -0.0; texts are equal character by character. Columns that are no key are not looked at.

    Error 0003: the dataset has no columns. 0011: no key column is selected. 0001: one is not there.
    """
    if not dataset.num_columns:
        raise BottegaError("0003", input="Dataset")
    keys = [dataset.column(column.name) for column in chosen(columns, dataset.columns, _KEYS)]
    codes = _codes(keys, dataset.num_rows)
    if codes is None:
        return dataset
    first = _first(codes) if retain_first else _first(_in_order(codes[::-1]))[::-1]
    return Table(dataset.arrow.filter(pa.array(first)))


def _codes(columns: Iterable[Any], rows: int) -> Any:
    """The rows numbered by their keys, new ones by the next number; None where no two are equal."""
    codes, count = np.zeros(rows, np.int64), min(1, rows)
    for column in columns:
        if count == rows:
            return None
        part, values = _part(column)
        codes = _in_order(codes * values + part)
        count = int(codes.max()) + 1
    return None if count == rows else codes


def _part(column: Any) -> tuple[Any, int]:
    """One column's values as numbers, and how many there are."""
    array = column.combine_chunks()
    if not pa.types.is_dictionary(array.type):
        # -0.0 and 0.0 are one key.
        array = (pc.add(array, 0.0) if pa.types.is_floating(array.type) else array).dictionary_encode()
    return array.indices.fill_null(len(array.dictionary)).to_numpy(), len(array.dictionary) + 1


def _in_order(codes: Any) -> Any:
    """The codes numbered anew in the order in which they come: products of many columns' would outgrow 64 bits."""
    return pa.array(codes).dictionary_encode().indices.to_numpy()


def _first(codes: Any) -> Any:
    """Where a number is that did not come before."""
    before = np.concatenate([[-1], np.maximum.accumulate(codes)[:-1]])
    return codes > before
