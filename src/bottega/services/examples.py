"""Example requests of a web service, from the rows that stood at its inputs when it was published."""

from __future__ import annotations

import math
from typing import Any

from bottega.dataset.types import Kind
from bottega.services.program import Field, Input, Parameter, Program

# What stands where a service was published without a row to show.
_PLACEHOLDERS: dict[Kind, Any] = {
    Kind.STRING: "value", Kind.INTEGER: 1, Kind.DOUBLE: 1.5, Kind.BOOLEAN: True,
    Kind.DATETIME: "2016-01-01T00:00:00", Kind.TIMESPAN: "01:00:00", Kind.BYTES: "AA==",
}  # fmt: skip
_BY_TYPE: dict[str, Any] = {"string": "value", "integer": 1, "number": 1.5, "boolean": True}


def kind(field: Field) -> Kind:
    """A column's kind, without the word for categories."""
    return Kind(field.type.rpartition(" ")[2])


def rows(input_: Input) -> list[list[str | None]]:
    """Rows as a call may send them, every cell as text; at least one row."""
    if input_.samples:
        return [list(row) for row in input_.samples]
    return [[placeholder(field) for field in input_.fields]]


def placeholder(field: Field) -> str:
    """A cell for a column of which nothing but its type may be shown."""
    return str(_PLACEHOLDERS[kind(field)])


def records(input_: Input) -> list[dict[str, Any]]:
    """The same rows as records with JSON's own types."""
    return [
        {field.name: _typed(field, cell) for field, cell in zip(input_.fields, row, strict=True)}
        for row in rows(input_)
    ]


def request(program: Program, *, swagger: bool = False, rows_at_most: int = 2) -> dict[str, Any]:
    """The body of a call: the table form, or with `swagger` the form of records."""
    inputs: dict[str, Any] = {}
    for each in program.inputs:
        if swagger:
            inputs[each.name] = records(each)[:rows_at_most]
        else:
            names = [field.name for field in each.fields]
            inputs[each.name] = {"ColumnNames": names, "Values": rows(each)[:rows_at_most]}
    return {"Inputs": inputs, "GlobalParameters": parameters(program)}


def parameters(program: Program) -> dict[str, Any]:
    """A value for each web service parameter: its default, unless that is nothing, else one that its schema takes."""
    told = {each.name: parameter(each) for each in program.parameters}
    return {name: value for name, value in told.items() if value is not None}


def parameter(each: Parameter) -> Any:
    """A value for one."""
    if not each.required:
        is_endless = isinstance(each.default, float) and not math.isfinite(each.default)
        return str(each.default) if is_endless else each.default  # JSON has no such number; a text is taken as well
    schema = next((one for one in each.schema.get("anyOf", ()) if one.get("type") != "null"), each.schema)
    if "default" in each.schema:
        return each.schema["default"]
    if schema.get("enum"):
        return schema["enum"][0]
    type_ = schema.get("type")
    if type_ in ("integer", "number"):
        return _within(schema)
    return _BY_TYPE.get(type_ if isinstance(type_, str) else "string")


def blobs(program: Program) -> dict[str, Any]:
    """The body of a batch job, with what its caller has to fill in."""
    connection = "DefaultEndpointsProtocol=https;AccountName=ACCOUNT;AccountKey=ACCOUNT_KEY"
    inputs = {
        each.name: {"ConnectionString": connection, "RelativeLocation": f"container/{each.name}.csv"}
        for each in program.inputs
    }
    outputs = {
        each.name: {"ConnectionString": connection, "RelativeLocation": f"container/{each.name}{extension(each.type)}"}
        for each in program.outputs
    }
    return {"Inputs": inputs, "Outputs": outputs, "GlobalParameters": parameters(program)}


def extension(port_type: str) -> str:
    """The ending that says what a batch job's output is (fact sheet 5.3)."""
    return ".ilearner" if port_type.endswith("Model") else ".itransform" if port_type == "Transform" else ".csv"


def _typed(field: Field, cell: str | None) -> Any:
    """A cell of text as JSON has it; what JSON has no number for stays text."""
    if cell is None:
        return None
    try:
        match kind(field):
            case Kind.INTEGER:
                return int(cell)
            case Kind.DOUBLE:
                number = float(cell)
                return number if math.isfinite(number) else cell
            case Kind.BOOLEAN:
                return cell.lower() == "true"
            case _:
                return cell
    except ValueError:
        return cell


def _within(schema: dict[str, Any]) -> float:
    """A number that the bounds allow."""
    whole = schema["type"] == "integer"
    if "minimum" in schema:
        return schema["minimum"]  # type: ignore[no-any-return]
    if "maximum" in schema:
        return schema["maximum"]  # type: ignore[no-any-return]
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if above is None:
        return 1 if below is None or below > 1 else below - 1
    if below is None or above + 1 < below:
        return above + 1  # type: ignore[no-any-return]
    middle = (above + below) / 2
    return int(middle) if whole else middle
