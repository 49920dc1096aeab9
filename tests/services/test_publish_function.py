"""`bottega.publish` and `@bottega.service`: a function published, and called by a server."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import bottega
from bottega.errors import BottegaError
from bottega.services import links
from bottega.services.errors import ServiceError
from bottega.services.function_service import FunctionService
from bottega.services.functions import bundled
from bottega.services.program import Program
from tests.server.conftest import live, server  # noqa: F401 - fixtures
from tests.server.helpers import Live

RATE = 0.5


def total(price: float, count: int = 2, vat: bool = True) -> float:
    """What it costs."""
    return price * count * (1 + (RATE if vat else 0))


def several(text: str, when: dt.datetime) -> tuple[str, int]:
    return text.upper() + str(type(when).__name__ == "Timestamp"), when.year


def named(x: int) -> dict[str, Any]:
    return {"twice": x * 2, "text": str(x)}


def missing(x: int | None, y: float | None) -> Any:
    return f"{x!r} {y!r}"


def frame(rows: pd.DataFrame) -> pd.DataFrame:
    rows["double"] = rows["age"] * 2
    return rows


def failing(x: int) -> int:
    return 1 // x


def put(live: Live, function: Any, **how: Any) -> FunctionService:  # noqa: F811 - the fixture's value
    """Published in the folder of a server that runs."""
    (live.workspace.folder / "server.json").write_text(f'{{"url": "{live.url}", "pid": 1}}')
    return bottega.publish(function, workspace=live.workspace.folder, **how)


@pytest.mark.usefixtures("environment")
def test_it_is_called_like_the_function(live: Live) -> None:  # noqa: F811
    service = put(live, total)
    assert (service.name, service.function, service.__doc__) == ("total", total, "What it costs.")
    assert service(10) == total(10)
    assert service(10, vat=False, count=3) == 30
    assert service.map([(1, 1, True), [2, 1, False]]) == [1.5, 2]
    assert service.primary_key not in repr(service)
    assert service.api_location == links.api_location(
        live.url, live.workspace.id, service.api_location.rpartition("/")[2]
    )
    with pytest.raises(TypeError):
        service()
    with pytest.raises(BottegaError, match="takes 3 values"):
        service.map([(1,)])


@pytest.mark.usefixtures("environment")
def test_values_of_all_kinds(live: Live) -> None:  # noqa: F811
    assert put(live, several)("a", dt.datetime(2020, 5, 1, 12, tzinfo=dt.UTC)) == ("ATrue", 2020)
    assert put(live, named, outputs={"twice": int, "text": str})(4) == {"twice": 8, "text": "4"}
    assert put(live, named, name="untold")(4) == {"twice": "8", "text": "4"}
    service = put(live, missing)
    assert service.map([(1, 2.5), (None, None), (7, float("nan"))]) == ["1 2.5", "None None", "7 None"]
    assert service(2**53 + 1, None) == "9007199254740993 None"


@pytest.mark.usefixtures("environment")
def test_a_function_of_a_frame(live: Live) -> None:  # noqa: F811
    service = put(live, frame, inputs={"name": str, "age": int}, outputs={"name": str, "age": int, "double": int})
    answer = service(pd.DataFrame({"age": [1, 2], "more": 0, "name": ["a", None]}))
    assert answer.fillna("missing").to_dict("list") == {"name": ["a", "missing"], "age": [1, 2], "double": [2, 4]}
    with pytest.raises(BottegaError, match="no column name"):
        service(pd.DataFrame({"age": [1]}))
    with pytest.raises(BottegaError, match="takes a frame"):
        service.map([(1,)])


@pytest.mark.usefixtures("environment")
def test_its_error_is_told_with_its_line(live: Live) -> None:  # noqa: F811
    with pytest.raises(ServiceError) as caught:
        put(live, failing)(0)
    assert (caught.value.status, caught.value.code) == (400, "ModuleExecutionError")
    assert "return 1 // x" in caught.value.details[0].message


@pytest.mark.usefixtures("environment")
def test_publishing_again_is_the_next_version(live: Live) -> None:  # noqa: F811
    first = put(live, total)
    second = put(live, failing, name="total")
    assert (second.service_id, second.primary_key) == (first.service_id, first.primary_key)
    assert second(1) == 1
    other = put(live, total, service_id="cd" * 16, name="mine")
    assert other.service_id == "cd" * 16
    assert [len(live.workspace.services.versions(each)) for each in (first.service_id, other.service_id)] == [2, 1]


@pytest.mark.usefixtures("environment")
def test_by_url_and_token(live: Live) -> None:  # noqa: F811
    where: dict[str, Any] = {"url": live.url + "/", "token": live.token, "workspace": live.workspace.id}

    @bottega.service(name="remote", **where)
    def remote(x: float) -> float:
        return x + RATE

    assert remote(1) == 1.5
    again = bottega.publish(total, name="remote", **where)
    assert again.service_id == remote.service_id
    assert again(1) == 3
    program = Program.loads(live.workspace.services.versions(remote.service_id)[0].program)
    assert "@bottega" not in program.document
    with pytest.raises(ServiceError) as caught:
        bottega.publish(total, **{**where, "token": "wrong"})
    assert caught.value.status == 401
    with pytest.raises(BottegaError, match="workspace is the id"):
        bottega.publish(total, url=live.url)


def test_without_a_server(tmp_path: Path, environment: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment
    monkeypatch.setenv("BOTTEGA_URL", "http://127.0.0.1:9")
    service = bottega.publish(total, workspace=tmp_path / "kept")
    with pytest.raises(BottegaError, match=r"No server answers at http://127.0.0.1:9/.*bottega serve"):
        service(1)


def untyped(x):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    return x


def many(*rows: int) -> int:
    return len(rows)


def odd(x: list[int]) -> int:
    return len(x)


def back(x: int) -> Path:
    return Path(str(x))


@pytest.mark.parametrize(
    ("function", "how", "message"),
    [
        (untyped, {}, "say the type of x"),
        (untyped, {"inputs": {"y": int}}, "say the type of x"),
        (untyped, {"inputs": {"x": int, "y": int}}, "inputs names y"),
        (untyped, {"inputs": {"x": bytes}}, "x is of type bytes"),
        (many, {}, "takes any number of values"),
        (odd, {}, "x is of type list"),
        (back, {}, "its result is of type Path"),
        (frame, {}, "say which columns its frame has"),
        (total, {"outputs": {"a": object}}, "a is of type object"),
        (total, {"attachments": ["/nothing/such"]}, "Error 0048"),
    ],
    ids=range(10),
)
def test_functions_that_cannot_be_published(function: Any, how: dict[str, Any], message: str) -> None:
    with pytest.raises(BottegaError, match=message):
        bundled(function, **how)


def test_types_of_parameters_and_results() -> None:
    made = bundled(total)
    assert {name: word["type"] for name, word in made.inputs.items()} == {
        "price": "number",
        "count": "integer",
        "vat": "boolean",
    }
    assert made.outputs == {"result": {"type": "number", "format": "double"}}
    assert made.body["Description"] == "What it costs."
    assert bundled(several).outputs == {
        "result0": {"type": "string"},
        "result1": {"type": "integer", "format": "int64"},
    }
    assert bundled(untyped, inputs={"x": dt.timedelta}).inputs == {"x": {"type": "string", "format": "time-span"}}
    assert bundled(untyped, inputs={"x": int}).outputs == {}


def test_attachments_are_a_zip(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("kept")
    body = bundled(total, attachments=[tmp_path / "note.txt"]).body
    assert body["CodeBundle"]["ZipContents"]
    assert "ZipContents" not in bundled(total).body["CodeBundle"]
