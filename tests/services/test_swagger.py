"""The API description of a web service."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest

from bottega.services import examples, swagger
from bottega.services.program import Field, Input, Output, Parameter, Program
from tests.services.described import ROWS, program


def document(given: Program | None = None) -> dict[str, Any]:
    told = swagger.document(given or program(), host="h:1", scheme="http", workspace_id="w", endpoint_id="e")
    read: dict[str, Any] = json.loads(msgspec.json.encode(told))  # as clients get it: endless numbers would be null
    return read


def nodes(value: Any) -> Iterator[Any]:
    yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(each)


def test_it_says_where_the_service_is() -> None:
    told = document()
    assert (told["swagger"], told["host"], told["basePath"], told["schemes"]) == (
        "2.0",
        "h:1",
        "/workspaces/w/services/e",
        ["http"],
    )


def test_every_reference_leads_to_a_definition() -> None:
    told = document()
    found = {each["$ref"] for each in nodes(told) if isinstance(each, dict) and "$ref" in each}
    assert {"#/definitions/input1Item", "#/definitions/more~1of~0itItem"} <= {unquote(each) for each in found}
    for each in found:
        name = unquote(each).removeprefix("#/definitions/").replace("~1", "/").replace("~0", "~")
        assert name in told["definitions"]


def test_types_are_those_of_classic() -> None:
    columns = document()["definitions"]["input1Item"]["properties"]
    told = {name: (schema["type"], schema.get("format")) for name, schema in columns.items()}
    assert told == {
        "age": ("integer", "int64"), "pay & more": ("number", "double"), "kind": ("string", None), "married": ("boolean", None),
        "seen": ("string", "date-time"), "took": ("string", "time-span"), "odd": ("string", None),
    }  # fmt: skip
    assert all(schema["x-nullable"] for schema in columns.values())


def test_outputs_tell_what_texts_mean_and_that_they_are_texts() -> None:
    told = document()["definitions"]
    assert told["output1Item"]["properties"]["pay & more"]["type"] == "number"
    assert {schema["type"] for schema in told["output1Row"]["properties"].values()} == {"string"}
    assert told["ExecutionResults"]["properties"]["output1"]["items"] == {"$ref": "#/definitions/output1Row"}


def test_an_output_named_like_an_input_has_a_definition_of_its_own() -> None:
    told = document()["definitions"]
    assert list(told["inputOutputItem" if "inputOutputItem" in told else "input1OutputItem"]["properties"]) == ["age"]
    assert len(told["input1Item"]["properties"]) == 7


def test_names_of_definitions_never_clash() -> None:
    given = Program(
        "t",
        inputs=(Input("a", ("n.p",)),),
        outputs=(Output("a", "n.o", fields=()), Output("aOutput", "n.o", fields=())),
    )
    inputs, outputs = swagger.item_names(given)
    names = [*inputs.values(), *outputs.values()]
    assert len(set(names)) == len(names) == 3


def test_parameters() -> None:
    told = document()["definitions"]["GlobalParameters"]
    penalty, method, seed = (told["properties"][name] for name in ("penalty", "method", "seed"))
    assert penalty | {"title": ""} == {
        "type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 9, "title": "", "default": 1.0, "description": "How much.",
    }  # fmt: skip
    assert method == {"type": "string", "enum": ["fast", "exact"]}
    assert seed == {"type": "integer", "minimum": 3, "x-nullable": True}
    assert "type" not in told["properties"]["columns"]
    assert "default" not in told["properties"]["limit"]
    assert (told["required"], told["additionalProperties"]) == (["method", "seed"], False)


def test_a_model_is_an_output_of_jobs_alone() -> None:
    told = document(program(outputs=(Output("model", "t.m", "TrainedModel"), Output("output1", "t.o", fields=()))))
    assert list(told["definitions"]["ExecutionResults"]["properties"]) == ["output1"]
    assert list(told["definitions"]["BatchRequest"]["properties"]["Outputs"]["properties"]) == ["model", "output1"]


def test_an_empty_service_is_described() -> None:
    told = document(Program(""))
    assert told["definitions"]["ExecutionRequest"]["example"] == {"Inputs": {}, "GlobalParameters": {}}
    assert told["info"]["title"]


def test_what_the_client_of_r_looks_at() -> None:
    """clients.md 3: the paths, the example's rows, one type for each column, nothing uneven."""
    told = document()
    assert len(told["paths"]) >= 2
    assert any("/execute?" in path for path in told["paths"])
    assert [row["age"] for row in told["definitions"]["ExecutionRequest"]["example"]["Inputs"]["input1"]] == [39, 50]
    assert all(isinstance(schema["type"], str) for schema in told["definitions"]["output1Item"]["properties"].values())
    assert "example" not in told["definitions"]["output1Item"]
    for path in told["paths"].values():
        for operation in path.values():
            assert len(operation["parameters"]) == 1
            for response in operation["responses"].values():
                assert next(iter(response)) == "description"


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not here")
def test_r_walks_through_it_as_its_client_does(tmp_path: Path) -> None:
    """The comparisons that R's client makes; R itself stops where one has no answer or several."""
    file = tmp_path / "swagger.json"
    file.write_bytes(msgspec.json.encode(document()))
    script = f"""
        library(jsonlite)
        told = fromJSON(readLines("{file}", warn = FALSE))
        found = c()
        for (name in names(told$paths)) for (method in told$paths[[name]]) for (part in method) for (each in part) {{
          if (each[1] == "execute") found = c(found, name)
        }}
        example = fromJSON(toJSON(told$definitions$ExecutionRequest$example))$Inputs$input1
        types = unlist(told$definitions$output1Item)
        numbers = which("number" == types[grepl("\\\\.type$", names(types))])
        cat(found, paste(names(as.list(example)), collapse = ","), numbers, sep = "|")
    """
    done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=True)
    assert done.stdout == f"{swagger.EXECUTE}|age,pay & more,kind,married,seen,took,odd|2"


def test_examples_have_the_types_of_json() -> None:
    first, second = examples.records(program().inputs[0])
    assert first == {
        "age": 39,
        "pay & more": 1.5,
        "kind": "x",
        "married": True,
        "seen": "2016-01-02T00:00:00",
        "took": "01:00:00",
        "odd": "1",
    }
    assert (second["pay & more"], second["married"]) == (None, False)


@pytest.mark.parametrize(("cell", "wanted"), [("nan", "nan"), ("inf", "inf"), ("1e3", 1000.0), ("x", "x")])
def test_numbers_that_json_has_not_stay_text(cell: str, wanted: object) -> None:
    given = Input("i", ("n.p",), (Field("a", "Double"),), ((cell,),))
    assert examples.records(given) == [{"a": wanted}]


def test_without_rows_there_are_placeholders() -> None:
    given = msgspec.structs.replace(program().inputs[0], samples=())
    (row,) = examples.rows(given)
    assert len(row) == len(ROWS[0])
    assert examples.records(given)[0]["married"] is True


@pytest.mark.parametrize(
    ("schema", "wanted"),
    [
        ({"type": "integer", "minimum": 3}, 3), ({"type": "integer", "maximum": -2}, -2), ({"type": "number", "exclusiveMinimum": 4}, 5),
        ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, 0.5), ({"type": "number", "exclusiveMaximum": 0}, -1),
        ({"type": "integer"}, 1), ({"type": "boolean"}, True), ({"enum": ["b", "a"], "type": "string"}, "b"),
        ({"type": "string", "default": "d"}, "d"), ({"type": ["string", "array"]}, "value"), ({}, "value"),
        ({"anyOf": [{"type": "null"}, {"type": "integer", "minimum": 7}]}, 7),
    ],
    ids=str,
)  # fmt: skip
def test_a_required_parameter_has_an_example_that_its_schema_takes(schema: dict[str, Any], wanted: object) -> None:
    assert examples.parameter(Parameter("p", ("a.b",), schema, required=True)) == wanted
