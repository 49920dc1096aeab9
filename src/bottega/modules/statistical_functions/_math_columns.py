"""One function over Arrow columns: numbers, integers and categories in, results out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from bottega.modules.statistical_functions._mathematics import calculate
from bottega.modules.statistical_functions._operations import Function, gives_truth
from bottega.modules.statistical_functions._values import numbers

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments


def applied(function: Function, column: Any, second: Any = None) -> Any:
    """The results of a function for a column: Double, Boolean of comparisons; missing where an argument or the result is.

    second  another column, a number, or None for a function of one argument

    What is made of a Categorical column alone is Categorical with its categories transformed, equal ones
    as one; what is made of it and another column has the values that occur.
    """
    paired = isinstance(second, pa.ChunkedArray)
    if pa.types.is_dictionary(column.type) and not paired:
        return _transformed(function, column, second)
    result = _results(function, column, second)
    if any(pa.types.is_dictionary(each.type) for each in ((column, second) if paired else (column,))):
        return result.dictionary_encode()
    return result


def _transformed(function: Function, column: Any, second: Any) -> Any:
    array = column.combine_chunks()
    results = _results(function, pa.chunked_array([array.dictionary]), second).combine_chunks()
    categories = results.drop_null().unique()
    codes = pc.index_in(results, categories).take(array.indices)
    return pa.chunked_array([pa.DictionaryArray.from_arrays(codes, categories, ordered=column.type.ordered)])


def _results(function: Function, column: Any, second: Any) -> Any:
    columns = [column, second] if isinstance(second, pa.ChunkedArray) else [column]
    missing = np.zeros(len(column), dtype=bool)
    for each in columns:
        if each.null_count:
            missing |= each.is_null().to_numpy()
    # Doubles do not tell large integers apart.
    exact = gives_truth(function) and all(pa.types.is_integer(each.type) for each in columns)
    arguments = [each.fill_null(0).to_numpy() if exact else numbers(each) for each in columns]
    if len(columns) == 1 and second is not None:
        arguments.append(np.float64(second))
    results = calculate(function, *arguments)
    if not gives_truth(function):
        missing |= np.isnan(results)
        results = results + 0.0  # -0.0 and 0.0 are the same number, and would be two categories
    return pa.chunked_array([pa.array(results, mask=missing)])
