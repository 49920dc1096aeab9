"""Categories that became columns, to be told apart again in any table with the same columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute

from bottega.dataset.exchange import MOST_COLUMNS
from bottega.dataset.formats.rendering import labelled
from bottega.modules.data_transformation._columns import Added, changed, role_beside, told
from bottega.sdk import BottegaError, Column, Table, Transform

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments


@dataclass(frozen=True)
class Indicators(Transform):
    """Which columns become 0 and 1.

    categories  by column, as text, in the order of the new columns
    overwrite   whether the columns themselves go
    """

    categories: Mapping[str, tuple[str, ...]]
    overwrite: bool

    def apply(self, table: Table) -> Table:
        """The table with its indicators. Raises `0001` where a column is not there, `0129` for too many new ones."""
        values = {name: table.column(name) for name in self.categories}
        dropped = list(self.categories) if self.overwrite else []
        total = table.num_columns - len(dropped) + sum(map(len, self.categories.values()))
        if total > MOST_COLUMNS:
            raise BottegaError("0129", dataset="Results dataset", found=total, upper=MOST_COLUMNS)
        chosen = [column for column in table.columns if column.name in self.categories]
        more = [new for column in chosen for new in self._of(column, values[column.name].combine_chunks())]
        return changed(table, {}, more, dropped=dropped)

    def _of(self, column: Column, array: Any) -> Iterator[Added]:
        """A column for each category; one that was not there when they were learned has 0 in all of them."""
        categories = self.categories[column.name]
        encoded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
        places = pc.index_in(labelled(encoded.dictionary), pa.array(categories, pa.large_string()))
        codes = places.take(encoded.indices).fill_null(-1)
        for code, category in enumerate(categories):
            yield Added(f"{column.name}-{category}", role_beside(column), pc.equal(codes, code).cast(pa.int64()))

    def describe(self) -> dict[str, Any]:
        """The categories of each column."""
        columns = {name: {"categories": list(known[:100])} for name, known in self.categories.items()}
        return {"kind": "Convert to Indicator Values", **told(columns)}
