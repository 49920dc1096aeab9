r"""The two kinds of expression by which rows are split: on a regular expression, or on comparisons.

    regular   = column pattern
    relative  = column comparison { ("&" | "|") comparison }
    column    = '\"' name '"'  |  '(\' number ')'  |  '(\' name ')'
    comparison = ("<" | ">" | "<=" | ">=" | "==" | "!=") value

A number counts columns from 0. "&" binds closer than "|", and there are no brackets. A value is
written as it is, or in double quotes; it is read in the type of the column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute

from bottega.dataset.types import Kind
from bottega.sdk import BottegaError, Column, Table

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments

REGULAR, RELATIVE = "Regular expression", "Relational expression"
_COLUMN = re.compile(r'\s*(?:\\"([^"]+)"|\(\\([^)"]+)\))')
_COMPARISON = re.compile(r'\s*(<=|>=|==|!=|<|>)\s*(?:"([^"]*)"|([^"&|<>=!]*[^"&|<>=!\s]))\s*')
_COMPARED = (Kind.INTEGER, Kind.DOUBLE, Kind.DATETIME, Kind.TIMESPAN)
_FUNCTIONS = {
    "<": pc.less, ">": pc.greater, "<=": pc.less_equal, ">=": pc.greater_equal, "==": pc.equal, "!=": pc.not_equal,
}  # fmt: skip


def matching(table: Table, expression: str) -> Any:
    r"""Which rows match `\"Text" pattern`, found anywhere in the text by Python's `re`; missing ones do not.

    Raises `0002` for an expression that cannot be read, `0001` and `0017` for the column.
    """
    column, rest = _column(table, expression, REGULAR)
    if column.type.kind is not Kind.STRING:
        raise BottegaError("0017", column=column.name, type=str(column.type))
    try:
        pattern = re.compile(rest.strip())
    except (
        re.error,
        OverflowError,
        RecursionError,
    ) as error:  # the last two of too large numbers and too deep brackets
        raise _unreadable(expression, REGULAR, f"a regular expression ({error})") from error
    values = table.column(column.name)
    encoded = values if column.type.categorical else values.dictionary_encode()
    array: Any = encoded.combine_chunks()
    texts = array.dictionary.to_pylist()
    found = pa.array([text is not None and bool(pattern.search(text)) for text in texts], pa.bool_())
    return found.take(array.indices).fill_null(False)  # noqa: FBT003 - pyarrow's own signature


def meeting(table: Table, expression: str) -> Any:
    r"""Which rows meet `\"Year" > 2010 & <= 2020`; missing ones do not.

    Raises `0002` for an expression that cannot be read, `0001` and `0017` for the column.
    """
    column, rest = _column(table, expression, RELATIVE)
    if column.type.categorical or column.type.kind not in _COMPARED:
        raise BottegaError("0017", column=column.name, type=str(column.type))
    values = table.column(column.name)
    alternatives = [
        reduce(pc.and_, [_compared(values, column, sign, value, expression) for sign, value in group])
        for group in _groups(rest, expression)
    ]
    return reduce(pc.or_, alternatives).fill_null(False)  # noqa: FBT003 - pyarrow's own signature


def _column(table: Table, expression: str, parameter: str) -> tuple[Column, str]:
    """The column that an expression begins with, and the rest."""
    match = _COLUMN.match(expression)
    if match is None:
        kind = r'an expression that begins with a column, as \"name" or (\0)'
        raise _unreadable(expression, parameter, kind)
    name = match[1] or match[2]
    rest = expression[match.end() :]
    if match[2] and re.fullmatch("[0-9]{1,9}", name) and int(name) < table.num_columns:
        return table.columns[int(name)], rest
    return _named(table.columns, name), rest


def _named(columns: Sequence[Column], name: str) -> Column:
    for column in columns:
        if column.name == name:
            return column
    raise BottegaError("0001", column=name[:200], columns=", ".join(column.name for column in columns[:20]))


def _groups(text: str, expression: str) -> list[list[tuple[str, str]]]:
    """Sign and value of each comparison, by the groups between the bars."""
    groups: list[list[tuple[str, str]]] = [[]]
    position = 0
    while True:
        match = _COMPARISON.match(text, position)
        if match is None:
            kind = r'comparisons with < > <= >= == != and & or | between, such as \"Year" > 2010 & <= 2020'
            raise _unreadable(expression, RELATIVE, kind)
        groups[-1].append((match[1], match[3] if match[2] is None else match[2]))
        position = match.end()
        if position == len(text):
            return groups
        if text[position] == "|":
            groups.append([])
        elif text[position] != "&":
            raise _unreadable(expression, RELATIVE, "comparisons with & or | between")
        position += 1


def _compared(values: Any, column: Column, sign: str, text: str, expression: str) -> Any:
    from bottega.modules.data_transformation._conversion import converted
    from bottega.modules.data_transformation._moments import localised

    # An Integer column may be compared with a fraction.
    kind = Kind.DOUBLE if column.type.kind is Kind.INTEGER and not _is_integer(text) else column.type.kind
    try:
        value = converted(pa.chunked_array([[text]], pa.large_string()), kind, column.name)[0]
    except BottegaError as error:
        raise _unreadable(expression, RELATIVE, f"a comparison: {text} is no {kind}") from error
    if not value.is_valid:
        raise _unreadable(expression, RELATIVE, f"a comparison: {text} is no {kind}")
    if kind is not column.type.kind:
        values = values.cast(pa.float64(), safe=False)
    if kind is Kind.DATETIME:
        value = localised(pa.array([value]), values.type)[0]
    try:
        return _FUNCTIONS[sign](values, value)
    except pa.ArrowInvalid:  # of microseconds and nanoseconds, one that those cannot hold
        return _FUNCTIONS[sign](_nanoseconds(values), _nanoseconds(value))


def _nanoseconds(times: Any) -> Any:
    """Times as decimal numbers, which have room for those of any unit."""
    return pc.multiply(times.cast(pa.int64()).cast(pa.decimal128(19)), Decimal(1000 if times.type.unit == "us" else 1))


def _is_integer(text: str) -> bool:
    return re.fullmatch(r"\s*[+-]?[0-9]{1,19}\s*", text) is not None and -(2**63) <= int(text) < 2**63


def _unreadable(expression: str, parameter: str, kind: str) -> BottegaError:
    return BottegaError("0002", value=repr(expression)[:200], parameter=parameter, type=kind)
