"""Code bundles as clients put them: what is read, what is refused, what answers."""

from __future__ import annotations

import base64
import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from bottega.engine import environment_of
from bottega.errors import BottegaError
from bottega.sandbox.host.environment import Environment
from bottega.services.code import publish_code, zipped
from bottega.services.errors import ServiceError
from bottega.services.program import Program
from bottega.services.publish import Published
from tests.engine.helpers import Bench, people
from tests.services.bench import call, hosting, published

SOURCE = "def azureml_main(frame):\n    frame['sum'] = frame['a'] + frame['b']\n    return frame[['sum']]\n"
INTEGER = {"type": "integer", "format": "int64"}
NUMBER = {"type": "number", "format": "double"}


def bundle(source: str = SOURCE, **more: Any) -> dict[str, Any]:
    """A body; keys of the bundle replace its own."""
    own = {
        "InputSchema": {"a": INTEGER, "b": NUMBER},
        "OutputSchema": {"sum": NUMBER},
        "Language": "python-3",
        "SourceCode": source,
    }
    return {"Name": "add", "Type": "Code", "CodeBundle": own | more}


def put(bench: Bench, body: Any, service_id: str | None = None) -> Published:
    """Publish it."""
    return publish_code(bench.workspace, service_id, body)


def refused(bench: Bench, body: Any) -> ServiceError:
    """The error."""
    with pytest.raises(ServiceError) as caught:
        put(bench, body)
    assert (caught.value.status, caught.value.code) == (400, "BadArgument")
    assert caught.value.details
    assert bench.workspace.services.list() == []
    return caught.value


@pytest.mark.usefixtures("environment")
def test_a_bundle_answers_all_rows_of_a_call_at_once(bench: Bench) -> None:
    made = put(bench, bundle())
    assert (made.service.name, made.service.kind, made.version.number) == ("add", "code", 1)
    program = Program.loads(made.version.program)
    assert [(field.name, field.type) for field in program.inputs[0].fields] == [("a", "Integer"), ("b", "Double")]
    assert [(field.name, field.type) for field in program.outputs[0].fields or ()] == [("sum", "Double")]
    assert "azureml_main" in program.document
    with hosting(bench) as host:
        rows = call(host, made.endpoint.id, ["a", "b"], ["1", "2.5"], [3, 4.25])
    assert rows == [{"sum": "3.5"}, {"sum": "7.25"}]


@pytest.mark.usefixtures("environment")
def test_another_put_is_the_next_version(bench: Bench) -> None:
    made = put(bench, bundle(), "ab" * 16)
    again = put(bench, bundle("def azureml_main(frame):\n    return frame[['a']] * 0\n"), "ab" * 16)
    assert (again.service.id, again.version.number, again.endpoint.id) == ("ab" * 16, 2, made.endpoint.id)
    with hosting(bench) as host:
        assert call(host, again.endpoint.id, ["a", "b"], [1, 2]) == [{"a": "0"}]


@pytest.mark.usefixtures("environment")
def test_files_go_with_it_and_can_be_imported(bench: Bench) -> None:
    files = zipped([("helper.py", b"def twice(x):\n    return x * 2\n"), ("note.txt", b"kept")])
    source = (
        "import helper\ndef azureml_main(frame):\n    frame['a'] = helper.twice(frame['a'])\n"
        "    frame['t'] = open('Script Bundle/note.txt').read()\n    return frame\n"
    )
    made = put(bench, bundle(source, ZipContents=base64.encodebytes(files).decode()))
    with hosting(bench) as host:
        assert call(host, made.endpoint.id, ["a", "b"], [2, 0])[0]["a"] == "4"
    bench.workspace.upkeep.prune()
    with hosting(bench) as host:
        assert call(host, made.endpoint.id, ["a", "b"], [2, 0])[0]["t"] == "kept"


@pytest.mark.usefixtures("environment")
def test_without_inputs_the_function_has_no_arguments(bench: Bench) -> None:
    source = "import pandas as pd\ndef azureml_main():\n    return pd.DataFrame({'x': [1]})\n"
    made = put(bench, bundle(source, InputSchema={}, OutputSchema=None))
    with hosting(bench) as host:
        assert call(host, made.endpoint.id, []) == [{"x": "1"}]


def test_an_old_python_alone_can_tell_whether_it_takes_a_text(
    bench: Bench, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = bundle("def azureml_main(frame):\n    print 1\n    return frame\n")
    assert "Line 2 of SourceCode" in str(refused(bench, body))
    old = replace(environment, interpreter=replace(environment.interpreter, version="2.7.18"))
    monkeypatch.setattr(environment_of, "built", lambda _choice: old)
    assert put(bench, body).version.number == 1


@pytest.mark.parametrize("language", ["python-2.7-64", "Python-2.7-64"])
def test_old_languages_have_no_runtime(bench: Bench, language: str) -> None:
    assert f"{language} runtime not available" in str(refused(bench, bundle(Language=language)))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (None, "The body has to be"),
        ([], "The body has to be"),
        ({"Name": "x", "Type": "Code"}, "CodeBundle has to be"),
        (bundle() | {"Type": "Graph"}, "only services of type Code"),
        (bundle() | {"Name": ""}, "Name has to be"),
        (bundle() | {"Name": 7}, "Name has to be"),
        (bundle() | {"Name": "x" * 2000}, "Name has to be"),
        (bundle(Language=None), "no runtime for the language"),
        (bundle(Language="cobol"), "no runtime for the language"),
        (bundle(SourceCode=None), "SourceCode has to be"),
        (bundle(" "), "SourceCode has to be"),
        (bundle("\ud800"), "half of a character"),
        (bundle("x = 1\n"), "defines no function azureml_main"),
        (bundle("def azureml_main(f):\n  return f +\n"), "Line 2 of SourceCode"),
        (bundle(InputSchema=[1]), "InputSchema has to be"),
        (bundle(InputSchema={"a": 5}), "InputSchema.a has to be"),
        (bundle(InputSchema={"a": {"type": "object"}}), "InputSchema.a is of type"),
        (bundle(InputSchema={"": INTEGER}), "is of type"),
        (bundle(InputSchema={str(n): INTEGER for n in range(10_001)}), "more than 10,000"),
        (bundle(OutputSchema={"a": {}}), "OutputSchema.a is of type"),
        (bundle(ZipContents="!"), "no base64"),
        (bundle(ZipContents=7), "zip archive in base64"),
        (bundle(ZipContents="AAAA"), "is no zip archive"),
        (bundle(Environment=7), "Environment has to be"),
    ],
    ids=range(24),
)
def test_bodies_that_cannot_be(bench: Bench, body: Any, message: str) -> None:
    assert message.casefold() in str(refused(bench, body)).casefold()


def test_unknown_environments_and_services_of_experiments(
    bench: Bench, environment: Environment, tmp_path: Any
) -> None:
    assert environment.name == "default"
    with pytest.raises(BottegaError) as caught:
        put(bench, bundle(Environment="none-such"))
    assert caught.value.code == "environment-unknown"
    experiment = people(tmp_path).add(
        "pick", "select-columns-in-dataset", inputs={"dataset": "people"}, columns=["age"]
    )
    experiment = experiment.with_service_input("input1", "pick.dataset").with_service_output("output1", "pick")
    service = published(bench, experiment).service
    with pytest.raises(ServiceError, match="was made of an experiment"):
        put(bench, bundle(), service.id)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ({"type": "integer", "format": "int32"}, "Integer"), ({"type": "Boolean"}, "Boolean"), ({"type": "double"}, "Double"),
        ({"type": "string", "format": "string"}, "String"), ({"type": "string", "format": "date-time"}, "DateTime"),
        ({"type": "string", "format": "time-span"}, "TimeSpan"), ("logical", "Boolean"), ({"type": "INT32"}, "Integer"),
    ],
    ids=range(8),
)  # fmt: skip
@pytest.mark.usefixtures("environment")
def test_types_by_the_words_that_clients_have(bench: Bench, word: Any, kind: str) -> None:
    made = put(bench, bundle(InputSchema={"a": word}))
    assert Program.loads(made.version.program).inputs[0].fields[0].type == kind


def test_equal_files_are_one_archive() -> None:
    one = zipped([("a", b"1"), ("b", b"2")])
    assert one == zipped([("a", b"1"), ("b", b"2")])
    assert zipfile.ZipFile(io.BytesIO(one)).read("b") == b"2"
