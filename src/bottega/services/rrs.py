"""Request and answer of a call, in the forms of clients.md 1.5, 2 and 6.

Table form is `{"ColumnNames": [...], "Values": [[...], ...]}`, record form (`format=swagger`) `[{name: cell}, ...]`. Either
is taken whatever the format asked for; the answer has the one that was asked for.

All columns of an input must be there, the label among them (fact sheet 4.5), in any order. A record may leave out
cells, which are then missing, as long as another has the column.
"""

from __future__ import annotations

import difflib
import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn, Protocol

import msgspec
import numpy as np
import pyarrow as pa

from bottega.dataset import few
from bottega.dataset.cells import MisfitError, few_reader, reader, shown
from bottega.dataset.few import Few, FewColumn
from bottega.dataset.table import Column, Table, role_metadata
from bottega.dataset.types import Kind, Role
from bottega.sandbox.host.waits import ELSEWHERE, Steps, finish
from bottega.sdk.ports import TABLE_FILES, PortType
from bottega.services import parameters, texts
from bottega.services.body import as_object, found, listed, parsed
from bottega.services.errors import refused
from bottega.services.examples import kind
from bottega.services.program import Input, Output, Program

TABLES = (PortType.TABLE, *TABLE_FILES, PortType.ANY)
_Columns = Mapping[str, Sequence[Any]]
_LONGEST_NAME = 100  # that another is looked for, among so many
_MOST_LIKE = 500
_MANY_NUMBERS = 4096  # bytes of a body
_MANY_CELLS = 20_000  # that are not read on an event loop


@dataclass(frozen=True)
class Call:
    """What a request gives: a table for each web service input, and values of parameters as they came."""

    inputs: Mapping[str, Table | Few]
    parameters: Mapping[str, Any]


class _NumbersTable(msgspec.Struct, forbid_unknown_fields=True):
    """An input of nothing but numbers, in table form."""

    ColumnNames: list[str]
    Values: list[list[float]]


class _Numbers(msgspec.Struct, forbid_unknown_fields=True):
    """A request of such inputs."""

    Inputs: dict[str, _NumbersTable]
    GlobalParameters: dict[str, msgspec.Raw] | None = None


_NUMBERS = msgspec.json.Decoder(_Numbers)


class Called(Protocol):
    """What `encode` needs of an answer."""

    def table(self, name: str) -> Table | None:
        """The table at a web service output; None where the module left it out."""
        ...

    def few(self, name: str) -> Few | None:
        """The same as plain values, where that is how it came."""
        ...


class Codec:
    """Reads and writes the calls of one program."""

    def __init__(self, program: Program, *, plainly: bool = False) -> None:
        """`plainly` reads few rows as plain values."""
        self._program = program
        self._inputs = {each.name: _Reader(each, plainly=plainly) for each in program.inputs}
        self._outputs = {each.name: _declared(each) for each in program.outputs if each.type in TABLES}
        self._is_numbers = all(each.is_numbers for each in self._inputs.values())

    def decode(self, body: bytes | memoryview, *, swagger: bool = False) -> Call:
        """What a body asks for. Raises ServiceError for all that does not fit."""
        del swagger  # either form is taken
        return finish(self.decoding(body))

    def decoding(self, body: bytes | memoryview) -> Steps[Call]:
        """The same in steps."""
        numbers = self._decoded_numbers(body) if self._is_numbers and len(body) > _MANY_NUMBERS else None
        if numbers is not None:
            return numbers
        request = as_object(parsed(bytes(body)), "The request")
        given = found(request, "Inputs")
        inputs = {} if given is None else as_object(given, "Inputs")
        unknown = [name for name in inputs if name not in self._inputs]
        if unknown:
            there = f"its inputs are {listed(self._inputs)}" if self._inputs else "it has none"
            message = f"This service has no input {listed(unknown)}; {there}."
            raise refused("BadArgument", "InvalidInputNames", message, shown(unknown[0]))
        missing = [name for name in self._inputs if inputs.get(name) is None]
        if missing:
            message = f"The request has no value for the input {listed(missing)} under Inputs."
            raise refused("BadArgument", "MissingRequestInput", message, missing[0])
        if sum(read.cells(inputs[name]) for name, read in self._inputs.items()) > _MANY_CELLS:
            yield ELSEWHERE
        tables = {name: read(inputs[name]) for name, read in self._inputs.items()}
        settings = found(request, "GlobalParameters")
        values = {} if settings is None else as_object(settings, "GlobalParameters")
        if values or self._program.parameters:
            parameters.check(self._program, values)
        return Call(tables, values)

    def _decoded_numbers(self, body: bytes | memoryview) -> Call | None:
        """What a body asks for that is many numbers in table form and nothing else; None for any other, right or wrong."""
        try:
            request = _NUMBERS.decode(body)
        except (ValueError, RecursionError):
            return None
        if request.Inputs.keys() != self._inputs.keys() or request.GlobalParameters or self._program.parameters:
            return None
        tables = {}
        for name, read in self._inputs.items():
            table = read.numbers(request.Inputs[name])
            if table is None:
                return None
            tables[name] = table
        return Call(tables, {})

    def size(self, called: Called) -> int:
        """About how many characters the answer will have."""
        tables = (called.few(name) or called.table(name) for name in self._outputs)
        return sum(texts.size(table) for table in tables if table is not None)

    def encode(self, called: Called, *, details: bool = False, swagger: bool = False) -> bytes:
        """The answer. Raises ServiceError where the service has no output that an answer can tell."""
        if not self._outputs and self._program.outputs:
            kinds = ", ".join(f"{each.name} is a {each.type}" for each in self._program.outputs)
            message = f"This service gives no table, so it is called as a batch job: {kinds}."
            raise refused("BadArgument", "DataTypeNotSupported", message, self._program.outputs[0].name)
        results: dict[str, Any] = {}
        for name, declared in self._outputs.items():
            table = called.few(name) or called.table(name) or Table(pa.table({}))
            results[name] = _records(table) if swagger else _table(table, declared, details=details)
        return msgspec.json.encode({"Results": results})


def decode(body: bytes | memoryview, program: Program, *, swagger: bool = False) -> Call:
    """What a body asks of a program; `Codec` is faster where there are many."""
    return Codec(program).decode(body, swagger=swagger)


def encode(called: Called, program: Program, *, details: bool = False, swagger: bool = False) -> bytes:
    """The answer of a program; `Codec` is faster where there are many."""
    return Codec(program).encode(called, details=details, swagger=swagger)


def sample(declared: Input) -> Table:
    """The rows of an input that its program keeps, as a call would bring them. Raises ServiceError."""
    names, rows = [each.name for each in declared.fields], list(map(list, declared.samples))
    return _Reader(declared).table({"ColumnNames": names, "Values": rows})


class _Reader:
    """Reads one input."""

    def __init__(self, declared: Input, *, plainly: bool = False) -> None:
        self._name = declared.name
        self._columns: dict[str, Callable[[Sequence[Any]], Any]] = {each.name: reader(each) for each in declared.fields}
        self._types = {each.name: each.type for each in declared.fields}
        self._metadata = [role_metadata(Role(each.role)) for each in declared.fields]
        self._roles = {each.name: Role(each.role) for each in declared.fields if each.role != Role.FEATURE.value}
        found = {each.name: few_reader(each) for each in declared.fields}
        self._few = {name: read for name, read in found.items() if read is not None}
        self._is_numbers = all(each.known and each.type == Kind.DOUBLE.value for each in declared.fields)
        self._is_plain = plainly and len(found) == len(self._few) > 0

    def __call__(self, given: Any) -> Table | Few:
        """The table. Raises InputMismatchError or InputParseError."""
        columns = self._given(given)
        rows = len(next(iter(columns.values()), ()))
        if not self._is_plain or rows > few.MOST_ROWS:
            return self._table(columns)
        return Few(
            rows,
            [
                FewColumn(name, Kind(self._types[name]), self._read(name, read, columns[name]))
                for name, read in self._few.items()
            ],
            self._roles,
        )

    def cells(self, given: Any) -> int:
        """How many cells reading this would make; a record may leave nearly all of its own out."""
        rows = found(given, "Values") if isinstance(given, dict) else given
        return len(rows) * len(self._columns) if isinstance(rows, list) else 0

    @property
    def is_numbers(self) -> bool:
        """Whether all columns are Double."""
        return self._is_numbers

    def numbers(self, given: _NumbersTable) -> Table | None:
        """The table of nothing but numbers; None for one that has other columns or rows of other width."""
        names, width = given.ColumnNames, len(self._columns)
        if len(names) != width or self._columns.keys() != set(names) or set(map(len, given.Values)) != {width}:
            return None
        size = len(given.Values) * width
        cells = np.fromiter(itertools.chain.from_iterable(given.Values), np.float64, size).reshape(-1, width)
        columns = np.ascontiguousarray(cells.T)
        arrays = [pa.array(columns[names.index(name)]) for name in self._columns]
        schema, declared = self._doubles
        return Table.of_canonical(pa.Table.from_arrays(arrays, schema=schema), declared)

    @cached_property
    def _doubles(self) -> tuple[pa.Schema, tuple[Column, ...]]:
        """What a table of nothing but numbers is declared as."""
        empty = Table(pa.schema(
            [pa.field(name, pa.float64(), metadata=metadata) for name, metadata in zip(self._columns, self._metadata, strict=True)]
        ).empty_table())  # fmt: skip
        return empty.arrow.schema, empty.columns

    def table(self, given: Any) -> Table:
        """The table, as such."""
        return self._table(self._given(given))

    def _given(self, given: Any) -> _Columns:
        if isinstance(given, list):
            return self._of_records(given)
        if not isinstance(given, dict):
            self._mismatch('it is neither {"ColumnNames": [...], "Values": [[...]]} nor a list of records')
        return self._of_table(given)

    def _table(self, columns: _Columns) -> Table:
        arrays = [self._read(name, read, columns[name]) for name, read in self._columns.items()]
        if not arrays:
            return Table(pa.table({}))
        fields = [
            pa.field(name, array.type, metadata=metadata)
            for name, array, metadata in zip(self._columns, arrays, self._metadata, strict=True)
        ]
        return Table(pa.Table.from_arrays(arrays, schema=pa.schema(fields)))

    def _read(self, name: str, read: Callable[[Sequence[Any]], Any], cells: Sequence[Any]) -> Any:
        try:
            return read(cells)
        except MisfitError as misfit:
            kind = self._types[name]
            message = (
                f"Column {name} of {self._name} is {kind}; {misfit.value!r} in row {misfit.row} cannot be read as that."
            )
            raise refused("BadUserArgument", "InputParseError", message, name) from misfit

    def _of_table(self, given: dict[str, Any]) -> _Columns:
        names, values = found(given, "ColumnNames"), found(given, "Values")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self._mismatch("its ColumnNames are no list of texts")
        if not isinstance(values, list):
            self._mismatch("its Values are no list of rows")
        self._check_names(names)
        rows = self._rows(values, len(names))
        if not rows:
            return dict.fromkeys(names, ())
        return dict(zip(names, zip(*rows, strict=True), strict=True))

    def _rows(self, values: list[Any], width: int) -> list[list[Any]]:
        """The rows; one that is not as wide as the columns is an error, unless all cells came in one flat list."""
        kinds = set(map(type, values))
        if kinds == {list} and set(map(len, values)) == {width}:
            return values
        if list not in kinds and width and len(values) % width == 0:  # as Mono's Newtonsoft wrote string[,]
            return [values[start : start + width] for start in range(0, len(values), width)]
        for number, row in enumerate(values, start=1):
            if type(row) is not list:
                self._mismatch(f"row {number} of its Values is no list")
            if len(row) != width:
                self._mismatch(f"row {number} has {len(row)} values for {width} columns")
        return values

    def _of_records(self, given: list[Any]) -> _Columns:
        for number, record in enumerate(given, start=1):
            if type(record) is not dict:
                self._mismatch(f"record {number} is no object of names and values")
        names = dict.fromkeys(name for record in given for name in record)
        if given:
            self._check_names(list(names))
        return {name: [record.get(name) for record in given] for name in self._columns}

    def _check_names(self, names: Sequence[str]) -> None:
        if len(names) == len(self._columns) and self._columns.keys() == set(names):
            return
        told = []
        counts = Counter(names)
        twice = [name for name, count in counts.items() if count > 1]
        missing = [name for name in self._columns if name not in counts]
        unknown = [name for name in names if name not in self._columns]
        if twice:
            told.append(f"{_named(twice)} there more than once")
        if missing:
            told.append(f"{_named(missing)} missing")
        if unknown:
            near = difflib.get_close_matches(unknown[0][:_LONGEST_NAME], list(self._columns)[:_MOST_LIKE], 1)
            told.append(f"there is no column {listed(unknown)}" + (f" (did you mean {near[0]}?)" if near else ""))
        self._mismatch("; ".join(told))

    def _mismatch(self, reason: str) -> NoReturn:
        message = f"The input {self._name} does not fit: {reason}."
        raise refused("BadUserArgument", "InputMismatchError", message, self._name)


def _named(columns: Sequence[str]) -> str:
    one = len(columns) == 1
    return f"column{'' if one else 's'} {listed(columns)} {'is' if one else 'are'}"


def _declared(output: Output) -> dict[str, str]:
    """The types of an output's columns when it was published, in the words of answers."""
    return {each.name: texts.word(kind(each)) for each in output.fields or () if each.known}


def _table(table: Table | Few, declared: Mapping[str, str], *, details: bool) -> dict[str, Any]:
    columns = texts.columns(table)
    value: dict[str, Any] = {"ColumnNames": _names(table)}
    if details:
        value["ColumnTypes"] = texts.words(table, declared)
    value["Values"] = list(zip(*columns, strict=True))
    return {"type": "table", "value": value}


def _records(table: Table | Few) -> list[dict[str, str | None]]:
    names = _names(table)
    return [dict(zip(names, row, strict=True)) for row in zip(*texts.columns(table), strict=True)]


def _names(table: Table | Few) -> list[str]:
    return [column.name for column in table.columns] if isinstance(table, Few) else table.arrow.column_names
