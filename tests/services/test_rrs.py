"""Bodies of calls, and answers: both forms, any JSON, and every way in which a body can be wrong."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.dataset.few import Few, FewColumn
from bottega.dataset.table import Table
from bottega.dataset.types import Kind, Role
from bottega.sandbox.host.waits import ELSEWHERE, finish
from bottega.services.errors import ServiceError
from bottega.services.program import Field, Input, Output, Parameter, Program
from bottega.services.rrs import Call, Codec, decode, encode, sample

FIELDS = (Field("name", "String"), Field("age", "Integer"), Field("income", "Double", role="label"))
PROGRAM = Program(
    title="Test",
    inputs=(Input("input1", ("a.dataset1",), FIELDS, (("Ann", "31", None),)),),
    outputs=(Output("output1", "a.result_dataset"),),
)
OPTIONAL = Parameter("seed", ("a.seed",), {"type": "integer"}, default=1)


class Answer:
    """What a call gave, by hand."""

    def __init__(self, **tables: Table | None) -> None:
        self._tables = tables

    def table(self, name: str) -> Table | None:
        return self._tables.get(name)

    def few(self, name: str) -> Few | None:
        """None of them came as plain values."""


def body(value: Any, **more: Any) -> bytes:
    return json.dumps({"Inputs": {"input1": value}, "GlobalParameters": {}, **more}).encode()


def rows(*values: list[Any], names: list[str] | None = None) -> dict[str, Any]:
    return {"ColumnNames": names or ["name", "age", "income"], "Values": list(values)}


def whole(call: Call) -> Table:
    table = call.inputs["input1"]
    assert isinstance(table, Table)
    return table


def read(value: Any, program: Program = PROGRAM) -> dict[str, list[Any]]:
    table = whole(decode(body(value), program))
    return table.arrow.to_pydict()


def refusal(data: bytes, program: Program = PROGRAM) -> tuple[str, str, str]:
    with pytest.raises(ServiceError) as caught:
        decode(data, program)
    error = caught.value
    assert error.status == 400
    return error.code, error.details[0].code, error.details[0].message


def mismatch(value: Any) -> str:
    code, detail, message = refusal(body(value))
    assert (code, detail) == ("BadUserArgument", "InputMismatchError")
    return message


def test_table_form_with_texts_and_with_json() -> None:
    expected = {"name": ["Ann", "Bob"], "age": [31, None], "income": [1.5, None]}
    assert read(rows(["Ann", "31", "1.5"], ["Bob", "", ""])) == expected
    assert read(rows(["Ann", 31, 1.5], ["Bob", None, math.nan])) == expected


def test_record_form_whatever_the_format_asked_for() -> None:
    records = [{"income": "2", "name": "Ann", "age": 3}, {"name": "Bob", "age": 4, "income": None}]
    expected = {"name": ["Ann", "Bob"], "age": [3, 4], "income": [2.0, None]}
    for swagger in (False, True):
        assert whole(decode(body(records), PROGRAM, swagger=swagger)).arrow.to_pydict() == expected
    assert whole(decode(body(rows(["Ann", 3, 2])), PROGRAM, swagger=True)).num_rows == 1


def test_columns_come_in_any_order_and_leave_in_that_of_the_service() -> None:
    found = read(rows([1, 2, "Ann"], names=["income", "age", "name"]))
    assert list(found) == ["name", "age", "income"]
    assert found == {"name": ["Ann"], "age": [2], "income": [1.0]}


def test_a_column_keeps_the_role_that_it_had() -> None:
    table = whole(decode(body(rows(["Ann", 1, 2])), PROGRAM))
    assert [column.role for column in table.columns] == [Role.FEATURE, Role.FEATURE, Role.LABEL]


def test_no_rows_are_a_table_too() -> None:
    assert read(rows()) == {"name": [], "age": [], "income": []}
    assert read([]) == {"name": [], "age": [], "income": []}


def test_values_in_one_flat_list_are_rows() -> None:
    assert read({"ColumnNames": ["name", "age", "income"], "Values": ["Ann", "1", "2", "Bob", "3", "4"]}) == {
        "name": ["Ann", "Bob"], "age": [1, 3], "income": [2.0, 4.0],
    }  # fmt: skip
    message = mismatch({"ColumnNames": ["name", "age", "income"], "Values": ["Ann", "1"]})
    assert "row 1 of its Values is no list" in message


def test_a_record_may_leave_out_what_another_has() -> None:
    assert read([{"name": "Ann", "age": 1, "income": 2}, {"name": "Bob"}])["age"] == [1, None]


@pytest.mark.parametrize("letters", ["lower", "upper"])
def test_the_keys_of_the_envelope_are_read_in_any_letters(letters: str) -> None:
    value = {"inputs": {"input1": {"columnnames": ["name", "age", "income"], "values": [["A", 1, 2]]}}}
    text = json.dumps(value).replace("values", getattr("values", letters)())
    assert whole(decode(text.encode(), PROGRAM)).num_rows == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"], ids=str)
def test_bodies_in_any_unicode(encoding: str) -> None:
    data = json.dumps({"Inputs": {"input1": rows(["Zoë", 1, 2])}}, ensure_ascii=False).encode(encoding)
    assert whole(decode(data, PROGRAM)).arrow.to_pydict()["name"] == ["Zoë"]


def test_bare_nan_and_infinity() -> None:
    data = b'{"Inputs": {"input1": {"ColumnNames": ["name","age","income"], "Values": [["A", NaN, -Infinity]]}}}'
    assert whole(decode(data, PROGRAM)).arrow.to_pydict() == {
        "name": ["A"], "age": [None], "income": [-math.inf],
    }  # fmt: skip


# What is wrong with a body.


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"", "RequestIsEmpty"),
        (b" \r\n", "RequestIsEmpty"),
        (b"{", "RequestBodyInvalid"),
        (b"<xml/>", "RequestBodyInvalid"),
        (b"\xff\xfe\xff", "RequestBodyInvalid"),
        (b"\x00", "RequestBodyInvalid"),
        (b"[]", "RequestBodyInvalid"),
        (b'"text"', "RequestBodyInvalid"),
        (b"null", "RequestBodyInvalid"),
        (b'{"Inputs": []}', "RequestBodyInvalid"),
        (b'{"Inputs": "x"}', "RequestBodyInvalid"),
        (b"[" * 100_000, "RequestBodyInvalid"),
        (b'{"a":' * 100_000, "RequestBodyInvalid"),
        (b"{}", "MissingRequestInput"),
        (b'{"Inputs": null}', "MissingRequestInput"),
        (b'{"Inputs": {}}', "MissingRequestInput"),
        (b'{"Inputs": {"input1": null}}', "MissingRequestInput"),
        (b'{"Inputs": {"input2": []}}', "InvalidInputNames"),
        (b'{"Inputs": {"\\ud800": []}}', "InvalidInputNames"),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value[:24]),
)
def test_bodies_that_are_no_request(data: bytes, detail: str) -> None:
    code, found, _ = refusal(data)
    assert (code, found) == ("BadArgument", detail)


def test_unknown_and_missing_inputs_are_named() -> None:
    assert "no input speed; its inputs are input1" in refusal(b'{"Inputs": {"speed": []}}')[2]
    assert "input1" in refusal(b"{}")[2]


@pytest.mark.parametrize(
    "value",
    [1, "x", True, {}, {"ColumnNames": "a", "Values": []}, {"ColumnNames": [1], "Values": []}, [1], [[1]], ["a", {}]],
    ids=repr,
)
def test_inputs_that_are_no_table(value: Any) -> None:
    assert "input1 does not fit" in mismatch(value)


def test_names_of_columns_are_told() -> None:
    missing = mismatch(rows(["Ann", 1], names=["name", "age"]))
    assert "column income is missing" in missing
    assert "columns age, income are missing" in mismatch(rows(["Ann"], names=["name"]))
    unknown = mismatch(rows(["Ann", 1, 2, 3], names=["name", "age", "income", "incme"]))
    assert "no column incme" in unknown
    assert "did you mean income?" in unknown
    assert "column age is there more than once" in mismatch(rows([1, 2, 3, 4], names=["name", "age", "income", "age"]))
    assert "no column x" in mismatch([{"name": 1, "age": 1, "income": 1}, {"x": 1}])
    assert "column income is missing" in mismatch([{"name": "Ann", "age": 1}])


def test_ragged_rows_are_told_with_their_number() -> None:
    assert "row 2 has 2 values for 3 columns" in mismatch(rows(["a", 1, 2], ["b", 1]))
    assert "row 2 of its Values is no list" in mismatch(rows(["a", 1, 2], {"a": 1}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "column"),
    [("old", "age"), ("1.5", "age"), (1.5, "age"), ("0x1F", "age"), (2**63, "age"), ([1], "age"), ({}, "income"),
     ("1,5", "income"), ("1_0", "income"), ("٣", "age"), ([], "name"), ("Infinity", "age")],
    ids=repr,
)  # fmt: skip
def test_a_cell_that_cannot_be_read_is_told_by_column_row_and_value(cell: Any, column: str) -> None:
    good = {"name": "Ann", "age": 1, "income": 2.0}
    code, detail, message = refusal(body([good, good, {**good, column: cell}]))
    assert (code, detail) == ("BadUserArgument", "InputParseError")
    assert f"Column {column} of input1" in message
    assert "in row 3" in message
    assert (cell if isinstance(cell, str) else repr(cell)) in message


def test_a_flood_of_names_is_answered() -> None:
    """In a time that grows with their number, not with its square: else this test would not end."""
    names = [f"n{number}" for number in range(200_000)]
    assert "and 199990 more" in mismatch({"ColumnNames": names, "Values": []})
    assert "more than once" in mismatch({"ColumnNames": ["x" * 1_000_000, *["age"] * 200_000], "Values": []})


def test_a_long_cell_is_cut_in_its_error() -> None:
    assert len(refusal(body(rows(["a", "x" * 10_000, 1])))[2]) < 300


def test_parameters_come_as_they_are_and_unknown_ones_are_named() -> None:
    import msgspec

    program = msgspec.structs.replace(PROGRAM, parameters=(OPTIONAL,))
    data = body(rows(["Ann", 1, 2]), GlobalParameters={"seed": "7"})
    assert decode(data, program).parameters == {"seed": "7"}
    assert decode(body(rows(["Ann", 1, 2]), GlobalParameters=None), program).parameters == {}
    code, detail, message = refusal(body(rows(["Ann", 1, 2]), GlobalParameters={"sed": 1}), program)
    assert (code, detail) == ("BadUserArgument", "UnexpectedParameter")
    assert "no parameter sed; its parameters are seed" in message
    assert refusal(body(rows(["Ann", 1, 2]), GlobalParameters=[]), program)[1] == "RequestBodyInvalid"


def test_required_parameters_must_be_there() -> None:
    import msgspec

    program = msgspec.structs.replace(PROGRAM, parameters=(Parameter("url", ("a.url",), required=True),))
    for given_parameters in ({}, {"url": None}, None):
        data = body(rows(["Ann", 1, 2]), GlobalParameters=given_parameters)
        assert refusal(data, program)[:2] == ("BadUserArgument", "MissingRequiredGlobalParameters")


def test_a_service_without_inputs() -> None:
    program = Program(title="None", outputs=PROGRAM.outputs)
    for data in (b"{}", b'{"Inputs": {}}', b'{"Inputs": null, "GlobalParameters": {}}'):
        assert decode(data, program).inputs == {}
    assert refusal(b'{"Inputs": {"input1": []}}', program)[1] == "InvalidInputNames"
    assert refusal(b"", program)[1] == "RequestIsEmpty"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(json_values, st.booleans())
def test_any_json_is_read_or_refused(value: Any, as_input: bool) -> None:
    data = body(value) if as_input else json.dumps(value).encode()
    try:
        decode(data, PROGRAM)
    except ServiceError as error:
        found = error.status, bool(error.details)
    else:
        found = 400, True
    assert found == (400, True)


@given(st.binary(max_size=64))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(ServiceError) as caught:
        decode(data, PROGRAM)
    assert caught.value.status == 400


@given(st.lists(st.lists(st.text(max_size=6) | st.none() | st.integers(-5, 5), min_size=3, max_size=3), max_size=4))
def test_rows_and_records_are_read_alike(values: list[list[Any]]) -> None:
    names = ["name", "age", "income"]
    records = [dict(zip(names, row, strict=True)) for row in values]

    def outcome(value: Any) -> Any:
        try:
            return read(value)
        except ServiceError as error:
            return error.as_json()

    assert outcome({"ColumnNames": names, "Values": values}) == outcome(records)


# Answers.

TABLE = Table(
    pa.table({
        "text": ["a", None], "whole": [2**62 + 1, None], "number": [0.1, 3.0], "flag": [True, None],
        "when": pa.array([0, None], pa.timestamp("us")),
    })
)  # fmt: skip


def test_an_answer_in_table_form() -> None:
    answer = json.loads(encode(Answer(output1=TABLE), PROGRAM, details=True))
    assert answer == {
        "Results": {
            "output1": {
                "type": "table",
                "value": {
                    "ColumnNames": ["text", "whole", "number", "flag", "when"],
                    "ColumnTypes": ["String", "Int64", "Double", "Boolean", "DateTime"],
                    "Values": [
                        ["a", str(2**62 + 1), "0.1", "True", "1970-01-01T00:00:00"],
                        [None, None, "3.0", None, None],
                    ],
                },
            }
        }
    }


def test_types_are_told_with_details_only() -> None:
    value = json.loads(encode(Answer(output1=TABLE), PROGRAM))["Results"]["output1"]["value"]
    assert list(value) == ["ColumnNames", "Values"]


@pytest.mark.parametrize("cells", [[], [None]], ids=["no_row", "no_value"])
def test_a_column_without_a_value_has_the_type_that_it_was_published_with(cells: list[None]) -> None:
    """A script gives such a column whatever type pandas has for nothing."""
    fields = (Field("label", "String"), Field("count", "Integer"), Field("other", "String", known=False))
    program = msgspec.structs.replace(PROGRAM, outputs=(Output("output1", "score.dataset", fields=fields),))
    nothing = pa.array(cells, pa.float64())
    table = Table(pa.table({"count": nothing, "label": nothing, "other": nothing, "new": nothing}))
    value = json.loads(encode(Answer(output1=table), program, details=True))["Results"]["output1"]["value"]
    assert value["ColumnTypes"] == ["Int64", "String", "Double", "Double"]


def test_an_answer_in_record_form_has_every_key_in_every_row() -> None:
    records = json.loads(encode(Answer(output1=TABLE), PROGRAM, swagger=True))["Results"]["output1"]
    assert [list(record) for record in records] == [TABLE.arrow.column_names] * 2
    assert records[0]["flag"] == "True"
    assert records[1]["text"] is None


def test_an_output_that_was_left_out_is_empty() -> None:
    value = json.loads(encode(Answer(), PROGRAM))["Results"]["output1"]["value"]
    assert value == {"ColumnNames": [], "Values": []}


def test_models_are_no_answer_beside_tables_and_refused_alone() -> None:
    model = Output("model", "train.trained_model", "TrainedModel")
    both = Program(title="Both", outputs=(model, *PROGRAM.outputs))
    assert list(json.loads(encode(Answer(output1=TABLE), both))["Results"]) == ["output1"]
    with pytest.raises(ServiceError, match="batch job") as caught:
        encode(Answer(), Program(title="Model", outputs=(model,)))
    assert caught.value.details[0].code == "DataTypeNotSupported"


numbers = st.one_of(st.none(), st.floats(allow_nan=False))


@given(st.lists(numbers, max_size=5), st.booleans())
def test_numbers_that_leave_come_back_the_same(values: list[float | None], many: bool) -> None:
    values = values * (100 if many else 1)  # beyond what Python does cell by cell
    program = Program(
        title="Echo",
        inputs=(Input("input1", ("a.dataset1",), (Field("x", "Double"),)),),
        outputs=(Output("input1", "a.result_dataset"),),
    )
    table = Table(pa.table({"x": pa.array(values, pa.float64())}))
    codec = Codec(program)
    answer = json.loads(codec.encode(Answer(input1=table)))["Results"]["input1"]["value"]
    again = whole(codec.decode(json.dumps({"Inputs": {"input1": answer}}).encode()))
    assert again.arrow.column("x").to_pylist() == values


def test_the_rows_that_a_program_keeps_are_read_like_a_call() -> None:
    assert sample(PROGRAM.inputs[0]).arrow.to_pydict() == {"name": ["Ann"], "age": [31], "income": [None]}


NUMBERS = Program(
    title="Numbers",
    inputs=(Input("input1", ("a.dataset1",), tuple(Field(name, "Double") for name in "xyz")),),
    outputs=(),
)


def _many(cells: list[list[Any]], names: str = "xyz") -> bytes:
    """Enough rows for the way of many numbers."""
    return body({"ColumnNames": list(names), "Values": cells * 200})


@pytest.mark.parametrize("names", ["xyz", "zxy"])
@pytest.mark.parametrize(
    "row",
    [
        [1.5, -0.0, 5e-324],
        [1, 2, 3],
        [2**53 + 1, 2**64, 10**30],
        [True, False, 1],
        ["1.5", " 2 ", "1e3"],
        [None, "", "NA"],
        [float("nan"), float("inf"), -float("inf")],
    ],
    ids=["floats", "integers", "large integers", "booleans", "texts", "missing", "no numbers"],
)
def test_many_numbers_are_read_as_few_are(row: list[Any], names: str) -> None:
    expected = whole(decode(body({"ColumnNames": list(names), "Values": [row]}), NUMBERS))
    found = whole(decode(_many([row], names), NUMBERS))
    assert found.arrow.schema.equals(expected.arrow.schema, check_metadata=True)
    assert found.arrow.slice(0, 1).equals(expected.arrow)
    assert found.num_rows == 200
    assert found.equals(Table(found.arrow))


@pytest.mark.parametrize(
    "data",
    [
        _many([[1, 2, "x"]]),
        _many([[1, 2]]),
        _many([[1, 2, 3], [1, 2, 3, 4]]),
        _many([[1, 2, 3]], "xyy"),
        _many([[1, 2, 3]], "xy"),
        _many([[1, 2, 3]], "abc"),
        _many([[1, 2, [3]]]),
        body({"ColumnNames": list("xyz"), "Values": [[1, 2, 3]] * 500}, GlobalParameters={"p": 1}),
        json.dumps({"Inputs": {"other": {"ColumnNames": list("xyz"), "Values": [[1, 2, 3]] * 500}}}).encode(),
        _many([[1, 2, 3]])[:-1],
    ],
    ids=["text", "narrow", "uneven", "twice", "missing", "others", "nested", "parameter", "input", "cut"],
)
def test_what_is_wrong_with_many_numbers_is_told(data: bytes) -> None:
    assert refusal(data, NUMBERS)[0] in {"BadArgument", "BadUserArgument"}


@pytest.mark.parametrize("details", [False, True])
@pytest.mark.parametrize("swagger", [False, True])
@given(
    rows=st.lists(st.tuples(st.none() | st.floats(allow_nan=False), st.none() | st.integers(-(2**63), 2**63 - 1),
                       st.none() | st.booleans(), st.none() | st.text(st.characters(exclude_categories=["Cs"]))), max_size=4)
)  # fmt: skip
def test_few_rows_are_told_as_any_table_is(rows: list[tuple[Any, ...]], *, details: bool, swagger: bool) -> None:
    kinds = (Kind.DOUBLE, Kind.INTEGER, Kind.BOOLEAN, Kind.STRING)
    few = Few(
        len(rows), [FewColumn(kind.value, kind, [row[place] for row in rows]) for place, kind in enumerate(kinds)]
    )
    fields = tuple(Field(kind.value, kind.value) for kind in kinds)
    codec = Codec(Program(title="Echo", outputs=(Output("o", "a.result_dataset", fields=fields),)))
    plain = codec.encode(FewAnswer(few), details=details, swagger=swagger)
    assert plain == codec.encode(Answer(o=few.table), details=details, swagger=swagger)


class FewAnswer(Answer):
    """What a call gave, as plain values."""

    def __init__(self, few: Few) -> None:
        super().__init__()
        self._few = few

    def few(self, name: str) -> Few | None:
        return self._few if name == "o" else None


@given(st.lists(st.tuples(st.none() | st.floats() | st.integers() | st.sampled_from(["", "NA", " 1.5 ", "x"]),
                          st.none() | st.integers(-(2**65), 2**65) | st.floats() | st.sampled_from(["7", "1e3", "true"]),
                          st.none() | st.booleans() | st.sampled_from([0, 1, 2, "True", "no", 1.0]),
                          st.none() | st.text(max_size=3) | st.integers() | st.floats(),
                          st.none() | st.sampled_from(["2020-01-02", "2020-01-02T03:04:05Z", "5", 5]),
                          st.none() | st.sampled_from(["1 days", "00:00:01", "x"])), max_size=3))  # fmt: skip
def test_few_rows_are_read_as_any_table_is(rows: list[tuple[Any, ...]]) -> None:
    kinds = ("Double", "Integer", "Boolean", "String", "DateTime", "TimeSpan")
    program = Program(title="All", inputs=(Input("i", ("a.d",), tuple(Field(kind, kind) for kind in kinds)),))
    data = json.dumps({"Inputs": {"i": {"ColumnNames": list(kinds), "Values": rows}}}).encode()
    told: list[Any] = []
    for codec in (Codec(program), Codec(program, plainly=True)):
        try:
            table = codec.decode(data).inputs["i"]
            told.append((table.table if isinstance(table, Few) else table).arrow.to_pydict())
        except ServiceError as error:
            told.append(str(error))
    assert told[0] == told[1]


EDGES = [0.0, -0.0, 1e-4, 9.999999e-5, 1e15, 999999999999999.9, 1e16, 1e22, 1e-5]


@given(st.lists(st.floats(allow_nan=False) | st.floats(-1e16, 1e16) | st.sampled_from(EDGES), min_size=1, max_size=30))
def test_many_numbers_are_told_as_few_are(values: list[float]) -> None:
    codec = Codec(Program(title="Echo", outputs=(Output("o", "a.result_dataset"),)))
    few, many = Table(pa.table({"x": values})), Table(pa.table({"x": values * 300}))
    told = [json.loads(codec.encode(Answer(o=table)))["Results"]["o"]["value"]["Values"] for table in (few, many)]
    assert told[1] == told[0] * 300


def test_many_cells_are_not_read_on_a_loop() -> None:
    names = [f"c{place}" for place in range(100)]
    program = Program(title="Wide", inputs=(Input("i", ("a.d",), tuple(Field(name, "String") for name in names)),))
    records = [dict.fromkeys(names, "x"), *[{}] * 300]
    steps = Codec(program).decoding(json.dumps({"Inputs": {"i": records}}).encode())
    assert next(steps) is ELSEWHERE
    table = finish(steps, ELSEWHERE).inputs["i"]
    assert isinstance(table, Table)
    assert (table.num_rows, table.num_columns) == (301, 100)


def test_a_category_counts_as_often_as_it_stands_there() -> None:
    codes = pa.array([0] * 5000 + [None], pa.int32())
    column = pa.DictionaryArray.from_arrays(codes, pa.array(["x" * 1000, "y"], pa.large_string()))
    codec = Codec(Program(title="Echo", outputs=(Output("o", "a.result_dataset"),)))
    assert 5_000_000 < codec.size(Answer(o=Table(pa.table({"c": column})))) < 5_200_000
    assert codec.size(Answer(o=Table(pa.table({"n": [1.5] * 1000})))) == 8000
    assert codec.size(Answer()) == 0
