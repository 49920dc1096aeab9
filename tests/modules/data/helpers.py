"""What the tests of data modules share: tables, and runs through the real declaration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from bottega.dataset.frames import from_pandas, to_pandas
from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.errors import BottegaError
from bottega.sdk import catalogue


def run(name: str, *inputs: Table | None, **parameters: Any) -> Any:
    """The module's outputs; parameters as a file gives them."""
    spec = catalogue.get(name)
    return spec.function(*inputs, **spec.convert(parameters))


def fails(code: str, name: str, *inputs: Table | None, **parameters: Any) -> BottegaError:
    """The error, of this code, that the module ends with."""
    with pytest.raises(BottegaError) as caught:
        run(name, *inputs, **parameters)
    assert caught.value.code == code, str(caught.value)
    assert "unknown " not in str(caught.value), "every fact of the sentence is given"
    return caught.value


def foretold(name: str, inputs: Mapping[str, Table], output: str = "results_dataset", **parameters: Any) -> Any:
    """The columns that the declaration foretells of an output."""
    spec = catalogue.get(name)
    assert spec.foretell is not None
    return spec.foretell({port: table.columns for port, table in inputs.items()}, spec.convert(parameters))[output]


def table(roles: Mapping[str, Role] | None = None, /, **columns: Any) -> Table:
    """A table of Arrow arrays or Python lists."""
    return Table(pa.table(columns), roles=roles)


def categories(values: list[Any], known: list[Any], *, ordered: bool = False) -> pa.Array[Any]:
    """A Categorical column with these categories."""
    codes = pa.array([None if value is None else known.index(value) for value in values], pa.int32())
    return pa.DictionaryArray.from_arrays(codes, pa.array(known), ordered=ordered)


def known(value: Table, name: str) -> list[Any]:
    """The categories of a column."""
    array: Any = value.column(name).combine_chunks()
    return array.dictionary.to_pylist()  # type: ignore[no-any-return]


def frame(value: Table) -> pd.DataFrame:
    """A table as pandas has it."""
    return to_pandas(value)


def of_frame(value: pd.DataFrame) -> Table:
    """A frame as a table."""
    return from_pandas(value)


def types(value: Table) -> list[str]:
    """The columns' types as people read them."""
    return [str(column.type) for column in value.columns]


def lists(value: Table) -> dict[str, list[Any]]:
    """The columns as Python lists."""
    return value.arrow.to_pydict()
