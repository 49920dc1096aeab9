"""Join Data (fact sheet 2.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any

import numpy as np
import pyarrow as pa

from bottega.dataset.names import unique_names
from bottega.dataset.table import role_metadata, role_of
from bottega.modules.data_transformation._keys import key_codes
from bottega.modules.data_transformation._matching import matched, with_unmatched
from bottega.modules.data_transformation._merging import with_right_keys
from bottega.modules.data_transformation._roles import once
from bottega.sdk import BottegaError, Column, Columns, Label, Of, Table, When, module


class JoinType(StrEnum):
    """Which rows without a partner stay."""

    INNER = "Inner Join"
    LEFT = "Left Outer Join"
    FULL = "Full Outer Join"
    SEMI = "Left Semi-Join"


_LEFT, _RIGHT = "Join key columns for L", "Join key columns for R"


def _foretell(inputs: Mapping[str, tuple[Column, ...]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    left, right = inputs["dataset1"], inputs["dataset2"]
    keys = _key_places(left, right, parameters["left_keys"], parameters["right_keys"])
    if parameters["join_type"] is JoinType.SEMI:
        return {"results_dataset": left}
    kept = _kept(len(right), keys[1], keep_keys=parameters["keep_right_keys"])
    columns = list(left)
    if parameters["join_type"] is JoinType.FULL and not parameters["keep_right_keys"]:
        for place, other in zip(*keys, strict=True):
            if columns[place].type != right[other].type:
                return {"results_dataset": None}
    columns += [right[place] for place in kept]
    roles = once(column.role for column in columns)
    columns = [replace(column, role=role) for column, role in zip(columns, roles, strict=True)]
    names = unique_names(column.name for column in columns)
    return {"results_dataset": tuple(replace(column, name=name) for column, name in zip(columns, names, strict=True))}


@module(title="Join Data", category="Data Transformation/Manipulation", foretell=_foretell)
def join_data(
    dataset1: Annotated[Table, Label("Dataset1")],
    dataset2: Annotated[Table, Label("Dataset2")],
    *,
    left_keys: Annotated[Columns, Label(_LEFT), Of("dataset1")],
    right_keys: Annotated[Columns, Label(_RIGHT), Of("dataset2")],
    match_case: Annotated[bool, Label("Match case")] = True,
    join_type: Annotated[JoinType, Label("Join type")] = JoinType.INNER,
    keep_right_keys: Annotated[
        bool,
        Label("Keep right key columns in joined table"),
        When("join_type", JoinType.INNER, JoinType.LEFT, JoinType.FULL),
    ] = True,
) -> Annotated[Table, Label("Results dataset")]:
    """Put the rows of two tables together where their keys are equal.

    A key has one column or several, paired in the order in which they are named. As in SQL a missing
    key equals no other, not even a missing one. Integer and Double keys are compared as numbers, categories by their
    values. Rows come in the order of the left table, for each the right ones in the order of theirs;
    in a full outer join the right rows without a partner follow.

    A right column whose name the left table has gets a number after it, such as `Month (1)`. Where both have a
    label the right one becomes a feature, likewise of weights. Without
    the right key columns, a full outer join takes the key of a row that only the right table has
    into the left key columns. A left semi-join keeps the left rows that have a partner, as they are.

    Error 0016: the types of two key columns differ. 0027: the keys have different numbers of columns.
    0028: a key column is named twice. 0003: a table has no columns.
    """
    for number, dataset in enumerate((dataset1, dataset2), start=1):
        if not dataset.num_columns:
            raise BottegaError("0003", input=f"Dataset{number}")
    left, right = _key_places(dataset1.columns, dataset2.columns, left_keys, right_keys)
    codes = key_codes(
        [dataset1.arrow.column(place) for place in left],
        [dataset2.arrow.column(place) for place in right],
        [dataset1.columns[place].name for place in left],
        match_case=match_case,
    )
    if join_type is JoinType.SEMI:
        partners = np.append(np.bincount(codes[1][codes[1] >= 0], minlength=codes[2]), 0)
        return Table(dataset1.arrow.filter(pa.array(partners[codes[0]] > 0)))
    rows = matched(*codes, outer=join_type is not JoinType.INNER)
    if join_type is JoinType.FULL:
        rows = with_unmatched(rows, dataset2.num_rows)
    kept = _kept(dataset2.num_columns, right, keep_keys=keep_right_keys)
    lefts, rights = (_taken(table.arrow, places) for table, places in zip((dataset1, dataset2), rows, strict=True))
    if join_type is JoinType.FULL and not keep_right_keys:
        lefts = with_right_keys(lefts, rights, left, right, missing=rows[0] < 0)
    return _side_by_side(lefts, rights.select(kept))


def _key_places(
    left: Sequence[Column], right: Sequence[Column], left_keys: Columns, right_keys: Columns
) -> tuple[list[int], list[int]]:
    """The places of both keys' columns, pairwise. Raises `0011`, `0027`, `0028`."""
    both = []
    for columns, keys, parameter in ((left, left_keys, _LEFT), (right, right_keys, _RIGHT)):
        # The order in which the keys are named is that of their pairs.
        places = replace(keys, keep=True).places(columns, parameter)
        if not places:
            raise BottegaError("0011", parameter=parameter)
        for place in places:
            if places.count(place) > 1:
                raise BottegaError("0028", column=columns[place].name, parameter=parameter)
        both.append(places)
    if len(both[0]) != len(both[1]):
        raise BottegaError("0027", found=len(both[0]), expected=len(both[1]))
    return both[0], both[1]


def _kept(width: int, keys: Sequence[int], *, keep_keys: bool) -> list[int]:
    """The places of the right columns that go into the result."""
    return [place for place in range(width) if keep_keys or place not in keys]


def _taken(arrow: pa.Table, rows: Any) -> pa.Table:
    """These rows; -1 is one of missing values."""
    return arrow.combine_chunks().take(pa.array(rows, mask=rows < 0))


def _side_by_side(left: pa.Table, right: pa.Table) -> Table:
    if not right.num_columns:
        return Table(left)
    fields = [*left.schema, *right.schema]
    roles = once(map(role_of, fields))
    schema = pa.schema([field.with_metadata(role_metadata(role)) for field, role in zip(fields, roles, strict=True)])
    return Table(pa.Table.from_arrays([*left.columns, *right.columns], schema=schema))
