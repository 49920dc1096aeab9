"""Requests for batch jobs: every form that clients send, and each documented code for those that do not fit."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.sdk.ports import PortType
from bottega.services.batch.place import Place
from bottega.services.batch.request import BatchRequest, decode, endings
from bottega.services.errors import ServiceError
from bottega.services.program import Field, Input, Node, Output, Parameter, Program

KEY = base64.b64encode(b"very secret").decode()
CONNECTION = f"DefaultEndpointsProtocol=https;AccountName=anna;AccountKey={KEY}"
FIELDS = (Field("age", "Integer"),)
SPLIT = Node("split", "split-data", {}, {})
SEED = Parameter("seed", ("split.random_seed",), {"type": "integer"})
PROGRAM = Program(
    title="Test",
    inputs=(Input("input1", ("a.dataset",), FIELDS),),
    outputs=(Output("output1", "a.results"), Output("model", "b.trained_model", PortType.TRAINED_MODEL)),
    parameters=(SEED,),
    nodes=(SPLIT,),
)
TWO = Program(title="Test", inputs=(Input("a", ("a.dataset",)), Input("b", ("b.dataset",))))
NONE = Program(title="Test", outputs=(Output("output1", "a.results"),))


def at(relative: str = "box/in.csv", **more: Any) -> dict[str, Any]:
    return {"ConnectionString": CONNECTION, "RelativeLocation": relative, **more}


def body(**parts: Any) -> bytes:
    return json.dumps({"Inputs": {"input1": at()}, **parts}).encode()


def refusal(data: bytes, program: Program = PROGRAM) -> tuple[str, str]:
    with pytest.raises(ServiceError) as caught:
        decode(data, program)
    [detail] = caught.value.details
    assert caught.value.status == 400
    assert KEY not in str(caught.value)
    return caught.value.code, detail.code


def bad(data: bytes, program: Program = PROGRAM) -> str:
    code, detail = refusal(data, program)
    assert code == "BadArgument"
    return detail


def test_what_old_clients_send() -> None:
    asked = decode(body(Outputs={"output1": at("box/out.tsv")}, GlobalParameters={"seed": 3}), PROGRAM)
    assert asked == BatchRequest(
        {"input1": Place(CONNECTION, None, "box/in.csv")},
        {"output1": Place(CONNECTION, None, "box/out.tsv")},
        {"seed": 3},
    )


def test_the_oldest_form_has_one_input() -> None:
    told = {"ConnectionString": None, "RelativeLocation": "/box/in.csv", "BaseLocation": "https://h.example/",
            "SasBlobToken": "?sig=x"}  # fmt: skip
    asked = decode(
        json.dumps({"Input": told, "Inputs": None, "Outputs": None, "GlobalParameters": None}).encode(), PROGRAM
    )
    assert asked.inputs == {"input1": Place(None, "https://h.example/", "box/in.csv", "sig=x")}
    assert (asked.outputs, asked.parameters) == ({}, {})


def test_letters_of_keys_and_keys_that_mean_nothing_here_do_not_matter() -> None:
    told = {"inputs": {"input1": {"connectionstring": f" {CONNECTION}\n", "relativeLocation": "box/in.csv", "Other": 1}},
            "AzureBatchPoolId": "pool"}  # fmt: skip
    assert decode(json.dumps(told).encode(), PROGRAM).inputs == {"input1": Place(CONNECTION, None, "box/in.csv")}


def test_a_service_without_inputs_needs_none() -> None:
    assert decode(b"{}", NONE).inputs == {}


def test_an_output_that_is_null_goes_to_the_workspace() -> None:
    assert decode(body(Outputs={"output1": None, "model": at("box/m.ilearner")}), PROGRAM).outputs == {
        "model": Place(CONNECTION, None, "box/m.ilearner")
    }


def test_a_request_comes_back_from_the_store() -> None:
    asked = decode(body(Outputs={"model": at("box/m.ilearner")}, GlobalParameters={"seed": 3}), PROGRAM)
    assert BatchRequest.from_json(json.loads(json.dumps(asked.to_json()))) == asked
    assert KEY not in repr(asked)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "RequestIsEmpty"),
        (b" \n", "RequestIsEmpty"),
        (b"{", "RequestBodyInvalid"),
        (b"\xff", "RequestBodyInvalid"),
        (b"[" * 100_000, "RequestBodyInvalid"),
        (b'{"Inputs": {"input1": {"SasBlobToken": "\\ud800"}}}', "RequestBodyInvalid"),  # half of a character
        (b'{"Inputs": {}, "GlobalParameters": {"\\udfff": 1}}', "RequestBodyInvalid"),
        (b"[]", "RequestBodyInvalid"),
        (b'"x"', "RequestBodyInvalid"),
        (b"{}", "BatchJobInputsNotSpecified"),
        (b'{"Inputs": []}', "RequestBodyInvalid"),
        (b'{"Inputs": {}}', "BatchJobInputsNotSpecified"),
        (b'{"Inputs": {"input1": null}}', "BatchJobInputsNotSpecified"),
        (b'{"Inputs": {"other": {}}}', "InvalidInputNames"),
        (b'{"Inputs": {"input1": "x"}}', "MissingInputBlobInformation"),
        (b'{"Inputs": {"input1": {}}}', "MissingInputBlobInformation"),
    ],
    ids=range(16),
)
def test_bodies_that_are_none(data: bytes, code: str) -> None:
    assert bad(data) == code


def test_one_input_and_several_do_not_go_together() -> None:
    assert bad(body(Input=at())) == "BatchJobInputsTooManySpecified"
    assert bad(json.dumps({"Input": at()}).encode(), NONE) == "BatchJobInputsTooManySpecified"
    assert refusal(json.dumps({"Input": at()}).encode(), TWO) == ("InvalidOperation", "MultipleInputsNotAllowed")


def test_each_input_is_needed() -> None:
    with pytest.raises(ServiceError, match="where the input b is") as caught:
        decode(json.dumps({"Inputs": {"a": at()}}).encode(), TWO)
    assert caught.value.details[0].target == "b"


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ({"ConnectionString": CONNECTION}, "MissingInputBlobInformation"),
        ({"RelativeLocation": "box/in.csv"}, "MissingInputBlobInformation"),
        ({"RelativeLocation": "box/in.csv", "SasBlobToken": "?sig=x"}, "MissingInputBlobInformation"),
        (at(""), "MissingInputBlobInformation"),
        (at("/"), "MissingInputBlobInformation"),
        (at(RelativeLocation=3), "MissingInputBlobInformation"),
        (at(ConnectionString=["x"]), "MissingInputBlobInformation"),
        (at(ConnectionString=f"{CONNECTION};X={'x' * 9000}"), "MissingInputBlobInformation"),
        (at(ConnectionString="nothing"), "InvalidBlobConnectionString"),
        (at(ConnectionString=None, BaseLocation="nothing"), "InvalidBlob"),
        (at("box/in"), "InvalidBlobExtension"),
        (at("box/in.parquet"), "InvalidBlobExtension"),
        (at("box/in.csv?sig=x"), "InvalidBlobExtension"),
        (at("in.csv"), "ContainerSegmentInvalid"),
        (at("box/../in.csv"), "InputBlobRelativeLocationInvalid"),
        (at("BOX/in.csv"), "ContainerSegmentInvalid"),
        (at(f"box/{'a' * 1030}.csv"), "BlobNameTooLong"),
    ],
    ids=range(17),
)
def test_inputs_that_are_none(place: dict[str, Any], code: str) -> None:
    assert bad(body(Inputs={"input1": place})) == code


@pytest.mark.parametrize(
    ("outputs", "code"),
    [
        ([], "RequestBodyInvalid"),
        ({"other": at()}, "InvalidOutputOverrideName"),
        ({"output1": {}}, "MissingOutputOverrideSpecification"),
        ({"output1": "x"}, "MissingOutputOverrideSpecification"),
        (
            {"output1": {"BaseLocation": "https://h.example", "RelativeLocation": "box/a.csv"}},
            "MissingOutputOverrideSpecification",
        ),
        ({"output1": at("box/out.ilearner")}, "InvalidBlobExtension"),
        ({"model": at("box/out.csv")}, "InvalidBlobExtension"),
        ({"output1": at("Box/out.csv")}, "ContainerSegmentInvalid"),
        ({"output1": at(ConnectionString="x")}, "InvalidBlobConnectionString"),
    ],
    ids=range(9),
)
def test_outputs_that_are_none(outputs: Any, code: str) -> None:
    assert bad(body(Outputs=outputs)) == code


def test_two_outputs_do_not_overwrite_each_other() -> None:
    two = Program(title="Test", outputs=(Output("one", "a.results"), Output("two", "b.results")))
    base = {
        "BaseLocation": "https://anna.blob.core.windows.net",
        "RelativeLocation": "box/out.csv",
        "SasBlobToken": "sig=x",
    }
    told = {"Outputs": {"one": at("box/out.csv"), "two": base}}
    assert bad(json.dumps(told).encode(), two) == "InvalidOutputOverrideName"


@pytest.mark.parametrize(
    ("given", "code"),
    [({"other": 1}, "UnexpectedParameter"), ({"seed": "x"}, "UserParameterInvalid")],
    ids=["unknown", "wrong"],
)
def test_parameters_that_do_not_fit(given: dict[str, Any], code: str) -> None:
    assert refusal(body(GlobalParameters=given)) == ("BadUserArgument", code)


def test_a_required_parameter_is_told() -> None:
    required = Program(
        title="Test", parameters=(Parameter("seed", ("split.random_seed",), required=True),), nodes=(SPLIT,)
    )
    assert refusal(b"{}", required) == ("BadUserArgument", "MissingRequiredGlobalParameters")
    assert bad(b'{"GlobalParameters": [1]}', required) == "RequestBodyInvalid"


def test_endings_follow_the_type() -> None:
    assert endings(PortType.TABLE) == (".csv", ".tsv", ".arff")
    assert endings(PortType.TRANSFORM) == (".itransform",)
    assert endings(PortType.DEVICE) == ()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=10), each, max_size=3),
)
_BLOB = st.dictionaries(
    st.sampled_from(["ConnectionString", "RelativeLocation", "BaseLocation", "SasBlobToken"]), _JSON
)


@given(inputs=_JSON | st.fixed_dictionaries({"input1": _BLOB}), outputs=_JSON | st.fixed_dictionaries({"model": _BLOB}))
def test_whatever_comes_is_a_request_or_refused(inputs: Any, outputs: Any) -> None:
    try:
        asked = decode(json.dumps({"Inputs": inputs, "Outputs": outputs}).encode(), PROGRAM)
    except ServiceError:
        return
    assert set(asked.inputs) == {"input1"}
