"""SMOTE (fact sheet 2.13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa
import pyarrow.compute

from bottega.sdk import BottegaError, Column, Help, Label, Range, Role, Table, module

if TYPE_CHECKING:
    import numpy as np

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments


def _foretell(inputs: Mapping[str, tuple[Column, ...]], _parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {"table": inputs["samples"]}


@module(
    title="SMOTE",
    category="Data Transformation/Manipulation",
    version=2,
    libraries=("sklearn.neighbors",),
    foretell=_foretell,
    training_only=True,
)
def smote(
    samples: Annotated[Table, Label("Samples")],
    *,
    percentage: Annotated[
        int,
        Label("SMOTE percentage"),
        Range(0),
        Help("How many rows are added, in percent of the rarest class's rows."),
    ] = 100,
    neighbors: Annotated[int, Label("Number of nearest neighbors"), Range(1)] = 1,
    seed: Annotated[int, Label("Random seed"), Range(0, 2**31 - 1), Help("0 takes it from the clock.")] = 0,
) -> Annotated[Table, Label("Table")]:
    """Add rows to the rarest class of a table, each made from two rows of that class that are alike.

    The class is the value of the label column that the fewest rows have, of several such the first in the table. For each 100
    of the percentage every row of it gives one new row, and of a rest of that as many as it says, drawn by chance. A new row
    lies between the row and one of its nearest neighbours, at a place drawn by chance: its numbers and times
    lie as far between theirs, rounded where the type has no fractions, and its other values are those of the nearer one. The
    rows of the dataset stay as they are, and the new ones come after them.

    All columns but the label say how near two rows are: numbers and times by their difference in standard
    deviations of the class, other values by whether they are the same. A missing number counts as the mean; where one of both rows
    lacks a value the new one has the first row's. A class of few rows has fewer neighbours than asked for.

    scikit-learn finds the neighbours. The seed 0 stands for one from the clock, which a note tells; another gives the same
    rows again. SMOTE is for training: setting up a predictive web service leaves it out.

    Error 0003: the dataset is empty. 0024: no column is the label. 0037: several are. 0054: the label has
    fewer than two different values. 0021: the rarest class has only one row. 0033: that class has an infinite number.
    """
    if not samples.num_columns or not samples.num_rows:
        raise BottegaError("0003", input="Samples")
    label = _label(samples)
    rows = _rarest(samples, label)
    if not percentage:
        return samples
    return _enlarged(samples, label, rows, percentage, neighbors, seed)


def _label(table: Table) -> str:
    labels = [column.name for column in table.columns if column.role is Role.LABEL]
    if not labels:
        raise BottegaError("0024", dataset="Samples")
    if len(labels) > 1:
        raise BottegaError("0037", dataset="Samples", columns=", ".join(labels[:10]))
    return labels[0]


def _rarest(table: Table, label: str) -> np.ndarray[Any, Any]:
    """The rows of the rarest class. Raises `0054` or `0021`."""
    import numpy as np

    values = table.column(label)
    encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    array: Any = encoded.combine_chunks()
    codes = array.indices.fill_null(-1).to_numpy()
    classes, firsts, counts = np.unique(codes, return_index=True, return_counts=True)
    known = classes >= 0
    classes, firsts, counts = classes[known], firsts[known], counts[known]
    if len(classes) < 2:
        raise BottegaError("0054", column=label, found=len(classes), lower=2)
    rarest = classes[np.lexsort((firsts, counts))[0]]
    rows = np.flatnonzero(codes == rarest)
    if len(rows) < 2:
        name = array.dictionary[int(rarest)].as_py()
        raise BottegaError("0021", dataset=f"Samples, class {name} of {label}", found=len(rows), lower=2)
    return rows


def _enlarged(
    table: Table, label: str, rows: np.ndarray[Any, Any], percentage: int, neighbors: int, seed: int
) -> Table:
    """The table with new rows of the class that these rows are."""
    import numpy as np

    from bottega.modules.data_transformation._drawing import generator
    from bottega.modules.data_transformation._neighbours import between, nearest

    features = [column for column in table.columns if column.name != label]
    near = nearest(table, rows, features, min(neighbors, len(rows) - 1))
    chance = generator(seed)
    rest = len(rows) * (percentage % 100) // 100
    some = np.sort(chance.permutation(len(rows))[:rest])
    starts = np.concatenate([np.repeat(np.arange(len(rows)), percentage // 100), some])
    ends = near[starts, chance.integers(near.shape[1], size=len(starts))]
    shares = chance.random(len(starts))
    arrays = []
    for column, values in zip(table.columns, table.arrow.columns, strict=True):
        if column.name == label:
            new = values.take(pa.array(rows[starts]))
        else:
            new = between(column, values, rows[starts], rows[ends], shares)
        arrays.append(pa.chunked_array([*values.chunks, *new.chunks], values.type))
    return Table(pa.table(arrays, schema=table.arrow.schema))
